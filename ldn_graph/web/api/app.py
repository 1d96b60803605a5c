"""The API put together: its addresses, its description, and what all its answers have in common.

The keys are names of fields, or `Model.field` where the name alone would not do.
"""

from functools import cache
from threading import Lock
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from ldn_graph import __version__
from ldn_graph.web.api import evidence, graph, problems, queries, records, search
from ldn_graph.web.explorer.page import address, render
from ldn_graph.web.http.errors import MEDIA_TYPE
from ldn_graph.web.http.etag import Conditional
from ldn_graph.web.state import State, settings

FIELDS: dict[str, str] = {
    "id": "Id: a slug that never changes",
    "iri": "The name of the thing in the world, wherever this server is",
    "name": "Name",
    "Agent.name": "Who it is",
    "kind": "What kind of thing it is",
    "Dependence.kind": "How the claim leans on the other",
    "SearchHit.kind": "entity, claim or source",
    "GapRecord.kind": "Which of the four lists it is in",
    "label": "The name that it is shown by",
    "TermMapping.label": "The term’s name in its vocabulary",
    "orcid": "ORCID iD, without the address",
    "roles": "What they may do as curators",
    "note": "A remark of the curators",
    "links": "Other forms of the same record",
    "items": "The records of this page, in order",
    "column": "Where its kind stands in a picture: drug, mechanism, pathway, condition, practice",
    "literal": "An author’s name as the source has it",
    "family": "Family name",
    "given": "Given names or initials",
    "subject": "What the claim is about",
    "predicate": "The relation; the vocabulary at /vocab defines each",
    "object": "What the subject stands in the relation to",
    "condition": "The condition in which it is claimed",
    "status": "Where it stands in its curation; only what is accepted is in force",
    "qualifiers": "What narrows the claim down",
    "evidence": "Who said it, in which words, how sure, on what basis",
    "strength": "What the evidence amounts to, and why",
    "leans_on": "Claims that this one leans on in its source’s text",
    "history": "Who did what to it, and when",
    "value": "The value, as the filter takes it",
    "action": "What a curator did",
    "by": "Id of the agent, or who judged",
    "on": "Day, as 2026-01-31",
    "why": "Why",
    "reasons": "Why, sentence by sentence",
    "CurationEvent.to": "Id of the agent whom the claim was given to",
    "replaced_by": "Id of the claim that takes the place of an obsolete one",
    "former_ids": "Ids of entities that were merged into it; they still answer",
    "claim": "Id of the claim",
    "claims": "Ids of the claims",
    "text": "The words",
    "Dose.text": "The dose as written",
    "low": "Least amount, in `unit`, as a decimal in text",
    "high": "Greatest amount, in `unit`, as a decimal in text",
    "unit": "mg a day, mg/kg a day, or uM (micromolar, in culture)",
    "band": "Dose band of oral naltrexone a day: low is 1 to 6 mg",
    "title": "Title",
    "subtitle": "What is in the picture, in a line",
    "disclaimer": "What must be shown beside it: not medical advice",
    "nodes": "The entities, start to end on a path",
    "edges": "The claims, one edge each",
    "sources": "The sources of what is drawn",
    "bands": "The columns of the picture",
    "author": "Who wrote it",
    "authors": "Who wrote it, one name each",
    "retracted": "Whether it was withdrawn by its publisher; it then counts nothing",
    "credit": "Whom to credit for its words, and under which licence",
    "citation": "Author, title and date in one line",
    "short": "Author and date",
    "level_name": "The evidence level in a word",
    "wording": "Strongest wording of a source in favour",
    "agreement": "Whether the sources agree; contested is never averaged away",
    "first": "Control point at the start",
    "second": "Control point at the end",
    "definition": "What it is",
    "synonyms": "Other names, sorted",
    "hidden_labels": "Spellings that find it, and are not shown",
    "broader": "Ids of entities that it is a kind of",
    "dose_band": "Dose band of a regimen of naltrexone",
    "mappings": "Terms of outside vocabularies, with the text that shows each",
    "asks": "What is asked, as the claim that it would be",
    "sx": "Share of dx",
    "sy": "Share of dy",
    "html": "Path of the page",
    "turtle": "Path of the Turtle",
    "jsonld": "Path of the JSON-LD",
    "trig": "Path of the TriG, named graphs included",
    "steps": "The claims from start to end",
    "subject_change": "The changed state of the subject in which it acts",
    "population": "In whom",
    "location": "Id of where in the body",
    "timing": "When, as written",
    "frequency": "How often, as written",
    "severity": "How severe, as written",
    "approval": "off_label_use where the use is outside the drug’s approval",
    "version": "Version of the data",
    "columns": "Names of the columns, in order",
    "description": "What it is, in full",
    "summary": "The question that it answers",
    "tags": "For whom and about what it is",
    "parameters": "What may be asked for in place of the examples",
    "sentence": "How what is said compares with what was found, in words",
    "statements": "What texts say: articles, then papers",
    "studies": "What was studied, what counts first",
    "type": "Kind of publication (CSL)",
    "issued": "Date as EDTF: 2013, 2024-05, or XXXX-11-10 where the text gives no year",
    "container_title": "Journal or site",
    "doi": "DOI, without the address",
    "pmid": "PubMed id",
    "pmcid": "PubMed Central id",
    "more_authors": "Whether there are more authors than the record names",
    "registry_id": "Number in a trial registry",
    "design": "Design of the study; null for a text that only states",
    "codes": "CURIEs of publication types",
    "language": "BCP 47 tag",
    "license": "Licence of its text",
    "text_sha256": "SHA-256 of the text that offsets refer to",
    "text_length": "Length of that text in characters",
    "text_part": "What part of the source the text is; null for the whole",
    "pools": "Ids of sources whose results it pools",
    "comments_on": "Ids of sources that it comments on",
    "author_group": "Research group; studies of one group are not independent",
    "pooled_designs": "Designs of the studies that it pools",
    "pools_more": "True where it pools others than those in `pools`",
    "searched_until": "When it was last searched for, as EDTF",
    "report_of": "Id of the main report of the same trial",
    "funding": "Who paid, and stated conflicts of interest",
    "independent_funding": "False where a seller of the drug paid; null where nobody says",
    "bias": "Judgements of its risk of bias, with who made them",
    "judgement": "The class of RoB 2 that the words fit; null where none",
    "results": "What it found: outcome, comparator, numbers as printed",
    "measurements": "What it measured of a mechanism: in what, with which compound and dose",
    "outcome_text": "The outcome in the study’s words",
    "comparator": "What it was compared with",
    "comparator_text": "The comparator in the study’s words",
    "crossover": "Whether the same people had both in turn",
    "n_intervention": "People on the intervention; null where not given",
    "n_comparator": "People on the comparator; null where not given",
    "time_point": "When it was measured",
    "measure": "Kind of number",
    "scale": "Instrument or unit",
    "better": "Which way of the estimate is good for the patient",
    "estimate": "The effect, as printed",
    "ci_low": "Lower end of the interval",
    "ci_high": "Upper end of the interval",
    "ci_level": "Confidence level in percent",
    "p_sign": "How the p value is bounded",
    "p_value": "The p value, or its bound",
    "p_text": "The p value where it is no single number",
    "value_intervention": "What the intervention group had, as written",
    "value_comparator": "What the comparator group had, as written",
    "important_difference": "The smallest difference that matters to patients, with its source",
    "mid": "The same as a number in the unit of the estimate",
    "i2": "I² in percent",
    "trials": "How many trials were pooled",
    "certainty_stated": "The certainty that the source itself states; no input of grading",
    "reported_by": "Another text than the study’s own that gives it",
    "recorded_from": "Row of the reference tables that it was recorded from",
    "tested": "In what kind of thing it was measured",
    "tested_text": "In what, in the study’s words",
    "compound": "Which molecule was given",
    "compound_text": "Which molecule, in the study’s words",
    "dose_text": "Dose or concentration, as written",
    "measured": "What was measured",
    "result": "What was found",
    "controlled": "Whether it was compared with a control; null where nobody says",
    "reached_by_dose": "Whether people reach that concentration at the claim’s dose",
    "verified_in": "Where the record was checked",
    "unused_because": "Why no claim draws on it",
    "exact": "The exact words",
    "start": "First character in the source’s text, counted from 0",
    "end": "Character after the last, counted from 0",
    "reading": "The claim in words",
    "item": "Id of the evidence item within the claim",
    "source": "Id of the source",
    "direction": "Which way it speaks: supports, refutes or inconclusive",
    "sample_size": "Participants; null where not given, which is not 0",
    "curie": "Identifier in its vocabulary, such as MONDO:0005011",
    "match": "SKOS match; related is a link, never an equivalence",
    "certainty": "How sure the source sounds, in its own words",
    "role": "What the quoted words are in their source",
    "stated": "Whether the words state the claim, or take it for granted",
    "basis": "What the source itself goes by",
    "indirectness": "How the evidence is about something else than the claim",
    "quote": "The exact words, with where they stand",
    "section": "The section of the source",
    "cues": "Words of the quote that show how sure the source sounds",
    "unhedged_cues": "Words that could be taken for a hedge, and are none",
    "context": "Words that the quote needs to be understood",
    "finding": "The finding, in the curators’ words",
    "outcome": "What was measured",
    "sample_text": "Participants, as written",
    "dose": "The dose",
    "duration": "How long, as written",
}


def describe(schemas: dict[str, Any]) -> None:
    """Put a description on every field of `schemas` that has none."""
    for model, schema in schemas.items():
        for name, field in schema.get("properties", {}).items():
            known = FIELDS.get(f"{model}.{name}") or FIELDS.get(name)
            if known and "description" not in field:
                field["description"] = known


_ABOUT = """
Claims that texts make about low-dose naltrexone, with the exact words, how sure they sound, and
what stands behind them. **Not medical advice:** the API says what texts claim, never that a
treatment works.

Every answer has an `ETag`, and `If-None-Match` gets 304 while the data are the same. Lists have
`limit` and `offset`, their neighbours in the `Link` header, and `format=csv`. Errors are problem
details (RFC 9457). Anybody's page may read (CORS `*`); there is nothing to write here.
""".strip()


def create_api(state: State) -> FastAPI:
    """The API as an application of its own, to be mounted at `/api`.

    The application that it is mounted in becomes its `state.site`.
    """
    app = FastAPI(
        title="ldn-graph",
        summary="An evidence knowledge graph about low-dose naltrexone",
        description=_ABOUT,
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        middleware=[
            Middleware(
                CORSMiddleware,
                allow_origins=["*"],
                allow_methods=["GET", "HEAD", "OPTIONS"],
                allow_headers=["*"],
                expose_headers=["ETag", "Link", "Retry-After", "X-Total-Count"],
            ),
            Middleware(Conditional),
        ],
        responses={
            400: {"description": "A parameter is wrong", "content": _PROBLEM},
            404: {"description": "A name is not known", "content": _PROBLEM},
            503: {"description": "Too much at once", "content": _PROBLEM},
        },
    )
    app.state.ldn = state
    app.state.site = app
    for part in (records, search, graph, queries, evidence, evidence, evidence):
        app.include_router(part.router)
    app.add_route("/openapi.json", _description, include_in_schema=False)
    app.add_route("/", _manual, include_in_schema=False)
    app.add_route("/docs", _usual, include_in_schema=False)
    problems.install(app)
    return app


_PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}


async def _description(request: Request) -> Response:
    described = {
        **_openapi(request.app),
        "servers": [{"url": settings(request).base_path + "/api"}],
    }
    return JSONResponse(described)


def _usual(request: Request) -> Response:
    """Where people look for the manual of such an API first."""
    return RedirectResponse(address(request, "/api/"), 308)


def _manual(request: Request) -> Response:
    """The description for people, from the same document."""
    described = _openapi(request.app)
    operations = [
        {"path": path, "tag": operation["tags"][0], **operation}
        for path, methods in described["paths"].items()
        for operation in methods.values()
    ]
    models = [
        {"name": name, **schema}
        for name, schema in sorted(described["components"]["schemas"].items())
        if "properties" in schema or "enum" in schema
    ]
    return render(request, "api.html", info=described["info"], operations=operations, models=models)


_describing = Lock()


def _openapi(app: FastAPI) -> dict[str, Any]:
    """The description; it is put together from what all who ask share, so by one at a time."""
    with _describing:
        return _described(app)


@cache
def _described(app: FastAPI) -> dict[str, Any]:
    """The description, with our own form of errors in place of FastAPI's."""
    made = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
    )
    for path in made["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
    schemas = made["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = problems.Problem.model_json_schema()
    describe(schemas)
    return made
