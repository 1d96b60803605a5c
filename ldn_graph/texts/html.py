"""HTML → blocks of text: what a reader of the page sees, without scripts, styles and menus."""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from ldn_graph.errors import BadFile
from ldn_graph.texts.text import Block, on_one_line

#: Elements whose content no reader of the page sees as its text.
_DROPPED = frozenset(
    {
        *("script", "style", "noscript", "template", "head", "svg", "math", "iframe", "object"),
        *("embed", "canvas", "audio", "video", "map", "button", "select", "input", "textarea"),
        *("nav", "dialog", "frameset", "noframes", "applet"),
    }
)
#: Elements that run on within a line; all others begin a new block.
_INLINE = frozenset(
    {
        *("a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn"),
        *("em", "font", "i", "img", "ins", "kbd", "label", "mark", "q", "s", "samp", "small"),
        *("span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "ruby", "rt"),
    }
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_DECLARED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE
)


def declared_encoding(data: bytes) -> str | None:
    """What the page's first kilobytes say of its encoding."""
    found = _DECLARED.search(data[:4096])
    return found.group(1).decode("ascii") if found else None


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
    found = list(_blocks(_main(root)))
    heads = [block.text for block in found if block.level == 1]
    return (heads[0] if len(heads) == 1 else next(filter(None, titles), None)), found


def _main(root: Any) -> Any:
    for tag in ("main", "article"):
        found = list(root.iter(tag))
        if len(found) == 1:
            return found[0]
    return root


def _blocks(root: Any) -> Iterator[Block]:
    """Walks without recursion: a page may be nested as deep as it likes."""
    words: list[str] = []
    skipped: Any = None
    events = etree.iterwalk(root, events=("start", "end"))
    for event, element in events:
        if skipped is not None:
            if event == "end" and element is skipped:
                skipped = None
                words.append(_tail(element, root))
            continue
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start" and _is_dropped(element, tag):
            skipped = element
            continue
        if tag in ("td", "th"):
            words.append(" | " if event == "start" and words else "")
        elif tag == "br":
            words.append(" ")
        elif tag not in _INLINE:
            yield from _flushed(words, tag if event == "end" else "")
        if event == "start":
            words.append(element.text or "")
        else:
            words.append(_tail(element, root))
    yield from _flushed(words, "")


def _tail(element: Any, root: Any) -> str:
    return "" if element is root else element.tail or ""


def _is_dropped(element: Any, tag: str) -> bool:
    return (
        tag in _DROPPED
        or element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or bool(_HIDDEN.search(element.get("style") or ""))
    )


def _flushed(words: list[str], tag: str) -> Iterator[Block]:
    text = on_one_line("".join(words)).strip("| ")
    words.clear()
    level = int(tag[1]) if re.fullmatch("h[1-6]", tag) else 0
    if text:
        yield Block(text, level)
