"""Files that hold a text: what is read from each kind, exactly, and what no file can do."""

import hashlib
import io
import zipfile
from pathlib import Path

import docx
import matplotlib.pyplot as plt
import pytest
from docx.oxml import OxmlElement
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_pdf import PdfPages
from pypdf import PdfReader, PdfWriter

from ldn_graph.errors import BadFile, BadParameter, TooLarge
from ldn_graph.records.model import Corpus
from ldn_graph.texts import reader
from ldn_graph.texts.pdf import blocks_of_pages
from ldn_graph.texts.reader import read_text
from ldn_graph.texts.text import Block, assembled, settled


def sections(found: reader.SourceText) -> list[tuple[str, str]]:
    """Title of each section, and the first words below the heading."""
    return [
        (s.title, found.text[s.start : s.end].removeprefix(s.title).split("\n\n")[1][:20])
        for s in found.sections
    ]


# What is kept ----------------------------------------------------------------------------------


def test_the_article_is_kept_byte_for_byte_and_its_sections_are_found(
    texts: Path, shipped: Corpus
) -> None:
    source = shipped.sources["hartmann-uses-of-ldn"]
    (path,) = (p for p in texts.glob("*.txt"))
    found = read_text(path.read_bytes(), path.name)
    assert (found.sha256, found.length) == (source.text_sha256, source.text_length)
    assert found.title == "Comprehensive Uses of Low-Dose Naltrexone"
    items = [i for c in shipped.claims.values() for i in c.evidence if i.source == source.id]
    told = {
        (i.section, getattr(found.section_at(i.quote.start or 0), "title", None))
        for i in items
        if i.quote is not None
    }
    assert all(mine == read for mine, read in told if mine), sorted(map(str, told))


@given(st.text())
def test_a_settled_text_stays_as_it_is(text: str) -> None:
    once = settled(text)
    assert settled(once) == once
    assert not set(once) & set("\r\0\x0c\x85\u2028\u200b\u202e\ufeff\xad")


def test_digest_and_length_are_of_the_text_that_is_given() -> None:
    found = read_text(b"\xef\xbb\xbfcaf\x65\xcc\x81\r\n\x00\xe2\x80\xaeabc", "x.txt")
    assert found.text == "café\n\ufffdabc" and found.length == 9
    assert found.sha256 == hashlib.sha256("café\n\ufffdabc".encode()).hexdigest()


@pytest.mark.parametrize(
    ("data", "name", "media_type"),
    [
        ("Crohn’s µ".encode(), "x.txt", None),
        ("Crohn’s µ".encode("utf-8-sig"), "x.txt", None),
        ("Crohn’s µ".encode("utf-16"), "x.txt", None),
        ("Crohn’s µ".encode("utf-32"), "x.txt", None),
        ("Crohn’s µ".encode("cp1252"), "x.txt", "text/plain; charset=windows-1252"),
        ("<meta charset=windows-1252><p>Crohn’s µ".encode("cp1252"), "x.html", None),
        ('<meta http-equiv="Content-Type" content="text/html; charset=utf-16"><p>Crohn’s µ'
         .encode("utf-16"), "x.html", None),
        (b"<p>Crohn&rsquo;s &#181;", "x", "text/html"),
    ],
)  # fmt: skip
def test_encodings_are_told_not_guessed(data: bytes, name: str, media_type: str | None) -> None:
    assert read_text(data, name, media_type).text == "Crohn’s µ"


@pytest.mark.parametrize(
    ("data", "name", "media_type", "line"),
    [
        ("a\nCrohn’s".encode("cp1252"), "x.txt", None, "x.txt, line 2: not UTF-8, as it should be"),
        ("abc".encode("utf-16-le"), "x.txt", None, "UTF-16 without its mark; save it as UTF-8"),
        (b"abc", "x.txt", "text/plain; charset=utf-7", "unknown encoding 'utf-7'"),
        (b"abc", "x.txt", "text/plain; charset=zlib", "unknown encoding 'zlib'"),
        (b"abc", "x.txt", "text/plain; charset=\u0661", "unknown encoding"),
        (b" \n ", "x.txt", None, "x.txt: holds no text"),
        (b"", "x.pdf", None, "x.pdf: "),
        (b"<html></html>", "x.html", None, "x.html: holds no text"),
        (b"", "x.html", None, "x.html: holds no text"),
        (b"%PDF-1.7 nothing", "x.pdf", None, "x.pdf: can't be read as a PDF"),
        (b"nothing", "x.docx", None, "x.docx: damaged, or no such file at all"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "x.doc", None, "by a password, or of an old kind"),
    ],
)  # fmt: skip
def test_what_is_no_text_is_told(data: bytes, name: str, media_type: str | None, line: str) -> None:
    with pytest.raises(BadFile) as caught:
        read_text(data, name, media_type)
    assert line in str(caught.value) and "\n" not in str(caught.value)


def test_kinds() -> None:
    with pytest.raises(BadParameter, match=r"x.rtf: unknown kind of text; end it with .txt"):
        read_text(b"abc", "x.rtf")
    assert read_text(b"abc", "x", "text/plain; charset=utf-8").kind == "text"
    assert read_text(b"<!DOCTYPE html><p>abc", "x.txt").kind == "html"
    assert read_text(b"# A\n\nabc", "x.md").kind == "markdown"


def test_what_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_BYTES", 10)
    with pytest.raises(TooLarge, match="larger than"):
        read_text(b"x" * 11, "x.txt")
    monkeypatch.setattr(reader, "MAX_LENGTH", 3)
    with pytest.raises(TooLarge, match="more than 3 characters"):
        read_text(b"abcd", "x.txt")
    assert TooLarge.status == 413


# Markdown and HTML -----------------------------------------------------------------------------


def test_markdown_is_kept_as_written() -> None:
    text = "intro\n\n# Title *one*\n\nbody\n\n## Sub\n\nmore\n\nTwo\n===\n\nend\n\n```\n# no\n```\n"
    found = read_text(text.encode(), "x.md")
    assert found.text == text and found.title == "Title *one*"
    assert [(s.title, text[s.start : s.end].strip()[-4:], s.level) for s in found.sections] == [
        ("Title *one*", "more", 1),
        ("Sub", "more", 2),
        ("Two", "\n```", 1),
    ]
    assert found.section_at(text.index("more")).title == "Sub"  # type: ignore[union-attr]
    assert found.section_at(0) is None


PAGE = """<!doctype html><html><head><title>Site | Page</title><style>p {}</style></head><body>
<nav>menu</nav><script>alert(1)</script><main>
<h1>The  <em>Title</em></h1><p>Low-dose<br>naltrexone <b>may</b>
   reduce&nbsp;pain<sup>1</sup>.</p><p hidden>no</p><div style="display: none">no</div>
<h2>Methods</h2><ul><li>one</li><li>two<p>three</p>tail</li></ul>
<table><tr><th>a</th><td>b</td></tr></table>
<noscript>no</noscript><template><p>no</p></template><!-- no --><svg><text>no</text></svg>
<p>x &lt; y &amp;lt;</p></main><footer>foot</footer></body></html>"""


def test_html_as_its_readers_see_it() -> None:
    found = read_text(PAGE.encode(), "x.html")
    assert found.text.split("\n\n") == [
        "The Title",
        "Low-dose naltrexone may reduce pain¹.",
        "Methods",
        "one",
        "two",
        "three",
        "tail",
        "a | b",
        "⟦picture⟧",
        "x < y &lt;",
    ]
    assert found.title == "The Title"
    assert sections(found) == [("The Title", "Low-dose naltrexone "), ("Methods", "one")]
    assert [s.end for s in found.sections] == [found.length, found.length]


def test_html_without_a_main_part_or_heading() -> None:
    found = read_text(b"<title> A &amp; B </title><p>one<p>two<div>three", "x.html")
    assert (found.text, found.title) == ("one\n\ntwo\n\nthree", "A & B")


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 100_000 + "deep",
        "<p>x" * 100_000,
        "<table>" * 5_000 + "deep",
        '<!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><p>&b;',
        "<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">x",
        "<p>\u202etxet\u202c</p>\x00",
    ],
)
def test_hostile_pages_end(page: str) -> None:
    try:
        found = read_text(page.encode(), "x.html", seconds=5)
    except BadFile as error:
        assert str(error).startswith("x.html: ")
    else:
        assert "\u202e" not in found.text and "\0" not in found.text


# PDF -------------------------------------------------------------------------------------------


def pdf(*pages: str, title: str | None = None, password: str | None = None) -> bytes:
    """A PDF with a line of text for each line."""
    out = io.BytesIO()
    with PdfPages(out, metadata={"Title": title} if title else None) as book:
        for text in pages:
            figure = plt.figure(figsize=(8, 6))
            for number, line in enumerate(text.split("\n")):
                figure.text(0.05, 0.95 - number * 0.04, line, fontsize=9)
            book.savefig(figure)
            plt.close(figure)
    if password is None:
        return out.getvalue()
    writer = PdfWriter(clone_from=PdfReader(out))
    writer.encrypt(password, algorithm="AES-256")
    kept = io.BytesIO()
    writer.write(kept)
    return kept.getvalue()


def test_a_pdf_is_joined_by_its_rules() -> None:
    one = (
        "Journal of Tests 1\nAbstract\nLow-dose naltrexone may reduce the pain of treat-\nment and"
    )
    two = "Journal of Tests 2\nso on. Short.\nMethods\nWomen took low-\ndose naltrexone."
    three = "Journal of Tests 3\nThe treatment ended.\n3"
    found = read_text(pdf(one, two, three, title="A  Title"), "x.pdf")
    assert found.title == "A Title"
    assert found.text.split("\n\n") == [
        "Abstract",
        "Low-dose naltrexone may reduce the pain of treatment and so on. Short.",
        "Methods",
        "Women took low-dose naltrexone.",
        "The treatment ended.",
    ]
    assert [s.title for s in found.sections] == ["Abstract", "Methods"]
    assert found.pages == (0, found.text.index("Methods"), found.text.index("The treatment"))
    assert found.page_at(found.text.index("Women")) == 2
    assert read_text(b"x", "x.txt").page_at(0) is None


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["a co-", "operation of coopera-", "tion"], "a cooperation of cooperation"),
        (["non-", "Hodgkin"], "non-Hodgkin"),
        (["1-", "2"], "1-2"),
        (["IL-", "6 and β-", "endorphin"], "IL-6 and β-endorphin"),
        (
            ["short-", "and long-", "term, a low dose; low-", "dose"],
            "short- and longterm, a low dose; low-dose",
        ),
        (["2 to 4–", "5 mg/", "kg of 4.5-", "mg"], "2 to 4–5 mg/kg of 4.5-mg"),
        (["eﬃcacy ﬁnd\u00ad", "ings"], "efficacy findings"),
        (["double-", "blind and double-blind"], "double-blind and double-blind"),
    ],
)
def test_hyphens_at_the_end_of_a_line(lines: list[str], text: str) -> None:
    (block,) = blocks_of_pages(["\n".join([*lines, "x" * 60])])
    assert block.text == f"{text} {'x' * 60}"


def drawn(*parts: tuple[float, float, str]) -> str:
    """The text of a page with these words at these places, from the lower left corner."""
    out = io.BytesIO()
    figure = plt.figure(figsize=(8, 6))
    for x, y, words in parts:
        figure.text(x, y, words, fontsize=10)
    figure.savefig(out, format="pdf")
    plt.close(figure)
    return read_text(out.getvalue(), "x.pdf").text


@pytest.mark.usefixtures("readers_here")
def test_a_pdf_keeps_figures_off_the_line_blanks_and_columns() -> None:
    words = "10$^{6}$ cells, CO$_2$, 29%$^{12}$, 5 x 10$^{-9}$ M of 4.5 mg"
    assert drawn((0.1, 0.9, words)) == "10⁶ cells, CO₂, 29%¹², 5 x 10⁻⁹ M of 4.5 mg"
    assert drawn((0.1, 0.9, "The"), (0.15, 0.9, "low"), (0.19, 0.9, "dose")) == "The low dose"
    columns = [(x, 0.9 - 0.03 * n, f"{name} {n}") for x, name in ((0.1, "left"), (0.5, "right"))
               for n in range(3)]  # fmt: skip
    assert drawn(*columns) == "left 0 left 1 left 2 right 0 right 1 right 2"
    lines = [(0.1, y, f"at {y}") for y in (0.9, 0.87, 0.84, 0.77, 0.74)]
    assert drawn(*lines) == "at 0.9 at 0.87 at 0.84\n\nat 0.77 at 0.74"


def test_protected_damaged_and_empty_pdfs() -> None:
    with pytest.raises(BadFile, match=r"x.pdf: protected by a password; save a copy without one"):
        read_text(pdf("text", password="secret"), "x.pdf")
    assert read_text(pdf("some text", password=""), "x.pdf").text == "some text"
    with pytest.raises(BadFile, match=r"x.pdf: holds no text, so is a scan"):
        read_text(pdf(""), "x.pdf")
    with pytest.raises(BadFile, match=r"x.pdf: "):
        read_text(pdf("text")[:400], "x.pdf")


def test_a_reader_that_takes_too_long_is_stopped() -> None:
    with pytest.raises(TooLarge, match=r"x.pdf: takes longer than 0.01 seconds to read; split it"):
        read_text(pdf("text"), "x.pdf", seconds=0.01)


def test_a_pdf_that_unpacks_to_gigabytes(monkeypatch: pytest.MonkeyPatch) -> None:
    import zlib

    packed = zlib.compress(b"0" * 2**28, 9)
    body = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]"
    body += b"/Count 1>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/Contents 4 0 R>>endobj 4 0 obj<<"
    body += b"/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
    body += packed + b"\nendstream endobj\ntrailer<</Root 1 0 R>>"
    with pytest.raises(BadFile, match=r"x.pdf: "):
        read_text(body, "x.pdf")


# Word ------------------------------------------------------------------------------------------


def word() -> docx.document.Document:
    document = docx.Document()
    document.add_heading("The Title", 0)
    document.add_heading("Methods", 1)
    paragraph = document.add_paragraph("Low-dose\tnaltrexone  ")
    paragraph.add_run("may").bold = True
    paragraph.add_run(" help.")
    for tag, text in (("w:ins", " Inserted."), ("w:del", " Deleted.")):
        run = paragraph.add_run(text)._element
        mark = OxmlElement(tag)
        run.addprevious(mark)
        mark.append(run)
        if tag == "w:del":
            run.find(run.tag.replace("}r", "}t")).tag = run.tag.replace("}r", "}delText")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "a\nb", "c"
    document.add_heading("Results", 2)
    document.add_paragraph("None.")
    return document


def saved(document: docx.document.Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_word() -> None:
    found = read_text(saved(word()), "x.docx")
    assert found.text.split("\n\n") == [
        "The Title",
        "Methods",
        "Low-dose naltrexone may help. Inserted.",
        "a b | c",
        "Results",
        "None.",
    ]
    assert found.title == "The Title"
    assert [(s.title, s.level) for s in found.sections] == [("Methods", 1), ("Results", 2)]
    assert found.sections[0].end == found.length


def with_part(data: bytes, part: str, text: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, text if entry.filename == part else old.read(entry))
    return out.getvalue()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b'<!DOCTYPE x [<!ENTITY a "ha">]><x>&a;</x>', "declares a document type, as only att"),
        (b"<x>" * 100_000, "can't be read as a Word document"),
        (b"", "x.docx: "),
        (b"<x>" + b" " * 80 * 2**20 + b"</x>", "unpacks to more than 250 times its size"),
    ],
)
def test_hostile_word_files(text: bytes, line: str) -> None:
    with pytest.raises(BadFile) as caught:
        read_text(with_part(saved(docx.Document()), "word/document.xml", text), "x.docx")
    assert line in str(caught.value) and "\n" not in str(caught.value)


def test_another_office_file_is_no_text() -> None:
    with pytest.raises(BadFile, match=r"x.xlsx: holds no word/document.xml"):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("xl/workbook.xml", "<x/>")
        read_text(out.getvalue(), "x.xlsx")


def test_names_of_files_are_shown_safely() -> None:
    with pytest.raises(BadFile) as caught:
        read_text(b"%PDF-", "a\0b\n\x1b[31m\u202e.pdf")
    assert str(caught.value).startswith("a?b??[31m?.pdf: ")


def test_offsets_of_blocks_hold() -> None:
    found = assembled([Block("One", 1, 1), Block(" "), Block("e\u0301\u200b"), Block("Two", 1, 3)],
                      "pdf", None)  # fmt: skip
    assert found.text == "One\n\né\n\nTwo" and found.title == "One"
    assert [found.text[s.start : s.end] for s in found.sections] == ["One\n\né\n\n", "Two"]
    assert found.pages == (0, 8, 8)
