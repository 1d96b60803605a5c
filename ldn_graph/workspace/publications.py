"""Publications that were looked up by PMID or DOI, and what saved searches of PubMed found.

Nothing runs by itself: a maintainer has `ldn-graph watch run` started by a timer. A publication is
found once: what was set aside, or is a source already, does not come back.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ldn_graph.errors import BadFile, DataError, NotAllowed, StoreError, UnknownName, UsageError
from ldn_graph.exchange.bibliography import Found, found_in
from ldn_graph.exchange.publication_services import MOST_IDS, Services, identifier_of
from ldn_graph.records.model import Corpus, LookUp, Source
from ldn_graph.workspace.corpus_files import PrivateFile
from ldn_graph.workspace.entry import utc_now

#: Days that a record is kept: PubMed completes and corrects its own.
DAYS = 30
_SCHEMA = """
CREATE TABLE IF NOT EXISTS record (name TEXT PRIMARY KEY, at TEXT NOT NULL, content BLOB NOT NULL);
"""


def look_up_of(corpus: Corpus) -> LookUp:
    """What a corpus says of looking up. Raises NotAllowed where it says nothing: it is off then."""
    found = corpus.description.look_up
    if found is None:
        raise NotAllowed(
            "nothing is looked up in the network; a maintainer turns it on in corpus.yaml: "
            "look_up: {contact: name@example.org}"
        )
    return found


class Publications:
    """What one workspace has looked up."""

    def __init__(self, workspace: Path, clock: Callable[[], dt.datetime] = utc_now) -> None:
        self._file = PrivateFile(workspace, "looked-up", _SCHEMA)
        self._clock = clock

    def find(self, text: str, look_up: LookUp) -> Found:
        """The publication of a PMID or DOI.

        Raises BadParameter for what is neither, UnknownName where the service does not have it,
        StoreError where it can't be reached or tells of another publication.
        """
        kind, name = identifier_of(text)
        key = f"{kind}:{name.lower()}"
        now = self._clock()
        at, content = self._kept(key, now)
        if content is None:
            services = Services(look_up)
            at = now.isoformat(timespec="seconds")
            content = services.pubmed((name,)) if kind == "pmid" else services.crossref(name)
        service = "PubMed" if kind == "pmid" else "Crossref"
        found = _read(content, f"{service} {kind.upper()} {name}", f"{service}, {at[:10]}")
        one = found.cited[0].source
        told = one.pmid if kind == "pmid" else one.doi
        if len(found.cited) != 1 or (told or "").lower() != name.lower():
            raise StoreError(
                f"{service} was asked for {kind.upper()} {name} and told of {told or 'none'}; "
                "nothing was taken"
            )
        self._keep(key, at, content)
        return found

    def _kept(self, key: str, now: dt.datetime) -> tuple[str, bytes | None]:
        if not self._file.exists():
            return "", None
        since = (now - dt.timedelta(days=DAYS)).isoformat(timespec="seconds")
        with self._file.open() as db:
            db.execute("DELETE FROM record WHERE at < ?", (since,))
            row = db.execute("SELECT at, content FROM record WHERE name = ?", (key,)).fetchone()
        return row or ("", None)

    def _keep(self, key: str, at: str, content: bytes) -> None:
        with self._file.open() as db:
            db.execute("INSERT OR REPLACE INTO record VALUES (?, ?, ?)", (key, at, content))


def _read(content: bytes, name: str, seen_in: str) -> Found:
    """The record in an answer. Raises UnknownName where there is none in it."""
    try:
        found = found_in(content, name, seen_in)
    except DataError as error:
        raise UnknownName(f"{name}: no record of it was found; look at the number") from error
    except BadFile as error:
        raise StoreError(f"{name}: the answer is no record; try later") from error
    if not found.cited:
        raise UnknownName(f"{name}: no record that can be taken: {'; '.join(found.refused)}")
    return found


def in_words(source: Source) -> str:
    """A publication in a line: who, when, what, where."""
    named = [a.literal or a.family or "" for a in source.author]
    who = named[0] + (" et al." if len(named) > 1 else "") if named else source.author_group or ""
    parts = (who, source.issued or "", source.title, source.container_title or "")
    return ". ".join(part.rstrip(".") for part in parts if part)


#: Searches of a workspace, characters of one, and publications that may wait.
MOST_SEARCHES, LONGEST_QUERY, MOST_WAITING = 50, 2000, 1000
_WATCH_SCHEMA = """
CREATE TABLE IF NOT EXISTS search (
  name TEXT PRIMARY KEY, query TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL, ran TEXT);
CREATE TABLE IF NOT EXISTS found (
  pmid TEXT PRIMARY KEY, search TEXT NOT NULL, at TEXT NOT NULL, words TEXT NOT NULL,
  abstract TEXT, aside TEXT, by TEXT, why TEXT);
"""
_UNREAD = "Its record could not be read here; look at it in PubMed"


@dataclass(frozen=True)
class Search:
    """A saved search: who saved it, when (ISO 8601), and when it ran last."""

    name: str
    query: str
    by: str
    at: str
    ran: str | None


@dataclass(frozen=True)
class Waiting:
    """A publication that a search found. `words` say who, when, what and where."""

    pmid: str
    search: str
    at: str
    words: str
    abstract: str | None


@dataclass(frozen=True)
class Run:
    """What one search came to: how many are new, and what its maintainer should know."""

    name: str
    new: int
    told: str = ""


class Watches:
    """The saved searches of one workspace."""

    def __init__(self, workspace: Path, clock: Callable[[], dt.datetime] = utc_now) -> None:
        self._file = PrivateFile(workspace, "watches", _WATCH_SCHEMA)
        self._clock = clock

    def save(self, name: str, query: str, *, by: str) -> None:
        """Save a search, or change the query of one. Raises UsageError, NotAllowed."""
        name, query = name.strip(), " ".join(query.split())
        if not name or len(name) > 100 or not query or len(query) > LONGEST_QUERY:
            raise UsageError(
                f"a search has a name of up to 100 characters, and a query of up to {LONGEST_QUERY}"
            )
        with self._file.open() as db:
            db.execute("BEGIN IMMEDIATE")
            (number,) = db.execute(
                "SELECT count(*) FROM search WHERE name != ?", (name,)
            ).fetchone()
            if number >= MOST_SEARCHES:
                raise NotAllowed(f"{number} searches are saved, the most there may be; drop one")
            db.execute(
                "INSERT OR REPLACE INTO search VALUES (?, ?, ?, ?, NULL)",
                (name, query, by, self._now()),
            )

    def drop(self, name: str) -> None:
        """Forget a search; what it found stays. Raises UnknownName."""
        self._known(name)
        with self._file.open() as db:
            db.execute("DELETE FROM search WHERE name = ?", (name,))

    def saved(self) -> tuple[Search, ...]:
        """The searches, by name."""
        if not self._file.exists():
            return ()
        with self._file.open() as db:
            rows = db.execute(
                "SELECT name, query, by, at, ran FROM search ORDER BY name"
            ).fetchall()
        return tuple(Search(*row) for row in rows)

    def run(self, name: str, corpus: Corpus, look_up: LookUp) -> Run:
        """Ask PubMed one search, and have what is new wait. Raises UnknownName, StoreError."""
        search = self._known(name)
        services = Services(look_up)
        pmids, number = services.search(search.query)
        known = {s.pmid for s in corpus.sources.values()} | self._seen()
        new = tuple(pmid for pmid in pmids if pmid not in known)
        room = MOST_WAITING - len(self.waiting(corpus))
        told = ""
        if len(new) > room:
            told = (
                f"{len(new) - max(room, 0)} were left: {MOST_WAITING} wait already; look at these"
            )
            new = new[: max(room, 0)]
        elif len(new) == MOST_IDS and number > MOST_IDS:
            told = f"it finds {number}, of which the newest {MOST_IDS} were taken; narrow it"
        described = self._described(services.pubmed(new), new) if new else []
        at = self._now()
        with self._file.open() as db:
            db.execute("UPDATE search SET ran = ? WHERE name = ?", (at, name))
            db.executemany(
                "INSERT OR IGNORE INTO found (pmid, search, at, words, abstract) "
                "VALUES (?, ?, ?, ?, ?)",
                [(pmid, name, at, words, text) for pmid, words, text in described],
            )
        return Run(name, len(new), told)

    def waiting(self, corpus: Corpus) -> tuple[Waiting, ...]:
        """What nobody has set aside, and is no source yet; the newest find first."""
        if not self._file.exists():
            return ()
        known = {s.pmid for s in corpus.sources.values()}
        with self._file.open() as db:
            rows = db.execute(
                "SELECT pmid, search, at, words, abstract FROM found WHERE aside IS NULL "
                "ORDER BY at DESC, CAST(pmid AS INTEGER) DESC"
            ).fetchall()
        return tuple(Waiting(*row) for row in rows if row[0] not in known)

    def set_aside(self, pmid: str, *, by: str, why: str) -> None:
        """Have a publication off the desk for good, with the reason. Raises UnknownName,
        UsageError without a reason."""
        if not why.strip() or len(why) > LONGEST_QUERY:
            raise UsageError(f"say why {pmid} is set aside, in up to {LONGEST_QUERY} characters")
        with self._file.open() as db:
            done = db.execute(
                "UPDATE found SET aside = ?, by = ?, why = ? WHERE pmid = ? AND aside IS NULL",
                (self._now(), by, why.strip(), pmid),
            )
            if not done.rowcount:
                raise UnknownName(f"PMID {pmid[:20]}: it waits no longer, or never did")

    def _described(
        self, content: bytes, pmids: tuple[str, ...]
    ) -> list[tuple[str, str, str | None]]:
        """For each PMID its publication in a line, and its abstract."""
        try:
            found = {c.source.pmid: c for c in found_in(content, "PubMed", "PubMed").cited}
        except (BadFile, DataError) as error:
            raise StoreError("PubMed: the answer holds no records; try later") from error
        return [
            (pmid, in_words(found[pmid].source), found[pmid].abstract)
            if pmid in found
            else (pmid, _UNREAD, None)
            for pmid in pmids
        ]

    def _known(self, name: str) -> Search:
        found = {s.name: s for s in self.saved()}
        if name not in found:
            raise UnknownName.among("search", name, found, see="ldn-graph watch list")
        return found[name]

    def _seen(self) -> set[str]:
        with self._file.open() as db:
            return {pmid for (pmid,) in db.execute("SELECT pmid FROM found")}

    def _now(self) -> str:
        return self._clock().isoformat(timespec="seconds")
