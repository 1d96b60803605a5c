"""SHACL: the RDF of a corpus against `ontology/shapes`.

The flat view is validated whole against must.ttl and should.ttl. Nanopublications are validated
one by one against nanopub.ttl: two that contradict each other each conform, their union does not.

The engine is `shacl` (Rust). Tests hold it to the results of pySHACL on a mutant of every
constraint: see docs/decisions.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import shacl

from ldn_graph.records.findings import Severity

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
