"""The forest-like overview: every study a mark, and nothing told by colour alone."""

import re
import struct
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as Tree

import pytest
from click.testing import CliRunner
from drawings import HOSTILE

from ldn_graph.cli import main
from ldn_graph.grading.comparison import about, questions
from ldn_graph.grading.strength import Rule
from ldn_graph.pictures.forest import (
    LANES,
    LEAST,
    MOST,
    SHAPES,
    Forest,
    Mark,
    forest,
    keys,
    overview,
    radius,
)
from ldn_graph.pictures.forest_figure import png, svg
from ldn_graph.pictures.forest_page import html
from ldn_graph.records.model import Corpus
from ldn_graph.records.vocabularies import Design, Direction

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def whole(shipped: Corpus, rule: Rule) -> Forest:
    return overview(shipped, rule)


@pytest.fixture(scope="module")
def drawn(whole: Forest) -> str:
    return svg(whole)


class Cells(HTMLParser):
    """The cells of each row of a page's table, and its tags."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: list[str] = []
        self.inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags += [tag, *(name for name, _ in attrs)]
        if tag == "tr":
            self.rows.append([])
        if tag == "td":
            self.rows[-1].append("")
            self.inside = True

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "td"

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.rows[-1][-1] += data


def hostile(whole: Forest) -> Forest:
    row = replace(whole.rows[0], title=HOSTILE[0], quotes=HOSTILE, sentence=HOSTILE[1])
    mark = replace(row.marks[0], label=HOSTILE[2], finding=HOSTILE[3], source=HOSTILE[2])
    group = replace(whole.groups[0], heading=HOSTILE[4], rows=(replace(row, marks=(mark,)),))
    return replace(whole, title=HOSTILE[1], groups=(group,))


def test_every_study_of_every_question_is_one_mark(shipped: Corpus, rule: Rule) -> None:
    for condition in ("fibromyalgia", "crohns-disease", "multiple-sclerosis", "depression"):
        asked = about(condition, shipped, rule)
        made = forest(asked, shipped, rule, title=condition)
        expected = sorted(
            (e.source.id, str(e.item.direction), bool(e.item.indirectness))
            for q in asked
            for e in q.bearing("direct", "indirect")
        )
        found = sorted((m.source, str(m.direction), bool(m.indirect)) for m in made.marks)
        assert found == expected


def test_the_overview_leaves_out_no_study_of_a_condition(
    whole: Forest, shipped: Corpus, rule: Rule
) -> None:
    expected = {
        e.source.id
        for q in questions(shipped, rule)
        if q.helps
        for e in q.bearing("direct", "indirect")
    }
    assert expected <= {m.source for m in whole.marks}


def test_a_source_that_says_the_same_of_two_claims_of_a_question_is_one_mark(
    whole: Forest,
) -> None:
    [row] = [r for r in whole.rows if r.title == "Alcohol dependence"]
    assert [m.source for m in row.marks] == ["cochrane-alcohol-2010", "naltrexone-label-2024"]


def test_a_disease_that_nobody_studied_is_shown_empty(whole: Forest) -> None:
    [row] = [r for r in whole.rows if r.title == "Lupus"]
    assert row.marks == ()
    assert row.standing == "untested"


def test_one_trial_can_support_one_outcome_and_refute_another(whole: Forest) -> None:
    sides = {
        (row.detail or "helps", m.direction)
        for row in whole.rows
        for m in row.marks
        if m.source == "younger-2013"
    }
    assert ("helps", Direction.SUPPORTS) in sides
    assert any("sleep quality" in d and s is Direction.REFUTES for d, s in sides)


def test_a_retracted_study_is_drawn_as_such(shipped: Corpus, rule: Rule) -> None:
    gone = shipped.sources["mischoulon-2017"].model_copy(update={"retracted": True})
    sources = {**shipped.sources, gone.id: gone}
    corpus = shipped.model_copy(update={"sources": sources})
    made = forest(about("depression", corpus, rule), corpus, rule, title="x")
    assert [m.source for m in made.marks if m.retracted] == ["mischoulon-2017"]
    assert "RETRACTED" in svg(made)
    assert "RETRACTED, counts nothing" in html(made)


def test_the_figure_has_each_mark_in_the_lane_of_its_direction(whole: Forest, drawn: str) -> None:
    root = Tree.fromstring(drawn)
    at: dict[str, list[float]] = {d: [] for d in LANES}
    left = list(whole.marks)
    for element in root.iter():
        name = element.get("id", "")
        if not name.startswith("mark-"):
            continue
        source = re.sub(r"-\d+$", "", name.removeprefix("mark-"))
        path = next(element.iter(f"{SVG}path")).get("d", "").split()
        number = int(name.rpartition("-")[2]) - 1
        marks = [m for m in in_drawing_order(whole) if m.source == source]
        at[marks[number].direction].append(float(path[1]))
        left.remove(marks[number])
    assert left == []
    assert max(at[Direction.REFUTES]) < min(at[Direction.INCONCLUSIVE])
    assert max(at[Direction.INCONCLUSIVE]) < min(at[Direction.SUPPORTS])


def in_drawing_order(whole: Forest) -> list[Mark]:
    return [m for row in whole.rows for d in LANES for m in row.marks if m.direction is d]


def test_the_figure_says_what_it_is(whole: Forest, drawn: str) -> None:
    root = Tree.fromstring(drawn)
    words = " ".join(e.text or "" for e in root.iter(f"{SVG}text"))
    assert "Not medical advice." in words
    assert words.count("CONTESTED") == sum(r.contested for r in whole.rows) > 0
    assert "Bruun 2024, n=99" in words
    assert "no study in this corpus" in words
    assert all(name in words for name in LANES.values())
    described = root.find(f"{SVG}desc")
    assert described is not None
    assert whole.rows[0].sentence in (described.text or "")


def test_no_two_marks_cover_each_other(drawn: str) -> None:
    boxes = []
    for element in Tree.fromstring(drawn).iter():
        if element.get("id", "").startswith("mark-"):
            path = next(element.iter(f"{SVG}path")).get("d", "")
            numbers = list(map(float, re.findall(r"-?\d+\.?\d*", path)))
            xs, ys = numbers[::2], numbers[1::2]
            boxes.append((min(xs), min(ys), max(xs), max(ys)))
    for n, a in enumerate(boxes):
        for b in boxes[n + 1 :]:
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def test_size_is_area_within_limits() -> None:
    assert radius(80) ** 2 == pytest.approx(2 * radius(40) ** 2)
    assert radius(1) == radius(LEAST)
    assert radius(11194) == radius(MOST)


def test_each_design_has_a_shape_and_the_legend_those_that_occur(whole: Forest) -> None:
    unseen = {
        Design.NARRATIVE_REVIEW,
        Design.PROTOCOL,
        Design.REGISTRY_RECORD,
        Design.GUIDELINE,
    }
    assert set(SHAPES) == set(Design) - unseen
    outlines = dict(SHAPES.values())
    assert len(set(outlines.values())) == len(outlines)
    shown = [name for _, name in keys(whole)[0]]
    assert sorted(shown) == sorted({SHAPES[m.design][0] for m in whole.marks})


def test_the_same_overview_is_the_same_picture(whole: Forest, drawn: str) -> None:
    assert svg(whole) == drawn
    small = replace(whole, groups=whole.groups[:1])
    assert png(small) == png(small)
    assert html(small) == html(small)


def test_png_is_an_image(whole: Forest) -> None:
    image = png(replace(whole, groups=whole.groups[:1]))
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", image[16:24])
    assert width > 1800
    assert height > 600


def test_the_page_has_the_picture_a_table_and_fetches_nothing(whole: Forest) -> None:
    page = html(whole)
    cells = Cells(page)
    assert "script" not in cells.tags
    assert "svg" in cells.tags
    assert not re.search(r"(?:src|@import|url\()\s*=?\s*[\"']?https?:", page)
    rows = [r for r in cells.rows if len(r) == 7]
    assert [r[0] for r in rows] == [LANES[m.direction] for m in whole.marks]
    assert [r[6].strip() for r in rows] == [
        (f"{m.outcome}: " if m.outcome else "") + m.finding for m in whole.marks
    ]
    assert page.count("Not medical advice.") >= 2
    assert "https://doi.org/10.1002/art.37734" in page


def test_hostile_words_stay_words(whole: Forest) -> None:
    page = html(hostile(whole))
    assert not {"script", "onerror", "onload", "onmouseover", "img"} & set(Cells(page).tags)
    title = Tree.fromstring(svg(hostile(whole))).find(f"{SVG}title")
    assert title is not None
    assert title.text == HOSTILE[1]


def test_nothing_can_be_drawn_too(shipped: Corpus, rule: Rule) -> None:
    made = forest([], shipped, rule, title="nothing")
    assert made.rows == ()
    assert "0 questions" in svg(made)


@pytest.mark.parametrize("suffix", ["html", "svg", "png"])
def test_the_command_draws(suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LDN_GRAPH_DATA", raising=False)
    target = tmp_path / f"studies.{suffix}"
    result = CliRunner().invoke(main, ["evidence", "depression", "--picture", str(target)])
    assert result.exit_code == 0
    assert target.stat().st_size > 5000


def test_the_command_says_when_there_is_nothing_to_draw(tmp_path: Path) -> None:
    target = tmp_path / "x.svg"
    result = CliRunner().invoke(main, ["evidence", "euphoria", "--picture", str(target)])
    assert result.exit_code == 2
    assert "nothing to draw" in result.output
    assert not target.exists()
