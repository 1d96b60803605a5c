"""Lessons: the list, a lesson step by step, its pictures, and the whole of it as one file."""

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from ldn_graph import files, rdf
from ldn_graph.errors import UnknownName
from ldn_graph.grading.comparison import question
from ldn_graph.grading.strength import Strength, item_wording
from ldn_graph.graph import EvidenceGraph
from ldn_graph.pictures import forest, forest_figure
from ldn_graph.pictures.drawing import DARK, LIGHT, draw
from ldn_graph.pictures.scene import Part, quote_parts
from ldn_graph.records import lessons
from ldn_graph.records.lessons import Lesson, Step
from ldn_graph.records.model import Claim, EvidenceItem
from ldn_graph.reports.evidence import cited_as, dosed, in_words, sized
from ldn_graph.verbalise import reading, says
from ldn_graph.web.assets import STATIC
from ldn_graph.web.explorer.page import address, environment, kept, page
from ldn_graph.web.http.middleware import CONTENT_POLICY
from ldn_graph.web.state import snapshot

#: A lesson may show the graph page in a frame; nothing else is loosened.
LESSON_POLICY = f"{CONTENT_POLICY}; frame-src 'self'"
#: Of the chains between two things, so many are drawn.
CHAINS = 3
Address = Callable[[str, str], str | None]


@dataclass(frozen=True)
class Quoted:
    """An evidence item as a lesson shows it."""

    claim: Claim
    parts: tuple[Part, ...]
    finding: str | None
    says: str
    source: str
    source_id: str
    wording: str
    facts: tuple[str, ...]
    strength: Strength
    level: str


@dataclass(frozen=True)
class Shown:
    """A step ready for a template; `claims` are those in the picture, `drawn` is its SVG."""

    step: Step
    html: Markup
    quotes: tuple[Quoted, ...]
    claims: tuple[Claim, ...]
    state: str


def index(request: Request) -> Response:
    """All lessons."""
    found, problems = _all(request)
    return page(request, "lessons.html", lessons=found.values(), problems=problems)


def lesson_page(request: Request) -> Response:
    """One lesson; each step is a fragment of its address."""
    lesson = _lesson(request)
    graph = snapshot(request).graph
    others = list(_all(request)[0].values())
    at = others.index(lesson)

    def link(kind: str, name: str) -> str:
        return address(request, f"/{_PLACES[kind]}/{name}")

    response = page(
        request,
        "lesson.html",
        lesson=lesson,
        opening=_html(lesson.opening, link),
        steps=_steps(lesson, graph, link),
        link=link,
        picture=None,
        following=others[at + 1] if at + 1 < len(others) else None,
    )
    response.headers["content-security-policy"] = LESSON_POLICY
    return response


#: Width and height in pixels of the half of a step that its picture has.
_HALF = (640.0, 640.0)


def picture(request: Request) -> Response:
    """The picture of a step, for light or dark."""
    lesson = _lesson(request)
    number = int(request.path_params["number"])
    if not 1 <= number <= len(lesson.steps):
        raise UnknownName(f"lesson {lesson.id!r} has steps 1 to {len(lesson.steps)}, not {number}")
    dark = request.query_params.get("theme") == "dark"
    graph = snapshot(request).graph
    step = lesson.steps[number - 1]
    text = kept(request, ("lesson", step, dark), lambda: _drawn(step, graph, dark=dark))
    fixed = request.query_params.get("v") == snapshot(request).version
    headers = {
        "cache-control": "public, max-age=86400" if fixed else "no-cache",
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    }
    return Response(text, media_type="image/svg+xml", headers=headers)


def offline(request: Request) -> Response:
    """The whole lesson as one file that needs nothing else, to be saved."""
    lesson = _lesson(request)
    text = kept(request, ("offline", lesson), lambda: standalone(lesson, snapshot(request).graph))
    headers = {"content-disposition": f'attachment; filename="{lesson.id}.html"'}
    return Response(text, media_type="text/html", headers=headers)


def standalone(lesson: Lesson, graph: EvidenceGraph) -> str:
    """A lesson as one HTML file: styles, script and pictures in it, no request to anywhere."""
    names = rdf.Names(graph.corpus.description.base)

    def link(kind: str, name: str) -> str | None:
        return None if kind == "lesson" else names.of(kind, name).value

    def picture(step: Step) -> str:
        drawn = _drawn(step, graph, dark=False).encode("utf-8")
        return f"data:image/svg+xml;base64,{base64.b64encode(drawn).decode('ascii')}"

    style = _without_fonts(_static("css/site.css")) + _static("css/lesson.css")
    script = _static("js/lesson.js")
    policy = (
        f"default-src 'none'; img-src data:; style-src {_hash(style)}; script-src {_hash(script)}"
    )
    return (
        environment()
        .get_template("lesson_offline.html")
        .render(
            lesson=lesson,
            opening=_html(lesson.opening, link),
            steps=_steps(lesson, graph, link),
            link=link,
            picture=picture,
            rows=lambda claims: [_row(claim, graph) for claim in claims],
            corpus=graph.corpus,
            words=in_words,
            policy=policy,
            style=Markup(style),  # noqa: S704 - our own file
            script=Markup(script),  # noqa: S704 - our own file
        )
    )


def _row(claim: Claim, graph: EvidenceGraph) -> dict[str, object]:
    strength = graph.strengths[claim.id]
    return {
        "reading": reading(claim, graph.corpus),
        "level": strength.level,
        "agreement": in_words(strength.agreement),
    }


#: Kind → where its pages are.
_PLACES = {"entity": "entity", "claim": "claim", "source": "source", "lesson": "lessons"}


def _all(request: Request) -> tuple[dict[str, Lesson], list[str]]:
    # read anew each time: the files are few and small, and their writer sees what was changed
    graph = snapshot(request).graph
    return lessons.read(folder_of(graph), graph.corpus)


def folder_of(graph: EvidenceGraph) -> Path:
    """Where a graph's lessons lie: in its data folder, or shipped beside the shipped data."""
    own = graph.folder / "lessons"
    shipped = graph.folder.resolve() == (files.root() / "data").resolve()
    return files.root() / "lessons" if shipped and not own.is_dir() else own


def _lesson(request: Request) -> Lesson:
    found, _ = _all(request)
    name = request.path_params["id"]
    if name not in found:
        raise UnknownName.among("lesson", name, found)
    return found[name]


def _steps(lesson: Lesson, graph: EvidenceGraph, link: Address) -> list[Shown]:
    return [_shown(step, graph, link) for step in lesson.steps]


def _shown(step: Step, graph: EvidenceGraph, link: Address) -> Shown:
    chosen = _claims(step, graph)
    claims = tuple(graph.corpus.claims[name] for name in chosen)
    quotes = tuple(_quoted(name, graph) for name in step.shows.quotes)
    state = step.shows.graph or (f"claims={','.join(chosen)}" if chosen else "")
    return Shown(step, _html(step.text, link), quotes, claims, state)


def _claims(step: Step, graph: EvidenceGraph) -> tuple[str, ...]:
    """The ids of the claims in a step's picture."""
    shows = step.shows
    if shows.around:
        return graph.neighbourhood(shows.around)
    if shows.paths:
        found = graph.paths(*shows.paths)[:CHAINS]
        return tuple(sorted({s.claim.id for path in found for s in path.steps}))
    if shows.studies:
        return tuple(c.id for c in _asked(shows.studies, graph))
    return shows.claims


def _asked(name: str, graph: EvidenceGraph) -> tuple[Claim, ...]:
    """The claims that ask the same as this one."""
    return next(q.claims for q in graph.evidence() if name in {c.id for c in q.claims})


def _quoted(name: str, graph: EvidenceGraph) -> Quoted:
    claim_id, item_id = lessons.item_of(name)
    claim = graph.corpus.claims[claim_id]
    item = next(i for i in claim.evidence if i.id == item_id)
    strength = graph.strengths[claim_id]
    return Quoted(
        claim=claim,
        parts=quote_parts(item.quote, item.cues) if item.quote else (),
        finding=item.finding,
        says=says(item, claim, graph.corpus),
        source=cited_as(graph.corpus.sources[item.source]),
        source_id=item.source,
        wording=str(item_wording(item, graph.rule)),
        facts=_facts(item),
        strength=strength,
        level=graph.rule.level(strength.level).name,
    )


def _facts(item: EvidenceItem) -> tuple[str, ...]:
    """What is known of the study behind an item, in a few words."""
    has_size = item.sample_text is not None or item.sample_size is not None
    known = (
        in_words(item.design) if item.design else None,
        sized(item) if has_size else None,
        dosed(item.dose) if item.dose else None,
        item.duration,
    )
    return tuple(fact for fact in known if fact)


def _drawn(step: Step, graph: EvidenceGraph, *, dark: bool) -> str:
    """A step's picture as SVG. Raises UnknownName where a step has none."""
    if step.shows.studies:
        asked = question(_asked(step.shows.studies, graph), graph.corpus, graph.rule)
        found = forest.forest([asked], graph.corpus, graph.rule, title=step.title)
        return forest_figure.svg(found, bare=True)
    chosen = _claims(step, graph)
    if not chosen:
        raise UnknownName(f"step {step.number} of the lesson has no picture; it shows no claims")
    paint = DARK if dark else LIGHT
    return draw(graph.scene(chosen, title=step.title), paint, room=_HALF).svg


@cache
def _markdown() -> MarkdownIt:
    """Markdown without HTML and without pictures from elsewhere."""
    made = MarkdownIt("commonmark", {"html": False, "typographer": False})
    return made.enable("table").disable(["image", "html_inline", "html_block"])


def _html(text: str, link: Address) -> Markup:
    """Markdown as HTML; `entity:`, `claim:`, `source:` and `lesson:` links go where `link` says."""
    tokens = _markdown().parse(text)
    for token in tokens:
        for child in token.children or ():
            _link(child, link)
    rendered = _markdown().renderer.render(tokens, _markdown().options, {})
    return Markup(rendered)  # noqa: S704 - markdown-it escapes all text, and HTML is off


def _link(token: Token, link: Address) -> None:
    kind, _, name = str(token.attrs.get("href", "")).partition(":")
    if token.type != "link_open" or kind not in _PLACES:
        return
    target = link(kind, name)
    if target is None:
        token.attrs.pop("href")
    else:
        token.attrs["href"] = target


@cache
def _static(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


def _without_fonts(style: str) -> str:
    """A style sheet that fetches no fonts: the ones that a reader has come in their place."""
    return re.sub(r"@font-face\s*\{[^}]*\}", "", style)


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


routes: list[BaseRoute] = [
    Route("/lessons", index),
    Route("/lessons/{id}.html", offline),
    Route("/lessons/{id}/{number:int}.svg", picture),
    Route("/lessons/{id}", lesson_page),
]
