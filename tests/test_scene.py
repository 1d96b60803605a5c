"""The scene: one edge a claim, the right way round."""

import pytest
from drawings import drawn, hostile, tangled
from hypothesis import given
from hypothesis import strategies as st

from ldn_graph.errors import UnknownName
from ldn_graph.grading.strength import Rule, Strength, grade_all
from ldn_graph.pictures.scene import Part, Scene, date_in_words, quote_parts, scene
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
    assert (made.nodes, made.edges) == ((), ())


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


def test_certainty_of_a_claim_that_nothing_words(mini: Corpus, rule: Rule) -> None:
    claim = mini.claims["endorphin-decreases-inflammation"]
    open_ = claim.evidence[0].model_copy(
        update={"direction": Direction.INCONCLUSIVE, "certainty": Certainty.HEDGED}
    )
    corpus = mini.model_copy(
        update={"claims": {claim.id: claim.model_copy(update={"evidence": (open_,)})}}
    )
    assert drawn(corpus, rule).edges[0].certainty is Certainty.HEDGED
