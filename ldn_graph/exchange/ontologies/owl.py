"""OWL in RDF/XML or Turtle: the annotations of its classes, by pyoxigraph.

Labels, definitions and synonyms stand where OBO's ontologies have them (IAO and oboInOwl).
"""

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from ldn_graph.errors import BadFile
from ldn_graph.exchange.ontologies.term import Described

_OWL, _RDF = "http://www.w3.org/2002/07/owl#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_OIO = "http://www.geneontology.org/formats/oboInOwl#"
_TYPE, _VERSION = f"{_RDF}type", f"{_OWL}versionInfo"
_LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
_DEFINITION = "http://purl.obolibrary.org/obo/IAO_0000115"
_EXACT = f"{_OIO}hasExactSynonym"
_OTHER = {f"{_OIO}has{scope}Synonym" for scope in ("Related", "Broad", "Narrow")}
_DEPRECATED = f"{_OWL}deprecated"
_WANTED = {_VERSION, _LABEL, _DEFINITION, _EXACT, _DEPRECATED, *_OTHER}

_Said = dict[str, list[ox.Literal]]


def read(path: Path, *, turtle: bool) -> tuple[str | None, str | None, list[Described]]:
    """The ontology's IRI and version, and what the file says of each class. Raises BadFile."""
    said: dict[str, _Said] = {}
    classes: dict[str, None] = {}
    name, version = None, None
    for quad in _quads(path, turtle):
        if not isinstance(quad.subject, ox.NamedNode):
            continue
        subject, predicate = quad.subject.value, quad.predicate.value
        if predicate == _TYPE and isinstance(quad.object, ox.NamedNode):
            if quad.object.value == f"{_OWL}Class":
                classes[subject] = None
            elif quad.object.value == f"{_OWL}Ontology":
                name = subject
        elif predicate == f"{_OWL}versionIRI" and isinstance(quad.object, ox.NamedNode):
            version = version or quad.object.value
        elif isinstance(quad.object, ox.Literal) and predicate in _WANTED:
            said.setdefault(subject, {}).setdefault(predicate, []).append(quad.object)
    told = said.get(name or "", {}).get(_VERSION)
    return (
        name,
        told[0].value if told else version,
        [_term(iri, said.get(iri, {})) for iri in classes],
    )


def _quads(path: Path, turtle: bool) -> Iterator[ox.Quad]:
    form = ox.RdfFormat.TURTLE if turtle else ox.RdfFormat.RDF_XML
    try:
        yield from ox.parse(path=str(path), format=form)
    except (SyntaxError, ValueError) as error:
        raise BadFile(
            f"{path}: no OWL in {'Turtle' if turtle else 'RDF/XML'} ({error}); nothing was loaded: "
            "other forms of OWL are turned into it by ROBOT or Protégé"
        ) from error


def _term(iri: str, said: _Said) -> Described:
    english = {
        p: [v for v in values if (v.language or "en").partition("-")[0] == "en"]
        for p, values in said.items()
    }
    labels = english.get(_LABEL) or said.get(_LABEL, [])
    definitions = english.get(_DEFINITION, [])
    return Described(
        iri,
        labels[0].value if labels else None,
        definitions[0].value if definitions else None,
        tuple(v.value for v in english.get(_EXACT, [])),
        tuple(v.value for p in sorted(_OTHER) for v in english.get(p, [])),
        any(v.value in ("true", "1") for v in said.get(_DEPRECATED, [])),
    )
