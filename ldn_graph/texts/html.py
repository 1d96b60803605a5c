"""HTML → blocks of text: what a reader of the page sees, without scripts, styles and menus.

Text that is struck out or hidden (by an attribute; style sheets are not read) is left out. What is
shown but is no text (a picture, a video) leaves a mark.
"""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from ldn_graph.errors import BadFile
from ldn_graph.texts.formula import formula_text
from ldn_graph.texts.scripts import mark, subscript, superscript
from ldn_graph.texts.text import Block, on_one_line

#: Elements whose content no reader of the page sees as its text.
_DROPPED = frozenset(
    {
        *("script", "style", "noscript", "template", "head", "map", "button", "select", "input"),
        *("textarea", "nav", "dialog", "frameset", "noframes", "datalist", "rp", "param", "source"),
        *("track", "del", "s", "strike", "meta", "link", "base"),
    }
)
#: Elements that show something which is no text: a mark stands for it.
_MARKED = frozenset(
    {"iframe", "object", "embed", "canvas", "audio", "video", "applet", "img", "svg"}
)
#: Elements that browsers show as blocks (WHATWG HTML, 15.3); all others, unknown ones too, run on.
_BLOCKS = frozenset(
    {
        *("html", "body", "address", "article", "aside", "blockquote", "center", "details", "dd"),
        *("dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1"),
        *("h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "legend", "li", "listing"),
        *("main", "menu", "ol", "optgroup", "option", "p", "plaintext", "pre", "search"),
        *("section", "summary", "table", "caption", "colgroup", "col", "tbody", "tfoot", "thead"),
        *("tr", "ul", "xmp"),
    }
)
#: What stands round the content of an element.
_AROUND = {"q": ("“", "”"), "rt": ("(", ")")}
_MOVED = {"sup": superscript, "sub": subscript}
#: Windows-1252 where ISO 8859-1 has controls: browsers read `&#150;` as an en dash.
_C1 = {c: t for c in range(0x80, 0xA0) if (t := bytes([c]).decode("cp1252", "ignore"))}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})"""
    rb"""|^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]{1,40})""",
    re.IGNORECASE,
)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)


def declared_encoding(data: bytes) -> str | None:
    """What the page's first kilobytes say of its encoding, outside of comments.

    A page that can be read so far isn't UTF-16, whatever it says (WHATWG HTML, 13.2.3.2).
    """
    found = _DECLARED.search(_COMMENT.sub(b"", data[:4096]))
    if found is None:
        return None
    label = (found.group(1) or found.group(2)).decode("ascii")
    return "utf-8" if label.lower().startswith(("utf-16", "utf16")) else label


def blocks_of_html(data: bytes, name: str) -> tuple[str | None, list[Block]]:
    """Title and blocks of a page in UTF-8. Where it has one <main> or <article>, only that.

    Cells of a table row stand in one line, ` | ` between them. Raises BadFile for an empty page.
    """
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True,
                              remove_pis=True)  # fmt: skip
    root = etree.fromstring(data, parser)
    if root is None:
        raise BadFile(f"{name}: holds no text; save the page anew")
    titles = [on_one_line(e.text or "") for e in root.iter("title")]
    found = list(blocks_within(_main(root)))
    heads = [block.text for block in found if block.level == 1]
    return (heads[0] if len(heads) == 1 else next(filter(None, titles), None)), found


def _main(root: Any) -> Any:
    for tag in ("main", "article"):
        found = list(root.iter(tag))
        if len(found) == 1:
            return found[0]
    return root


def blocks_within(root: Any) -> Iterator[Block]:
    """The blocks of an element; walked without recursion, for a page may be nested very deeply."""
    words = _Words()
    skipped: Any = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if skipped is not None and element is not skipped:
            continue
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "end":
            if skipped is None:
                yield from words.close(tag)
            skipped = None
            words.add("" if element is root else element.tail)
        elif _is_dropped(element, tag):
            skipped = element
        elif (shown := _instead(element, tag)) is not None:
            words.add(shown)
            skipped = element
        else:
            yield from words.open(tag)
            words.add(element.text)
    yield from words.flushed("")


class _Words:
    """The words of the block that is being read."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._moved: list[int] = []  # where each open superscript or subscript begins

    def add(self, text: str | None) -> None:
        self._words.append((text or "").translate(_C1))

    def open(self, tag: str) -> Iterator[Block]:
        if tag in _MOVED:
            self._moved.append(len(self._words))
        elif tag in ("td", "th"):
            self._words.append(" | " if self._words else "")
        elif tag == "br":
            self._words.append(" ")
        elif tag in _BLOCKS:
            yield from self.flushed("")
        self._words.append(_AROUND.get(tag, ("", ""))[0])

    def close(self, tag: str) -> Iterator[Block]:
        self._words.append(_AROUND.get(tag, ("", ""))[1])
        if tag in _MOVED and self._moved:
            begin = self._moved.pop()
            self._words[begin:] = [_MOVED[tag]("".join(self._words[begin:]))]
        elif tag in _BLOCKS:
            yield from self.flushed(tag)

    def flushed(self, tag: str) -> Iterator[Block]:
        text = on_one_line("".join(self._words)).strip("| ")
        self._words.clear()
        self._moved = [0] * len(self._moved)
        level = int(tag[1]) if re.fullmatch("h[1-6]", tag) else 0
        if text:
            yield Block(text, level)


def _instead(element: Any, tag: str) -> str | None:
    """What stands for an element whose content is no text of the line; None for any other."""
    if tag == "math":
        return formula_text(element)
    if tag not in _MARKED:
        return None
    if tag == "img":
        told = element.get("alt")
        return "" if told == "" else mark(f"picture: {told}" if told else "picture")
    return mark("picture" if tag == "svg" else tag)


def _is_dropped(element: Any, tag: str) -> bool:
    return (
        tag in _DROPPED
        or element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or bool(_HIDDEN.search(element.get("style") or ""))
    )
