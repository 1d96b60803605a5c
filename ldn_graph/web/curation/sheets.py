"""A sheet of claims that a curator fills in a spreadsheet program: looked at first, then taken in.

What was sent lies beside the corpus, under its sender and its digest, until newer ones push it out;
so what is taken in is what was looked at, and both pages can be loaded again.
"""

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from anyio import to_thread
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ldn_graph import files
from ldn_graph.errors import BadFile, Conflict, LdnError, TooLarge, UnknownName
from ldn_graph.exchange.sheets.drafts import Drafts, Problem, drafts
from ldn_graph.exchange.sheets.files import (
    ENDINGS,
    READ,
    read_rows,
    write_claims,
    write_refused,
)
from ldn_graph.exchange.sheets.template import template as make_template
from ldn_graph.records.model import Claim
from ldn_graph.web.auth.accounts import beside
from ldn_graph.web.auth.guard import FORM, Person, signed_in, writer
from ldn_graph.web.bounded_work import READING
from ldn_graph.web.curation.workspace_access import office, texts_of
from ldn_graph.web.curation.workspace_access import sheet as page
from ldn_graph.web.http.forms import sent
from ldn_graph.web.http.messages import message_of, status_of
from ldn_graph.web.state import settings
from ldn_graph.workspace import Entry, Workspace, corpus_files, difference
from ldn_graph.workspace.corpus_files import State
from ldn_graph.workspace.sheet_import import demand_right, digest, take

#: Bytes and rows of a sheet that comes by browser; the command line takes larger ones.
MOST_BYTES = 8 * 2**20
MOST_ROWS = 5_000
#: What a page shows of each kind at most.
SHOWN = 300
#: Sheets that are kept of each person.
_KEPT = 6
_MEDIA = {
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_NAME = re.compile(r"[0-9a-f]{32}(\.csv|\.xlsx|\.ods)")


@dataclass(frozen=True)
class Trouble:
    """What is wrong with a cell, and what to do, apart."""

    row: int
    column: str | None
    what: str
    remedy: str

    @classmethod
    def of(cls, problem: Problem) -> "Trouble":
        what, _, remedy = problem.what.rpartition("; ")
        return cls(problem.row, problem.column, what or remedy, remedy if what else "")


async def form(request: Request) -> Response:
    """Where a sheet is sent from, and where one to fill in is had."""
    person = await signed_in(request)
    return await _form(request, person)


async def look(request: Request) -> Response:
    """What a sheet would come to; nothing is written. What is wrong with it is told by cell."""
    try:
        person = await writer(request, MOST_BYTES + FORM)
    except TooLarge as error:
        return await _form(request, await signed_in(request), error)
    given = sent(request).get("sheet")
    if not isinstance(given, UploadFile) or not given.filename:
        return await _form(request, person, BadFile("choose a sheet, .csv, .xlsx or .ods"))
    name = _shown(given.filename)
    try:
        content = await given.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise TooLarge(f"{name}: larger than {MOST_BYTES // 2**20} MiB; split it")
        kept = await run_in_threadpool(_keep, _folder(request, person), name, content)
        return await _looked(request, person, kept, name)
    except LdnError as error:
        return await _form(request, person, error)


async def import_(request: Request) -> Response:
    """Take in the claims of a sheet that was looked at, as far as they are right."""
    person = await writer(request)
    fields = sent(request)
    kept, name = str(fields.get("kept", "")), _shown(str(fields.get("name", "")))
    why = str(fields.get("why", "")).strip()[:4000] or None
    partial = fields.get("do") == "partial"
    try:
        content = await run_in_threadpool(_content, _folder(request, person), kept)
        state = await office(request).ask(lambda w: w.state)
        found = await _read(request, content, kept, name, state, person)
        demand_right(found, name, partial=partial)
        if digest(found) != fields.get("seen"):
            raise Conflict("the graph has changed since you looked; look again, then take it in")
        by = person.agent.id
        done = await office(request).do(lambda w: take(w, found, state.corpus, by=by, why=why))
    except Conflict as error:
        return await _looked(request, person, kept, name, error)
    except LdnError as error:
        return await _form(request, person, error)
    query: dict[str, str | int] = {"left": _mended(kept)} if found.problems else {}
    if done:
        query |= {"from": done[0].seq, "to": done[-1].seq}
    return RedirectResponse(
        f"{settings(request).base_path}/curate/import/done?{urlencode(query)}", 303
    )


async def done(request: Request) -> Response:
    """The claims that came in, with links; and the rows that were left."""
    person = await signed_in(request)
    first, last = (_number(request.query_params.get(n, "")) for n in ("from", "to"))
    left = request.query_params.get("left", "")

    def came(workspace: Workspace) -> tuple[list[str], State]:
        entries = workspace.entries[max(0, first - 1) : last]
        mine = (e for e in entries if e.by == person.agent.id)
        return list(dict.fromkeys(n for e in mine for n in _claims_of(e))), workspace.state

    names, state = await office(request).ask(came)
    claims = [corpus_files.proposed(state, n) for n in names if n in state.corpus.claims]
    return page(
        request, "curate/imported.html", person, state,
        claims=claims[:SHOWN], number=len(claims), left=left if _NAME.fullmatch(left) else "",
    )  # fmt: skip


async def left(request: Request) -> Response:
    """The rows of a sheet that were not right, each with what is wrong, as a sheet to mend."""
    person = await signed_in(request)
    kept = request.path_params["kept"]
    content = await run_in_threadpool(_content, _folder(request, person), kept, "left-")
    return _file(content, f"claims-to-mend{kept[32:]}")


async def template(request: Request) -> Response:
    """An empty sheet: with lists to choose from and examples as .xlsx, the heading as .csv."""
    await signed_in(request)
    ending = _ending(request)
    state = await office(request).ask(lambda w: w.state)
    if ending == ".xlsx":
        content = await run_in_threadpool(make_template, state.corpus)
    else:
        content = write_claims((), state.corpus, "claims.csv")
    return _file(content, f"claims{ending}")


async def export(request: Request) -> Response:
    """The claims as they are now, as a sheet that can be changed and taken in again."""
    await signed_in(request)
    ending = _ending(request)
    state = await office(request).ask(lambda w: w.state)
    claims = [state.corpus.claims[name] for name in sorted(state.corpus.claims)]
    content = await run_in_threadpool(write_claims, claims, state.corpus, f"claims{ending}")
    return _file(content, f"claims-{dt.datetime.now(dt.UTC):%Y-%m-%d}{ending}")


async def _form(request: Request, person: Person, error: LdnError | None = None) -> Response:
    state = await office(request).ask(lambda w: w.state)
    answer = page(
        request, "curate/import.html", person, state,
        problems=message_of(request, error).split("\n") if error else [], most=MOST_BYTES // 2**20,
        rows=MOST_ROWS, endings=READ, claims=len(state.corpus.claims),
    )  # fmt: skip
    if error is not None:
        answer.status_code = status_of(error)
    return answer


async def _looked(
    request: Request, person: Person, kept: str, name: str, error: LdnError | None = None
) -> Response:
    """The page that says what the sheet `kept` comes to now."""
    folder = _folder(request, person)
    state = await office(request).ask(lambda w: w.state)
    content = await run_in_threadpool(_content, folder, kept)
    found = await _read(request, content, kept, name, state, person)
    if found.problems:
        mended = _mended(kept)
        refused = await run_in_threadpool(write_refused, found, mended)
        await run_in_threadpool(files.write_bytes, folder / f"left-{mended}", refused)
    else:
        demand_right(found, name)
    troubles = [Trouble.of(p) for p in found.problems]
    answer = page(
        request, "curate/import-look.html", person, state,
        name=name, kept=kept, seen=digest(found), found=found, shown=SHOWN,
        troubles=troubles[:SHOWN], left_out=max(0, len(troubles) - SHOWN),
        changes=[(c, _changes(c, state)) for c in found.changed[:SHOWN]],
        needs_reason=any(c.current for c in found.changed),
        problem=message_of(request, error) if error else "",
    )  # fmt: skip
    if error is not None or not (found.new or found.changed or found.unchanged):
        answer.status_code = error.status if error else 422
    return answer


def _changes(claim: Claim, state: State) -> tuple[str, ...]:
    return difference.claims(state.corpus.claims[claim.id], claim, state, state)


def _mended(kept: str) -> str:
    """What the rows that were left are called: no .ods is written."""
    return kept if kept.endswith(ENDINGS) else f"{kept[:32]}.xlsx"


async def _read(
    request: Request, content: bytes, kept: str, name: str, state: State, person: Person
) -> Drafts:
    """The sheet against the corpus as it is now, its quotes against the texts that are held. `kept`
    ends as its kind does."""
    texts = (await texts_of(request, state)).by_source
    ending = kept[32:]
    told = name if name.lower().endswith(ending) else f"sheet{ending}"
    day = dt.datetime.now(dt.UTC).date()

    def read() -> Drafts:
        rows = read_rows(content, told, MOST_ROWS)
        return drafts(rows, state.corpus, person.agent.id, day, texts)

    return await to_thread.run_sync(read, limiter=READING)


def _folder(request: Request, person: Person) -> Path:
    """Where a person's sheets lie: beside the corpus, out of git's sight."""
    data = settings(request).data or Path()
    return beside(data).parent / "sheets" / person.agent.id


def _keep(folder: Path, name: str, content: bytes) -> str:
    """Keep a sheet; returns what it is called there. Raises BadFile for another kind."""
    ending = Path(name).suffix.lower()
    if ending not in READ:
        raise BadFile(f"{name}: unknown kind of sheet; save it as {' or '.join(READ)}")
    kept = hashlib.sha256(content).hexdigest()[:32] + ending
    files.write_bytes(folder / kept, content)
    # what begins with a dot is being written by another request
    there = sorted(folder.glob("[!.]*"), key=_written, reverse=True)
    for old in [p for p in there if p.name != kept][2 * _KEPT :]:
        old.unlink(missing_ok=True)
    return kept


def _written(path: Path) -> int:
    """When a file was written; one that another request has just taken away is the oldest."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _content(folder: Path, kept: str, prefix: str = "") -> bytes:
    """What was kept. Raises UnknownName for what is not, or no longer, there."""
    try:
        if _NAME.fullmatch(kept):
            return (folder / f"{prefix}{kept}").read_bytes()
    except OSError:
        pass
    raise UnknownName("this sheet is no longer kept; send it again")


def _file(content: bytes, name: str) -> Response:
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    return Response(content, media_type=_MEDIA[Path(name).suffix], headers=headers)


def _ending(request: Request) -> str:
    ending = "." + str(request.path_params["form"])
    if ending not in ENDINGS:
        raise UnknownName(f"{request.url.path}: no such form; there are {', '.join(ENDINGS)}")
    return ending


def _claims_of(entry: Entry) -> list[str]:
    names = (corpus_files.record_name(f.path) for f in entry.files)
    return [n.partition("/")[2] for n in names if n.startswith("claim/")]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


def _shown(name: str) -> str:
    """A file's name as a message may show it."""
    return re.sub(r"[^\w .()-]", "_", name)[-80:] or "sheet"
