"""What a curator brings along (a text with its record, a sheet), and what saved searches found."""

from collections.abc import Sequence
from contextlib import nullcontext
from functools import partial

from anyio import to_thread
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ldn_graph.curation.policy import Permission
from ldn_graph.errors import BadFile, BadParameter, LdnError, UsageError
from ldn_graph.exchange.bibliography import Cited, Found, found_in, source_id, unknown
from ldn_graph.records.model import Corpus, Source
from ldn_graph.texts import KINDS, MAX_BYTES, SourceText, read_text
from ldn_graph.texts.text import plain
from ldn_graph.web.auth.guard import Person, signed_in, writer
from ldn_graph.web.bounded_work import READING
from ldn_graph.web.curation.workspace_access import office, sheet
from ldn_graph.web.http.forms import sent
from ldn_graph.web.http.messages import message_of, status_of
from ldn_graph.web.state import settings
from ldn_graph.workspace import Workspace
from ldn_graph.workspace.publications import in_words, look_up_of
from ldn_graph.workspace.source_texts import held, with_text

#: A record of a bibliography is a few kilobytes.
LONGEST = 2_000_000


def found_of(record: bytes, seen_in: str) -> Found:
    """The publications of a file or pasted text, whose format is told by what is in it.

    Raises UsageError for a very long one, BadFile for another format, DataError for one that is
    broken.
    """
    if len(record) > LONGEST:
        raise UsageError(f"a record file has up to {LONGEST:,} bytes; send fewer at a time")
    return found_in(record, "record", seen_in)


#: Kinds of source that a person may choose; the record decides where there is one.
TYPES = (
    "webpage", "post-weblog", "article-journal", "review", "book", "regulation", "dataset",
    "document",
)  # fmt: skip


async def form(request: Request) -> Response:
    """The form for a new source: its record, its text, or both."""
    person = await signed_in(request)
    made = request.query_params.getlist("made")
    values = {"identifier": request.query_params.get("identifier", "")[:300]}
    return await _form(request, person, values, made=made)


async def add(request: Request) -> Response:
    """Add sources: those of a record, or one that is made of its text and title.

    What is wrong is told above the form, which keeps its words.
    """
    person = await writer(request, settings(request).limits.load)
    fields = sent(request)
    values = {k: v for k, v in fields.items() if isinstance(v, str)}
    try:
        text = await text_in(fields)
        record = await _record(fields)
        state = await office(request).ask(lambda w: w.state)
        found = await _looked_up(request, values, state.corpus)
        if found is not None and "look" in values:
            return await _form(request, person, values, shown=found)
        added, notes = await run_in_threadpool(
            _sources, found or record, text, values, person, state.corpus
        )
        folder = settings(request).texts
        made = [source for source, _ in added] if folder else [_without(s, text) for s, _ in added]
        if folder is None and text is not None:
            raise UsageError("this server holds no texts; start it with --texts DIR")

        def change(workspace: Workspace) -> None:
            """The texts first: a source must not name one that is not there."""
            texts = {s.id: its_text for s, its_text in added if its_text is not None}
            with held(folder, texts) if folder is not None else nullcontext():
                workspace.add(made, by=person.agent.id)

        await office(request).do(change)
    except LdnError as error:
        status = status_of(error)
        return await _form(
            request, person, values, problem=message_of(request, error), status=status
        )
    base = settings(request).base_path
    if notes:
        return await _form(request, person, {}, made=[s.id for s in made], notes=notes)
    if text is not None:
        return RedirectResponse(f"{base}/curate/read/{made[0].id}", 303)
    return RedirectResponse(f"{base}/curate/source?" + "&".join(f"made={s.id}" for s in made), 303)


async def _form(
    request: Request,
    person: Person,
    values: dict[str, str],
    *,
    problem: str = "",
    made: Sequence[str] = (),
    notes: Sequence[str] = (),
    shown: Found | None = None,
    status: int = 200,
) -> Response:
    state = await office(request).ask(lambda w: w.state)
    known = [m for m in made if m in state.corpus.sources]
    answer = sheet(
        request,
        "curate/source.html",
        person,
        state,
        values=values,
        problem=problem,
        made=known,
        notes=notes,
        shown=[(in_words(one.source), one) for one in shown.cited] if shown else [],
        looks_up=state.corpus.description.look_up is not None,
        types=TYPES,
        endings=KINDS,
        holds_texts=settings(request).texts is not None,
    )
    answer.status_code = status
    return answer


async def text_in(fields: FormData) -> SourceText | None:
    """The text that was uploaded or pasted. Raises UsageError for one that can't be read."""
    given = fields.get("text_file")
    if isinstance(given, UploadFile) and given.filename:
        data = await given.read(MAX_BYTES + 1)
        read = partial(read_text, data, given.filename, given.content_type)
        return await to_thread.run_sync(read, limiter=READING)
    pasted = str(fields.get("text", ""))
    if not pasted.strip():
        return None
    return await run_in_threadpool(read_text, pasted.encode("utf-8"), "pasted.txt")


async def _looked_up(request: Request, values: dict[str, str], corpus: Corpus) -> Found | None:
    """The publication of the PMID or DOI that was typed; None where none was."""
    identifier = values.get("identifier", "").strip()
    if not identifier:
        return None
    allowed = look_up_of(corpus)
    return await run_in_threadpool(office(request).publications.find, identifier, allowed)


async def _record(fields: FormData) -> bytes:
    """The record that was uploaded or pasted."""
    given = fields.get("file")
    if not isinstance(given, UploadFile) or not given.filename:
        return str(fields.get("record", "")).encode("utf-8", "replace")
    return await given.read(LONGEST + 1)


def _sources(
    record: bytes | Found,
    text: SourceText | None,
    values: dict[str, str],
    person: Person,
    corpus: Corpus,
) -> tuple[list[tuple[Source, SourceText | None]], tuple[str, ...]]:
    """The sources to add, each with its text, and what was left out of them. The text belongs to
    the only one; without one, an abstract is the text."""
    seen_in = f"given by {person.agent.id}"
    if isinstance(record, Found):
        found = record
    elif record.strip():
        found = found_of(record, seen_in)
    elif text is not None:
        found = Found((Cited(_of_text(text, values, seen_in), "the text"),))
    else:
        raise UsageError(
            "give a PMID or DOI, a record, a text, or a text with one of these; there is neither"
        )
    cited, known = unknown(found.cited, corpus.sources.values())
    left = (*found.refused, *known)
    if left and not (values.get("partial") and cited):
        told = f"nothing was added; {len(cited)} records are right"
        raise BadFile(*left, f"{told}, and can be added without the others" if cited else told)
    if text is None:
        return [_with_abstract(one) for one in cited], (*found.remarks, *left)
    if len(cited) != 1:
        raise UsageError(f"one text, but the record names {len(cited)} sources; send them apart")
    twin = next((s for s in corpus.sources.values() if s.text_sha256 == text.sha256), None)
    if twin is not None:
        raise UsageError(f"this very text is that of {twin.id} already; read it there")
    return [(with_text(cited[0].source, text), text)], found.remarks


def _with_abstract(cited: Cited) -> tuple[Source, SourceText | None]:
    if cited.abstract is None:
        return cited.source, None
    abstract = plain(cited.abstract)
    return with_text(cited.source, abstract, "abstract"), abstract


def _without(source: Source, text: SourceText | None) -> Source:
    """The source as it is on a server that holds no texts: an abstract is not kept."""
    if text is not None or source.text_part is None:
        return source
    return source.model_copy(update={"text_sha256": None, "text_length": None, "text_part": None})


def _of_text(text: SourceText, values: dict[str, str], seen_in: str) -> Source:
    """A source that no record describes: title and kind as they were typed in."""
    title = values.get("title", "").strip() or text.title or ""
    if not title:
        raise UsageError("title: the text does not show one; type it in")
    kind = values.get("type") or TYPES[0]
    if kind not in TYPES:
        raise BadParameter(f"type: {kind[:40]!r} is none; there are {', '.join(TYPES)}")
    fields = {
        "id": source_id((), None, title),
        "type": kind,
        "title": title,
        "verified_in": seen_in,
    }
    return Source.model_validate(fields)


async def listed(request: Request) -> Response:
    """What waits, the newest find first."""
    return await _page(request, await signed_in(request))


async def set_aside(request: Request) -> Response:
    """Have one off the desk for good, with the reason."""
    person = await writer(request)
    fields = sent(request)
    pmid, why = str(fields.get("pmid", "")), str(fields.get("why", ""))

    def allowed(workspace: Workspace) -> None:
        workspace.permitted(person.agent.id, Permission.DRAFT, "set publications aside")

    try:
        await office(request).ask(allowed)
        watches = office(request).watches
        await run_in_threadpool(watches.set_aside, pmid, by=person.agent.id, why=why)
    except LdnError as error:
        return await _page(request, person, error)
    return RedirectResponse(f"{settings(request).base_path}/curate/publications", 303)


async def _page(request: Request, person: Person, error: LdnError | None = None) -> Response:
    state = await office(request).ask(lambda w: w.state)
    watches = office(request).watches
    answer = sheet(
        request,
        "curate/publications.html",
        person,
        state,
        waiting=await run_in_threadpool(watches.waiting, state.corpus),
        searches=await run_in_threadpool(watches.saved),
        problem=message_of(request, error) if error else "",
    )
    if error is not None:
        answer.status_code = status_of(error)
    return answer
