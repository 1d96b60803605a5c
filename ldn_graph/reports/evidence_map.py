"""The evidence map: what was studied of what, with which result and how surely, and what was not.

Rows × columns are conditions × outcomes, adverse effects × drugs, or mechanisms × conditions. A
cell is read from graded bodies of evidence, or of a mechanism from the weakest link of its best
chain; nothing is graded here. A cell that nobody studied stays in the map, as a gap.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ldn_graph.errors import UnknownName
from ldn_graph.grading.body import Body, bodies, condition_of
from ldn_graph.grading.grade import prominence, scale_of
from ldn_graph.grading.strength import Rule, Strength
from ldn_graph.paths.search import Path
from ldn_graph.records.enumerations import CertaintyOfEvidence, GradeScale, PathBlock
from ldn_graph.records.model import Claim, Corpus
from ldn_graph.records.vocabularies import TREATMENT, Column, Kind
from ldn_graph.reports.map_cells import (
    ANYBODY,
    OVERALL,
    Cell,
    EvidenceMap,
    Heading,
    MapKind,
    Row,
    State,
    by_evidence,
    weight,
)

#: Stands for every drug where one may be named.
EVERY = "all"
_INNER = {Column.MECHANISM, Column.PATHWAY}
_COMPARES_WITH_NOBODY = {"baseline", "none"}


def evidence_map(
    corpus: Corpus,
    strengths: Mapping[str, Strength],
    rule: Rule,
    paths: Iterable[Path] = (),
    *,
    kind: MapKind = MapKind.OUTCOMES,
    drug: str | None = None,
) -> EvidenceMap:
    """The map of `kind`. `drug`: an entity's id, or `EVERY`; without one the drug that most bodies
    of evidence are about, of harms every drug. `paths` matter to mechanisms alone.

    Raises UnknownName for a drug that the corpus lacks.
    """
    claims = [c for c in corpus.current() if _is_of_an_effect(c, corpus)]
    found = bodies(claims, corpus, rule.certainty)
    chosen = _drug(drug, kind, claims, found, corpus)
    if kind is MapKind.MECHANISMS:
        rows = _mechanisms(paths, chosen, corpus)
    else:
        kept = [c for c in claims if chosen in (None, c.subject)]
        ratings = [b for b in found if chosen in (None, b.key.intervention)]
        places = _Places(corpus, kind, several=chosen is None)
        rows = _effects(kept, ratings, strengths, places)
    return _arranged(rows, kind, chosen, corpus)


def drugs(corpus: Corpus) -> tuple[str, ...]:
    """The drugs (ids) whose effects are claimed, those of most claims first."""
    named = Counter(c.subject for c in corpus.current() if _is_of_an_effect(c, corpus))
    return tuple(sorted(named, key=lambda n: (-named[n], n)))


def _is_of_an_effect(claim: Claim, corpus: Corpus) -> bool:
    """Whether it says that a drug acts on people, or is used or studied for them."""
    if corpus.entities[claim.subject].kind is not Kind.DRUG:
        return False
    return claim.predicate in TREATMENT or scale_of(claim, corpus) is GradeScale.CERTAINTY


def _drug(
    name: str | None,
    kind: MapKind,
    claims: Sequence[Claim],
    found: Sequence[Body],
    corpus: Corpus,
) -> str | None:
    known = {c.subject for c in claims}
    if name is None:
        about = Counter(b.key.intervention for b in found)
        if kind is MapKind.HARMS or not known:
            return None
        return min(known, key=lambda n: (-about[n], n))
    if name == EVERY:
        return None
    entity = corpus.entity_called(name)
    if entity is None or entity.id not in known:
        raise UnknownName.among("drug with claims of an effect", name, sorted(known))
    return entity.id


@dataclass(frozen=True)
class _Places:
    """In which row and column of a map an effect stands."""

    corpus: Corpus
    kind: MapKind
    several: bool

    def of(self, drug: str, condition: str, outcome: str) -> tuple[Heading, Heading] | None:
        """None where it belongs to the other map: adverse effects have one of their own."""
        kinds = {
            self.corpus.entities[n].kind for n in (condition, outcome) if n in self.corpus.entities
        }
        if (Kind.ADVERSE_EFFECT in kinds) is not (self.kind is MapKind.HARMS):
            return None
        if self.kind is MapKind.HARMS:
            return self._named(outcome), self._named(drug)
        label = self._label(drug) if self.several else None
        about = self.corpus.entities.get(condition)
        if about is None or about.kind is not Kind.CONDITION:
            row = Heading(ANYBODY, "no condition named", entity=False)
        else:
            row = self._named(condition)
        if label is not None:
            row = replace(row, label=f"{row.label} ({label})")
        if outcome == condition == row.id:
            column = Heading(OVERALL, "overall, or not said which", entity=False)
        else:
            column = self._named(outcome)
        return replace(row, drug=drug), column

    def _named(self, name: str) -> Heading:
        return Heading(name, self._label(name), entity=name in self.corpus.entities)

    def _label(self, name: str) -> str:
        entity = self.corpus.entities.get(name)
        return entity.label if entity else name


_Place = tuple[Heading, Heading]


def _effects(
    claims: Iterable[Claim],
    found: Iterable[Body],
    strengths: Mapping[str, Strength],
    places: _Places,
) -> dict[_Place, Cell]:
    """The cells that hold a claim of an effect or a body of evidence."""
    said: dict[_Place, list[Claim]] = defaultdict(list)
    rated: dict[_Place, list[Body]] = defaultdict(list)
    for claim in claims:
        if place := places.of(claim.subject, condition_of(claim), claim.object):
            said[place].append(claim)
    for body in found:
        key = body.key
        if place := places.of(key.intervention, key.condition, key.outcome):
            rated[place].append(body)
    return {p: _effect(p, said[p], rated[p], strengths) for p in {*said, *rated}}


def _effect(
    place: _Place,
    claims: Sequence[Claim],
    found: Sequence[Body],
    strengths: Mapping[str, Strength],
) -> Cell:
    row, column = place
    ranked = sorted(claims, key=lambda c: (tuple(-n for n in strengths[c.id].rank), c.id))
    contested = any(strengths[c.id].contested for c in claims)
    results = [b for b in found if b.rating.certainty is not CertaintyOfEvidence.NONE]
    names = [c.id for c in ranked]
    if not results:
        names += [p.claim for b in found for p in b.parts]
        kept = tuple(dict.fromkeys(names))
        return Cell(row, column, State.CLAIMED, contested=contested, claims=kept)
    first, *beside = sorted(results, key=prominence)
    names += [p.claim for b in (first, *beside) for p in b.parts]
    rating = first.rating
    return Cell(
        row,
        column,
        State.STUDIED,
        shows=rating.shows,
        step=rating.certainty.step,
        grade=f"{rating.shows.in_words}, {rating.certainty.replace('-', ' ')} certainty",
        trials=first.trials,
        people=first.people,
        controlled=first.key.comparator not in _COMPARES_WITH_NOBODY,
        contested=contested,
        claims=tuple(dict.fromkeys(names)),
        body=first,
        beside=tuple(beside),
    )


def _mechanisms(paths: Iterable[Path], drug: str | None, corpus: Corpus) -> dict[_Place, Cell]:
    """Mechanisms × what chains of claims from the drug lead to: the best chain of each."""
    through: dict[tuple[str, str], list[Path]] = defaultdict(list)
    for path in paths:
        # a path of the other blocks explains nothing
        if drug in (None, path.start) and path.block is PathBlock.MECHANISM:
            for node in path.nodes[1:-1]:
                if corpus.entities[node].column in _INNER:
                    through[node, path.end].append(path)
    labels = {n: Heading(n, corpus.entities[n].label) for pair in through for n in pair}
    cells = {}
    for (node, end), chains in through.items():
        best = min(chains, key=lambda path: path.order)
        grade = best.weakest.strength.grade
        row, column = replace(labels[node], drug=drug), labels[end]
        cells[row, column] = Cell(
            row,
            column,
            State.STUDIED if grade.step else State.CLAIMED,
            step=grade.step,
            grade=grade.words,
            contested=any(s.strength.contested for s in best.steps),
            chains=len(chains),
            claims=tuple(dict.fromkeys(s.claim.id for s in (best.weakest, *best.steps))),
        )
    return cells


def _arranged(
    found: Mapping[_Place, Cell], kind: MapKind, drug: str | None, corpus: Corpus
) -> EvidenceMap:
    """The cells in rows and columns. An outcome that one row alone has gets no column: nobody would
    miss it elsewhere."""
    per_column = Counter(column for _, column in found)
    shared = [
        c for c, n in per_column.items() if n > 1 or c.id == OVERALL or kind is not MapKind.OUTCOMES
    ]
    columns = sorted(shared, key=lambda c: (c.id != OVERALL, -per_column[c], c.label))
    rows = []
    for heading in {row for row, _ in found}:
        cells = tuple(found.get((heading, c)) or Cell(heading, c, State.GAP) for c in columns)
        own = [cell for (row, c), cell in found.items() if row == heading and c not in shared]
        rows.append(Row(heading, cells, tuple(sorted(own, key=weight))))
    about = corpus.entities[drug].label if drug else "every drug"
    title = {
        MapKind.OUTCOMES: f"What studies of {about} found, by condition and outcome",
        MapKind.HARMS: "Adverse effects by drug and dose",
        MapKind.MECHANISMS: f"How {about} is said to work: mechanisms by conditions",
    }[kind]
    ordered = tuple(sorted(rows, key=by_evidence))
    return EvidenceMap(
        kind, title, ordered, tuple(columns), drug, len(ordered), corpus.description.disclaimer
    )
