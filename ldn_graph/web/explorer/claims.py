"""The page of a claim: who says it in which words, how strong it is, and why."""

from collections.abc import Iterable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from ldn_graph import queries
from ldn_graph.errors import UnknownName
from ldn_graph.exchange import citations
from ldn_graph.exchange.citations import FORMATS, Reference
from ldn_graph.grading.comparison import Entry, Question
from ldn_graph.grading.strength import is_clinical, is_statement, item_level
from ldn_graph.graph import EvidenceGraph
from ldn_graph.records.model import Claim, EvidenceItem, Source
from ldn_graph.records.vocabularies import Direction
from ldn_graph.reports.paths import chain
from ldn_graph.validation.coverage import Sentence, sentences
from ldn_graph.web.explorer import pictures
from ldn_graph.web.explorer.page import page, questions, texts
from ldn_graph.web.explorer.pictures import PATHS, round_claim, through
from ldn_graph.web.state import snapshot


def reference_file(found: Iterable[Reference], name: str, form: str) -> Response:
    """The references in a form of `FORMATS`, to be saved as `name`; text is shown.

    Raises UnknownName for a form that there is none of.
    """
    if form not in FORMATS:
        raise UnknownName.among("kind of citation", form, FORMATS)
    kind, write = FORMATS[form]
    saved = {"content-disposition": f'attachment; filename="{name}.{form}"'}
    return Response(write(found), media_type=kind, headers={} if form == "txt" else saved)


@dataclass(frozen=True)
class Asked:
    """A query: the question that it answers, and its text."""

    question: str
    text: str


_ITEMS = """PREFIX ldnc: <{base}claim/>
PREFIX ldnv: <https://w3id.org/ldn-graph/vocab#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?says ?speaks ?certainty ?quote ?start ?end ?section ?finding ?source
WHERE {{
  ldnc:{id} ldnv:evidence ?item .
  ?item ldnv:reading ?says ;
        ldnv:source/rdfs:label ?source ;
        ldnv:direction ?direction ;
        ldnv:certainty ?sure .
  OPTIONAL {{ ?item ldnv:quote ?quote }}
  OPTIONAL {{ ?item ldnv:start ?start ; ldnv:end ?end }}
  OPTIONAL {{ ?item ldnv:section ?section }}
  OPTIONAL {{ ?item ldnv:finding ?finding }}
  BIND(STRAFTER(STR(?direction), "#direction-") AS ?speaks)
  BIND(STRAFTER(STR(?sure), "#certainty-") AS ?certainty)
}}
ORDER BY ?item"""

_SAID = """PREFIX ldns: <{base}source/>
PREFIX ldnv: <https://w3id.org/ldn-graph/vocab#>

SELECT ?start ?section ?says ?quote ?claim
WHERE {{
  ?claim ldnv:evidence ?item .
  ?item ldnv:source ldns:{id} ;
        ldnv:reading ?says .
  OPTIONAL {{ ?item ldnv:quote ?quote }}
  OPTIONAL {{ ?item ldnv:section ?section }}
  OPTIONAL {{ ?item ldnv:start ?start }}
}}
ORDER BY ?start ?claim"""


def behind_claim(graph: EvidenceGraph, claim: str) -> tuple[Asked, ...]:
    """Its evidence, the reasons for its strength, where it comes from."""
    base = graph.corpus.description.base
    return (
        Asked("Who says it, in which words?", _ITEMS.format(base=base, id=claim)),
        _canned(graph, "why-that-strong", claim=claim),
        _canned(graph, "provenance-of-claim", claim=claim),
    )


def behind_entity(graph: EvidenceGraph, entity: str) -> tuple[Asked, ...]:
    """What is said about it, and what it is called elsewhere."""
    return (
        _canned(graph, "about-entity", entity=entity),
        _canned(graph, "identifiers-of-entity", entity=entity),
    )


def behind_source(graph: EvidenceGraph, source: str) -> tuple[Asked, ...]:
    """What it says, in the order of its text."""
    base = graph.corpus.description.base
    return (
        Asked("What does it say, in the order of its text?", _SAID.format(base=base, id=source)),
    )


def behind_agent(graph: EvidenceGraph, agent: str) -> tuple[Asked, ...]:
    """What the agent did."""
    return (_canned(graph, "claims-by-curator", curator=agent, action="any", since="any"),)


def _canned(graph: EvidenceGraph, name: str, **values: str) -> Asked:
    """A canned query with its parameters filled in, without its header."""
    query = graph.canned[name]
    text = queries.fill(query, values, known=graph.known, base=graph.corpus.description.base)
    lines = [line for line in text.split("\n") if not line.startswith("#+")]
    return Asked(query.summary, "\n".join(lines).strip())


@dataclass(frozen=True)
class Around:
    """What stands before and after a quote in its text: its sentence and those beside it."""

    before: str
    after: str


@dataclass(frozen=True)
class Weighed:
    """An evidence item with what it counts for. `row`: its line of the rule's tables; `reaches`
    the level by that line, `level` what remains of it where it is about something else."""

    item: EvidenceItem
    source: Source
    row: str
    reaches: int
    level: int
    around: Around | None


@dataclass(frozen=True)
class Side:
    """What speaks in one direction on the claim's question."""

    direction: Direction
    heading: str
    entries: tuple[Entry, ...]


SIDES = (
    (Direction.SUPPORTS, "For it"),
    (Direction.REFUTES, "Against it"),
    (Direction.INCONCLUSIVE, "Could not decide"),
)


def claim_page(request: Request, id: str) -> Response:
    """The page of the claim `id`. Raises UnknownName."""
    graph = snapshot(request).graph
    claim = graph.claim(id)
    strength = graph.strengths[claim.id]
    paths = through(graph, claim.id)
    near = round_claim(graph, claim)
    question = next((q for q in questions(request) if claim in q.claims), None)
    found = citations.references(claim, graph.corpus)
    return page(
        request,
        "claim.html",
        claim=claim,
        strength=strength,
        weighed=[weighed(i, claim, graph, request) for i in claim.evidence],
        clinical=is_clinical(claim, graph.corpus),
        sides=_sides(question) if question and _two_sided(question) else (),
        question=question,
        chains=[(p, chain(p, graph.corpus)) for p in paths[:PATHS]],
        number_of_chains=len(paths),
        near=[graph.corpus.claims[i] for i in near.claims],
        left_out=near.left_out,
        size=pictures.size(request, pictures.claim, claim.id),
        behind=behind_claim(graph, claim.id),
        citation=citations.plain(found[:1]).strip(),
        bibtex=citations.bibtex(found[:1]).strip(),
    )


def claim_citation(request: Request, id: str, form: str) -> Response:
    """The claim and its sources for a reference manager. Raises UnknownName."""
    graph = snapshot(request).graph
    claim = graph.claim(id)
    return reference_file(citations.references(claim, graph.corpus), f"claim-{claim.id}", form)


def around(item: EvidenceItem, text: str) -> Around | None:
    """What stands round a quote in its source's `text`; None where the quote isn't there."""
    quote = item.quote
    if quote is None or quote.start is None or quote.end is None:
        return None
    if text[quote.start : quote.end] != quote.exact:
        return None
    found = sentences(text)
    touched = [n for n, s in enumerate(found) if s.start < quote.end and quote.start < s.end]
    if not touched:
        return None
    section = found[touched[0]].section
    first, last = found[touched[0]], found[touched[-1]]
    if touched[0] and _belongs(found[touched[0] - 1], section):
        first = found[touched[0] - 1]
    if touched[-1] + 1 < len(found) and _belongs(found[touched[-1] + 1], section):
        last = found[touched[-1] + 1]
    start, end = min(first.start, quote.start), max(last.end, quote.end)
    return Around(text[start : quote.start], text[quote.end : end])


def _belongs(sentence: Sentence, section: str | None) -> bool:
    """Whether a sentence is running text of that section."""
    return sentence.section == section and sentence.text != section


def weighed(item: EvidenceItem, claim: Claim, graph: EvidenceGraph, request: Request) -> Weighed:
    """An item of a claim with what it counts for, and its surroundings where the text is held."""
    clinical = is_clinical(claim, graph.corpus)
    rule = graph.rule
    if is_statement(item) or item.design is None:
        best = max(item.basis, key=lambda b: rule.basis.get(b, 0))
        row, reaches = f"basis-{best}", rule.basis.get(best, 0)
    else:
        line = rule.design[item.design]
        row = f"design-{item.design}"
        reaches = line.clinical if clinical else line.mechanism
    text = texts(request).by_source.get(item.source)
    return Weighed(
        item=item,
        source=graph.corpus.sources[item.source],
        row=row,
        reaches=reaches,
        level=item_level(item, rule, clinical=clinical),
        around=around(item, text) if text else None,
    )


def _two_sided(question: Question) -> bool:
    """Whether anything speaks against the claim, or could not decide."""
    entries = (*question.statements, *question.studies)
    return any(e.item.direction is not Direction.SUPPORTS for e in entries)


def _sides(question: Question) -> tuple[Side, ...]:
    """The question's entries by direction; for and against always, so that a side that has
    nothing is seen to have nothing."""
    entries = (*question.studies, *question.statements)
    sides = (Side(d, heading, _of(entries, d)) for d, heading in SIDES)
    return tuple(s for s in sides if s.entries or s.direction is not Direction.INCONCLUSIVE)


def _of(entries: Iterable[Entry], direction: Direction) -> tuple[Entry, ...]:
    return tuple(e for e in entries if e.item.direction is direction)
