"""Files of ontologies → terms: OBO 1.4, OWL in RDF/XML or Turtle, OBO Graphs in JSON.

Labels, definitions and synonyms stand where OBO's ontologies have them (IAO and oboInOwl).
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from ldn_graph.errors import BadFile, FileError, require
from ldn_graph.records.identifiers import EXTERNAL
from ldn_graph.records.values import MAX_LABEL, MAX_TEXT

_SPELLING = {prefix.casefold(): prefix for prefix in EXTERNAL}
#: Other beginnings of IRIs that ontologies name terms of these vocabularies by.
_ALSO = {
    "http://id.nlm.nih.gov/mesh/": "MESH",
    "http://identifiers.org/mesh/": "MESH",
    "http://identifiers.org/hgnc/": "HGNC",
}
_STARTS = {start: prefix for prefix, start in EXTERNAL.items()} | _ALSO


@dataclass(frozen=True)
class Term:
    """A term. `synonyms` are exact ones, `other_names` those that mean something near."""

    curie: str
    label: str
    definition: str | None = None
    synonyms: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ontology:
    """What a file holds. `left_out` counts what is no term to choose, by why not."""

    name: str
    version: str | None
    terms: tuple[Term, ...]
    left_out: Mapping[str, int]


@dataclass(frozen=True)
class Described:
    """What a file says of something, before it is known whether it is a term that can be chosen."""

    id: str
    label: str | None
    definition: str | None = None
    synonyms: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    obsolete: bool = False


@lru_cache(maxsize=4096)
def _prefix_of(start: str) -> str | None:
    return _STARTS.get(start)


def curie_of(name: str) -> str | None:
    """The CURIE of an id or IRI, in the spelling of `EXTERNAL`; None for another vocabulary's.

    >>> curie_of("http://purl.obolibrary.org/obo/MONDO_0005011"), curie_of("mesh:D009271")
    ('MONDO:0005011', 'MESH:D009271')
    >>> curie_of("http://example.org/x") is None
    True
    """
    if name.startswith(("http://", "https://")):
        for mark in ("_", "/", "=", ":"):
            start, found, local = name.rpartition(mark)
            prefix = _prefix_of(start + found)
            if prefix and local:
                return f"{prefix}:{local}"
        return None
    start, _, local = name.partition(":")
    prefix = _SPELLING.get(start.casefold())
    return f"{prefix}:{local}" if prefix and local and not any(map(str.isspace, local)) else None


def read_obographs(path: Path) -> tuple[str | None, str | None, list[Described]]:
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


def obo_header(path: Path) -> tuple[str | None, str | None]:
    """The ontology's name and version. Raises BadFile, MissingExtra."""
    found = {c.raw_tag(): c.raw_value() for c in _opened(path).header()}
    return found.get("ontology"), found.get("data-version") or found.get("date")


def read_obo(path: Path) -> Iterator[Described]:
    """What the file says of each term. Raises BadFile with the line that can't be read."""
    frames = _opened(path)
    while True:
        try:
            frame = next(frames, None)
        except (SyntaxError, ValueError) as error:
            raise _bad(path, error) from error
        if frame is None:
            return
        if type(frame).__name__ == "TermFrame":
            yield _obo_term(frame)


def _opened(path: Path) -> Any:
    require("fastobo", "reading OBO")
    import fastobo  # heavy for whoever reads none

    try:
        return fastobo.iter(str(path), ordered=True)
    except (SyntaxError, ValueError) as error:
        raise _bad(path, error) from error


def _bad(path: Path, error: Exception) -> BadFile:
    line = getattr(error, "lineno", None)
    where = f"{path}:{line}" if line else str(path)
    return BadFile(
        f"{where}: no OBO ({getattr(error, 'msg', None) or error}); nothing was loaded: mend the "
        "line, or give the ontology as .json or .owl"
    )


def _obo_term(frame: Any) -> Described:
    label, definition, obsolete = None, None, False
    exact: list[str] = []
    others: list[str] = []
    for clause in frame:
        tag = clause.raw_tag()
        if tag == "name":
            label = str(clause.name)
        elif tag == "def":
            definition = str(clause.definition)
        elif tag == "is_obsolete":
            obsolete = bool(clause.obsolete)
        elif tag == "synonym":
            same = exact if str(clause.synonym.scope) == "EXACT" else others
            same.append(str(clause.synonym.desc))
    return Described(str(frame.id), label, definition, tuple(exact), tuple(others), obsolete)


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


def read_owl(path: Path, *, turtle: bool) -> tuple[str | None, str | None, list[Described]]:
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
        [_owl_term(iri, said.get(iri, {})) for iri in classes],
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


def _owl_term(iri: str, said: _Said) -> Described:
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


#: Bytes that tell the form of a file.
_HEAD = 4096


def read(path: Path) -> Ontology:
    """The terms of the file at `path`.

    Obsolete ones, those without a name and those of vocabularies that `records.namespaces` does
    not list are counted and left out. Raises FileError, BadFile, MissingExtra.
    """
    name, version, found = _described(path)
    kept: dict[str, Term] = {}
    left: Counter[str] = Counter()
    for one in found:
        curie = curie_of(one.id)
        label = _one_line(one.label or "")
        if one.obsolete:
            left["obsolete"] += 1
        elif curie is None:
            left["of another vocabulary"] += 1
        elif not label or len(label) > MAX_LABEL:
            left["without a name, or with one that is too long"] += 1
        elif curie in kept:
            left["told twice"] += 1
        else:
            kept[curie] = _term(curie, label, one)
    if not kept:
        raise BadFile(f"{path}: no term of a known vocabulary in it; nothing was loaded")
    return Ontology(_short(name) or path.stem, version, tuple(kept.values()), dict(left))


def _described(path: Path) -> tuple[str | None, str | None, Iterable[Described]]:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()
    except OSError as error:
        raise FileError(f"{path}: can't be read ({error.strerror}); name another file") from error
    if head.startswith(b"{"):
        return read_obographs(path)
    if head.startswith((b"<?xml", b"<rdf:", b"<!DOCTYPE", b"<!--")):
        return read_owl(path, turtle=False)
    if head.startswith((b"@prefix", b"@base", b"PREFIX")):
        return read_owl(path, turtle=True)
    if b"[Term]" in head or head.startswith((b"format-version:", b"ontology:")):
        return *obo_header(path), read_obo(path)
    raise BadFile(
        f"{path}: neither OBO, nor OWL in RDF/XML or Turtle, nor OBO Graphs JSON; "
        "nothing was loaded"
    )


def _term(curie: str, label: str, one: Described) -> Term:
    def names(given: Iterable[str]) -> tuple[str, ...]:
        plain = (_one_line(n) for n in given)
        return tuple(dict.fromkeys(n for n in plain if n and n != label and len(n) <= MAX_LABEL))

    definition = _one_line(one.definition or "")[:MAX_TEXT] or None
    return Term(curie, label, definition, names(one.synonyms), names(one.other_names))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _short(name: str | None) -> str:
    """The name of an ontology without what names its place and form.

    >>> _short("http://purl.obolibrary.org/obo/mondo.owl"), _short("hp.obo")
    ('mondo', 'hp')
    """
    last = (name or "").rstrip("/").rpartition("/")[2]
    return last.partition(".")[0].partition("#")[0]
