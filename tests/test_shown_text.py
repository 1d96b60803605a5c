"""Documents are read as their own program shows them, and what isn't understood leaves a mark."""

import io

import docx
import pytest
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

from ldn_graph.errors import BadFile
from ldn_graph.texts.reader import read_text

pytestmark = pytest.mark.usefixtures("readers_here")
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
NAMES = f'xmlns:w="{W}" xmlns:m="{M}" xmlns:mc="{MC}" xmlns:x="urn:x"'


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def field(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def word_file(*body: str) -> bytes:
    """A Word document whose body holds these elements."""
    document = docx.Document()
    for number, element in enumerate(body):
        document.element.body.insert(
            number, parse_xml(element.replace(">", f" {NAMES}>", 1).replace(f"/ {NAMES}", NAMES))
        )
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def sym(font: str, code: str) -> str:
    return f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'


UP = '<w:vertAlign w:val="superscript"/>'
WORD = {
    "no-break hyphen": (run("4") + "<w:r><w:noBreakHyphen/></w:r>" + run("5 mg"), "4‑5 mg"),
    "soft hyphen": (run("nal") + "<w:r><w:softHyphen/></w:r>" + run("trexone"), "naltrexone"),
    "symbols": (
        sym("Symbol", "F0B3") + run("65, 5 ") + sym("Symbol", "006D") + run("g"),
        "≥65, 5 μg",
    ),
    "symbol as text": (run("b", '<w:rFonts w:ascii="Symbol"/>') + run("-endorphin"), "β-endorphin"),
    "symbol, private": (run("\uf0b1 4", '<w:rFonts w:hAnsi="Symbol"/>'), "± 4"),
    "unknown font": (sym("Webdings", "F061"), "⟦Webdings 0x61⟧"),
    "tick": (sym("Wingdings", "F0FC"), "✓"),
    "powers": (run("10") + run("6", UP) + run(" m") + run("-", UP) + run("2", UP), "10⁶ m⁻²"),
    "ordinal": (run("1") + run("st", UP), "1st"),
    "mixed": (run("x") + run("2n", UP), "x^(2n)"),
    "index": (run("CO") + run("2", '<w:vertAlign w:val="subscript"/>'), "CO₂"),
    "hidden": (run("Pain ") + run("did not ", "<w:vanish/>") + run("fall"), "Pain fall"),
    "not hidden": (run("shown", '<w:vanish w:val="0"/>'), "shown"),
    "moved": (f"<w:moveFrom>{run('out')}</w:moveFrom><w:moveTo>{run('in')}</w:moveTo>", "in"),
    "tracked": (f"<w:del>{run('out')}</w:del><w:ins>{run('in')}</w:ins>", "in"),
    "control": (f"<w:sdt><w:sdtContent>{run('in')}</w:sdtContent></w:sdt>", "in"),
    "field": (
        f"{field('begin')}<w:r><w:instrText>PAGE</w:instrText></w:r>{run('code')}"
        f"{field('separate')}{run('4.5')}{field('end')}{run(' mg')}",
        "4.5 mg",
    ),
    "simple field": (f"<w:fldSimple>{run('4.5')}</w:fldSimple>", "4.5"),
    "formula": (run("was ") + "<m:oMath><m:r><m:t>4.5</m:t></m:r></m:oMath>", "was 4.5"),
    "fraction": (
        "<m:oMath><m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num>"
        "<m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>",
        "(a+b)/2",
    ),
    "power in a formula": (
        "<m:oMath><m:sSup><m:e><m:r><m:t>10</m:t></m:r></m:e>"
        "<m:sup><m:r><m:t>−9</m:t></m:r></m:sup></m:sSup></m:oMath>",
        "10⁻⁹",
    ),
    "unknown formula": (
        "<m:oMath><m:new><m:r><m:t>4</m:t></m:r></m:new></m:oMath>",
        "⟦formula, new: 4⟧",
    ),
    "ruby": (
        f"<w:r><w:ruby><w:rt>{run('up')}</w:rt><w:rubyBase>{run('base')}</w:rubyBase></w:ruby></w:r>",
        "base(up)",
    ),
    "alternatives": (
        "<w:r><mc:AlternateContent><mc:Choice Requires='x'><w:t>one</w:t></mc:Choice>"
        "<mc:Fallback><w:t>two</w:t></mc:Fallback></mc:AlternateContent></w:r>",
        "one",
    ),
    "picture": (run("a ") + "<w:r><w:drawing/></w:r>", "a ⟦picture⟧"),
    "unknown": (run("4") + "<w:r><x:thing/></w:r>" + run("5"), "4⟦thing⟧5"),
}


@pytest.mark.parametrize("name", WORD)
def test_word_elements(name: str) -> None:
    inside, shown = WORD[name]
    assert read_text(word_file(f"<w:p>{inside}</w:p>"), "x.docx").text == shown


def test_word_blocks() -> None:
    box = f"<w:r><w:pict><w:txbxContent><w:p>{run('box')}</w:p></w:txbxContent></w:pict></w:r>"
    joined = f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{run('runs ')}</w:p>"
    cell = f"<w:tc><w:p>{run('a')}</w:p></w:tc>"
    kept, gone = f"<w:tr>{cell}{cell}</w:tr>", f"<w:tr><w:trPr><w:del/></w:trPr>{cell}</w:tr>"
    data = word_file(
        f"<w:sdt><w:sdtContent><w:p>{run('control')}</w:p></w:sdtContent></w:sdt>",
        f"<w:p>{run('before')}{box}{run(' after')}</w:p>",
        joined,
        f"<w:p>{run('on')}</w:p>",
        f"<w:tbl>{kept}{gone}</w:tbl>",
    )
    assert read_text(data, "x.docx").text.split("\n\n") == [
        "control",
        "before after",
        "box",
        "runs on",
        "a | a",
    ]


def test_notes_stand_at_the_end_where_their_numbers_lead() -> None:
    document = docx.Document()
    note = f'<w:footnote w:id="7"><w:p>{run("the note")}</w:p></w:footnote>'
    part = Part(
        PackURI("/word/footnotes.xml"),
        CONTENT_TYPE.WML_FOOTNOTES,
        f"<w:footnotes {NAMES}>{note}</w:footnotes>".encode(),
        document.part.package,
    )
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    marks = "".join(f'<w:r><w:footnoteReference w:id="{n}"/></w:r>' for n in (7, 8))
    paragraph = f"<w:p {NAMES}>{run('It fell')}{marks}{run(' fast.')}</w:p>"
    document.element.body.insert(0, parse_xml(paragraph))
    out = io.BytesIO()
    document.save(out)
    assert read_text(out.getvalue(), "x.docx").text.split("\n\n") == [
        "It fell¹² fast.",
        "¹ the note",
        "⟦note 2⟧",
    ]


HTML = {
    "superscript": ("10<sup>6</sup>, 10<sup>-9</sup> M, 29%<sup>12</sup>", "10⁶, 10⁻⁹ M, 29%¹²"),
    "nested": ("x<sup>2<i>n</i></sup> CO<sub>2</sub>", "x^(2n) CO₂"),
    "struck": ("It <del>cures</del><s>heals</s><ins>helps</ins>", "It helps"),
    "unknown": ("LDN <x-term>low-dose</x-term> helps", "LDN low-dose helps"),
    "controls": ("4&#150;5 mg, 5&nbsp;&micro;g", "4–5 mg, 5 µg"),
    "soft": ("nal&shy;trexone 4&shy;5", "naltrexone 4-5"),
    "picture": ('aged <img alt="≥" src="a.png"> 65<img alt="">', "aged ⟦picture: ≥⟧ 65"),
    "frame": ("a <iframe></iframe> b", "a ⟦iframe⟧ b"),
    "mathml": ("<math><msup><mn>10</mn><mn>6</mn></msup><mo>≥</mo><mfrac><mi>a</mi><mn>2</mn>"
               "</mfrac></math>", "10⁶≥a/2"),
    "ruby": ("<ruby>base<rp>(</rp><rt>up</rt><rp>)</rp></ruby>", "base(up)"),
    "quote": ("<q>so</q>", "“so”"),
    "styled away": ('a<span style="display:none">b</span>', "a"),
    "hidden": ('a<i hidden>c</i><b aria-hidden="true">d</b>', "a"),
}  # fmt: skip


@pytest.mark.parametrize("name", HTML)
def test_html_elements(name: str) -> None:
    inside, shown = HTML[name]
    page = f"<!doctype html><meta charset=utf-8><p>{inside}</p>"
    assert read_text(page.encode(), "x.html").text == shown


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("<meta charset=iso-8859-1>", "cp1252"),
        ("<meta charset=us-ascii>", "cp1252"),
        ("<meta charset=latin1>", "cp1252"),
        ("<meta charset=iso-8859-9>", "cp1254"),
        ("<!-- <meta charset=utf-16> --><meta charset=utf-8>", "utf-8"),
        ("<!-- <meta charset=latin1> -->", "utf-8"),
        ("<meta charset=utf-16le>", "utf-8"),
        ('<meta http-equiv=content-type content="text/html; charset=windows-1252">', "cp1252"),
        ("<meta charset=latin1>", "utf-8-sig"),
        ("<meta charset=latin1>", "utf-16"),
    ],
)
def test_encodings_of_pages_are_those_of_browsers(head: str, encoding: str) -> None:
    page = f"<!doctype html><html><head>{head}</head><body><p>Crohn’s: 4–5 mg</p></body></html>"
    assert read_text(page.encode(encoding), "x.html").text == "Crohn’s: 4–5 mg"


def test_a_page_that_is_in_no_encoding_is_refused() -> None:
    with pytest.raises(BadFile, match="not UTF-8"):
        read_text("<p>4–5".encode("cp1252"), "x.html")


@pytest.mark.parametrize(
    ("text", "kept", "title"),
    [
        ("---\ntitle: My paper\n---\n\n# Results\n\nFell.\n", "# Results\n\nFell.\n", "My paper"),
        ('+++\ntitle = "My paper"\n+++\n# R\n', "# R\n", "My paper"),
        ("---\ndate: 2020\n...\n# R\n", "# R\n", "R"),
        ("---\n\nA rule: above.\n\n---\n", "---\n\nA rule: above.\n\n---\n", None),
        ("---\nkey: not closed\n\n# R\n", "---\nkey: not closed\n\n# R\n", "R"),
    ],
)  # fmt: skip
def test_front_matter_is_no_text(text: str, kept: str, title: str | None) -> None:
    found = read_text(text.encode(), "x.md")
    assert (found.text, found.title) == (kept, title)
    assert all(found.text[s.start :].startswith("#") for s in found.sections)
