"""OBO Graphs in JSON (https://github.com/geneontology/obographs): the nodes of its graphs."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ldn_graph.errors import BadFile
from ldn_graph.exchange.ontologies.term import Described


def read(path: Path) -> tuple[str | None, str | None, list[Described]]:
    """The first graph's id and version, and what the file says of each class. Raises BadFile."""
    try:
        plain = json.loads(path.read_bytes())
        graphs = plain["graphs"]
        first = graphs[0]
        found = [d for graph in graphs for d in _terms(graph)]
        return first.get("id"), (first.get("meta") or {}).get("version"), found
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise BadFile(
            f"{path}: no OBO Graphs JSON ({type(error).__name__}: {str(error)[:100]}); nothing was "
            "loaded: it is an object with `graphs`, each with `nodes`"
        ) from error


def _terms(graph: dict[str, Any]) -> Iterator[Described]:
    for node in graph.get("nodes", ()):
        if node.get("type", "CLASS") != "CLASS":
            continue
        meta = node.get("meta") or {}
        synonyms = meta.get("synonyms") or ()
        exact = [s["val"] for s in synonyms if s["pred"].endswith("hasExactSynonym")]
        others = [s["val"] for s in synonyms if not s["pred"].endswith("hasExactSynonym")]
        definition = (meta.get("definition") or {}).get("val")
        gone = bool(meta.get("deprecated", False))
        yield Described(node["id"], node.get("lbl"), definition, tuple(exact), tuple(others), gone)
