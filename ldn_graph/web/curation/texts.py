"""The texts that curators read, as the workspace knows them at this moment."""

from functools import lru_cache
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from ldn_graph.texts.source_texts import Texts
from ldn_graph.web.state import settings
from ldn_graph.workspace.corpus_files import State

_Stamp = tuple[str, int, int]


async def texts_of(request: Request, state: State) -> Texts:
    """The texts whose digest is on record in `state`; none where no folder is set."""
    folder = settings(request).texts
    if folder is None or not folder.is_dir():
        return Texts({})
    return await run_in_threadpool(_read, folder, state)


def _read(folder: Path, state: State) -> Texts:
    found = (p for p in sorted(folder.iterdir()) if p.is_file() and p.name[0] != ".")
    stamps = tuple((p.name, p.stat().st_mtime_ns, p.stat().st_size) for p in found)
    return _kept(folder, stamps, _Sources(state))


class _Sources:
    """A state that is equal to another where the same sources have the same texts."""

    def __init__(self, state: State) -> None:
        self.corpus = state.corpus
        sources = state.corpus.sources.values()
        self._key = frozenset((s.id, s.text_sha256) for s in sources if s.text_sha256)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Sources) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


@lru_cache(maxsize=2)
def _kept(folder: Path, stamps: tuple[_Stamp, ...], sources: _Sources) -> Texts:
    return Texts.read(folder, sources.corpus)
