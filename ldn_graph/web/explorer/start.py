"""The start page, the search page, and pages about the whole: the rule, gaps, what changed.

It tells no more than the pages of both states do: reasons stand in a claim's history there too.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from urllib.parse import urlencode

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response

from ldn_graph.curation.policy import public
from ldn_graph.errors import BadParameter, nearest
from ldn_graph.grading.comparison import proposition
from ldn_graph.graph import EvidenceGraph, data_folder
from ldn_graph.paths.gaps import Gap
from ldn_graph.pictures.forest import LANES, Forest, overview
from ldn_graph.records import lessons
from ldn_graph.records.model import Corpus
from ldn_graph.records.vocabularies import Agreement, Certainty, Design, Indirectness, Kind
from ldn_graph.reports.paths import HEADINGS, chain
from ldn_graph.search import KINDS
from ldn_graph.search.documents import Kind as RecordKind
from ldn_graph.web.bounded_work import one_of
from ldn_graph.web.explorer import pictures
from ldn_graph.web.explorer.evidence_map import Asked, drawing, map_as_asked
from ldn_graph.web.explorer.lessons import folder_of
from ldn_graph.web.explorer.page import kept, page, questions, render
from ldn_graph.web.past import last_change
from ldn_graph.web.state import settings, snapshot
from ldn_graph.workspace import difference
from ldn_graph.workspace.entry import Entry
from ldn_graph.workspace.history import history_of


def about(request: Request) -> Response:
    """What this is, who stands behind it, how strength is derived, and how to cite it."""
    graph = snapshot(request).graph
    return page(
        request,
        "about.html",
        rule=graph.rule,
        designs=[(d, graph.rule.design[d]) for d in Design],
        caps=[(i, graph.rule.indirectness_cap[i]) for i in Indirectness],
        served=snapshot(request).at,
    )


def compare(request: Request) -> Response:
    """What the article says beside what studies found, question by question."""
    graph = snapshot(request).graph
    found: Forest = kept(request, "overview", lambda: overview(graph.corpus, graph.rule))
    return page(
        request,
        "compare.html",
        forest=found,
        lanes=LANES,
        size=pictures.size_of_studies(found),
    )


def gaps(request: Request) -> Response:
    """Where evidence is missing."""
    graph = snapshot(request).graph
    found: tuple[Gap, ...] = kept(request, "gaps", lambda: tuple(graph.gaps()))
    lists = [
        (kind, *HEADINGS[kind], [_told(g, graph.corpus) for g in group])
        for kind, group in groupby(found, key=lambda g: g.kind)
    ]
    return page(request, "gaps.html", lists=lists)


def _told(gap: Gap, corpus: Corpus) -> tuple[str, str, str, str, str]:
    """What it asks, why it is a gap, the claim, the chain if any, and what it is about."""
    asks = proposition(gap.question, corpus)
    words = chain(gap.path, corpus) if gap.path else ""
    return asks, gap.why, gap.claims[0], words, gap.about


#: Results a page, characters of a question.
PAGE, LONGEST = 20, 200
NAMES: dict[RecordKind, str] = {"entity": "Things", "claim": "Claims", "source": "Sources"}


@dataclass(frozen=True)
class Facet:
    """A kind that results may be narrowed to; None for all."""

    kind: RecordKind | None
    name: str
    count: int
    path: str
    chosen: bool


def search(request: Request) -> Response:
    """What is found for `q`, of one `kind` or of all. Raises BadParameter."""
    words = _words(request)
    kind = request.query_params.get("kind") or None
    if kind is not None and kind not in KINDS:
        raise BadParameter(f"unknown kind {kind!r}{nearest(kind, KINDS)}; leave it out for all")
    chosen = kind
    number = _page(request)
    only = None if chosen is None else (chosen,)
    found = (
        snapshot(request).index.search(words, only, PAGE, (number - 1) * PAGE) if words else None
    )
    facets = []
    if found:
        facets = [Facet(None, "All", sum(found.counts.values()), _path(words, None), kind is None)]
        facets += [
            Facet(k, NAMES[k], found.counts[k], _path(words, k), kind == k)
            for k in KINDS
            if found.counts[k] or kind == k
        ]
    return page(
        request,
        "search.html",
        words_asked=words,
        found=found,
        facets=facets,
        number=number,
        before=_path(words, chosen, number - 1) if number > 1 else None,
        after=_path(words, chosen, number + 1) if found and found.total > number * PAGE else None,
    )


def _words(request: Request) -> str:
    return " ".join(request.query_params.get("q", "").split())[:LONGEST]


def _page(request: Request) -> int:
    given = request.query_params.get("page", "1")
    if not given.isascii() or not given.isdigit() or not 1 <= int(given[:6]) <= 1000:
        raise BadParameter(f"page is {given[:20]!r}; give a number from 1 to 1000")
    return int(given[:6])


def _path(words: str, kind: RecordKind | None, number: int = 1) -> str:
    given: dict[str, str | int] = {"q": words}
    if kind:
        given["kind"] = kind
    if number > 1:
        given["page"] = number
    return f"/search?{urlencode(given)}"


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


#: Rows of the map that the page shows.
ROWS = 8


@dataclass(frozen=True)
class Example:
    """A question to begin with: `kind` says what sort of answer comes."""

    question: str
    about: str
    path: str
    kind: str


@dataclass(frozen=True)
class Figures:
    """Numbers of the current claims. `levels`: (level, how many); `sure`: by certainty of the
    strongest wording in favour; `agreements`: by conflict class."""

    claims: int
    entities: int
    sources: int
    contested: int
    levels: tuple[tuple[int, int], ...]
    agreements: tuple[tuple[Agreement, int], ...]
    sure: tuple[tuple[Certainty, int], ...]


def start(request: Request) -> Response:
    """What this is, and where to begin."""
    graph = snapshot(request).graph
    found = map_as_asked(request, Asked())
    return page(
        request,
        "start.html",
        figures=kept(request, "figures", lambda: figures(graph)),
        examples=kept(request, "examples", lambda: examples(request)),
        map=found,
        rows=found.rows[:ROWS],
        **drawing(),
        placeholder=kept(request, "placeholder", lambda: placeholder(graph)),
    )


def figures(graph: EvidenceGraph) -> Figures:
    """What the current claims come to; retracted and rejected ones are not counted."""
    current = graph.corpus.current()
    strengths = [graph.strengths[c.id] for c in current]
    levels = Counter(s.level for s in strengths)
    agreements = Counter(s.agreement for s in strengths)
    sure = Counter(
        graph.rule.certainty_of[s.wording]
        for s in strengths
        if s.wording in graph.rule.certainty_of
    )
    return Figures(
        claims=len(current),
        entities=len({name for c in current for name in (c.subject, c.object)}),
        sources=len({item.source for c in current for item in c.evidence}),
        contested=agreements[Agreement.CONTESTED],
        levels=tuple((line.level, levels[line.level]) for line in graph.rule.levels),
        agreements=tuple((a, agreements[a]) for a in reversed(Agreement)),
        sure=tuple((c, sure[c]) for c in Certainty),
    )


def placeholder(graph: EvidenceGraph) -> str:
    """What may be searched for: the condition of most sources, or nothing where there is none."""
    said = Counter(
        name
        for claim in graph.corpus.current()
        for name in {claim.object, claim.qualifiers.condition}
        for _ in {item.source for item in claim.evidence}
        if name and graph.corpus.entities[name].kind is Kind.CONDITION
    )
    if not said:
        return ""
    return graph.corpus.entities[min(said, key=lambda name: (-said[name], name))].label


def examples(request: Request) -> list[Example]:
    """Questions that this corpus has an answer to, each one click away."""
    graph = snapshot(request).graph
    found = [_paths(graph), _studies(request), *_canned(graph)]
    found.append(
        Example(
            "Where is evidence missing?",
            "What no study has looked at, and what rests on animals, cells or another dose.",
            "/gaps",
            "Gaps",
        )
    )
    if lessons.read(folder_of(graph), graph.corpus)[0]:
        found.append(
            Example(
                "New to this? Take a lesson",
                "Short guided tours with questions, for a class or for yourself.",
                "/lessons",
                "Lessons",
            )
        )
    return [e for e in found if e is not None]


def _paths(graph: EvidenceGraph) -> Example | None:
    """The condition that most paths of the drug with most paths lead to."""
    ends = Counter(
        (p.start, p.end)
        for p in graph.all_paths
        if graph.corpus.entities[p.end].kind is Kind.CONDITION
    )
    if not ends:
        return None
    (drug, condition), number = min(ends.items(), key=lambda pair: (-pair[1], pair[0]))
    labels = graph.corpus.entities
    return Example(
        f"How is {labels[drug].label} said to work in {labels[condition].label}?",
        f"{number} chain{'' if number == 1 else 's'} of claims, each no stronger than its "
        "weakest link.",
        f"/entity/{condition}#paths",
        "Paths",
    )


def _studies(request: Request) -> Example | None:
    """The question with most studies on both sides."""
    graph = snapshot(request).graph
    disputed = [q for q in questions(request) if q.contested and q.in_article]
    if not disputed:
        return None
    most = min(disputed, key=lambda q: (-len(q.studies), q.claims[0].id))
    about = graph.corpus.entities[most.condition or most.object].label
    return Example(
        f"What did studies of {about} find, beside what the article says?",
        "Trials and reviews for it and against it, side by side.",
        f"/entity/{most.condition or most.object}#studies",
        "Evidence",
    )


#: Canned queries that make good first questions, and what is said of their answer.
_FIRST = {
    "contested-claims": "Claims that studies speak for and against.",
    "confident-but-unsupported": "Sure words with nothing behind them.",
    "hedging-words": "The very words by which a text leaves a door open.",
    "side-effects": "With how often and how badly, where a source says so.",
}
#: Where another page shows the answer better than a table of rows.
_ANSWERED = {"side-effects": "/map?kind=harms"}


def _canned(graph: EvidenceGraph) -> list[Example]:
    return [
        Example(
            graph.canned[name].summary, about, _ANSWERED.get(name) or f"/answer/{name}", "Answer"
        )
        for name, about in _FIRST.items()
        if name in graph.canned
    ]
