"""SPARQL as tokens: which words are keywords, which prefixes are used, and what is wrong where.

Neither embedded engine can be told to leave SERVICE and LOAD alone, and each fetches whatever
address stands there, so `forbid_remote` refuses such texts before an engine sees them. It must
read text as Oxigraph does, which glues keywords (`trueSERVICE`), reads `<` as a comparison or as
the beginning of an IRI by what the grammar allows there, and knows no escapes outside strings and
IRIs. Where both readings are possible the text is refused.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from ldn_graph.errors import BadQuery, nearest
from ldn_graph.records.identifiers import PREFIXES

QUERY_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATE_FORMS = (
    *("INSERT", "DELETE", "WITH", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY"),
)

_ESCAPE = r"%[0-9A-Fa-f]{2}|\\[_~.!$&'()*+,;=/?#@%-]"
_LOCAL = rf"(?:[\w:]|{_ESCAPE})(?:[\w:-]|{_ESCAPE}|\.+(?=[\w:%\\-]))*"
_TOKEN = re.compile(
    "|".join(
        f"(?P<{kind}>{pattern})"
        for kind, pattern in {
            "space": r"[ \t\r\n]+",
            "comment": r"#[^\r\n]*",
            "string": r'"""(?:"{0,2}(?:[^"\\]|\\[\s\S]))*"""'
            r"|'''(?:'{0,2}(?:[^'\\]|\\[\s\S]))*'''"
            r'|"(?:[^"\\\r\n]|\\.)*"'
            r"|'(?:[^'\\\r\n]|\\.)*'",
            "iri": r'<[^\x00-\x20<>"{}|^`]*>',
            "variable": r"[?$]\w+",
            "language": r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[A-Za-z]+)?",
            "name": rf"(?:[^\W\d](?:[\w.-]*[\w-])?)?:(?:{_LOCAL})?",
            "number": r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?",
            "word": r"[^\W\d]\w*",
            "mark": r"\^\^|&&|\|\||[<>!]=|[{}()\[\].,;=<>!+*/|^?$~-]",
            "other": r"[\s\S]",
        }.items()
    )
)
_REMOTE = re.compile("service|load", re.IGNORECASE)
_SCHEME = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]*):")
#: A superset of the prefixes that a text declares, whatever reading it is given.
_DECLARATION = re.compile(r"([\w.-]*):(?:[ \t\r\n]|#[^\r\n]*)*<")
_CLOSING = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True)
class Token:
    """A piece of a text; `kind` names the pattern that it matched, `start` counts from 0."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def prefix(self) -> str:
        """What stands before the colon of a prefixed name."""
        return self.text.partition(":")[0]


def tokens(text: str) -> Iterator[Token]:
    """Everything but white space and comments; `<…>` without white space is read as an IRI.

    >>> [t.text for t in tokens("ASK { ?x a ldn:b. } # all")]
    ['ASK', '{', '?x', 'a', 'ldn:b', '.', '}']
    """
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        if kind not in ("space", "comment"):
            yield Token(kind, match.group(), match.start())


def place(text: str, offset: int) -> str:
    """Where the character at `offset` stands, for messages.

    >>> place("ab\\ncd", 4)
    'line 2, column 2'
    """
    before = text[:offset]
    return f"line {before.count(chr(10)) + 1}, column {offset - (before.rfind(chr(10)) + 1) + 1}"


def forbid_remote(text: str) -> None:
    """Refuse SERVICE and LOAD, and what could be read as them. Raises BadQuery."""
    if not _REMOTE.search(text):
        return
    declared = set(_DECLARATION.findall(text)) | set(PREFIXES)
    for token in tokens(text):
        found = _REMOTE.search(token.prefix if token.kind == "name" else token.text)
        if token.kind in ("word", "name") and found:
            keyword = found.group().upper()
            remedy = (
                f"rename the prefix {token.prefix!r}, which could be read as it"
                if token.kind == "name"
                else "ask that server itself with --store URL"
                if keyword == "SERVICE"
                else "download the file and add it to the corpus"
            )
            raise BadQuery(
                f"{place(text, token.start)}: {keyword} would fetch from elsewhere, which is "
                f"switched off; {remedy}"
            )
        if token.kind == "other" or (token.kind == "iri" and _ambiguous(token, declared)):
            raise BadQuery(
                f"{place(text, token.start)}: {token.text!r} can be read in two ways, so it can't "
                "be told whether the query fetches from elsewhere; write IRIs in full, and "
                "comparisons with spaces round '<'"
            )


#: What stands for a `LOAD SILENT`: an operation that changes nothing.
_NOTHING = "DROP SILENT GRAPH <urn:ldn-graph:no-such-graph>"


def without_silent_loads(text: str) -> str:
    """An update whose `LOAD SILENT` operations do nothing: each would fail here, and SILENT says
    that it succeeds all the same (SPARQL 1.1 Update, 3.1.4). Lines stay where they are.

    >>> without_silent_loads("LOAD SILENT <http://a/> INTO GRAPH <urn:g> ; CLEAR ALL")
    'DROP SILENT GRAPH <urn:ldn-graph:no-such-graph> ; CLEAR ALL'
    """
    found = list(tokens(text)) if _REMOTE.search(text) else []
    for at in range(len(found) - 3, -1, -1):  # from the end: places before it stay
        words = [t.text.upper() for t in found[at : at + 5]]
        if words[:2] != ["LOAD", "SILENT"] or found[at + 2].kind not in ("iri", "name"):
            continue
        last = found[at + 2]
        if words[3:] == ["INTO", "GRAPH"]:
            last = found[at + 5] if len(found) > at + 5 else last
        if last.kind not in ("iri", "name"):
            continue
        gone = text[found[at].start : last.end]
        text = text[: found[at].start] + _NOTHING + "\n" * gone.count("\n") + text[last.end :]
    return text


def _ambiguous(token: Token, declared: set[str]) -> bool:
    """Whether `<…>` could be a comparison: not if it begins with a scheme that is no prefix."""
    scheme = _SCHEME.match(token.text)
    return scheme is None or scheme.group(1) in declared


def form(text: str) -> str:
    """The keyword that says what a text asks for, in capitals; empty if there is none.

    >>> form("PREFIX e: <http://e/> select * {}")
    'SELECT'
    """
    forms = (*QUERY_FORMS, *UPDATE_FORMS)
    words = (t.text.upper() for t in tokens(text) if t.kind == "word")
    first = next((w for w in words if w not in ("PREFIX", "BASE", "VERSION")), "")
    return next((f for f in forms if first.startswith(f)), "")


def declared_prefixes(text: str) -> dict[str, Token]:
    """Prefix → the IRI token of its declaration."""
    found = list(tokens(text))
    return {
        name.prefix: iri
        for word, name, iri in zip(found, found[1:], found[2:], strict=False)
        if word.text.upper() == "PREFIX" and name.kind == "name" and iri.kind == "iri"
    }


def used_prefixes(text: str, prefixes: Mapping[str, str]) -> dict[str, str]:
    """Those of `prefixes` that a text uses without declaring them."""
    undeclared = {t.prefix for t in _undeclared(text)}
    return {p: iri for p, iri in prefixes.items() if p in undeclared}


def with_prefixes(text: str, prefixes: Mapping[str, str]) -> str:
    """`text` with what it uses of `prefixes` declared, on its first line: line numbers stay."""
    used = used_prefixes(text, prefixes)
    return "".join(f"PREFIX {p}: <{iri}> " for p, iri in used.items()) + text


def _undeclared(text: str) -> list[Token]:
    declared = declared_prefixes(text)
    return [t for t in tokens(text) if t.kind == "name" and t.prefix not in (*declared, "_")]


def insert_data(quads: Iterable[ox.Quad]) -> str:
    """One INSERT DATA operation that adds `quads`."""
    return _data("INSERT", quads)


def change_data(removed: Iterable[ox.Quad], added: Iterable[ox.Quad]) -> str:
    """One update that removes quads, then adds others; none of them may have a blank node."""
    return f"{_data('DELETE', removed)} ;\n{_data('INSERT', added)}"


def _data(word: str, quads: Iterable[ox.Quad]) -> str:
    graphs: dict[str, list[str]] = {}
    for quad in quads:
        name = "" if isinstance(quad.graph_name, ox.DefaultGraph) else str(quad.graph_name)
        graphs.setdefault(name, []).append(f"{quad.triple} .")
    blocks = (
        "\n".join(triples) if not name else f"GRAPH {name} {{\n" + "\n".join(triples) + "\n}"
        for name, triples in graphs.items()
    )
    return f"{word} DATA {{\n" + "\n".join(blocks) + "\n}"


def check_syntax(text: str, prefixes: Mapping[str, str], *, update: bool = False) -> None:
    """Raise BadQuery where a query or update can't be parsed; nothing is fetched.

    The text must have passed `forbid_remote`.
    """
    nothing = ox.Store()
    try:
        if update:
            nothing.update(text, prefixes=dict(prefixes))
        else:
            nothing.query(text, prefixes=dict(prefixes))
    except SyntaxError as error:
        raise explained(str(error), text, prefixes, update=update) from None
    except (RuntimeError, OSError):
        pass  # it was read; that it can't be carried out on nothing is no matter here


def explained(
    message: str, text: str, prefixes: Mapping[str, str], *, update: bool = False
) -> BadQuery:
    """What Oxigraph's parser says of a text, as one clear line."""
    known = _known_mistake(text, prefixes, update=update)
    if known:
        return BadQuery(known)
    return BadQuery(
        f"{_where(message, text, update=update)}{_expected(message)}; "
        "`ldn-graph queries NAME` shows a query that works"
    )


def _where(message: str, text: str, *, update: bool) -> str:
    """The place of a syntax error and what stands there.

    Oxigraph names the farthest place that it looked at, rdflib the first that it makes no sense
    of, which is the better one if it finds any.
    """
    # imported here: rdflib's grammar takes long to build, and is seldom needed
    from pyparsing import ParseBaseException
    from rdflib.plugins.sparql import parser

    try:
        grammar = parser.UpdateUnit if update else parser.Query
        grammar.parse_string(text.replace("\t", " "), parse_all=True)
    except ParseBaseException as error:
        rest = text[error.loc :].strip().partition("\n")[0]
        at = f"at {rest[:30]!r}" if rest else "at the end"
        return f"{place(text, error.loc)}: syntax error {at}"
    found = re.match(r"error at (\d+):(\d+):", message)
    return f"line {found[1]}, column {found[2]}: syntax error" if found else "syntax error"


def _known_mistake(text: str, prefixes: Mapping[str, str], *, update: bool) -> str:
    """The mistakes that can be named better than the parser does; empty if it is none of them."""
    kind = form(text)
    wanted = UPDATE_FORMS if update else QUERY_FORMS
    begin = f"begin with {', '.join(wanted[:-1])} or {wanted[-1]}"
    if not any(True for _ in tokens(text)):
        return f"the text is empty; {begin}"
    if kind in UPDATE_FORMS and not update:
        return f"{kind} changes the graph, and a query can't; ask with {', '.join(QUERY_FORMS)}"
    if kind in QUERY_FORMS and update:
        return f"{kind} asks and changes nothing; run it as a query, not as an update"
    if not kind:
        first, what = next(tokens(text)), "update" if update else "query"
        return f"{place(text, first.start)}: {first.text!r} begins no {what}; {begin}"
    for token in _undeclared(text):
        if token.prefix not in prefixes:
            known = nearest(token.prefix, prefixes) or f"; declare it: PREFIX {token.prefix}: <…>"
            where = place(text, token.start)
            return f"{where}: prefix {token.prefix + ':'!r} is not declared{known}"
    return _bracket(text)


def _bracket(text: str) -> str:
    """The first bracket or quotation mark without its partner."""
    opened: list[Token] = []
    for token in tokens(text):
        if token.kind == "other" and token.text in "'\"":
            return (
                f"{place(text, token.start)}: the string that begins here is not closed; close it"
            )
        if token.kind == "mark" and token.text in "([{":
            opened.append(token)
        elif token.kind == "mark" and token.text in _CLOSING:
            if not opened or opened[-1].text != _CLOSING[token.text]:
                where = place(text, token.start)
                return f"{where}: {token.text!r} closes nothing; open it, or take it out"
            opened.pop()
    if not opened:
        return ""
    return f"{place(text, opened[-1].start)}: {opened[-1].text!r} is not closed; close it"


def _expected(message: str) -> str:
    """The useful part of what the parser would have taken: a sentence, or a few signs.

    Of keywords it lists some that can't stand there and misses others that can.
    """
    listed = message.partition(": expected ")[2].removeprefix("one of ")
    items = re.findall(r'"(?:[^"\\]|\\.)*"|\[[^\]]*\]|[^,\[\]"]+', listed)
    sentences = [i.strip() for i in items if re.match(r"\w+ \w+", i.strip())]
    if sentences:
        return f" ({sentences[0]})"
    signs = [i for i in items if re.fullmatch(r'"\W+"', i)]
    return f", where {' or '.join(signs)} may stand" if 0 < len(signs) <= 4 else ""
