"""Formulas (Office's OMML, MathML) and raised or lowered characters on a line: `(a + b)/2`, `x²`.

`10<sup>6</sup>` must not become `106`: a raised character is written as Unicode's superscript
where there is one for each, `10⁶`; letters alone stay as they are (`1st`, `Vmax`), and anything
else is bracketed, `x^(2n)` and `x_(i,2)`.
"""

from collections.abc import Callable
from typing import Any

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


#: Elements whose children stand in a row.
_ROWS = frozenset(
    {
        *("math", "mrow", "mstyle", "mpadded", "menclose", "semantics", "merror", "mtext", "mi"),
        *("mn", "mo", "ms", "mtd", "mlabeledtr", "maction", "oMath", "oMathPara", "r", "e", "num"),
        *("den", "sup", "sub", "deg", "fName", "lim", "box", "borderBox", "groupChr", "bar", "acc"),
        *("func", "ins", "moveTo", "t", "phant"),
    }
)
#: Elements that show nothing.
_SILENT = frozenset(
    {
        *("annotation", "annotation-xml", "mphantom", "mprescripts", "none", "maligngroup"),
        *("malignmark", "ctrlPr", "rPr", "del", "moveFrom", "bookmarkStart", "bookmarkEnd"),
        *("proofErr", "delText", "instrText"),
    }
)


def formula_text(element: Any) -> str:
    """The formula of a `math` or `oMath` element on one line."""
    return " ".join(_text(element).split())


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _text(element: Any) -> str:
    name = _name(element)
    if not name or name in _SILENT or name.endswith("Pr"):
        return ""
    if name in ("mspace", "br"):
        return " "
    write = _FORMS.get(name)
    if write is not None:
        return write(element)
    inner = _row(element)
    if name in _ROWS:
        return inner
    return mark(f"formula, {name}: {inner}")


def _row(element: Any) -> str:
    parts = [element.text or ""]
    for child in element:
        parts.append(_text(child))
        parts.append((child.tail or "").strip())
    return "".join(parts)


def _parts(element: Any) -> list[Any]:
    return [c for c in element if _name(c) not in _SILENT and not _name(c).endswith("Pr")]


def _at(element: Any, *names: str) -> list[str]:
    """The texts of the parts with those names (OMML), or of the parts in order (MathML)."""
    parts = _parts(element)
    if any(_name(p) in names for p in parts):
        return ["".join(_text(p) for p in parts if _name(p) == n) for n in names]
    texts = [_text(p) for p in parts]
    return texts + [""] * (len(names) - len(texts))


def _value(element: Any, name: str) -> str | None:
    """The value of the property `name` of an OMML element; None where it has none."""
    found = element.find(f"{{*}}{_name(element)}Pr/{{*}}{name}")
    if found is None:
        return None
    return next((str(v) for k, v in found.attrib.items() if k.endswith("val")), "")


def _bracketed(text: str) -> str:
    return text if len(text) <= 1 or text.replace(".", "").isalnum() else f"({text})"


def _raised(text: str) -> str:
    moved = superscript(text)
    return moved if moved != text or not text else f"^{_bracketed(text)}"


def _lowered(text: str) -> str:
    moved = subscript(text)
    return moved if moved != text or not text else f"_{_bracketed(text)}"


def _fraction(element: Any) -> str:
    top, bottom = _at(element, "num", "den")[:2]
    return f"{_bracketed(top)}/{_bracketed(bottom)}"


def _power(element: Any) -> str:
    base, up = _at(element, "e", "sup")[:2]
    return base + _raised(up)


def _index(element: Any) -> str:
    base, down = _at(element, "e", "sub")[:2]
    return base + _lowered(down)


def _both(element: Any) -> str:
    base, down, up = _at(element, "e", "sub", "sup")[:3]
    return base + _lowered(down) + _raised(up)


def _root(element: Any) -> str:
    if _name(element) == "msqrt":
        return f"√({_row(element)})"
    body, degree = _at(element, "e", "deg")[:2]
    return f"{superscript(degree)}√({body})"


def _fenced(element: Any) -> str:
    """OMML's `d`, MathML's `mfenced`."""
    if _name(element) == "mfenced":
        start, end = element.get("open", "("), element.get("close", ")")
        between = (element.get("separators", ",").split() or [","])[0]
    else:
        found = [_value(element, name) for name in ("begChr", "endChr", "sepChr")]
        start, end, between = (f if f is not None else d for f, d in zip(found, "()|", strict=True))
    return f"{start}{between.join(_text(p) for p in _parts(element))}{end}"


def _nary(element: Any) -> str:
    sign = _value(element, "chr")
    down, up, body = _at(element, "sub", "sup", "e")
    return (sign or "∫") + _lowered(down) + _raised(up) + f" {body}"


def _rows(element: Any) -> str:
    return f"[{'; '.join(_text(p) for p in _parts(element))}]"


def _cells(element: Any) -> str:
    return ", ".join(_text(p) for p in _parts(element))


def _under(element: Any) -> str:
    base, limit = _at(element, "e", "lim")[:2]
    return base + _lowered(limit)


def _over(element: Any) -> str:
    base, limit = _at(element, "e", "lim")[:2]
    return base + (limit if limit in ("¯", "‾", "^", "~", "→") else _raised(limit))


_FORMS: dict[str, Callable[[Any], str]] = {
    "f": _fraction,
    "mfrac": _fraction,
    "sSup": _power,
    "msup": _power,
    "sSub": _index,
    "msub": _index,
    "sSubSup": _both,
    "msubsup": _both,
    "munderover": _both,
    "rad": _root,
    "msqrt": _root,
    "mroot": _root,
    "d": _fenced,
    "mfenced": _fenced,
    "nary": _nary,
    "eqArr": _rows,
    "m": _rows,
    "mtable": _rows,
    "mr": _cells,
    "mtr": _cells,
    "limLow": _under,
    "munder": _under,
    "limUpp": _over,
    "mover": _over,
}
