"""Paths: found whole, ranked by the weakest link, signed by their steps, and honest in notes."""

from collections.abc import Iterable
from itertools import pairwise, permutations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic import REFUTED, claim, corpus_of, graphs, strength, taken

from ldn_graph.errors import BadParameter, UnknownName
from ldn_graph.grading.strength import Rule, Strength, grade_all
from ldn_graph.paths import search
from ldn_graph.paths.chain import Path, assemble, backing, explain
from ldn_graph.paths.search import Filter, all_paths, find_paths, multigraph
from ldn_graph.records.enumerations import GradeScale, PathBlock
from ldn_graph.records.model import Corpus
from ldn_graph.records.vocabularies import Certainty, Coherence, DoseBand, Joined, Kind

quick = settings(deadline=None, max_examples=150)


def nodes(found: Iterable[Path]) -> list[str]:
    return ["".join(p.nodes) for p in found]


@st.composite
def filters(draw: st.DrawFn) -> Filter:
    def some(values: Iterable[Any]) -> frozenset[Any]:
        return frozenset(draw(st.lists(st.sampled_from(list(values)), max_size=2)))

    return Filter(
        min_level=draw(st.integers(0, 4)),
        certainties=some(Certainty),
        kinds=some([Kind.TARGET, Kind.CELL, Kind.PATHWAY]),
        sources=some(["s1", "s2"]),
        dose_bands=some([DoseBand.LOW, DoseBand.STANDARD]),
        avoid=some("bcd"),
        via=some("bcd"),
    )


def brute_force(corpus: Corpus, strengths: dict[str, Strength], steps: int) -> set[tuple[str, ...]]:
    """The claims of every path from a to f, found by trying all sequences of claims."""
    usable = [c for c in corpus.current() if c.info.causal and strengths[c.id] is not REFUTED]
    found = set()
    for size in range(1, steps + 1):
        for chain in permutations(usable, size):
            met = [chain[0].subject, *(c.object for c in chain)]
            joined = all(x.object == y.subject for x, y in pairwise(chain))
            if joined and (met[0], met[-1]) == ("a", "f") and len(set(met)) == len(met):
                found.add(tuple(c.id for c in chain))
    return found


# Search ----------------------------------------------------------------------------------------


@quick
@given(graphs(), st.integers(1, 4))
def test_finds_every_path_and_no_other(
    graph: tuple[Corpus, dict[str, Strength]], steps: int
) -> None:
    found = find_paths(*graph, "a", "f", max_steps=steps)
    assert len({p.id for p in found}) == len(found)
    assert {taken(p) for p in found} == brute_force(*graph, steps)


@quick
@given(graphs(), st.randoms(use_true_random=False))
def test_the_order_of_the_claims_changes_nothing(
    graph: tuple[Corpus, dict[str, Strength]], random: Any
) -> None:
    corpus, strengths = graph
    claims = list(corpus.claims.values())
    random.shuffle(claims)
    again = find_paths(corpus_of(claims), strengths, "a", "f", through_groups=True)
    assert again == find_paths(corpus, strengths, "a", "f", through_groups=True)
    assert all_paths(corpus_of(claims), strengths) == all_paths(corpus, strengths)


@quick
@given(graphs(), filters(), st.booleans())
def test_a_filter_only_removes(
    graph: tuple[Corpus, dict[str, Strength]], chosen: Filter, groups: bool
) -> None:
    every = find_paths(*graph, "a", "f", through_groups=groups)
    kept = find_paths(*graph, "a", "f", filters=chosen, through_groups=groups)
    assert [p for p in every if p in kept] == list(kept)
    corpus = graph[0]
    for path in kept:
        inner = set(path.nodes[1:-1])
        assert path.rank[0] >= chosen.min_level
        assert not inner & chosen.avoid and chosen.via <= inner
        assert not chosen.kinds or {corpus.entities[n].kind for n in inner} <= chosen.kinds
        items = [backing(s.claim, corpus)[0] for s in path.steps]
        assert not chosen.sources or {i.source for i in items} <= chosen.sources
        assert not chosen.certainties or {i.certainty for i in items} <= chosen.certainties
    if chosen == Filter():
        assert kept == every


def test_parallel_claims_are_different_paths_and_cycles_end() -> None:
    claims = [
        claim("c1", "a", "decreases", "b"),
        claim("c2", "a", "increases", "b"),
        claim("c3", "b", "increases", "c"),
        claim("c4", "c", "increases", "b"),
        claim("c5", "c", "increases", "a"),
        claim("c6", "b", "increases", "b"),
        claim("c7", "b", "increases", "f"),
    ]
    corpus = corpus_of(claims)
    strengths = {c.id: strength() for c in claims}
    found = find_paths(corpus, strengths, "a", "f", max_steps=99)
    assert {taken(p) for p in found} == {("c1", "c7"), ("c2", "c7")}
    assert len({p.id for p in found}) == 2
    graph = multigraph(corpus, strengths)
    assert sorted(graph.edges(keys=True)) == sorted((c.subject, c.object, c.id) for c in claims)


def test_only_supported_current_causal_claims_are_walked(rule: Rule) -> None:
    drafted = claim("c2", "a", "decreases", "f").model_copy(update={"status": "draft"})
    claims = [
        claim("c1", "a", "decreases", "f", direction="refutes"),
        drafted,
        claim("c3", "a", "developed-for", "f"),
        claim("c4", "a", "decreases", "f", direction="inconclusive"),
    ]
    corpus = corpus_of(claims)
    strengths = grade_all(corpus, rule)
    assert find_paths(corpus, strengths, "a", "f") == ()
    drawn = multigraph(corpus, strengths).edges(keys=True, data="supported")
    assert {key: supported for _, _, key, supported in drawn} == {
        "c1": False,
        "c3": True,
        "c4": False,
    }, "refuted claims are there, marked"


def test_a_cut_is_never_silent() -> None:
    claims = [claim(f"c{n}", "a", "decreases", "f") for n in range(3)]
    corpus, strengths = corpus_of(claims), {c.id: strength() for c in claims}
    assert len(find_paths(corpus, strengths, "a", "f", limit=3)) == 3
    with pytest.raises(
        BadParameter, match=r"^too many paths of up to 5 steps from a to f \(over 2"
    ):
        find_paths(corpus, strengths, "a", "f", limit=2)


def test_a_search_without_end_stops_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    claims = [
        claim(f"c-{x}-{y}", x, "increases", y) for x, y in product("abcde", "bcdef") if x != y
    ]
    corpus, strengths = corpus_of(claims), {c.id: strength() for c in claims}
    assert find_paths(corpus, strengths, "a", "f", max_steps=99)
    monkeypatch.setattr(search, "EFFORT", 30)
    with pytest.raises(BadParameter, match="too long a search"):
        find_paths(corpus, strengths, "a", "f", max_steps=99)


# The corpora -----------------------------------------------------------------------------------


def test_the_mini_corpus_in_full(mini: Corpus, mini_strengths: dict[str, Strength]) -> None:
    found = find_paths(mini, mini_strengths, "drugamine", "crohns-disease")
    assert [(p.nodes[1:-1], p.sign, p.coherence) for p in found] == [
        ((), -1, Coherence.COHERENT),
        (("opioid-receptor", "endorphin", "inflammation"), -1, Coherence.COHERENT),
        (("inflammation",), -1, Coherence.COHERENT),
    ]
    long = found[1]
    assert long.id == "drugamine-to-crohns-disease-dbcb3d780b", "ids never change"
    assert long.weakest.claim.id == "opioid-receptor-increases-endorphin"
    assert long.states == (-1, 1, -1, -1)
    contested = "drugamine-treats-or-applied-or-studied-to-treat-crohns-disease"
    assert explain(long, mini) == [
        "Weakest link: step 2 of 4, “Less opioid receptor activity increases endorphins”: "
        "not measured; stated only; stated-only: authors state it; no study bears directly on it "
        "(sources: 1 supports); speculative: said to be possible or believed (“may”).",
        "Taken together: drugamine → less Crohn's disease; this agrees with what is claimed of "
        "the two directly.",
        "Every step stands in one section of one source; a hypothesis: no study here tested the "
        "chain whole.",
        "Note: step 4 is background: a definition, or taken for granted by the sentence.",
        f"Note: what is claimed of the two ends directly is contested [{contested}].",
    ]
    assert explain(found[0], mini)[1].endswith("less Crohn's disease; this is claimed directly.")


def test_filters_on_the_mini_corpus(mini: Corpus, mini_strengths: dict[str, Strength]) -> None:
    def count(**how: Any) -> int:
        found = find_paths(
            mini, mini_strengths, "drugamine", "crohns-disease", filters=Filter(**how)
        )
        return len(found)

    assert count() == 3
    assert count(min_level=1) == 1 and count(min_level=2) == 0
    assert count(avoid=frozenset({"endorphin"})) == 2
    assert count(via=frozenset({"endorphin"})) == 1
    assert count(kinds=frozenset({Kind.PATHWAY})) == 2
    assert count(certainties=frozenset({Certainty.ASSERTED})) == 1, "the trial asserts it"
    assert count(sources=frozenset({"synthetic-text"})) == 3
    assert count(sources=frozenset({"synthetic-trial-b"})) == 0, "it refutes"
    assert count(dose_bands=frozenset({DoseBand.LOW})) == 3
    assert count(dose_bands=frozenset({DoseBand.STANDARD})) == 0


def test_the_endorphin_path_of_the_article(
    shipped: Corpus, shipped_strengths: dict[str, Strength]
) -> None:
    found = find_paths(shipped, shipped_strengths, "low-dose-naltrexone", "crohns-disease")
    through = ("opioid-receptor", "endorphin", "inflammation")
    (path,) = [p for p in found if p.nodes[1:-1] == through]
    assert (path.sign, path.coherence) == (-1, Coherence.COHERENT)
    assert path.joined is Joined.ACROSS_SECTIONS, "the article nowhere states it whole"
    assert "inflammation-feature-of-crohns-disease" not in [s.claim.id for s in path.weakest_links]
    chains = [p for p in found if p.block is PathBlock.MECHANISM]
    assert path == chains[0], "the article's story stands first among the chains"
    assert [p.block for p in found] == sorted((p.block for p in found), key=list(PathBlock).index)


@pytest.mark.parametrize(
    ("end", "first", "told"),
    [
        ("crohns-disease", ("opioid-receptor", "endorphin", "inflammation"), 2),
        ("chronic-pain", ("microglial-cell",), 1),
        ("neurodegeneration", ("inflammation",), 1),
        ("fibromyalgia", None, 0),
        ("multiple-sclerosis", None, 0),
    ],
)
def test_what_stands_first_among_the_chains(
    end: str,
    first: tuple[str, ...] | None,
    told: int,
    shipped: Corpus,
    shipped_strengths: dict[str, Strength],
) -> None:
    """The rule was made on the first condition and tried on the others: direct claims, then
    chains with two links or more, then claims about what is part of the condition."""
    found = find_paths(shipped, shipped_strengths, "low-dose-naltrexone", end)
    chains = [p for p in found if p.block is PathBlock.MECHANISM]
    assert (chains[0].nodes[1:-1] if chains else None) == first
    assert len(chains) >= told
    for path in found:
        assert all(not s.strength.grade.is_background for s in path.weakest_links), path.id
        if len(path.steps) > 1:
            scales = {s.strength.grade.scale for s in path.steps}
            assert GradeScale.SOURCE not in scales, "no use, trial or protocol is a link"


def test_all_paths_runs_from_drugs_to_the_condition_column(
    mini: Corpus, mini_strengths: dict[str, Strength]
) -> None:
    every = all_paths(mini, mini_strengths)
    assert list(every) == list(find_paths(mini, mini_strengths, "drugamine", "crohns-disease"))
    assert every[0] in every[:1] and every.shortened == ()


@quick
@given(graphs())
def test_all_paths_holds_each_pair_as_a_search_finds_it(
    graph: tuple[Corpus, dict[str, Strength]],
) -> None:
    pairs = [find_paths(*graph, "a", end, max_steps=4) for end in "ef"]
    assert list(all_paths(*graph)) == [path for found in pairs for path in found]


def test_all_paths_goes_as_deep_as_asked_over_supported_claims_only(rule: Rule) -> None:
    claims = [claim(f"c-{x}", x, "increases", y) for x, y in pairwise("abcde")]
    refuted = claim("c-against", "a", "increases", "f", direction="refutes")
    corpus = corpus_of([*claims, refuted])
    strengths = grade_all(corpus, rule)
    assert nodes(all_paths(corpus, strengths)) == ["abcde"]
    assert nodes(all_paths(corpus, strengths, max_steps=3)) == []


def test_what_a_retracted_source_says_backs_nothing(rule: Rule) -> None:
    found = claim("c1", "a", "decreases", "f")
    corpus = corpus_of([found])
    assert backing(found, corpus) == found.evidence
    retracted = corpus.sources["s1"].model_copy(update={"retracted": True})
    without = corpus.model_copy(update={"sources": {"s1": retracted}})
    assert backing(found, without) == ()
    assert find_paths(without, grade_all(without, rule), "a", "f") == ()


def test_all_paths_shortens_a_crowded_pair_whole_and_says_so() -> None:
    claims = [claim("c1", "a", "decreases", "e"), claim("c2", "a", "decreases", "f")]
    claims += [claim(f"x{n}", "a", "increases", "b") for n in range(3)]
    claims += [claim("c3", "b", "increases", "e")]
    corpus, strengths = corpus_of(claims), {c.id: strength() for c in claims}
    every = all_paths(corpus, strengths, limit=2)
    assert (nodes(every), every.shortened) == (["ae", "af"], (("a", "e", 1),))
    none = all_paths(corpus, strengths, limit=0)
    assert (nodes(none), none.shortened) == ([], (("a", "e", 0), ("a", "f", 0)))


def test_all_paths_of_a_large_graph_are_shorter_and_say_so() -> None:
    claims = [claim("c1", "a", "increases", "b"), claim("c2", "b", "increases", "c")]
    claims += [claim("c3", "a", "decreases", "e"), claim("c4", "a", "decreases", "f")]
    claims += [claim("c5", "b", "increases", "e"), claim("c6", "c", "increases", "f")]
    corpus, strengths = corpus_of(claims), {c.id: strength() for c in claims}
    by_size = {most: all_paths(corpus, strengths, most=most) for most in (4, 3, 2, 0)}
    assert {most: (nodes(found), found.steps) for most, found in by_size.items()} == {
        4: (["ae", "abe", "af", "abcf"], 4),
        3: (["ae", "abe", "af"], 2),
        2: (["ae", "af"], 1),
        0: (["ae", "af"], 1),
    }
    assert all(found.shortened == () for found in by_size.values())


# What a user may get wrong ---------------------------------------------------------------------


D = "drugamine"


def only(**how: Any) -> dict[str, Filter]:
    return {"filters": Filter(**how)}


@pytest.mark.parametrize(
    ("start", "end", "how", "message"),
    [
        ("drugamin", D, {}, "unknown entity 'drugamin'; did you mean 'drugamine'?"),
        (D, "x", {}, "unknown entity 'x'"),
        (D, D, {}, "a path can't lead from 'drugamine' to itself; name two entities"),
        (D, "disease", {"max_steps": 0}, "max_steps is 0; a path has at least 1 step"),
        (D, "disease", only(min_level=5), "min_level is 5; give a level from 0 to 4"),
        (D, "disease", only(kinds={"path"}), "unknown kind 'path'; did you mean 'pathway'?"),
        (
            D,
            "disease",
            only(certainties={"zzz"}),
            "unknown certainty 'zzz'; there are asserted, hedged, speculative",
        ),
        (
            D,
            "disease",
            only(via={"endorphins"}),
            "unknown entity 'endorphins'; did you mean 'endorphin'?",
        ),
        (D, "disease", only(sources={"trial-c"}), "unknown source 'trial-c'"),
        (
            D,
            "disease",
            only(avoid={"disease"}),
            "'disease' is an end of the path; take it out of `avoid`",
        ),
    ],
)
def test_mistakes_get_one_clear_line(
    start: str,
    end: str,
    how: dict[str, Any],
    message: str,
    mini: Corpus,
    mini_strengths: dict[str, Strength],
) -> None:
    with pytest.raises((BadParameter, UnknownName)) as caught:
        find_paths(mini, mini_strengths, start, end, **how)
    assert str(caught.value) == message


def test_assemble_needs_no_graph(mini: Corpus, mini_strengths: dict[str, Strength]) -> None:
    (path, *_) = find_paths(mini, mini_strengths, "drugamine", "crohns-disease")
    assert assemble(path.steps, path.steps, mini) == path
