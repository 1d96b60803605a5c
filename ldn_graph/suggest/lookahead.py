"""What stands round an item: whether a finite verb follows, whether a form of “be” went before."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ldn_graph.suggest.phrases import Mention, Phrase, class_kinds
from ldn_graph.suggest.relations import VERBS, Family
from ldn_graph.suggest.statements import How, Verb
from ldn_graph.suggest.tagging import Item, Part

if TYPE_CHECKING:
    from ldn_graph.suggest.phrase_heads import Heads

_FINITE = (Part.BE, Part.HAVE, Part.DO, Part.MODAL, Part.HELP)
SKIP = (Part.ADVERB, Part.NEGATION)
_BODY = frozenset({"body", "bodies", "brain", "organism", "system", "cells"})
_REACTS = frozenset({"responds", "respond", "responded", "reacts", "react", "reacted",
                     "compensates", "compensate", "compensated", "answers", "answer", "answered",
                     "adapts", "adapt", "adapted"})  # fmt: skip
_PROMPTS = frozenset({"prompts", "prompting", "prompt", "prompted", "causes", "causing", "cause",
                      "caused", "forces", "forcing", "force", "leads", "leading", "pushes",
                      "pushing", "encourages", "encouraging", "triggers", "triggering", "signals",
                      "signalling", "tells", "telling", "stimulates", "stimulating", "induces",
                      "inducing", "tricks", "tricking", "makes"})  # fmt: skip
_CLOSING = (Part.COMMA, Part.SIGN, Part.END, Part.CLOSE, Part.AND, Part.PREPOSITION, Part.TO)
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
        passive = item.form == "ed" and by_agent(row, i)
        return item.form in ("s", "base", "ed") and not passive
    first = item.low.partition(" ")[0]
    verbal = (item.part is Part.LINK and first.endswith("s")) or first in _PLURAL_LINKS
    return item.part in _FINITE or (verbal and item.family is not Family.SIDE_EFFECT)


def by_agent(row: Sequence[Item], i: int) -> bool:
    """Whether “by” and who did it stand behind a verb; “fell by 30 %” says how much."""
    behind = [item.part for item in row[i + 2 : i + 4]]
    by = i + 1 < len(row) and row[i + 1].low == "by"
    return by and row[i].low in VERBS and Part.NUMBER not in behind


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


def vague(phrase: Phrase, words: Sequence[str]) -> bool:
    """Whether only the body is spoken of, which does what something else makes it do."""
    return unnamed(phrase) and any(words[m.end - 1] in _BODY for m in phrase.mentions)


def reaction(row: Sequence[Item], i: int) -> int | None:
    """“responds by releasing …”, “prompting the body to release …”: the item of what is done."""
    first = row[i].low.partition(" ")[0]
    ahead = row[i + 1 : i + 10]
    if first in _REACTS:
        by = next((n for n, item in enumerate(ahead) if item.low == "by"), None)
        done = None if by is None or by + 1 >= len(ahead) else ahead[by + 1]
        return i + by + 2 if by is not None and done is not None and done.form == "ing" else None
    if first in _PROMPTS:
        to = next((n for n, item in enumerate(ahead[:4]) if item.part is Part.TO), None)
        body = to is not None and any(item.low in _BODY for item in ahead[:to])
        return i + to + 2 if to is not None and body else None
    return None


def object_relative(row: Sequence[Item], i: int, reader: "Heads") -> tuple[Phrase, int] | None:
    """“the euphoria that alcohol brings”: who does it, and the item of the verb."""
    found = reader.core(i + 1) if reader.starts(i + 1) else None
    if found is None or not found[0].mentions or row[i + 1].part is Part.VERB:
        return None
    phrase, j = found
    j = skip(row, j)
    verb = row[j] if j < len(row) else None
    if verb is None or verb.part is not Part.VERB or verb.form not in ("s", "base", "ed"):
        return None
    after = row[j + 1].part if j + 1 < len(row) else Part.SIGN
    return (phrase, j) if after in _CLOSING else None


def a_class_that(row: Sequence[Item], i: int) -> int | None:
    """“A, a process that …” is “A, which …”: the item of “that”, behind the comma at `i`."""
    if i + 1 >= len(row) or row[i + 1].low not in ("a", "an"):
        return None
    for n in range(i + 2, min(i + 6, len(row))):
        if row[n].part is Part.RELATIVE or row[n].low == "that":
            return n if class_kinds(row[n - 1].low) is not None else None
        if row[n].part not in (Part.WORD, Part.ADJECTIVE, Part.ADVERB):
            return None
    return None


def from_doing(row: Sequence[Item], j: int, verb: Verb) -> Item | None:
    """“prevents A from causing B”: the item of what is prevented."""
    if j + 1 >= len(row) or row[j].low != "from" or row[j + 1].form != "ing":
        return None
    return row[j + 1] if verb.family in (Family.LESS, Family.BLOCK, Family.INHIBIT) else None


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
