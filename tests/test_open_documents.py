"""OpenDocument and EPUB are read as their programs show them; what isn't known leaves a mark."""

import io
import zipfile

import pytest

from ldn_graph.errors import BadFile
from ldn_graph.texts.reader import read_text

pytestmark = pytest.mark.usefixtures("readers_here")
NAMES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        *(("office", "office"), ("style", "style"), ("text", "text"), ("table", "table")),
        *(("draw", "drawing"), ("svg", "svg-compatible"), ("fo", "xsl-fo-compatible")),
    )
)
NAMES += ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:x="urn:x"'
STYLES = """
<style:font-face style:name="Sym" svg:font-family="Symbol"/>
<style:style style:family="text" style:name="Up"><style:text-properties
  style:text-position="super 58%"/></style:style>
<style:style style:family="text" style:name="Raised"><style:text-properties
  style:text-position="33% 58%"/></style:style>
<style:style style:family="text" style:name="Down"><style:text-properties
  style:text-position="-33% 58%"/></style:style>
<style:style style:family="text" style:name="Level"><style:text-properties
  style:text-position="0% 100%"/></style:style>
<style:style style:family="text" style:name="Away"><style:text-properties
  text:display="none"/></style:style>
<style:style style:family="text" style:name="Heir" style:parent-style-name="Away"/>
<style:style style:family="paragraph" style:name="Gone"><style:text-properties
  text:display="none"/></style:style>
<style:style style:family="paragraph" style:name="Title"/>
<style:style style:family="paragraph" style:name="P1" style:parent-style-name="Title"/>
<style:style style:family="text" style:name="Greek"><style:text-properties
  style:font-name="Sym"/></style:style>
"""
MATH = '<math xmlns="http://www.w3.org/1998/Math/MathML"><msup><mn>10</mn><mn>6</mn></msup></math>'


def packed(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def odt(body: str, **more: str) -> bytes:
    content = (
        f"<office:document-content {NAMES}><office:automatic-styles>{STYLES}"
        f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.text"
    return packed({"mimetype": kind, "content.xml": content, **more})


def span(style: str, text: str) -> str:
    return f'<text:span text:style-name="{style}">{text}</text:span>'


NOTE = "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>n</text:p>\
</text:note-body></text:note>"
LINES = {
    "powers": (f"10{span('Up', '6')} m{span('Raised', '-2')}", "10⁶ m⁻²"),
    "index": (f"CO{span('Down', '2')}", "CO₂"),
    "on the line": (span("Level", "26"), "26"),
    "hidden": (f"Pain {span('Away', 'did not ')}fall", "Pain fall"),
    "hidden by a style's parent": (f"a{span('Heir', 'b')}", "a"),
    "symbols": (f"5 {span('Greek', 'm')}g, {span('Greek', chr(0xF0B3))}65", "5 μg, ≥65"),
    "blanks": ('4<text:s text:c="3"/>5<text:tab/>6<text:line-break/>7', "4 5 6 7"),
    "no-break hyphen": ("4‑5 mg", "4‑5 mg"),
    "field": ('<text:date>4 May</text:date> <text:sequence text:name="T">2</text:sequence>',
              "4 May 2"),
    "hidden field": ('a<text:variable-set text:display="none">4</text:variable-set>b', "ab"),
    "hidden text": ('a<text:hidden-text text:is-hidden="true" text:string-value="no"/>b', "ab"),
    "tracked": ('It <text:change text:change-id="c"/>helps', "It helps"),
    "comment": ("a<office:annotation><text:p>no</text:p></office:annotation>b", "ab"),
    "picture": ('a <draw:frame><draw:image xlink:href="p.png"/><svg:title>≥</svg:title>'
                "</draw:frame>", "a ⟦picture: ≥⟧"),
    "ruby": ("<text:ruby><text:ruby-base>base</text:ruby-base><text:ruby-text>up</text:ruby-text>"
             "</text:ruby>", "base(up)"),
    "formula": (f"<draw:frame><draw:object>{MATH}</draw:object><draw:image/></draw:frame> cells",
                "10⁶ cells"),
    "unknown": ("4<x:dash>–</x:dash>5 mg", "4⟦dash –⟧5 mg"),
    "unknown of its own": ("4<text:new/>5 mg", "4⟦new⟧5 mg"),
}  # fmt: skip


@pytest.mark.parametrize("name", LINES)
def test_lines_of_opendocument(name: str) -> None:
    inside, shown = LINES[name]
    assert read_text(odt(f"<text:p>{inside}</text:p>"), "x.odt").text == shown


def test_blocks_of_opendocument() -> None:
    found = read_text(
        odt(
            "<text:tracked-changes><text:changed-region><text:deletion><text:p>out</text:p>"
            "</text:deletion></text:changed-region></text:tracked-changes>"
            '<text:p text:style-name="P1">The title</text:p>'
            '<text:h text:outline-level="2">A head</text:h>'
            f"<text:p>It fell{NOTE} fast.</text:p>"
            '<text:p text:style-name="Gone">no</text:p>'
            '<text:section text:display="none"><text:p>no</text:p></text:section>'
            "<text:list><text:list-item><text:p>one</text:p></text:list-item></text:list>"
            "<text:p>be<draw:frame><draw:text-box><text:p>box</text:p></draw:text-box></draw:frame>"
            "side</text:p>"
            "<table:table><table:table-column/><table:table-header-rows><table:table-row>"
            "<table:table-cell><text:p>a</text:p></table:table-cell><table:covered-table-cell/>"
            "<table:table-cell><text:p>b</text:p></table:table-cell></table:table-row>"
            "</table:table-header-rows></table:table><x:block>c</x:block>"
        ),
        "any name",
    )
    assert found.kind == "opendocument" and found.title == "The title"
    assert found.text.split("\n\n") == [
        *("The title", "A head", "It fell¹ fast.", "one", "beside", "box", "a | b"),
        *("⟦block c⟧", "¹ n"),
    ]
    assert [(s.title, s.level) for s in found.sections] == [("A head", 2)]


def test_an_object_that_is_no_formula_leaves_a_mark() -> None:
    frame = '<draw:frame><draw:object xlink:href="./Object 1"/></draw:frame>'
    body = f"<text:p>{frame}</text:p>"
    assert read_text(odt(body, **{"Object 1/content.xml": MATH}), "x.odt").text == "10⁶"
    assert read_text(odt(body, **{"Object 1/content.xml": "<chart/>"}), "x.odt").text == "⟦object⟧"


CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="in/book.opf"/></rootfiles></container>'
)


def epub(*pages: str, **more: str) -> bytes:
    items = "".join(
        f'<item id="i{n}" href="page%20{n}.xhtml" media-type="application/xhtml+xml"/>'
        for n in range(len(pages))
    )
    order = "".join(f'<itemref idref="i{n}"/>' for n in reversed(range(len(pages))))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata><dc:title>A book</dc:title></metadata><manifest>{items}</manifest>"
        f"<spine>{order}</spine></package>"
    )
    held = {f"in/page {n}.xhtml": page for n, page in enumerate(pages)}
    return packed({"META-INF/container.xml": CONTAINER, "in/book.opf": package, **held, **more})


def page(body: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html>'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:m="http://www.w3.org/1998/Math/MathML">'
        f"<head><title/></head><body>{body}</body></html>"
    )


def test_a_book_is_read_in_the_order_of_its_spine() -> None:
    last = page('<h1>Two</h1><p><a id="n"/>4&nbsp;– 5&nbsp;mg, 10<sup>6</sup></p>')
    first = page("<nav>Contents</nav><main><h1>One</h1></main><aside>note</aside>")
    found = read_text(epub(last, first), "x.zip")
    assert found.kind == "epub" and found.title == "A book"
    assert found.text.split("\n\n") == ["One", "note", "Two", "4 – 5 mg, 10⁶"]


PAGES = {
    "formula with a prefix": (
        "<p><m:math><m:msup><m:mn>10</m:mn><m:mn>6</m:mn></m:msup></m:math> cells</p>",
        "10⁶ cells",
    ),
    "not well-formed": ("<p>4 &ndash; 5<br> mg", "4 – 5 mg"),
    "empty elements": ('<p>a<span class="x"/>b</p><div/><p>c</p>', "ab\n\nc"),
}


@pytest.mark.parametrize("name", PAGES)
def test_pages_of_a_book(name: str) -> None:
    inside, shown = PAGES[name]
    assert read_text(epub(page(inside)), "x.epub").text == shown


LISTED = "<manifest:manifest xmlns:manifest='m'>{}</manifest:manifest>"
REFUSED = {
    "secret.odt": (
        odt("x", **{"META-INF/manifest.xml": LISTED.format("<manifest:encryption-data/>")}),
        "protected by a password",
    ),
    "sheet.odt": (packed({"content.xml": f"<office:document {NAMES}/>"}), "holds no text"),
    "broken.odt": (packed({"content.xml": "<office:document"}), "OpenDocument text"),
    "empty.odt": (odt("<text:p/>"), "holds no text"),
    "lost.epub": (packed({"META-INF/container.xml": CONTAINER}), "can't be read as an EPUB"),
    "locked.epub": (
        epub(
            page("<p>a</p>"),
            **{
                "META-INF/encryption.xml": (
                    '<encryption><CipherReference URI="in/page%200.xhtml"/></encryption>'
                )
            },
        ),
        "page 0.xhtml is encrypted",
    ),
    "bomb.epub": (
        epub('<!DOCTYPE html [<!ENTITY a "b">]><html><body>&a;</body></html>'),
        "declares entities",
    ),
    "wrong.epub": (epub(page("a").replace("utf-8", "utf-9")), "not UTF-9"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_in_one_line(name: str) -> None:
    data, told = REFUSED[name]
    with pytest.raises(BadFile, match=told) as caught:
        read_text(data, name)
    assert name in str(caught.value) and "\n" not in str(caught.value)


def test_a_list_of_parts_may_have_a_document_type() -> None:
    """Old writers of OpenDocument gave it one; nobody here parses that part."""
    listed = "<!DOCTYPE manifest PUBLIC 'x' 'Manifest.dtd'>" + LISTED.format("")
    data = odt("<text:p>a</text:p>", **{"META-INF/manifest.xml": listed})
    assert read_text(data, "x.odt").text == "a"
