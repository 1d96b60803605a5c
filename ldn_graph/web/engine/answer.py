"""An answer as the front has it, and the answers that it keeps."""

import gzip
import os
from functools import cached_property

from cachetools import LRUCache

from ldn_graph.web.engine.job import Question

#: What an answer in the cache weighs besides its bytes.
_OVERHEAD = 1000
#: So many questions are remembered as asked, and as many before them.
_REMEMBERED = 4096


class Answer:
    """`body` holds a short answer; a long one is in the open file `fd`. `graph`: triples, no rows.
    `volatile`: the next answer to the same question may differ. `version` is the data's.
    """

    def __init__(
        self, body: bytes, fd: int | None, *, graph: bool, volatile: bool, version: str
    ) -> None:
        self.body, self._fd = body, fd
        self.graph, self.volatile, self.version = graph, volatile, version
        self.size = len(body) if fd is None else os.fstat(fd).st_size

    @property
    def filed(self) -> bool:
        """Whether the answer is in a file."""
        return self._fd is not None

    @cached_property
    def compressed(self) -> bytes:
        """A short answer as gzip; the same answer gives the same bytes."""
        return gzip.compress(self.body, compresslevel=5, mtime=0)

    def piece(self, offset: int, length: int) -> bytes:
        """Part of an answer in a file."""
        assert self._fd is not None
        return os.pread(self._fd, length, offset)

    def close(self) -> None:
        """Give the file back to the system; the cache's answers have none."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def __del__(self) -> None:
        self.close()


class Cache:
    """Answers that were asked for twice, up to so many bytes; forgotten when the data change.

    What is asked only once is not kept: it would push out what is asked often, and a server that
    hands memory back at once is a fifth faster.
    """

    def __init__(self, most: int) -> None:
        self.hits = self.misses = 0
        self._kept: LRUCache[Question, tuple[Answer, int]]
        self._kept = LRUCache(most, getsizeof=lambda kept: kept[1])
        self._asked: set[int] = set()
        self._asked_before: set[int] = set()

    @property
    def size(self) -> float:
        """The bytes that are kept."""
        return self._kept.currsize

    def get(self, question: Question) -> Answer | None:
        """The answer, if it is kept."""
        try:
            found = self._kept[question]
        except KeyError:
            self.misses += 1
            return None
        self.hits += 1
        return found[0]

    def put(self, question: Question, answer: Answer) -> None:
        """Keep an answer if it was asked for before; long and volatile ones are not kept."""
        asked = hash(question)
        if asked not in self._asked and asked not in self._asked_before:
            self._asked.add(asked)
            if len(self._asked) >= _REMEMBERED:
                self._asked, self._asked_before = set(), self._asked
            return
        # the compressed form, which comes later, is counted as the half
        weight = _OVERHEAD + 2 * len(question.text) + answer.size * 3 // 2
        if not (answer.filed or answer.volatile or weight > self._kept.maxsize // 4):
            self._kept[question] = answer, weight

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
