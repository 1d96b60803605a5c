"""Records of publications that were looked up, by PMID or DOI, and kept for a while."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from ldn_graph.errors import BadFile, DataError, NotAllowed, StoreError, UnknownName
from ldn_graph.exchange.bibliography import Found, found_in
from ldn_graph.exchange.publication_services import Services, identifier_of
from ldn_graph.records.model import Corpus, LookUp, Source
from ldn_graph.workspace.entry import utc_now
from ldn_graph.workspace.private_file import PrivateFile

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
