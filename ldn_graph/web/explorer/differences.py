"""What changed in the corpus between two of its states, in words, by record.

It tells no more than the pages of both states do: reasons stand in a claim's history there too.
"""

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response

from ldn_graph.curation.publication import public
from ldn_graph.errors import BadParameter
from ldn_graph.graph import data_folder
from ldn_graph.web.bounded_work import one_of
from ldn_graph.web.explorer.page import render
from ldn_graph.web.past import last_change
from ldn_graph.web.state import settings
from ldn_graph.workspace import difference
from ldn_graph.workspace.entry import Entry
from ldn_graph.workspace.history import history_of

#: Lines that a page shows.
SHOWN = 500
_RECORD = re.compile(r"(claim|source|entity|agent) ([a-z0-9-]+): (.*)", re.DOTALL)
#: Two states are built for it: one request at a time, strangers may ask for any two.
_one = CapacityLimiter(1)


@dataclass(frozen=True)
class Change:
    """What is different in a record; `kind` and `name` are empty for what is no record."""

    kind: str
    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Between:
    """The two states by the change that made each, and what is different; `left_out`: lines."""

    old: Entry
    new: Entry
    changes: tuple[Change, ...]
    left_out: int


async def differences(request: Request) -> Response:
    """The differences of two states, `from` and `to`: days, times or numbers of changes.

    Raises BadParameter, and UsageError or UnknownName where there is no such state.
    """
    asked = [request.query_params.get(name, "").strip() for name in ("from", "to")]
    if not all(asked):
        raise BadParameter("name two states, `from` and `to`; /as-of lists the changes")
    folder = data_folder(settings(request).data)
    every = settings(request).open_drafts
    async with one_of(_one):
        found = await to_thread.run_sync(_between, folder, asked[0], asked[1], every)
    return render(request, "differences.html", found=found)


def _between(folder: Path, old: str, new: str, every: bool) -> Between:
    entries = sorted((last_change(folder, when) for when in (old, new)), key=lambda e: e.seq)
    return _compared(folder, *entries, every=every)


@lru_cache(maxsize=16)
def _compared(folder: Path, old: Entry, new: Entry, *, every: bool) -> Between:
    was, now = (history_of(folder).state(entry) for entry in (old, new))
    if not every:
        was, now = (replace(state, corpus=public(state.corpus)) for state in (was, now))
    lines = difference.states(was, now)
    split = [m.groups() if (m := _RECORD.fullmatch(line)) else ("", "", line) for line in lines]
    changes = tuple(
        Change(kind, name, tuple(line for _, _, line in some))
        for (kind, name), some in groupby(split[:SHOWN], key=lambda s: s[:2])
    )
    return Between(old, new, changes, max(0, len(lines) - SHOWN))
