"""A change applied to the RDF gives what writing all of it anew gives."""

from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ldn_graph import rdf
from ldn_graph.grading.strength import Rule, Strength, grade_all, kinship
from ldn_graph.paths.search import all_paths
from ldn_graph.rdf.delta import affected_claims
from ldn_graph.records.model import Corpus
from ldn_graph.records.vocabularies import Kind, Status
from tests import strategies
from tests.curators import CONTESTED, INFLAMMATION
from tests.effort import examples


def flat(corpus: Corpus, rule: Rule) -> set[ox.Quad]:
    return set(rdf.quads(corpus, grade_all(corpus, rule)))


def applied(before: Corpus, after: Corpus, rule: Rule) -> set[ox.Quad]:
    """The quads of `before` with the change applied to them; strengths are held too."""
    strengths = grade_all(before, rule)
    found = rdf.delta(before, after, strengths, rule)
    assert found.removed <= flat(before, rule), "only what is there is removed"
    left = {n: s for n, s in strengths.items() if n in after.claims}
    assert {**left, **found.strengths} == grade_all(after, rule)
    return (flat(before, rule) - found.removed) | found.added


def having(corpus: Corpus, field: str, **records: Any) -> Corpus:
    """The corpus with other records in a field; None takes one out."""
    new = {**getattr(corpus, field), **records}
    return corpus.model_copy(update={field: {k: v for k, v in new.items() if v is not None}})


@st.composite
def edits(draw: st.DrawFn) -> tuple[Corpus, Corpus]:
    """A corpus and what some edits make of it: claims added, changed and taken out, their subjects
    and objects made to meet; sources retracted; entities and agents renamed."""
    before = draw(strategies.corpora())
    other = draw(strategies.corpora())
    after = before
    known = {
        "entities": sorted(before.entities),
        "sources": sorted(before.sources),
        "agents": sorted(before.agents),
    }
    for name in draw(st.lists(st.sampled_from(sorted(before.claims)), max_size=2, unique=True)):
        new = draw(st.none() | strategies.claims(name, known, sorted(before.claims)))
        after = having(after, "claims", **{name: new})
    if draw(st.booleans()):
        new = draw(strategies.claims("zz-new", known, sorted(before.claims)))
        twin = draw(st.sampled_from(sorted(before.claims)))
        same = {s: getattr(before.claims[twin], s) for s in ("subject", "predicate", "object")}
        after = having(after, "claims", **{"zz-new": new.model_copy(update=same)})
    if draw(st.booleans()):
        name = draw(st.sampled_from(known["sources"]))
        retracted = not before.sources[name].retracted
        source = before.sources[name].model_copy(update={"retracted": retracted})
        after = having(after, "sources", **{name: source})
    if draw(st.booleans()):
        name = draw(st.sampled_from(known["entities"]))
        update = {"label": "renamed", "kind": draw(st.sampled_from(Kind))}
        entity = before.entities[name].model_copy(update=update)
        after = having(after, "entities", **{name: entity})
    if draw(st.booleans()):
        name = draw(st.sampled_from(known["agents"]))
        agent = before.agents[name].model_copy(update={"name": "Renamed", "orcid": None})
        after = having(after, "agents", **{name: agent})
    if draw(st.booleans()):
        gaps = {k: v for k, v in other.gaps.items() if k in before.sources}
        after = after.model_copy(update={"gaps": gaps})
    return before, after


@given(edits())
@settings(max_examples=examples(30), deadline=None)
def test_incremental_is_the_same_as_anew(rule: Rule, pair: tuple[Corpus, Corpus]) -> None:
    before, after = pair
    assert applied(before, after, rule) == flat(after, rule)
    assert applied(after, before, rule) == flat(before, rule)


def test_each_claim_of_the_shipped_corpus_can_come_and_go(shipped: Corpus, rule: Rule) -> None:
    whole, strengths = flat(shipped, rule), grade_all(shipped, rule)
    for name in sorted(shipped.claims)[::7]:
        without = having(shipped, "claims", **{name: None})
        gone = rdf.delta(shipped, without, strengths, rule)
        left = {**{n: s for n, s in strengths.items() if n != name}, **gone.strengths}
        back = rdf.delta(without, shipped, left, rule)
        assert gone.removed <= whole
        rest = (whole - gone.removed) | gone.added
        assert (rest - back.removed) | back.added == whole
        shared = kinship(shipped.claims[name])
        kin = {c.id for c in shipped.claims.values() if kinship(c) == shared}
        assert gone.claims == back.claims == kin, "kin share bodies of evidence"


def test_an_edge_that_others_stand_for_stays(mini: Corpus, rule: Rule) -> None:
    twin = mini.claims[INFLAMMATION].model_copy(update={"id": "twin"})
    both = having(mini, "claims", twin=twin)
    edge = rdf.direct_edge(twin, both, grade_all(both, rule)["twin"])
    assert edge is not None
    quad = ox.Quad(*edge)
    gone = twin.model_copy(update={"status": Status.RETRACTED})
    strengths = grade_all(both, rule)
    one = rdf.delta(both, having(both, "claims", twin=gone), strengths, rule)
    assert quad not in one.removed
    last = having(mini, "claims", **{INFLAMMATION: None})
    assert quad in rdf.delta(mini, last, grade_all(mini, rule), rule).removed


def test_a_retracted_source_reaches_its_claims(mini: Corpus, rule: Rule) -> None:
    source = mini.sources["synthetic-trial-a"].model_copy(update={"retracted": True})
    after = having(mini, "sources", **{"synthetic-trial-a": source})
    assert affected_claims({("sources", "synthetic-trial-a")}, mini, after) == {CONTESTED}
    assert applied(mini, after, rule) == flat(after, rule)
    found = rdf.delta(mini, after, grade_all(mini, rule), rule)
    assert isinstance(found.strengths[CONTESTED], Strength)


def test_what_did_not_change_costs_nothing(mini: Corpus, rule: Rule) -> None:
    found = rdf.delta(mini, mini, grade_all(mini, rule), rule)
    assert found == rdf.Delta(frozenset(), frozenset())
    assert rdf.changed_records(mini, mini.model_copy(deep=False)) == frozenset()


def test_another_base_is_another_dataset(mini: Corpus, rule: Rule) -> None:
    moved = mini.description.model_copy(update={"base": "https://example.org/"})
    with pytest.raises(ValueError, match="write the graph anew"):
        other = mini.model_copy(update={"description": moved})
        rdf.delta(mini, other, grade_all(mini, rule), rule)


def test_paths_are_written_apart(mini: Corpus, rule: Rule) -> None:
    strengths = grade_all(mini, rule)
    found = all_paths(mini, strengths)
    assert len(found)
    whole = set(rdf.quads(mini, strengths, found))
    assert flat(mini, rule) | set(rdf.path_quads(found, mini)) == whole
