"""The model's values: what they refuse, what they put in order, and that they stay as they are."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from ldn_graph.records import model, vocabularies
from ldn_graph.records.model import (
    Agent,
    Author,
    Claim,
    Corpus,
    CurationEvent,
    Description,
    Dose,
    Entity,
    EvidenceItem,
    Qualifiers,
    Source,
    Span,
    TermMapping,
    Value,
)

MODELS = [m for m in vars(model).values() if isinstance(m, type) and issubclass(m, Value)]

ITEM: dict[str, Any] = {
    "id": "e1",
    "source": "s",
    "direction": "supports",
    "certainty": "asserted",
    "role": "background",
    "basis": ["none-stated"],
    "finding": "a finding",
}
CLAIM: dict[str, Any] = {
    "id": "c",
    "subject": "a",
    "predicate": "decreases",
    "object": "b",
    "evidence": [ITEM],
    "status": "accepted",
    "history": [{"action": "create", "by": "x", "on": "2026-01-02"}],
}


def refusal(made: type[BaseModel], **fields: Any) -> str:
    """Why `made` refuses the fields: Pydantic's messages."""
    with pytest.raises(ValidationError) as caught:
        made.model_validate(fields)
    return "; ".join(error["msg"] for error in caught.value.errors())


@pytest.mark.parametrize("made", MODELS, ids=lambda m: m.__name__)
def test_every_value_is_frozen_and_forbids_unknown_fields(made: type[Value]) -> None:
    assert made.model_config == {"frozen": True, "extra": "forbid"}


def test_a_value_can_not_be_changed() -> None:
    span = Span(exact="x")
    with pytest.raises(ValidationError) as caught:
        span.exact = "y"  # type: ignore[misc]
    assert [error["type"] for error in caught.value.errors()] == ["frozen_instance"]
    assert span.exact == "x"


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("low-dose-naltrexone", "Low-Dose"),
        ("a", ""),
        ("4-5-mg", "4.5-mg"),
        ("x" * 120, "x" * 121),
        ("a-b", "a--b"),
        ("ab", "ab\n"),
    ],
)
def test_identifiers_are_slugs(good: str, bad: str) -> None:
    assert Entity(id=good, label="x", kind="drug").id == good
    assert refusal(Entity, id=bad, label="x", kind="drug")


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("doi", "10.3390/medsci6040082", "https://doi.org/10.3390/medsci6040082"),
        ("doi", "10.1002/(SICI)1<97::AID>3.0", "10.3390"),
        ("pmid", "23188075", "PMID:23188075"),
        ("pmid", "1", "023"),
        ("issued", "2013", "13"),
        ("issued", "2024-05", "May 2024"),
        ("issued", "XXXX-11-10", "????-11-10"),
        ("text_sha256", "0" * 64, "0" * 63),
        ("text_length", 1, 0),
        ("type", "review", "reviews"),
    ],
)
def test_a_source_keeps_to_its_forms(field: str, good: object, bad: object) -> None:
    fields = {"id": "s", "type": "book", "title": "T"}
    assert getattr(Source.model_validate(fields | {field: good}), field) == good
    assert refusal(Source, **(fields | {field: bad}))


def test_a_mapping_needs_a_known_prefix() -> None:
    fields = {"match": "exact", "verified_in": "a text"}
    assert TermMapping.model_validate(fields | {"curie": "MESH:D009271"}).curie == "MESH:D009271"
    assert "did you mean 'MESH'?" in refusal(TermMapping, **fields, curie="Mesh:D009271")
    assert refusal(TermMapping, **fields, curie="D009271")


@settings(deadline=None)
@given(st.lists(st.text("abc", min_size=1), max_size=6), st.randoms(use_true_random=False))
def test_sets_of_equal_rank_are_sorted_and_without_repeats(names: list[str], random: Any) -> None:
    shuffled = [*names, *names[:2]]
    random.shuffle(shuffled)
    one = Entity(id="x", label="x", kind="drug", synonyms=names)
    assert one == Entity(id="x", label="x", kind="drug", synonyms=shuffled)
    assert list(one.synonyms) == sorted(set(names))


def test_mappings_basis_and_indirectness_are_sorted() -> None:
    mappings = [
        {"curie": c, "match": "exact", "verified_in": "t"}
        for c in ("MESH:D2", "CHEBI:1", "MESH:D1")
    ]
    entity = Entity(id="x", label="x", kind="drug", mappings=mappings)
    assert [m.curie for m in entity.mappings] == ["CHEBI:1", "MESH:D1", "MESH:D2"]
    change = {
        "basis": ["patient-reports", "emerging-research"],
        "indirectness": ["species", "dose"],
    }
    item = EvidenceItem.model_validate(ITEM | change)
    assert item.basis == ("emerging-research", "patient-reports")
    assert item.indirectness == ("dose", "species")


def test_names_hold_every_wording() -> None:
    entity = Entity(id="x", label="L", kind="drug", synonyms=("b", "a"), hidden_labels=("h",))
    assert entity.names == ("L", "a", "b", "h")


@settings(deadline=None)
@given(st.text(min_size=1), st.integers(0, 1000), st.integers(0, 2000))
def test_offsets_must_fit_the_quoted_text(exact: str, start: int, end: int) -> None:
    assert Span(exact=exact, start=start, end=start + len(exact)).end == start + len(exact)
    if end != start + len(exact):
        assert refusal(Span, exact=exact, start=start, end=end)


def test_a_span_has_both_offsets_or_none() -> None:
    assert Span(exact=" x ").exact == " x ", "quotes keep their spaces"
    assert "give both or neither" in refusal(Span, exact="x", start=0)
    assert "give both or neither" in refusal(Span, exact="x", end=1)
    assert refusal(Span, exact="")
    assert refusal(Span, exact="ab", start=-1, end=1)


@settings(deadline=None)
@given(st.decimals(0, 10**6, places=6))
def test_doses_are_canonical_decimals(amount: Decimal) -> None:
    dose = Dose(text="t", low=amount, high=amount, unit="mg")
    assert dose.low == amount
    text = str(dose.low)
    assert "E" not in text and not text.startswith("-")
    assert "." not in text or not text.endswith("0")


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("4.50", "4.5"),
        ("10", "10"),
        ("1E+2", "100"),
        ("-0", "0"),
        ("0.000", "0"),
        ("0.0001", "0.0001"),
    ],
)
def test_examples_of_canonical_decimals(written: str, canonical: str) -> None:
    assert str(Dose(text="t", low=written, high=written, unit="mg").low) == canonical


def test_a_dose_is_whole_or_in_words_only() -> None:
    assert Dose(text="a low dose").band is vocabularies.DoseBand.UNSPECIFIED
    for part in ({"low": 1}, {"low": 1, "high": 2}, {"unit": "mg"}, {"high": 2, "unit": "mg"}):
        assert "go together" in refusal(Dose, text="t", **part)
    assert "swap them" in refusal(Dose, text="t", low=3, high=1, unit="mg")
    assert refusal(Dose, text="t", low="NaN", high="NaN", unit="mg")
    assert refusal(Dose, text="t", low=-1, high=1, unit="mg")


def test_an_item_needs_words_or_a_finding() -> None:
    without = {k: v for k, v in ITEM.items() if k != "finding"}
    assert "needs a `quote`, or a `finding`" in refusal(EvidenceItem, **without)
    assert EvidenceItem.model_validate(without | {"quote": {"exact": "x"}}).quote
    assert "take one out" in refusal(
        EvidenceItem, **(ITEM | {"basis": ["none-stated", "patient-reports"]})
    )
    assert refusal(EvidenceItem, **(ITEM | {"basis": []})), "empty is not `none-stated`"


def test_zero_is_not_missing() -> None:
    assert EvidenceItem.model_validate(ITEM).sample_size is None
    assert EvidenceItem.model_validate(ITEM | {"sample_size": 0}).sample_size == 0


def test_a_claim_needs_evidence_with_ids_of_their_own() -> None:
    assert refusal(Claim, **(CLAIM | {"evidence": []}))
    assert refusal(Claim, **(CLAIM | {"history": []}))
    assert "e1 occur twice" in refusal(Claim, **(CLAIM | {"evidence": [ITEM, ITEM]}))
    assert refusal(Claim, **(CLAIM | {"evidence": [ITEM | {"id": "first"}]}))


def test_only_accepted_claims_are_current() -> None:
    current = {
        s for s in vocabularies.Status if Claim.model_validate(CLAIM | {"status": s}).current
    }
    assert current == {vocabularies.Status.ACCEPTED}


def test_a_proposition_tells_claims_apart_by_every_qualifier() -> None:
    values = {"subject_change": "increased", "approval": "off_label_use"}
    seen = {Claim.model_validate(CLAIM).proposition}
    for field in Qualifiers.model_fields:
        qualifiers = {field: values.get(field, "x")}
        seen.add(Claim.model_validate(CLAIM | {"qualifiers": qualifiers}).proposition)
    assert len(seen) == 1 + len(Qualifiers.model_fields)
    noted = Claim.model_validate(CLAIM | {"id": "d", "note": "n", "status": "draft"})
    assert noted.proposition in seen, "what is said about a claim is no part of it"


@pytest.mark.parametrize("good", ["2026-01-31", "2024-02-29"])
def test_days_are_iso_dates(good: str) -> None:
    event = CurationEvent.model_validate({"action": "create", "by": "x", "on": good})
    assert str(event.on) == good


@pytest.mark.parametrize("bad", ["2026-02-30", "20260131", "2026-W05-6", "0", 0, "31.1.2026", True])
def test_what_is_no_iso_date_is_refused(bad: object) -> None:
    assert "write it like 2026-01-31" in refusal(CurationEvent, action="create", by="x", on=bad)


def test_an_orcid_has_its_checksum() -> None:
    for good in ("0000-0002-1825-0097", "0000-0002-1694-233X"):
        assert Agent.model_validate({"id": "a", "name": "A", "kind": "person", "orcid": good})
    for bad in ("0000-0002-1825-0098", "0000-0002-1694-2330", "0000-0002-1825-009", "orcid"):
        assert refusal(Agent, id="a", name="A", kind="person", orcid=bad)


def test_an_author_has_one_form_of_name() -> None:
    assert Author(literal="A group").name == "A group"
    assert Author(family="Family", given="Given").name == "Family, Given"
    assert Author(family="Family").name == "Family"
    assert refusal(Author) and refusal(Author, given="Given")
    assert refusal(Author, literal="A", family="B")


def test_the_base_of_a_corpus_ends_in_a_slash() -> None:
    fields = {"title": "t", "description": "d", "version": "1", "license": "l", "disclaimer": "no"}
    assert Description.model_validate(fields | {"base": "https://example.org/x/"})
    assert refusal(Description, **fields, base="https://example.org/x")
    assert refusal(Description, **fields, base="example.org/")


def test_a_corpus_gives_its_claims_by_id(mini: Corpus) -> None:
    backwards = mini.model_copy(update={"claims": dict(reversed(mini.claims.items()))})
    assert backwards.current() == mini.current()
    assert [c.id for c in mini.current()] == sorted(mini.claims)


def test_every_kind_has_its_column_and_every_relation_its_meaning() -> None:
    assert set(vocabularies.COLUMN_OF) == set(vocabularies.Kind)
    assert set(vocabularies.PREDICATES) == set(vocabularies.Predicate)
    for info in vocabularies.PREDICATES.values():
        assert info.reads and info.negative and info.reads != info.negative
        assert info.causal or info.sign == 0, "what no path runs through needs no sign"
    assert all(vocabularies.PREDICATES[p].sign == -1 for p in vocabularies.TREATMENT)


@pytest.mark.parametrize(
    ("issued", "year"), [("2024-05", 2024), ("2013", 2013), ("XXXX-11-10", None), (None, None)]
)
def test_a_source_has_the_year_that_is_on_record(issued: str | None, year: int | None) -> None:
    source = Source(id="a", type="book", title="A", issued=issued)
    assert source.year == year
