"""Search: names first, typos forgiven, the order always the same."""

import string
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ldn_graph.grading.strength import Strength
from ldn_graph.records.model import Corpus
from ldn_graph.search import KINDS, Index
from ldn_graph.search.documents import joined, words


@pytest.fixture(scope="module")
def index(shipped: Corpus, shipped_strengths: dict[str, Strength]) -> Index:
    return Index(shipped, shipped_strengths)


def first(index: Index, text: str) -> tuple[str, str]:
    hit = index.search(text, limit=1).hits[0]
    return hit.kind, hit.id


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("LDN", "entity", "low-dose-naltrexone"),
        ("Crohn", "entity", "crohns-disease"),
        ("CROHN'S", "entity", "crohns-disease"),
        ("Crohn’s disease", "entity", "crohns-disease"),
        ("fibromialgia", "entity", "fibromyalgia"),
        ("naltrexon", "entity", "naltrexone"),
        ("endorp", "entity", "endorphin"),
        ("TLR-4", "entity", "toll-like-receptor-4"),
        ("tlr4", "entity", "toll-like-receptor-4"),
        ("MONDO:0005011", "entity", "crohns-disease"),
        ("mondo:0005011", "entity", "crohns-disease"),
        ("https://w3id.org/ldn-graph/entity/endorphin", "entity", "endorphin"),
        ("23188075", "source", "smith-2013"),
        ("pmid:23188075", "source", "smith-2013"),
        ("younger 2013", "source", "younger-2013"),
        ("ldn-for-cancer", "claim", "ldn-for-cancer"),
    ],
)
def test_what_is_meant_comes_first(index: Index, text: str, kind: str, name: str) -> None:
    assert first(index, text) == (kind, name)


def test_every_label_finds_its_entity_first(index: Index, shipped: Corpus) -> None:
    for entity in shipped.entities.values():
        assert first(index, entity.label) == ("entity", entity.id)


def test_every_synonym_finds_its_entity(index: Index, shipped: Corpus) -> None:
    for entity in shipped.entities.values():
        for name in entity.synonyms:
            found = index.search(name, kinds=["entity"], limit=3).hits
            assert entity.id in [hit.id for hit in found], name


def test_every_identifier_finds_what_it_identifies(index: Index, shipped: Corpus) -> None:
    for entity in shipped.entities.values():
        for mapping in entity.mappings:
            assert entity.id in {hit.id for hit in index.search(mapping.curie).hits}
    for source in shipped.sources.values():
        for code in filter(None, (source.doi, source.pmid)):
            assert source.id in {hit.id for hit in index.search(code).hits}


@given(data=st.data())
def test_one_typo_in_a_label_leaves_its_entity_in_the_top_three(
    index: Index, shipped: Corpus, data: st.DataObject
) -> None:
    labels = sorted(e.label for e in shipped.entities.values() if len(e.label) >= 6)
    label = data.draw(st.sampled_from(labels))
    at = data.draw(st.integers(1, len(label) - 2))
    letter = data.draw(st.sampled_from(string.ascii_lowercase))
    assume(label[at].isalpha() and label[at + 1].isalpha())
    wrong = data.draw(
        st.sampled_from(
            [
                label[:at] + label[at + 1 :],
                label[:at] + letter + label[at:],
                label[:at] + letter + label[at + 1 :],
                label[:at] + label[at + 1] + label[at] + label[at + 2 :],
            ]
        )
    )
    right = next(e.id for e in shipped.entities.values() if e.label == label)
    hits = index.search(wrong, kinds=["entity"], limit=3).hits
    # a typo that makes another entity's name is no typo
    exact = {e.id for e in shipped.entities.values() if wrong in e.names}
    assert right in [hit.id for hit in hits] or exact, wrong


@given(text=st.text(max_size=60))
def test_any_text_can_be_searched(index: Index, text: str) -> None:
    found = index.search(text, limit=5)
    assert found.total == sum(found.counts.values()) >= len(found.hits)
    assert index.search(text, limit=5) == found


@settings(deadline=None, max_examples=20)
@given(
    text=st.sampled_from(["LDN", "pain", "naltrexone", '"chronic pain"', "a", "flare ups in MS"]),
    size=st.integers(7, 80),
)
def test_pages_put_together_are_the_whole(index: Index, text: str, size: int) -> None:
    whole = index.search(text, limit=1000)
    assert len(whole.hits) == whole.total
    starts = range(0, whole.total, size)
    paged = [hit for at in starts for hit in index.search(text, None, size, at).hits]
    assert [(h.kind, h.id) for h in paged] == [(h.kind, h.id) for h in whole.hits]
    assert len({(h.kind, h.id) for h in paged}) == whole.total


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_narrow_down_and_counts_do_not_change(index: Index, kind: str) -> None:
    whole, part = index.search("naltrexone", limit=500), index.search("naltrexone", [kind], 500)
    assert part.counts == whole.counts
    assert part.total == len(part.hits) == whole.counts[kind]
    assert {h.kind for h in part.hits} == {kind}


def test_a_phrase_is_found_as_it_stands(index: Index, shipped: Corpus) -> None:
    hits = index.search('"chronic pain conditions"', kinds=["claim"], limit=100).hits
    assert hits
    for hit in hits:
        claim = shipped.claims[hit.id]
        texts = [i.quote.exact for i in claim.evidence if i.quote]
        for name in filter(None, (claim.subject, claim.object, claim.qualifiers.condition)):
            texts += shipped.entities[name].names
        assert any("chronic pain conditions" in text.lower() for text in texts)
    assert not index.search('"conditions pain chronic"').hits


def test_words_are_marked_where_they_stand(index: Index) -> None:
    hit = index.search("fibromialgia").hits[0]
    assert [part.text for part in hit.title if part.marked] == ["fibromyalgia"]
    assert hit.name == "fibromyalgia"
    long = index.search("crossover trial", kinds=["source"]).hits[0]
    assert {p.text.lower() for p in long.title if p.marked} >= {"crossover", "trial"}


def test_markup_in_a_question_or_a_label_stays_text(index: Index) -> None:
    assert index.search('<script>alert(1)</script> OR "; DROP TABLE docs --').total >= 0
    assert index.search('NEAR(a b) * ^ AND OR NOT "').total >= 0


def test_it_can_be_asked_from_many_threads(index: Index) -> None:
    wanted = index.search("pain")
    with ThreadPoolExecutor(8) as pool:
        assert all(found == wanted for found in pool.map(index.search, ["pain"] * 200))


def test_words_of_hyphens_greek_and_accents() -> None:
    assert words("β-endorphin, Sjögren’s") == ["beta", "endorphin", "sjogrens"]
    assert joined("TNF-α") == ["tnfalpha"]
