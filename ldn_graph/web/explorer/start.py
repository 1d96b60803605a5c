"""The start page: what this is, a search, the whole graph, questions to begin with, figures."""

from collections import Counter
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from ldn_graph.graph import EvidenceGraph
from ldn_graph.records import lessons
from ldn_graph.records.vocabularies import Agreement, Certainty, Kind
from ldn_graph.web.explorer.caches import kept, questions
from ldn_graph.web.explorer.evidence_map import Asked, drawing, map_as_asked
from ldn_graph.web.explorer.lessons import folder_of
from ldn_graph.web.explorer.template_context import page
from ldn_graph.web.state import snapshot

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
