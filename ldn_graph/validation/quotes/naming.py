"""Do subject and object stand in the quote, or in the context that it is read in?"""

from collections.abc import Iterable, Iterator

from ldn_graph.records.findings import Finding
from ldn_graph.records.model import ENTITY_QUALIFIERS, Corpus, Entity
from ldn_graph.records.vocabularies import Kind
from ldn_graph.texts import spans
from ldn_graph.validation.quotes.case import Case, as_yaml, short


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
    return any(spans.mentions(span.exact, entity.names) for span in case.quoted())


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
    found = spans.mentions(text, entity.names)
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
        for place in spans.mentions(text, entity.names):
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
        for a, b in spans.mentions(words, (other.label, *other.synonyms)):
            if a <= start and end <= b and b - a > end - start:
                return other.id
    return None
