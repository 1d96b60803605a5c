"""What each finding of the checks says in the form's words, and the buttons that clear it there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ldn_graph.grading.strength import wording_rank
from ldn_graph.records import doses
from ldn_graph.records.findings import Finding
from ldn_graph.records.model import ENTITY_QUALIFIERS, Claim, EvidenceItem, Span
from ldn_graph.records.vocabularies import PREDICATES, TREATMENT, Certainty, Direction, Predicate
from ldn_graph.texts import source_texts
from ldn_graph.texts.source_texts import Texts
from ldn_graph.validation.cues import cue_words, denies, own_cues, short
from ldn_graph.validation.quotes import named_at, shades
from ldn_graph.web.curation.claim_form import CONTEXTS
from ldn_graph.workspace.corpus_files import State

#: Places that are offered at most, and the characters that are shown on each side of them.
_PLACES, _AROUND = 8, 45


@dataclass(frozen=True)
class Remedy:
    """A button: what it says, and the fields of the form that it fills in."""

    label: str
    sets: tuple[tuple[str, str], ...]


Said = tuple[str, list[Remedy]]


@dataclass(frozen=True)
class Seen:
    """A finding with everything that its remedy is made of."""

    finding: Finding
    claim: Claim
    numbers: tuple[int, ...]
    state: State
    texts: Texts

    @property
    def _steps(self) -> list[str]:
        return self.finding.where.split(".")

    @property
    def item(self) -> EvidenceItem:
        return self.claim.evidence[int(self._steps[1])]

    @property
    def text(self) -> str | None:
        return self.texts.by_source.get(self.item.source)

    def name(self, rest: str) -> str:
        """A field of the item, by the form's number of it."""
        return f"evidence.{self.numbers[int(self._steps[1])]}.{rest}"

    @property
    def span(self) -> tuple[str, Span]:
        """The part of the item that the finding is about, and that part's words."""
        part = self._steps[2]
        if part == "quote":
            assert self.item.quote is not None
            return part, self.item.quote
        return f"{part}.{self._steps[3]}", getattr(self.item, part)[int(self._steps[3])]

    @property
    def quoted(self) -> tuple[str, ...]:
        """The quote and the words that it is read with."""
        return tuple(s.exact for s in (self.item.quote, *self.item.context) if s is not None)

    def slot_of(self, slot: str) -> str:
        """The field of a name that is absent; of a qualifier, the first that is not named."""
        if slot in ("subject", "object"):
            return slot
        qualifiers = self.claim.qualifiers
        names = ((s, getattr(qualifiers, s)) for s in ENTITY_QUALIFIERS)
        return next(
            (f"qualifiers.{s}" for s, n in names if n and f"the {s} {n} " in self.finding.message),
            "qualifiers.condition",
        )

    def cue_field(self, start: int, end: int, words: str, said: str) -> tuple[str, str]:
        """The field that marks a word of the quote, and its value: by place where that is known."""
        quote = self.item.quote
        if quote is not None and quote.start is not None:
            return self.name(f"cue.{quote.start + start}-{quote.start + end}"), said
        kind = "cues" if said == "cue" else "unhedged_cues"
        lines = [s.exact for s in getattr(self.item, kind) if s.start is None]
        return self.name(f"loose.{kind}"), "\n".join([*lines, words])


def _place(seen: Seen) -> Said:
    part, span = seen.span
    text, exact = seen.text, span.exact
    if part.startswith(("cues", "unhedged")) and text is not None:
        return _outside(seen)
    if text is None:
        told = f"The text of {seen.item.source} is not held here, so these words can’t be compared."
        return told, []
    found = source_texts.occurrences(text, exact)
    if found:
        told = f"These words stand {len(found)} times in the text: choose the place."
        return told, [_at(seen, part, text, at, at + len(exact)) for at in found[:_PLACES]]
    alike = source_texts.loose_occurrences(text, exact)
    if alike:
        start, end = alike[0]
        what = source_texts.difference(exact, text[start:end])
        told = f"The text writes it with other signs: {what}."
        return told, [_at(seen, part, text, *place) for place in alike[:_PLACES]]
    piece = source_texts.longest_part(text, exact)
    if piece is not None:
        told = f"Of these words the text has only {short(text[slice(*piece)])}."
        return told, [_at(seen, part, text, *source_texts.whole_words(text, *piece))]
    return "The text of this source has no such words: copy them from it.", []


def _at(seen: Seen, part: str, text: str, start: int, end: int) -> Remedy:
    """Take the words that stand at a place of the text."""
    before = text[max(0, start - _AROUND) : start].rpartition("\n")[2]
    after = text[end : end + _AROUND].partition("\n")[0]
    label = f"Take “{text[start:end]}” in: …{before}{text[start:end]}{after}…"
    return Remedy(label, _span_fields(seen, part, text, start, end))


def _span_fields(
    seen: Seen, part: str, text: str, start: int, end: int
) -> tuple[tuple[str, str], ...]:
    values = {"exact": text[start:end], "start": str(start), "end": str(end)}
    return tuple((seen.name(f"{part}.{name}"), value) for name, value in values.items())


def _cut(seen: Seen) -> Said:
    part, span = seen.span
    text = seen.text
    if text is None or span.start is None or span.end is None:
        return "It cuts a word; quote whole words.", []
    start, end = source_texts.whole_words(text, span.start, span.end)
    told = f"{short(span.exact)} cuts a word or a number."
    return told, [
        Remedy(f"Take {short(text[start:end])}", _span_fields(seen, part, text, start, end))
    ]


def _missing_quote(seen: Seen) -> Said:
    return "The text of this source is on record: quote the words that say it.", []


def _absent(seen: Seen) -> Said:
    slot = seen.slot_of(seen.finding.rule.removesuffix("-absent"))
    holder = seen.claim if "." not in slot else seen.claim.qualifiers
    entity = seen.state.corpus.entities[getattr(holder, slot.rpartition(".")[2])]
    told = f"“{entity.label}” is not named in the quote, nor in the words that it is read with."
    text, quote, used = seen.text, seen.item.quote, len(seen.item.context)
    if text is None or quote is None or used >= CONTEXTS:
        return told, []
    at = quote.start or 0
    found = sorted(
        named_at(text, entity, seen.state.corpus), key=lambda p: (p[0] > at, abs(p[0] - at))
    )
    part = f"context.{used}"
    return told, [
        Remedy(f"Read it with {_line(text, *place)}", _span_fields(seen, part, text, *place))
        for place in found[:3]
    ]


def _line(text: str, start: int, end: int) -> str:
    before = text[max(0, start - _AROUND) : start].rpartition("\n")[2]
    return f"“{text[start:end]}” in: …{before}{text[start : end + _AROUND].partition(chr(10))[0]}…"


def _inside(seen: Seen) -> Said:
    slot = seen.finding.rule.removesuffix("-inside-another")
    corpus = seen.state.corpus
    entity = corpus.entities[getattr(seen.claim, slot)]
    found = shades(seen.quoted, entity, corpus)
    if not found:
        return f"“{entity.label}” is named only within another name.", []
    words, other = found[0]
    label = corpus.entities[other].label
    told = f"“{words}” stands there only within “{label}”, so nothing is said of {entity.label}."
    return told, [Remedy(f"Make it “{label}”", ((slot, label),))]


def _outside(seen: Seen) -> Said:
    kind, _, at = seen.span[0].partition(".")
    span = seen.span[1]
    told = f"{short(span.exact)} is marked, but stands neither in the quote nor in its context."
    off = "Take the mark off"
    if span.start is not None:
        return told, [Remedy(off, ((seen.name(f"cue.{span.start}-{span.end}"), "none"),))]
    left = [s.exact for n, s in enumerate(getattr(seen.item, kind)) if str(n) != at]
    return told, [Remedy(off, ((seen.name(f"loose.{kind}"), "\n".join(left)),))]


def _own(seen: Seen) -> Said:
    words = short(seen.span[1].exact)
    told = f"{words} is not on the list of softening words: it counts as what “It sounds” says."
    return f"{told} Say in the item’s note why {words} softens it.", []


def _aside(seen: Seen) -> Said:
    words = short(seen.span[1].exact)
    return f"Say in the item’s note what {words} is about, if not about this.", []


def _unmarked(seen: Seen) -> Said:
    """A hedge in the quote that nobody marked."""
    words = list(_unseen(seen))
    if not words:
        return _sounds(seen)
    start, end, exact, hedges = words[0]
    about = seen.cue_field(start, end, exact, "no cue")
    aside = Remedy(f"“{exact}” is about something else", (about,))
    rung = seen.state.rule.cue_rungs.get(" ".join(exact.lower().split()))
    if not hedges or rung is None:
        told = f"“{exact}” looks as if it softened it, and does not."
        return told, [Remedy(f"“{exact}” does not soften it", (about,))]
    weaker = max(seen.item.certainty, seen.state.rule.certainty_of[rung], key=_order)
    sets = (seen.cue_field(start, end, exact, "cue"), (seen.name("certainty"), str(weaker)))
    told = f"The quote holds “{exact}”, and nothing says whether that softens it."
    return told, [Remedy(f"“{exact}” softens it: it sounds {weaker}", sets), aside]


def _unseen(seen: Seen) -> Iterator[tuple[int, int, str, bool]]:
    """The words of the quote that look like hedges and that this finding is about."""
    quote = seen.item.quote
    if quote is None:
        return
    for start, end, hedges in cue_words(quote.exact, seen.state.rule):
        exact = quote.exact[start:end]
        if seen.finding.message.startswith(f"{seen.claim.id} {seen.item.id}: the quote h") and (
            short(exact) in seen.finding.message
        ):
            yield start, end, exact, hedges


def _order(certainty: Certainty) -> int:
    return list(Certainty).index(certainty)


def _sounds(seen: Seen) -> Said:
    """A certainty that its cues don't give."""
    rule, item = seen.state.rule, seen.item
    rungs = [
        rule.cue_rungs[c.exact.lower()] for c in item.cues if c.exact.lower() in rule.cue_rungs
    ]
    field = seen.name("certainty")
    if rungs:
        fitting = rule.certainty_of[min(rungs, key=wording_rank)]
        told = f"It is said to sound {item.certainty}, but the marked words make it {fitting}."
        return told, [Remedy(f"It sounds {fitting}", ((field, str(fitting)),))]
    own = own_cues(item, rule)
    if own:
        told = f"“{own[0].exact}” is marked as softening it, but it is said to sound asserted."
        weaker = (Certainty.HEDGED, Certainty.SPECULATIVE)
        return told, [Remedy(f"It sounds {c}", ((field, str(c)),)) for c in weaker]
    told = (
        f"It is said to sound {item.certainty}, but no word is marked that says so. Mark the words "
        "that soften it, or:"
    )
    return told, [Remedy("It sounds asserted", ((field, str(Certainty.ASSERTED)),))]


def _denied(seen: Seen) -> Said:
    quote = seen.item.quote
    words = ", ".join(f"“{w}”" for w in dict.fromkeys(denies(quote.exact if quote else "")))
    told = f"The quote denies something ({words}), but is said to support it."
    refutes = Remedy("It speaks against it", ((seen.name("direction"), str(Direction.REFUTES)),))
    return f"{told} Or say in the item’s note what {words} denies.", [refutes]


def _section(seen: Seen) -> Said:
    heading = seen.finding.remedy.removeprefix("write section: ")
    told = f"The heading above the quote is “{heading}”."
    return told, [Remedy(f"Write “{heading}”", ((seen.name("section"), heading),))]


def _dose(seen: Seen) -> Said:
    dose = seen.item.dose
    assert dose is not None
    said = doses.parse(dose.text).model_dump(mode="json")
    sets = tuple(
        (seen.name(f"dose.{n}"), str(said[n] or "")) for n in ("low", "high", "unit", "band")
    )
    if said["low"] is None:
        return f"“{dose.text}” names no amount.", [Remedy("Leave the amounts out", sets)]
    low, high = said["low"], said["high"]
    amount = f"{low if low == high else f'{low} to {high}'} {said['unit']}, band {said['band']}"
    told = f"“{dose.text}” says {amount}; the amounts say something else."
    return told, [Remedy(f"Take {amount}", sets)]


def _retracted(seen: Seen) -> Said:
    return f"{seen.item.source} was retracted, so it counts nothing; cite another source.", []


def twin_of(seen: Seen) -> str:
    """The claim in force that says the same."""
    return next(
        (
            c.id
            for c in seen.state.corpus.current()
            if c.id != seen.claim.id and c.proposition == seen.claim.proposition
        ),
        "",
    )


def _twin(seen: Seen) -> Said:
    other = seen.state.corpus.claims[twin_of(seen)]
    mine = {i.direction for i in seen.claim.evidence}
    theirs = {i.direction for i in other.evidence}
    sides = {Direction.SUPPORTS, Direction.REFUTES}
    shown = "; it would be shown as contested" if sides <= mine | theirs else ""
    told = "A claim in force says the same. There are never two: put this evidence under that one"
    return f"{told}{shown}.", []


def _treats(seen: Seen) -> Said:
    told = "That it treats takes an approval: a regulatory label as evidence. Else choose"
    ladder = [p for p in Predicate if p in TREATMENT and p is not Predicate.TREATS]
    return f"{told}:", [
        Remedy(f"“{PREDICATES[p].reads}”", (("predicate", str(p)),)) for p in ladder
    ]


def _undecided(seen: Seen) -> Said:
    return "Nothing speaks for it or against it; look whether it is a claim.", []


#: Rule of a finding → what the form says of it.
SAY: dict[str, Callable[[Seen], Said]] = {
    "quote-missing": _missing_quote,
    "quote-without-offsets": _place,
    "quote-not-there": _place,
    "cut-in-a-word": _cut,
    "subject-absent": _absent,
    "object-absent": _absent,
    "qualifier-absent": _absent,
    "subject-inside-another": _inside,
    "object-inside-another": _inside,
    "cue-outside-quote": _outside,
    "cue-unknown": _own,
    "unhedged-without-reason": _aside,
    "cue-unrecorded": _unmarked,
    "hedged-as-asserted": _unmarked,
    "certainty-without-cue": _sounds,
    "certainty-against-cues": _sounds,
    "negation": _denied,
    "wrong-section": _section,
    "dose-not-as-written": _dose,
    "retracted-source": _retracted,
    "same-claim-twice": _twin,
    "treats-needs-approval": _treats,
    "nothing-decided": _undecided,
}
