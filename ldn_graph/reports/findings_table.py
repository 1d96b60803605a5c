"""The summary of findings: one row a body of evidence, as a table and as text for a terminal."""

from collections.abc import Iterable, Sequence

import pyoxigraph as ox

from ldn_graph.grading.body import Body, BodyKey, effect_in_words
from ldn_graph.grading.estimates import in_words
from ldn_graph.grading.grade import quoted
from ldn_graph.grading.studies import Synthesis
from ldn_graph.grading.summary import Hanging
from ldn_graph.records.model import Corpus
from ldn_graph.reports.evidence import paragraph
from ldn_graph.table import Table, Term, text
from ldn_graph.verbalise import reading

COLUMNS = (
    "intervention",
    "dose_band",
    "condition",
    "outcome",
    "comparator",
    "trials",
    "people",
    "effect",
    "shows",
    "certainty",
    "why",
    "pooled",
    "sources",
    "latest",
    "searched_until",
)
#: What every face says of a body of evidence that no source says the last search of.
NOT_RECORDED = "not recorded"
HANGING = ("claim", "reading", "grade", "without", "agreement", "agreement_without", "quote")


def findings_table(found: Iterable[Body], corpus: Corpus) -> Table:
    """One row a body of evidence."""
    return Table(COLUMNS, tuple(_row(body, corpus) for body in found))


def findings_text(found: Sequence[Body], corpus: Corpus, *, width: int = 96) -> str:
    """The bodies as paragraphs: what was asked, what was found and how certain, and why."""
    lines: list[str] = []
    for body in found:
        rating = body.rating
        noun = "person" if body.people == 1 else "people"
        people = f"{body.people} {noun}" if body.people is not None else "people not stated"
        number = body.trials
        studies = "number of trials not stated"
        if number is not None:
            studies = f"{number} {'study' if number == 1 else 'studies'}"
        certainty = rating.certainty.replace("-", " ")
        lines += [
            _asked(body, corpus),
            f"  {certainty} certainty: {rating.shows.in_words}  ({studies}, {people})",
            *paragraph(f"effect: {effect_in_words(body)}", width, "  ", "    "),
            *_published(body, width),
            *paragraph(f"why: {'; '.join(rating.reasons)}", width, "  ", "    "),
            *paragraph(f"sources: {_sources(body)}; {searched(body)}", width, "  ", "    "),
            "",
        ]
    return "\n".join(lines)


def anchor(key: BodyKey) -> str:
    """The name of a body of evidence within a page, the same in every run."""
    return "-".join(
        ("finding", key.intervention, key.band, key.condition, key.outcome, key.comparator)
    )


def published(body: Body) -> tuple[str, ...]:
    """The published pooled estimates of the same question that are not what is read."""
    read = set(body.rating.basis)
    return tuple(
        f"{in_words(part.study.estimate)} [{part.source.id}]"
        for part in body.parts
        if isinstance(part.study, Synthesis) and part.study.id not in read
    )


def _published(body: Body, width: int) -> list[str]:
    found = published(body)
    if not found:
        return []
    why = "not read beside it, so that no trial counts twice"
    return paragraph(f"published pooled estimates ({why}): {'; '.join(found)}", width, "  ", "    ")


def hanging_table(found: Iterable[Hanging], corpus: Corpus) -> Table:
    """One row a claim that changes when a study is left out."""
    return Table(HANGING, tuple(_hanging(change, corpus) for change in found))


def hanging_text(found: Sequence[Hanging], source: str, corpus: Corpus) -> str:
    """What changes without a study, a claim a paragraph."""
    if not found:
        return f"Without {source} no grade and no agreement changes."
    lines = [f"Without {source}:"]
    for change in found:
        after = change.without.grade.words if change.without else "nothing is left of it"
        lines += [
            f"  {reading(corpus.claims[change.claim], corpus)} [{change.claim}]",
            f"    {change.before.grade.words} ({change.before.agreement}) → {after}"
            + (f" ({change.without.agreement})" if change.without else ""),
        ]
    return "\n".join(lines)


def _hanging(change: Hanging, corpus: Corpus) -> tuple[Term | None, ...]:
    claim, after = corpus.claims[change.claim], change.without
    shown = quoted(claim, change.before.grade, corpus)
    return (
        text(change.claim),
        text(reading(claim, corpus)),
        text(change.before.grade.words),
        text(after.grade.words) if after else None,
        text(change.before.agreement),
        text(after.agreement) if after else None,
        text(shown.words) if shown else None,
    )


def _row(body: Body, corpus: Corpus) -> tuple[Term | None, ...]:
    key, rating = body.key, body.rating
    latest = _latest(body)
    return (
        text(key.intervention),
        text(key.band),
        text(key.condition),
        text(_label(key.outcome, corpus)),
        text(key.comparator),
        None if body.trials is None else ox.Literal(body.trials),
        None if body.people is None else ox.Literal(body.people),
        text(effect_in_words(body)),
        text(rating.shows),
        text(rating.certainty),
        text("; ".join(rating.reasons)),
        text(rating.not_pooled or "yes"),
        text(" ".join(body.sources)),
        None if latest is None else ox.Literal(latest),
        text(body.searched_until or NOT_RECORDED),
    )


def _sources(body: Body) -> str:
    """The sources that count, then those that do not beside them."""
    counted = {p.source.id for p in body.counted}
    beside = [s for s in body.sources if s not in counted]
    told = ", ".join(sorted(counted))
    return f"{told}; not counted beside them: {', '.join(beside)}" if beside else told


def _asked(body: Body, corpus: Corpus) -> str:
    key = body.key
    condition = _label(key.condition, corpus)
    outcome = _label(key.outcome, corpus)
    about = condition if outcome == condition else f"{outcome}, in {condition}"
    return f"{_label(key.intervention, corpus)} ({key.band}) {key.against}: {about}"


def _label(name: str, corpus: Corpus) -> str:
    entity = corpus.entities.get(name)
    return entity.label if entity else name


def _latest(body: Body) -> int | None:
    return max((p.source.year for p in body.parts if p.source.year), default=None)


def searched(body: Body) -> str:
    """When a body of evidence was last searched for, and how recent its latest source is."""
    latest = _latest(body)
    until = body.searched_until
    told = f"searched for until {until}" if until else f"last searched for: {NOT_RECORDED}"
    return f"{told}; latest source of {latest}" if latest else f"{told}; no year is known"
