"""A store that follows a workspace holds what one filled anew would hold."""

from pathlib import Path

import pytest

from ldn_graph import rdf
from ldn_graph.grading.strength import grade_all, kinship
from ldn_graph.paths.search import all_paths
from ldn_graph.store import Store, open_store
from ldn_graph.web.curation.publication import Index
from ldn_graph.workspace import Workspace
from tests.curators import ANN, BEN, CONTESTED, EVE, INFLAMMATION, fields, staffed
from tests.curators import copied as copied_to


@pytest.fixture
def desk(tmp_path: Path) -> Workspace:
    return staffed(copied_to(tmp_path))


@pytest.fixture(params=["memory:", "rdflib:", "disk"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    where = str(tmp_path / "store") if request.param == "disk" else request.param
    return open_store(where, read_only=False)


def same_as_anew(index: Index, *, paths: bool) -> None:
    strengths = grade_all(index.corpus, index.rule)
    assert dict(index.strengths) == strengths
    found = set(index.store.export())
    if not paths:
        found -= set(rdf.path_quads(index.paths, index.paths_of))
    known = all_paths(index.corpus, strengths) if paths else ()
    assert found == set(rdf.quads(index.corpus, strengths, known))


def test_a_store_follows_a_workspace(desk: Workspace, store: Store) -> None:
    index = Index.build(store, desk.corpus, desk.rule)
    same_as_anew(index, paths=True)
    desk.create(fields(desk.corpus.claims[INFLAMMATION], "new"), by=ANN)
    desk.submit("new", by=ANN)
    index.follow(desk.corpus)
    same_as_anew(index, paths=False)
    desk.accept("new", by=BEN)
    found = index.follow(desk.corpus, [("claims", "new")])
    shared = kinship(desk.corpus.claims["new"])
    kin = {c.id for c in desk.corpus.claims.values() if kinship(c) == shared}
    assert found.claims == kin and "new" in kin and found.added
    same_as_anew(index, paths=False)
    desk.retract_source("synthetic-trial-a", by=EVE, why="withdrawn")
    desk.retract(INFLAMMATION, by=EVE, why="withdrawn")
    assert CONTESTED in index.follow(desk.corpus).claims
    same_as_anew(index, paths=False)
    assert index.stale
    index.put_paths(*index.search_paths())
    assert not index.stale
    same_as_anew(index, paths=True)


def test_paths_of_an_earlier_corpus_are_known_to_be(desk: Workspace) -> None:
    index = Index.build(open_store("memory:"), desk.corpus, desk.rule)
    searched = index.search_paths()
    desk.retract(INFLAMMATION, by=EVE, why="withdrawn")
    index.follow(desk.corpus)
    index.put_paths(*searched)
    assert index.stale, "they came too late"
    index.put_paths(*index.search_paths())
    assert not index.stale
    same_as_anew(index, paths=True)
