"""EndNote's XML and PubMed's.

Elements after what EndNote exports, and after NLM's PubMed DTD of 2025. Nothing outside the file is
read, and a file that declares entities is refused.
"""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from ldn_graph.exchange.record_files import record
from ldn_graph.exchange.record_files.record import Bad, Placed, Record, Remarks
from ldn_graph.exchange.record_files.tags import ENDNOTE_KINDS
from ldn_graph.records.model import Author

_RECORD = re.compile(r"<(?:record|PubmedArticle|PubmedBookArticle)(?=[\s>])")
_RAISED = {"sup": record.raised, "sub": record.lowered, "inf": record.lowered}
_BLOCKS = {"AbstractText", "p", "sec"}


def starts(text: str) -> int:
    """How many records start."""
    return len(_RECORD.findall(text))


def read(text: str) -> list[Record | Bad]:
    """The records of a file, or what is wrong with each. Raises Bad for broken or hostile XML."""
    if "<!ENTITY" in text or "<!entity" in text:
        line = text[: text.lower().index("<!entity")].count("\n") + 1
        raise Bad(line, "declares entities, as only attacks do; export it anew")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", _blank, text).encode(), parser)
    except etree.XMLSyntaxError as error:
        told = str(error).partition(" (<string>")[0]
        raise Bad(error.lineno or 1, f"broken XML ({told}); export it anew") from error
    return [_record(e) for e in root.iter("record", "PubmedArticle", "PubmedBookArticle")]


def _blank(match: re.Match[str]) -> str:
    return "\n" * match.group().count("\n")


def _record(element: Any) -> Record | Bad:
    if element.tag == "record":
        return _of_endnote(element)
    return _of_pubmed(element)


def _said(element: Any) -> str:
    """The text of an element, its superscripts kept as such."""
    if element is None:
        return ""
    parts = [element.text or ""]
    for child in element:
        if not isinstance(child.tag, str):
            parts.append(child.tail or "")
            continue
        raised = _RAISED.get(child.tag) or _RAISED.get(_face(child))
        said = _said(child)
        parts += [raised(said) if raised else said, child.tail or ""]
    return "".join(parts)


def _face(element: Any) -> str:
    face = element.get("face", "")
    return {"superscript": "sup", "subscript": "sub"}.get(face, "")


def _texts(element: Any, *paths: str) -> list[str]:
    found = (_said(e) for path in paths for e in element.findall(path))
    return [" ".join(text.split()) for text in found if text.strip()]


def _placed(element: Any, *paths: str) -> list[Placed]:
    found = (e for path in paths for e in element.findall(path))
    return [(_said(e).strip(), e.sourceline or 0) for e in found if _said(e).strip()]


def _first(element: Any, *paths: str) -> str | None:
    return next(iter(_texts(element, *paths)), None)


def _title(text: str | None) -> str | None:
    """A title whose markup was elements: no more is taken for markup."""
    return None if text is None else text.removesuffix(".").rstrip() or None


def _of_endnote(element: Any) -> Record:
    remarks = Remarks()
    reference = element.find("ref-type")
    kind = "" if reference is None else (reference.get("name") or _said(reference))
    database = " ".join(_texts(element, "remote-database-name", "remote-database-provider"))
    named = re.search(r"pubmed|medline|\bnlm\b", database, re.IGNORECASE) is not None
    pmids = _placed(element, "accession-num")
    if not named:
        pmids = [(v, n) for v, n in pmids if re.match(r"PMID|https?:", str(v))]
    links = _placed(element, "urls/related-urls/url", "urls/web-urls/url")
    pmids += [(v, n) for v, n in links if "/" in str(v) and record.pmid(v)]
    dois = _placed(element, "electronic-resource-num") or [
        (v, n) for v, n in links if record.doi(v)
    ]
    authors, et_al = record.people(_texts(element, "contributors/authors/author"))
    registered = _texts(element, "accession-num", "custom1", "custom3")
    return Record(
        line=element.sourceline or 0,
        title=_title(_first(element, "titles/title", "titles/translated-title")),
        pmid=remarks.first("PMID", pmids),
        pmcid=remarks.first(
            "PMCID",
            [(v, n) for v, n in _placed(element, "custom2") if re.match(r"PMC\d", str(v))],
        ),
        doi=remarks.first("DOI", dois),
        registry_ids=tuple(n for text in registered for n in record.registry_ids(text)),
        year=next(
            filter(None, map(record.year, _texts(element, "dates/year", "dates/pub-dates/date"))),
            None,
        ),
        journal=_title(_first(element, "titles/secondary-title", "periodical/full-title")),
        authors=authors,
        et_al=et_al,
        kind=ENDNOTE_KINDS.get(kind.strip().lower()),
        abstract=_first(element, "abstract"),
        remarks=tuple(remarks.lines),
    )


def _of_pubmed(element: Any) -> Record:
    """Only what is the article's own: its list of references has identifiers too."""
    remarks = Remarks()
    cited = next(iter(element.iterfind("MedlineCitation")), None)
    citation = cited if cited is not None else element.find("BookDocument")
    if citation is None:
        return Record(line=element.sourceline or 0)
    article = citation.find("Article")
    body = article if article is not None else citation
    ids = "*/ArticleIdList/ArticleId"
    dois = [
        (v, n)
        for path in ("ELocationID[@EIdType='doi']", "ArticleIdList/ArticleId[@IdType='doi']")
        for v, n in _placed(body, path)
    ] + _placed(element, f"{ids}[@IdType='doi']")
    authors, et_al = record.people(_pubmed_authors(body))
    banks = _texts(body, "DataBankList/DataBank/AccessionNumberList/AccessionNumber")
    book = article is None
    years = _texts(
        body, "Journal/JournalIssue/PubDate/Year", "Journal/JournalIssue/PubDate/MedlineDate",
        "Book/PubDate/Year", "Book/PubDate/MedlineDate", "ArticleDate/Year",
    )  # fmt: skip
    own_title = _first(body, "ArticleTitle")
    return Record(
        line=element.sourceline or 0,
        title=_title(own_title or _first(body, "Book/BookTitle", "VernacularTitle")),
        pmid=remarks.first("PMID", _placed(citation, "PMID")),
        pmcid=remarks.first("PMCID", _placed(element, f"{ids}[@IdType='pmc']")),
        doi=remarks.first("DOI", dois),
        registry_ids=tuple(n for text in banks for n in record.registry_ids(text)),
        year=next(filter(None, map(record.year, years)), None),
        journal=_title(_first(body, "Journal/Title", "Journal/ISOAbbreviation"))
        or (_title(_first(body, "Book/BookTitle")) if own_title else None),
        authors=authors,
        et_al=et_al or bool(body.findall("AuthorList[@CompleteYN='N']")),
        kind="book" if book else "article-journal",
        types=tuple(_texts(body, "PublicationTypeList/PublicationType", "PublicationType")),
        abstract=" ".join(_sections(body)) or None,
        remarks=tuple(remarks.lines),
    )


def _pubmed_authors(body: Any) -> Iterator[Author | None]:
    lists = [e for e in body.findall("AuthorList") if e.get("Type", "authors") == "authors"]
    for author in (a for each in lists for a in each.findall("Author")):
        group = _first(author, "CollectiveName")
        given = _first(author, "ForeName", "Initials")
        suffix = _first(author, "Suffix")
        family = _first(author, "LastName")
        yield (
            record.literal(group)
            if group
            else record.person(family, ", ".join(filter(None, (given, suffix))))
        )


def _sections(body: Any) -> Iterator[str]:
    for part in body.findall("Abstract/AbstractText"):
        said = " ".join(_said(part).split())
        label = part.get("Label")
        yield f"{label}: {said}" if label not in (None, "UNLABELLED") and said else said
