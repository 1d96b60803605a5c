"""SHACL: the RDF of a corpus against `ontology/shapes`, in processes of their own.

pySHACL changes rdflib for the whole process, and most of its time goes into parsing the same few
SPARQL constraints again for each node. So it runs apart (`python -m ldn_graph.validation.shapes`), where its
changes hurt nobody and a memory of parsed queries can be put under it.

The flat view is validated whole against must.ttl and should.ttl. Nanopublications are validated
one by one against nanopub.ttl: two that contradict each other each conform, their union does not.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ldn_graph.errors import MissingExtra
from ldn_graph.records.findings import Severity

#: Shapes of the flat view and how bad a result is; nanopub.ttl holds those of nanopublications.
FLAT = {"must": Severity.ERROR, "should": Severity.WARNING}
NANOPUB = "nanopub"


@dataclass(frozen=True, order=True)
class Result:
    """What does not conform: the file and name of the shape, the node's IRI, what and remedy."""

    severity: Severity
    file: str
    shape: str
    focus: str
    message: str
    value: str | None


def validate(quads: Iterable[ox.Quad], folder: Path) -> tuple[Result, ...]:
    """Validate both levels of `quads` against the shapes in `folder`, sorted.

    Files that are not there are skipped. Raises MissingExtra where pySHACL can't run.
    """
    flat: list[ox.Quad] = []
    named: list[ox.Quad] = []
    for quad in quads:
        (flat if isinstance(quad.graph_name, ox.DefaultGraph) else named).append(quad)
    jobs = [
        (flat, [folder / f"{name}.ttl" for name in FLAT]),
        (named, [folder / f"{NANOPUB}.ttl"]),
    ]
    todo = [(data, [f for f in shapes if f.is_file()]) for data, shapes in jobs]
    with ThreadPoolExecutor(len(jobs)) as pool:
        found = list(pool.map(_apart, [job for job in todo if all(job)]))
    return tuple(sorted({result for results in found for result in results}, key=_key))


def _key(result: Result) -> tuple[str, ...]:
    return (result.file, result.focus, result.shape, result.message, result.value or "")


def _apart(job: tuple[Sequence[ox.Quad], Sequence[Path]]) -> list[Result]:
    """Run the worker over one set of quads, and read what it found."""
    data, shapes = job
    home = str(Path(__file__).parent.parent)
    path = os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH"))))
    done = subprocess.run(  # noqa: S603 - our own module, no shell
        [sys.executable, "-P", "-m", "ldn_graph.validation.shapes", *map(str, shapes)],
        input=ox.serialize(data, format=ox.RdfFormat.N_QUADS),
        capture_output=True,
        env={**os.environ, "PYTHONPATH": path},
        check=False,
    )
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().split("\n")[-1]
        raise MissingExtra(f"SHACL validation can't run ({said}); pip install --upgrade pyshacl")
    lines = done.stdout.decode("utf-8").splitlines()
    return [
        Result(**{**row, "severity": Severity(row["severity"])}) for row in map(json.loads, lines)
    ]


def _work(shapes: Sequence[Path], content: bytes) -> Iterator[dict[str, Any]]:
    """Validate quads (N-Quads) against each file; in the worker's process only."""
    from rdflib import Graph

    graphs = _by_nanopub(ox.parse(content, format=ox.RdfFormat.N_QUADS))
    _remember_queries()
    for file in shapes:
        shacl = Graph().parse(file)
        for triples in graphs.values():
            data = Graph().parse(
                data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt"
            )
            yield from _results(data, shacl, file.stem)


def _by_nanopub(quads: Iterable[ox.Quad]) -> Mapping[str, list[ox.Triple]]:
    """The triples of the default graph together, those of each nanopublication's four graphs
    together: their names differ in the fragment only."""
    found: dict[str, list[ox.Triple]] = {}
    for quad in quads:
        name = "" if isinstance(quad.graph_name, ox.DefaultGraph) else quad.graph_name.value
        found.setdefault(name.partition("#")[0], []).append(quad.triple)
    return found


def _results(data: Any, shacl: Any, file: str) -> Iterator[dict[str, Any]]:
    import pyshacl
    from rdflib import RDF, SH

    _, report, _ = pyshacl.validate(data, shacl_graph=shacl, inference="none", advanced=True)
    for node in report.subjects(RDF.type, SH.ValidationResult):
        violation = report.value(node, SH.resultSeverity) == SH.Violation
        value = report.value(node, SH.value)
        yield {
            "severity": FLAT.get(file, Severity.ERROR if violation else Severity.WARNING),
            "file": file,
            "shape": str(report.value(node, SH.sourceShape)).rpartition("#")[2],
            "focus": str(report.value(node, SH.focusNode)),
            "message": str(report.value(node, SH.resultMessage)),
            "value": None if value is None else str(value),
        }


def _remember_queries() -> None:
    """Let rdflib parse each distinct query text once. A prepared query may be evaluated often, with
    other bindings each time; pySHACL asks the same few for hundreds of nodes."""
    from rdflib.plugins.sparql import prepareQuery, processor

    ask = processor.SPARQLProcessor.query

    @lru_cache(maxsize=256)
    def prepared(text: str, names: frozenset[tuple[str, Any]], base: str | None) -> Any:
        return prepareQuery(text, initNs=dict(names), base=base)

    def query(
        self: Any, text: Any, bindings: Any = None, names: Any = None, base: Any = None, **more: Any
    ) -> Any:
        if isinstance(text, str):
            text = prepared(text, frozenset((names or {}).items()), base)
        return ask(self, text, bindings, names, base, **more)

    processor.SPARQLProcessor.query = query  # type: ignore[assignment,method-assign]


if __name__ == "__main__":
    for row in _work([Path(name) for name in sys.argv[1:]], sys.stdin.buffer.read()):
        sys.stdout.write(json.dumps(row) + "\n")
