"""LaTeX in fields of BibTeX as plain characters; a command that isn't known stays as it is."""

import re
from functools import cache

from pylatexenc.latex2text import (
    LatexNodes2Text,
    MacroTextSpec,
    get_default_latex_context_db,
)

from ldn_graph.exchange.record_files import markup

_DOLLARS = re.compile(r"(?<!\\)\$(?:([^$]*)(?<!\\)\$)?")
_SCRIPT = re.compile(r"(?<!\\)(\^|_)\s*(?:\{([^{}]*)\}|(\\[A-Za-z]+|[^\s{}\\]))")
_RAISED = re.compile(r"\\text(super|sub)script\s*(?:\{([^{}]*)\})()")
_GREEK = re.compile(r"\\text((?:[a-z]|[A-Z][a-z])[a-z]+)(?![A-Za-z])(?:\{\}|\s*)")
#: What textcomp and textgreek add, by the names that pylatexenc lacks.
_NAMED = {
    "less": "<", "greater": ">", "mu": "µ", "asciitilde": "~", "asciicircum": "^",
    "underscore": "_", "backslash": r"\textbackslash ", "braceleft": r"\{", "braceright": r"\}",
    "bar": "|",
}  # fmt: skip
#: Signs that LaTeX would read, while it is read.
_HIDDEN = str.maketrans("^_", "\ue000\ue001")
_SHOWN = str.maketrans("\ue000\ue001\u00a0", "^_ ")
_GREEK_LETTERS = {
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda",
    "nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
}  # fmt: skip


@cache
def _reader() -> LatexNodes2Text:
    known = get_default_latex_context_db()
    known.set_unknown_macro_spec(
        MacroTextSpec("", simplify_repl=lambda node: node.latex_verbatim())
    )
    return LatexNodes2Text(latex_context=known, math_mode="text", keep_comments=True)


def decoded(text: str) -> str:
    r"""A field's text as plain characters.

    >>> decoded(r"{$\beta$}-endorphin, 5 $\mu$g, $10^6$, H$_2$O, Ku{\v{c}}i{\'c} 50% of $5")
    'β-endorphin, 5 μg, 10⁶, H₂O, Kučić 50% of $5'
    """
    if not re.search(r"[\\{}$~^_%]|--|``|''", text):
        return text
    told = re.sub(r"(?<!\\)%", r"\\%", text)  # would begin a comment
    told = _DOLLARS.sub(_math, told)
    told = _RAISED.sub(_script, _GREEK.sub(_letter, told))
    told = re.sub(r"(?<!\\)&", r"\\&", told)
    try:
        found = str(_reader().latex_to_text(told))
    except (IndexError, AttributeError):  # of a command without what it needs
        return text
    return found.translate(_SHOWN)


def verbatim(text: str) -> str:
    r"""An identifier or address: only braces and backslashes before signs are taken off.

    >>> verbatim(r"10.1000/a--b\_c{\%}"), verbatim(r"10.1002/a$<$1::AID$>$3")
    ('10.1000/a--b_c%', '10.1002/a<1::AID>3')
    """
    told = _GREEK.sub(lambda m: _NAMED.get(m.group(1), m.group()), text)
    told = re.sub(r"\\([_%&#$~^{}])", r"\1", told)
    return re.sub(r"\\url\b|[{}]|\$(?=[<>])|(?<=[<>])\$", "", told).strip()


def _math(match: re.Match[str]) -> str:
    """Mathematics; or amounts of money, whose signs stay."""
    inside = match.group(1)
    if inside is None or (" " in inside and not re.search(r"[\\^_]", inside)):
        return match.group().replace("$", r"\$")
    return f"${_SCRIPT.sub(_script, inside)}$"


def _script(match: re.Match[str]) -> str:
    up = match.group(1) in ("^", "super")
    inside = match.group(2) or match.group(3) or ""
    if inside.startswith("\\"):
        inside = str(_reader().latex_to_text(inside))
    found = markup.raised(inside) if up else markup.lowered(inside)
    return found.translate(_HIDDEN)


def _letter(match: re.Match[str]) -> str:
    name = match.group(1)
    if name in _NAMED:
        return "{" + _NAMED[name] + "}"
    if name.lower() in _GREEK_LETTERS:
        return rf"\ensuremath{{\{name}}}"
    return match.group()
