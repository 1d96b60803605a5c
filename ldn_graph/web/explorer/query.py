"""The query page: an editor, the canned queries with their forms, and what a query found.

The page works as forms and links; its scripts put the editor and the pictures on top.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from ldn_graph import queries, rdf
from ldn_graph.errors import LdnError, UnknownName, UsageError
from ldn_graph.graph import EvidenceGraph
from ldn_graph.queries import CannedQuery, Param
from ldn_graph.records import vocabularies
from ldn_graph.web.explorer import completion
from ldn_graph.web.explorer.completion import NAMED, things
from ldn_graph.web.explorer.page import render
from ldn_graph.web.http.etag import conditional, etag
from ldn_graph.web.http.messages import message_of
from ldn_graph.web.state import snapshot

_MEANS = {
    "about": "the thing that was asked about",
    "against": "how many sources speak directly against the claim",
    "agreement": "whether the sources agree; contested: some speak for it and some against",
    "approval": "whether the use is approved or off label, where the source says so",
    "axis": "which side of the claim’s strength the reason is for",
    "because": "why the sentence carries no claim",
    "best_level": "the highest evidence level among the claims",
    "certainty": "how sure the source sounds: asserted, hedged or speculative",
    "certainty_of_evidence": "GRADE’s certainty of the body of evidence",
    "chain": "the claims that lead from the drug to its end, one after the other",
    "chains": "how many chains of claims there are",
    "claim": "the claim, with its evidence",
    "claims": "how many claims",
    "coherence": "whether the steps were made of the same dose and in the same setting",
    "compared_with": "what the intervention was compared with",
    "condition": "the condition, symptom or outcome",
    "created": "when it was recorded",
    "creator": "who recorded it",
    "cue": "the word that hedges",
    "curie": "the identifier in another vocabulary",
    "date": "when",
    "definition": "what the thing is",
    "design": "how the study was made",
    "did": "what the curator did",
    "direction": "whether the source speaks for the claim, against it, or leaves it open",
    "dose": "the dose as the source gives it",
    "dose_band": "the band of the dose",
    "dose_form": "of which dose the claim is made",
    "doubt": "a reason to doubt the chain",
    "duration": "for how long",
    "effect": "what the drug is said to do at the end of the chain",
    "effect_found": "the effect in plain numbers with its interval, and what it rests on",
    "end": "where the words end in the source’s text, in characters",
    "entity": "the thing",
    "example": "one of the claims, in words",
    "example_quote": "one of the quotes",
    "finding": "the result in the curators’ words",
    "first_author": "the first author",
    "for": "how many sources speak directly for the claim",
    "frequency": "how often",
    "group": "the group that the condition belongs to",
    "high": "the upper end of the dose",
    "block": "direct claims, chains, or claims about what is part of the end",
    "grade": "the certainty of the evidence, what was measured, or the kind of source",
    "highest_level": "the highest evidence level among the claims",
    "how": "in which way it leans on the other claim",
    "intervention": "what was given",
    "item": "the piece of evidence",
    "joined": "whether one source joins the steps, or only this graph does",
    "label": "the name",
    "leaned_on": "the claim that it leans on",
    "level": "the evidence level, 0 (unsupported) to 4 (replicated); for a chain, that of "
    "its weakest step",
    "license": "the licence",
    "low": "the lower end of the dose",
    "match": "how exactly the identifier fits",
    "mechanism": "the step in between",
    "member_claim": "a claim about the condition itself",
    "member_quote": "the words that place the condition in its group",
    "name": "who it was",
    "nanopublication": "the claim with its provenance, as one document",
    "note": "a remark of the curators",
    "number": "how many",
    "opening": "the first words of the sentence",
    "outcome": "what is said to change",
    "path": "the chain as a record",
    "place": "whether the thing stands at the claim’s beginning or end, or is its setting",
    "pmid": "the paper’s number in PubMed",
    "quote": "the source’s exact words",
    "quotes": "how many quotes",
    "regimen": "the way of taking it",
    "relation": "how the two things are said to be related",
    "rests_on": "what the source itself gives as its basis",
    "retracted": "whether the source was retracted",
    "says": "what the source says, with its hedges kept",
    "searched_until": "until when its studies were last searched for",
    "section": "the section of the source in which the words stand",
    "severity": "how severe",
    "side_effect": "the side effect",
    "size": "how many people or samples",
    "source": "who says it",
    "speaks": "whether it speaks for, against or neither",
    "start": "where the words begin in the source’s text, in characters",
    "statements": "how many pieces of evidence come from the source",
    "step": "the number of the step in the chain",
    "steps": "how many steps the chain has",
    "their_label": "what the other vocabulary calls it",
    "thing": "the thing",
    "title": "the title of the source",
    "type": "what kind of source",
    "undecided": "how many sources could not decide",
    "unit": "the unit of the dose",
    "verified_in": "the text in which the identifier was checked",
    "weakest": "whether this step is the weakest of its chain",
    "weakest_claim": "the claim of the weakest step",
    "weakest_quote": "the words of the weakest step",
    "weakest_says": "what the weakest step says",
    "weakest_step": "where the chain is weakest",
    "what": "what kind of thing",
    "why": "the reason, in words",
    "without_claim": "how many of its sentences carry no claim",
    "wording": "what the wording commits to, from assertion down to prospective",
    "words": "words that look like a hedge",
    "of": "of which dose or form of the substance it is said",
    "people": "how many people the studies that count had, as far as it is stated",
    "shows": "what the body of evidence shows, read from intervals",
    "studies": "how many distinct trials count",
}


def meanings(columns: Iterable[str]) -> list[tuple[str, str]]:
    """Column and meaning, for the columns that have one."""
    return [(c, _MEANS[c]) for c in columns if c in _MEANS]


#: A field's name in a form and in an address: this, then the parameter's name.
PREFIX = "p."
#: More things than this are looked for while typing, not listed in the page.
LISTED = 1000
_INPUTS = {"integer": "number", "date": "date", "string": "text"}


@dataclass(frozen=True)
class Field:
    """`widget`: select, list, number, date or text; an empty `value` means any."""

    name: str
    label: str
    doc: str
    widget: str
    type: str
    value: str
    options: tuple[tuple[str, str], ...]


def fields(query: CannedQuery, given: Mapping[str, str], graph: EvidenceGraph) -> list[Field]:
    """The form's fields, with what was given in them, else with the examples."""
    return [_field(p, given.get(p.name), graph) for p in query.params]


def given(query: CannedQuery, form: Mapping[str, str]) -> dict[str, str]:
    """The values of a form by parameter, an empty one as any; what is not there is left out."""
    names = {
        key.removeprefix(PREFIX): value.strip() for key, value in form.items() if PREFIX in key
    }
    return {name: value or "any" for name, value in names.items()}


def resolved(query: CannedQuery, values: Mapping[str, str], graph: EvidenceGraph) -> dict[str, str]:
    """The values with ids for what people call entities; any for an example that the corpus does
    not have."""
    kinds = {p.name: p.type for p in query.params}
    strange = (p for p in query.params if example(p) not in graph.known.get(p.type, {example(p)}))
    found = {p.name: "any" for p in strange} | dict(values)
    for name, value in values.items():
        if kinds.get(name) == "entity" and value not in graph.corpus.entities:
            entity = graph.corpus.entity_called(value)
            found[name] = entity.id if entity else value
    return found


def example(param: Param) -> str:
    """A parameter's example as a form holds it: an id, a slug, a number; empty for any.

    >>> example(Param("kind", "concept", "", "ldnv:kind-condition", "kind"))
    'condition'
    >>> example(Param("since", "date", "", '"2026-01-01"^^xsd:date'))
    '2026-01-01'
    """
    if param.default == "UNDEF":
        return ""
    if param.type in NAMED:
        return param.default.strip("<>").replace("/", ":").rpartition(":")[2]
    if param.type == "concept":
        return param.default.partition(f"{param.scheme}-")[2].rstrip(">")
    if param.type == "predicate":
        return param.default.rpartition(":")[2]
    quoted = re.match(r"""(["'])(.*?)\1""", param.default, re.DOTALL)
    return quoted[2] if quoted else param.default


def _field(param: Param, value: str | None, graph: EvidenceGraph) -> Field:
    shown = example(param) if value is None else "" if value in queries.ANY else value
    options = _options(param, graph)
    kind = _INPUTS.get(param.type) or ("list" if param.type in NAMED else "select")
    label = param.name.replace("_", " ").capitalize()
    return Field(f"{PREFIX}{param.name}", label, param.doc, kind, param.type, shown, options)


def _options(param: Param, graph: EvidenceGraph) -> tuple[tuple[str, str], ...]:
    if param.type in NAMED:
        found = sorted((t.label, t.id) for t in things(graph.corpus, param.type))
        return tuple((name, label) for label, name in found) if len(found) <= LISTED else ()
    if param.type == "predicate":
        return tuple((str(p), vocabularies.PREDICATES[p].reads) for p in vocabularies.Predicate)
    return tuple((m, m.replace("-", " ")) for m in queries.members(param))


#: What a beginner may start from, each a whole query.
EXAMPLES = (
    (
        "How often is each relation claimed?",
        """SELECT ?relation (COUNT(?claim) AS ?claims)
WHERE {
  ?claim a ldnv:Claim ;
         ldnv:predicate ?relation .
}
GROUP BY ?relation
ORDER BY DESC(?claims) ?relation""",
    ),
    (
        "What is low-dose naltrexone directly said to do?",
        """SELECT ?relation ?thing
WHERE {
  ldn:low-dose-naltrexone ?relation ?thing .
  ?thing a ldnv:Entity .
}
ORDER BY ?relation ?thing""",
    ),
    (
        "A picture of the claims at grade step 2 and above",
        """CONSTRUCT { ?subject ?relation ?object }
WHERE {
  ?claim ldnv:subject ?subject ;
         ldnv:predicate ?relation ;
         ldnv:object ?object ;
         ldnv:gradeStep ?level .
  FILTER(?level >= 2)
}""",
    ),
)
_MOST_NAMES = 50
_MOST_IRIS = 5000
_MOST_BYTES = 1_000_000


async def query_page(request: Request) -> Response:
    """The page, with the query that the address names."""
    graph = snapshot(request).graph
    form = request.query_params
    chosen, problem, text, status = None, None, form.get("query", ""), 200
    name = form.get("name", "")
    if name:
        try:
            chosen = _canned(graph, name)
            text = text or _filled(chosen, form, graph)
        except LdnError as error:
            problem, status = message_of(request, error), error.status
            text = text or (bare(chosen.text) if chosen else "")
    return render(
        request,
        "query.html",
        status=status,
        tags=_tags(graph),
        canned=sorted(graph.canned.values(), key=lambda q: q.summary),
        chosen=chosen,
        fields=_fields(chosen, form, graph),
        meanings=meanings(chosen.columns) if chosen else [],
        problem=problem,
        query=text,
        examples=[(title, _with_prefixes(graph, example)) for title, example in EXAMPLES],
        base_iri=graph.corpus.description.base,
    )


async def terms(request: Request) -> Response:
    """Prefixes and terms for completion."""
    shown = snapshot(request)
    graph = shown.graph

    def known() -> Response:
        found = [vars(term) for term in completion.terms(graph)]
        prefixes = rdf.Names(graph.corpus.description.base).prefixes
        return JSONResponse({"prefixes": prefixes, "terms": found})

    return conditional(request, etag("terms", shown.version), known)


async def names(request: Request) -> Response:
    """Things of a kind whose names hold some words."""
    kind, words = request.query_params.get("type", "entity"), request.query_params.get("q", "")
    if kind not in completion.NAMED:
        raise UnknownName.among("type", kind, completion.NAMED)
    shown = snapshot(request)

    def known() -> JSONResponse:
        found = completion.called(shown.graph.corpus, kind, words[:100], most=_MOST_NAMES)
        return JSONResponse([{"id": t.id, "label": t.label, "detail": t.detail} for t in found])

    return conditional(request, etag("names", shown.version, kind, words[:100]), known)


async def labels(request: Request) -> Response:
    """What the things behind IRIs are called: a list of IRIs in, an object out."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise UsageError(f"more than {_MOST_BYTES} bytes of IRIs; ask in several requests")
    try:
        iris = json.loads(bytes(body))
    except (ValueError, RecursionError) as error:
        raise UsageError("the body is no JSON; send a list of IRIs") from error
    if not isinstance(iris, list) or not all(isinstance(iri, str) for iri in iris):
        raise UsageError('the body is no list of IRIs; send one like ["https://…"]')
    found = completion.labels(snapshot(request).graph, iris[:_MOST_IRIS])
    return JSONResponse(found)


def _canned(graph: EvidenceGraph, name: str) -> CannedQuery:
    if name not in graph.canned:
        raise UnknownName.among("query", name, graph.canned)
    return graph.canned[name]


def _filled(query: CannedQuery, form: Mapping[str, str], graph: EvidenceGraph) -> str:
    values = resolved(query, given(query, form), graph)
    base = graph.corpus.description.base
    return bare(queries.fill(query, values, known=graph.known, base=base))


def _fields(
    query: CannedQuery | None, form: Mapping[str, str], graph: EvidenceGraph
) -> list[Field]:
    if query is None:
        return []
    return fields(query, resolved(query, given(query, form), graph), graph)


def bare(text: str) -> str:
    """A query without its header, which the page shows beside it."""
    return re.sub(r"^#\+.*\n", "", text, flags=re.MULTILINE)


def _with_prefixes(graph: EvidenceGraph, text: str) -> str:
    prefixes = rdf.Names(graph.corpus.description.base).prefixes
    used = [p for p in prefixes if re.search(rf"\b{p}:", text)]
    return "".join(f"PREFIX {p}: <{prefixes[p]}>\n" for p in used) + "\n" + text


def _tags(graph: EvidenceGraph) -> list[tuple[str, int]]:
    counts = Counter(tag for query in graph.canned.values() for tag in query.tags)
    several = {tag: count for tag, count in counts.items() if count > 1}
    return sorted(several.items(), key=lambda pair: (-pair[1], pair[0]))


routes: list[BaseRoute] = [
    Route("/query", query_page),
    Route("/query/terms.json", terms),
    Route("/query/names.json", names),
    Route("/query/labels.json", labels, methods=["POST"]),
]
