"""What quads say of one thing: its own statements, its parts', and who names it."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

import pyoxigraph as ox

#: After the last character that an IRI may have.
_AFTER = "\U0010ffff"


class Described:
    """Quads in the order of `rdf.in_order`, by the documents that they belong to.

    A document is about a thing and its parts: `claim/x` and `claim/x#e1`.
    """

    def __init__(self, quads: Sequence[ox.Quad]) -> None:
        self._quads = quads
        self._flat = bisect_left(quads, True, key=lambda q: _graph(q) != "")
        self._naming: dict[str, list[int]] = {}
        for n, quad in enumerate(quads):
            if isinstance(quad.object, ox.NamedNode) and _one_of_ours(quad):
                self._naming.setdefault(quad.object.value, []).append(n)

    def own(self, iri: str) -> list[ox.Quad]:
        """The default graph's statements about the thing and its parts, in order."""
        start, end = (f"<{iri}", f"<{iri}#{_AFTER}")
        low, high = (
            bisect_left(self._quads, text, hi=self._flat, key=lambda q: str(q.subject)[:-1])
            for text in (start, end)
        )
        found = self._quads[low:high]
        return [q for q in found if _thing(q.subject) == iri]

    def graphs(self, iri: str) -> list[ox.Quad]:
        """The named graphs whose names are the thing's parts, in order."""
        start, end = (f"{iri}#", f"{iri}#{_AFTER}")
        low, high = (
            bisect_left(self._quads, text, lo=self._flat, key=_graph) for text in (start, end)
        )
        return list(self._quads[low:high])

    def naming(self, iri: str, *, anywhere: bool = False) -> Iterator[ox.Quad]:
        """The default graph's statements of other things that name this one; with `anywhere`,
        those of named graphs too, as if they were the default graph's, each once."""
        seen: set[ox.Triple] = set()
        for n in self._naming.get(iri, ()):
            quad = self._quads[n]
            if n >= self._flat and not anywhere:
                return
            if _thing(quad.subject) != iri and quad.triple not in seen:
                seen.add(quad.triple)
                yield ox.Quad(*quad.triple)


def _graph(quad: ox.Quad) -> str:
    return "" if isinstance(quad.graph_name, ox.DefaultGraph) else quad.graph_name.value


def _thing(node: object) -> str:
    """The IRI of the thing that a node is, or is a part of."""
    return str(getattr(node, "value", "")).partition("#")[0]


def _one_of_ours(quad: ox.Quad) -> bool:
    """Whether the object is a thing beside the subject, and not a term of a vocabulary."""
    is_part = isinstance(quad.object, ox.NamedNode) and "#" in quad.object.value
    return not is_part and quad.predicate.value.rpartition("#")[2] != "type"
