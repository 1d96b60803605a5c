"""OpenDocument text (.odt, version 1.3) → blocks of text, as a word processor shows it.

Tracked deletions, hidden text, comments, headers and footers are left out; insertions, fields and
text boxes are in. Notes stand at the end, where their numbers lead. Cells of a table row stand in
one line, ` | ` between them. An element that is not known here leaves its name in ⟦ ⟧; numbers and
bullets of lists, which the program counts, are not in.
"""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

from ldn_graph.errors import BadFile
from ldn_graph.texts.docx import shown_in_font
from ldn_graph.texts.formula import formula_text, mark, subscript, superscript
from ldn_graph.texts.text import Block, on_one_line

_NS = {
    name: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"
    for name in ("office", "style", "text", "table", "drawing", "meta")
}
_TEXT, _STYLE, _TABLE = (f"{{{_NS[name]}}}" for name in ("text", "style", "table"))
_XLINK = "{http://www.w3.org/1999/xlink}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
#: Elements of blocks whose children are shown in their place.
_GROUPS = frozenset(
    {
        *("list", "list-item", "list-header", "section", "numbered-paragraph", "index-body"),
        *("index-title", "table-of-content", "illustration-index", "table-index", "object-index"),
        *("user-index", "alphabetical-index", "bibliography", "text-box"),
    }
)
_ROWS = frozenset({"table-header-rows", "table-row-group", "table-rows"})
#: Elements of a line whose words are shown in their place: portions of text, and fields.
_SHOWN = frozenset(
    {
        *("span", "a", "meta", "meta-field", "ruby-base", "bookmark-ref", "reference-ref"),
        *("note-ref", "sequence-ref", "sequence", "date", "time", "page-number", "page-count"),
        *("page-continuation", "title", "subject", "keywords", "description", "author-name"),
        *("author-initials", "initial-creator", "creator", "creation-date", "creation-time"),
        *("modification-date", "modification-time", "editing-cycles", "editing-duration"),
        *("print-date", "print-time", "printed-by", "chapter", "file-name", "template-name"),
        *("sheet-name", "variable-set", "variable-get", "variable-input", "user-field-get"),
        *("user-field-input", "text-input", "expression", "placeholder", "conditional-text"),
        *("drop-down", "database-display", "database-name", "database-row-number"),
        *("bibliography-mark", "page-variable-get", "measure", "word-count", "paragraph-count"),
        *("character-count", "table-count", "image-count", "object-count", "table-formula"),
        *("user-defined", "execute-macro", "script-result", "sender-firstname", "h", "p"),
        *("sender-lastname", "sender-initials", "sender-title", "sender-position", "sender-email"),
        *("sender-company", "sender-street", "sender-city", "sender-country", "sender-fax"),
        *("sender-phone-private", "sender-phone-work", "sender-postal-code"),
        *("sender-state-or-province",),
    }
)
#: Elements that show nothing, or not here.
_SILENT = frozenset(
    {
        *("tracked-changes", "change", "change-start", "change-end", "annotation", "forms"),
        *("annotation-end", "soft-page-break", "bookmark", "bookmark-start", "bookmark-end"),
        *("reference-mark", "reference-mark-start", "reference-mark-end", "toc-mark"),
        *("toc-mark-start", "toc-mark-end", "user-index-mark", "user-index-mark-start"),
        *("user-index-mark-end", "alphabetical-index-mark", "alphabetical-index-mark-start"),
        *("alphabetical-index-mark-end", "sequence-decls", "variable-decls", "user-field-decls"),
        *("dde-connection-decls", "alphabetical-index-auto-mark-file", "shapes", "label"),
        *("page-variable-set", "script", "table-column", "table-columns", "table-column-group"),
        *("table-header-columns", "covered-table-cell", "table-source", "database-next"),
        *("database-row-select", "event-listeners", "named-expressions", "dde-connection"),
        *("note-citation", "note-body", "number", "section-source", "desc", "scenario"),
        *("table-of-content-source", "illustration-index-source", "table-index-source"),
        *("object-index-source", "user-index-source", "alphabetical-index-source"),
        *("bibliography-source",),
    }
)
_BLANK = frozenset({"s", "tab", "line-break"})


def blocks_of_odt(data: bytes, name: str) -> tuple[str | None, list[Block]]:
    """Title and blocks of a document. Raises BadFile where it can't be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_readable(archive, name)
            body = _Body(archive)
            found = list(body.blocks())
            own = _title(archive)
    except (etree.XMLSyntaxError, KeyError, zipfile.BadZipFile) as error:
        told = " ".join(str(error).split())[:200]
        raise BadFile(
            f"{name}: can't be read as an OpenDocument text ({told}); save it as .odt anew"
        ) from error
    return next(filter(None, (*body.titles, own)), None), found


def _check_readable(archive: zipfile.ZipFile, name: str) -> None:
    listed = "META-INF/manifest.xml"
    if listed in archive.namelist() and b"encryption-data" in archive.read(listed):
        raise BadFile(f"{name}: protected by a password; save it as .odt, without one")


def _parsed(archive: zipfile.ZipFile, part: str) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True,
                             remove_pis=True)  # fmt: skip
    return etree.fromstring(archive.read(part), parser)


def _title(archive: zipfile.ZipFile) -> str:
    if "meta.xml" not in archive.namelist():
        return ""
    found = _parsed(archive, "meta.xml").findtext(".//{http://purl.org/dc/elements/1.1/}title")
    return on_one_line(found or "")


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


class _Styles:
    """What the styles of a document say of text: by family and name, with those they stand on."""

    def __init__(self, roots: list[Any]) -> None:
        self._styles = {
            (s.get(f"{_STYLE}family"), s.get(f"{_STYLE}name")): s
            for root in roots
            for s in root.iter(f"{_STYLE}style", f"{_STYLE}default-style")
        }
        self._fonts = {
            f.get(f"{_STYLE}name"): (f.get(f"{_FO}font-family") or "").strip("'\"")
            for root in roots
            for f in root.iter(f"{_STYLE}font-face")
        }

    def lineage(self, family: str, name: str | None) -> Iterator[Any]:
        """The style and what it stands on, nearest first."""
        seen: set[str] = set()
        while name is not None and name not in seen and (family, name) in self._styles:
            seen.add(name)
            yield self._styles[family, name]
            name = self._styles[family, name].get(f"{_STYLE}parent-style-name")

    def of_text(self, family: str, name: str | None, what: str) -> str | None:
        """A property of the text of a style: `display`, `text-position` or `font-name`."""
        for style in self.lineage(family, name):
            found = style.find(f"{_STYLE}text-properties")
            space = _TEXT if what == "display" else _STYLE
            if found is not None and found.get(f"{space}{what}") is not None:
                return str(found.get(f"{space}{what}"))
        return None

    def font(self, name: str | None) -> str:
        return self._fonts.get(name) or name or ""


class _Body:
    """A document while it is read: the notes and text boxes that it has shown so far."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        parts = [p for p in ("styles.xml", "content.xml") if p in archive.namelist()]
        roots = [_parsed(archive, part) for part in parts]
        self.titles: list[str] = []
        self._styles = _Styles(roots)
        found = roots[-1].find(f".//{{{_NS['office']}}}text")
        if found is None:
            raise KeyError("content.xml holds no text")
        self._root = found
        self._notes: list[tuple[str, Any]] = []
        self._boxes: list[Any] = []

    def blocks(self) -> Iterator[Block]:
        yield from self._blocks(self._root)
        for label, note in self._notes:  # grows while notes are read
            found = " ".join(self._paragraphs(note)) if note is not None else ""
            yield Block(f"{label} {found}" if found else mark(f"note {label}"))

    def _paragraphs(self, element: Any) -> list[str]:
        return [text for b in self._blocks(element) if (text := on_one_line(b.text))]

    def _blocks(self, element: Any) -> Iterator[Block]:
        for child in element:
            name = _name(child)
            if name in ("p", "h"):
                yield from self._paragraph(child, name)
            elif name == "table":
                yield from self._rows(child)
            elif not name or name in _SILENT or _is_hidden(child, self._styles):
                continue
            elif name in _GROUPS:
                yield from self._blocks(child)
            else:
                yield Block(on_one_line(self._shown(child, "")))
                yield from self._boxed()

    def _boxed(self) -> Iterator[Block]:
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            yield from self._blocks(box)

    def _paragraph(self, paragraph: Any, name: str) -> Iterator[Block]:
        style = paragraph.get(f"{_TEXT}style-name")
        if self._styles.of_text("paragraph", style, "display") == "none":
            return
        hidden = paragraph.iter(f"{_TEXT}hidden-paragraph")
        if any(e.get(f"{_TEXT}is-hidden") == "true" for e in hidden):
            return
        font = self._styles.of_text("paragraph", style, "font-name")
        text = on_one_line(self._words(paragraph, self._styles.font(font)))
        if text and any(
            s.get(f"{_STYLE}name") == "Title" for s in self._styles.lineage("paragraph", style)
        ):
            self.titles.append(text)
        level = paragraph.get(f"{_TEXT}outline-level") or "1"
        yield Block(text, (int(level) if level.isdecimal() else 1) if name == "h" else 0)
        yield from self._boxed()

    def _rows(self, table: Any) -> Iterator[Block]:
        for row in table:
            if _name(row) in _ROWS:
                yield from self._rows(row)
            elif _name(row) == "table-row":
                if row.get(f"{_TABLE}visibility", "visible") == "visible":
                    cells = (" ".join(self._paragraphs(c)) for c in row if _name(c) == "table-cell")
                    yield Block(" | ".join(filter(None, cells)))
            elif _name(row) not in _SILENT and _name(row) not in ("title", ""):
                yield Block(mark(_name(row)))

    def _words(self, element: Any, font: str) -> str:
        words = [shown_in_font(element.text or "", font)]
        for child in element:
            words.append(self._shown(child, font))
            words.append(shown_in_font(child.tail or "", font))
        return "".join(words)

    def _shown(self, element: Any, font: str) -> str:
        name = _name(element)
        if name in _BLANK:
            return " "
        if not name or name in _SILENT or _is_hidden(element, self._styles):
            return ""
        if name == "span":
            return self._span(element, font)
        if name in _SHOWN:
            return self._words(element, font)
        if name == "note":
            return self._note(element)
        if name == "ruby":
            parts = {_name(e): self._words(e, font) for e in element}
            above = parts.get("ruby-text", "")
            return parts.get("ruby-base", "") + (f"({above})" if above else "")
        if name == "hidden-text":
            hidden = element.get(f"{_TEXT}is-hidden", "true") == "true"
            return "" if hidden else element.get(f"{_TEXT}string-value") or ""
        if name == "hidden-paragraph":
            return self._words(element, font)
        if _NS["drawing"] in element.tag or name == "frame":
            return self._drawn(element)
        return mark(" ".join(filter(None, (name, "".join(element.itertext())))))

    def _span(self, element: Any, font: str) -> str:
        style = element.get(f"{_TEXT}style-name")
        own = self._styles.of_text("text", style, "font-name")
        words = self._words(element, font if own is None else self._styles.font(own))
        position = (self._styles.of_text("text", style, "text-position") or "").split()
        if not position or any(_name(e) == "note" for e in element):
            return words
        if position[0] == "super" or (position[0].rstrip("%").isdecimal() and position[0] != "0%"):
            return superscript(words)
        return subscript(words) if position[0] == "sub" or position[0][:1] == "-" else words

    def _note(self, element: Any) -> str:
        label = on_one_line(element.findtext(f"{_TEXT}note-citation") or "") or "*"
        self._notes.append((superscript(label), element.find(f"{_TEXT}note-body")))
        return superscript(label)

    def _drawn(self, element: Any) -> str:
        """A frame or shape: its text goes to a box, a formula stays in the line, else a mark."""
        for held in element.iter():
            if _name(held) == "object":
                return self._object(held)
        boxes = [e for e in element.iter() if e.tag in (f"{_TEXT}p", f"{_TEXT}h", f"{_TEXT}list")]
        if boxes:
            outer = {b.getparent() for b in boxes}
            self._boxes += [o for o in outer if not any(a in outer for a in o.iterancestors())]
            return ""
        told = next((on_one_line("".join(e.itertext())) for e in element.iter()
                     if _name(e) in ("title", "desc")), "")  # fmt: skip
        return mark(f"picture: {told}" if told else "picture")

    def _object(self, element: Any) -> str:
        inner = element[0] if len(element) and _name(element[0]) == "math" else None
        part = (element.get(f"{_XLINK}href") or "").removeprefix("./").strip("/") + "/content.xml"
        if inner is None and part in self._archive.namelist():
            root = _parsed(self._archive, part)
            inner = root if _name(root) == "math" else None
        return mark("object") if inner is None else formula_text(inner)


def _is_hidden(element: Any, styles: _Styles) -> bool:
    name, display = _name(element), element.get(f"{_TEXT}display")
    if name == "section" and display == "condition":
        return bool(element.get(f"{_TEXT}is-hidden") == "true")
    if display == "none":
        return True
    style = element.get(f"{_TEXT}style-name") if name in ("span", "a") else None
    return styles.of_text("text", style, "display") == "none"
