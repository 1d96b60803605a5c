"""Word's .docx → blocks of text, as Word shows it. Headings are paragraphs in a heading style.

Deleted text of tracked changes, hidden text, comments, headers and footers are left out; inserted
text, results of fields, content controls and text boxes are in. Notes stand at the end, where
their numbers lead. Cells of a table row stand in one line, ` | ` between them. An element that is
not known here leaves its name in ⟦ ⟧; numbers and bullets of lists, which Word counts, are not in.
"""

import io
import re
from collections.abc import Iterator
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml

from ldn_graph.errors import BadFile
from ldn_graph.texts.formula import formula_text, mark, subscript, superscript
from ldn_graph.texts.text import Block, on_one_line

#: From 0x20; a replacement character where Unicode has none, or only pieces of brackets.
_SYMBOL = (
    " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_\ufffd"
    "αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼" + "\ufffd" * 33 + "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…\ufffd\ufffd"
    "↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑" + "\ufffd" * 10 + "\ufffd〉∫⌠\ufffd⌡"
)
_WINGDINGS = {
    **{0x4A: "☺", 0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x76: "❖", 0x9F: "•", 0xA7: "▪"},
    **{0xA8: "◻", 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xFB: "✗", 0xFC: "✓"},
    **{0xFD: "☒", 0xFE: "☑"},
}


def symbol(font: str, code: int) -> str:
    """The character that `font` shows for `code`, or a mark that names both.

    >>> symbol("Symbol", 0xF06D), symbol("Wingdings", 0xFC), symbol("Webdings", 0xF061)
    ('μ', '✓', '⟦Webdings 0x61⟧')
    """
    key = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
    name = font.strip().casefold()
    found = "\ufffd"
    if name in ("symbol", "symbolmt", "standard symbols ps") and 0x20 <= key < 0x20 + len(_SYMBOL):
        found = _SYMBOL[key - 0x20]
    elif name == "wingdings":
        found = " " if key == 0x20 else _WINGDINGS.get(key, found)
    elif key == code and not is_symbol_font(font):  # a character of a font of letters
        found = chr(code)
    return mark(f"{font} {key:#x}") if found == "\ufffd" else found


def is_symbol_font(font: str) -> bool:
    """Whether the letters that such a font is given are shown as others.

    >>> is_symbol_font("Symbol"), is_symbol_font("Times New Roman")
    (True, False)
    """
    name = font.strip().casefold()
    return name in ("symbol", "symbolmt") or name.startswith(("wingdings", "webdings", "zapfding"))


def shown_in_font(text: str, font: str) -> str:
    """The characters that a font of symbols shows for letters.

    >>> shown_in_font("5 mg", "Symbol"), shown_in_font("\uf06d", "Arial")
    ('5 μγ', '⟦Arial 0x6d⟧')
    """
    if is_symbol_font(font):
        return "".join(symbol(font, ord(c)) for c in text)
    return "".join(symbol(font or "font", ord(c)) if "\uf000" <= c <= "\uf0ff" else c for c in text)


_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_NOTES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}
#: Elements whose children are shown in their place.
_WRAPS = frozenset(
    {
        *("r", "ins", "moveTo", "hyperlink", "smartTag", "sdt", "sdtContent", "fldSimple", "dir"),
        *("bdo", "customXml", "AlternateContent", "Choice", "p", "tbl", "tr", "tc", "rubyBase"),
        *("subDoc", "txbxContent", "object"),
    }
)
#: Elements that show nothing, or not here.
_SILENT = frozenset(
    {
        *("del", "moveFrom", "delText", "instrText", "delInstrText", "Fallback", "softHyphen"),
        *("proofErr", "lastRenderedPageBreak", "commentReference", "annotationRef", "footnoteRef"),
        *("endnoteRef", "separator", "continuationSeparator", "fldChar", "sectPr", "tblGrid"),
        *("OLEObject", "control", "permStart", "permEnd", "divId", "shapetype", "bookmarkStart"),
        *("bookmarkEnd", "customXmlDelRangeStart", "customXmlDelRangeEnd", "movie"),
    }
)
_BLANK = frozenset({"tab", "br", "cr", "ptab"})
_OFF = frozenset({"0", "false", "off", "none"})


def blocks_of_word(data: bytes, name: str) -> tuple[str | None, list[Block]]:
    """Title and blocks of a document. Raises BadFile where it can't be read."""
    try:
        document = docx.Document(io.BytesIO(data))
        body = _Body(document)
        found = list(body.blocks())
        own = on_one_line(document.core_properties.title or "")
    except Exception as error:  # the library raises whatever a damaged part makes it stumble over
        told = " ".join(str(error).split())[:200] or type(error).__name__
        raise BadFile(
            f"{name}: can't be read as a Word document ({told}); save it as .docx anew"
        ) from error
    return next(filter(None, (*body.titles, own)), None), found


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _is_on(properties: Any, name: str) -> bool | None:
    """Whether a property of a run or style is on; None where it isn't given."""
    found = properties.find(f"{_W}{name}") if properties is not None else None
    return None if found is None else found.get(f"{_W}val", "1") not in _OFF


class _Body:
    """A document while it is read: what its fields, notes and text boxes have said so far."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.titles: list[str] = []
        self._styles = {s.get(f"{_W}styleId"): s for s in document.styles.element}
        self._fields: list[bool] = []  # of each open field: whether its code is over
        self._notes: list[tuple[str, Any]] = []
        self._boxes: list[Any] = []

    def blocks(self) -> Iterator[Block]:
        yield from self._blocks(self.document.element.body)
        for number, (kind, note) in enumerate(self._notes, 1):  # grows while notes are read
            found = self._note(kind, note)
            yield Block(f"{superscript(str(number))} {found}" if found else mark(f"note {number}"))

    def _note(self, kind: str, number: str) -> str:
        for relation in self.document.part.rels.values():
            if relation.reltype.endswith(f"/{kind}"):
                root = parse_xml(relation.target_part.blob)
                notes = [n for n in root if n.get(f"{_W}id") == number]
                return " ".join(self._paragraphs(notes[0])) if notes else ""
        return ""

    def _paragraphs(self, element: Any) -> list[str]:
        return [text for b in self._blocks(element) if (text := on_one_line(b.text))]

    def _blocks(self, element: Any) -> Iterator[Block]:
        kept = ""
        for child in element:
            name = _name(child)
            if name == "p":
                kept += self._words(child)
                if child.find(f"{_W}pPr/{_W}rPr/{_W}del") is None:  # else it runs on
                    yield from self._closed(child, kept)
                    kept = ""
            elif name == "tbl":
                yield from self._rows(child)
            elif name == "altChunk":
                yield Block(mark("embedded document"))
            elif name in ("oMath", "oMathPara"):
                yield Block(formula_text(child))
            elif name in _WRAPS:
                yield from self._blocks(child)
            elif name and not _is_silent(name):
                yield Block(mark(name))
        if kept:
            yield Block(on_one_line(kept))

    def _closed(self, paragraph: Any, words: str) -> Iterator[Block]:
        style = self._style(paragraph)
        text = on_one_line(words)
        if style.casefold() == "title" and text:
            self.titles.append(text)
        heading = _HEADING.fullmatch(style)
        yield Block(text, int(heading.group(1)) if heading else 0)
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            yield from self._blocks(box)

    def _rows(self, table: Any) -> Iterator[Block]:
        for row in self._within(table, "tr"):
            if row.find(f"{_W}trPr/{_W}del") is None:
                cells = (" ".join(self._paragraphs(cell)) for cell in self._within(row, "tc"))
                yield Block(" | ".join(filter(None, cells)))

    def _within(self, element: Any, wanted: str) -> Iterator[Any]:
        """The rows of a table or cells of a row, in content controls too."""
        for child in element:
            if _name(child) == wanted:
                yield child
            elif _name(child) in ("sdt", "sdtContent", "customXml", "ins", "moveTo"):
                yield from self._within(child, wanted)

    def _style(self, paragraph: Any) -> str:
        found = paragraph.find(f"{_W}pPr/{_W}pStyle")
        named = None if found is None else found.get(f"{_W}val")
        return str(self.document.part.get_style(named, WD_STYLE_TYPE.PARAGRAPH).name or "")

    def _words(self, element: Any) -> str:
        return "".join(self._shown(child, element) for child in element)

    def _shown(self, element: Any, parent: Any) -> str:
        name = _name(element)
        if name == "fldChar":
            self._field(element.get(f"{_W}fldCharType"))
            return ""
        if not name or _is_silent(name) or (False in self._fields and name not in _WRAPS):
            return ""
        if name == "r":
            return self._run(element)
        if name in _BLANK or name in ("p", "tr", "tc"):
            return " " + (self._words(element) if name not in _BLANK else "")
        if name == "t":
            return shown_in_font(element.text or "", _font(parent))
        if name in _NOTES:
            self._notes.append((_NOTES[name], element.get(f"{_W}id")))
            return superscript(str(len(self._notes)))
        return self._words(element) if name in _WRAPS else self._special(element, name)

    def _special(self, element: Any, name: str) -> str:
        if name == "noBreakHyphen":
            return "\u2011"
        if name == "sym":
            return _sym(element)
        if name in ("oMath", "oMathPara"):
            return formula_text(element)
        if name == "ruby":
            above = "".join(self._words(e) for e in element.iterfind(f"{_W}rt"))
            return "".join(self._words(e) for e in element.iterfind(f"{_W}rubyBase")) + f"({above})"
        boxes = [e for e in element.iter(f"{_W}txbxContent") if not _in_fallback(e)]
        if boxes:
            self._boxes += [b for b in boxes if not any(a in boxes for a in b.iterancestors())]
            return ""
        return mark("picture" if name in ("drawing", "pict") else name)

    def _field(self, kind: str | None) -> None:
        if kind == "begin":
            self._fields.append(False)
        elif kind == "separate" and self._fields:
            self._fields[-1] = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _run(self, run: Any) -> str:
        properties = run.find(f"{_W}rPr")
        if self._is_hidden(run, properties):
            return ""
        words = self._words(run)
        raised = self._property(run, properties, "vertAlign")
        if raised == "superscript" and not any(_name(c) in _NOTES for c in run):
            return superscript(words)
        return subscript(words) if raised == "subscript" else words

    def _is_hidden(self, run: Any, properties: Any) -> bool:
        own = _is_on(properties, "vanish")
        styles = (_is_on(s.find(f"{_W}rPr"), "vanish") for s in self._styles_of(run, properties))
        return own if own is not None else next((s for s in styles if s is not None), False)

    def _property(self, run: Any, properties: Any, name: str) -> str | None:
        owners = [properties, *(s.find(f"{_W}rPr") for s in self._styles_of(run, properties))]
        found = (o.find(f"{_W}{name}") for o in owners if o is not None)
        return next((f.get(f"{_W}val") for f in found if f is not None), None)

    def _styles_of(self, run: Any, properties: Any) -> Iterator[Any]:
        """The styles of a run and its paragraph, nearest first, with those they are based on."""
        paragraph = next(run.iterancestors(f"{_W}p"), None)
        own = None if properties is None else properties.find(f"{_W}rStyle")
        outer = None if paragraph is None else paragraph.find(f"{_W}pPr/{_W}pStyle")
        seen: set[Any] = set()
        for found in (own, outer):
            named = None if found is None else found.get(f"{_W}val")
            while named is not None and named not in seen and named in self._styles:
                seen.add(named)
                yield self._styles[named]
                base = self._styles[named].find(f"{_W}basedOn")
                named = None if base is None else base.get(f"{_W}val")


def _is_silent(name: str) -> bool:
    return name in _SILENT or name.endswith(("Pr", "PrEx", "RangeStart", "RangeEnd"))


def _in_fallback(element: Any) -> bool:
    return any(_name(a) == "Fallback" for a in element.iterancestors())


def _font(run: Any) -> str:
    found = run.find(f"{_W}rPr/{_W}rFonts")
    return "" if found is None else found.get(f"{_W}ascii") or found.get(f"{_W}hAnsi") or ""


def _sym(element: Any) -> str:
    font, code = element.get(f"{_W}font") or "font", element.get(f"{_W}char") or ""
    try:
        return symbol(font, int(code, 16))
    except ValueError:
        return mark(f"{font} {code}")
