"""Ids made of names: what a name's letters say is kept, or spelt out, or no id is made of it."""

import re
import unicodedata

#: Longest id that is made of a name; a field of an id holds a little more, for what is added.
LONGEST = 110
#: Signs that tell one thing from another (CD4+, CD4−), as they are spelt.
_SIGNS = {"+": "plus", "⁺": "plus", "−": "minus", "%": "percent", "&": "and"}
#: Letters of Unicode's Greek and Latin blocks by their names: GREEK SMALL LETTER BETA, LATIN SMALL
#: LETTER O WITH STROKE.
_LETTER = re.compile(r"(GREEK|LATIN) (?:SMALL|CAPITAL) (?:LETTER|LIGATURE) ([A-Z ]+?)(?: WITH .+)?")
_SPELT = {
    "SHARP S": "ss",
    "LAMDA": "lambda",
    "FINAL SIGMA": "sigma",
    "DOTLESS I": "i",
    "ETH": "d",
    "THORN": "th",
}


def slug_of(name: str, longest: int = LONGEST) -> str:
    """The id that a name makes: ASCII as it is, accents off, Greek letters spelt out.

    Empty where the name has a letter that can't be spelt (another alphabet): an id that leaves out
    what tells two things apart would be that of another one.

    >>> [slug_of(n) for n in ("µ-opioid receptor", "IL-1β", "Sjögren’s", "CD4+ T cell", "боль")]
    ['mu-opioid-receptor', 'il-1-beta', 'sjogren-s', 'cd4-plus-t-cell', '']
    """
    spelt = []
    for character in unicodedata.normalize("NFKD", _with_signs(name)):
        if character.isascii() or unicodedata.combining(character):
            spelt.append(character if character.isascii() else "")
            continue
        word = _spelt(character)
        if word is None:
            if character.isalnum():
                return ""
            word = " "
        spelt.append(word)
    slug = re.sub(r"[^a-z0-9]+", "-", "".join(spelt).lower())
    return slug[:longest].strip("-")


def greek_spelt(text: str) -> str:
    """The text with its Greek letters as words.

    >>> greek_spelt("IL-1β and µ")
    'IL-1-beta- and -mu-'
    """
    whole = unicodedata.normalize("NFKC", text)
    return "".join(
        _spelt(c) or c if unicodedata.name(c, "").startswith("GREEK") else c for c in whole
    )


def _with_signs(name: str) -> str:
    return "".join(f" {_SIGNS[c]} " if c in _SIGNS else c for c in name)


def _spelt(character: str) -> str | None:
    """A letter as it is spelt: a Latin one joins its neighbours, a Greek one is a word."""
    match = _LETTER.fullmatch(unicodedata.name(character, ""))
    if match is None:
        return None
    word = _SPELT.get(match[2], match[2].lower().replace(" ", ""))
    return f"-{word}-" if match[1] == "GREEK" else word
