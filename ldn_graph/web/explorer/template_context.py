"""What templates ask about the graph: names, sentences, strengths, links out."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ldn_graph.grading.comparison import Question
from ldn_graph.grading.rule import LevelName
from ldn_graph.grading.strength import Strength
from ldn_graph.graph import EvidenceGraph
from ldn_graph.pictures.scene import Part, date_in_words, quote_parts
from ldn_graph.pictures.style import KIND_STYLES, KindStyle
from ldn_graph.rdf import Names
from ldn_graph.rdf.names import outside
from ldn_graph.records import namespaces
from ldn_graph.records.grades import GradeScale
from ldn_graph.records.model import Claim, Entity, EvidenceItem, Result, Source
from ldn_graph.reports.evidence import cited_as, dosed, in_words, sized
from ldn_graph.reports.verdicts import verdict
from ldn_graph.verbalise import compared, is_denied, numbers, reading, says
from ldn_graph.web.explorer.page import render
from ldn_graph.web.state import snapshot

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
        return namespaces.contract(iri)

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
