"""The quote audit: does each quote stand in its text, and does it say what the claim says?

A matching substring is not yet support. Beyond it: the text is the one that was quoted, no word
is cut, subject and object are named in the quote or its context, the hedges in the quote are
recorded and the certainty is theirs, negations are looked at, and the section is the heading
above. What needs no text is checked without one.
"""

from collections.abc import Iterable, Iterator

from ldn_graph.grading.strength import Rule
from ldn_graph.records.corpus import Places
from ldn_graph.records.findings import Finding, Severity
from ldn_graph.records.model import ENTITY_QUALIFIERS, Corpus, Entity, Span
from ldn_graph.records.vocabularies import GapReason, Kind, Status
from ldn_graph.texts import source_texts
from ldn_graph.texts.source_texts import Texts, audit_texts, section_of
from ldn_graph.validation.cues import Case, as_yaml, audit_cues, short

__all__ = ["SHARED_BY", "Texts", "audit"]


_Steps = tuple[str | int, ...]


def audit_spans(case: Case) -> Iterator[Finding]:
    """A quote that is missing, spans without offsets, not there, or cut inside a word."""
    if case.item.quote is None and case.known:
        yield case.error(
            "quote-missing",
            (),
            f"{case.source.id} is a text that can be quoted, but the item quotes nothing",
            "add the shortest exact words that say it, with their offsets",
        )
    for steps, span in case.spans():
        if span.start is None:
            yield from _without_offsets(case, steps, span)
        elif case.text is not None:
            yield from _in_text(case, steps, span, case.text)


def _without_offsets(case: Case, steps: _Steps, span: Span) -> Iterator[Finding]:
    told = f"{short(span.exact)} has no offsets"
    if case.text is not None:
        yield case.error("quote-without-offsets", steps, told, _instead(case, span, case.text))
    elif case.known and steps == ("quote",):  # nobody can tell without the text
        remedy = "add `start` and `end`; `ldn-graph check --texts DIR` finds them"
        yield case.warning("quote-without-offsets", steps, told, remedy)


def _in_text(case: Case, steps: _Steps, span: Span, text: str) -> Iterator[Finding]:
    start, end = span.start or 0, span.end or 0
    if text[start:end] != span.exact:
        there = f"reads {short(text[start:end])}" if text[start:end] else "lies behind the text"
        yield case.error(
            "quote-not-there",
            steps,
            f"{start}–{end} {there}, not {short(span.exact)}",
            _instead(case, span, text),
        )
        return
    wide = source_texts.whole_words(text, start, end)
    if wide != (start, end):
        whole = text[slice(*wide)]
        cut = [
            where
            for where, moved in (("beginning", wide[0] < start), ("end", wide[1] > end))
            if moved
        ]
        yield case.error(
            "cut-in-a-word",
            steps,
            f"{short(span.exact)} cuts a word or number at its {' and its '.join(cut)}: "
            f"the text reads {short(_around(text, wide))}",
            f"quote whole words: {as_yaml(whole, wide[0])}",
        )


def _around(text: str, wide: tuple[int, int]) -> str:
    """A cut span with the words beside it, in one line."""
    start, end = wide
    return " ".join(text[max(0, start - 12) : end + 12].split("\n")).strip()


def _instead(case: Case, span: Span, text: str) -> str:
    """Where the quoted words do stand, or what comes nearest to them."""
    exact = span.exact
    found = source_texts.occurrences(text, exact)
    if len(found) == 1:
        return f"it stands at {as_yaml(exact, found[0])}"
    if found:
        ranked = sorted(found, key=lambda at: (abs(at - _anchor(case, span)), at))
        others = ", ".join(f"{at}–{at + len(exact)}" for at in found)
        return f"it stands at {others}; the nearest is {as_yaml(exact, ranked[0])}"
    alike = source_texts.loose_occurrences(text, exact)
    if alike:
        start, end = min(alike, key=lambda pair: (abs(pair[0] - _anchor(case, span)), pair))
        what = source_texts.difference(exact, text[start:end])
        return f"it differs only in {what} from {as_yaml(text[start:end], start)}; copy that"
    part = source_texts.longest_part(text, exact)
    if part is not None:
        start, end = part
        return f"of it the text has only {short(text[start:end])} at {start}–{end}; quote it anew"
    return "the text has no such words; quote it anew"


def _anchor(case: Case, span: Span) -> int:
    """About where a span should stand: where it says, else where its quote is."""
    quote = case.item.quote
    return next((s.start for s in (span, quote) if s is not None and s.start is not None), 0)


def audit_names(case: Case) -> Iterator[Finding]:
    """Entities of the claim that neither quote nor context names, or only inside other names.

    Of a study only a few words may be known, so its items are not held to this.
    """
    if case.item.quote is None or not case.known:
        return
    for slot in ("subject", "object"):
        entity = case.corpus.entities[getattr(case.claim, slot)]
        if _named(case, entity):
            yield from _only_inside(case, slot, entity)
        elif not _named_by_dose(case, entity):
            yield case.error(*_absent(case, slot, entity))
    for slot in ENTITY_QUALIFIERS:
        name = getattr(case.claim.qualifiers, slot)
        if name is not None and not _named(case, case.corpus.entities[name]):
            yield case.warning(*_absent(case, slot, case.corpus.entities[name]))


def _named(case: Case, entity: Entity) -> bool:
    return any(source_texts.mentions(span.exact, entity.names) for span in case.quoted())


def _named_by_dose(case: Case, entity: Entity) -> bool:
    """Whether the drug is named and the item's dose is the entity's: “naltrexone 4.5 mg” names
    low-dose naltrexone."""
    dose = case.item.dose
    if entity.dose_band is None or dose is None or dose.band is not entity.dose_band:
        return False
    return any(_named(case, case.corpus.entities[name]) for name in entity.broader)


def _absent(case: Case, slot: str, entity: Entity) -> tuple[str, tuple[str | int, ...], str, str]:
    message = (
        f"the {slot} {entity.id} stands neither in {short(case.quoted()[0].exact)} "
        "nor in its context"
    )
    rule = f"{slot}-absent" if slot in ("subject", "object") else "qualifier-absent"
    return rule, ("quote",), message, _suggestion(case, entity)


def named_at(text: str, entity: Entity, corpus: Corpus) -> list[tuple[int, int]]:
    """Where a text names an entity by itself, not only within a longer name of something else."""
    found = source_texts.mentions(text, entity.names)
    return [place for place in found if _longer(corpus, text, place, entity) is None]


def _suggestion(case: Case, entity: Entity) -> str:
    """The nearest mention before the quote, else after it, as a context span."""
    quote = case.item.quote
    where = case.places("entity", entity.id)
    if case.text is None or quote is None or quote.start is None:
        return f"record the words that mean it as a context span, or as a synonym at {where}"
    found = named_at(case.text, entity, case.corpus)
    before = [m for m in found if m[1] <= quote.start]
    if not found:
        return f"the text never names it; add the wording that means it as a synonym at {where}"
    start, end = before[-1] if before else found[0]
    span = as_yaml(case.text[start:end], start)
    return f"record where it is named, such as context: [{span}], or widen the quote"


def shades(words: Iterable[str], entity: Entity, corpus: Corpus) -> list[tuple[str, str]]:
    """The mentions of an entity that stand only within a name of something else, each with that
    one's id; none where any of `words` names it by itself."""
    found: list[tuple[str, str]] = []
    for text in words:
        for place in source_texts.mentions(text, entity.names):
            shade = _longer(corpus, text, place, entity)
            if shade is None:
                return []
            found.append((text[slice(*place)], shade))
    return found


def _only_inside(case: Case, slot: str, entity: Entity) -> Iterator[Finding]:
    """A name that stands only inside a longer name of something else says nothing of it:
    “low-dose naltrexone” is not naltrexone. People with a condition do name the condition."""
    found = shades((span.exact for span in case.quoted()), entity, case.corpus)
    if not found:
        return
    words, other = found[0]
    yield case.warning(
        f"{slot}-inside-another",
        ("quote",),
        f"{short(words)} stands there only inside a name of {other}, "
        f"so nothing is said of {entity.id}",
        f"make {other} the {slot}, or record a context span that names {entity.id} by itself",
    )


def _longer(corpus: Corpus, words: str, place: tuple[int, int], entity: Entity) -> str | None:
    """The id of another entity whose name encloses the mention at `place`."""
    start, end = place
    for other in corpus.entities.values():
        if other.id == entity.id or other.kind is Kind.POPULATION:
            continue
        for a, b in source_texts.mentions(words, (other.label, *other.synonyms)):
            if a <= start and end <= b and b - a > end - start:
                return other.id
    return None


#: A quote is listed when it stands under so many claims.
SHARED_BY = 3
#: Claims that nobody will use again are not audited.
_CLOSED = (Status.REJECTED, Status.RETRACTED)


def audit(
    corpus: Corpus, places: Places, rule: Rule, texts: Texts | None = None
) -> Iterator[Finding]:
    """What is wrong or doubtful about the quotes of `corpus`; with `texts`, against them too."""
    if texts is not None:
        yield from audit_texts(corpus, places, texts)
    for claim in corpus.claims.values():
        if claim.status in _CLOSED:
            continue
        for number, item in enumerate(claim.evidence):
            text = None if texts is None else texts.by_source.get(item.source)
            case = Case(corpus, places, rule, claim, number, text)
            yield from audit_spans(case)
            # an excerpt from a paper whose text is not at hand leans on the finding beside it
            if corpus.sources[item.source].text_sha256 is not None or item.finding is None:
                yield from audit_names(case)
            yield from audit_cues(case)
            yield from _section(case)
    yield from _shared(corpus, places)


def _section(case: Case) -> Iterator[Finding]:
    """The item's section is the last recorded heading above its quote."""
    quote = case.item.quote
    gaps = case.corpus.gaps.get(case.item.source, ())
    headings = [(g.start, _heading(case, g.start, g.end, g.opening)) for g in gaps if _is_head(g)]
    if quote is None or quote.start is None or not headings:
        return
    above = section_of(headings, quote.start)
    given = case.item.section
    # without the text a heading is known by its first words only
    fits = given == above if case.text is not None else (given or "").startswith(above or "\n")
    if above is None or fits:
        return
    yield case.error(
        "wrong-section",
        ("section",),
        f"its section is {short(given) if given else 'not given'}, but the heading above the "
        f"quote is {short(above)}",
        f"write section: {above}",
    )


def _is_head(gap: object) -> bool:
    return getattr(gap, "reason", None) is GapReason.HEADING


def _heading(case: Case, start: int, end: int, opening: str) -> str:
    return opening if case.text is None else case.text[start:end].strip()


def _shared(corpus: Corpus, places: Places) -> Iterator[Finding]:
    users: dict[tuple[str, int, str], list[str]] = {}
    for claim in corpus.current():
        for item in claim.evidence:
            if item.quote is not None:
                key = (item.source, item.quote.start or 0, item.quote.exact)
                users.setdefault(key, []).append(claim.id)
    for (_, _, words), found in sorted(users.items()):
        names = sorted(set(found))
        if len(names) >= SHARED_BY:
            yield Finding(
                Severity.NOTE,
                "shared-quote",
                places("claim", names[0], "evidence"),
                f"{short(words)} stands under {len(names)} claims: {', '.join(names)}",
                "look whether the words really say each of them",
            )
