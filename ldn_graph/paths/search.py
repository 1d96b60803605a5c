"""Ranked paths drug → mechanism → pathway → condition, each no stronger than its weakest link.

The current claims form a directed multigraph, one edge a claim; a path walks supported causal
claims from subject to object and meets no entity twice. Nothing here averages or multiplies: a
path ranks by its weakest step, then by its second weakest, and so on. `docs/paths.md` says how
the sign of a chain follows from its steps, and what the notes mean.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, overload

import networkx as nx

from ldn_graph.errors import BadParameter, UnknownName, nearest
from ldn_graph.grading.strength import Strength
from ldn_graph.paths.chain import Path, Step, assemble, backing, explain, next_state
from ldn_graph.records.enumerations import GradeScale
from ldn_graph.records.model import Claim, Corpus, EvidenceItem
from ldn_graph.records.vocabularies import Certainty, Column, DoseBand, Kind, Predicate

__all__ = [
    "AllPaths",
    "Filter",
    "Path",
    "Step",
    "all_paths",
    "explain",
    "find_paths",
    "multigraph",
    "next_state",
]

#: More paths than this between two entities are an error that says so, never a silent cut.
LIMIT = 20_000
#: So many steps a search may look at before it gives up, and says so (some seconds).
EFFORT = 1_000_000


@dataclass(frozen=True)
class Filter:
    """Which paths to keep; an empty set allows everything, so a filter only ever removes.

    Each link needs a grade of `min_level` steps (0 to 4, on its own scale), and each step one
    supporting item that fits `certainties`, `sources` and `dose_bands` together (an item without a
    dose has its subject's, and without one fits any).
    Between its ends a path may only meet entities of `kinds`, none of `avoid`, and all of `via`.
    """

    min_level: int = 0
    certainties: frozenset[Certainty] = frozenset()
    kinds: frozenset[Kind] = frozenset()
    sources: frozenset[str] = frozenset()
    dose_bands: frozenset[DoseBand] = frozenset()
    avoid: frozenset[str] = frozenset()
    via: frozenset[str] = frozenset()

    def allows(self, step: Step, corpus: Corpus) -> bool:
        """Whether the step's claim is strong enough and has an item that fits."""
        grade = step.strength.grade
        if grade.step < self.min_level and not grade.is_background:
            return False
        band = corpus.entities[step.claim.subject].dose_band
        return any(self._fits(item, band) for item in backing(step.claim, corpus))

    def passes(self, name: str, corpus: Corpus) -> bool:
        """Whether a path may meet the entity `name` between its ends."""
        kind = corpus.entities[name].kind
        return name not in self.avoid and (not self.kinds or kind in self.kinds)

    def check(self, corpus: Corpus) -> None:
        """Raises BadParameter or UnknownName for a value that no corpus, or this one, has."""
        if not 0 <= self.min_level <= 4:
            raise BadParameter(f"min_level is {self.min_level}; give a level from 0 to 4")
        vocabularies: tuple[tuple[str, Iterable[str], Iterable[str]], ...] = (
            ("certainty", self.certainties, Certainty),
            ("kind", self.kinds, Kind),
            ("dose band", self.dose_bands, DoseBand),
        )
        for what, given, known in vocabularies:
            names = [str(name) for name in known]
            for value in sorted(set(given) - set(names)):
                remedy = nearest(value, names) or f"; there are {', '.join(names)}"
                raise BadParameter(f"unknown {what} {value!r}{remedy}")
        for value in sorted(self.sources - set(corpus.sources)):
            raise UnknownName.among("source", value, corpus.sources)
        for value in sorted((self.avoid | self.via) - set(corpus.entities)):
            raise UnknownName.among("entity", value, corpus.entities)

    def _fits(self, item: EvidenceItem, subject_band: DoseBand | None) -> bool:
        band = item.dose.band if item.dose else subject_band
        return (
            (not self.certainties or item.certainty in self.certainties)
            and (not self.sources or item.source in self.sources)
            and (not self.dose_bands or band is None or band in self.dose_bands)
        )


@dataclass(frozen=True)
class AllPaths(Sequence[Path]):
    """The paths from every drug to every entity of the condition column, by ends and rank.

    `steps`: how deep all pairs were searched. `shortened`: the pairs with more paths than the
    limit, as (start, end, steps): of these, all paths of up to so many steps are here, and none
    longer.
    """

    found: tuple[Path, ...]
    steps: int
    shortened: tuple[tuple[str, str, int], ...] = ()

    @overload
    def __getitem__(self, index: int) -> Path: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Path]: ...
    def __getitem__(self, index: int | slice) -> Path | Sequence[Path]:
        return self.found[index]

    def __len__(self) -> int:
        return len(self.found)


@dataclass
class _Walk:
    """The steps that may be taken, by where they start, and the way back."""

    out: dict[str, list[Step]] = field(default_factory=lambda: defaultdict(list))
    into: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, step: Step) -> None:
        self.out[step.start].append(step)
        self.into[step.end].add(step.start)

    def distances(self, end: str, limit: int) -> dict[str, int]:
        """How many steps each entity is from `end`, for those within `limit`."""
        far, queue = {end: 0}, deque([end])
        while queue:
            here = queue.popleft()
            new = [n for n in self.into.get(here, ()) if n not in far and far[here] < limit]
            far.update((n, far[here] + 1) for n in new)
            queue.extend(new)
        return far

    def chains(
        self, start: str, end: str, depth: int, far: Mapping[str, int], limit: int
    ) -> list[tuple[Step, ...]] | None:
        """Every way from `start` to `end` in at most `depth` steps that meets no entity twice.

        `far` keeps the search off ways that can't arrive in time. None where there are more than
        `limit`, or the search looks at more than `EFFORT` steps.
        """
        found: list[tuple[Step, ...]] = []
        open_: list[tuple[tuple[Step, ...], frozenset[str]]] = []
        if depth > 0:
            open_.append(((), frozenset({start})))
        looked = 0
        while open_:
            taken, seen = open_.pop()
            for step in self.out.get(taken[-1].end if taken else start, ()):
                looked += 1
                if step.end == end:
                    found.append((*taken, step))
                elif step.end not in seen and len(taken) + 1 + far.get(step.end, depth) <= depth:
                    open_.append(((*taken, step), seen | {step.end}))
            if looked > EFFORT or len(found) > limit:
                return None
        return found


def multigraph(corpus: Corpus, strengths: Mapping[str, Strength]) -> "nx.MultiDiGraph[str]":
    """The current claims as a networkx multigraph, subject → object, one edge a claim.

    Nodes carry `label` and `kind`; edges, whose key is the claim's id, carry `claim`, `strength`,
    `causal` and `supported`. An edge that is not supported (all who speak to it refute it, or
    nothing counts) is there to be seen, and no path runs through it.
    """
    graph = nx.MultiDiGraph()
    for name in sorted(corpus.entities):
        entity = corpus.entities[name]
        graph.add_node(name, label=entity.label, kind=str(entity.kind))
    for claim in corpus.current():
        step = Step(claim, strengths[claim.id], claim.subject, claim.object)
        graph.add_edge(
            step.start,
            step.end,
            key=claim.id,
            claim=claim,
            strength=step.strength,
            causal=claim.info.causal,
            supported=step.supported,
        )
    return graph


def find_paths(
    corpus: Corpus,
    strengths: Mapping[str, Strength],
    start: str,
    end: str,
    *,
    max_steps: int = 5,
    filters: Filter = Filter(),
    through_groups: bool = False,
    limit: int = LIMIT,
) -> tuple[Path, ...]:
    """Every path from `start` to `end` in at most `max_steps`, best first.

    `through_groups` lets a last step go from a group to its member `end`. Raises UnknownName for
    an entity or source that the corpus lacks, BadParameter for a value out of range or where
    there are more than `limit` paths: a cut is never silent.
    """
    _check_ends(corpus, start, end, max_steps, filters)
    graph = multigraph(corpus, strengths)
    walk = _Walk()
    for step in _steps(graph, start, end, through_groups):
        if filters.allows(step, corpus) and (step.end == end or filters.passes(step.end, corpus)):
            walk.add(step)
    chains = walk.chains(start, end, max_steps, walk.distances(end, max_steps), limit)
    if chains is None:
        raise BadParameter(
            f"too many paths of up to {max_steps} steps from {start} to {end} (over {limit}, or "
            "too long a search); allow fewer steps, or filter by level, kind or what to avoid"
        )
    direct = _direct(graph, start, end)
    found = (assemble(chain, direct, corpus) for chain in chains)
    return tuple(sorted((p for p in found if filters.via <= set(p.nodes)), key=lambda p: p.order))


def all_paths(
    corpus: Corpus,
    strengths: Mapping[str, Strength],
    *,
    max_steps: int = 4,
    limit: int = 500,
    most: int = 100_000,
) -> AllPaths:
    """The paths from each drug to each entity of the condition column, for the RDF.

    Where there are more than `most` in all, every pair is searched a step less deep, and so on;
    a pair with more than `limit` paths is searched less deep by itself, and listed as shortened.
    """
    graph = multigraph(corpus, strengths)
    walk = _Walk()
    for step in _steps(graph, "", "", False):
        walk.add(step)
    for steps in range(max_steps, 1, -1):
        pairs = _pairs(walk, corpus, steps, limit, most)
        if pairs is not None:
            break
    else:
        steps, pairs = 1, _pairs(walk, corpus, 1, limit, None) or {}
    found: list[Path] = []
    for (start, end), (_, chains) in pairs.items():
        direct = _direct(graph, start, end)
        found += (assemble(chain, direct, corpus) for chain in chains)
    return AllPaths(
        tuple(sorted(found, key=lambda p: (p.start, p.end, p.order))),
        steps,
        tuple(sorted((*pair, depth) for pair, (depth, _) in pairs.items() if depth < steps)),
    )


_Pairs = dict[tuple[str, str], tuple[int, list[tuple[Step, ...]]]]


def _pairs(walk: _Walk, corpus: Corpus, steps: int, limit: int, most: int | None) -> _Pairs | None:
    """Depth and chains of every pair of drug and condition, or None for more than `most`."""
    drugs = [n for n, e in sorted(corpus.entities.items()) if e.kind is Kind.DRUG]
    ends = [n for n, e in corpus.entities.items() if e.column is Column.CONDITION]
    found: _Pairs = {}
    total = 0
    for end in ends:
        far = walk.distances(end, steps)
        for start in (d for d in drugs if d in far):
            depth = steps
            while (chains := walk.chains(start, end, depth, far, limit)) is None:
                depth -= 1
            found[start, end] = (depth, chains)
            total += len(chains)
        if most is not None and total > most:
            return None
    return found


def _check_ends(corpus: Corpus, start: str, end: str, max_steps: int, filters: Filter) -> None:
    for name in (start, end):
        if name not in corpus.entities:
            raise UnknownName.among("entity", name, corpus.entities)
    if start == end:
        raise BadParameter(f"a path can't lead from {start!r} to itself; name two entities")
    if max_steps < 1:
        raise BadParameter(f"max_steps is {max_steps}; a path has at least 1 step")
    filters.check(corpus)
    for name in (start, end):
        if name in filters.avoid:
            raise BadParameter(f"{name!r} is an end of the path; take it out of `avoid`")


def _steps(
    graph: "nx.MultiDiGraph[str]", start: str, end: str, through_groups: bool
) -> Iterator[Step]:
    """Supported causal claims forward and, through groups, those into the member `end` backward.

    The latter lead nowhere but to `end`, so they can only be a last step; never the first one
    too, because membership alone is no effect.
    """
    for _, _, edge in graph.edges(data=True):
        step, claim = _forward(edge), edge["claim"]
        if not step.supported:
            continue
        if claim.info.causal:
            # a use, a trial or a protocol says nothing of how: it can only join the two ends
            whole = (step.start, step.end) == (start, end)
            if whole or step.strength.grade.scale is not GradeScale.SOURCE:
                yield step
        elif (
            through_groups
            and claim.predicate is Predicate.SUBCLASS_OF
            and claim.subject == end
            and claim.object != start
        ):
            yield Step(claim, step.strength, claim.object, claim.subject, reversed=True)


def _direct(graph: "nx.MultiDiGraph[str]", start: str, end: str) -> list[Step]:
    """The causal claims from `start` to `end`, whatever their support."""
    edges = graph.get_edge_data(start, end) or {}
    return [_forward(e) for e in edges.values() if e["causal"]]


def _forward(edge: Mapping[str, Any]) -> Step:
    claim: Claim = edge["claim"]
    return Step(claim, edge["strength"], claim.subject, claim.object)
