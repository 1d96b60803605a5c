"""Chains: ranked by the weakest link, signed by their steps, and honest in their notes."""

from collections.abc import Iterable
from itertools import pairwise, product
from pathlib import Path as FilePath
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic import claim, corpus_of, graphs, strength, taken

from ldn_graph.grading.strength import Rule, Strength, grade_all
from ldn_graph.paths.chain import Path, Step, next_state
from ldn_graph.paths.search import find_paths
from ldn_graph.records.enumerations import PathBlock
from ldn_graph.records.model import Claim, Corpus
from ldn_graph.records.vocabularies import Agreement, Change, Coherence, Direction, Joined, Wording

ROOT = FilePath(__file__).parent.parent

quick = settings(deadline=None, max_examples=150)


# Rank ------------------------------------------------------------------------------------------


@quick
@given(graphs())
def test_a_path_is_as_strong_as_its_weakest_link(
    graph: tuple[Corpus, dict[str, Strength]],
) -> None:
    for path in find_paths(*graph, "a", "f", through_groups=True):
        ranks = [graph[1][name].rank for name in taken(path)]
        assert path.rank == path.weakest.strength.rank == min(ranks)
        assert path.steps.index(path.weakest) == ranks.index(min(ranks)), "ties: the earliest"


ranks = st.builds(
    strength,
    st.integers(0, 4),
    st.sampled_from(Agreement),
    st.sampled_from([w for w in Wording if w is not Wording.NONE]),
)


def path_of(graded: Iterable[Strength]) -> Path:
    steps = tuple(Step(claim("c", "a", "increases", "b"), s, "a", "b") for s in graded)
    return Path(steps, (1,) * len(steps), Coherence.COHERENT, Joined.ONE_PASSAGE)


@quick
@given(st.lists(ranks, min_size=1, max_size=4), ranks, st.integers(0, 4))
def test_adding_a_link_never_raises_a_path(
    graded: list[Strength], new: Strength, place: int
) -> None:
    before, after = path_of(graded), path_of([*graded[:place], new, *graded[place:]])
    assert after.rank <= before.rank
    assert after.order[0] > before.order[0], "sorts later, that is, worse"


@quick
@given(st.lists(ranks, min_size=1, max_size=4), ranks, st.integers(0, 3))
def test_weakening_a_link_never_raises_a_path(
    graded: list[Strength], new: Strength, place: int
) -> None:
    place %= len(graded)
    weaker, stronger = sorted((graded[place], new), key=lambda s: s.rank)
    low = path_of([*graded[:place], weaker, *graded[place + 1 :]])
    high = path_of([*graded[:place], stronger, *graded[place + 1 :]])
    assert low.rank <= high.rank and low.order[0] >= high.order[0]


@quick
@given(graphs())
def test_the_ranking_is_total_and_led_by_the_weakest_link(
    graph: tuple[Corpus, dict[str, Strength]],
) -> None:
    found = find_paths(*graph, "a", "f", through_groups=True)
    for better, worse in pairwise(found):
        assert better.order < worse.order
        if better.block is not worse.block:
            assert list(PathBlock).index(better.block) < list(PathBlock).index(worse.block)
            continue
        assert better.rank >= worse.rank
        if better.rank == worse.rank:
            low, high = (sorted(s.strength.rank for s in p.steps) for p in (worse, better))
            first = next(((b, w) for b, w in zip(high, low, strict=False) if b != w), None)
            assert first[0] > first[1] if first else len(high) <= len(low)


# Sign ------------------------------------------------------------------------------------------

#: What becomes of the object for a subject that is more, changed, less; for a relation of sign +1.
TRUTH = {
    None: (1, 0, -1),
    Change.INCREASED: (1, 0, -1),
    Change.DECREASED: (-1, 0, 1),
    Change.MODULATED: (1, 1, 1),
    Change.BALANCED: (1, 1, 1),
}
STATES = (1, 0, -1)


def reference(state: int, sign: int, premise: Change | None) -> int:
    plus = TRUTH[premise][STATES.index(state)]
    return {1: plus, 0: 0, -1: -plus}[sign]


def test_each_step_of_the_sign_algebra() -> None:
    for state, sign, premise in product(STATES, STATES, TRUTH):
        got, turned = next_state(state, sign, premise)  # type: ignore[arg-type]
        assert got == reference(state, sign, premise), (state, sign, premise)
        expected = (premise is Change.INCREASED and state == -1) or (
            premise is Change.DECREASED and state == 1
        )
        assert turned == (expected and sign != 0)


@quick
@given(graphs())
def test_the_sign_of_a_chain_is_folded_from_its_steps(
    graph: tuple[Corpus, dict[str, Strength]],
) -> None:
    for path in find_paths(*graph, "a", "f", through_groups=True):
        state, states = 1, []
        for step in path.steps:
            if not step.reversed:
                change = step.claim.qualifiers.subject_change
                state = reference(state, step.claim.info.sign, change)
            states.append(state)
        assert list(path.states) == states and path.sign == states[-1]
        assert any("turned round" in n for n in path.notes) == any(
            not s.reversed
            and next_state(b, s.claim.info.sign, s.claim.qualifiers.subject_change)[1]
            for s, b in zip(path.steps, (1, *path.states), strict=False)
        )


@pytest.mark.parametrize(
    ("direct", "coherence"),
    [
        ([], Coherence.NOT_COMPARABLE),
        ([("decreases", "supports")], Coherence.COHERENT),
        ([("treats-or-applied-or-studied-to-treat", "supports")], Coherence.COHERENT),
        ([("increases", "supports")], Coherence.INCOHERENT),
        ([("increases", "supports"), ("decreases", "supports")], Coherence.INCOHERENT),
        ([("increases", "refutes")], Coherence.NOT_COMPARABLE),
        ([("decreases", "refutes")], Coherence.INCOHERENT),
        ([("decreases", "inconclusive")], Coherence.NOT_COMPARABLE),
        ([("affects", "supports")], Coherence.NOT_COMPARABLE),
        ([("developed-for", "supports")], Coherence.NOT_COMPARABLE),
    ],
)
def test_the_chain_is_compared_with_what_is_claimed_directly(
    direct: list[tuple[str, str]], coherence: Coherence, rule: Rule
) -> None:
    claims = [claim("c1", "a", "decreases", "d"), claim("c2", "d", "feature-of", "e")]
    claims += [claim(f"d{n}", "a", p, "e", direction=d) for n, (p, d) in enumerate(direct)]
    corpus = corpus_of(claims)
    found = find_paths(corpus, grade_all(corpus, rule), "a", "e")
    path = next(p for p in found if taken(p) == ("c1", "c2"))
    assert (path.sign, path.coherence) == (-1, coherence)
    flagged = any(n.startswith("the chain says less E, but directly: ") for n in path.notes)
    assert flagged == (coherence is Coherence.INCOHERENT)


def test_a_chain_without_direction_is_not_judged(rule: Rule) -> None:
    claims = [claim("c1", "a", "affects", "e"), claim("c2", "a", "increases", "e")]
    corpus = corpus_of(claims)
    found = {taken(p): p for p in find_paths(corpus, grade_all(corpus, rule), "a", "e")}
    assert found[("c1",)].coherence is Coherence.DIRECTION_NOT_STATED
    assert found[("c2",)].coherence is Coherence.COHERENT


# Notes and joins -------------------------------------------------------------------------------


def only_path(rule: Rule, *claims: Claim, **how: Any) -> Path:
    corpus = corpus_of(claims)
    (found,) = find_paths(corpus, grade_all(corpus, rule), "a", "f", **how)
    return found


def test_what_sets_a_step_apart_is_noted(rule: Rule) -> None:
    start = claim("c1", "a", "decreases", "b")
    end = claim("c2", "b", "increases", "f")
    assert only_path(rule, start, end).notes == ()
    where = "and the path ends in F"
    cases = {
        f"step 1 is claimed for E, {where}": claim("c1", "a", "decreases", "b", condition="e"),
        f"step 1 is claimed for PEOPLE, {where}": claim(
            "c1", "a", "decreases", "b", population="people"
        ),
        f"step 1 is claimed for F, PEOPLE, {where}": claim(
            "c1", "a", "decreases", "b", condition="f", population="people"
        ),
        "step 1 rests on evidence about something else only (another species)": claim(
            "c1", "a", "decreases", "b", indirectness=["species"]
        ),
        "step 1 was found at another dose (standard) than the path's (low)": claim(
            "c1", "a", "decreases", "b", dose={"text": "50 mg", "band": "standard"}
        ),
    }
    for note, first in cases.items():
        assert only_path(rule, first, end).notes == (note,)
    silent = [
        claim("c1", "a", "decreases", "b", condition="f"),
        claim("c1", "a", "decreases", "b", condition="f", population="people-with-f"),
        claim("c1", "a", "decreases", "b", dose={"text": "4.5 mg", "band": "low"}),
        claim("c1", "a", "decreases", "b", dose={"text": "some"}),
    ]
    assert [only_path(rule, first, end).notes for first in silent] == [()] * len(silent)


def test_an_inverted_step_is_noted(rule: Rule) -> None:
    path = only_path(
        rule,
        claim("c1", "a", "increases", "b"),
        claim("c2", "b", "increases", "f", subject_change="decreased"),
    )
    assert path.states == (1, -1)
    assert path.notes == (
        "step 2 is claimed for less B, and here there is more: the sign is turned round, "
        "which its sources do not state",
    )


def test_a_group_leads_to_its_member_only_at_the_end_and_only_if_asked(rule: Rule) -> None:
    claims = [
        claim("c1", "a", "decreases", "e"),
        claim("c2", "f", "subclass-of", "e"),
        claim("c3", "f", "subclass-of", "a"),
        claim("c4", "e", "subclass-of", "d"),
        claim("c5", "c", "subclass-of", "e"),
        claim("c6", "c", "increases", "f"),
    ]
    corpus = corpus_of(claims)
    strengths = grade_all(corpus, rule)
    assert find_paths(corpus, strengths, "a", "f") == ()
    (path,) = find_paths(corpus, strengths, "a", "f", through_groups=True)
    assert [(s.start, s.end, s.reversed) for s in path.steps] == [
        ("a", "e", False),
        ("e", "f", True),
    ]
    assert path.sign == -1, "what is said of the group is carried over"
    assert path.notes == ("step 2 takes what is said of E, the group, and not of F, its member",)


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ({}, {}, Joined.ONE_PASSAGE),
        ({}, {"section": "Two"}, Joined.ACROSS_SECTIONS),
        ({}, {"section": None}, Joined.ACROSS_SECTIONS),
        ({"section": None}, {"section": None}, Joined.ACROSS_SECTIONS),
        ({}, {"quote": None, "finding": "our words"}, Joined.ACROSS_SECTIONS),
        ({}, {"source": "s2"}, Joined.ACROSS_SOURCES),
        ({"source": "s2"}, {"source": "s2"}, Joined.ONE_PASSAGE),
    ],
)
def test_where_a_chain_is_stated(
    first: dict[str, Any], second: dict[str, Any], joined: Joined, rule: Rule
) -> None:
    path = only_path(
        rule,
        claim("c1", "a", "decreases", "b", **first),
        claim("c2", "b", "increases", "f", **second),
    )
    assert path.joined is joined


def test_a_passage_that_refutes_a_step_does_not_state_the_chain(rule: Rule) -> None:
    first = claim("c1", "a", "decreases", "b", section="Two")
    against = first.evidence[0].model_copy(
        update={"id": "e2", "direction": Direction.REFUTES, "section": "One"}
    )
    both = first.model_copy(update={"evidence": (*first.evidence, against)})
    path = only_path(rule, both, claim("c2", "b", "increases", "f"))
    assert path.joined is Joined.ACROSS_SECTIONS
    assert path.notes == ("step 1 is contested: 1 for it, 1 against it",)


def test_the_page_about_paths_has_this_table() -> None:
    page = (ROOT / "docs" / "paths.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if "subject | " in line]
    premises = {
        "the subject": None,
        "more of the subject": "increased",
        "less of the subject": "decreased",
        "a changed subject": "modulated",
        "a balanced subject": "balanced",
    }
    words = {"more": 1, "changed": 0, "less": -1}
    assert len(rows) == len(TRUTH)
    for about, *cells in rows:
        premise = premises[about]
        change = Change(premise) if premise else None
        for state, cell in zip(STATES, cells, strict=True):
            got, turned = next_state(state, 1, change)  # type: ignore[arg-type]
            assert (got, turned) == (words[cell.strip("*")], cell.endswith("*")), about
