"""HTML and EPUB → blocks of text: what a reader of the page sees, without scripts and menus.

Text that is struck out or hidden (by an attribute; style sheets are not read) is left out. What is
shown but is no text (a picture, a video) leaves a mark.

What the book calls supplementary (`linear="no"`) stands at the end. Each document is read as XHTML;
one that isn't well-formed is read as browsers read HTML.
"""

import html.entities
import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import etree

from ldn_graph.errors import BadFile
from ldn_graph.texts.formula import formula_text, mark, subscript, superscript
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


_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
#: A named character of HTML, which XML doesn't know by itself.
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]*;)")
_XML_OWN = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})


def blocks_of_epub(data: bytes, name: str) -> tuple[str | None, list[Block]]:
    """Title and blocks of a book. Raises BadFile where it can't be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            package = _package(archive, name)
            root = _xml(archive.read(package), name)
            title = next((on_one_line(e.text or "") for e in root.iter("{*}title")), "")
            return title or None, list(_spine(archive, root, posixpath.dirname(package), name))
    except (etree.XMLSyntaxError, KeyError, ValueError, zipfile.BadZipFile) as error:
        told = " ".join(str(error).split())[:200]
        raise BadFile(f"{name}: can't be read as an EPUB ({told}); save it anew") from error


def _xml(data: bytes, name: str) -> Any:
    if b"<!ENTITY" in data:
        raise BadFile(f"{name}: declares entities, as only attacks do; save it anew")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True,
                             remove_pis=True)  # fmt: skip
    return etree.fromstring(data, parser)


def _package(archive: zipfile.ZipFile, name: str) -> str:
    found = next(_xml(archive.read(_CONTAINER), name).iter("{*}rootfile"), None)
    if found is None:
        raise BadFile(f"{name}: {_CONTAINER} names no package; save the book anew")
    return unquote(found.get("full-path") or "")


def _spine(archive: zipfile.ZipFile, root: Any, base: str, name: str) -> Iterator[Block]:
    items = {i.get("id"): i for i in root.iter("{*}manifest") for i in i.iter("{*}item")}
    closed = _encrypted(archive, name)
    order = sorted(root.iter("{*}itemref"), key=lambda r: r.get("linear") == "no")
    for reference in order:
        item = items.get(reference.get("idref"))
        if item is None:
            raise BadFile(
                f"{name}: its spine names {reference.get('idref')!r}, which is not there; "
                "save the book anew"
            )
        part = posixpath.normpath(
            posixpath.join(base, unquote(urlsplit(item.get("href") or "").path))
        )
        if part in closed:
            raise BadFile(f"{name}: {part} is encrypted; save the book without protection")
        if item.get("media-type") not in _PAGES:
            yield Block(mark(f"picture: {posixpath.basename(part)}"))
            continue
        yield from blocks_within(_page(archive.read(part), f"{name}, {part}"))


def _encrypted(archive: zipfile.ZipFile, name: str) -> frozenset[str]:
    if _ENCRYPTION not in archive.namelist():
        return frozenset()
    found = _xml(archive.read(_ENCRYPTION), name).iter("{*}CipherReference")
    return frozenset(unquote(e.get("URI") or "") for e in found)


def _page(data: bytes, name: str) -> Any:
    """A document of the book, with names of elements as HTML has them."""
    declared = re.match(rb"""\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]+)""", data)
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    if declared and encoding == "utf-8-sig":
        encoding = declared.group(1).decode("ascii")
        encoding = "utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise BadFile(f"{name}: not {encoding.upper()}, as it says; save the book anew") from error
    body = re.sub(r"^\s*<\?xml.*?\?>", "", text, count=1, flags=re.DOTALL)
    try:
        root = _xml(_NAMED.sub(_character, body).encode("utf-8"), name)
    except etree.XMLSyntaxError:
        parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True)
        root = etree.fromstring(body.encode("utf-8"), parser)
    if root is None:
        raise BadFile(f"{name}: holds nothing; save the book anew")
    for element in root.iter(etree.Element):
        element.tag = etree.QName(element).localname.lower()
    return root


def _character(found: re.Match[str]) -> str:
    if found.group(1) in _XML_OWN:
        return found.group(0)
    return html.entities.html5.get(found.group(1), found.group(0))
