"""Files of records as each tool writes them: as many records as start, nothing invented, nothing
lost in silence. All content is synthetic."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ldn_graph.errors import BadFile, DataError
from ldn_graph.exchange.record_files import (
    Reading,
    Record,
    record,
    record_format,
    records_in,
)
from ldn_graph.exchange.record_files.bibtex import decoded, verbatim
from ldn_graph.exchange.record_files.record import doi as doi_of
from ldn_graph.records.model import Author

NBIB = "PMID- 90000001\nTI  - A synthetic trial.\nDP  - 2020 Jan\n"
RIS = "TY  - JOUR\nTI  - A synthetic trial\nPY  - 2020\n"


def reading(content: str | bytes, name: str = "x") -> Reading:
    data = content.encode() if isinstance(content, str) else content
    return records_in(data, name)


def read(content: str | bytes) -> list[Record]:
    found = reading(content)
    assert found.refused == ()
    return [record for _, record in found.records]


def one(content: str | bytes) -> Record:
    (record,) = read(content)
    return record


def ris(*lines: str) -> Record:
    return one(RIS + "".join(f"{line}\n" for line in lines) + "ER  - \n")


def bib(fields: str, kind: str = "article") -> Record:
    return one(f"@{kind}{{a, title={{A trial}}, {fields}}}")


def csl(**fields: object) -> Record:
    return one(json.dumps([{"type": "article-journal", "title": "A trial"} | fields]))


def names(record: Record) -> list[str]:
    return [f"|{a.literal}|" if a.literal else a.name for a in record.authors]


# As many records as start -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        NBIB + "SO  - J A. 2020.PMID- 90000002\nTI  - Second.\n",
        NBIB + "PMID- 90000002\nTI  - Second.\n",
        NBIB + "\n\n" + NBIB.replace("01", "02"),
        RIS + "\n" + RIS + "ER  -\n",
        RIS + RIS,
        RIS + "N1  - whole.ER  - \n" + RIS,
        RIS + "ER  - TY  - JOUR\nTI  - Second\nER  - \n",
        "FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\nTI One\nPT J\nTI Two\nER\nEF\n",
        "%0 Journal Article\n%T One\n%0 Book\n%T Two\n",
        "%A Muster, Anna\n%T One\n\n%A Muster, Anna\n%T Two\n",
        "@article{a, title={One}} @misc{b, title={Two}}",
        "@article{a, title={One}}\n@misc{a, title={Two}}",
        '[{"title": "One"}, {"title": "Two"}]',
        '{"message": {"items": [{"title": ["One"]}, {"title": ["Two"]}]}}',
        "<xml><records><record><titles><title>One</title></titles></record>"
        "<record><titles><title>Two</title></titles></record></records></xml>",
    ],
)
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_no_two_records_become_one(text: str, ends: str) -> None:
    assert len(read(text.replace("\n", ends))) == 2


def test_each_record_has_its_own_fields() -> None:
    first, second = read(
        "PMID- 1\nTI  - First.\nFAU - Muster, Anna\nAID - 10.1000/one [doi]\nSO  - J.PMID- 2\n"
        "TI  - Second.\nFAU - Beispiel, Bea\nAID - 10.1000/two [doi]\n"
    )
    assert (first.pmid, first.doi, names(first)) == ("1", "10.1000/one", ["Muster, Anna"])
    assert (second.pmid, second.doi, names(second)) == ("2", "10.1000/two", ["Beispiel, Bea"])


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from(["", "ER  - \n", "\n", "ER  -\n\n", "KW  - a\nb\n"]), min_size=1),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_ris_has_as_many_records_as_starts(between: list[str], ends: str) -> None:
    text = "".join(f"TY  - JOUR\nTI  - Number {n}\n{gap}" for n, gap in enumerate(between))
    assert [r.title for r in read(text.replace("\n", ends))] == [
        f"Number {n}" for n in range(len(between))
    ]


@pytest.mark.parametrize(
    ("text", "line", "told", "rest"),
    [
        ("@article{a, title={One}}\n@misc{b,\n title={Two\n}\n@book{c, title={Three}}", 2, "", 2),
        ("@misc{a,\n  title = {A}\n  year = {2020}\n}\n@misc{b, title={B}}", 3, "'}' expected", 1),
        ("@misc{a,\nKeywords = {Pain, @type:Person}, Trial},\n}\n@misc{b, title={B}}", 2, "", 1),
        (RIS + "ER  -\nTY  - JOUR\nAU  - Muster\nER  -\n", 5, "it has no title", 1),
        (RIS + "ER  -\nTI  - Lost its start\nAU  - M\nER  -\n" + RIS, 5, "without its first", 2),
        (NBIB + "\nPMID- 2\nTI  - B.\nTI  - C.\n", 7, "a second title in one record", 1),
        ('[{"title": "A"},\n\n{"DOI": "10.1000/a"}]', 3, "it has no title", 1),
        ('[{"title": "A"},\n4]', 2, "is no CSL item", 1),
    ],
)
def test_what_is_refused_has_its_line_and_the_rest_is_read(
    text: str, line: int, told: str, rest: int
) -> None:
    found = reading(text)
    (refused,) = found.refused
    assert told in refused.what and "; " in refused.what
    assert refused.line == line
    assert len(found.records) == rest


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[{"title": "A"}\n {"title": "B"}]', "x, line 2: broken JSON"),
        ("<xml><records>\n<record></records></xml>", "x, line 2: broken XML"),
        ('<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a "b">]><xml><records/></xml>', "entities"),
    ],
)
def test_a_file_that_is_broken_as_a_whole_is_told(text: str, told: str) -> None:
    with pytest.raises(DataError, match=told):
        reading(text)


def test_what_is_no_record_file_is_told() -> None:
    for text in ("Types of pain", "", "<html><p>TY - x</html>", "a,b\n1,2\n"):
        with pytest.raises(BadFile, match="no records that are known"):
            reading(text)


# Formats by content, encodings ------------------------------------------------------------------

WOS = """FN Clarivate Analytics Web of Science
VR 1.0
PT J
AU Muster, A
   Beispiel, BC
AF Muster, Anna
   Beispiel, Bea C.
CA Synthetic Grp
TI A synthetic trial of a low dose
   in two lines
SO SYNTHETIC REPORTS
DT Article
AB Pain did
   not fall.
PM 90000019
DI 10.1000/syn.19
PY 2020
UT WOS:000000000000019
ER

EF
"""
ENW = """%0 Journal Article
%A Muster, Anna
%A Synthetic Group,
%T A synthetic trial
%J Synthetic Reports
%D 2020
%R 10.1000/syn.20
%M 90000020
%X Pain did not fall.
"""
ENDNOTE_XML = """<?xml version="1.0" encoding="UTF-8"?>
<xml><records><record><ref-type name="Journal Article">17</ref-type><contributors><authors>
<author><style face="normal">Muster, Anna</style></author></authors></contributors>
<titles><title><style face="normal">10</style><style face="superscript">6</style> cells</title>
<secondary-title>Synthetic Reports</secondary-title></titles><dates><year>2020</year></dates>
<accession-num>90000021</accession-num>{database}
<electronic-resource-num>https://doi.org/10.1000/syn.21</electronic-resource-num>
<custom2>PMC9000021</custom2><abstract>Pain fell.</abstract></record></records></xml>"""
PUBMED_XML = """<?xml version="1.0" ?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" "x.dtd">
<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID Version="1">90000023</PMID><Article>
<Journal><JournalIssue><PubDate><MedlineDate>2019 Nov-Dec</MedlineDate></PubDate></JournalIssue>
<Title>Synthetic reports</Title></Journal>
<ArticleTitle>IL-1<sub>2</sub> &amp; <i>x</i>.</ArticleTitle>
<ELocationID EIdType="doi">10.1000/syn.23</ELocationID>
<Abstract><AbstractText Label="AIM">To see.</AbstractText>
<AbstractText>Seen.</AbstractText></Abstract>
<AuthorList CompleteYN="N"><Author><LastName>Muster</LastName><ForeName>Anna</ForeName>
<Suffix>Jr</Suffix></Author><Author><CollectiveName>Synthetic Group</CollectiveName></Author>
</AuthorList><DataBankList><DataBank><DataBankName>ClinicalTrials.gov</DataBankName>
<AccessionNumberList><AccessionNumber>NCT00000000</AccessionNumber></AccessionNumberList></DataBank>
</DataBankList><PublicationTypeList><PublicationType>Letter</PublicationType></PublicationTypeList>
</Article></MedlineCitation><PubmedData><ArticleIdList>
<ArticleId IdType="pmc">PMC9000023</ArticleId>
</ArticleIdList><ReferenceList><Reference><ArticleIdList><ArticleId IdType="doi">10.1000/other
</ArticleId></ArticleIdList></Reference></ReferenceList></PubmedData></PubmedArticle>
</PubmedArticleSet>"""


def test_web_of_science() -> None:
    record = one(WOS)
    assert record.title == "A synthetic trial of a low dose in two lines"
    assert names(record) == ["Muster, Anna", "Beispiel, Bea C.", "|Synthetic Grp|"]
    assert (record.pmid, record.doi, record.year) == ("90000019", "10.1000/syn.19", "2020")
    assert (record.kind, record.abstract) == ("article-journal", "Pain did not fall.")


def test_endnote_tags() -> None:
    record = one(ENW)
    assert names(record) == ["Muster, Anna", "|Synthetic Group|"]
    assert record.pmid is None, "the file does not say of which database the number is"
    assert one(ENW + "%~ PubMed\n").pmid == one(ENW + "%W NLM\n").pmid == "90000020"
    assert (record.doi, record.journal, record.year) == (
        "10.1000/syn.20",
        "Synthetic Reports",
        "2020",
    )


def test_endnote_xml() -> None:
    record = one(ENDNOTE_XML.format(database=""))
    assert (record.title, record.pmid, record.pmcid) == ("10⁶ cells", None, "PMC9000021")
    assert (record.doi, record.abstract) == ("10.1000/syn.21", "Pain fell.")
    database = "<remote-database-provider>NLM</remote-database-provider>"
    assert one(ENDNOTE_XML.format(database=database)).pmid == "90000021"


def test_pubmed_xml() -> None:
    record = one(PUBMED_XML)
    assert (record.title, record.journal) == ("IL-1₂ & x", "Synthetic reports")
    assert (record.pmid, record.pmcid, record.doi) == ("90000023", "PMC9000023", "10.1000/syn.23")
    assert (record.registry_ids, record.year) == (("NCT00000000",), "2019")
    assert names(record) == ["Muster, Anna, Jr", "|Synthetic Group|"] and record.et_al
    assert (record.types, record.abstract) == (("Letter",), "AIM: To see. Seen.")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (NBIB, "PubMed"),
        ("OWN - ERIC\nTI  - A synthetic paper\n", "PubMed"),
        ("Record #1 of 2\nProvider: x\nContent: text/plain\n\n" + RIS, "RIS"),
        ("1.\n" + RIS, "RIS"),
        (WOS, "Web of Science"),
        (ENW, "EndNote"),
        ("% a comment\n\n@article{a, title={x}}", "BibTeX"),
        (PUBMED_XML, "XML"),
        ('[\n  {\n    "title": "x"}]', "CSL-JSON"),
        ("A text that tells of TY  - JOUR", None),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_content_tells_the_format_in_any_encoding(
    text: str, form: str | None, encoding: str
) -> None:
    assert record_format(text) == form
    if form is not None:
        assert len(read(text.encode(encoding))) == 1


def test_windows_1252_is_read_and_told() -> None:
    found = reading((RIS + "AU  - Müster, Änna\nER  -\n").encode("cp1252"))
    assert names(found.records[0][1]) == ["Müster, Änna"]
    assert found.remarks == (
        "line 4: not UTF-8; read as Windows-1252, so look at its letters, or export it anew as "
        "UTF-8",
    )
    declared = "% Encoding: ISO-8859-2\n@misc{a, title={Kučić}}".encode("iso-8859-2")
    assert (one(declared).title, reading(declared).remarks) == ("Kučić", ())


# Identifiers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "doi"),
    [
        ("10.1000/abc", "10.1000/abc"),
        ("https://doi.org/10.1000/abc", "10.1000/abc"),
        ("http://dx.doi.org/10.1000/abc.", "10.1000/abc"),
        ("doi.org/10.1000/abc", "10.1000/abc"),
        ("DOI: 10.1000/abc", "10.1000/abc"),
        ("doi:10.1000/abc [doi]", "10.1000/abc"),
        ("https://doi-org.proxy.example.org/10.1000/abc", "10.1000/abc"),
        ("http://doi.acm.org/10.1145/1.2", "10.1145/1.2"),
        ("10.1000/a--b", "10.1000/a--b"),
        ("10.1002/(SICI)1%3C50::AID-X1%3E3.0.CO;2-A", "10.1002/(SICI)1<50::AID-X1>3.0.CO;2-A"),
        ("10.1002/1%253C50", "10.1002/1<50"),
        ("10.1002/1&lt;50", "10.1002/1<50"),
        ("10.1016/S2665-9913(23)00278-3", "10.1016/S2665-9913(23)00278-3"),
        ("10.1000/abc).", "10.1000/abc"),
        ("10.1000/a bc", None),
        ("in press", None),
        ("10.1/x", None),
    ],
)
def test_dois_are_decoded(value: str, doi: str | None) -> None:
    assert doi_of(value) == doi
    record = ris(f"DO  - {value}")
    assert record.doi == doi
    assert bool(record.remarks) == (doi is None), "what is left out is told"


@pytest.mark.parametrize(
    ("lines", "pmid"),
    [
        (("AN  - 90000016", "DP  - Nlm"), "90000016"),
        (("AN  - 90000016", "DB  - PubMed"), "90000016"),
        (("AN  - 90000016", "DB  - Embase"), None),
        (("AN  - 90000016",), None),
        (("AN  - WOS:000000000000019", "DB  - PubMed"), None),
        (("C2  - 90000015", "DB  - Scopus"), "90000015"),
        (("C2  - 90000015",), None),
        (("C5  - 90000017", "DB  - Embase"), "90000017"),
        (("U1  - 90000018[pmid]",), "90000018"),
        (("N1  - PMID: 90000019",), "90000019"),
        (("N1  - Comment on (PMID: 90000019)",), None),
        (("C3  - PUBMED 90000020,EMBASE 600000001",), "90000020"),
        (("UR  - https://pubmed.ncbi.nlm.nih.gov/90000021/",), "90000021"),
        (("UR  - http://www.ncbi.nlm.nih.gov/pubmed/90000021?dopt=Abstract",), "90000021"),
        (("UR  - https://example.org/90000021",), None),
    ],
)
def test_a_pmid_is_what_the_file_says_is_one(lines: tuple[str, ...], pmid: str | None) -> None:
    assert ris(*lines).pmid == pmid


def test_other_identifiers_in_ris() -> None:
    assert ris("L3  - 10.1000/syn.17").doi == ris("M3  - 10.1000/syn.17").doi == "10.1000/syn.17"
    assert ris("UR  - https://doi.org/10.1000/a").doi == "10.1000/a"
    assert ris("UR  - https://example.org/10.1000/a").doi is None
    assert ris("C2  - PMC9000015").pmcid == "PMC9000015"
    assert ris("AN  - NCT00000000", "AB  - Like NCT11111111.").registry_ids == ("NCT00000000",)
    second = ris("DO  - 10.1000/a", "DO  - 10.1000/b")
    assert second.doi == "10.1000/a" and "a second DOI, 10.1000/b; left out" in second.remarks[0]


def test_identifiers_in_bibtex() -> None:
    assert bib("doi={10.1000/a--b}").doi == "10.1000/a--b"
    assert bib(r"doi={10.1002/a\_b$<$1{\%}}").doi == "10.1002/a_b<1%"
    assert bib("eprint={90000001}, eprinttype={pubmed}").pmid == "90000001"
    assert bib("eprint={90000001}, archiveprefix={PubMed}").pmid == "90000001"
    assert bib("eprint={2001.00001}, eprinttype={arxiv}").pmid is None
    assert bib("pubmed_id={90000012}").pmid == bib("note={PMID: 90000012}").pmid == "90000012"
    assert bib("eprint={PMC9000001}, eprinttype={pmcid}").pmcid == "PMC9000001"
    assert bib("url={https://doi.org/10.1000/u}").doi == "10.1000/u"


def test_identifiers_in_csl() -> None:
    assert csl(DOI="doi.org/10.1000/abc").doi == csl(doi="10.1000/abc").doi == "10.1000/abc"
    assert csl(PMID=90000001).pmid == csl(note="PMID: 90000001\nx").pmid == "90000001"
    assert csl(note="PMID: 90000001\nPMCID: PMC9000001").pmcid == "PMC9000001"
    trials = [{"clinical-trial-number": "isrctn12345678", "registry": "x"}]
    assert csl(**{"clinical-trial-number": trials}).registry_ids == ("ISRCTN12345678",)


def test_identifiers_in_pubmed() -> None:
    bare = one(NBIB + "LID - 10.1000/SYN.11 [doi]\nLID - e1234\nAID - S0000 [pii]\n")
    assert (bare.doi, bare.remarks) == ("10.1000/SYN.11", ())
    sources = (
        "SI  - ClinicalTrials.gov/NCT00000000\nSI  - EudraCT/2012-000123-12\nPMC - PMC900001\n"
    )
    record = one(NBIB + sources)
    assert record.registry_ids == ("NCT00000000", "2012-000123-12")
    assert record.pmcid == "PMC900001"


# Authors ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "found", "more"),
    [
        (["Muster, Anna", ""], ["Muster, Anna"], False),
        (["Muster A.", "De Beispiel B.C."], ["Muster, A.", "De Beispiel, B.C."], False),
        (["Muster AB", "O'Beispiel C-D."], ["Muster, AB", "|O'Beispiel C-D.|"], False),
        (["Muster, Anna", "et al."], ["Muster, Anna"], True),
        (["Muster, Anna", "others"], ["Muster, Anna"], True),
        (["Synthetic Trial Group", "WHO,"], ["|Synthetic Trial Group|", "|WHO|"], False),
        (["Hepatitis B Study Group"], ["|Hepatitis B Study Group|"], False),
        (["[Anonymous]"], [], False),
        (["Muster, Anna, Jr."], ["Muster, Anna, Jr."], False),
        (["Łukasz, Ænna", "王, 小明"], ["Łukasz, Ænna", "王, 小明"], False),
    ],
)
def test_authors_in_ris(lines: list[str], found: list[str], more: bool) -> None:
    for tag in ("AU", "A1"):
        record = ris(*(f"{tag}  - {line}" for line in lines))
        assert (names(record), record.et_al) == (found, more)


@pytest.mark.parametrize(
    ("written", "found", "more"),
    [
        ("Muster, Anna and others", ["Muster, Anna"], True),
        ("Muster, Anna, and others", ["Muster, Anna"], True),
        (r"Juan {Garc{\'i}a L{\'o}pez}", ["García López, Juan"], False),
        ("{World Health Organization}", ["|World Health Organization|"], False),
        ("{{Synthetic} and Sons} and Ann Muster", ["|Synthetic and Sons|", "Muster, Ann"], False),
        ("van der Test, Ann", ["van der Test, Ann"], False),
        ("Ludwig van Beispiel", ["van Beispiel, Ludwig"], False),
        ("Muster, Jr, Anna", ["Muster, Anna, Jr"], False),
        (r'S{\o}nderg{\aa}rd, {\AE} AND M{\"u}ller, J\"u', ["Søndergård, Æ", "Müller, Jü"], False),
        ("Muster, A.; Beispiel, B.", ["Muster, A.", "Beispiel, B."], False),
        ("family=Muster, given=Anna, prefix=van", ["van Muster, Anna"], False),
        ("", [], False),
    ],
)  # fmt: skip
def test_authors_in_bibtex(written: str, found: list[str], more: bool) -> None:
    record = bib(f"author={{{written}}}")
    assert (names(record), record.et_al) == (found, more)


def test_authors_in_csl() -> None:
    record = csl(
        author=[
            {"family": "", "given": ""},
            {"family": "Muster", "given": "Anna", "suffix": "Jr", "non-dropping-particle": "van"},
            {"name": "A Trial Group"},
            {"literal": "WHO"},
            {},
        ]
    )
    assert names(record) == ["van Muster, Anna, Jr", "|A Trial Group|", "|WHO|"]


def test_groups_in_pubmed() -> None:
    record = one(
        NBIB + "FAU - Muster, Anna\nAU  - Muster A\nCN  - First Group\nCN  - Second Group\n"
    )
    assert names(record) == ["Muster, Anna", "|First Group|", "|Second Group|"]
    assert names(one(NBIB + "AU  - Muster AB Jr\nAU  - van Beispiel C\n")) == [
        "Muster, AB Jr", "van Beispiel, C",
    ]  # fmt: skip


# Text ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("latex", "plain"),
    [
        (r"{$\beta$}-endorphin and 5 $\mu$g of {TNF-$\alpha$}", "β-endorphin and 5 μg of TNF-α"),
        (r"$10^6$, 10\textsuperscript{6}, H$_2$O, $t_{max}$", "10⁶, 10⁶, H₂O, t_max"),
        (r"\textbeta-endorphin, \textmu g, $\geq$ 5, $\pm$", "β-endorphin, µg, ≥ 5, ±"),
        (r"50% of 20\% \& costs of $5 and $6", "50% of 20% & costs of $5 and $6"),
        (r"Kl{\"o}ckner, Ku{\v{c}}i{\'c}, \O, \ss, \c{c}, {\i}", "Klöckner, Kučić, Ø, ß, ç, ı"),
        (r"\emph{In vitro}: a--b---c, ``x''", "In vitro: a–b—c, “x”"),
        (r"a \unknowncommand b", r"a \unknowncommand b"),
        ("No LaTeX at all", "No LaTeX at all"),
    ],
)
def test_latex(latex: str, plain: str) -> None:
    assert " ".join(decoded(latex).split()) == plain
    assert one(f"@misc{{a, title={{{latex}}}}}").title == plain
    assert verbatim("10.1000/a--b") == "10.1000/a--b"


def test_bibtex_as_tools_write_it() -> None:
    scopus = (
        "@ARTICLE{Muster2020,\n author={Muster, A.},\n title={A trial},\n"
        " funding_details={First},\n funding_details={Second},\n funding_text 1={Paid.},\n}"
    )
    assert names(one(scopus)) == ["Muster, A."]
    assert one('@article{a, title={Part } # "two"}').title == "Part two"
    assert one("@string{j = {Synthetic Reports}}\n@article{a, title={A}, journal=j}").journal == (
        "Synthetic Reports"
    )
    assert one("@article{, title={No key}}").title == "No key"
    assert (
        one("@article{Muster et al 2020, title={Blanks in the key}}").title == "Blanks in the key"
    )
    assert one("@article(a, title = {Round})").title == "Round"
    assert one("@comment{jabref-meta: x}\n@misc{a, title={B}, month=sept}").title == "B"
    assert one("@thesis{a, title={A thesis}}").kind is None


def test_csl_as_tools_write_it() -> None:
    crossref = csl(**{"title": ["A trial"], "container-title": ["Journal A", "J A"]})
    assert (crossref.title, crossref.journal) == ("A trial", "Journal A")
    for issued in (
        {"date-parts": [[2020, 5]]}, {"date-parts": [2020, 5]}, {"date-parts": [["2020"]]},
        {"raw": "2020-05"}, "2020-05-01", {"date-parts": [[None]], "literal": "May 2020"},
    ):  # fmt: skip
        assert csl(issued=issued).year == "2020", issued
    assert csl(issued={"date-parts": [[]]}).year is None
    assert csl(title="10<sup>6</sup> <i>p</i> < 0.05").title == "10⁶ p < 0.05"


def test_wrapped_and_repeated_fields() -> None:
    record = one(
        "PMID- 1\nTI  - A long title that goes on: in \n      a second line.\n"
        "AB  - AIM: To see.\n      RESULTS: 5 - 6 mg.\nAB  - More.\nDP  - 2023 Jul-Aug\n"
    )
    assert record.title == "A long title that goes on: in a second line"
    assert (record.abstract, record.year) == ("AIM: To see. RESULTS: 5 - 6 mg. More.", "2023")
    endnote = ris("KW  - Pain", "Trial", "A1 - not a tag here", "AB  - One.", "Two.", "N1  - a: b")
    assert endnote.abstract == "One. Two." and endnote.authors == ()
    assert one("TY  - JOUR\nT1  - Old tags\nY1  - 2019/03//\nER  -\n").year == "2019"


def test_a_book_has_its_own_title() -> None:
    book = one("PMID- 3\nBTI - A whole book\nPT  - Book\nCN  - Evidence Centre\n")
    assert (book.title, book.kind, names(book)) == ("A whole book", "book", ["|Evidence Centre|"])
    chapter = one("PMID- 3\nTI  - A chapter\nBTI - A whole book\n")
    assert (chapter.title, chapter.journal) == ("A chapter", "A whole book")


def test_markup_is_read_not_dropped() -> None:
    assert record.title("CO<sub>2</sub>, 10<sup>-3</sup> &amp; <b>x</b> <y> p<0.05 b>c.") == (
        "CO₂, 10⁻³ & x <y> p<0.05 b>c"
    )
    assert record.year("2023/05/01") == "2023" and record.year("12345") is None


@pytest.mark.parametrize("name", ["a.ris", "a.txt", "a.bib", "a"])
def test_the_name_of_a_file_tells_nothing(name: str, tmp_path: Path) -> None:
    from ldn_graph.exchange.record_files import read_records

    (tmp_path / name).write_text(NBIB, encoding="utf-8")
    assert read_records(tmp_path / name).records[0][1].pmid == "90000001"


def test_authors_are_values() -> None:
    assert read(NBIB + "FAU - Muster, Anna\n")[0].authors == (
        Author(family="Muster", given="Anna"),
    )
