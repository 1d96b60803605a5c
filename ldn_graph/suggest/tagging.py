"""A sentence as a row of items: names, relation words, small words and everything else.

Without a statistical tagger a word that may be noun or verb (“increase”, “support”) is told by its
neighbours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ldn_graph.suggest.matching import Dictionary, Match, is_acronym, longest, without_pseudo
from ldn_graph.suggest.relations import (
    ADJECTIVES,
    ALONE,
    EXPERTS,
    NOUNS,
    PARTICLES,
    PEOPLE,
    PHRASAL,
    SPLIT,
    TRANSPARENT,
    VERBS,
    Family,
    word_set,
)
from ldn_graph.suggest.sentences import Token


class Part(StrEnum):
    """The part that an item plays in its sentence."""

    NAME = "name"
    VERB = "verb"
    LINK = "link"  # a set phrase that is a relation: “is associated with”
    CHANGE = "change"  # “reduction”
    ADJECTIVE = "adjective"  # “fewer”
    TRANSPARENT = "transparent"  # “levels”
    PEOPLE = "people"
    PRONOUN = "pronoun"
    POINTER = "pointer"  # “this”, “these”
    DETERMINER = "determiner"
    POSSESSIVE = "possessive"
    BE = "be"
    HAVE = "have"
    DO = "do"
    MODAL = "modal"
    NEGATION = "negation"
    ADVERB = "adverb"
    TO = "to"
    HELP = "help"
    RELATIVE = "relative"
    THAT = "that"
    END = "end"  # what begins another clause: “but”, “because”, “;”
    AND = "and"
    EXAMPLE = "example"  # “such as”
    COMMA = "comma"
    PREPOSITION = "preposition"
    NUMBER = "number"
    OPEN = "open"
    CLOSE = "close"
    HYPHEN = "hyphen"
    WORD = "word"
    SIGN = "sign"


@dataclass(frozen=True, slots=True)
class Item:
    """Tokens `start` to `end` (exclusive). `form` of a verb: base, s, ed or ing."""

    part: Part
    start: int
    end: int
    low: str
    entities: tuple[str, ...] = ()
    family: Family | None = None
    form: str = ""


_SMALL: dict[str, Part] = {}
for _part, _words in (
    (Part.BE, "is are was were be been being am"),
    (Part.HAVE, "has have had having"),
    (Part.DO, "do does did doesn't don't didn't"),
    (Part.MODAL, "can may might could would should will must shall cannot can't"),
    (Part.NEGATION, "not never neither nor no without isn't aren't wasn't weren't"),
    (
        Part.DETERMINER,
        "the a an any some many most several all both each certain various other such",
    ),
    (Part.POINTER, "this these that those"),
    (Part.PRONOUN, "it they them itself themselves we he she one you i us"),
    (Part.POSSESSIVE, "its their 's his her your our my whose"),
    (Part.AND, "and or & plus"),
    (Part.TO, "to"),
    (Part.HELP, "help helps helped helping"),
    (Part.RELATIVE, "which who whom"),
    (
        Part.END,
        "but however although though whereas yet because unless while if when whether since so "
        "therefore thus hence where whenever nevertheless until as meaning",
    ),
    (
        Part.PREPOSITION,
        "of in on with by for from at during among through via within throughout against after "
        "before over under between into toward towards across upon about using taking per "
        "following despite unlike behind beyond alongside receiving besides",
    ),
    (
        Part.ADVERB,
        "also often even then thereby thus now still only just very well more most less largely "
        "both too again often sometimes always usually never-mind further furthermore moreover "
        "additionally similarly too quite rather almost already instead together off-label first "
        "themselves below above ultimately initially next soon later overall alone "
        "typically briefly temporarily gently",
    ),
    (Part.OPEN, "( ["),
    (Part.CLOSE, ") ]"),
    (Part.HYPHEN, "-"),
):
    for _word in _words.split():
        _SMALL.setdefault(_word, _part)
_EXAMPLES = ("such as", "including", "like", "e.g.", "for example", "for instance", "especially",
             "particularly", "notably", "namely", "includes")  # fmt: skip
_TWO = {"as well as": Part.AND, "along with": Part.AND, "in order to": Part.TO, "due to":
        Part.PREPOSITION, "because of": Part.PREPOSITION, "even though": Part.END,
        "as a result": Part.ADVERB, "as a": Part.ADVERB, "as an": Part.ADVERB,
        "and so": Part.AND, "and thus": Part.AND, "and therefore": Part.AND,
        "and hence": Part.AND, "and thereby": Part.AND, "so that": Part.END, "such that": Part.END,
        "but also": Part.AND, "not only": Part.ADVERB, "in turn": Part.ADVERB,
        "treated with": Part.PREPOSITION, "for example": Part.ADVERB,
        "in addition": Part.ADVERB, "rather than": Part.NEGATION, "at least": Part.ADVERB,
        "in particular": Part.ADVERB, "compared with": Part.END, "compared to": Part.END,
        "is because": Part.END, "off - label": Part.ADVERB, "thanks to": Part.PREPOSITION,
        "no longer": Part.NEGATION, "on the other hand": Part.END,
        "in response to": Part.PREPOSITION, "in reaction to": Part.PREPOSITION,
        "as a result of": Part.PREPOSITION, "as a consequence of": Part.PREPOSITION,
        "by way of": Part.PREPOSITION, "by means of": Part.PREPOSITION,
        "years ago": Part.ADVERB, "decades ago": Part.ADVERB, "months ago": Part.ADVERB,
        "weeks ago": Part.ADVERB, "so far": Part.ADVERB, "all the same": Part.ADVERB,
        "for the most part": Part.ADVERB, "by far": Part.ADVERB, "at first": Part.ADVERB,
        "as a consequence": Part.ADVERB, "at the same time": Part.ADVERB,
        "at its source": Part.ADVERB, "over time": Part.ADVERB, "at night": Part.ADVERB,
        "the way that": Part.END, "as opposed to": Part.NEGATION}  # fmt: skip
#: Forms of verbs that are nouns as often.
_ALSO_NOUNS = word_set("""
    benefit benefits test tests target targets release balance control controls report
    reports design aid aids damage support study studies research trigger triggers harm
    limit limits drive use uses note notes help cause causes produce boost boosts attack
    fuel attach cut cuts ease progress experience experiences supplement finding
    findings setting show treat treats change changes effect impact influence increase
    increases decrease decreases decline rise rises drop shield moderate quiet cool calm dull
    lift lifts trim guard spark dim fall falls drops declines surge surges rebound climb ease grow
    return recover abate spike
""") | (frozenset(NOUNS) & frozenset(VERBS))
#: What ends the search for a particle, and what may follow one.
_STOPS = word_set(", ; : . ( ) but which that who because while by with")
_AFTER_PARTICLE = word_set("""and or but in by with for which that while when so at during after as
    through via because""")
#: “those with”: people.
_PEOPLE_AFTER = ("with", "who", "suffering", "living", "taking", "affected")
#: “Some report”, “many of them say”: people.
_SOME = word_set("some many most few you i")
_SOME_AFTER = {Part.VERB, Part.MODAL, Part.HAVE}
_NOUN_BEFORE = {
    Part.DETERMINER,
    Part.POSSESSIVE,
    Part.PREPOSITION,
    Part.ADJECTIVE,
    Part.POINTER,
    Part.NUMBER,
}
_NP_AFTER = {Part.NAME, Part.DETERMINER, Part.ADJECTIVE, Part.POSSESSIVE, Part.POINTER, Part.CHANGE}


def items(
    words: Sequence[Token], dictionary: Dictionary, aliases: dict[str, tuple[str, ...]]
) -> tuple[tuple[Item, ...], tuple[Match, ...]]:
    """The items of a sentence, and the cues in it."""
    named = tuple(
        m for m in dictionary.entities(words)
        if not any(w.text in aliases for w in words[m.start : m.end])
    )  # fmt: skip
    names = _with_ellipsis(words, dictionary, named)
    marks = without_pseudo(dictionary.marks(words))
    phrases = [m for m in marks if m.family is not None]
    at = {m.start: m for m in longest([*names, *phrases])}
    marks = tuple(m for m in marks if not _is_either_way(m, words))
    found: list[Item] = []
    particles: dict[int, Item] = {}
    i = 0
    while i < len(words):
        split = None if i in at else _split(words, i)
        if split is not None:
            item, particle = split
            particles[particle.start] = particle
        else:
            item = particles.get(i) or _item(words, i, at.get(i), aliases, found)
        found.append(item)
        i = item.end
    return tuple(_settled(found)), tuple(m for m in marks if m.cue is not None)


def _is_either_way(match: Match, words: Sequence[Token]) -> bool:
    """“Whether managing A or B, …” leaves nothing open."""
    after = words[match.end].low if match.end < len(words) else ""
    return match.cue is not None and match.cue.words == "whether" and after.endswith("ing")


def _with_ellipsis(
    words: Sequence[Token], dictionary: Dictionary, names: tuple[Match, ...]
) -> tuple[Match, ...]:
    """“opioid and alcohol dependence” names opioid dependence too."""
    extra = []
    for match in names:
        at = match.start - 2
        if at < 0 or match.end - match.start < 2 or words[at + 1].low not in ("and", "or", "/"):
            continue
        whole = (words[at].low, words[match.end - 1].low)
        if whole in dictionary.table:
            extra.append(Match(at, at + 1, entities=dictionary.table[whole]))
    covered = {m.start for m in extra}
    return (*extra, *(m for m in names if m.start not in covered))


def _item(
    words: Sequence[Token],
    i: int,
    match: Match | None,
    aliases: dict[str, tuple[str, ...]],
    before: list[Item],
) -> Item:
    word = words[i]
    if match is not None and match.entities:
        return Item(Part.NAME, i, match.end, word.low, entities=match.entities)
    if match is not None:
        low = " ".join(w.low for w in words[i : match.end])
        return Item(Part.LINK, i, match.end, low, family=match.family)
    if aliases.get(word.text):
        return Item(Part.NAME, i, i + 1, word.low, entities=aliases[word.text])
    if word.low == "those" and i + 1 < len(words) and words[i + 1].low in _PEOPLE_AFTER:
        return Item(Part.PEOPLE, i, i + 1, word.low)
    return _phrase(words, i) or _small(word, i) or _content(word, i)


def _split(words: Sequence[Token], i: int) -> tuple[Item, Item] | None:
    """“keeps inflammation in check”: the verb, which does what its particle says, and that."""
    form = SPLIT.get(words[i].low)
    if form is None:
        return None
    for n in range(i + 2, min(i + 8, len(words))):
        if words[n].low in _STOPS:
            return None
        for length in (3, 2, 1):
            family = PARTICLES.get(tuple(w.low for w in words[n : n + length]))
            after = words[n + length].low if n + length < len(words) else "."
            if family is not None and (not after[0].isalpha() or after in _AFTER_PARTICLE):
                verb = Item(Part.VERB, i, i + 1, words[i].low, family=family, form=form)
                return verb, Item(Part.ADVERB, n, n + length, words[n].low)
    return None


def _phrase(words: Sequence[Token], i: int) -> Item | None:
    for length in (5, 4, 3, 2):
        low = " ".join(w.low for w in words[i : i + length])
        if low in _TWO:
            return Item(_TWO[low], i, i + length, low)
        if low in PHRASAL or low in ALONE:
            family, form = PHRASAL.get(low) or ALONE[low]
            return Item(Part.VERB, i, i + length, low, family=family, form=form)
    for example in _EXAMPLES:
        length = example.count(" ") + 1
        if " ".join(w.low for w in words[i : i + length]) == example:
            return Item(Part.EXAMPLE, i, i + length, example)
    if words[i].low == "e" and [w.low for w in words[i : i + 4]] == ["e", ".", "g", "."]:
        return Item(Part.EXAMPLE, i, i + 4, "e.g.")
    return None


def _small(word: Token, i: int) -> Item | None:
    low = word.low
    part = _SMALL.get(low)
    if part is not None:
        return Item(part, i, i + 1, low)
    if low[0].isdigit():
        return Item(Part.NUMBER, i, i + 1, low)
    if low in ",":
        return Item(Part.COMMA, i, i + 1, low)
    if low in ";:":
        return Item(Part.END, i, i + 1, low)
    return None if low[0].isalpha() else Item(Part.SIGN, i, i + 1, low)


def _content(word: Token, i: int) -> Item:
    low = word.low
    if is_acronym(word.text):
        return Item(Part.WORD, i, i + 1, low)
    if low in PEOPLE or low in EXPERTS:
        return Item(Part.PEOPLE, i, i + 1, low)
    if low in VERBS or low in ALONE:
        family, form = _verb(low) if low in VERBS else ALONE[low]
        return Item(Part.VERB, i, i + 1, low, family=family, form=form)
    if low in NOUNS:
        return Item(Part.CHANGE, i, i + 1, low, family=NOUNS[low])
    if low in ADJECTIVES:
        return Item(Part.ADJECTIVE, i, i + 1, low, family=ADJECTIVES[low])
    if low in TRANSPARENT:
        return Item(Part.TRANSPARENT, i, i + 1, low)
    if low.endswith("ly") and len(low) > 4:
        return Item(Part.ADVERB, i, i + 1, low)
    return Item(Part.WORD, i, i + 1, low)


def _verb(low: str) -> tuple[Family, str]:
    """The family and form of a verb; where it has two, the first by name, and -ed before base."""
    order = {"s": 0, "ing": 1, "ed": 2, "base": 3}
    return min(VERBS[low], key=lambda pair: (order[pair[1]], pair[0]))


def _settled(row: list[Item]) -> list[Item]:
    """The row with noun or verb decided by the neighbours."""
    found: list[Item] = []
    paired = any(item.low == "neither" for item in row)
    for n, item in enumerate(row):
        before = found[-1] if found else None
        after = row[n + 1] if n + 1 < len(row) else None
        if item.part is Part.VERB:
            item = _noun_or_verb(item, before, after)
        elif item.part is Part.EXAMPLE and item.low == "like" and _is_verb_before(before):
            item = Item(Part.WORD, item.start, item.end, item.low)
        elif item.low == "nor" and paired:
            item = Item(Part.AND, item.start, item.end, item.low)
        elif item.low in ("less", "more") and _is_amount(row, n):
            item = Item(Part.ADJECTIVE, item.start, item.end, item.low, family=ADJECTIVES[item.low])
        elif item.low in _SOME and (after is None or after.part in _SOME_AFTER):
            item = Item(Part.PEOPLE, item.start, item.end, item.low)
        found.append(item)
    return found


def _is_amount(row: Sequence[Item], n: int) -> bool:
    """“less fatigue”, not “less severe pain”."""
    parts = [item.part for item in row[n + 1 : n + 3]] + [Part.SIGN]
    if parts[0] in (Part.NAME, Part.TRANSPARENT):
        return True
    return parts[0] is Part.WORD and parts[1] not in (Part.NAME, Part.WORD, Part.TRANSPARENT)


def _is_verb_before(before: Item | None) -> bool:
    return before is not None and before.part in (Part.BE, Part.VERB, Part.MODAL, Part.PRONOUN)


def _noun_or_verb(item: Item, before: Item | None, after: Item | None) -> Item:
    part = before.part if before else None
    if item.form == "ing" and part in (Part.DETERMINER, Part.POSSESSIVE, Part.ADJECTIVE):
        return Item(Part.WORD, item.start, item.end, item.low)
    ends = after is None or after.part in (Part.COMMA, Part.AND, Part.SIGN, Part.END)
    if item.form == "ing" and part is Part.WORD and ends:
        return Item(Part.WORD, item.start, item.end, item.low)
    if item.low not in _ALSO_NOUNS:
        return item
    if item.form == "ing" and before and before.low in ("by", "through") and _opens_object(after):
        return item
    if part in _NOUN_BEFORE and not (part is Part.POINTER and _opens_object(after)):
        return _as_noun(item)
    if part in (Part.NAME, Part.WORD, Part.TRANSPARENT, Part.CHANGE) and item.form in ("base", "s"):
        plural = before is not None and before.low.endswith("s")
        agrees = item.form == "s" or plural
        alone = item.low in ALONE and (item.form == "s") != plural
        return item if agrees and (alone or _opens_object(after)) else _as_noun(item)
    if part in (Part.VERB, Part.LINK, None, Part.AND) and item.form in ("base", "s"):
        return item if _opens_object(after) else _as_noun(item)
    return item


def _opens_object(after: Item | None) -> bool:
    return after is not None and after.part in (_NP_AFTER | {Part.WORD, Part.TRANSPARENT})


def _as_noun(item: Item) -> Item:
    family = NOUNS.get(item.low)
    if family is not None:
        return Item(Part.CHANGE, item.start, item.end, item.low, family=family)
    part = Part.TRANSPARENT if item.low in TRANSPARENT else Part.WORD
    return Item(part, item.start, item.end, item.low)
