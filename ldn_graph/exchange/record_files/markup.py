"""Text of records that holds markup: HTML, JATS, MathML and entities, as plain characters."""

import html
import re

#: The elements that databases write into titles and abstracts; `<b` of “p <b and c> d” is none.
_ELEMENT = re.compile(
    r"</?(?:(?:jats|mml|m|ns\d+):[\w.-]+|i|b|u|em|strong|italic|bold|sub|sup|inf|span|p|br|div|font"
    r"|sc|scp|title|sec|h\d|ul|ol|li|math|mi|mn|mo|mrow|msub|msup|semantics|ce:\w+)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_RAISED = re.compile(r"<(?:jats:)?sup(?:\s[^<>]*)?>([^<>]*)</(?:jats:)?sup>", re.IGNORECASE)
_LOWERED = re.compile(
    r"<(?:jats:)?(sub|inf)(?:\s[^<>]*)?>([^<>]*)</(?:jats:)?(?:sub|inf)>", re.IGNORECASE
)
_SUPER = str.maketrans("0123456789+-−=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ")
_SUB = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")


def raised(text: str) -> str:
    """A superscript as characters: 10⁶ must not become 106.

    >>> raised("6"), raised("-1"), raised("th"), raised("®")
    ('⁶', '⁻¹', '^th', '®')
    """
    found = text.strip().translate(_SUPER)
    plain = any(c.isascii() and c.isalnum() for c in found)
    return f"^{text.strip()}" if plain else found


def lowered(text: str) -> str:
    """A subscript as characters.

    >>> lowered("2"), lowered("max")
    ('₂', '_max')
    """
    found = text.strip().translate(_SUB)
    plain = any(c.isascii() and c.isalnum() for c in found)
    return f"_{text.strip()}" if plain else found


def plain(text: object) -> str:
    """A text without markup and entities.

    >>> plain("10<sup>6</sup> H<sub>2</sub>O, <i>p</i> &lt; 0.05 &amp; 3<b"), plain(None)
    ('10⁶ H₂O, p < 0.05 & 3<b', '')
    """
    told = "" if text is None else str(text)
    told = _RAISED.sub(lambda m: raised(m.group(1)), told)
    told = _LOWERED.sub(lambda m: lowered(m.group(2)), told)
    told = _ELEMENT.sub(lambda m: " " if re.match(r"</?(p|br|div|jats:p)\b", m[0]) else "", told)
    return html.unescape(told)


def on_one_line(text: object) -> str:
    """A text without markup, its blanks as single ones.

    >>> on_one_line(" A <i>trial</i>\\n of  β ")
    'A trial of β'
    """
    return " ".join(plain(text).split())


def title(text: object) -> str | None:
    """A title or name of a journal: without markup and the full stop that databases add."""
    return on_one_line(text).removesuffix(".").rstrip() or None


def year(value: object) -> str | None:
    """The first year in a date, from 1500 on.

    >>> year("2023 Jul-Aug"), year("12/2019"), year("in press"), year("S0000-2019X")
    ('2023', '2019', None, None)
    """
    found = re.search(r"(?<![\w])(1[5-9]|20)\d{2}(?![\w])", str(value or "").replace("_", " "))
    return found.group() if found else None
