"""Lessons: Markdown files with steps that each show claims, quote sources and ask a question.

A lesson begins with its front matter and goes on with a heading for each step. Right below a
heading, a fenced block named `step` may say what is shown and asked:

    ## A small word

    ```step
    claims: [ldn-inhibits-microglial-cell]
    quotes: [ldn-inhibits-microglial-cell/e1]
    question:
      asks: What does the sentence say?
      answers:
        - text: That it happens.
        - text: That it is possible.
          right: true
      because: The word “may” leaves it open.
    ```

    Text, in Markdown. [This claim](claim:ldn-inhibits-microglial-cell) is linked.

Every name in a file must be that of a thing of the corpus.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl

import yaml
from pydantic import Field, model_validator

from ldn_graph.errors import DataError, nearest
from ldn_graph.records import yaml_io
from ldn_graph.records.model import Corpus, Value
from ldn_graph.records.values import Slug, Text

#: In the query string of the graph page: names of which things.
_IN_STATE = {
    "claims": "claim",
    "highlight": "claim",
    "select": "",
    "open": "",
    "around": "entity",
    "more": "entity",
    "paths": "entity",
    "source": "source",
}
_REFERENCE = re.compile(r"\]\((entity|claim|source):([^)\s]*)\)")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Answer(Value):
    """A possible answer; `right` where it is one of the right ones."""

    text: Text
    right: bool = False


class Question(Value):
    """What a step asks; `because` explains the right answer."""

    asks: Text
    answers: tuple[Answer, ...] = Field(min_length=2)
    because: Text

    @model_validator(mode="after")
    def _has_right(self) -> "Question":
        if not any(a.right for a in self.answers):
            raise ValueError("no answer is right; mark one with `right: true`")
        return self


class Shows(Value):
    """What a step shows. The picture is of `claims`, of all claims `around` an entity, of the
    best `paths` between two, or of the `studies` on a claim; `graph` is the graph page's state,
    where it is to be another than these claims. `quotes` are CLAIM/ITEM."""

    claims: tuple[Slug, ...] = ()
    around: Slug | None = None
    paths: tuple[Slug, ...] = ()
    studies: Slug | None = None
    graph: Text | None = None
    quotes: tuple[Text, ...] = ()
    question: Question | None = None

    @model_validator(mode="after")
    def _one_picture(self) -> "Shows":
        given = [n for n in ("claims", "around", "paths", "studies") if getattr(self, n)]
        if len(given) > 1:
            raise ValueError(f"{' and '.join(given)} each give a picture; keep one")
        if self.paths and len(self.paths) != 2:
            raise ValueError("`paths` needs two ends, as in [low-dose-naltrexone, chronic-pain]")
        return self


class Front(Value):
    """What a lesson is: its front matter. `notes` are for the teacher."""

    title: Text
    summary: Text
    audience: Text
    minutes: int = Field(gt=0)
    order: int = 100
    notes: Text | None = None


@dataclass(frozen=True)
class Step:
    """`text` is Markdown; `line` is where the step begins in its file."""

    number: int
    title: str
    text: str
    shows: Shows
    line: int


@dataclass(frozen=True)
class Lesson:
    """A lesson as its file has it; `opening` is the Markdown before the first step."""

    id: str
    front: Front
    opening: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class _Part:
    """A piece of a file: lines, and the number of the first."""

    line: int
    lines: list[str]

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip()


def read(folder: Path, corpus: Corpus) -> tuple[dict[str, Lesson], list[str]]:
    """The lessons of a folder by id, in their order, and `file:line: what; remedy` for each fault.

    A lesson with a fault is left out; no folder is no fault.
    """
    found: list[Lesson] = []
    problems: list[str] = []
    for path in sorted(folder.glob("*.md")):
        try:
            found.append(parse(path, path.read_bytes().decode("utf-8-sig"), corpus))
        except DataError as error:
            problems += error.problems
        except UnicodeDecodeError:
            problems.append(f"{path}:1: not UTF-8; save the file as UTF-8")
        except OSError as error:
            problems.append(f"{path}:1: can't be read ({error.strerror}); see to its permissions")
    found.sort(key=lambda lesson: (lesson.front.order, lesson.id))
    return {lesson.id: lesson for lesson in found}, problems


def parse(path: Path, text: str, corpus: Corpus) -> Lesson:
    """One lesson. Raises DataError with `file:line: what; remedy` for all that is wrong."""
    if not _NAME.fullmatch(path.stem):
        raise DataError([f"{path}:1: the file's name is the lesson's id; write it like why-may.md"])
    front, body = _divided(path, text)
    opening, *parts = _by_heading(body)
    if not parts:
        raise DataError([f"{path}:{body.line}: no steps; begin each with a heading, `## Title`"])
    steps = tuple(_step(path, n, part) for n, part in enumerate(parts, 1))
    described = yaml_io.value(path, _yaml(path, front), Front)
    lesson = Lesson(path.stem, described, opening.text, steps)
    problems = [f"{path}:{line}: {what}" for line, what in _strangers(text, lesson, corpus)]
    if problems:
        raise DataError(problems)
    return lesson


def item_of(name: str) -> tuple[str, str]:
    """The claim and the evidence item of a quote's name.

    >>> item_of("ldn-inhibits-microglial-cell/e1")
    ('ldn-inhibits-microglial-cell', 'e1')
    """
    claim, _, item = name.partition("/")
    return claim, item


def _divided(path: Path, text: str) -> tuple[_Part, _Part]:
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[0].strip() != "---":
        raise DataError([f"{path}:1: no front matter; begin with `---` and `title: …`"])
    for n, line in enumerate(lines[1:], 1):
        if line.strip() == "---":
            return _Part(2, lines[1:n]), _Part(n + 2, lines[n + 1 :])
    raise DataError([f"{path}:1: the front matter does not end; close it with a line `---`"])


def _yaml(path: Path, part: _Part) -> yaml.Node:
    return yaml_io.parse(path, "\n" * (part.line - 1) + "\n".join(part.lines))


def _by_heading(body: _Part) -> list[_Part]:
    """The opening, then a part for each `## ` heading; those in fenced blocks are none."""
    parts = [_Part(body.line, [])]
    fence = ""
    for n, line in enumerate(body.lines, body.line):
        mark = re.match(r"\s{0,3}(`{3,}|~{3,})", line)
        if mark and not fence:
            fence = mark[1]
        elif mark and line.strip() == mark[1] and mark[1].startswith(fence):
            fence = ""
        if line.startswith("## ") and not fence:
            parts.append(_Part(n, [line]))
        else:
            parts[-1].lines.append(line)
    return parts


def _step(path: Path, number: int, part: _Part) -> Step:
    title = part.lines[0].removeprefix("## ").strip()
    rest = part.lines[1:]
    begin = next((n for n, line in enumerate(rest) if line.strip() == "```step"), None)
    if begin is None:
        return Step(number, title, "\n".join(rest).strip(), Shows(), part.line)
    end = next((n for n, line in enumerate(rest) if n > begin and line.strip() == "```"), None)
    if end is None:
        raise DataError([f"{path}:{part.line + 1 + begin}: the step block is not closed; add ```"])
    block = _Part(part.line + 2 + begin, rest[begin + 1 : end])
    shows = yaml_io.value(path, _yaml(path, block), Shows)
    text = "\n".join(rest[:begin] + rest[end + 1 :]).strip()
    return Step(number, title, text, shows, part.line)


def _strangers(whole: str, lesson: Lesson, corpus: Corpus) -> Iterator[tuple[int, str]]:
    """Names in a lesson that are those of nothing, each with its line."""
    lines = whole.replace("\r\n", "\n").split("\n")
    for n, line in enumerate(lines, 1):
        for kind, name in _REFERENCE.findall(line):
            yield from ((n, what) for what in _unknown(kind, name, corpus))
    for step in lesson.steps:
        for kind, name in _named(step.shows):
            below = enumerate(lines[step.line :], step.line + 1)
            place = next((n for n, text in below if name in text), step.line)
            yield from ((place, what) for what in _unknown(kind, name, corpus))


def _named(shows: Shows) -> Iterator[tuple[str, str]]:
    """What a step names: the kind (claim, entity, source, quote, or empty for any) and the name."""
    yield from (("claim", name) for name in shows.claims)
    yield from (("entity", name) for name in (shows.around, *shows.paths) if name)
    yield from (("claim", name) for name in (shows.studies,) if name)
    yield from (("quote", name) for name in shows.quotes)
    for key, value in parse_qsl(shows.graph or ""):
        if key in _IN_STATE:
            yield from ((_IN_STATE[key], name) for name in value.split(",") if name)


def _unknown(kind: str, name: str, corpus: Corpus) -> Iterator[str]:
    if kind == "quote":
        claim, item = item_of(name)
        yield from _unknown("claim", claim, corpus)
        if claim in corpus.claims:
            items = {i.id: i for i in corpus.claims[claim].evidence}
            if item not in items:
                yield f"claim {claim!r} has no item {item!r}; give one of {', '.join(items)}"
        return
    known = {
        "claim": corpus.claims,
        "entity": corpus.entities,
        "source": corpus.sources,
        "": corpus.claims.keys() | corpus.entities.keys(),
    }[kind]
    if name not in known:
        yield f"unknown {kind or 'claim or entity'} {name!r}{nearest(name, known)}"
