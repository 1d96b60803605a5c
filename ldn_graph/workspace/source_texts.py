"""Source texts beside a workspace: where they are kept, and read once for each change of them.

They are never in the corpus: they belong to whoever wrote them.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Literal

from ldn_graph import files
from ldn_graph.errors import BadFile, FileError, UsageError
from ldn_graph.exchange.bibliography import source_id
from ldn_graph.records.model import Corpus, Source
from ldn_graph.texts.source_texts import Texts
from ldn_graph.texts.text import SourceText


def keep(folder: Path, name: str, text: SourceText, *, instead_of: str | None = None) -> Path:
    """Write the text of the source `name` into `folder`, out of git's sight; returns its path.
    `instead_of`: the SHA-256 of a text there that it replaces.

    Raises FileError where another text is there under that name, or it can't be written.
    """
    path = folder / f"{name}.txt"
    there = path.read_bytes() if path.exists() else None
    known = (None, text.text.encode("utf-8"))
    if there not in known and hashlib.sha256(there or b"").hexdigest() != instead_of:
        raise FileError(f"{path}: another text is there already; move it away, or give another id")
    ignore = folder / ".gitignore"
    if not ignore.exists():
        files.write_text(ignore, "# texts belong to whoever wrote them, not into git\n*\n")
    files.write_text(path, text.text)
    return path


@contextmanager
def held(
    folder: Path, texts: Mapping[str, SourceText], *, instead_of: str | None = None
) -> Iterator[list[Path]]:
    """Texts of sources by id, kept while the sources are put on record; where that fails, the
    folder is as it was. Raises FileError as `keep`."""
    made = not folder.exists()
    paths = [folder / ".gitignore", *(folder / f"{name}.txt" for name in texts)]
    before = {path: path.read_bytes() if path.exists() else None for path in paths}
    try:
        yield [keep(folder, name, text, instead_of=instead_of) for name, text in texts.items()]
    except BaseException:
        for path, content in before.items():
            with suppress(OSError, FileError):
                if content is None:
                    path.unlink(missing_ok=True)
                elif path.read_bytes() != content:
                    files.write_bytes(path, content)
        if made:
            with suppress(OSError):
                folder.rmdir()
        raise


def with_text(source: Source, text: SourceText, part: Literal["abstract"] | None = None) -> Source:
    """The source with the digest and length of its text, or of that `part` of it. The whole may
    take the place of a part.

    Raises UsageError where it has another text: offsets of quotes are of that one.
    """
    if source.text_sha256 not in (None, text.sha256) and source.text_part is None:
        raise UsageError(
            f"source {source.id!r} has another text, and quotes refer to its characters; "
            "add this one as a source of its own"
        )
    known = {"text_sha256": text.sha256, "text_length": text.length, "text_part": part}
    return source.model_copy(update=known)


def demand_unquoted(source: Source, text: SourceText, corpus: Corpus) -> None:
    """Raises UsageError where the text would replace an abstract that quotes refer to."""
    if source.text_part is None or source.text_sha256 == text.sha256:
        return
    claims = (*corpus.claims.values(), *corpus.proposals.values())
    quoting = sorted(
        {
            claim.id
            for claim in claims
            for item in claim.evidence
            if item.source == source.id and item.quote is not None and item.quote.start is not None
        }
    )
    if quoting:
        raise UsageError(
            f"source {source.id!r}: the text on record is its abstract, and the offsets of quotes "
            f"in {', '.join(quoting[:5])} are of that one; take them out of the claims first, or "
            "add this text as a source of its own"
        )


def source_of(text: SourceText, kind: str, seen_in: str, title: str | None = None) -> Source:
    """A source that no record describes: only title, kind and text are known of it.

    Raises BadFile where neither `title` nor the text gives a title.
    """
    named = title or text.title
    if not named:
        raise BadFile(f"{seen_in}: shows no title; give one")
    fields = {
        "id": source_id((), None, named),
        "type": kind,
        "title": named,
        "verified_in": seen_in,
    }
    return with_text(Source.model_validate(fields), text)


_Stamp = tuple[str, int, int]


def shelf_of(folder: Path) -> Path:
    """Where texts are held if no folder is named: beside the corpus in `folder`, out of git."""
    return folder / ".ldn-graph" / "texts"


def held_texts(folder: Path | None, corpus: Corpus) -> Texts:
    """The texts in `folder` whose digest is on record in `corpus`; none where it is not there.

    Raises FileError for a file that can't be read.
    """
    if folder is None or not folder.is_dir():
        return Texts({})
    found = (p for p in sorted(folder.iterdir()) if p.is_file() and p.name[0] != ".")
    stamps = tuple((p.name, p.stat().st_mtime_ns, p.stat().st_size) for p in found)
    return _kept(folder, stamps, _Sources(corpus))


class _Sources:
    """A corpus that is equal to another where the same sources have the same texts."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus
        sources = corpus.sources.values()
        self._key = frozenset((s.id, s.text_sha256) for s in sources if s.text_sha256)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Sources) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


@lru_cache(maxsize=4)
def _kept(folder: Path, stamps: tuple[_Stamp, ...], sources: _Sources) -> Texts:
    return Texts.read(folder, sources.corpus)
