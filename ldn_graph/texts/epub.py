"""EPUB → blocks of text: the documents of its spine in their order (EPUB 3.3, 5.7), each as a page.

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
from ldn_graph.texts.html import blocks_within
from ldn_graph.texts.scripts import mark
from ldn_graph.texts.text import Block, on_one_line

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
