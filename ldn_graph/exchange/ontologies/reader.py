"""A file of an ontology, told by its content, as the terms that can be chosen from it."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from ldn_graph.errors import BadFile, FileError
from ldn_graph.exchange.ontologies import graphs_json, obo, owl
from ldn_graph.exchange.ontologies.term import Described, Ontology, Term, curie_of
from ldn_graph.records.field_types import MAX_LABEL, MAX_TEXT

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
        return graphs_json.read(path)
    if head.startswith((b"<?xml", b"<rdf:", b"<!DOCTYPE", b"<!--")):
        return owl.read(path, turtle=False)
    if head.startswith((b"@prefix", b"@base", b"PREFIX")):
        return owl.read(path, turtle=True)
    if b"[Term]" in head or head.startswith((b"format-version:", b"ontology:")):
        return *obo.header(path), obo.described(path)
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
