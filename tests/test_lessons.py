"""Lesson files: what they hold, and what is said where one is wrong."""

from pathlib import Path

import pytest
from conftest import ROOT

from ldn_graph.errors import DataError
from ldn_graph.grading.strength import Rule, item_wording, wording_rank
from ldn_graph.graph import EvidenceGraph
from ldn_graph.records import lessons
from ldn_graph.records.model import Corpus

PATH = Path("lessons/x.md")
LESSON = """---
title: A title
summary: A summary
audience: Anyone
minutes: 5
---

Opening.

## First

```step
claims: [ldn-inhibits-microglial-cell]
quotes: [ldn-inhibits-microglial-cell/e1]
question:
  asks: Is it so?
  answers:
    - text: "No"
    - text: Perhaps
      right: true
  because: It says “may”.
```

Text about [a thing](entity:microglial-cell).

## Second

More.
"""


def problems(text: str, corpus: Corpus, path: Path = PATH) -> list[str]:
    with pytest.raises(DataError) as caught:
        lessons.parse(path, text, corpus)
    return list(caught.value.problems)


def test_a_lesson_is_read(shipped: Corpus) -> None:
    lesson = lessons.parse(PATH, LESSON, shipped)
    assert (lesson.id, lesson.front.minutes, lesson.opening) == ("x", 5, "Opening.")
    first, second = lesson.steps
    assert (first.title, first.line) == ("First", 10)
    assert first.text == "Text about [a thing](entity:microglial-cell)."
    assert first.shows.question is not None
    assert [a.right for a in first.shows.question.answers] == [False, True]
    assert second.shows == lessons.Shows()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            "claims: [ldn-inhibits-microglial-cell]",
            "claims: [ldn-inhibits-microglial]",
            "lessons/x.md:13: unknown claim 'ldn-inhibits-microglial'; did you mean "
            "'ldn-inhibits-microglial-cell'",
        ),
        (
            "-cell/e1]",
            "-cell/e99]",
            "lessons/x.md:14: claim 'ldn-inhibits-microglial-cell' has no item 'e99'; give one of",
        ),
        (
            "entity:microglial-cell",
            "entity:microglial-cel",
            "lessons/x.md:24: unknown entity 'microglial-cel'; did you mean 'microglial-cell'?",
        ),
        (
            "claims: [ldn-inhibits-microglial-cell]",
            "graph: around=microglial-cells&level=3",
            "lessons/x.md:13: unknown entity 'microglial-cells'; did you mean 'microglial-cell'?",
        ),
        ("minutes: 5", "minutes: soon", "lessons/x.md:5: minutes is 'soon'"),
        ("title: A title\n", "", "lessons/x.md:2: title is missing; add it"),
        ("      right: true\n", "", "lessons/x.md:15: question: no answer is right; mark one"),
        ("quotes:", "qoutes:", "lessons/x.md:14: unknown field 'qoutes'; did you mean 'quotes'?"),
        (
            "claims: [",
            "around: microglial-cell\nclaims: [",
            "claims and around each give a picture; keep one",
        ),
        ("```\n\nText", "Text", "lessons/x.md:12: the step block is not closed; add ```"),
        ("---\ntitle", "title", "lessons/x.md:1: no front matter; begin with `---`"),
        ("5\n---", "5", "lessons/x.md:1: the front matter does not end"),
        ("## ", "### ", "lessons/x.md:7: no steps; begin each with a heading, `## Title`"),
    ],
)
def test_what_is_wrong_is_named_at_its_line(
    shipped: Corpus, before: str, after: str, said: str
) -> None:
    text = LESSON.replace(before, after)
    assert text != LESSON
    assert any(said in problem for problem in problems(text, shipped)), problems(text, shipped)


def test_a_name_that_is_no_id_is_refused(shipped: Corpus) -> None:
    assert "write it like why-may.md" in problems(LESSON, shipped, Path("My Lesson.md"))[0]


def test_a_heading_in_a_code_block_is_no_step(shipped: Corpus) -> None:
    text = LESSON + "\n````\n## not a step\n````\n"
    assert len(lessons.parse(PATH, text, shipped).steps) == 2


def test_a_folder_gives_its_good_lessons_and_the_faults(shipped: Corpus, tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text(LESSON, encoding="utf-8")
    (tmp_path / "bad.md").write_text("nothing", encoding="utf-8")
    (tmp_path / "latin.md").write_bytes(b"---\ntitle: caf\xe9\n---\n")
    found, faults = lessons.read(tmp_path, shipped)
    assert list(found) == ["good"]
    assert [f.removeprefix(f"{tmp_path}/").partition(";")[0] for f in faults] == [
        "bad.md:1: no front matter",
        "latin.md:1: not UTF-8",
    ]
    assert lessons.read(tmp_path / "none", shipped) == ({}, [])


@pytest.fixture(scope="module")
def shipped_lessons() -> dict[str, lessons.Lesson]:
    found, faults = lessons.read(ROOT / "lessons", EvidenceGraph.open().corpus)
    assert faults == []
    return found


def test_the_shipped_lessons_are_whole(shipped_lessons: dict[str, lessons.Lesson]) -> None:
    assert list(shipped_lessons) == [
        "how-ldn-is-said-to-work",
        "why-may-matters",
        "when-studies-disagree",
    ]
    for lesson in shipped_lessons.values():
        assert len(lesson.steps) >= 5
        assert all(step.shows.question for step in lesson.steps)


def test_what_the_lessons_say_of_the_data_is_so(shipped: Corpus, rule: Rule) -> None:
    """The numbers and standings that the lessons' text relies on."""
    graph = EvidenceGraph.open()

    pain = graph.corpus.claims["ldn-decreases-pain-intensity-in-fibromyalgia"]
    strength = graph.strengths[pain.id]
    shows = (str(strength.grade.shows), str(strength.agreement))
    assert shows == ("little-or-no-difference", "contested")
    sizes = [i.sample_size for i in pain.evidence[1:4]]
    doses = [i.dose.text for i in pain.evidence[1:4] if i.dose]
    assert (sizes, doses) == ([31, 99, 98], ["4.5 mg/day", "6 mg/day", "4.5 mg/day"])
    assert graph.strengths["endorphin-decreases-inflammation"].level == 0
    approved = graph.corpus.claims["standard-naltrexone-treats-alcohol-dependence"].evidence
    assert "regulatory-label" in {str(i.design) for i in approved}


def test_the_ladder_of_the_lesson_is_in_order(
    shipped: Corpus, rule: Rule, shipped_lessons: dict[str, lessons.Lesson]
) -> None:
    ladder = shipped_lessons["why-may-matters"].steps[1]
    ranks = []
    for name in ladder.shows.quotes:
        claim, item = lessons.item_of(name)
        found = next(i for i in shipped.claims[claim].evidence if i.id == item)
        ranks.append(wording_rank(item_wording(found, rule)))
    assert ranks == sorted(ranks, reverse=True)
    assert len(set(ranks)) == 6
