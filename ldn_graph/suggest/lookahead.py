"""What stands round an item: whether a finite verb follows, whether a form of “be” went before."""

from collections.abc import Sequence

from ldn_graph.suggest.items import Item, Part
from ldn_graph.suggest.phrases import Mention, Phrase
from ldn_graph.suggest.relations import Family
from ldn_graph.suggest.statements import How

_FINITE = (Part.BE, Part.HAVE, Part.DO, Part.MODAL, Part.HELP)
SKIP = (Part.ADVERB, Part.NEGATION)
_PLURAL_LINKS = frozenset({"lead", "led", "result", "resulted", "contribute", "contributed", "play",
                           "act", "acted", "bind", "interact", "give", "gave", "respond",
                           "responded", "work", "attach"})  # fmt: skip


def skip(row: Sequence[Item], i: int) -> int:
    """The next item that is no adverb or negation."""
    while i < len(row) and row[i].part in SKIP:
        i += 1
    return i


def finite(row: Sequence[Item], i: int) -> bool:
    """Whether a verb that needs a subject stands at item `i`."""
    if i >= len(row):
        return False
    item = row[i]
    if item.part is Part.VERB:
        by = i + 1 < len(row) and row[i + 1].low == "by"
        return item.form in ("s", "base", "ed") and not (item.form == "ed" and by)
    first = item.low.partition(" ")[0]
    verbal = (item.part is Part.LINK and first.endswith("s")) or first in _PLURAL_LINKS
    return item.part in _FINITE or (verbal and item.family is not Family.SIDE_EFFECT)


def after_be(row: Sequence[Item], before: int) -> bool:
    """Whether a form of “be” stands before, over adverbs and joined participles."""
    while before >= 0 and row[before].part in (*SKIP, Part.AND, Part.VERB, Part.BE):
        if row[before].part is Part.BE:
            return True
        if row[before].part is Part.VERB and row[before].form != "ed":
            return False
        before -= 1
    return False


def unnamed(phrase: Phrase) -> bool:
    """Whether nothing that the corpus knows is in the phrase, nor anything pointing back."""
    parts = (*phrase.mentions, *phrase.around, *phrase.agents)
    return not any(m.entities or m.back for m in parts)


def manner(row: Sequence[Item], item: Item, before: int, joined: How | None) -> How:
    """How a verb is said: by itself, as the means (“by …ing”) or the result (“, …ing”); `before`:
    the item in front of it; `joined`: the manner of the verb that “and” joins it to."""
    if item.form != "ing" or before < 0:
        return How.MEANS if item.form == "ing" else How.MAIN
    low, part = row[before].low, row[before].part
    if low in ("by", "through", "via"):
        return How.MEANS
    if part is Part.COMMA or low in ("thereby", "thus"):
        return How.RESULT
    if part is Part.AND and joined is not None:
        return joined
    return How.MAIN


def owner(row: Sequence[Item], i: int) -> Mention | None:
    """Whose a noun is that is a relation: “its effects on”, “this dual action on”."""
    j = i - 1
    while j >= 0 and row[j].part in (Part.WORD, Part.ADJECTIVE, Part.NUMBER):
        j -= 1
    pointer = row[j] if j >= 0 else None
    noun = row[i].low.endswith((" on", " in", " for"))
    if not noun or pointer is None or pointer.low == "'s":
        return None
    if pointer.part not in (Part.POINTER, Part.POSSESSIVE):
        return None
    return Mention(pointer.start, pointer.end, back="it")
