"""Every check of a corpus, gathered: quotes, coverage, rules over records, queries, SHACL shapes.

The flat view is validated whole against must.ttl and should.ttl. Nanopublications are validated
one by one against nanopub.ttl: two that contradict each other each conform, their union does not.

The engine is `shacl` (Rust). Tests hold it to the results of pySHACL on a mutant of every
constraint: see docs/decisions.

Files that can't be read or that name what is not there never get this far: `corpus.read` refuses.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import pyoxigraph as ox
import shacl

from ldn_graph import files, queries, rdf
from ldn_graph.curation import transitions
from ldn_graph.errors import UsageError
from ldn_graph.grading.strength import Rule, Strength, grade_all
from ldn_graph.paths import search
from ldn_graph.records.corpus import Places
from ldn_graph.records.findings import Finding, Severity, in_order
from ldn_graph.records.model import Claim, Corpus
from ldn_graph.records.vocabularies import Action, Status
from ldn_graph.store import MemoryStore
from ldn_graph.table import plain
from ldn_graph.texts.source_texts import Texts
from ldn_graph.validation import claim as claim_audit
from ldn_graph.validation import confusables, coverage, quotes

__all__ = ["Finding", "Severity", "check", "check_files", "history"]


#: Shapes of the flat view and how bad a result is; nanopub.ttl holds those of nanopublications.
FLAT = {"must": Severity.ERROR, "should": Severity.WARNING}
NANOPUB = "nanopub"


@dataclass(frozen=True, order=True)
class Result:
    """What does not conform: the file and name of the shape, the node's IRI, what and remedy.

    `component` is the constraint, as SHACL names it, and `value` what broke it.
    """

    severity: Severity
    file: str
    shape: str
    component: str
    focus: str
    message: str
    value: str | None


def validate(quads: Iterable[ox.Quad], folder: Path) -> tuple[Result, ...]:
    """Validate both levels of `quads` against the shapes in `folder`, sorted.

    Files that are not there are skipped. Raises ValueError where a file of shapes is none.
    """
    graphs = _by_nanopub(quads)
    flat = graphs.pop("", [])
    work = [(name, [flat]) for name in FLAT] + [(NANOPUB, list(graphs.values()))]
    found: set[Result] = set()
    for name, datas in work:
        file = folder / f"{name}.ttl"
        if file.is_file():
            shapes = shacl.Shapes.from_file(str(file))
            found.update(result for data in datas for result in results(data, shapes, name))
    return tuple(sorted(found, key=_key))


def results(triples: Iterable[ox.Triple], shapes: shacl.Shapes, file: str) -> Iterator[Result]:
    """What of one graph does not conform to `shapes`, which are those of `file`."""
    data = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    for found in shapes.validate_text(data.decode("utf-8"), format="nt").results:
        yield Result(
            FLAT.get(file, Severity[found.severity.replace("Violation", "Error").upper()]),
            file,
            _iri(found.source_shape or "").rpartition("#")[2],
            found.component,
            _iri(found.focus_node),
            found.message or "",
            found.value_plain,
        )


def _iri(term: str) -> str:
    """A term of N-Triples without its brackets."""
    return term.removeprefix("<").removesuffix(">")


def _key(result: Result) -> tuple[str, ...]:
    shown = (result.focus, result.shape, result.component, result.message, result.value or "")
    return (result.file, *shown)


def _by_nanopub(quads: Iterable[ox.Quad]) -> dict[str, list[ox.Triple]]:
    """The triples of the default graph together, under "", and those of each nanopublication's
    four graphs together: their names differ in the fragment only."""
    found: defaultdict[str, list[ox.Triple]] = defaultdict(list)
    for quad in quads:
        name = "" if isinstance(quad.graph_name, ox.DefaultGraph) else quad.graph_name.value
        found[name.partition("#")[0]].append(quad.triple)
    return found


#: MeSH's id of naloxone; another database has it for naltrexone.
_NALOXONE, _NALTREXONE = "MESH:D009270", "MESH:D009271"

#: Violation query → the rules over files that say the same with the better place: where one of
#: these spoke of a record, the query need not repeat it.
_SAME: dict[str, tuple[str, ...]] = {
    "accepted-without-accept-event": ("history",),
    "blog-without-quote": ("quote-missing",),
    "cue-outside-quote": ("cue-outside-quote",),
    "dose-outside-band": ("dose-not-as-written",),
    "events-out-of-order": ("history",),
    "hedged-but-asserted": ("hedged-as-asserted",),
    "hedged-without-cue": ("certainty-without-cue",),
    "naloxone-taken-for-naltrexone": ("naloxone-id",),
    "quote-without-position": ("quote-without-offsets",),
    "same-claim-twice": ("same-claim-twice",),
    "self-accepted": ("self-review",),
    "sentence-left-out-yet-quoted": ("gap-with-claims",),
    "treats-without-approval": ("treats-needs-approval",),
}


def check(
    corpus: Corpus,
    places: Places,
    rule: Rule,
    *,
    strengths: Mapping[str, Strength] | None = None,
    texts: Texts | None = None,
    quads: Sequence[ox.Quad] | None = None,
    shapes: bool = False,
    progress: Callable[[str], None] | None = None,
) -> tuple[Finding, ...]:
    """All findings, errors first, then by place.

    With `texts`, quotes and coverage are held against them. `shapes` validates the RDF against
    SHACL too: about a second for two hundred claims. `quads` spares writing
    the RDF anew; `progress` is told each step as it begins.
    """
    tell = progress or (lambda _: None)
    found = check_files(corpus, places, rule, texts, tell)
    tell("queries")
    written = _quads(corpus, rule, strengths) if quads is None else quads
    found += _violations(corpus, places, written, found)
    if shapes:
        tell("shapes")
        found += _shapes(corpus, places, written, files.root() / "ontology" / "shapes")
    return in_order(found)


def check_files(
    corpus: Corpus,
    places: Places,
    rule: Rule,
    texts: Texts | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> list[Finding]:
    """What needs no RDF: the quote audit, the coverage of `texts`, rules over single records."""
    tell("quotes")
    found = list(quotes.audit(corpus, places, rule, texts))
    next_versions = corpus.model_copy(update={"claims": corpus.proposals, "proposals": {}})
    if corpus.proposals:
        found += quotes.audit(next_versions, _OfProposals(places.nodes), rule, texts)
    if texts is not None:
        tell("coverage")
        found += coverage.audit(corpus, places, texts)
    tell("records")
    found += confusables.audit(corpus, places)
    return [*found, *_claims(corpus, places), *_entities(corpus, places)]


def _quads(corpus: Corpus, rule: Rule, strengths: Mapping[str, Strength] | None) -> list[ox.Quad]:
    graded = grade_all(corpus, rule) if strengths is None else strengths
    return rdf.quads(corpus, graded, search.all_paths(corpus, graded))


#: Statuses of claims that may still come into force.
_PENDING = (Status.DRAFT, Status.SUBMITTED)


def _claims(corpus: Corpus, places: Places) -> Iterator[Finding]:
    first: dict[tuple[str, ...], str] = {}
    for claim in corpus.proposals.values():
        yield from history(claim, places, "proposal")
        yield from claim_audit.audit_record(claim, _OfProposals(places.nodes))
        yield from claim_audit.twins(claim, corpus, _OfProposals(places.nodes))
    for claim in sorted(corpus.claims.values(), key=lambda c: (c.history[0].on, c.id)):
        yield from history(claim, places)
        if claim.status in _PENDING:
            yield from claim_audit.audit_record(claim, places)
            yield from claim_audit.twins(claim, corpus, places)
        if not claim.current:
            continue
        yield from claim_audit.audit_record(claim, places)
        twin = first.setdefault(claim.proposition, claim.id)
        if twin != claim.id:
            yield _error(
                "same-claim-twice",
                places("claim", claim.id, "subject"),
                f"{claim.id} says the same as {twin} ({places('claim', twin)})",
                "put its evidence under that one, and retract this one",
            )


class _OfProposals(Places):
    """Where next versions stand: what is said of a claim is said of its next version."""

    def __call__(self, what: str, name: str, *steps: str | int) -> str:
        return super().__call__("proposal" if what == "claim" else what, name, *steps)


def history(claim: Claim, places: Places, what: str = "claim") -> Iterator[Finding]:
    """A history that can't have happened, that doesn't lead to the status, or of a self-review."""
    try:
        status = transitions.replay(claim.history)
    except UsageError as error:
        message, _, remedy = str(error).partition("; ")
        where = places(what, claim.id, "history")
        yield _error("history", where, f"{claim.id}: {message}", remedy)
    else:
        if status is not claim.status:
            yield _error(
                "history",
                places(what, claim.id, "status"),
                f"{claim.id} is on record as {claim.status}, but its history leads to {status}",
                f"write status: {status}, or add the event that is missing",
            )
    for n, event in enumerate(claim.history):
        if event.action is Action.ACCEPT and event.by in transitions.authors(claim.history[:n]):
            yield _error(
                "self-review",
                places(what, claim.id, "history", n),
                f"{claim.id}: {event.by} accepted it and is one of its authors",
                "have somebody else review it",
            )


def _entities(corpus: Corpus, places: Places) -> Iterator[Finding]:
    for entity in corpus.entities.values():
        named = any("naltrexone" in name.casefold() for name in (entity.label, *entity.synonyms))
        for mapping in entity.mappings:
            if named and mapping.curie == _NALOXONE:
                yield _error(
                    "naloxone-id",
                    places("entity", entity.id, "mappings"),
                    f"{entity.id}: {_NALOXONE} is naloxone, not naltrexone",
                    f"write {_NALTREXONE}",
                )


def _error(rule: str, where: str, message: str, remedy: str) -> Finding:
    return Finding(Severity.ERROR, rule, where, message, remedy)


def _violations(
    corpus: Corpus, places: Places, quads: Iterable[ox.Quad], found: Sequence[Finding]
) -> Iterator[Finding]:
    """The rows of the violation queries; each names a thing by its IRI."""
    store = MemoryStore()
    store.load(quads)
    base = corpus.description.base
    for query in queries.canned(files.root() / "queries" / "checks").values():
        for row in queries.run(store, query, base=base):
            thing = plain(row.get("thing"))
            name = _name(thing, base)
            if not _said(name, _SAME.get(query.name, ()), found):
                yield Finding(
                    Severity(query.severity or Severity.ERROR),
                    query.name,
                    _place(thing, corpus, places),
                    f"{name}: {plain(row.get('detail')) or query.summary}",
                    query.remedy or "correct the record",
                )


def _said(name: str, rules: Sequence[str], found: Sequence[Finding]) -> bool:
    """Whether one of `rules` already spoke of the record `name`."""
    record = re.compile(rf"(?<![\w-]){re.escape(name.partition(' ')[0])}(?![\w-])")
    return any(f.rule in rules and record.search(f.message) for f in found)


def _shapes(
    corpus: Corpus, places: Places, quads: Iterable[ox.Quad], folder: Path
) -> Iterator[Finding]:
    for result in validate(quads, folder):
        message, _, remedy = result.message.rpartition("; ")
        yield Finding(
            result.severity,
            f"{result.file}-{result.shape}",
            _place(result.focus, corpus, places),
            f"{_name(result.focus, corpus.description.base)}: {message or result.message}",
            remedy if message else "correct the record",
        )


def _name(iri: str, base: str) -> str:
    """A thing of the corpus as files name it.

    >>> _name("https://x/claim/a-b#e1-cue-2", "https://x/"), _name("https://y/z", "https://x/")
    ('a-b e1-cue-2', 'https://y/z')
    """
    local = iri.removeprefix(base)
    return iri if local == iri else local.partition("/")[2].replace("#", " ", 1) or local


def _place(iri: str, corpus: Corpus, places: Places) -> str:
    """Where a thing stands in the files; what stands in none keeps its name."""
    node, _, part = iri.removeprefix(corpus.description.base).partition("#")
    kind, _, name = node.partition("/")
    kind = "claim" if kind == "np" else kind
    if not name or (kind, name) not in places.nodes:
        return iri
    item = "".join(takewhile(lambda c: c != "-", part))
    ids = [i.id for i in corpus.claims[name].evidence] if kind == "claim" else []
    steps = ("evidence", ids.index(item)) if item in ids else ()
    return places(kind, name, *steps)
