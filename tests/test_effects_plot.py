"""The forest plot: what is counted, what is read, and where it stands."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from ldn_graph.cli import main
from ldn_graph.grading.body import Body
from ldn_graph.grading.strength import Rule
from ldn_graph.grading.summary import summary
from ldn_graph.pictures.effects_plot import lines, svg
from ldn_graph.records.model import Corpus
from ldn_graph.reports.evidence import cited_as

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def pain(shipped: Corpus, rule: Rule) -> Body:
    """Pain in fibromyalgia against placebo: two trials with an interval, pooled here."""
    found = summary("fibromyalgia", shipped, rule)
    return next(b for b in found if b.rating.pooled)


def test_counted_studies_come_first_then_what_is_read(pain: Body) -> None:
    rows = lines(pain, cited_as)
    assert [r.name for r in rows] == ["Bruun 2024", "Rodríguez-Freire 2026", "pooled here"]
    assert sum(r.weight or 0 for r in rows) == pytest.approx(1)
    assert rows[-1].estimate == pain.rating.estimate


def test_no_study_has_two_rows(shipped: Corpus, rule: Rule) -> None:
    for name in ("fibromyalgia", "crohns-disease", "long-covid"):
        for body in summary(name, shipped, rule):
            rows = lines(body, cited_as)
            assert len({(r.name, r.aside) for r in rows}) == len(rows)
            assert not rows or body.rating.estimate in [r.estimate for r in rows]


def test_no_effect_and_the_marks_stand_where_the_numbers_say(pain: Body, shipped: Corpus) -> None:
    drawn = svg([pain], shipped, cited_as)
    assert drawn is not None
    root = ElementTree.fromstring(drawn)
    squares = [r for r in root.iter(f"{SVG}rect") if r.get("fill") == "#0072B2"]
    middles = [float(r.get("x", 0)) + float(r.get("width", 0)) / 2 for r in squares]
    [none] = [float(x.get("x1", 0)) for x in root.iter(f"{SVG}line") if x.get("stroke-dasharray")]
    # lower is better: Bruun's trial lies left of no effect, the other one right of it
    assert middles[0] < none < middles[1]
    ends = [sorted((float(x.get("x1", 0)), float(x.get("x2", 0)))) for x in root.iter(f"{SVG}line")]
    whiskers = [e for e in ends if 0 < e[1] - e[0] < 330]
    assert all(low < none < high for low, high in whiskers[:2])
    sizes = [float(n) for n in re.findall(r'font-size="(\d+)"', drawn)]
    assert min(sizes) >= 14


def test_a_name_can_not_break_the_drawing(pain: Body, shipped: Corpus) -> None:
    drawn = svg([pain], shipped, lambda _: '<script>&"x')
    assert drawn is not None
    assert "<script>" not in drawn
    ElementTree.fromstring(drawn)


def test_the_verb_draws_or_says_why_not(tmp_path: Path) -> None:
    data = str(Path(__file__).parent.parent / "data")
    target = tmp_path / "effects.svg"
    done = CliRunner().invoke(main, ["--data", data, "evidence", "fibromyalgia", "--plot", target])
    assert done.exit_code == 0, done.output
    ElementTree.fromstring(target.read_text(encoding="utf-8"))
    other = tmp_path / "none.svg"
    none = CliRunner().invoke(main, ["--data", data, "evidence", "lupus", "--plot", other])
    assert none.exit_code != 0
    assert "nothing to draw" in none.output
    assert not other.exists()


def test_an_outcome_that_only_results_name_has_its_bodies(shipped: Corpus, rule: Rule) -> None:
    found = summary("clinical-remission", shipped, rule)
    assert {b.key.condition for b in found} >= {"crohns-disease", "inflammatory-bowel-disease"}
    assert {b.key.outcome for b in found} == {"clinical-remission"}
    of_condition = {b.key: b.sources for b in summary("crohns-disease", shipped, rule)}
    for body in found:
        if body.key.condition == "crohns-disease":
            assert of_condition[body.key] == body.sources, "the body is whole"
