"""Every check of a corpus, gathered: quotes, coverage, rules over claims, queries, shapes.

Files that can't be read or that name what is not there never get this far: `corpus.read` refuses.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import pyoxigraph as ox

from ldn_graph import coverage, files, paths, queries, quotes, rdf
from ldn_graph.corpus import Places
from ldn_graph.findings import Finding, Severity, in_order
from ldn_graph.model import Claim, Corpus
from ldn_graph.store import MemoryStore
from ldn_graph.strength import Rule, Strength
from ldn_graph.table import plain
from ldn_graph.terms import Action, Design, Predicate

__all__ = ["Finding", "Severity", "check"]

#: MeSH's id of naloxone; another database has it for naltrexone.
_NALOXONE = "MESH:D009270"


def check(
    corpus: Corpus,
    places: Places,
    rule: Rule,
    *,
    strengths: Mapping[str, Strength],
    texts: quotes.Texts | None = None,
    shapes: bool = False,
    progress: Callable[[str], None] | None = None,
) -> tuple[Finding, ...]:
    """All findings, errors first. `shapes` validates the RDF against SHACL too: half a minute for
    a hundred claims."""
    tell = progress or (lambda _: None)
    tell("quotes")
    found = list(quotes.audit(corpus, places, rule, texts))
    tell("coverage")
    for source, whole in sorted((texts.by_source if texts else {}).items()):
        found += coverage.audit(corpus, places, source, whole)
    tell("claims")
    found += _claims(corpus, places)
    found += _entities(corpus, places)
    tell("queries")
    found += _violations(corpus, places, strengths)
    if shapes:
        tell("shapes")
        found += _shapes(corpus, strengths, tell)
    return in_order(found)


def _claims(corpus: Corpus, places: Places) -> Iterator[Finding]:
    seen: dict[tuple[str, ...], str] = {}
    for claim in corpus.claims.values():
        if claim.current and claim.proposition in seen:
            yield _finding(
                places,
                claim,
                "same-claim-twice",
                f"it says the same as {seen[claim.proposition]}",
                "put its evidence under that claim and retract this one",
            )
        if claim.current:
            seen[claim.proposition] = claim.id
        if claim.predicate is Predicate.TREATS and not _approved(claim):
            yield _finding(
                places,
                claim,
                "treats-needs-approval",
                "`treats` has no approval behind it",
                "use treats-or-applied-or-studied-to-treat, or add the regulatory label",
            )
        if _accepted_by_its_author(claim):
            yield _finding(
                places,
                claim,
                "self-review",
                "whoever wrote it last also accepted it",
                "have somebody else accept it",
                Severity.WARNING,
            )


def _finding(
    places: Places,
    claim: Claim,
    rule: str,
    message: str,
    remedy: str,
    severity: Severity = Severity.ERROR,
) -> Finding:
    return Finding(severity, rule, places("claim", claim.id), f"{claim.id}: {message}", remedy)


def _approved(claim: Claim) -> bool:
    return any(item.design is Design.REGULATORY_LABEL for item in claim.evidence)


def _accepted_by_its_author(claim: Claim) -> bool:
    author = None
    for event in claim.history:
        if event.action in (Action.CREATE, Action.EDIT):
            author = event.by
        if event.action is Action.ACCEPT and event.by == author:
            return True
    return False


def _entities(corpus: Corpus, places: Places) -> Iterator[Finding]:
    for entity in corpus.entities.values():
        wrong = [m for m in entity.mappings if m.curie == _NALOXONE]
        if wrong and "naltrexone" in " ".join(entity.names).casefold():
            yield Finding(
                Severity.ERROR,
                "naloxone-id",
                places("entity", entity.id, "mappings"),
                f"{entity.id}: {_NALOXONE} is naloxone, not naltrexone",
                "write MESH:D009271",
            )


def _violations(
    corpus: Corpus, places: Places, strengths: Mapping[str, Strength]
) -> Iterator[Finding]:
    """The rows of the violation queries; each names a thing by its IRI."""
    store = MemoryStore()
    store.load(rdf.quads(corpus, strengths, paths.all_paths(corpus, strengths)))
    base = corpus.description.base
    for query in queries.canned(files.root() / "queries" / "checks").values():
        for row in queries.run(store, query, base=base):
            thing = plain(row.get("thing"))
            yield Finding(
                Severity(query.severity or "error"),
                query.name,
                _place(thing, base, places),
                plain(row.get("detail")) or thing,
                query.remedy or query.summary,
            )


def _place(iri: str, base: str, places: Places) -> str:
    kind, _, name = iri.removeprefix(base).partition("#")[0].partition("/")
    return places(kind, name) if name else iri


def _shapes(
    corpus: Corpus, strengths: Mapping[str, Strength], tell: Callable[[str], None]
) -> Iterator[Finding]:
    folder = files.root() / "ontology" / "shapes"
    everything = rdf.quads(corpus, strengths)
    flat = [q.triple for q in everything if isinstance(q.graph_name, ox.DefaultGraph)]
    for name in ("must", "should"):
        tell(f"shapes: {name}")
        yield from _validate(flat, folder / f"{name}.ttl")
    # one by one: two claims that contradict each other each conform, their union does not
    for claim in corpus.current():
        tell(f"shapes: {claim.id}")
        quads = rdf.nanopub_quads(claim, corpus, strengths[claim.id])
        yield from _validate([q.triple for q in quads], folder / "nanopub.ttl")


def _validate(triples: Iterable[ox.Triple], shapes: Any) -> Iterator[Finding]:
    # imported here: pyshacl changes rdflib for the whole process, and few calls need it
    import pyshacl
    from rdflib import SH, Graph

    data = Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")
    _, report, _ = pyshacl.validate(data, shacl_graph=Graph().parse(shapes))
    for result in report.subjects(SH.resultSeverity, None):
        warning = (result, SH.resultSeverity, SH.Warning) in report
        yield Finding(
            Severity.WARNING if warning else Severity.ERROR,
            f"shape-{shapes.stem}",
            str(report.value(result, SH.focusNode)),
            str(report.value(result, SH.resultPath) or "the whole"),
            str(report.value(result, SH.resultMessage)),
        )
