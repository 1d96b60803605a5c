"""How a page is made: templates, what they ask of the graph, conditional requests, caches."""

import re
import threading
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import quote

from cachetools import LRUCache
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, Response

from ldn_graph import __version__
from ldn_graph.grading.comparison import Question
from ldn_graph.grading.rule import LevelName
from ldn_graph.grading.strength import Strength
from ldn_graph.graph import EvidenceGraph
from ldn_graph.pictures.scene import Part, date_in_words, quote_parts
from ldn_graph.pictures.style import KIND_STYLES, KindStyle
from ldn_graph.rdf import Names
from ldn_graph.rdf.iris import outside
from ldn_graph.records import identifiers
from ldn_graph.records.enumerations import GradeScale
from ldn_graph.records.model import Claim, Entity, EvidenceItem, Result, Source
from ldn_graph.reports.evidence import cited_as, dosed, in_words, sized, verdict
from ldn_graph.texts.source_texts import Texts
from ldn_graph.verbalise import compared, is_denied, numbers, reading, says
from ldn_graph.web import assets
from ldn_graph.web.http.etag import conditional, etag
from ldn_graph.web.state import settings, snapshot

_V = TypeVar("_V")

#: So many things are kept; the one that was asked for longest ago goes first.
MOST = 512
_things: LRUCache[Hashable, Any] = LRUCache(MOST)
_lock = threading.Lock()
#: What is being made just now, each with what its maker holds.
_making: dict[Hashable, threading.Lock] = {}
_NONE = object()


def kept(request: HTTPConnection, name: Hashable, make: Callable[[], _V]) -> _V:
    """What `make` gives, made once for the data being served; `name` says what it is.

    Who asks for what another is making waits for that.
    """
    key = (snapshot(request).version, str(settings(request).texts), name)
    found = _found(key)
    if found is not _NONE:
        return cast(_V, found)
    with _lock:
        making = _making.setdefault(key, threading.Lock())
    with making:
        found = _found(key)
        if found is not _NONE:
            return cast(_V, found)
        try:
            made = make()
            with _lock:
                _things[key] = made
        finally:
            with _lock:
                _making.pop(key, None)
    return made


def _found(key: Hashable) -> Any:
    with _lock:
        return _things.get(key, _NONE)


def questions(request: HTTPConnection) -> tuple[Question, ...]:
    """Every question that the current claims ask."""
    graph = snapshot(request).graph
    return kept(request, "questions", lambda: tuple(graph.evidence()))


def texts(request: HTTPConnection) -> Texts:
    """The source texts whose digest is on record; none where no folder is set."""
    folder = settings(request).texts
    if folder is None:
        return Texts({})
    corpus = snapshot(request).graph.corpus
    return kept(request, "texts", lambda: Texts.read(folder, corpus))


WEB = Path(__file__).parent.parent
#: The places that every page links to, in the order of the menu.
PLACES = (
    ("/", "Start"),
    ("/map", "Evidence"),
    ("/graph", "Graph"),
    ("/query", "Query"),
    ("/lessons", "Lessons"),
    ("/about", "About"),
)
#: The pages of evidence, which share a place in the menu: the first stands there.
EVIDENCE = (
    ("/map", "Map"),
    ("/compare", "Article and studies"),
    ("/gaps", "Gaps"),
    ("/glossary", "What the words mean"),
)


@cache
def environment() -> Environment:
    """The templates; what is put into them is escaped, and a name that is missing is an error."""
    made = Environment(
        loader=FileSystemLoader(WEB / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["places"] = PLACES
    made.globals["evidence_places"] = EVIDENCE
    made.globals["release"] = __version__
    return made


def address(request: Request, path: str) -> str:
    """A path of the site as a page must link to it: behind a proxy it has a prefix."""
    return settings(request).base_path + quote(path, safe="/?=&#:,;@!$'()*+~%")


def asset(request: Request, name: str) -> str:
    """The address of a static file; it changes with the file, so browsers keep it for ever."""
    return address(request, assets.place(name))


def needed(request: Request, module: str) -> list[str]:
    """The addresses of what a page's module imports, for the browser to ask for at once."""
    return [asset(request, name) for name in assets.needed(module)]


def _report(request: Request) -> str:
    """Where an error of a page is reported: at the address that the corpus names, else on the desk
    of the curators; nowhere if there is neither."""
    chosen, to = settings(request), snapshot(request).graph.corpus.description.report_errors_to
    here = request.url.path.removeprefix(chosen.base_path) or "/"
    base = chosen.then.now if chosen.then else chosen.base_path
    here = chosen.base_path.removeprefix(base) + here
    if to is not None:
        return f"{to}?subject={quote(f'Error on {here}')}" if to.startswith("mailto:") else to
    if not (chosen.curate or (chosen.then and chosen.then.curated)):
        return ""
    return f"{base}/report?page={quote(here)}"


def render(request: Request, template: str, *, status: int = 200, **context: Any) -> Response:
    """A page of a template; answers 304 where the browser has it already.

    Templates get `url(path)`, `asset(name)`, `needed(module)`, `here` (the path), `corpus`,
    `version`, `linked` (what `web.resources` says of the page's thing to programs), `then` (the
    earlier state that is shown), `report` (where an error is reported; nothing where nobody looks).
    """
    shown = snapshot(request)
    text = (
        environment()
        .get_template(template)
        .render(
            url=lambda path: address(request, path),
            asset=lambda name: asset(request, name),
            needed=lambda module: needed(request, module),
            here=request.url.path.removeprefix(settings(request).base_path) or "/",
            corpus=shown.graph.corpus,
            version=shown.version,
            curating=settings(request).curate,
            report=_report(request),
            then=settings(request).then,
            linked=getattr(request.state, "linked", ""),
            **context,
        )
    )
    response = HTMLResponse(text, status_code=status)
    return response if status != 200 else conditional(request, etag(text), lambda: response)


_SOURCE_ID = re.compile(r"([a-z0-9]+(?:-[a-z0-9]+)+)")


@dataclass(frozen=True)
class Link:
    """A place outside: what it is called there, and its address."""

    name: str
    address: str


@dataclass(frozen=True)
class Shown:
    """A graph, as pages show it. What it gives is plain text: templates escape it."""

    graph: EvidenceGraph

    def label(self, entity: str) -> str:
        """An entity's name."""
        return self.graph.corpus.entities[entity].label

    def name(self, entity: str) -> str:
        """An entity's name, or the words themselves where they name none."""
        return self.label(entity) if entity in self.graph.corpus.entities else entity

    def entity(self, name: str) -> Entity:
        """By id. Raises UnknownName."""
        return self.graph.entity(name)

    def claim(self, name: str) -> Claim:
        """By id. Raises UnknownName."""
        return self.graph.claim(name)

    def source(self, name: str) -> Source:
        """By id. Raises UnknownName."""
        return self.graph.source(name)

    def agent(self, name: str) -> str:
        """An agent's name."""
        return self.graph.corpus.agents[name].name

    def reading(self, claim: Claim) -> str:
        """What a claim says, as a sentence without its full stop."""
        return reading(claim, self.graph.corpus)

    def says(self, item: EvidenceItem, claim: Claim) -> str:
        """Who says it, and how sure."""
        return says(item, claim, self.graph.corpus)

    def compared(self, result: Result) -> str:
        """What a result compares with, as a phrase."""
        return compared(result)

    def numbers(self, result: Result) -> str | None:
        """The numbers of a result; None where the text read gives none."""
        return numbers(result)

    def verdict(self, question: Question) -> str:
        """How article and studies compare, in words for everybody."""
        return verdict(question)

    def strength(self, claim: Claim) -> Strength:
        """What its evidence amounts to."""
        return self.graph.strengths[claim.id]

    def term(self, strength: Strength) -> str:
        """The anchor of a grade in the glossary."""
        grade = strength.grade
        return {
            GradeScale.CERTAINTY: f"#certainty-{grade.name}",
            GradeScale.MEASURED: f"#measured-{grade.name}",
        }.get(grade.scale, "")

    def level(self, number: int) -> LevelName:
        """The name and meaning of an evidence level."""
        return self.graph.rule.level(number)

    def denied(self, claim: Claim) -> bool:
        """Whether all that takes a side speaks against it."""
        return is_denied(claim, self.graph.corpus)

    def sign(self, kind: str) -> KindStyle:
        """The sign of a kind of entity: colour and outline."""
        return next(style for k, style in KIND_STYLES.items() if k == kind)

    def cited(self, source: str) -> str:
        """A source in a few words."""
        return cited_as(self.graph.corpus.sources[source])

    def date(self, issued: str | None) -> str:
        """An EDTF date in words."""
        return date_in_words(issued)

    def quote(self, item: EvidenceItem) -> tuple[Part, ...]:
        """Its quote, cut at the words that show how sure it sounds."""
        return quote_parts(item.quote, item.cues) if item.quote else ()

    def size(self, item: EvidenceItem) -> str:
        """How many took part, as written; nothing where nothing is."""
        return "" if item.sample_text is None and item.sample_size is None else sized(item)

    def dose(self, item: EvidenceItem) -> str:
        """The dose as written, with its band; nothing where there is none."""
        return dosed(item.dose) if item.dose else ""

    def rung(self, wording: str) -> str:
        """What a rung of the wording ladder means."""
        return next((r.means for r in self.graph.rule.wording if r.rung == wording), "not said")

    def agreement(self, name: str) -> str:
        """What a conflict class means."""
        return next(a.means for a in self.graph.rule.agreement if a.class_ == name)

    def linked(self, text: str) -> Iterator[tuple[str, str | None]]:
        """A reason in pieces; those that are the id of a source with it, to be linked."""
        for piece in _SOURCE_ID.split(text):
            if piece in self.graph.corpus.sources:
                yield self.cited(piece), piece
            elif piece:
                yield piece, None

    def outside(self, source: Source) -> list[Link]:
        """The places where a source is on record, as far as its numbers are known."""
        links = []
        if source.doi:
            links.append(Link(f"doi:{source.doi}", outside(f"doi:{source.doi}").value))
        if source.pmid:
            links.append(Link(f"PMID {source.pmid}", outside(f"pubmed:{source.pmid}").value))
        if source.registry_id and re.fullmatch(r"NCT\d{8}", source.registry_id):
            link = f"https://clinicaltrials.gov/study/{source.registry_id}"
            links.append(Link(source.registry_id, link))
        return links

    def curie(self, curie: str) -> str:
        """The address that a CURIE stands for."""
        return outside(curie).value

    def prefixed(self, iri: str) -> str:
        """An IRI with its prefix."""
        return identifiers.contract(iri)

    def iri(self, kind: str, name: str) -> str:
        """The IRI of a thing of the corpus."""
        return Names(self.graph.corpus.description.base).of(kind, name).value

    def ranked(self, claims: Iterable[Claim]) -> list[Claim]:
        """Claims with what is best supported first; of equals, by id."""
        return sorted(claims, key=lambda c: (tuple(-n for n in self.strength(c).rank), c.id))


def page(request: Request, template: str, **context: Any) -> Response:
    """A page whose template may ask the graph about what it shows, as `show`."""
    graph = snapshot(request).graph
    return render(request, template, show=Shown(graph), words=in_words, **context)
