"""What is made once for each version of the data: pictures, questions, the source texts."""

import threading
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from cachetools import LRUCache
from starlette.requests import HTTPConnection

from ldn_graph.grading.comparison import Question
from ldn_graph.texts.source_texts import Texts
from ldn_graph.web.state import settings, snapshot

_V = TypeVar("_V")

#: So many things are kept; the one that was asked for longest ago goes first.
MOST = 512
_things: LRUCache[Hashable, Any] = LRUCache(MOST)
_lock = threading.Lock()
#: What is being made just now, each with what its maker holds.
_making: dict[Hashable, threading.Lock] = {}
_NONE = object()


def kept(request: HTTPConnection, name: Hashable, make: Callable[[], _V]) -> _V:
    """What `make` gives, made once for the data being served; `name` says what it is.

    Who asks for what another is making waits for that.
    """
    key = (snapshot(request).version, str(settings(request).texts), name)
    found = _found(key)
    if found is not _NONE:
        return cast(_V, found)
    with _lock:
        making = _making.setdefault(key, threading.Lock())
    with making:
        found = _found(key)
        if found is not _NONE:
            return cast(_V, found)
        try:
            made = make()
            with _lock:
                _things[key] = made
        finally:
            with _lock:
                _making.pop(key, None)
    return made


def _found(key: Hashable) -> Any:
    with _lock:
        return _things.get(key, _NONE)


def questions(request: HTTPConnection) -> tuple[Question, ...]:
    """Every question that the current claims ask."""
    graph = snapshot(request).graph
    return kept(request, "questions", lambda: tuple(graph.evidence()))


def texts(request: HTTPConnection) -> Texts:
    """The source texts whose digest is on record; none where no folder is set."""
    folder = settings(request).texts
    if folder is None:
        return Texts({})
    corpus = snapshot(request).graph.corpus
    return kept(request, "texts", lambda: Texts.read(folder, corpus))
