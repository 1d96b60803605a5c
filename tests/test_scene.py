"""The scene: one edge a claim, the right way round, with nothing on top of anything."""

from itertools import combinations, pairwise

import pytest
from drawings import drawn, hostile, tangled
from hypothesis import given
from hypothesis import strategies as st

from ldn_graph.errors import UnknownName
from ldn_graph.grading.strength import Rule, Strength, grade_all
from ldn_graph.pictures.edge_routing import point_at
from ldn_graph.pictures.layout import Card, broken, lay_out, spread
from ldn_graph.pictures.scene import Part, Scene, curve, date_in_words, quote_parts, scene
from ldn_graph.pictures.style import CERTAINTY_OF, KIND_STYLES, LOOK_COLOURS, WIDTHS
from ldn_graph.records.model import Corpus, Span
from ldn_graph.records.vocabularies import Certainty, Direction, Kind


@pytest.fixture(params=["mini", "tangled", "shipped", "hostile"])
def pictured(
    request: pytest.FixtureRequest, mini: Corpus, shipped: Corpus, rule: Rule
) -> tuple[Corpus, Scene]:
    makers = {"mini": mini, "tangled": tangled(mini), "shipped": shipped, "hostile": hostile(mini)}
    corpus = makers[request.param]
    return corpus, drawn(corpus, rule)


def test_every_claim_is_one_edge_from_subject_to_object(pictured: tuple[Corpus, Scene]) -> None:
    corpus, made = pictured
    claimed = sorted((c.id, c.subject, c.object) for c in corpus.claims.values())
    assert sorted((e.id, e.start, e.end) for e in made.edges) == claimed


def test_nodes_are_the_ends_of_the_claims(pictured: tuple[Corpus, Scene]) -> None:
    corpus, made = pictured
    ends = {end for c in corpus.claims.values() for end in (c.subject, c.object)}
    assert [n.id for n in made.nodes] == sorted(ends)


def test_no_card_touches_another(pictured: tuple[Corpus, Scene]) -> None:
    for a, b in combinations(pictured[1].nodes, 2):
        beside = abs(a.x - b.x) >= (a.width + b.width) / 2 + 10
        above = abs(a.y - b.y) >= (a.height + b.height) / 2 + 8
        assert beside or above, f"{a.id} and {b.id}"


def test_cards_stand_in_the_area_of_their_column(pictured: tuple[Corpus, Scene]) -> None:
    areas = {b.column: b for b in pictured[1].bands}
    for node in pictured[1].nodes:
        area = areas[node.column]
        assert area.x < node.x - node.width / 2
        assert node.x + node.width / 2 < area.x + area.width
        assert area.y < node.y - node.height / 2
        assert node.y + node.height / 2 < area.y + area.height


def test_columns_run_from_drug_to_condition(shipped: Corpus, rule: Rule) -> None:
    areas = [b for b in drawn(shipped, rule).bands if b.column != "practice"]
    assert [b.column for b in areas] == ["drug", "mechanism", "pathway", "condition"]
    assert [b.x for b in areas] == sorted(b.x for b in areas)


def test_lines_of_one_pair_keep_apart(mini: Corpus, rule: Rule) -> None:
    made = drawn(tangled(mini), rule)
    at = {n.id: n for n in made.nodes}
    pair = {"endorphin", "inflammation"}
    lines = [curve(e, at) for e in made.edges if {e.start, e.end} == pair]
    assert len(lines) == 4
    for a, b in combinations([point_at(line, 0.5) for line in lines], 2):
        assert abs(a[0] - b[0]) + abs(a[1] - b[1]) > 20


def test_lines_go_round_cards_where_they_can(mini: Corpus, rule: Rule) -> None:
    made = drawn(mini, rule)
    at = {n.id: n for n in made.nodes}
    for edge in made.edges:
        others = [n for n in made.nodes if n.id not in (edge.start, edge.end)]
        for t in range(1, 40):
            x, y = point_at(curve(edge, at), t / 40)
            hidden = [
                n.id for n in others if abs(x - n.x) < n.width / 2 and abs(y - n.y) < n.height / 2
            ]
            assert not hidden, f"{edge.id} runs behind {hidden}"


def test_looks_tell_refuted_contested_and_presupposed(mini: Corpus, rule: Rule) -> None:
    looks = {e.id: e.look for e in drawn(tangled(mini), rule).edges}
    contested = "drugamine-treats-or-applied-or-studied-to-treat-crohns-disease"
    assert looks[contested] == "contested"
    assert looks["denied"] == "against"
    assert looks["taken-for-granted"] == "presupposed"
    assert looks["parallel-two"] == "plain"


def test_a_denied_claim_reads_as_denied(mini: Corpus, rule: Rule) -> None:
    denied = next(e for e in drawn(tangled(mini), rule).edges if e.id == "denied")
    assert denied.verb == "does not reduce"
    assert "not reduce" in denied.reading


def test_level_certainty_and_agreement_are_those_of_the_strength(
    mini: Corpus, mini_strengths: dict[str, Strength], rule: Rule
) -> None:
    for edge in drawn(mini, rule).edges:
        strength = mini_strengths[edge.id]
        assert (edge.level, edge.agreement) == (strength.level, strength.agreement)
        assert edge.certainty is rule.certainty_of[strength.wording]
        assert edge.level_name == strength.grade.words


def test_the_drawing_reads_wording_as_the_rule_does(rule: Rule) -> None:
    assert rule.certainty_of == CERTAINTY_OF


def test_every_kind_has_a_sign_of_its_own() -> None:
    assert set(KIND_STYLES) == set(Kind)
    assert len({style.points for style in KIND_STYLES.values()}) == len(Kind)
    assert len(set(LOOK_COLOURS.values())) == len(LOOK_COLOURS)
    assert list(WIDTHS) == sorted(set(WIDTHS))


def test_quotes_are_cut_at_their_cues() -> None:
    quote = Span(exact="it may, or may not", start=10, end=28)
    cues = [Span(exact="may", start=13, end=16), Span(exact="elsewhere", start=90, end=99)]
    assert quote_parts(quote, cues) == (
        Part("it ", False),
        Part("may", True),
        Part(", or may not", False),
    )


@given(st.text(max_size=30), st.lists(st.tuples(st.integers(0, 30), st.integers(1, 8))))
def test_no_letter_of_a_quote_is_lost(text: str, cuts: list[tuple[int, int]]) -> None:
    text = text or "x"
    quote = Span(exact=text, start=100, end=100 + len(text))
    pieces = [(start, text[start : start + size]) for start, size in cuts]
    cues = [
        Span(exact=piece, start=100 + start, end=100 + start + len(piece))
        for start, piece in pieces
        if piece
    ]
    assert "".join(part.text for part in quote_parts(quote, cues)) == text


def test_the_same_claims_in_any_order_make_the_same_scene(mini: Corpus, rule: Rule) -> None:
    strengths = grade_all(mini, rule)
    forth = scene(mini, strengths, sorted(mini.claims), title="t")
    back = scene(mini, strengths, [*sorted(mini.claims, reverse=True), *mini.claims], title="t")
    assert forth == back


def test_an_unknown_claim_is_named(mini: Corpus, rule: Rule) -> None:
    with pytest.raises(UnknownName, match="drugamine-decreases-inflammation"):
        scene(mini, grade_all(mini, rule), ["drugamine-decreases-inflamation"], title="t")


def test_nothing_is_a_scene_too(mini: Corpus, rule: Rule) -> None:
    made = scene(mini, grade_all(mini, rule), [], title="t")
    assert (made.nodes, made.edges, made.bands) == ((), (), ())


def test_the_source_is_named_in_the_subtitle(shipped: Corpus, rule: Rule) -> None:
    alone = ["ldn-regulates-immune-function"]
    made = scene(shipped, grade_all(shipped, rule), alone, title="t")
    assert "Stefan Hartmann" in made.subtitle
    assert "year not given" in made.subtitle
    several = drawn(shipped, rule)
    assert several.subtitle.endswith(f"from {len(several.sources)} sources")
    assert "Stefan Hartmann, PA-C" in {s.author for s in several.sources}
    assert made.disclaimer == shipped.description.disclaimer


@pytest.mark.parametrize("issued", [None, "2013", "XXXX", "2013-02", "XXXX-02-03", "2013-02-03"])
def test_a_year_is_never_made_up(issued: str | None) -> None:
    words = date_in_words(issued)
    assert ("2013" in words) == bool(issued and issued.startswith("2013"))
    assert ("not given" in words) == bool(issued and issued.startswith("XXXX"))


@given(st.text(min_size=1, max_size=200))
def test_any_label_breaks_into_a_few_lines(label: str) -> None:
    lines = broken(label)
    assert 1 <= len(lines) <= 4
    assert all(lines)


@given(st.lists(st.floats(-500, 500), min_size=1, max_size=12), st.floats(1, 60))
def test_spread_cards_keep_their_distance(wanted: list[float], apart: float) -> None:
    found = spread(wanted, [apart] * (len(wanted) - 1))
    assert all(b - a >= apart - 1e-6 for a, b in pairwise(found))


@given(
    st.lists(st.sampled_from(sorted(Kind)), min_size=1, max_size=40),
    st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39)), max_size=60),
)
def test_any_graph_is_laid_out_without_overlap(
    kinds: list[Kind], pairs: list[tuple[int, int]]
) -> None:
    cards = [Card(f"n{n:02}", kind, ("one", "two")[: 1 + n % 2]) for n, kind in enumerate(kinds)]
    size = len(cards)
    links = [(f"n{a % size:02}", f"n{b % size:02}") for a, b in pairs]
    places = lay_out(cards, links).places
    assert set(places) == {c.id for c in cards}
    for a, b in combinations(cards, 2):
        beside = abs(places[a.id].x - places[b.id].x) >= a.width
        above = abs(places[a.id].y - places[b.id].y) >= (a.height + b.height) / 2
        assert beside or above


def test_certainty_of_a_claim_that_nothing_words(mini: Corpus, rule: Rule) -> None:
    claim = mini.claims["endorphin-decreases-inflammation"]
    open_ = claim.evidence[0].model_copy(
        update={"direction": Direction.INCONCLUSIVE, "certainty": Certainty.HEDGED}
    )
    corpus = mini.model_copy(
        update={"claims": {claim.id: claim.model_copy(update={"evidence": (open_,)})}}
    )
    assert drawn(corpus, rule).edges[0].certainty is Certainty.HEDGED
