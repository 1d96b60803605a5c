"""An overview like a forest plot, before any engine draws it: questions × direction × studies.

Every study that bears on a question, directly or not, is one mark in the row of that question,
in the lane of its direction. No effect sizes are pooled or invented: a lane is all that is said.

Direction is lane and colour, design is shape, size is area, and what is about something else is
hatched: nothing is told by colour alone, so it reads in grey and for the colour-blind.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import pi, sqrt

from ldn_graph.grading.comparison import Entry, Question, is_article, proposition, questions
from ldn_graph.grading.strength import Rule
from ldn_graph.pictures.scene import date_in_words
from ldn_graph.pictures.style import Points, ring
from ldn_graph.records.model import Corpus, Entity, Source
from ldn_graph.records.vocabularies import (
    Column,
    Design,
    Direction,
    DoseBand,
    Kind,
    Predicate,
    Standing,
    Wording,
)
from ldn_graph.reports.evidence import cited_as, dosed, in_words, reference, sized

#: The lanes from left to right, with their names.
LANES: dict[Direction, str] = {
    Direction.REFUTES: "speaks against",
    Direction.INCONCLUSIVE: "could not decide",
    Direction.SUPPORTS: "supports",
}
SAFETY, OTHER = "Side effects and contraindications", "Other conditions"
_SAFETY_PREDICATES = {Predicate.HAS_SIDE_EFFECT, Predicate.CONTRAINDICATED_IN}
#: Characters of a title that stands for an unknown author.
_TITLE = 16


@dataclass(frozen=True)
class Mark:
    """One study's answer to a question; `size`: participants, None where not given."""

    source: str
    label: str
    direction: Direction
    design: Design
    size: int | None
    size_text: str
    dose: str
    indirect: tuple[str, ...]
    retracted: bool
    outcome: str
    finding: str
    reference: str
    link: str | None


@dataclass(frozen=True)
class Row:
    """One question. `wording` says how the article words it, `verdict` what the studies reach."""

    title: str
    detail: str
    wording: str
    quotes: tuple[str, ...]
    marks: tuple[Mark, ...]
    contested: bool
    verdict: str
    standing: str
    sentence: str


@dataclass(frozen=True)
class Group:
    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Forest:
    """The overview, ready to be drawn; `sources` are the articles whose words it compares."""

    title: str
    subtitle: str
    groups: tuple[Group, ...]
    sources: str
    disclaimer: str

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(row for group in self.groups for row in group.rows)

    @property
    def marks(self) -> tuple[Mark, ...]:
        return tuple(mark for row in self.rows for mark in row.marks)


def overview(corpus: Corpus, rule: Rule) -> Forest:
    """The studies of what drugs do to patients, by condition: what has a study in the corpus, and
    diseases that an article counts to a group and says to be treated, though no study bears on
    them."""
    families = _families(corpus)
    asked = [
        q
        for q in questions(corpus, rule)
        if _is_clinical(q, corpus) and (_results(q) or _is_unstudied(q, families))
    ]
    return forest(asked, corpus, rule, title="What studies found, beside what the article says")


def forest(asked: Iterable[Question], corpus: Corpus, rule: Rule, *, title: str) -> Forest:
    """The picture of these questions; those of `overview` aside, what no study bears on is left
    out."""
    families = _families(corpus)
    kept = [q for q in asked if _results(q) or _is_unstudied(q, families)]
    headed: dict[str, list[Question]] = {}
    for q in kept:
        headed.setdefault(_heading(q, corpus, families), []).append(q)
    groups = tuple(
        Group(name, tuple(_row(q, corpus, rule) for q in _in_order(headed[name], corpus)))
        for name in sorted(headed, key=lambda n: _group_order(n, headed[n]))
    )
    articles = [s for _, s in sorted(corpus.sources.items()) if is_article(s)]
    return Forest(
        title=title[:1].upper() + title[1:],
        subtitle=_subtitle(groups),
        groups=groups,
        sources="; ".join(_article(s) for s in articles),
        disclaimer=corpus.description.disclaimer,
    )


def _results(question: Question) -> tuple[Entry, ...]:
    """Study results, retracted ones too; what a source says of two claims of one question, once."""
    entries = (
        *question.bearing("direct", "indirect"),
        *(e for e in question.bearing("retracted") if e in question.studies),
    )
    once = {
        (e.source.id, e.item.direction, e.item.design, e.item.outcome, e.bearing): e
        for e in reversed(entries)
    }
    return tuple(reversed(once.values()))


def _is_clinical(question: Question, corpus: Corpus) -> bool:
    """Whether it asks what a drug does to patients."""
    subject, object_ = corpus.entities[question.subject], corpus.entities[question.object]
    about = object_.column is Column.CONDITION or question.condition is not None
    return subject.kind is Kind.DRUG and about


def _families(corpus: Corpus) -> dict[str, str]:
    """Condition → the group that a text counts it to; a group → itself."""
    links = [c for c in corpus.current() if c.predicate is Predicate.SUBCLASS_OF]
    of = {c.object: c.object for c in links}
    return of | {c.subject: c.object for c in reversed(links)}


def _is_unstudied(question: Question, families: dict[str, str]) -> bool:
    """Whether an article says that a disease of a group is treated, and no study looked at it."""
    member = families.get(question.object, question.object) != question.object
    return question.helps and question.in_article and member and not question.studies


def _heading(question: Question, corpus: Corpus, families: dict[str, str]) -> str:
    if question.claims[0].predicate in _SAFETY_PREDICATES:
        return SAFETY
    about = _about(question, corpus)
    family = families.get(about.id)
    if family is not None:
        return _capital(_plural(corpus.entities[family]))
    return OTHER if about.kind is Kind.CONDITION else _capital(in_words(about.column))


def _about(question: Question, corpus: Corpus) -> Entity:
    return corpus.entities[question.condition or question.object]


def _plural(entity: Entity) -> str:
    label = entity.label
    plurals = (f"{label}s", f"{label.removesuffix('y')}ies")
    return next((p for p in plurals if p in entity.synonyms), label)


def _in_order(asked: Sequence[Question], corpus: Corpus) -> list[Question]:
    """Conditions with most studies first; of one condition, whether the low dose helps first."""
    weight: dict[str, int] = {}
    for q in asked:
        name = _about(q, corpus).id
        weight[name] = weight.get(name, 0) + len(_results(q))
    return sorted(
        asked,
        key=lambda q: (
            -weight[_about(q, corpus).id],
            _about(q, corpus).id,
            corpus.entities[q.subject].dose_band is not DoseBand.LOW,
            not q.helps,
            -len(_results(q)),
            q.claims[0].id,
        ),
    )


def _group_order(name: str, asked: Sequence[Question]) -> tuple[object, ...]:
    last = {OTHER: 1, SAFETY: 2}.get(name, 0)
    return last, -sum(len(_results(q)) for q in asked), name


def _row(question: Question, corpus: Corpus, rule: Rule) -> Row:
    low = corpus.entities[question.subject].dose_band is DoseBand.LOW
    predicate = question.claims[0].predicate
    plain = low and (question.helps or predicate is Predicate.HAS_SIDE_EFFECT)
    return Row(
        title=_capital(_about(question, corpus).label),
        detail="" if plain else proposition(question, corpus),
        wording=_wording(question, rule),
        quotes=tuple(
            e.item.quote.exact for e in question.bearing("article") if e.item.quote is not None
        ),
        marks=tuple(_mark(e) for e in _results(question)),
        contested=question.contested,
        verdict=_verdict(question, rule),
        standing=_standing(question),
        sentence=question.sentence,
    )


def _wording(question: Question, rule: Rule) -> str:
    """How the article words it: the rung in plain words, with the words that show it."""
    if not question.in_article:
        return "article: does not say that it helps" if question.helps else "not in the article"
    if question.wording is Wording.NONE:
        return "article takes no side"
    means = next(r.means for r in rule.wording if r.rung is question.wording)
    cues = {
        c.exact.lower(): c.exact
        for e in question.bearing("article")
        for c in e.item.cues
        if rule.cue_rungs.get(c.exact.lower()) is question.wording
    }
    shown = f" (“{'”, “'.join(cues.values())}”)" if cues else ""
    verb = "article denies it: " if question.denied else "article: "
    return f"{verb}{means}{shown}"


def _verdict(question: Question, rule: Rule) -> str:
    if not question.bearing("direct"):
        return "no direct study"
    return question.found.grade.words


def _standing(question: Question) -> str:
    if not question.in_article:
        return ""
    if question.claims[0].predicate in _SAFETY_PREDICATES:
        # of a harm, "overstates" would read as "it is safe"
        return {
            Standing.OVERSTATED: "article surer than studies",
            Standing.UNDERSTATED: "studies surer than article",
        }.get(question.standing, "article " + in_words(question.standing))
    return {
        Standing.OVERSTATED: "article overstates",
        Standing.IN_LINE: "article in line",
        Standing.UNDERSTATED: "article understates",
        Standing.UNTESTED: "untested",
    }[question.standing]


def _mark(entry: Entry) -> Mark:
    item, source = entry.item, entry.source
    return Mark(
        source=source.id,
        label=cited_as(source, most=_TITLE),
        direction=item.direction,
        design=item.design or Design.LETTER,
        size=item.sample_size,
        size_text=sized(item),
        dose=dosed(item.dose),
        indirect=tuple(in_words(i) for i in item.indirectness),
        retracted=source.retracted,
        outcome=item.outcome or "",
        finding=item.finding or (item.quote.exact if item.quote else ""),
        reference=reference(source),
        link=link(source),
    )


def link(source: Source) -> str | None:
    """The address of a source's DOI, or else of its PubMed record."""
    if source.doi:
        return f"https://doi.org/{source.doi}"
    return f"https://pubmed.ncbi.nlm.nih.gov/{source.pmid}/" if source.pmid else None


def _article(source: Source) -> str:
    author = "; ".join(a.name for a in source.author)
    date = date_in_words(source.issued)
    return f"{author + ': ' if author else ''}“{source.title}”" + (f", {date}" if date else "")


def _subtitle(groups: Iterable[Group]) -> str:
    rows = [row for group in groups for row in group.rows]
    studies = len({m.source for row in rows for m in row.marks})
    contested = sum(row.contested for row in rows)
    return (
        f"{len(rows)} question{'' if len(rows) == 1 else 's'}, "
        f"{studies} stud{'y' if studies == 1 else 'ies'} or reviews, {contested} contested. "
        "Each mark is what one of them found on one question, in the lane of its direction; "
        "no effect sizes are shown."
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


COLOURS: dict[Direction, str] = {
    Direction.REFUTES: "#C8470B",
    Direction.INCONCLUSIVE: "#5B6678",
    Direction.SUPPORTS: "#0069A8",
}

_SQUARE: Points = ((-0.86, -0.86), (0.86, -0.86), (0.86, 0.86), (-0.86, 0.86))
_DIAMOND: Points = ((0, -1.0), (1.25, 0), (0, 1.0), (-1.25, 0))
#: Design → name in the legend and outline; designs of one shape share a name.
SHAPES: dict[Design, tuple[str, Points]] = {
    Design.META_ANALYSIS: ("review or meta-analysis", _DIAMOND),
    Design.SYSTEMATIC_REVIEW: ("review or meta-analysis", _DIAMOND),
    Design.RANDOMISED_TRIAL: ("randomised trial", _SQUARE),
    Design.NON_RANDOMISED_TRIAL: ("controlled, not randomised", ring(3)),
    Design.UNCONTROLLED_TRIAL: ("uncontrolled trial", ring(32)),
    Design.COHORT: ("cohort, survey or case series", ring(6)),
    Design.SURVEY: ("cohort, survey or case series", ring(6)),
    Design.CASE_SERIES: ("cohort, survey or case series", ring(6)),
    Design.ANIMAL: ("animals", ring(5, inner=0.5)),
    Design.IN_VITRO: ("cells in culture", ring(4, inner=0.42)),
    Design.REGULATORY_LABEL: ("regulatory label", ring(3, turn=pi)),
    Design.LETTER: ("letter", ((-1.2, -0.8), (1.2, -0.8), (1.2, 0.8), (0, 0), (-1.2, 0.8))),
}
_OTHER = ("other", ring(8))

#: A mark's area goes with the number of participants between these.
LEAST, MOST = 20, 200


def radius(size: int | None) -> float:
    """A mark's radius in pixels: its area goes with the participants, within limits."""
    return 1.12 * sqrt(min(max(size or 40, LEAST), MOST))


def outline(design: Design) -> Points:
    """The shape of a design, in the square from -1 to 1, y downwards."""
    return SHAPES.get(design, _OTHER)[1]


def keys(forest: Forest) -> list[list[tuple[Mark, str]]]:
    """The entries of the legend: shapes that occur, then sizes and fills."""
    seen: dict[str, Design] = {}
    for design in Design:
        if any(m.design is design for m in forest.marks):
            seen.setdefault(SHAPES.get(design, _OTHER)[0], design)
    shapes = [(_sample(design, 60), name) for name, design in seen.items()]
    trial = Design.RANDOMISED_TRIAL
    sizes = [
        (_sample(trial, LEAST), f"{LEAST} participants or fewer"),
        (_sample(trial, 80), "80"),
        (_sample(trial, MOST), f"{MOST} or more"),
        (_sample(trial, None), "number not given"),
        (_sample(trial, 80, indirect=("dose",)), "indirect: about another dose, compound, …"),
    ]
    return [shapes, sizes]


def _sample(design: Design, size: int | None, indirect: tuple[str, ...] = ()) -> Mark:
    return Mark(
        source="",
        label="",
        direction=Direction.INCONCLUSIVE,
        design=design,
        size=size,
        size_text="",
        dose="",
        indirect=indirect,
        retracted=False,
        outcome="",
        finding="",
        reference="",
        link=None,
    )
