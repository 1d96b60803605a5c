"""Writing a claim: the form, what it would amount to while one types, and the ways to keep it."""

import base64
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ldn_graph.errors import Conflict, UsageError
from ldn_graph.pictures.thumbnail import DARK, LIGHT, sketch
from ldn_graph.records import vocabularies
from ldn_graph.records.model import Claim
from ldn_graph.texts.spans import section_of, whole_words
from ldn_graph.validation.quotes.cues import cue_words
from ldn_graph.web.auth.guard import Person, signed_in, writer
from ldn_graph.web.curation.annotate import annotated
from ldn_graph.web.curation.claim_form import draft_of, form_of, items_in
from ldn_graph.web.curation.rendering import graph_of, sheet
from ldn_graph.web.curation.texts import texts_of
from ldn_graph.web.curation.workspace_access import office
from ldn_graph.web.explorer.neighbourhood import round_claim
from ldn_graph.web.http.forms import sent
from ldn_graph.web.state import settings
from ldn_graph.workspace import Workspace
from ldn_graph.workspace.corpus_files import State
from ldn_graph.workspace.preview import Preview, preview

_NAME = re.compile(r"[^a-z0-9]+")
#: What a select offers, by field. Of relations the words are those of a sentence.
CHOICES: dict[str, list[tuple[str, str]]] = {
    "predicate": [(str(p), vocabularies.PREDICATES[p].reads) for p in vocabularies.Predicate],
    **{
        name: [(str(member), str(member).replace("-", " ")) for member in kind]
        for name, kind in {
            "subject_change": vocabularies.Change,
            "direction": vocabularies.Direction,
            "certainty": vocabularies.Certainty,
            "basis": vocabularies.Basis,
            "design": vocabularies.Design,
            "role": vocabularies.Role,
            "stated": vocabularies.Stated,
            "indirectness": vocabularies.Indirectness,
            "band": vocabularies.DoseBand,
        }.items()
    },
}


_WHERE = ("condition", "population", "location")
#: What a suggestion says beside its three names: parameter → field of the form.
SUGGESTED = {
    **{name: f"evidence.0.{name}" for name in ("direction", "certainty", "stated", "basis")},
    **{name: f"qualifiers.{name}" for name in ("subject_change", *_WHERE)},
}
_OFFSETS = re.compile(r"(\d{1,11})-(\d{1,11})")


async def new(request: Request) -> Response:
    """An empty form; or one that begins with a passage, a suggestion or an unfinished claim."""
    person = await signed_in(request)
    asked = request.query_params
    workspace = office(request)
    if "unfinished" in asked:
        kept = await workspace.ask(
            lambda w: w.unfinished.load(person.agent.id, asked["unfinished"])
        )
        state = await workspace.ask(lambda w: w.state)
        values = form_of(kept, state.corpus)
        return await _form(request, person, state, values, unfinished=asked["unfinished"])
    state = await workspace.ask(lambda w: w.state)
    held = await texts_of(request, state)
    values = {name: asked[name] for name in ("subject", "predicate", "object") if name in asked}
    text = held.by_source.get(asked.get("source", ""))
    if text is not None:
        values |= _passage(asked, asked["source"], text, state) | _suggested(asked, text, state)
    return await _form(request, person, state, values)


async def edit(request: Request) -> Response:
    """The form of a claim that is there; with a passage, one evidence item more."""
    person = await signed_in(request)
    name = request.path_params["id"]
    claim, state = await office(request).ask(lambda w: (w.claim(name), w.state))
    values = form_of(claim, state.corpus)
    asked = request.query_params
    held = await texts_of(request, state)
    text = held.by_source.get(asked.get("source", ""))
    if text is not None:  # a passage that is to stand under this claim too
        added = _passage(asked, asked["source"], text, state) | _suggested(asked, text, state)
        item = f"evidence.{items_in(values)}."
        values |= {
            item + name.removeprefix("evidence.0."): value
            for name, value in added.items()
            if name.startswith("evidence.0.")
        }
    return await _form(request, person, state, values, claim=claim)


async def look(request: Request) -> Response:
    """What the form as it stands would amount to: a part of a page, for the form's script."""
    person = await writer(request)
    state, draft = await _draft(request)
    found = await _preview(request, draft, state)
    return sheet(request, "curate/preview.html", person, state, **await _shown(found, draft, state))


async def keep(request: Request) -> Response:
    """Keep a form that is no claim yet, under a name; the form's script does so by itself."""
    person = await writer(request)
    _, draft = await _draft(request)
    form = sent(request)
    name = _unfinished_name(form, draft)
    await office(request).ask(lambda w: w.unfinished.save(person.agent.id, name, draft))
    return Response(name, media_type="text/plain", headers={"cache-control": "no-store"})


async def save(request: Request) -> Response:
    """Save the form: a new draft or a changed one, handed in if so asked."""
    person = await writer(request)
    form = sent(request)
    state, draft = await _draft(request)
    name = request.path_params.get("id")
    action = str(form.get("do", "save"))
    values = _values(form)
    if action == "more":
        return await _form(request, person, state, values, more=True, name=name)
    if action == "keep":
        kept = _unfinished_name(form, draft)
        await office(request).ask(lambda w: w.unfinished.save(person.agent.id, kept, draft))
        return RedirectResponse(f"{settings(request).base_path}/curate", 303)
    found = await _preview(request, draft, state)
    if not found.complete:
        return await _form(request, person, state, values, name=name, status=422, found=found)
    try:
        saved = await office(request).do(
            lambda w: _write(w, person, name or found.name, draft, form, is_new=name is None)
        )
    except (UsageError, Conflict) as error:
        return await _form(
            request, person, state, values, name=name, status=error.status, problem=str(error)
        )
    told = "handed in for review" if action == "submit" else "saved as a draft"
    query = urlencode({"told": told})
    return RedirectResponse(f"{settings(request).base_path}/curate/claim/{saved}?{query}", 303)


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
    unfinished = str(form.get("unfinished", ""))
    if unfinished:
        workspace.unfinished.drop(by, unfinished)
    if form.get("do") == "submit":
        workspace.submit(name, by=by)
    return name


async def _draft(request: Request) -> tuple[State, dict[str, Any]]:
    form = sent(request)
    state = await office(request).ask(lambda w: w.state)
    held = await texts_of(request, state)
    return state, draft_of(form, state.corpus, held.by_source)


async def _preview(request: Request, draft: Mapping[str, Any], state: State) -> Preview:
    held = await texts_of(request, state)
    return await run_in_threadpool(preview, draft, state.corpus, state.rule, state.review, held)


async def _shown(found: Preview, draft: Mapping[str, Any], state: State) -> dict[str, Any]:
    """What the preview's template needs: the definitions of both ends, and the picture."""
    named = [state.corpus.entities.get(str(draft.get(slot))) for slot in ("subject", "object")]
    pictures = await run_in_threadpool(_pictures, found.claim, state) if found.claim else None
    return {"preview": found, "named": [e for e in named if e], "pictures": pictures}


def _pictures(claim: Claim, state: State) -> tuple[str, str] | None:
    """The draft drawn among its neighbours, for light and dark, as addresses that hold it."""
    in_force = claim.model_copy(update={"status": vocabularies.Status.ACCEPTED})
    claims = {**state.corpus.claims, claim.id: in_force}
    corpus = state.corpus.model_copy(update={"claims": claims})
    with_it = graph_of(replace(state, corpus=corpus))
    chosen = round_claim(with_it, in_force).claims
    scene = with_it.scene(chosen, title="The claim and what it is next to")
    drawn = [sketch(scene, palette, marked=claim.id) for palette in (LIGHT, DARK)]
    light, dark = (
        "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode() for svg in drawn
    )
    return light, dark


async def _form(
    request: Request,
    person: Person,
    state: State,
    values: Mapping[str, str],
    *,
    claim: Claim | None = None,
    name: str | None = None,
    found: Preview | None = None,
    more: bool = False,
    status: int = 200,
    problem: str = "",
    unfinished: str = "",
) -> Response:
    """The form, filled in with `values`."""
    if name is not None and claim is None:
        claim = await office(request).ask(lambda w: w.claim(name))
    number = max(1, items_in(values) + more)
    held = await texts_of(request, state)
    answer = sheet(
        request,
        "curate/form.html",
        person,
        state,
        values=values,
        number=number,
        claim=claim,
        digest=str(values.get("digest") or (Workspace.digest(claim) if claim else "")),
        choices=CHOICES,
        cues=[_cues_of(values, n, held.by_source, state) for n in range(number)],
        preview=found,
        named=[],
        pictures=None,
        problem=problem,
        unfinished=unfinished or values.get("unfinished", ""),
    )
    answer.status_code = status
    return answer


def _values(form: FormData) -> dict[str, str]:
    """What was sent, to fill the form in again."""
    values: dict[str, str] = {}
    for name in form:
        values[name] = " ".join(v for v in form.getlist(name) if isinstance(v, str))
    return values


def _suggested(asked: QueryParams, text: str, state: State) -> dict[str, str]:
    """The values of a form that a suggestion fills in beside its passage."""
    values = {}
    for name, field in SUGGESTED.items():
        value = asked.get(name, "")[:200]
        offered = [choice for choice, _ in CHOICES.get(name, ())]
        if value and (not offered or all(v in offered for v in value.split())):
            entity = state.corpus.entities.get(value) if name in _WHERE else None
            values[field] = entity.label if entity else value
    for k, said in enumerate(asked.getlist("context")[:4]):
        match = _OFFSETS.fullmatch(said)
        a, b = (int(match[1]), int(match[2])) if match else (0, 0)
        if a < b <= len(text):
            start = f"evidence.0.context.{k}."
            values |= {f"{start}exact": text[a:b], f"{start}start": str(a), f"{start}end": str(b)}
    return values


def _passage(asked: Mapping[str, str], source: str, text: str, state: State) -> dict[str, str]:
    """The values of a form for a passage: quote, section, hedges, and what is named in it."""
    numbers = [asked.get(name, "") for name in ("start", "end")]
    if not all(n.isascii() and n.isdigit() and len(n) < 12 for n in numbers):
        return {"evidence.0.source": source}
    start, end = (min(int(n), len(text)) for n in numbers)
    start, end = whole_words(text, start, end)
    words = text[start:end].strip()
    start += len(text[start:end]) - len(text[start:end].lstrip())
    passages = [p for line in annotated(text, source, state.corpus, state.rule) for p in line]
    section = section_of([(p.start, p.section or "") for p in passages if p.heading], start)
    values = {
        "evidence.0.source": source,
        "evidence.0.quote.exact": words,
        "evidence.0.quote.start": str(start),
        "evidence.0.quote.end": str(start + len(words)),
        "evidence.0.section": section or "",
        "evidence.0.direction": "supports",
        "evidence.0.role": "background",
        "evidence.0.stated": "explicit",
        "evidence.0.basis": "none-stated",
    }
    rungs, ladder = [], state.rule.cue_rungs
    for a, b, hedges in cue_words(words, state.rule):
        values[f"evidence.0.cue.{start + a}-{start + b}"] = "cue" if hedges else "no cue"
        if hedges and (rung := ladder.get(words[a:b].lower())):
            rungs.append(rung)
    certainties = [state.rule.certainty_of[r] for r in rungs]
    order = list(vocabularies.Certainty)
    values["evidence.0.certainty"] = str(max(certainties, key=order.index, default=order[0]))
    return values | {
        k: v for k, v in _ends(passages, start, start + len(words), state).items() if k not in asked
    }


def _ends(passages: list[Any], start: int, end: int, state: State) -> dict[str, str]:
    """The first two things that the passage names, a drug first: only a beginning."""
    named = [
        piece.entity
        for p in passages
        for piece in p.pieces
        if piece.entity and start <= piece.start < end
    ]
    drugs = [n for n in named if state.corpus.entities[n].kind is vocabularies.Kind.DRUG]
    ends = list(dict.fromkeys([*drugs[:1], *named]))[:2]
    return {
        slot: state.corpus.entities[name].label
        for slot, name in zip(("subject", "object"), ends, strict=False)
    }


def _cues_of(
    values: Mapping[str, str], n: int, held: Mapping[str, str], state: State
) -> list[tuple[str, str, str]]:
    """The words of an item's quote that look like hedges: field, words, what they are taken for."""
    text = held.get(values.get(f"evidence.{n}.source", ""), "")
    found = {}
    edges = [values.get(f"evidence.{n}.quote.{end}", "") for end in ("start", "end")]
    if text and all(e.isascii() and e.isdigit() for e in edges):
        start, end = int(edges[0][:11]), int(edges[1][:11])
        for a, b, hedges in cue_words(text[start:end], state.rule):
            found[(start + a, start + b)] = "cue" if hedges else "no cue"
    for key, value in values.items():
        match = re.fullmatch(rf"evidence\.{n}\.cue\.(\d{{1,11}})-(\d{{1,11}})", key)
        if match:
            found[(int(match[1]), int(match[2]))] = value
    return [
        (f"evidence.{n}.cue.{a}-{b}", text[a:b], said)
        for (a, b), said in sorted(found.items())
        if text[a:b]
    ]


def _unfinished_name(form: FormData, draft: Mapping[str, Any]) -> str:
    given = str(form.get("unfinished", "")).strip()
    words = [str(draft.get(slot) or "") for slot in ("subject", "predicate", "object")]
    made = _NAME.sub("-", " ".join(words).lower())[:100].strip("-")
    return given or made or "claim"
