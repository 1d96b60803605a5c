"""The source texts that are held beside a workspace, read once for each change of them."""

from functools import lru_cache
from pathlib import Path

from ldn_graph.records.model import Corpus
from ldn_graph.texts.source_texts import Texts

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
