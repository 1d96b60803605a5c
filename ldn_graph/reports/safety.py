"""Safety of a substance at any dose: contraindications, warnings, interactions, what trials left
out, and adverse events, each with whose it is, the kind of source, its date and its words.

What a label says of one dose stands beside the others, told as that dose's: it is never read as
said of another. None of it is advice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import pyoxigraph as ox

from ldn_graph.errors import UsageError
from ldn_graph.grading.grade import Grade, source_kind
from ldn_graph.grading.strength import Strength
from ldn_graph.records.enumerations import GradeScale, SourceKind
from ldn_graph.records.model import Claim, Corpus, EvidenceItem, Result, Source
from ldn_graph.records.vocabularies import Direction, Kind, Predicate
from ldn_graph.reports.evidence import SIGNS, WIDTH, cited_as, paragraph
from ldn_graph.table import Table, Term, optional, text
from ldn_graph.verbalise import compared, numbers

COLUMNS = (
    "section",
    "what",
    "of",
    "speaks",
    "rate",
    "words",
    "verbatim",
    "source_kind",
    "source",
    "cited_as",
    "date",
    "design",
    "dose",
    "population",
    "grade",
    "note",
    "claim",
    "item",
)


class Section(StrEnum):
    """The parts of the answer, in this order."""

    CONTRAINDICATIONS = "contraindications"
    WARNINGS = "warnings"
    INTERACTIONS = "interactions"
    LEFT_OUT = "left-out-by-trials"
    ADVERSE_EVENTS = "adverse-events"

    @property
    def heading(self) -> str:
        """As a heading has it."""
        return _HEADINGS[self]


_HEADINGS = {
    Section.CONTRAINDICATIONS: "Contraindications",
    Section.WARNINGS: "Warnings",
    Section.INTERACTIONS: "Interactions",
    Section.LEFT_OUT: "Left out by trials",
    Section.ADVERSE_EVENTS: "Adverse events",
}
#: The relations that say something of safety, and where each is told.
SECTION_OF = {
    Predicate.CONTRAINDICATED_IN: Section.CONTRAINDICATIONS,
    Predicate.HAS_WARNING: Section.WARNINGS,
    Predicate.INTERACTS_WITH: Section.INTERACTIONS,
    Predicate.NOT_TESTED_IN: Section.LEFT_OUT,
    Predicate.HAS_SIDE_EFFECT: Section.ADVERSE_EVENTS,
}


#: Characters of a line at least, whatever the terminal.
_NARROWEST = 40


@dataclass(frozen=True)
class Mention:
    """One source's words on a caution. `rates`: its results in numbers."""

    item: EvidenceItem
    source: Source
    kind: SourceKind
    rates: tuple[str, ...]

    @property
    def words(self) -> str:
        """The quote, else the finding in our words."""
        return self.item.quote.exact if self.item.quote else self.item.finding or ""

    @property
    def cited(self) -> str:
        """The source by name and date; a label by issuer and title, and "no date read"."""
        if self.kind is not SourceKind.LABEL:
            return cited_as(self.source)
        issuer = "".join(f"{a.name}, " for a in self.source.author[:1])
        return f"{issuer}{self.source.title}, {self.source.issued or 'no date read'}"


@dataclass(frozen=True)
class Caution:
    """One claim of the answer with the sources that speak of it, retracted ones left out.

    `of`: the label of the drug or dose that it is said of; `own`: whether that is what was asked.
    """

    section: Section
    claim: Claim
    what: str
    of: str
    own: bool
    grade: str
    mentions: tuple[Mention, ...]

    @property
    def labels(self) -> int:
        """How many product labels state it."""
        return sum(
            m.kind is SourceKind.LABEL and m.item.direction is Direction.SUPPORTS
            for m in self.mentions
        )

    @property
    def differ(self) -> bool:
        """Whether sources differ: one states it, another no longer does or speaks against it."""
        sides = {m.item.direction for m in self.mentions}
        return {Direction.SUPPORTS, Direction.REFUTES} <= sides


def substance(drug: str, corpus: Corpus) -> tuple[str, ...]:
    """The ids of a drug and every dose of it: itself, the substance that it is a dose of, and the
    other doses of that. Raises UsageError where `drug` is none."""
    entity = corpus.entities[drug]
    if entity.kind is not Kind.DRUG:
        drugs = ", ".join(sorted(e.id for e in corpus.entities.values() if e.kind is Kind.DRUG))
        raise UsageError(f"{drug}: is no drug ({entity.kind}); name one of {drugs}")
    whole = entity.broader if entity.dose_band and entity.broader else (drug,)
    doses = (e.id for e in corpus.entities.values() if e.dose_band and set(e.broader) & set(whole))
    return tuple(dict.fromkeys((drug, *whole, *sorted(doses))))


def safety(drug: str, corpus: Corpus, strengths: Mapping[str, Strength]) -> tuple[Caution, ...]:
    """What is on record of a drug's safety, at any dose: by section, its own first."""
    names = substance(drug, corpus)
    found = [
        _caution(c, drug, corpus, strengths)
        for c in corpus.current()
        if c.subject in names and c.predicate in SECTION_OF
    ]
    order = list(Section)
    key = {n: i for i, n in enumerate(names)}
    return tuple(
        sorted(
            (c for c in found if c.mentions),
            key=lambda c: (
                order.index(c.section),
                key[c.claim.subject],
                -c.labels,
                c.what,
                c.claim.id,
            ),
        )
    )


def safety_table(found: Iterable[Caution]) -> Table:
    """One row a source's mention, or a result of it."""
    rows = [
        _row(caution, mention, rate)
        for caution in found
        for mention in caution.mentions
        for rate in mention.rates or (None,)
    ]
    return Table(COLUMNS, tuple(rows))


def safety_text(found: Sequence[Caution], drug: str, corpus: Corpus, *, width: int = WIDTH) -> str:
    """The cautions as text, a section after the other; an empty one says so."""
    width = max(_NARROWEST, width)
    title = f"Safety of {corpus.entities[drug].label} and of the substance at any dose"
    lines = [title, "=" * len(title)]
    for section in Section:
        lines += ["", section.heading, "-" * len(section.heading)]
        inside = [c for c in found if c.section is section]
        lines += [line for c in inside for line in _told(c, width)]
        if not inside:
            lines.append("  None in this corpus; that is no proof that there is none.")
    lines += [
        "",
        *paragraph(f"Not medical advice. {corpus.description.disclaimer}", width, "", "  "),
    ]
    return "\n".join(lines) + "\n"


def safety_first(found: Sequence[Caution], *, width: int = WIDTH) -> str:
    """The first lines of other answers about a drug: what must be known, whose, and where more
    stands; empty where nothing is on record."""
    width = max(_NARROWEST, width)
    parts = []
    for section in (Section.CONTRAINDICATIONS, Section.WARNINGS, Section.INTERACTIONS):
        by: dict[str, list[str]] = {}
        for c in (c for c in found if c.section is section):
            by.setdefault(c.of, []).append(c.what + (" (labels differ)" if c.differ else ""))
        told = "; ".join(f"{of}: {', '.join(dict.fromkeys(what))}" for of, what in by.items())
        if told:
            parts += paragraph(f"{section.heading} on record: {told}.", width, "", "  ")
    left_out = dict.fromkeys(c.what for c in found if c.section is Section.LEFT_OUT)
    if left_out:
        parts += paragraph(f"Left out by trials: {', '.join(left_out)}.", width, "", "  ")
    return "\n".join(["Safety first", *parts]) + "\n" if parts else ""


def rate_in_words(result: Result) -> str | None:
    """A result as its text has it, with what it compares with and how many people; None where the
    text read gives no number."""
    told = numbers(result)
    if told is None:
        return None
    people = [n for n in (result.n_intervention, result.n_comparator) if n is not None]
    size = f"; {' and '.join(map(str, people))} people" if people else ""
    return f"{result.outcome_text}, {compared(result)}: {told}{size}"


def _caution(claim: Claim, drug: str, corpus: Corpus, strengths: Mapping[str, Strength]) -> Caution:
    mentions = []
    for item in claim.evidence:
        source = corpus.sources[item.source]
        if not source.retracted:
            kind = source_kind(item, source)
            rates = (rate_in_words(r) for r in item.results)
            mentions.append(Mention(item, source, kind, tuple(r for r in rates if r)))
    sides = list(Direction)
    kinds = list(SourceKind)
    mentions.sort(key=lambda m: (sides.index(m.item.direction), -kinds.index(m.kind), m.cited))
    of = corpus.entities[claim.subject]
    aside = [q for q in (claim.qualifiers.frequency, claim.qualifiers.severity) if q]
    what = corpus.entities[claim.object].label + (f" ({', '.join(aside)})" if aside else "")
    return Caution(
        SECTION_OF[claim.predicate],
        claim,
        what,
        of.label,
        of.id == drug,
        _grade(strengths[claim.id].grade),
        tuple(mentions),
    )


def _grade(grade: Grade) -> str:
    """The grade in words; what has a kind of source has no other."""
    if grade.scale is not GradeScale.SOURCE:
        return grade.words
    none = grade.name == SourceKind.NONE
    return "no source states it as such" if none else grade.name.replace("-", " ")


def _told(caution: Caution, width: int) -> list[str]:
    differ = "; sources differ" if caution.differ else ""
    lines = paragraph(
        f"{caution.what}  [{caution.of}]  {caution.grade}{differ}", width, "  ", "    "
    )
    for mention in caution.mentions:
        sign = SIGNS[mention.item.direction]
        kind = "" if mention.kind is SourceKind.LABEL else f", {_design(mention)}"
        lines += paragraph(
            f"{sign} {mention.cited}{kind}: {_quoted(mention)}", width, "    ", "      "
        )
        lines += [
            line for rate in mention.rates for line in paragraph(rate, width, "      ", "        ")
        ]
        if mention.item.note:
            lines += paragraph(f"note: {mention.item.note}", width, "      ", "        ")
    return lines


def _design(mention: Mention) -> str:
    design = mention.item.design
    return design.in_words if design else "a statement, no study"


def _quoted(mention: Mention) -> str:
    return f"“{mention.words}”" if mention.item.quote else mention.words or "no words recorded"


def _row(caution: Caution, mention: Mention, rate: str | None) -> tuple[Term | None, ...]:
    item, source = mention.item, mention.source
    dose = item.dose.text if item.dose else None
    return (
        text(caution.section),
        text(caution.what),
        text(caution.of),
        text(item.direction),
        optional(rate),
        text(mention.words),
        ox.Literal(item.quote is not None),
        text(mention.kind),
        text(source.id),
        text(mention.cited),
        optional(source.issued),
        optional(item.design),
        optional(dose),
        optional(item.population),
        text(caution.grade),
        optional(item.note),
        text(caution.claim.id),
        text(item.id),
    )
