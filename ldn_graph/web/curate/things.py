"""New entities and sources, beside the claims that need them."""

import re
import tempfile
from pathlib import Path

from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ldn_graph import yamlfiles
from ldn_graph.errors import DataError, LdnError, UsageError
from ldn_graph.exchange import bibliography
from ldn_graph.model import Corpus, Entity, Source
from ldn_graph.terms import Kind
from ldn_graph.web.curate.fields import entity_named
from ldn_graph.web.curate.office import office
from ldn_graph.web.curate.shown import sheet
from ldn_graph.web.people.guard import signed_in, writer
from ldn_graph.web.state import settings

#: A record of a bibliography is a few kilobytes.
LONGEST_RECORD = 200_000
_FORMS = (
    (re.compile(r"PMID\s*-"), ".nbib"),
    (re.compile(r"TY\s\s?-"), ".ris"),
    (re.compile(r"@\w+\s*\{"), ".bib"),
    (re.compile(r"[\[{]"), ".json"),
)


async def entity_form(request: Request) -> Response:
    """The form of a new entity."""
    person = await signed_in(request)
    state = await office(request).ask(lambda w: w.state)
    values = {"label": request.query_params.get("label", "")}
    return sheet(request, "curate/entity.html", person, state, values=values, kinds=list(Kind),
                 problem="", made=request.query_params.get("made"))  # fmt: skip


async def add_entity(request: Request) -> Response:
    """Add an entity. What is wrong with it is told above the form, which keeps its words."""
    person = await writer(request)
    form = await request.form()
    values = {k: v for k, v in form.items() if isinstance(v, str)}
    state = await office(request).ask(lambda w: w.state)
    try:
        entity = _entity(values, state.corpus)
        await office(request).do(lambda w: w.add([entity], by=person.agent.id))
    except UsageError as error:
        answer = sheet(request, "curate/entity.html", person, state, values=values,
                       kinds=list(Kind), problem=str(error), made=None)  # fmt: skip
        answer.status_code = error.status
        return answer
    base = settings(request).base_path
    return RedirectResponse(f"{base}/curate/entity?made={entity.id}", 303)


async def source_form(request: Request) -> Response:
    """The form of a new source."""
    person = await signed_in(request)
    state = await office(request).ask(lambda w: w.state)
    return sheet(request, "curate/source.html", person, state, problem="", record="",
                 made=request.query_params.getlist("made"))  # fmt: skip


async def add_source(request: Request) -> Response:
    """Add the sources of a PubMed, RIS or BibTeX record that was pasted or uploaded."""
    person = await writer(request)
    form = await request.form()
    record = await _record(form)
    state = await office(request).ask(lambda w: w.state)
    try:
        read = await run_in_threadpool(_sources, record, f"a record sent by {person.agent.id}")
        sources = bibliography.new_sources(read, state.corpus.sources.values())
        await office(request).do(lambda w: w.add(sources, by=person.agent.id))
    except LdnError as error:
        answer = sheet(request, "curate/source.html", person, state, problem=str(error),
                       record=record[:LONGEST_RECORD], made=[])  # fmt: skip
        answer.status_code = 422 if isinstance(error, DataError) else error.status
        return answer
    made = "&".join(f"made={s.id}" for s in sources)
    return RedirectResponse(f"{settings(request).base_path}/curate/source?{made}", 303)


def _entity(values: dict[str, str], corpus: Corpus) -> Entity:
    """Raises UsageError, with the field that is wrong."""
    label = values.get("label", "").strip()
    slug = re.sub(r"[^a-z0-9]+", "-", label.lower()).strip("-")
    fields = {
        "id": values.get("id", "").strip() or slug,
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
    called = corpus.entity_called(label) if label else None
    if called is not None:
        raise UsageError(
            f"label: {label!r} is a name of {called.id} ({called.label}) already; use that one, or "
            "choose a label that tells the two apart"
        )
    try:
        return Entity.model_validate(fields)
    except ValidationError as error:
        told = [
            f"{'.'.join(map(str, at)) or 'entity'}: {what}"
            for at, what in yamlfiles.problems(Entity, error)
        ]
        raise UsageError("; ".join(told)) from error


async def _record(form: FormData) -> str:
    """The pasted record, or the uploaded one. Raises UsageError for one that is too long."""
    sent = form.get("file")
    if isinstance(sent, UploadFile) and sent.filename:
        data = await sent.read(LONGEST_RECORD + 1)
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise UsageError(f"{sent.filename[:80]}: is no UTF-8 text; save it as UTF-8") from error
    else:
        text = str(form.get("record", ""))
    if len(text) > LONGEST_RECORD:
        raise UsageError(f"a record has up to {LONGEST_RECORD:,} characters; send fewer at a time")
    return text


def _sources(record: str, seen_in: str) -> tuple[Source, ...]:
    """The publications of a record whose form is told by how it begins. Raises UsageError for
    another, DataError for one that is broken."""
    begins = record.lstrip()
    for form, suffix in _FORMS:
        if form.match(begins):
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / f"record{suffix}"
                path.write_text(record, encoding="utf-8")
                return bibliography.read_sources(path, seen_in)
    raise UsageError(
        "this is no record of PubMed (PMID- …), RIS (TY  - …), BibTeX (@article{…) or CSL-JSON; "
        "copy one from PubMed’s “Cite”, or from Zotero’s export"
    )
