"""Terms of ontologies that a workspace holds, found by name; a term as a new entity.

Names are indexed as the site's search reads them: no case or accents, Greek letters by name.
"""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ldn_graph.errors import UnknownName, UsageError
from ldn_graph.exchange.ontologies import Ontology, Term
from ldn_graph.records.model import Corpus
from ldn_graph.records.vocabularies import Match
from ldn_graph.workspace.corpus_files import PrivateFile

#: Terms that a search gives, and rows that are looked at for them.
MOST, _LOOKED_AT = 20, 200
_SCHEMA = """
CREATE TABLE IF NOT EXISTS ontology (
  id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, version TEXT, file TEXT NOT NULL,
  sha256 TEXT NOT NULL, loaded TEXT NOT NULL, terms INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS term (
  id INTEGER PRIMARY KEY, ontology INTEGER NOT NULL, curie TEXT NOT NULL, label TEXT NOT NULL,
  plain TEXT NOT NULL, definition TEXT, synonyms TEXT NOT NULL, others TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS term_curie ON term (curie COLLATE NOCASE);
CREATE INDEX IF NOT EXISTS term_plain ON term (plain);
CREATE INDEX IF NOT EXISTS term_ontology ON term (ontology);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (
  label, synonyms, others, prefix='3');
"""
_COLUMNS = (
    "term.curie, term.label, definition, term.synonyms, term.others, name, version, file, sha256"
)


@dataclass(frozen=True)
class Loaded:
    """An ontology that was loaded: from which file, when (ISO 8601) and how many terms."""

    name: str
    version: str | None
    file: str
    loaded: str
    terms: int


@dataclass(frozen=True)
class FoundTerm:
    """A term that was found. `shown_in`: the file that shows it, as mappings name it."""

    term: Term
    ontology: str
    shown_in: str


class TermIndex:
    """The terms of one workspace."""

    def __init__(self, workspace: Path) -> None:
        self._file = PrivateFile(workspace, "terms", _SCHEMA)

    def load(self, ontology: Ontology, *, file: str, sha256: str, at: str) -> None:
        """Take an ontology in, in the place of an earlier one of its name; all or nothing."""
        with self._file.open() as db:
            db.execute("BEGIN IMMEDIATE")
            _drop(db, ontology.name)
            number = db.execute(
                "INSERT INTO ontology (name, version, file, sha256, loaded, terms) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (ontology.name, ontology.version, file, sha256, at, len(ontology.terms)),
            ).lastrowid
            (last,) = db.execute("SELECT coalesce(max(id), 0) FROM term").fetchone()
            db.executemany(
                "INSERT INTO term VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (n, number, t.curie, t.label, _plain([t.label]), t.definition,
                     json.dumps(t.synonyms), json.dumps(t.other_names))
                    for n, t in enumerate(ontology.terms, last + 1)
                ),
            )  # fmt: skip
            db.executemany(
                "INSERT INTO words (rowid, label, synonyms, others) VALUES (?, ?, ?, ?)",
                (
                    (n, _plain([t.label]), _plain(t.synonyms), _plain(t.other_names))
                    for n, t in enumerate(ontology.terms, last + 1)
                ),
            )

    def drop(self, name: str) -> None:
        """Forget an ontology. Raises UnknownName."""
        known = [o.name for o in self.loaded()]
        if name not in known:
            raise UnknownName.among("ontology", name, known, see="ldn-graph terms list")
        with self._file.open() as db:
            _drop(db, name)

    def loaded(self) -> tuple[Loaded, ...]:
        """What was loaded, by name."""
        if not self._file.exists():
            return ()
        with self._file.open() as db:
            rows = db.execute(
                "SELECT name, version, file, loaded, terms FROM ontology ORDER BY name"
            ).fetchall()
        return tuple(Loaded(*row) for row in rows)

    def search(self, words: str, most: int = MOST) -> tuple[FoundTerm, ...]:
        """The terms that a name, the beginning of one or a CURIE finds, the best first: the term of
        that very name, then those whose label or exact synonym has all the words."""
        asked = _words(words)
        if not self._file.exists() or not asked:
            return ()
        exact = self.term(words.strip())
        match = " ".join(f'"{w}"' for w in asked[:-1]) + f' "{asked[-1]}"*'
        with self._file.open() as db:
            rows = db.execute(
                f"SELECT {_COLUMNS} FROM words JOIN term ON term.id = words.rowid "  # noqa: S608 (ours)
                "JOIN ontology ON ontology.id = term.ontology WHERE words MATCH ? "
                "ORDER BY plain = ? DESC, bm25(words, 10, 6, 1), length(term.label), term.curie "
                "LIMIT ?",
                (match, " ".join(asked), _LOOKED_AT),
            ).fetchall()
        found = _once(_found(row) for row in rows)
        if exact is not None:
            found = [exact, *(f for f in found if f.term.curie != exact.term.curie)]
        return tuple(found[:most])

    def term(self, curie: str) -> FoundTerm | None:
        """The term of a CURIE, from its own ontology if that is loaded."""
        if not self._file.exists():
            return None
        with self._file.open() as db:
            rows = db.execute(
                f"SELECT {_COLUMNS} FROM term JOIN ontology ON ontology.id = term.ontology "  # noqa: S608 (ours)
                "WHERE term.curie = ? COLLATE NOCASE ORDER BY ontology.id",
                (curie,),
            ).fetchall()
        return next(iter(_once(_found(row) for row in rows)), None)


def _drop(db: sqlite3.Connection, name: str) -> None:
    own = "(SELECT id FROM term WHERE ontology IN (SELECT id FROM ontology WHERE name = ?))"
    db.execute(f"DELETE FROM words WHERE rowid IN {own}", (name,))  # noqa: S608 (ours)
    db.execute(f"DELETE FROM term WHERE id IN {own}", (name,))  # noqa: S608 (ours)
    db.execute("DELETE FROM ontology WHERE name = ?", (name,))


def _plain(names: Iterable[str]) -> str:
    return " ; ".join(" ".join(_words(name)) for name in names)


def _words(text: str) -> list[str]:
    # imported here: its package brings the site's index, which takes an extra
    from ldn_graph.search.documents import words

    return words(text)


def _found(row: tuple[str, ...]) -> FoundTerm:
    curie, label, definition, synonyms, others, name, version, file, sha256 = row
    term = Term(curie, label, definition, tuple(json.loads(synonyms)), tuple(json.loads(others)))
    shown = f"{file} ({f'version {version}, ' if version else ''}sha256 {sha256[:16]})"
    return FoundTerm(term, name, shown)


def _once(found: Iterable[FoundTerm]) -> list[FoundTerm]:
    """Each CURIE once, as its own ontology has it where several do."""
    best: dict[str, FoundTerm] = {}
    for one in found:
        curie = one.term.curie
        own = one.ontology.casefold() == curie.partition(":")[0].casefold()
        if curie not in best or own:
            best[curie] = one
    return list(best.values())


#: The matches that a curator chooses between for a term that is taken over: of a broader or
#: narrower one, the definition would be of another thing.
MATCHES = (Match.EXACT, Match.CLOSE)


def found_term(index: TermIndex, curie: str) -> FoundTerm:
    """The term of a CURIE. Raises UnknownName where no loaded file has it."""
    found = index.term(curie)
    if found is None:
        raise UnknownName(
            f"term {curie!r}: no loaded ontology has it; `ldn-graph terms load FILE` loads one"
        )
    return found


def mapping_fields(found: FoundTerm, match: str, corpus: Corpus) -> dict[str, Any]:
    """The mapping to a term, as a field of Entity.

    Raises UsageError for a match that can't be chosen, and where another entity is exactly the
    term already: one term is one thing.
    """
    if match not in MATCHES:
        raise UsageError(f"match: {match[:40]!r} is none; choose {' or '.join(MATCHES)}")
    curie = found.term.curie
    others = [
        e.id
        for e in corpus.entities.values()
        if any(m.curie == curie and m.match is Match.EXACT for m in e.mappings)
    ]
    if others and match == Match.EXACT:
        raise UsageError(
            f"{curie} is exactly {others[0]} already; use that one, or choose a close match"
        )
    return {
        "curie": curie,
        "match": match,
        "label": found.term.label,
        "verified_in": found.shown_in,
    }


def definition_note(found: FoundTerm, definition: str | None) -> str | None:
    """Whose words a definition is, where it is the term's."""
    if definition is None or definition != found.term.definition:
        return None
    return f"The definition is that of {found.term.curie} in {found.shown_in}."
