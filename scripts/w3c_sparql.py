"""The W3C's SPARQL 1.1 tests of queries, updates and syntax, over HTTP against a server of ours:

    python scripts/w3c_sparql.py SUITE [--least N]

SUITE is `sparql/sparql11` of a checkout of github.com/w3c/rdf-tests (not in this repository). A
server is started on a free port, its store emptied and filled for each test. Entailment, federation
and the HTTP protocols have suites of their own. Results are compared as RDF graphs of their rows,
canonicalised, numbers by value; the order of rows is not. Ends with 1 where fewer than N pass.
"""

import argparse
import csv
import io
import os
import re
import secrets
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pyoxigraph as ox

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
UT = "http://www.w3.org/2009/sparql/tests/test-update#"
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"
NUMBERS = {XSD + n for n in ("integer", "decimal", "double", "float")}
#: What isn't asked of an endpoint like ours, or has a suite of its own.
LEFT_OUT = {"entailment", "service", "protocol", "graph-store-protocol"}
LEFT_OUT |= {"http-rdf-update", "service-description"}
RESULTS = {
    ".srx": ox.QueryResultsFormat.XML,
    ".srj": ox.QueryResultsFormat.JSON,
    ".tsv": ox.QueryResultsFormat.TSV,
}
GRAPHS = {".ttl": ox.RdfFormat.TURTLE, ".nt": ox.RdfFormat.N_TRIPLES, ".rdf": ox.RdfFormat.RDF_XML}
_READ = re.compile(r"switched off|can't be told whether|engine can't (answer|carry) ")
Triples = list[ox.Triple]


class Graph:
    """A manifest, to be looked at node by node."""

    def __init__(self, path: Path) -> None:
        self.base = path.resolve().as_uri()
        self._found: dict[tuple[Any, str], list[Any]] = {}
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=self.base):
            self._found.setdefault((quad.subject, quad.predicate.value), []).append(quad.object)

    def all(self, node: Any, predicate: str) -> list[Any]:
        return self._found.get((node, predicate), [])

    def one(self, node: Any, predicate: str) -> Any:
        return next(iter(self.all(node, predicate)), None)

    def listed(self, node: Any) -> Iterator[Any]:
        while node is not None and getattr(node, "value", "") != RDF + "nil":
            yield self.one(node, RDF + "first")
            node = self.one(node, RDF + "rest")

    def tests(self) -> Iterator[Any]:
        for entries in self.all(ox.NamedNode(self.base), MF + "entries"):
            yield from self.listed(entries)


class Outcome(NamedTuple):
    kind: str
    name: str
    passed: bool
    why: str = ""


class Endpoint:
    """The server under test."""

    def __init__(self, site: str, token: str) -> None:
        self.client = httpx.Client(base_url=site, timeout=60)
        self.may = {"authorization": f"Bearer {token}"}
        #: The files that the store was filled from, while nothing else has changed it.
        self._holds: tuple[list[Path], list[tuple[str, Path]]] | None = None

    def update(self, text: str) -> httpx.Response:
        kind = {"content-type": "application/sparql-update"}
        self._holds = None
        return self.client.post("/update", content=text.encode(), headers=self.may | kind)

    def fill(self, default: list[Path], named: list[tuple[str, Path]]) -> None:
        """Have these graphs, and nothing else."""
        if self._holds == (default, named):
            return
        self.update("DROP ALL").raise_for_status()
        for path in default:
            self._put("default", path)
        for name, path in named:
            self._put(str(httpx.QueryParams({"graph": name})), path)
        self._holds = default, named

    def _put(self, where: str, path: Path) -> None:
        body = ox.serialize(triples(path), format=ox.RdfFormat.N_TRIPLES) or b""
        if not body and where != "default":
            self.update(f"CREATE SILENT GRAPH <{httpx.QueryParams(where)['graph']}>")
            return
        kind = {"content-type": "application/n-triples"}
        answer = self.client.post(f"/store?{where}", content=body, headers=self.may | kind)
        answer.raise_for_status()

    def ask(self, text: str, accept: str) -> httpx.Response:
        kind = {"content-type": "application/sparql-query", "accept": accept}
        return self.client.post("/sparql", content=text.encode(), headers=kind)

    def everything(self) -> list[ox.Quad]:
        """All graphs as they are now."""
        found = self.ask("SELECT DISTINCT ?g { GRAPH ?g {} }", "application/sparql-results+json")
        rows = ox.parse_query_results(found.content, format=ox.QueryResultsFormat.JSON)
        names = [row["g"] for row in rows]  # type: ignore[union-attr]
        quads = [ox.Quad(*t) for t in self._graph("default")]
        for name in names:
            where = str(httpx.QueryParams({"graph": name.value}))
            quads += [ox.Quad(*t, name) for t in self._graph(where)]
        return quads

    def _graph(self, where: str) -> Triples:
        answer = self.client.get(f"/store?{where}", headers={"accept": "application/n-triples"})
        if answer.status_code == 404:
            return []
        return [q.triple for q in ox.parse(answer.content, format=ox.RdfFormat.N_TRIPLES)]


def triples(path: Path) -> Triples:
    """The triples of a file, its relative IRIs after its own."""
    format_ = GRAPHS[path.suffix]
    found = ox.parse(path=str(path), format=format_, base_iri=path.resolve().as_uri())
    return [q.triple for q in found]


def canonical(quads: Iterable[ox.Quad]) -> set[str]:
    """What two isomorphic sets of quads have in common, numbers by their value."""
    data = ox.Dataset(
        ox.Quad(q.subject, q.predicate, _plain(q.object), q.graph_name) for q in quads
    )
    data.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return {str(quad) for quad in data}


def _plain(term: Any) -> Any:
    if isinstance(term, ox.Literal) and term.datatype.value == XSD + "boolean":
        return ox.Literal(term.value in ("true", "1"))
    if isinstance(term, ox.Literal) and term.datatype.value in NUMBERS:
        try:
            return ox.Literal(str(Decimal(term.value).normalize() + 0), datatype=term.datatype)
        except InvalidOperation:
            return term
    return term


def rows(solutions: Any) -> set[str]:
    """The rows of an answer, or its truth, as a canonical graph."""
    if isinstance(solutions, ox.QueryBoolean):
        return {str(bool(solutions))}
    quads = []
    for row in solutions:
        node = ox.BlankNode()
        quads.append(ox.Quad(node, ox.NamedNode(RDF + "type"), ox.NamedNode(RS + "row")))
        for variable in solutions.variables:
            if row[variable] is not None:
                named = ox.NamedNode("urn:variable:" + variable.value)
                quads.append(ox.Quad(node, named, row[variable]))
    return canonical(quads)


def rows_of_graph(path: Path) -> set[str]:
    """Rows that are written as a graph (vocabulary of DAWG)."""
    found = triples(path)
    by: dict[tuple[Any, str], list[Any]] = {}
    for t in found:
        by.setdefault((t.subject, t.predicate.value), []).append(t.object)
    truth = [t.object.value for t in found if t.predicate.value == RS + "boolean"]
    if truth:
        return {str(truth[0] == "true")}
    quads = []
    for row in (t.object for t in found if t.predicate.value == RS + "solution"):
        node = ox.BlankNode()
        quads.append(ox.Quad(node, ox.NamedNode(RDF + "type"), ox.NamedNode(RS + "row")))
        for binding in by.get((row, RS + "binding"), []):
            (name,), (value,) = by[binding, RS + "variable"], by[binding, RS + "value"]
            quads.append(ox.Quad(node, ox.NamedNode("urn:variable:" + name.value), value))
    return canonical(quads)


def _table(text: str) -> list[list[tuple[str, str]]]:
    """The rows of a CSV file in any order, each with its columns in any order."""
    read = csv.DictReader(io.StringIO(text, newline=""))
    rows = ([(k or "", _BLANK.sub("_:b", v or "")) for k, v in row.items()] for row in read)
    return sorted(map(sorted, rows))


_BLANK = re.compile(r"^_:.*$")


def path_of(iri: ox.NamedNode) -> Path:
    return Path(httpx.URL(iri.value).path)


def query_test(manifest: Graph, action: Any, result: ox.NamedNode, site: Endpoint) -> str:
    """What is wrong, or nothing."""
    query = manifest.one(action, QT + "query") or action
    named = [(n.value, path_of(n)) for n in manifest.all(action, QT + "graphData")]
    site.fill([path_of(n) for n in manifest.all(action, QT + "data")], named)
    text = f"BASE <{query.value}>\n" + path_of(query).read_text(encoding="utf-8")
    expected = path_of(result)
    if expected.suffix == ".csv":
        answer = site.ask(text, "text/csv")
        got, wanted = (_table(t) for t in (answer.text, expected.read_text(encoding="utf-8")))
        return "" if got == wanted else answer.text[:200]
    is_graph = any(word in text.upper() for word in ("CONSTRUCT", "DESCRIBE"))
    kind = "application/n-triples" if is_graph else "application/sparql-results+xml"
    answer = site.ask(text, kind)
    if answer.status_code != 200:
        return f"{answer.status_code} {answer.text[:200]}"
    if is_graph:
        got = canonical(ox.parse(answer.content, format=ox.RdfFormat.N_TRIPLES))
        wanted = canonical(ox.Quad(*t) for t in triples(expected))
    else:
        got = rows(ox.parse_query_results(answer.content, format=ox.QueryResultsFormat.XML))
        if expected.suffix in GRAPHS:
            wanted = rows_of_graph(expected)
        else:
            format_ = RESULTS[expected.suffix]
            wanted = rows(ox.parse_query_results(path=str(expected), format=format_))
    return _told(got, wanted)


def update_test(manifest: Graph, action: Any, result: Any, site: Endpoint) -> str:
    """What is wrong, or nothing."""

    def graphs(node: Any) -> tuple[list[Path], list[tuple[str, Path]]]:
        named = [
            (manifest.one(g, RDFS + "label").value, path_of(manifest.one(g, UT + "graph")))
            for g in manifest.all(node, UT + "graphData")
        ]
        return [path_of(n) for n in manifest.all(node, UT + "data")], named

    site.fill(*graphs(action))
    request = manifest.one(action, UT + "request")
    text = f"BASE <{request.value}>\n" + path_of(request).read_text(encoding="utf-8")
    answer = site.update(text)
    if answer.status_code >= 300:
        return f"{answer.status_code} {answer.text[:200]}"
    default, named = graphs(result)
    wanted = [ox.Quad(*t) for path in default for t in triples(path)]
    wanted += [ox.Quad(*t, ox.NamedNode(n)) for n, path in named for t in triples(path)]
    return _told(canonical(site.everything()), canonical(wanted))


def _told(got: set[str], wanted: set[str]) -> str:
    if got == wanted:
        return ""
    return f"got {sorted(got - wanted)[:3]}, not {sorted(wanted - got)[:3]}"


def outcome(manifest: Graph, test: Any, site: Endpoint) -> Outcome | None:
    kind = manifest.one(test, RDF + "type").value.rpartition("#")[2]
    action, result = manifest.one(test, MF + "action"), manifest.one(test, MF + "result")
    name = f"{Path(manifest.base).parent.name}#{test.value.rpartition('#')[2]}"
    if kind in ("QueryEvaluationTest", "CSVResultFormatTest"):
        why = query_test(manifest, action, result, site)
    elif kind == "UpdateEvaluationTest":
        why = update_test(manifest, action, result, site)
    elif "Syntax" in kind:
        text = path_of(action).read_text(encoding="utf-8")
        if "Update" in kind:
            answer = site.update(text)
        else:
            answer = site.ask(text, "application/sparql-results+json, application/n-triples")
        # a query that was read and can't be carried out is 400, too, in other words: LOAD and
        # SERVICE are switched off, a function or a graph is not there
        negative = kind.startswith("Negative")
        refused = answer.status_code == 400 and (negative or not _READ.search(answer.text))
        why = "" if refused == negative else f"{answer.status_code} {answer.text}"
    else:
        return None
    return Outcome(kind, name, not why, why)


def run(suite: Path, site: Endpoint) -> list[Outcome]:
    """Every test below `suite` that is ours to pass."""
    found = []
    for path in sorted(suite.glob("*/manifest.ttl")):
        if path.parent.name not in LEFT_OUT:
            manifest = Graph(path)
            done = (outcome(manifest, test, site) for test in manifest.tests())
            found += [one for one in done if one is not None]
    return found


def main(suite: Path, least: int) -> int:
    """Start a server, run the tests, tell what came of them; returns the exit status."""
    token = secrets.token_urlsafe()
    words = [sys.executable, "-m", "ldn_graph", "serve", "--port", "0", "--rate", "0"]
    words += ["--log-level", "error"]
    environment = os.environ | {"LDN_GRAPH_UPDATE_TOKEN": token}
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=log, text=True, env=environment
        )
        try:
            assert server.stdout is not None
            site = server.stdout.readline().split()[1].rstrip("/")
            outcomes = run(suite, Endpoint(site, token))
        finally:
            server.terminate()
            server.wait(30)
    for one in outcomes:
        if not one.passed:
            print(f"failed {one.kind} {one.name}: {one.why[:300]}")
    passed = Counter(o.kind for o in outcomes if o.passed)
    for kind, number in Counter(o.kind for o in outcomes).items():
        print(f"{kind}: {passed[kind]} of {number}")
    print(f"all: {passed.total()} of {len(outcomes)}")
    return 0 if passed.total() >= least else 1


if __name__ == "__main__":
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("suite", type=Path)
    reader.add_argument("--least", type=int, default=0)
    chosen = reader.parse_args()
    sys.exit(main(chosen.suite, chosen.least))
