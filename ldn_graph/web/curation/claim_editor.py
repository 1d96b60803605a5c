"""Writing a claim: the form, what it would amount to while one types, and the ways to keep it."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ldn_graph.errors import Conflict, LdnError, UnknownName
from ldn_graph.pictures.drawing import DARK, LIGHT, draw
from ldn_graph.records import vocabularies
from ldn_graph.records.findings import Severity
from ldn_graph.records.model import Claim
from ldn_graph.texts.source_texts import Texts
from ldn_graph.web.auth.guard import Person, signed_in, writer
from ldn_graph.web.curation import autosave
from ldn_graph.web.curation.claim_form import Entered, entered, form_of, items_in, with_items
from ldn_graph.web.curation.claim_issues import LABELS, Doubt, decoded, doubts_of, encoded, label_of
from ldn_graph.web.curation.passages import CHOICES, begun, cue_fields
from ldn_graph.web.curation.workspace_access import graph_of, office, sheet, texts_of
from ldn_graph.web.explorer.pictures import round_claim
from ldn_graph.web.http.forms import sent
from ldn_graph.web.http.messages import message_of, status_of
from ldn_graph.web.state import settings
from ldn_graph.workspace import Workspace
from ldn_graph.workspace.corpus_files import State
from ldn_graph.workspace.preview import Preview, preview


@dataclass(frozen=True)
class Sheet:
    """A form that is shown: its values, and of which claim it is (None: of a new one)."""

    values: Mapping[str, str]
    claim: Claim | None = None
    more: bool = False
    status: int = 200
    problem: str = ""
    #: What was tried and did not go: a save or a hand-in that what is missing or wrong stopped.
    stopped: str = ""


async def new(request: Request) -> Response:
    """An empty form; or one that begins with a passage, a suggestion or an unfinished claim."""
    person = await signed_in(request)
    asked = request.query_params
    workspace = office(request)
    state = await workspace.ask(lambda w: w.state)
    if "unfinished" in asked:
        found = await workspace.ask(lambda w: autosave.load(w, person, asked["unfinished"]))
        return await _form(request, person, state, Sheet(*found))
    if "like" in asked:
        other = await workspace.ask(lambda w: w.claim(asked["like"]))
        alike = form_of(other, state.corpus)
        new_one = {k: v for k, v in alike.items() if not k.endswith("id")}
        return await _form(request, person, state, Sheet(new_one))
    held = await texts_of(request, state)
    values = {name: asked[name] for name in ("subject", "predicate", "object") if name in asked}
    source = asked.get("source", "")
    text = held.by_source.get(source)
    if text is not None:
        values |= begun(asked, source, text, state)
    elif source in state.corpus.sources:
        values["evidence.0.source"] = source
    return await _form(request, person, state, Sheet(values))


async def edit(request: Request) -> Response:
    """The form of a claim that is there; with a passage, or another claim's evidence (`from`), as
    evidence items more."""
    person = await signed_in(request)
    name = request.path_params["id"]
    claim, state = await office(request).ask(lambda w: (w.claim(name), w.state))
    values = form_of(claim, state.corpus)
    asked = request.query_params
    held = await texts_of(request, state)
    source = asked.get("source", "")
    text = held.by_source.get(source)
    if text is not None:  # a passage that is to stand under this claim too
        values = with_items(values, begun(asked, source, text, state))
    if "from" in asked:
        other = await office(request).ask(lambda w: w.claim(asked["from"]))
        values = with_items(values, form_of(other, state.corpus))
    return await _form(request, person, state, Sheet(values, claim))


async def look(request: Request) -> Response:
    """What the form as it stands would amount to: a part of a page, for the form's script."""
    person = await writer(request)
    form = sent(request)
    state, held, typed = await _entered(request, form)
    found = await _preview(typed.draft, state, held)
    values = typed.values(_values(form))
    return sheet(
        request,
        "curate/preview.html",
        person,
        state,
        live=True,
        cues={n: cue_fields(values, n, held.by_source, state) for n in typed.numbers},
        **await _shown(found, typed, state, held),
    )


async def keep(request: Request) -> Response:
    """Keep a form that is no claim yet, under a name; the form's script does so by itself."""
    person = await writer(request)
    values = _values(sent(request))
    name = await office(request).ask(lambda w: autosave.save(w, person, values))
    return Response(name, media_type="text/plain", headers={"cache-control": "no-store"})


async def save(request: Request) -> Response:
    """Save the form: a new draft or a changed one, handed in if so asked."""
    person = await writer(request)
    form = sent(request)
    state, held, typed = await _entered(request, form)
    name = request.path_params.get("id")
    claim = await office(request).ask(lambda w: w.claim(name)) if name else None
    shown = Sheet(typed.values(_values(form)), claim)
    action = str(form.get("do", "save"))
    try:
        if action == "keep":
            await office(request).ask(lambda w: autosave.save(w, person, shown.values))
            return RedirectResponse(f"{settings(request).base_path}/curate", 303)
        aside = await _aside(request, person, state, shown, typed, action)
        if aside is not None:
            return aside
        found = await _preview(typed.draft, state, held)
        stopped = _stopped(found, action, shown.values)
        if stopped:
            again = replace(shown, status=422, stopped=stopped)
            return await _form(request, person, state, again)
        saved = await office(request).do(
            lambda w: _write(w, person, name or found.name, typed.draft, form, is_new=name is None)
        )
    except UnknownName:
        raise
    except LdnError as error:  # whatever stopped it, the words that were typed stay
        if isinstance(error, Conflict) and name is not None:
            told = message_of(request, error)
            told += ". To put yours in its place all the same, save again."
            theirs = await office(request).ask(lambda w: w.claim(name))
            values = dict(shown.values) | {"digest": Workspace.digest(theirs)}
            shown = Sheet(values, theirs, status=error.status, problem=told)
        else:
            status = status_of(error)
            shown = replace(shown, status=status, problem=message_of(request, error))
        return await _form(request, person, state, shown)
    told = "handed in for review" if action == "submit" else "saved as a draft"
    query = urlencode({"told": told})
    return RedirectResponse(f"{settings(request).base_path}/curate/claim/{saved}?{query}", 303)


async def _aside(
    request: Request, person: Person, state: State, shown: Sheet, typed: Entered, action: str
) -> Response | None:
    """The form again, where a button changed it and saves nothing yet; None for the others."""
    values = dict(shown.values)
    if action == "more":
        return await _form(request, person, state, replace(shown, more=True))
    if action == "look":
        return await _form(request, person, state, shown)
    if action.startswith("set:"):
        again = replace(shown, values=values | decoded(action))
        return await _form(request, person, state, again)
    if action.startswith("also:"):
        slot = action.removeprefix("also:")
        words = values.get(f"also.{slot}", "")
        await office(request).do(lambda w: _name_also(w, person, typed.draft, slot, words))
        fresh = await office(request).ask(lambda w: w.state)
        return await _form(request, person, fresh, shown)
    if action.startswith("evidence-of:"):
        name = action.removeprefix("evidence-of:")
        other = await office(request).ask(lambda w: w.claim(name))
        with_it = with_items(form_of(other, state.corpus), values)
        with_it["unfinished"] = values.get("unfinished", "")
        return await _form(request, person, state, Sheet(with_it, other))
    return None


def _stopped(found: Preview, action: str, values: Mapping[str, str]) -> str:
    """Why the form can't be saved or handed in as it is, in words; empty where it can."""
    if not found.complete:
        number = len({m.field for m in found.missing})
        return f"Not saved: {number} field{'' if number == 1 else 's'} to look at."
    if action != "submit":
        return ""
    errors = sum(f.severity is Severity.ERROR for f in found.findings)
    if errors:
        many = f"{errors} error{'' if errors == 1 else 's'}"
        return f"Not handed in: {many} to clear first. “Save as a draft” keeps it meanwhile."
    if found.warned and not values.get("why", "").strip():
        return "Not handed in: there are warnings. Say in “Reason” why it is right all the same."
    return ""


def _name_also(
    workspace: Workspace, person: Person, draft: Mapping[str, Any], slot: str, words: str
) -> None:
    """Add another name to what a slot of the draft names, as its words have it."""
    holder: Any = draft if "." not in slot else draft.get("qualifiers", {})
    entity = str(holder.get(slot.rpartition(".")[2], ""))
    said = [
        str(span.get("exact", ""))
        for item in draft["evidence"]
        for span in (item.get("quote") or {}, *item.get("context", ()))
    ]
    workspace.name_also(entity, words, said, by=person.agent.id)


def _write(
    workspace: Workspace,
    person: Person,
    name: str,
    draft: Mapping[str, Any],
    form: FormData,
    *,
    is_new: bool,
) -> str:
    """Create or change the claim, hand it in if so asked, and forget its unfinished form."""
    by = person.agent.id
    why = str(form.get("why", "")).strip() or None
    if is_new:
        workspace.create({**draft, "id": name}, by=by, why=why)
    else:
        changes = {"qualifiers": {}, "note": None, **draft}
        changes.pop("id", None)
        seen = str(form.get("digest", "")) or None
        workspace.edit(name, changes, by=by, why=why, expected=seen)
    kept = str(form.get("unfinished", ""))
    if kept:
        workspace.unfinished.drop(by, kept)
    if form.get("do") == "submit":
        workspace.submit(name, by=by, why=why)
    return name


async def _entered(request: Request, form: FormData) -> tuple[State, Texts, Entered]:
    state = await office(request).ask(lambda w: w.state)
    held = await texts_of(request, state)
    return state, held, entered(form, state.corpus, held.by_source)


async def _preview(draft: Mapping[str, Any], state: State, held: Texts) -> Preview:
    return await run_in_threadpool(preview, draft, state.corpus, state.rule, state.review, held)


async def _shown(found: Preview, typed: Entered, state: State, held: Texts) -> dict[str, Any]:
    """What the preview's template needs: doubts, the definitions of both ends, and the picture."""
    draft = typed.draft
    named = [state.corpus.entities.get(str(draft.get(slot))) for slot in ("subject", "object")]
    pictures = await run_in_threadpool(_pictures, found.claim, state) if found.claim else None
    return {
        "preview": found,
        "doubts": doubts_of(found, draft, typed.numbers, state, held),
        "encoded": encoded,
        "named": [e for e in named if e],
        "pictures": pictures,
    }


def _pictures(claim: Claim, state: State) -> tuple[str, str] | None:
    """The draft drawn among its neighbours, for light and dark, as addresses that hold it."""
    in_force = claim.model_copy(update={"status": vocabularies.Status.ACCEPTED})
    claims = {**state.corpus.claims, claim.id: in_force}
    corpus = state.corpus.model_copy(update={"claims": claims})
    with_it = graph_of(replace(state, corpus=corpus))
    chosen = round_claim(with_it, in_force).claims
    scene = with_it.scene(chosen, title="The claim and what it is next to")
    drawn = [draw(scene, paint, marked=claim.id).svg for paint in (LIGHT, DARK)]
    light, dark = (
        "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode() for svg in drawn
    )
    return light, dark


async def _form(request: Request, person: Person, state: State, shown: Sheet) -> Response:
    """The form, filled in; beside it what it would amount to, once anything stands in it."""
    claim, values = shown.claim, dict(shown.values)
    held = await texts_of(request, state)
    preview_of: dict[str, Any] = {"preview": None, "doubts": (), "named": [], "pictures": None}
    if values:
        fields = FormData(_pairs(values))
        typed = entered(fields, state.corpus, held.by_source)
        values = typed.values(values)
        found = await _preview(typed.draft, state, held)
        preview_of = await _shown(found, typed, state, held)
    number = max(1, items_in(values) + shown.more)
    told = bool(shown.stopped or claim)
    answer = sheet(
        request,
        "curate/form.html",
        person,
        state,
        values=values,
        number=number,
        claim=claim,
        digest=values.get("digest") or (Workspace.digest(claim) if claim else ""),
        choices=CHOICES,
        cues=[cue_fields(values, n, held.by_source, state) for n in range(number)],
        wrong=_wrong(preview_of["doubts"], missing=told),
        labels=LABELS,
        label_of=label_of,
        live=False,
        stopped=shown.stopped,
        problem=shown.problem,
        unfinished=values.get("unfinished", ""),
        **{"encoded": encoded, **preview_of},
    )
    answer.status_code = shown.status
    return answer


def _wrong(doubts: tuple[Doubt, ...], *, missing: bool) -> dict[str, str]:
    """What is told below each field; of fields that nobody has got to yet, nothing."""
    found: dict[str, str] = {}
    for doubt in doubts:
        if doubt.kind == "error" or (missing and doubt.kind == "missing"):
            found[doubt.field] = f"{found.get(doubt.field, '')} {doubt.words}".strip()
    return found


def _pairs(values: Mapping[str, str]) -> list[tuple[str, str | UploadFile]]:
    """Values as a browser sends them: what is ticked, as several fields of one name."""
    pairs: list[tuple[str, str | UploadFile]] = []
    for name, value in values.items():
        many = name.startswith("evidence.") and name.endswith((".basis", ".indirectness"))
        pairs += [(name, v) for v in value.split()] if many else [(name, value)]
    return pairs


def _values(form: FormData) -> dict[str, str]:
    """What was sent, to fill the form in again."""
    values: dict[str, str] = {}
    for name in form:
        if name not in ("csrf", "do"):
            values[name] = " ".join(v for v in form.getlist(name) if isinstance(v, str))
    return values
