"""Plain text and Markdown: which encoding it is in, where its headings are."""

import codecs
import re
from itertools import accumulate

from ldn_graph.errors import BadFile
from ldn_graph.texts.text import SourceText, sections_of, settled

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: Encodings that hide what a text holds from whoever looks at its bytes.
_REFUSED = {"utf-7", "unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined"}
#: A line that may be a heading: no list item, no sentence, and not long.
_HEADING = re.compile(r"(?![-*•·–—\d.]+\s)(?=.*[^\W\d_])[^\W_a-zß-ÿ].{0,98}[^\s.,;:!?…]")
_WORDS = 14
#: Front matter: fields between two lines of `---` (TOML: `+++`) at the very beginning.
_FRONT = re.compile(
    r"(---|\+\+\+)[ \t]*\n((?=[\w\"'#-][^\n]*?[:=#])(?:(?!(?:\1|\.\.\.)[ \t]*$).*\n)*)"
    r"(?:\1|\.\.\.)[ \t]*(?:\n+|\Z)",
    re.MULTILINE,
)
_TITLE = re.compile(r"^title\s*[:=]\s*(['\"]?)(.+?)\1\s*$", re.MULTILINE)


#: Labels that browsers read otherwise than by their name (WHATWG Encoding, 4.2): Python's name.
_WEB_LABELS = {
    **dict.fromkeys(("iso8859-1", "ascii"), "cp1252"),
    **{"iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874", "gb2312": "gb18030"},
    **{"gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs"},
}


def web_encoding(label: str | None, name: str) -> str | None:
    """The encoding that browsers mean by a label. Raises BadFile for one that is none.

    >>> web_encoding("Latin1", "x.html"), web_encoding("utf8", "x.html")
    ('cp1252', 'utf-8')
    """
    if not label:
        return None
    known = _known(label, name)
    return _WEB_LABELS.get(known, known)


def decoded(data: bytes, name: str, declared: str | None = None) -> str:
    """The text of a file: by its byte-order mark, by what is `declared` of it, or UTF-8.

    Nothing is guessed: a wrong guess changes the words. Raises BadFile.
    """
    mark = next(((m, e) for m, e in _MARKS if data.startswith(m)), None)
    encoding = mark[1] if mark else _known(declared, name)
    body = data[len(mark[0]) :] if mark else data
    if mark is None and b"\0" in body[:1000]:
        raise BadFile(f"{name}: no text, or UTF-16 without its mark; save it as UTF-8")
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        raise BadFile(
            f"{name}, line {line}: not {encoding.upper()}, as it should be; open it in the program "
            "that wrote it, and save it as UTF-8"
        ) from error


def plain(text: str, kind: str = "text") -> SourceText:
    """A plain text as it is; short lines that are no sentence, over longer ones, are headings.

    Such a line at the beginning is the title, and heads what comes before the next one.
    """
    kept = settled(text)
    lines = kept.split("\n")
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    first = next((n for n, line in enumerate(lines) if line.strip()), 0)
    title = lines[first].strip() if _may_head(lines[first]) else None
    found = [n for n in range(len(lines)) if _is_heading(lines, n) or (title and n == first)]
    heads = [(lines[n].strip(), starts[n], 1) for n in found]
    return SourceText(kept, kind, title, sections_of(heads, len(kept)))


def markdown(text: str) -> SourceText:
    """A Markdown file as it is written, marks and all; its headings are the sections.

    Front matter (YAML or TOML) is no text: only its title is taken.
    """
    from markdown_it import MarkdownIt

    whole = settled(text)
    front = _FRONT.match(whole)
    named = _TITLE.search(front.group(2)) if front else None
    kept = whole[front.end() :] if front else whole
    starts = list(accumulate((len(line) + 1 for line in kept.split("\n")), initial=0))
    tokens = MarkdownIt("commonmark", {"maxNesting": 20}).parse(kept)
    heads = [
        (tokens[n + 1].content, starts[token.map[0]], int(token.tag[1:]))
        for n, token in enumerate(tokens)
        if token.type == "heading_open" and token.map and tokens[n + 1].content.strip()
    ]
    own = next((title for title, _, level in heads if level == 1), None)
    title = named.group(2).strip() if named else own
    return SourceText(kept, "markdown", title, sections_of(heads, len(kept)))


def _known(declared: str | None, name: str) -> str:
    if not declared:
        return "utf-8"
    try:
        found = codecs.lookup(declared.strip())
    except (LookupError, ValueError):
        found = None
    is_text = found is not None and getattr(found, "_is_text_encoding", False)
    if found is None or not is_text or found.name in _REFUSED:
        raise BadFile(f"{name}: unknown encoding {declared[:40]!r}; save it as UTF-8")
    return found.name


def _may_head(line: str) -> bool:
    bare = line.strip()
    return len(bare.split()) <= _WORDS and _HEADING.fullmatch(bare) is not None


def _is_heading(lines: list[str], number: int) -> bool:
    """Whether a line heads what comes next: a longer line, or a list."""
    if not _may_head(lines[number]):
        return False
    below = next((line for line in lines[number + 1 :] if line.strip()), "")
    return bool(below) and not _may_head(below)
