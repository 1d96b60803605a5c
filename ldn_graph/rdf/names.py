"""IRIs: what each thing of a corpus is called, and back."""

import hashlib
import json
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from urllib.parse import quote

import pyoxigraph as ox

from ldn_graph.errors import DataError
from ldn_graph.records import namespaces
from ldn_graph.records.model import Agent, Claim

_WEB = re.compile(r"^https?://[^\s<>\"{}|\\^`]+$")

XSD = "http://www.w3.org/2001/XMLSchema#"
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


@dataclass(frozen=True)
class Names:
    """The names of a corpus whose IRIs begin with `base`. Nothing is a blank node.

    Parts of a thing are its fragments: `claim/<id>#e1`, `claim/<id>#e1-cue-2`.
    """

    base: str = namespaces.BASE

    def __post_init__(self) -> None:
        try:
            ox.NamedNode(self.base)
        except ValueError as error:
            raise DataError(
                [f"corpus.yaml: base {self.base!r} is no IRI; name one like {namespaces.BASE}"]
            ) from error

    def of(self, kind: str, name: str) -> ox.NamedNode:
        """The IRI of the thing of a `kind`: entity, claim, source, agent, path or np.

        >>> Names().of("entity", "brain").value
        'https://w3id.org/ldn-graph/entity/brain'
        """
        return ox.NamedNode(f"{self.base}{kind}/{name}")

    def local(self, kind: str, iri: ox.NamedNode) -> str:
        """The inverse of `of`. Raises ValueError for an IRI of another kind or base."""
        start = f"{self.base}{kind}/"
        name = iri.value.removeprefix(start)
        if name == iri.value or "#" in name:
            raise ValueError(f"{iri} is no {kind} of {self.base}")
        return name

    @property
    def dataset(self) -> ox.NamedNode:
        return ox.NamedNode(self.base + "dataset")

    def proposition(self, claim: Claim) -> ox.NamedNode:
        """What claims for and against the same thing share: a digest of `claim.proposition`."""
        text = json.dumps(claim.proposition, ensure_ascii=False)
        return self.of("proposition", hashlib.sha256(text.encode()).hexdigest()[:32])

    def person(self, agent: Agent) -> ox.NamedNode:
        """Who an agent is to the outside: the ORCID where there is one."""
        return outside(f"orcid:{agent.orcid}") if agent.orcid else self.of("agent", agent.id)

    @property
    def prefixes(self) -> dict[str, str]:
        """`vocab.PREFIXES` with this base."""
        own = {
            prefix: self.base + iri.removeprefix(namespaces.BASE)
            for prefix, iri in namespaces.PREFIXES.items()
            if iri.startswith(namespaces.BASE) and prefix != "ldnv"
        }
        return namespaces.PREFIXES | own


def part(node: ox.NamedNode, fragment: str) -> ox.NamedNode:
    """The IRI of a part of `node`.

    >>> part(part(Names().of("claim", "c"), "e1"), "cue-2").value
    'https://w3id.org/ldn-graph/claim/c#e1-cue-2'
    """
    return ox.NamedNode(f"{node.value}{'-' if '#' in node.value else '#'}{fragment}")


def outside(curie: str) -> ox.NamedNode:
    """The IRI of an outside CURIE; characters that no IRI may hold are percent-encoded.

    >>> outside("doi:10.1/a<b").value
    'https://doi.org/10.1%2Fa%3Cb'
    """
    iri = namespaces.expand(curie)
    try:
        return ox.NamedNode(iri)
    except ValueError:
        local = curie.partition(":")[2]
        return ox.NamedNode(iri.removesuffix(local) + quote(local, safe=""))


def web(text: str) -> ox.NamedNode | ox.Literal:
    """A web address as an IRI, any other text as a literal: licences come as both."""
    if _WEB.match(text):
        try:
            return ox.NamedNode(text)
        except ValueError:
            pass
    return ox.Literal(text)


@lru_cache(maxsize=None, typed=True)  # typed: `Kind.MECHANISM` equals `Column.MECHANISM`
def concept(member: StrEnum) -> ox.NamedNode:
    """The SKOS concept of an enum's member."""
    return ox.NamedNode(namespaces.concept(namespaces.scheme(type(member)), member))


@cache
def relation(predicate: str) -> ox.NamedNode:
    """The property of a relation's direct edge."""
    return ox.NamedNode(namespaces.relation(predicate))


@cache
def iri(term: str) -> ox.NamedNode:
    """An IRI of a namespace of `vocab` as the store's term."""
    return ox.NamedNode(str(term))


def decimal(value: float) -> ox.Literal:
    """A number with a fraction as an exact decimal of at most six places.

    >>> decimal(-0.5).value, decimal(2).value
    ('-0.5', '2')
    """
    return ox.Literal(
        f"{value:.6f}".rstrip("0").rstrip("."), datatype=ox.NamedNode(XSD + "decimal")
    )


def number(value: int) -> ox.Literal:
    """An xsd:integer in canonical form."""
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD + "integer"))


def truth(value: bool) -> ox.Literal:
    """An xsd:boolean in canonical form."""
    return ox.Literal("true" if value else "false", datatype=ox.NamedNode(XSD + "boolean"))
