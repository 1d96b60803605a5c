"""New entities, beside the claims that need them."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ldn_graph.errors import LdnError, UsageError
from ldn_graph.records import yaml_io
from ldn_graph.records.identifiers import slug_of
from ldn_graph.records.model import Corpus, Entity
from ldn_graph.records.vocabularies import Kind, Match
from ldn_graph.web.auth.guard import Person, signed_in, writer
from ldn_graph.web.curation.claim_form import entity_named
from ldn_graph.web.curation.workspace_access import office, sheet
from ldn_graph.web.http.forms import sent
from ldn_graph.web.http.messages import message_of, status_of
from ldn_graph.web.state import settings
from ldn_graph.workspace import Done, Workspace
from ldn_graph.workspace.term_index import (
    MATCHES,
    FoundTerm,
    definition_note,
    found_term,
    mapping_fields,
)

#: Characters of what a link may fill into the form.
_LONGEST = 300


async def entity_form(request: Request) -> Response:
    """The form of a new entity."""
    person = await signed_in(request)
    asked = {k: v[:_LONGEST] for k, v in request.query_params.items()}
    return await _entity_form(request, person, asked, find=asked.get("find", ""))


async def add_entity(request: Request) -> Response:
    """Add an entity. What is wrong with it is told above the form, which keeps its words."""
    person = await writer(request)
    form = sent(request)
    values = {k: v for k, v in form.items() if isinstance(v, str)}
    try:
        index = office(request).terms
        term = values.get("term", "").strip()
        found = await run_in_threadpool(found_term, index, term) if term else None
        state = await office(request).ask(lambda w: w.state)
        entity = _entity(values, state.corpus, found)
        await office(request).do(lambda w: w.add([entity], by=person.agent.id))
    except LdnError as error:
        return await _entity_form(request, person, values, error)
    base = settings(request).base_path
    return RedirectResponse(f"{base}/curate/entity?made={entity.id}", 303)


async def _entity_form(
    request: Request,
    person: Person,
    values: dict[str, str],
    error: LdnError | None = None,
    find: str = "",
) -> Response:
    """The form; with `find`, what that finds among the terms that were loaded. A term that was
    chosen (`take`) fills it in."""
    index = office(request).terms
    state = await office(request).ask(lambda w: w.state)
    taken = await run_in_threadpool(index.term, values.pop("take", ""))
    if taken is not None:
        values = _of_term(taken)
    exact = {m.curie: e for e in state.corpus.entities.values() for m in e.mappings
             if m.match is Match.EXACT}  # fmt: skip
    answer = sheet(
        request,
        "curate/entity.html",
        person,
        state,
        values=values,
        kinds=list(Kind),
        matches=MATCHES,
        problem=message_of(request, error) if error else "",
        made=values.get("made") if error is None else None,
        loaded=await run_in_threadpool(index.loaded),
        find=find,
        found=await run_in_threadpool(index.search, find),
        exact=exact,
    )
    if error is not None:
        answer.status_code = status_of(error)
    return answer


def _of_term(found: FoundTerm) -> dict[str, str]:
    """What a term fills into the form."""
    term = found.term
    return {
        "label": term.label,
        "definition": term.definition or "",
        "synonyms": "\n".join(term.synonyms),
        "term": term.curie,
        "match": Match.EXACT,
        "shown_in": found.shown_in,
    }


async def merge_form(request: Request) -> Response:
    """The form that makes one thing of two."""
    return await _merge_form(request, await signed_in(request), dict(request.query_params))


async def merge(request: Request) -> Response:
    """Merge one entity into another; what stands in the way is told above the form."""
    person = await writer(request)
    values = {k: v for k, v in sent(request).items() if isinstance(v, str)}

    def change(workspace: Workspace) -> Done:
        old, kept = (entity_named(values.get(n, "").strip(), workspace.corpus) for n in _TWO)
        return workspace.merge(old, kept, by=person.agent.id, why=values.get("why", ""))

    try:
        done = await office(request).do(change)
    except LdnError as error:
        return await _merge_form(request, person, values, error)
    return await _merge_form(request, person, {}, told="; ".join(done.told))


_TWO = ("old", "kept")


async def _merge_form(
    request: Request,
    person: Person,
    values: Mapping[str, str],
    error: LdnError | None = None,
    told: str = "",
) -> Response:
    state, may = await office(request).ask(lambda w: (w.state, w.review.permissions(person.agent)))
    problem = message_of(request, error) if error else ""
    answer = sheet(request, "curate/entity-merge.html", person, state, values=values, may=may,
                   problem=problem, told=told)  # fmt: skip
    if error is not None:
        answer.status_code = status_of(error)
    return answer


def _entity(values: dict[str, str], corpus: Corpus, found: FoundTerm | None) -> Entity:
    """The entity of the form, mapped to the term that was found for it. Raises UsageError, with
    the field that is wrong."""
    label = values.get("label", "").strip()
    fields: dict[str, Any] = {
        "id": values.get("id", "").strip() or slug_of(label),
        "label": label,
        "kind": values.get("kind", ""),
        "definition": values.get("definition", "").strip() or None,
        "synonyms": [s.strip() for s in values.get("synonyms", "").splitlines() if s.strip()],
        "broader": [
            entity_named(s.strip(), corpus)
            for s in values.get("broader", "").splitlines()
            if s.strip()
        ],
    }
    if found is not None:
        fields["mappings"] = [mapping_fields(found, values.get("match", ""), corpus)]
        fields["note"] = definition_note(found, values.get("definition", "").strip() or None)
    called = corpus.entity_called(label) if label else None
    if called is not None:
        raise UsageError(
            f"Name: {label!r} is a name of {called.id} ({called.label}) already; use that one, or "
            "choose a label that tells the two apart"
        )
    if label and not fields["id"]:
        raise UsageError(
            f"Id: none can be made of {label!r}; type one, of letters a to z and digits"
        )
    taken = corpus.entities.get(str(fields["id"]))
    if taken is not None:
        raise UsageError(
            f"Id: {taken.id} is that of “{taken.label}” already; if it is another thing, type "
            "another id"
        )
    try:
        return Entity.model_validate(fields)
    except ValidationError as error:
        told = [_in_form_words(str(at[0]) if at else "", what, fields)
                for at, what in yaml_io.problems(Entity, error)]  # fmt: skip
        raise UsageError("; ".join(told)) from error


_CALLED = {
    "id": "Id",
    "label": "Name",
    "kind": "What it is",
    "definition": "Definition",
    "synonyms": "Other names",
    "broader": "Broader things",
}


def _in_form_words(field: str, what: str, fields: Mapping[str, object]) -> str:
    """What is wrong with a field of the form, by the name that the form has for it."""
    called = _CALLED.get(field, field)
    if not fields.get(field):
        return f"{called}: {'choose one' if field == 'kind' else 'fill it in'}"
    if field == "id":
        return f"{called}: use small letters, digits and single hyphens, as in low-dose-naltrexone"
    return f"{called}: {what.partition(' ')[2] or what}"
