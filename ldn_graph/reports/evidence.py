"""What articles say beside what studies found: as text for a terminal, and one row an item.

The class (`Question.standing`) and its reasons are those of the rule; this only says them plainly.
"""

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph as ox

from ldn_graph.grading.comparison import Entry, Question, proposition
from ldn_graph.grading.strength import Rule, item_wording
from ldn_graph.grading.summary import count
from ldn_graph.records.model import Corpus, Dose, EvidenceItem, Source
from ldn_graph.records.vocabularies import (
    Agreement,
    Design,
    Direction,
    DoseBand,
    Indirectness,
    Standing,
)
from ldn_graph.table import Table, Term, optional, text


def paragraph(words: str, width: int, indent: str = "", hang: str | None = None) -> list[str]:
    """The lines of `words`, at most `width` characters each; those after the first begin with
    `hang`, or with `indent` too. Ids are not broken at their hyphens, so that they can be copied.

    >>> paragraph("weighed by low-dose-naltrexone", 24, "  ", "    ")
    ['  weighed by', '    low-dose-naltrexone']
    """
    return textwrap.wrap(
        words,
        width,
        initial_indent=indent,
        subsequent_indent=indent if hang is None else hang,
        break_on_hyphens=False,
    )


def verdict(question: Question) -> str:
    """One sentence: "The article is surer than the studies: they disagree."."""
    found = _found(question)
    if not question.in_article:
        return f"No article says it; {found}."
    if question.standing is Standing.UNTESTED:
        return f"The article’s words are untested: {found}."
    if question.standing is Standing.OVERSTATED:
        return f"The article is surer than the studies: {found}."
    if question.standing is Standing.UNDERSTATED:
        return f"The studies are surer than the article: {found}."
    return f"The article is no surer than the studies: {found}."


def _found(question: Question) -> str:
    """What the studies come to, as a clause."""
    if not question.bearing("direct"):
        if question.bearing("indirect"):
            return "only studies of something else bear on it"
        return "no study here looked at it"
    if question.contested:
        return f"they disagree ({question.found.grade.words})"
    if question.found.agreement is Agreement.REFUTED:
        return f"they speak against it ({question.found.grade.words})"
    if question.found.agreement is Agreement.INCONCLUSIVE:
        return "they could not decide"
    return f"they come to {question.found.grade.words}"


COLUMNS = (
    "question",
    "asks",
    "standing",
    "contested",
    "evidence_level",
    "agreement",
    "bears",
    "direction",
    "source",
    "cited_as",
    "year",
    "design",
    "sample_size",
    "sample",
    "dose",
    "dose_band",
    "indirect_in",
    "outcome",
    "finding",
    "quote",
    "wording",
    "certainty",
    "cues",
    "pmid",
    "doi",
    "registry",
    "retracted",
    "claim",
    "item",
)

SIGNS = {Direction.SUPPORTS: "+", Direction.REFUTES: "−", Direction.INCONCLUSIVE: "?"}
CONTESTED = "CONTESTED: studies speak for it and against it."

_HYPHENATED = {str(m): m.in_words for kind in (Design, Indirectness) for m in kind}
_YES, _NO = (ox.Literal(value) for value in (True, False))
#: Characters in a line of text, where nobody told; and where its parts begin.
WIDTH = 96
#: A longer registry number says less than a title.
_NUMBER = 16
_INDENT, _HANG = " " * 3, " " * 7


def evidence_table(questions: Iterable[Question], corpus: Corpus, rule: Rule) -> Table:
    """One row a source item: the statements of a question first, then its studies."""
    rows = tuple(
        _row(number, question, entry, corpus, rule)
        for number, question in enumerate(questions, 1)
        for entry in (*question.statements, *question.studies)
    )
    return Table(COLUMNS, rows)


def evidence_text(
    questions: Sequence[Question],
    corpus: Corpus,
    rule: Rule,
    *,
    title: str,
    width: int | None = None,
) -> str:
    """The questions as paragraphs no wider than `width`, from verdict to findings."""
    wide = max(40, width or WIDTH)
    studies = {e.source.id for q in questions for e in q.bearing("direct", "indirect")}
    asked = count(len(questions), "question", "questions")
    found = count(len(studies), "study", "studies")
    heading = title[:1].upper() + title[1:]
    lines = [heading, "=" * min(wide, len(heading))]
    lines += paragraph(f"What articles say beside what studies found: {asked}, {found}.", wide, "")
    if len(questions) > 1:
        lines += ["", *_overview(questions, corpus, wide)]
    for number, question in enumerate(questions, 1):
        lines += ["", *_question(number, question, corpus, rule, wide)]
    lines += ["", *paragraph(f"Not medical advice. {corpus.description.disclaimer}", wide, "")]
    return "\n".join(lines) + "\n"


def cited_as(source: Source, *, most: int = 60) -> str:
    """A source in a few words: first author and year, or else its record's number or title.

    `most`: the characters that a title may take.
    """
    if source.author:
        first = source.author[0]
        name = first.family or first.literal or ""
    else:
        number = source.registry_id or ""
        title = f"“{textwrap.shorten(source.title, most, placeholder='…')}”"
        name = number if 0 < len(number) <= _NUMBER else title
    return f"{name} {source.year or ''}".strip()


def sized(item: EvidenceItem) -> str:
    """How many took part, as written; "size not given" where nothing is."""
    if item.sample_text:
        bare = re.match(r"\d+( \(|$)", item.sample_text)
        return f"n={item.sample_text}" if bare else item.sample_text
    return "size not given" if item.sample_size is None else f"n={item.sample_size}"


def dosed(dose: Dose | None) -> str:
    """A dose as written, with its band."""
    if dose is None:
        return "dose not given"
    band = {
        DoseBand.LOW: "low dose",
        DoseBand.UNSPECIFIED: "band not given",
        DoseBand.MIXED: "doses of several bands",
    }.get(dose.band, f"{dose.band} dose, not low")
    return f"{dose.text} ({band})"


def in_words(slug: str) -> str:
    """A slug as words.

    >>> in_words("randomised-trial"), in_words("meta-analysis")
    ('randomised trial', 'meta-analysis')
    """
    return _HYPHENATED.get(slug) or slug.replace("-", " ")


def identifiers(source: Source) -> str:
    """PMID, DOI and registry number, as far as they are known."""
    ids = (
        f"PMID {source.pmid}" if source.pmid else "",
        f"doi:{source.doi}" if source.doi else "",
        source.registry_id or "",
    )
    return ", ".join(filter(None, ids))


def _overview(questions: Sequence[Question], corpus: Corpus, width: int) -> Iterator[str]:
    """One line a question: how the article's words compare, conflict, and what is asked."""
    for number, question in enumerate(questions, 1):
        verdict = in_words(question.standing) if question.in_article else "not in article"
        conflict = "CONTESTED" if question.contested else ""
        lead = f"{number:>3}  {verdict:<15}{conflict:<11}"
        yield from paragraph(lead + proposition(question, corpus), width, "", " " * len(lead))


def reference(source: Source) -> str:
    """A source in a few words, with its identifiers."""
    cited, ids = cited_as(source), identifiers(source)
    return cited if ids in ("", cited) else f"{cited}, {ids}"


def _question(
    number: int, question: Question, corpus: Corpus, rule: Rule, width: int
) -> Iterator[str]:
    yield from paragraph(f"{number}. {proposition(question, corpus)}", width, "", "   ")
    if question.contested:
        yield _INDENT + CONTESTED
    yield from paragraph(question.sentence, width, _INDENT)
    for heading, entries in _sections(question):
        yield ""
        yield _INDENT + heading
        for entry in entries:
            yield from _entry(entry, rule, width)
    if question.bearing("direct", "indirect"):
        yield ""
        yield from _why(question, corpus, rule, width)


def _sections(question: Question) -> Iterator[tuple[str, tuple[Entry, ...]]]:
    """Headings with their entries; a heading that has none is left out."""
    said = tuple(e for e in question.bearing("retracted") if e in question.statements)
    gone = tuple(e for e in question.bearing("retracted") if e in question.studies)
    sections = (
        ("What the article says", question.bearing("article")),
        ("What papers say without having studied it", question.bearing("paper")),
        ("What studies of it found", question.bearing("direct")),
        ("Indirect: studies of something else", question.bearing("indirect")),
        ("On record, without a result of its own", question.bearing("no result")),
        ("RETRACTED, and counts nothing", (*said, *gone)),
    )
    return ((heading, entries) for heading, entries in sections if entries)


def _entry(entry: Entry, rule: Rule, width: int) -> Iterator[str]:
    said = entry.bearing in ("article", "paper") or entry.item.design is None
    yield from _statement(entry, rule, width) if said else _study(entry, width)


def _statement(entry: Entry, rule: Rule, width: int) -> Iterator[str]:
    item = entry.item
    words = f"“{item.quote.exact}”" if item.quote else item.finding or ""
    yield from paragraph(f"{SIGNS[item.direction]} {words}", width, _INDENT + "  ", _HANG)
    cues = ", ".join(f"“{c.exact}”" for c in item.cues)
    facts = [
        f"wording: {item_wording(item, rule)}" + (f", by {cues}" if cues else ""),
        str(item.certainty),
        "taken for granted, not stated" if item.stated == "presupposed" else "",
        "basis: " + ", ".join(in_words(b) for b in item.basis),
    ]
    yield from paragraph("; ".join(filter(None, facts)), width, _HANG)
    yield from paragraph(_reference(entry), width, _HANG)


def _study(entry: Entry, width: int) -> Iterator[str]:
    item = entry.item
    kind = in_words(item.design) if item.design else "design not given"
    facts = [kind, sized(item), dosed(item.dose), item.duration or "", item.population or ""]
    if item.indirectness:
        facts.append("indirect in " + ", ".join(in_words(i) for i in item.indirectness))
    told = ", ".join(filter(None, facts))
    head = f"{SIGNS[item.direction]} {item.direction}: {told}"
    yield from paragraph(head, width, _INDENT + "  ", _HANG)
    about = f"{item.outcome}: " if item.outcome else ""
    found = item.finding or (f"“{item.quote.exact}”" if item.quote else "")
    yield from paragraph(about + found, width, _HANG)
    yield from paragraph(_reference(entry), width, _HANG)


def _reference(entry: Entry) -> str:
    retracted = "RETRACTED: " if entry.source.retracted else ""
    return f"[{retracted}{reference(entry.source)}]"


def _why(question: Question, corpus: Corpus, rule: Rule, width: int) -> Iterator[str]:
    """The level and the agreement of the studies, each with its reasons."""
    found = question.found
    for axis, name in (("evidence", "Evidence"), ("agreement", "Agreement")):
        told = [_named(r.text, corpus) for r in found.reasons if r.axis == axis]
        if axis == "agreement" and found.agreement is Agreement.NONE:
            told = ["none: no study bears on it directly"]
        yield from paragraph(f"{name}: {'; '.join(told)}.", width, _INDENT, _HANG)


def _named(told: str, corpus: Corpus) -> str:
    """A reason with sources cited for their ids."""

    def name(match: re.Match[str]) -> str:
        source = corpus.sources.get(match[0])
        return cited_as(source) if source else match[0]

    return re.sub(r"[a-z0-9]+(?:-[a-z0-9]+)+", name, told)


def _row(
    number: int, question: Question, entry: Entry, corpus: Corpus, rule: Rule
) -> tuple[Term | None, ...]:
    item, source = entry.item, entry.source
    said = entry in question.statements
    values: dict[str, Term | None] = {
        "question": ox.Literal(number),
        "asks": text(proposition(question, corpus)),
        "standing": text(question.standing),
        "contested": _YES if question.contested else _NO,
        "evidence_level": ox.Literal(question.found.level),
        "agreement": text(question.found.agreement),
        "bears": text(entry.bearing),
        "direction": text(item.direction),
        "source": text(source.id),
        "cited_as": text(cited_as(source)),
        "year": None if source.year is None else ox.Literal(source.year),
        "design": optional(item.design),
        "sample_size": None if item.sample_size is None else ox.Literal(item.sample_size),
        "sample": optional(item.sample_text),
        "dose": optional(item.dose.text if item.dose else None),
        "dose_band": optional(item.dose.band if item.dose else None),
        "indirect_in": optional(", ".join(item.indirectness)),
        "outcome": optional(item.outcome),
        "finding": optional(item.finding),
        "quote": optional(item.quote.exact if item.quote else None),
        "wording": text(item_wording(item, rule)) if said else None,
        "certainty": text(item.certainty) if said else None,
        "cues": optional(", ".join(c.exact for c in item.cues)),
        "pmid": optional(source.pmid),
        "doi": optional(source.doi),
        "registry": optional(source.registry_id),
        "retracted": _YES if source.retracted else _NO,
        "claim": text(entry.claim.id),
        "item": text(item.id),
    }
    return tuple(values[name] for name in COLUMNS)
