"""Bulleted lists: what the words before a list say of each of its items.

“LDN has been used for the following conditions: • lupus • depression” is read as “LDN has been
used for lupus” and so on, with the offsets that all words have. A heading without a verb (“Side
effects”, “Where it shows promise”) says by a few words what its items are.
"""

from collections.abc import Sequence

from ldn_graph.suggest.relations import Family, word_set
from ldn_graph.suggest.tagging import Item, Part
from ldn_graph.suggest.words import Token

#: Nouns for what the items of a list are, and words that such a noun phrase begins with.
_TAIL = word_set("""
    conditions condition diseases disorders illnesses problems symptoms complaints things reasons
    ways effects benefits areas issues following ones people
""")
_TAIL_STARTS = word_set("the these those several many various a different some other all")
_LONGEST_TAIL = 5
_VERBAL = {Part.VERB, Part.BE, Part.HAVE, Part.DO, Part.MODAL, Part.HELP}
#: What a heading's words say of the items below, the first that fits.
_HEADINGS = (
    (Family.SIDE_EFFECT, "side adverse unwanted"),
    (Family.STUDY, "promise promising potential may could might research researched studied "
     "studies investigated emerging explored exploring future"),
    (Family.USE, "use uses used treat treated treats treatment prescribed applications "
     "indications help helps benefit"),
)  # fmt: skip


def opens_list(words: Sequence[Token]) -> bool:
    """Whether a list may follow: a line that ends in a colon, or without a full stop."""
    return bool(words) and words[-1].low not in ".!?;,"


def lead(words: Sequence[Token]) -> tuple[Token, ...]:
    """The words before a list without the colon, and without a noun phrase for its items."""
    kept = list(words)
    while kept and not kept[-1].low[0].isalnum():
        kept.pop()
    if kept and kept[-1].low in _TAIL:
        start = max(0, len(kept) - 1 - _LONGEST_TAIL)
        starts = [n for n in range(start, len(kept) - 1) if kept[n].low in _TAIL_STARTS]
        kept = kept[: starts[0] if starts else len(kept) - 1]
    return tuple(kept)


def says_something(row: Sequence[Item]) -> bool:
    """Whether the words before a list have a verb or a relation, which its items complete."""
    said = any(item.part in _VERBAL or item.part is Part.LINK for item in row)
    return said or (bool(row) and row[-1].part in (Part.PRONOUN, Part.TO, Part.RELATIVE))


def completes(row: Sequence[Item]) -> bool:
    """Whether an item has no subject of its own: a noun phrase alone, or a verb in front."""
    first = next((i for i in row if i.part not in (Part.ADVERB, Part.NEGATION)), None)
    if first is None:
        return False
    verbal = [n for n, item in enumerate(row) if item.part in _VERBAL and item.form != "ed"]
    return not verbal or row[verbal[0]] is first


def head(words: Sequence[Token], row: Sequence[Item]) -> tuple[Token, ...]:
    """The noun phrase that an item begins with, where more is said behind a comma."""
    stop = next((i.start for i in row if i.part in (Part.COMMA, Part.OPEN, Part.END)), None)
    if stop is None or any(i.part in _VERBAL and i.start < stop for i in row):
        return ()
    return tuple(words[:stop])


def of_heading(heading: str) -> Family | None:
    """What a heading without a verb says of the list below it.

    >>> of_heading("Side effects"), of_heading("Where LDN shows promise"), of_heading("Lupus")
    (<Family.SIDE_EFFECT: 'side-effect'>, <Family.STUDY: 'study'>, None)
    """
    said = set(heading.lower().replace(":", " ").split())
    return next((family for family, words in _HEADINGS if said & word_set(words)), None)
