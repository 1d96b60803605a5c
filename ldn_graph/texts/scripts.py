"""Raised and lowered characters, and marks for what can't be told: kept apart from the line.

`10<sup>6</sup>` must not become `106`: a raised character is written as Unicode's superscript
where there is one for each, `10⁶`; letters alone stay as they are (`1st`, `Vmax`), and anything
else is bracketed, `x^(2n)` and `x_(i,2)`.
"""

_PLAIN = "0123456789+-−=()"
_RAISED = str.maketrans(_PLAIN, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾")
_LOWERED = str.maketrans(_PLAIN, "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
#: What stands between raised figures as it does between others.
_BETWEEN = frozenset(" ,;–[]*†‡§¶#°|‖\u00a0\u2009\u202f")


def superscript(text: str) -> str:
    """
    >>> superscript("-9"), superscript("1, 2"), superscript("th"), superscript("2n")
    ('⁻⁹', '¹, ²', 'th', '^(2n)')
    """
    return _moved(text, _RAISED, "^")


def subscript(text: str) -> str:
    """
    >>> subscript("2"), subscript("max"), subscript("i,2")
    ('₂', 'max', '_(i,2)')
    """
    return _moved(text, _LOWERED, "_")


def _moved(text: str, table: dict[int, int], sign: str) -> str:
    if all(ord(c) in table or c in _BETWEEN for c in text):
        return text.translate(table)
    if not any(c.isdigit() or c in "+-−=" for c in text):
        return text
    return f"{sign}({text.strip()})"


def mark(what: str) -> str:
    """What stands where something can't be written as text.

    >>> mark("picture")
    '⟦picture⟧'
    """
    return f"⟦{' '.join(what.split())}⟧"
