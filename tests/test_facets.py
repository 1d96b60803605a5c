"""Facets: what is chosen, and that every count keeps its promise."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldn_graph.grading.strength import Strength
from ldn_graph.records.model import Corpus
from ldn_graph.search.facets import FACETS, OF_ITEM, Facets, Wanted, facets_of


@pytest.fixture(scope="module")
def facets(shipped: Corpus, shipped_strengths: dict[str, Strength]) -> Facets:
    return Facets(shipped, shipped_strengths)


@st.composite
def choices(draw: st.DrawFn, facets: Facets) -> Wanted:
    chosen: dict[str, Any] = {}
    counts = facets.choose(Wanted()).counts
    for facet in draw(st.sets(st.sampled_from(FACETS), max_size=3)):
        some = draw(st.sets(st.sampled_from(sorted(counts[facet])), min_size=1, max_size=2))
        chosen[facet] = frozenset(some)
    if draw(st.booleans()):
        chosen["min_year"] = draw(st.integers(1980, 2025))
    return Wanted(**chosen, min_level=draw(st.integers(0, 2)))


@given(data=st.data())
def test_a_count_is_what_choosing_it_leaves(facets: Facets, data: st.DataObject) -> None:
    wanted = data.draw(choices(facets))
    counts = facets.choose(wanted).counts
    facet = data.draw(st.sampled_from([f for f in FACETS if counts[f]] or ["subject"]))
    if counts[facet]:
        value, number = data.draw(st.sampled_from(sorted(counts[facet].items())))
        alone = facets.choose(replace(wanted, **{facet: frozenset({value})}))  # type: ignore[arg-type]
        assert len(alone.claims) == number


@given(data=st.data())
def test_what_is_chosen_fits_item_by_item(
    facets: Facets, shipped: Corpus, shipped_strengths: dict[str, Strength], data: st.DataObject
) -> None:
    wanted = data.draw(choices(facets))
    found = set(facets.choose(wanted).claims)
    for name, claim in shipped.claims.items():
        strength = shipped_strengths[name]
        of_claim = facets_of(claim, shipped, strength)
        items = [
            facets_of(claim.model_copy(update={"evidence": (item,)}), shipped, strength)
            for item in claim.evidence
        ]
        fits = (
            strength.level >= wanted.min_level
            and all(
                not some.isdisjoint(of_claim[f])
                for f, some in wanted.chosen(FACETS).items()
                if f not in OF_ITEM
            )
            and any(
                all(not v.isdisjoint(item[f]) for f, v in wanted.chosen(OF_ITEM).items())
                and (
                    wanted.min_year is None or any(int(y) >= wanted.min_year for y in item["year"])
                )
                for item in items
            )
        )
        assert (name in found) == fits


def test_facets_of_items_hold_of_one_item_together(mini: Corpus, mini_strengths: Any) -> None:
    """A claim that one source refutes and another supports is not refuted by the other."""
    both = Facets(mini, mini_strengths)
    sides = {
        (item.source, str(item.direction), name)
        for name, claim in mini.claims.items()
        for item in claim.evidence
    }
    for source, direction, _ in sides:
        found = both.choose(
            Wanted(source=frozenset({source}), direction=frozenset({direction}))
        ).claims
        assert set(found) == {c for s, d, c in sides if (s, d) == (source, direction)}


def test_an_empty_corpus_has_no_facets(mini: Corpus) -> None:
    empty = Facets(mini.model_copy(update={"claims": {}}), {})
    assert empty.choose(Wanted()).claims == ()
    assert not any(empty.choose(Wanted(subject=frozenset({"x"}))).counts.values())
