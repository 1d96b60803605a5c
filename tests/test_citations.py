"""References in four forms, each read back by what reads such files."""

import json
from pathlib import Path

import pytest

from ldn_graph.exchange import citations
from ldn_graph.exchange.record_files import read_records
from ldn_graph.records.model import Author, Corpus, Source

HOSTILE = "50 % of $x$ {in} a_b & \\c ~ #1\nER  - \nTY  - JOUR"


def written(tmp_path: Path, found: list[citations.Reference], form: str) -> Path:
    path = tmp_path / f"found.{form}"
    path.write_text(citations.FORMATS[form][1](found), encoding="utf-8")
    return path


@pytest.mark.parametrize("form", ["bib", "ris", "json"])
def test_a_source_comes_back_as_it_was(form: str, shipped: Corpus, tmp_path: Path) -> None:
    source = shipped.sources["younger-2013"]
    ((_, record),) = read_records(
        written(tmp_path, [citations.source_reference(source)], form)
    ).records
    assert (record.title, record.doi, record.year) == (source.title, source.doi, "2013")
    assert [a.name for a in record.authors] == ["Younger"]
    assert record.kind == "article-journal"


@pytest.mark.parametrize("form", ["bib", "ris", "json"])
def test_hostile_text_stays_in_its_field(form: str, tmp_path: Path) -> None:
    source = Source(
        id="a", type="book", title=HOSTILE, author=(Author(literal="A, B & Sons"),), issued="2001"
    )
    ((_, record),) = read_records(
        written(tmp_path, [citations.source_reference(source)], form)
    ).records
    if form != "bib":  # LaTeX's own words for signs are not all read back
        assert record.title == " ".join(HOSTILE.split())
    assert record.year == "2001"
    assert len(record.authors) == 1


def test_braces_in_bibtex_balance() -> None:
    source = Source(id="a", type="book", title="a } b { c", issued="2001")
    text = citations.bibtex([citations.source_reference(source)])
    assert text.count("{") == text.count("}")
    assert "textbraceright" in text


def test_what_is_not_known_is_left_out(shipped: Corpus) -> None:
    reference = citations.source_reference(shipped.sources["hartmann-uses-of-ldn"])
    assert not {"DOI", "PMID", "URL", "container-title"} & set(reference)
    assert "year" not in citations.bibtex([reference])
    assert "PY  -" not in citations.ris([reference])


def test_a_claim_is_cited_with_its_sources(shipped: Corpus) -> None:
    claim = shipped.claims["ldn-for-fibromyalgia"]
    found = json.loads(citations.csl_json(citations.references(claim, shipped)))
    assert found[0]["URL"] == "https://w3id.org/ldn-graph/claim/ldn-for-fibromyalgia"
    changed = claim.history[-1].on
    assert found[0]["issued"] == {"date-parts": [[changed.year, changed.month, changed.day]]}
    assert changed.isoformat() == "2026-11-28", "the day of the last change, not of the first"
    assert {r["id"] for r in found[1:]} == {i.source for i in claim.evidence}


def test_a_retracted_source_says_so(shipped: Corpus) -> None:
    source = shipped.sources["younger-2013"].model_copy(update={"retracted": True})
    reference = citations.source_reference(source)
    for _, write in citations.FORMATS.values():
        assert "Retracted" in write([reference])
