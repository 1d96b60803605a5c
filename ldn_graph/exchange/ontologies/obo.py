"""OBO 1.4, stanza by stanza, by fastobo."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ldn_graph.errors import BadFile, require
from ldn_graph.exchange.ontologies.term import Described


def header(path: Path) -> tuple[str | None, str | None]:
    """The ontology's name and version. Raises BadFile, MissingExtra."""
    found = {c.raw_tag(): c.raw_value() for c in _opened(path).header()}
    return found.get("ontology"), found.get("data-version") or found.get("date")


def described(path: Path) -> Iterator[Described]:
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
            yield _term(frame)


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


def _term(frame: Any) -> Described:
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
