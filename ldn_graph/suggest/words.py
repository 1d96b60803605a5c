"""Words of a sentence with their offsets, and the forms that an English word takes.

Signs that look alike (apostrophes, dashes, blanks) become one sign each, a character for a
character, so that every offset stays that of the text. Letters of other scripts that look alike
are left as they are: a homoglyph is another word.
"""

import re
from dataclasses import dataclass

_ALIKE = str.maketrans(
    {
        **dict.fromkeys("‘’ʼ′`´", "'"),
        **dict.fromkeys("“”„″«»", '"'),
        **dict.fromkeys("‐‑–—−", "-"),
        **dict.fromkeys("\u00a0\u2007\u202f\u2009\u2028\u2029", " "),
    }
)
_TOKEN = re.compile(
    r"\d+(?:[.,]\d+)+|(?:ca|wo|(?:do|does|did|is|are|was|were|has|have|had|would|could|should))n't\b"
    r"|cannot\b|'s\b|\w+|\S",
    re.IGNORECASE,
)
_VOWELS = "aeiou"
#: Words whose last consonant is doubled: control → controlled.
_DOUBLED = frozenset({"control", "cut", "dim", "drop", "get", "put", "set", "shut", "spur", "step",
                      "stop", "transmit", "trim"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or sign; offsets are those of the whole text; `low` is for comparison."""

    text: str
    start: int
    end: int
    low: str


def plain(text: str) -> str:
    """`text` with one form of apostrophe, quotation mark, dash and blank; as long as before.

    >>> plain("Crohn’s")
    "Crohn's"
    """
    return text.translate(_ALIKE)


def tokens(text: str, offset: int = 0) -> tuple[Token, ...]:
    """The tokens of a sentence that begins at `offset`.

    >>> [t.low for t in tokens("Crohn’s: 1.5 mg doesn’t")]
    ['crohn', "'s", ':', '1.5', 'mg', "doesn't"]
    """
    return tuple(
        Token(text[m.start() : m.end()], offset + m.start(), offset + m.end(), m.group().lower())
        for m in _TOKEN.finditer(plain(text))
    )


def plurals(noun: str) -> tuple[str, ...]:
    """A noun's other number: the plural of a singular, the singular of a plural.

    >>> plurals("therapy"), plurals("endorphins"), plurals("diagnosis"), plurals("lupus")
    (('therapies',), ('endorphin',), ('diagnoses',), ())
    """
    if noun.endswith("ies") and len(noun) > 4:
        return (noun[:-3] + "y",)
    if noun.endswith("is") and len(noun) > 4:
        return (noun[:-2] + "es",)
    if noun.endswith(("us", "ss")) or len(noun) < 2 or not noun.isalpha():
        return (noun + "es",) if noun.endswith("ss") else ()
    if noun.endswith("s"):
        return (noun[:-2], noun[:-1]) if noun.endswith(("ses", "xes", "ches")) else (noun[:-1],)
    if noun.endswith("y") and noun[-2] not in _VOWELS:
        return (noun[:-1] + "ies",)
    return (noun + ("es" if noun.endswith(("x", "z", "ch", "sh")) else "s"),)


def spellings(word: str) -> tuple[str, ...]:
    """A word's British and American spelling, beside itself.

    >>> spellings("signalling"), spellings("tumor"), spellings("normalize")
    (('signaling',), ('tumour',), ('normalise',))
    """
    found = []
    for british, american in (
        ("isation", "ization"),
        ("ise", "ize"),
        ("ising", "izing"),
        ("our", "or"),
        ("ours", "ors"),
        ("lling", "ling"),
        ("lled", "led"),
        ("aemia", "emia"),
    ):
        if word.endswith(british) and len(word) > len(british) + 2:
            found.append(word[: -len(british)] + american)
        elif word.endswith(american) and len(word) > len(american) + 2:
            found.append(word[: -len(american)] + british)
    return tuple(found)


def verb_forms(verb: str) -> dict[str, str]:
    """Each form of a regular verb → base, s, ed or ing; irregular ones are listed here.

    >>> verb_forms("modify")
    {'modify': 'base', 'modifies': 's', 'modified': 'ed', 'modifying': 'ing'}
    >>> sorted(verb_forms("bind"))
    ['bind', 'binding', 'binds', 'bound']
    """
    first, _, rest = verb.partition("-")
    if rest and first in ("up", "down"):
        return {f"{first}-{form}": kind for form, kind in verb_forms(rest).items()}
    forms = {verb: "base", _third(verb): "s"}
    for past in _IRREGULAR.get(verb, (_past(verb),)):
        forms.setdefault(past, "ed")
    return {**forms, _gerund(verb): "ing"}


_IRREGULAR = {
    "bind": ("bound",),
    "break": ("broke", "broken"),
    "bring": ("brought",),
    "build": ("built",),
    "come": ("came", "come"),
    "cut": ("cut",),
    "drive": ("drove", "driven"),
    "fall": ("fell", "fallen"),
    "feel": ("felt",),
    "find": ("found",),
    "fight": ("fought",),
    "get": ("got", "gotten"),
    "give": ("gave", "given"),
    "go": ("went", "gone"),
    "grow": ("grew", "grown"),
    "have": ("had",),
    "hold": ("held",),
    "keep": ("kept",),
    "lead": ("led",),
    "make": ("made",),
    "mean": ("meant",),
    "overcome": ("overcame", "overcome"),
    "put": ("put",),
    "rise": ("rose", "risen"),
    "see": ("saw", "seen"),
    "set": ("set",),
    "show": ("showed", "shown"),
    "shrink": ("shrank", "shrunk", "shrunken"),
    "shut": ("shut",),
    "speed": ("sped", "speeded"),
    "take": ("took", "taken"),
    "tell": ("told",),
    "underlie": ("underlay", "underlain"),
    "wind": ("wound",),
    "withdraw": ("withdrew", "withdrawn"),
}


def _third(verb: str) -> str:
    if verb in ("have", "go"):
        return {"have": "has", "go": "goes"}[verb]
    if verb.endswith("y") and verb[-2] not in _VOWELS:
        return verb[:-1] + "ies"
    return verb + ("es" if verb.endswith(("s", "x", "z", "ch", "sh")) else "s")


def _past(verb: str) -> str:
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2] not in _VOWELS:
        return verb[:-1] + "ied"
    return _doubled(verb) + "ed"


def _gerund(verb: str) -> str:
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith("ee"):
        return verb[:-1] + "ing"
    return _doubled(verb) + "ing"


def _doubled(verb: str) -> str:
    return verb + verb[-1] if verb in _DOUBLED else verb
