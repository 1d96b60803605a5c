"""BibTeX and BibLaTeX, read by pybtex entry by entry, so that a broken one spoils no other.

LaTeX in fields becomes plain characters; a command that isn't known stays as it is.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from pybtex.bibtex.utils import split_name_list
from pybtex.database import InvalidNameString, Person
from pybtex.database.input.bibtex import LowLevelParser, month_names
from pybtex.scanner import PrematureEOF, PybtexSyntaxError
from pylatexenc.latex2text import (
    LatexNodes2Text,
    MacroTextSpec,
    get_default_latex_context_db,
)

from ldn_graph.exchange.record_files import record
from ldn_graph.exchange.record_files.record import Bad, Placed, Record, Remarks
from ldn_graph.records.model import Author

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
    found = record.raised(inside) if up else record.lowered(inside)
    return found.translate(_HIDDEN)


def _letter(match: re.Match[str]) -> str:
    name = match.group(1)
    if name in _NAMED:
        return "{" + _NAMED[name] + "}"
    if name.lower() in _GREEK_LETTERS:
        return rf"\ensuremath{{\{name}}}"
    return match.group()


_KINDS = {
    **dict.fromkeys(("article", "periodical", "suppperiodical"), "article-journal"),
    **dict.fromkeys(
        ("book", "inbook", "incollection", "mvbook", "collection", "booklet", "bookinbook"), "book"
    ),
    **dict.fromkeys(("online", "electronic", "www", "webpage"), "webpage"),
    **dict.fromkeys(("legislation", "jurisdiction", "legal"), "regulation"),
    "review": "review",
    "dataset": "dataset",
}
_START = re.compile(
    r"^[ \t]*@[ \t]*([A-Za-z]+)\s*[{(]|(?<=[})])[ \t]*@([A-Za-z]+)\s*\{(?=[^{}\s,]*,)", re.M
)
_NO_RECORDS = {"comment", "string", "preamble"}
_HEAD = re.compile(r"(\s*@[ \t]*\w+\s*[{(])\s*([^,={}\"]*?)\s*(,|(?=[})]\s*\Z))")
_KEYLESS = re.compile(r"(\s*@[ \t]*\w+\s*[{(])(?=\s*[\w-]+\s*=)")
_SPACED = re.compile(r"^([ \t]*[A-Za-z_][\w:./-]*(?:[ \t]+[\w:./-]+)+)(?=[ \t]*=[ \t]*[{\"])", re.M)
_EXTENDED = re.compile(r"\s*(family|given|prefix|suffix)\s*=", re.IGNORECASE)


@dataclass(frozen=True)
class _Chunk:
    """The text from one start to the next, and its first line."""

    kind: str
    text: str
    line: int


def starts(text: str) -> int:
    """How many entries start; strings, preambles and comments are none."""
    kinds = ((first or second).lower() for first, second in _START.findall(text))
    return sum(1 for kind in kinds if kind not in _NO_RECORDS)


def read(text: str) -> list[Record | Bad]:
    """The records of a file, or what is wrong with each."""
    chunks = list(_chunks(text))
    macros = dict(month_names)
    for chunk in chunks:
        if chunk.kind == "string":
            list(LowLevelParser(chunk.text, macros=macros, handle_error=lambda _: None))
    return [_entry(c, macros) for c in chunks if c.kind not in _NO_RECORDS]


def _chunks(text: str) -> Iterator[_Chunk]:
    found = list(_START.finditer(text))
    ends = [*(m.start() for m in found[1:]), len(text)]
    line, counted = 1, 0
    for match, end in zip(found, ends, strict=True):
        line, counted = line + text.count("\n", counted, match.start()), match.start()
        yield _Chunk((match.group(1) or match.group(2)).lower(), text[counted:end], line)


def _entry(chunk: _Chunk, macros: Mapping[str, str]) -> Record | Bad:
    """One entry. Its key may be missing or hold blanks, and names of fields may hold some too, as
    Scopus writes them."""
    text = _HEAD.sub(r"\1key,", chunk.text, count=1)
    if text == chunk.text and not _HEAD.match(chunk.text):
        text = _KEYLESS.sub(r"\1key,", text, count=1)
    try:
        fields = _fields(text, macros)
    except PybtexSyntaxError as error:
        mended = _SPACED.sub(lambda m: re.sub(r"[ \t]+(?=\S)", "_", m.group(1)).strip(), text)
        try:
            fields = _fields(mended, macros)
        except PybtexSyntaxError as second:
            line = chunk.line + (second.lineno or error.lineno or 1) - 1
            if isinstance(second, PrematureEOF):
                line = chunk.line
            told = str(second).partition(": ")[2] or str(second)
            return Bad(line, f"broken BibTeX ({told}); mend the entry")
    return _record(chunk, fields)


def _fields(text: str, macros: Mapping[str, str]) -> dict[str, list[str]]:
    """The fields by their name in small letters, each with all of its values."""
    parser = _Parser(text, macros=defaultdict(str, macros))
    entry = next(iter(parser), None)
    if entry is None:
        raise PybtexSyntaxError("no entry", parser)
    rest = re.sub(r"^[ \t]*%.*$", "", text[parser.pos :], flags=re.M)
    if re.search(r"^\s*[,}]|=\s*[{\"]", rest):
        raise PybtexSyntaxError("text after its closing brace", parser)
    found: dict[str, list[str]] = {}
    for name, value in entry[1][1]:
        found.setdefault(name.lower(), []).append("".join(value))
    return found


class _Parser(LowLevelParser):  # type: ignore[misc]
    """pybtex's parser; a name that no @string explains stays as it is written."""

    def substitute_macro(self, name: str) -> str:
        return str(self.macros.get(name.lower()) or self.macros.get(name) or name)


def _record(chunk: _Chunk, fields: Mapping[str, list[str]]) -> Record:
    remarks = Remarks()
    at = _Fields(fields, chunk.line)
    authors, et_al = record.people(_authors(at.raw("author"), chunk.line, remarks))
    container = at.text("journal", "journaltitle", "booktitle")
    return Record(
        line=chunk.line,
        title=record.title(at.text("title")),
        pmid=remarks.first("PMID", _eprints(at, "PMID", "pubmed", "pmid", "pubmed_id", "pubmedid")),
        pmcid=remarks.first("PMCID", _eprints(at, "PMCID", "pmc", "pmcid", "pmc")),
        doi=remarks.first("DOI", _dois(at)),
        registry_ids=tuple(
            n
            for name in ("number", "clinicaltrial", "nct")
            for n in record.registry_ids(at.raw(name))
        ),
        year=next(filter(None, map(record.year, map(at.raw, ("year", "date")))), None),
        journal=record.title(container),
        authors=authors,
        et_al=et_al,
        kind=_KINDS.get(chunk.kind) or ("review" if at.raw("type") == "Review" else None),
        abstract=record.on_one_line(at.text("abstract")) or None,
        remarks=tuple(remarks.lines),
    )


@dataclass(frozen=True)
class _Fields:
    """The fields of an entry; of one that is there twice the first that holds something."""

    values: Mapping[str, list[str]]
    line: int

    def raw(self, *fields: str) -> str:
        """The first of the fields that is there, as it is written."""
        found = (v for name in fields for v in self.values.get(name, ()) if v.strip(" {}"))
        return next(found, "")

    def text(self, *fields: str) -> str:
        """The same without LaTeX."""
        return decoded(self.raw(*fields))

    def placed(self, *fields: str) -> list[Placed]:
        """All values of the fields as identifiers."""
        values = (v for name in fields for v in self.values.get(name, ()))
        return [(verbatim(v), self.line) for v in values if verbatim(v)]


def _dois(at: _Fields) -> list[Placed]:
    own = at.placed("doi")
    if own:
        return own
    if at.raw("eprinttype", "archiveprefix").lower() == "doi":
        return at.placed("eprint")
    found = [(v, n) for v, n in at.placed("url", "ee", "link") if record.doi(v)][:1]
    told = record.noted("DOI", at.raw("note", "annote"))
    return found or ([(told, at.line)] if told else [])


def _eprints(at: _Fields, name: str, archive: str, *fields: str) -> list[Placed]:
    """A field of that name, an eprint of that archive, a note that says so, or an address."""
    found = at.placed(*fields)
    if at.raw("eprinttype", "archiveprefix").strip("{} ").lower() in (archive, name.lower()):
        found += at.placed("eprint")
    told = (record.noted(name, decoded(at.raw(n))) for n in ("note", "annote", "annotation"))
    found += [(number, at.line) for number in told if number]
    reader = record.READERS[name]
    return found + [(v, n) for v, n in at.placed("url") if "/" in str(v) and reader(v)]


def _authors(written: str, line: int, remarks: Remarks) -> Iterator[Author | None]:
    text = " ".join(written.split())
    if " and " not in text.lower() and ";" in re.sub(r"&\w+;|\{[^{}]*\}", "", text):
        text = " and ".join(text.split(";"))
    for name in split_name_list(text):
        yield _author(name.strip().rstrip(",").strip(), line, remarks)


def _author(name: str, line: int, remarks: Remarks) -> Author | None:
    """Braces round the whole name keep it whole: a group."""
    if re.fullmatch(r"\{(?:[^{}]|\{[^{}]*\})*\}", name) and not name.startswith("{\\"):
        return record.literal(decoded(name))
    if _EXTENDED.match(name):
        return _extended(name)
    try:
        parts = Person(name)
    except InvalidNameString:
        return record.literal(decoded(name))
    family = " ".join((*parts.prelast_names, *parts.last_names))
    given = " ".join((*parts.first_names, *parts.middle_names))
    whole = ", ".join(filter(None, (given, " ".join(parts.lineage_names))))
    return record.person(decoded(family), decoded(whole))


def _extended(name: str) -> Author | None:
    """BibLaTeX's `family=Muster, given=Anna, prefix=von`."""
    pairs = (part.partition("=") for part in name.split(","))
    parts = {k.strip().lower(): v.strip(' "') for k, _, v in pairs}
    family = " ".join(filter(None, (parts.get("prefix"), parts.get("family"))))
    given = ", ".join(filter(None, (parts.get("given"), parts.get("suffix"))))
    return record.person(decoded(family), decoded(given))
