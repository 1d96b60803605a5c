"""Every picture can be read: the check finds planted faults, and nothing in the twelve views."""

from dataclasses import replace
from functools import cache

import pytest
from drawings import drawn, hostile, tangled
from hypothesis import given, settings
from hypothesis import strategies as st
from legible_views import SCREENS, Screen, View, views

from ldn_graph.grading.strength import Rule
from ldn_graph.graph import EvidenceGraph
from ldn_graph.pictures.drawing import Box, Drawing, DrawnCard, DrawnLine, draw
from ldn_graph.pictures.legibility import LEAST_TEXT, crossings, faults, told
from ldn_graph.records.model import Corpus

NAMES = [
    "about fibromyalgia", "about crohns-disease", "about multiple-sclerosis", "about endorphin",
    "about opioid-receptor", "about inflammation", "about low-dose-naltrexone",
    "paths to crohns-disease", "paths to fibromyalgia", "disputed", "one claim", "whole",
]  # fmt: skip

CARDS = (DrawnCard("a", Box(0, 0, 100, 40)), DrawnCard("b", Box(300, 0, 100, 40)))
LINE = DrawnLine(
    id="one",
    claims=("one",),
    start="a",
    end="b",
    points=((100, 20), (300, 20)),
    width=2.5,
    look="contested",
    level=1,
    bundle=False,
    words=("reduces",),
    words_at=Box(170, 10, 60, 20),
    sign="less",
    sign_at=Box(115, 10, 40, 20),
)
GOOD = Drawing("", Box(0, 0, 400, 40), CARDS, (LINE,), ())
OTHER = replace(
    LINE, id="two", look="plain", level=0, words=(), words_at=None, sign=None, sign_at=None
)


TURNS_LATE = ((100.0, 20.0), (295.0, 20.0), (295.0, 15.0), (300.0, 15.0))


@cache
def graph() -> EvidenceGraph:
    return EvidenceGraph.open()


@cache
def view(name: str) -> View:
    return next(v for v in views(graph()) if v.name == name)


@cache
def picture(name: str, room: tuple[float, float] | None) -> Drawing:
    scene = graph().scene(view(name).claims, title=name)
    return draw(scene, keep=view(name).about, room=room, fold=True)


def rules(drawing: Drawing, scale: float = 1.0) -> set[str]:
    return {fault.rule for fault in faults(drawing, scale=scale)}


def test_there_are_twelve_views() -> None:
    assert [v.name for v in views(graph())] == NAMES


@pytest.mark.parametrize("screen", SCREENS, ids=lambda s: s.name)
@pytest.mark.parametrize("name", NAMES)
def test_every_view_can_be_read_at_first_sight(name: str, screen: Screen) -> None:
    """What scrolls is shown at its size; what doesn't has to fit with letters of twelve pixels."""
    least = LEAST_TEXT / 13
    room = None if screen.scrolls else (screen.width / least, screen.height / least)
    drawing = picture(name, room)
    fits = min(screen.width / drawing.box.w, screen.height / drawing.box.h)
    assert not faults(drawing, scale=1.0 if screen.scrolls else min(1.0, fits))


@pytest.mark.parametrize("name", NAMES)
def test_every_claim_of_a_view_is_drawn_once(name: str) -> None:
    drawing = picture(name, None)
    shown = [c for line in drawing.lines for c in line.claims]
    shown += [c for group in drawing.groups for c in group.inside]
    asked = view(name).claims
    assert sorted(shown) == sorted(
        c.id for c in graph().corpus.current() if asked is None or c.id in asked
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_changed_subject_has_its_sign(name: str) -> None:
    claims = graph().corpus.claims
    signs = {line.id: line.sign for line in picture(name, None).lines if not line.bundle}
    words = {"decreased": "less", "increased": "more", "modulated": "changed", None: None}
    assert signs == {c: words[claims[c].qualifiers.subject_change] for c in signs}


def test_many_lines_are_bundled_with_their_number() -> None:
    drawing = picture("whole", None)
    assert len(drawing.lines) < 30
    for line in drawing.lines:
        if line.bundle:
            assert line.words[0].startswith(f"{len(line.claims)} claim")


@pytest.mark.parametrize(
    ("fault", "drawing"),
    [
        ("small text", replace(GOOD, smallest_text=11.9)),
        ("words over a card", replace(GOOD, lines=(replace(LINE, words_at=Box(270, 10, 60, 20)),))),
        ("words over words", replace(GOOD, lines=(replace(LINE, sign_at=Box(160, 10, 40, 20)),))),
        (
            "line behind a card",
            replace(GOOD, cards=(*CARDS, DrawnCard("c", Box(150, 0, 20, 40)))),
        ),
        (
            "line under words",
            replace(GOOD, lines=(LINE, replace(OTHER, points=((100, 25), (300, 25))))),
        ),
        (
            "no words on a line that needs them",
            replace(GOOD, lines=(replace(LINE, words=(), words_at=None, sign=None),)),
        ),
        (
            "words nearer to another line",
            replace(
                GOOD,
                lines=(replace(LINE, words_at=Box(170, -40, 60, 20)),
                       replace(OTHER, points=((100, -35), (300, -35)))),
            ),
        ),
        (
            "sign of a change not at the source",
            replace(GOOD, lines=(replace(LINE, sign_at=Box(250, -60, 40, 20)),)),
        ),
        (
            "arrow head hidden",
            replace(GOOD, lines=(replace(LINE, points=TURNS_LATE),)),
        ),
    ],
)  # fmt: skip
def test_each_fault_is_found(fault: str, drawing: Drawing) -> None:
    assert rules(GOOD) == set()
    assert fault in rules(drawing)
    assert fault in told(faults(drawing))


def test_a_scale_makes_letters_too_small() -> None:
    assert rules(GOOD, scale=0.9) == {"small text"}


def test_crossings_are_counted() -> None:
    crossing = replace(OTHER, points=((200, 0), (200, 90)))
    assert crossings(replace(GOOD, lines=(LINE, crossing))) == 1
    assert crossings(GOOD) == 0


@pytest.mark.parametrize("made", [tangled, hostile], ids=["tangled", "hostile"])
def test_odd_pictures_can_be_read_too(made: object, mini: Corpus, rule: Rule) -> None:
    assert callable(made)
    assert not faults(draw(drawn(made(mini), rule)))


@settings(max_examples=12)
@given(
    st.sets(
        st.sampled_from(sorted(c.id for c in graph().corpus.current())), min_size=1, max_size=60
    )
)
def test_any_choice_of_claims_can_be_read(chosen: set[str]) -> None:
    assert not faults(draw(graph().scene(chosen, title="Some claims")))
