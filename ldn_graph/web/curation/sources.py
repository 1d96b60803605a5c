"""A source on a curator's desk: its record, the claims that rest on it, and its end."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args
from urllib.parse import urlencode

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ldn_graph.errors import BadParameter, LdnError, UnknownName, UsageError
from ldn_graph.grading.strength import Strength, grade
from ldn_graph.records import yaml_io
from ldn_graph.records.model import Author, Claim, Source
from ldn_graph.records.vocabularies import Design
from ldn_graph.texts import KINDS
from ldn_graph.web.auth.guard import Person, signed_in, writer
from ldn_graph.web.curation.uploads import text_in
from ldn_graph.web.curation.workspace_access import office, sheet
from ldn_graph.web.http.forms import sent
from ldn_graph.web.http.messages import message_of, status_of
from ldn_graph.web.state import settings
from ldn_graph.workspace import Workspace
from ldn_graph.workspace.corpus_files import State
from ldn_graph.workspace.source_texts import demand_unquoted, held, with_text

TYPES = get_args(Source.model_fields["type"].annotation)
#: The fields that the form has, each with its label; where there are several values, one a line.
FIELDS = {
    "title": "Title",
    "issued": "Published (2013, 2024-05)",
    "container_title": "Journal or site",
    "doi": "DOI",
    "pmid": "PMID",
    "pmcid": "PMCID",
    "registry_id": "Number in a registry of trials",
    "language": "Language",
    "license": "Licence",
    "author_group": "Group of authors",
    "verified_in": "Record seen in",
    "credit": "Credit",
    "unused_because": "Why no claim rests on it",
    "note": "Note",
}
LINES = {
    "pools": "Studies that it pools",
    "comments_on": "Sources that it comments on",
    "codes": "Subject headings",
}
_CHOSEN = {"type": TYPES, "design": tuple(map(str, Design))}
_LONGEST_REASON = 4000


@dataclass(frozen=True)
class Resting:
    """A claim that rests on a source. `alone`: on no other; `without`: what it would amount to if
    the source counted nothing, None where it counts nothing already."""

    claim: Claim
    alone: bool
    next_version: bool
    now: Strength
    without: Strength | None


async def listed(request: Request) -> Response:
    """Every source, with how many claims rest on it."""
    person = await signed_in(request)
    state = await office(request).ask(lambda w: w.state)
    count = dict.fromkeys(state.corpus.sources, 0)
    for claim in state.corpus.claims.values():
        for name in {item.source for item in claim.evidence}:
            count[name] += 1
    found = sorted(state.corpus.sources.values(), key=lambda s: s.title.casefold())
    return sheet(request, "curate/sources.html", person, state, sources=found, count=count)


async def show(request: Request) -> Response:
    """The source's record, its claims, its form and its history. Raises UnknownName."""
    return await _page(request, await signed_in(request))


async def edit(request: Request) -> Response:
    """Change the record; what is wrong is told above the form, which keeps its words."""
    person = await writer(request)
    fields = sent(request)
    name = request.path_params["id"]
    seen, why = _said(fields, "digest") or None, _said(fields, "why")[:_LONGEST_REASON]

    def change(workspace: Workspace) -> None:
        changed = _changed(_source(workspace.state, name), fields)
        if changed == workspace.corpus.sources[name]:
            raise UsageError("nothing is different; change a field first")
        workspace.change(changed, by=person.agent.id, why=why, expected=seen)

    try:
        await office(request).do(change)
    except UnknownName:
        raise
    except LdnError as error:
        values = {k: v for k, v in fields.items() if isinstance(v, str)}
        return await _page(request, person, values=values, error=error)
    return _back(request, name, "the change is on record")


async def give_text(request: Request) -> Response:
    """Give a source that has no text its own, from a file or pasted."""
    person = await writer(request, settings(request).limits.load)
    fields, name = sent(request), request.path_params["id"]
    shelf = settings(request).texts
    try:
        text = await text_in(fields)
        if text is None or shelf is None:
            raise UsageError("paste a text or choose a file, on a server that holds texts")

        def change(workspace: Workspace) -> None:
            old = _source(workspace.state, name)
            new = with_text(old, text)
            twin = next((s for s in workspace.corpus.sources.values()
                         if s.text_sha256 == text.sha256), None)  # fmt: skip
            if twin is not None:
                raise UsageError(f"this very text is that of {twin.id} already; read it there")
            demand_unquoted(old, text, workspace.corpus)
            why, seen = "its text", workspace.digest(old)
            replaced = old.text_sha256 if old.text_part else None
            with held(shelf, {name: text}, instead_of=replaced):
                workspace.change(new, by=person.agent.id, why=why, expected=seen)

        await office(request).do(change)
    except LdnError as error:
        return await _page(request, person, error=error)
    return RedirectResponse(f"{settings(request).base_path}/curate/read/{name}", 303)


async def confirm(request: Request) -> Response:
    """What retracting it would do, before it is done."""
    return await _confirm(request, await signed_in(request))


async def retract(request: Request) -> Response:
    """Retract it, with the reason; every claim that rests on it is flagged from then on."""
    person = await writer(request)
    fields, name = sent(request), request.path_params["id"]
    why, by = _said(fields, "why")[:_LONGEST_REASON], person.agent.id
    try:
        done = await office(request).do(lambda w: w.retract_source(name, by=by, why=why))
    except UnknownName:
        raise
    except LdnError as error:
        return await _confirm(request, person, error, why)
    number = len(done.told)
    many = f"{number} claim{'' if number == 1 else 's'} in force rest{'s' * (number == 1)} on it"
    return _back(request, name, f"it is retracted, and counts nothing any more; {many}")


async def reinstate(request: Request) -> Response:
    """Let a retracted source count again, with the reason."""
    person = await writer(request)
    fields, name = sent(request), request.path_params["id"]
    why, by = _said(fields, "why")[:_LONGEST_REASON], person.agent.id
    try:
        await office(request).do(lambda w: w.reinstate_source(name, by=by, why=why))
    except UnknownName:
        raise
    except LdnError as error:
        return await _page(request, person, error=error, again=why)
    return _back(request, name, "it counts again")


def resting(state: State, name: str) -> Iterator[Resting]:
    """The claims that rest on a source, those in force first."""
    source = state.corpus.sources[name]
    gone = source.model_copy(update={"retracted": True})
    without = state.corpus.model_copy(update={"sources": {**state.corpus.sources, name: gone}})
    claims = [(c, False) for c in state.corpus.claims.values()]
    claims += [(c, True) for c in state.corpus.proposals.values()]
    for claim, is_next in sorted(claims, key=lambda c: (not c[0].current, c[0].id)):
        sources = {item.source for item in claim.evidence}
        if name in sources:
            yield Resting(
                claim,
                sources == {name},
                is_next,
                grade(claim, state.corpus, state.rule),
                None if source.retracted else grade(claim, without, state.rule),
            )


async def _page(
    request: Request,
    person: Person,
    *,
    values: Mapping[str, str] | None = None,
    error: LdnError | None = None,
    again: str = "",
) -> Response:
    name = request.path_params["id"]

    def look(workspace: Workspace) -> dict[str, Any]:
        source = _source(workspace.state, name)
        return {
            "state": workspace.state,
            "source": source,
            "digest": workspace.digest(source),
            "entries": tuple(reversed(workspace.history(f"source/{name}"))),
            "may": workspace.review.permissions(person.agent),
        }

    found = await office(request).ask(look)
    state, source = found.pop("state"), found["source"]
    answer = sheet(
        request,
        "curate/source-record.html",
        person,
        state,
        **(found | ({"digest": values.get("digest", "")} if values else {})),
        resting=await run_in_threadpool(lambda: list(resting(state, name))),
        values=values or form_of(source),
        again=again,
        fields=FIELDS,
        lines=LINES,
        types=TYPES,
        designs=list(Design),
        problem=message_of(request, error) if error else "",
        told=request.query_params.get("told", "")[:500],
        holds_texts=settings(request).texts is not None,
        endings=KINDS,
    )
    if error is not None:
        answer.status_code = status_of(error)
    return answer


async def _confirm(
    request: Request, person: Person, error: LdnError | None = None, why: str = ""
) -> Response:
    name = request.path_params["id"]
    state, may = await office(request).ask(lambda w: (w.state, w.review.permissions(person.agent)))
    source = _source(state, name)
    found = await run_in_threadpool(lambda: list(resting(state, name)))
    answer = sheet(
        request, "curate/source-retract.html", person, state, source=source, may=may,
        resting=[r for r in found if r.claim.current], open=[r for r in found if not r.claim.current
                 and r.claim.status in ("draft", "submitted")],
        problem=message_of(request, error) if error else "", why=why,
    )  # fmt: skip
    answer.status_code = status_of(error) if error else 200
    return answer


def form_of(source: Source) -> dict[str, str]:
    """The values that the fields of the form begin with."""
    plain = source.model_dump(mode="json", exclude_none=True)
    values = {name: str(plain[name]) for name in (*FIELDS, *_CHOSEN) if name in plain}
    values |= {name: "\n".join(plain.get(name, ())) for name in LINES}
    return values | {"author": "\n".join(map(_author, source.author))}


def _changed(old: Source, fields: FormData) -> Source:
    """The source with a form's fields. Raises UsageError with the fields that are wrong."""
    known = {_author(a): a.model_dump(exclude_none=True) for a in old.author}
    names = (line.strip() for line in _said(fields, "author").splitlines())
    given: dict[str, Any] = {n: _said(fields, n) or None for n in (*FIELDS, *_CHOSEN)}
    given |= {n: [v.strip() for v in _said(fields, n).splitlines() if v.strip()] for n in LINES}
    given["author"] = [known.get(line) or _named(line) for line in names if line]
    plain = {**old.model_dump(mode="json"), **given}
    try:
        return Source.model_validate({k: v for k, v in plain.items() if v is not None})
    except ValidationError as error:
        told = (f"{'.'.join(map(str, at))}: {what}" for at, what in yaml_io.problems(Source, error))
        raise BadParameter("; ".join(told)) from error


def _author(author: Author) -> str:
    """A line of the form: `Family, Given`, or a name as it is."""
    if author.family is None:
        return author.literal or ""
    return f"{author.family}, {author.given or ''}".strip()


def _named(line: str) -> dict[str, str]:
    family, comma, given = (part.strip() for part in line.partition(","))
    if not comma:
        return {"literal": line}
    return {"family": family} | ({"given": given} if given else {})


def _source(state: State, name: str) -> Source:
    if name not in state.corpus.sources:
        raise UnknownName.among("source", name, state.corpus.sources)
    return state.corpus.sources[name]


def _said(fields: FormData, name: str) -> str:
    value = fields.get(name)
    return value.strip() if isinstance(value, str) else ""


def _back(request: Request, name: str, told: str) -> Response:
    path = f"{settings(request).base_path}/curate/source/{name}"
    return RedirectResponse(f"{path}?{urlencode({'told': told})}", 303)
