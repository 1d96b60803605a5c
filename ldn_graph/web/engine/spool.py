"""Where an answer is written before any of it is sent: short ones in memory, long ones in a file.

It counts while it is written, so that what is too large is refused instead of being cut.
"""

import re
import tempfile
from collections.abc import Iterator
from typing import IO, cast

from ldn_graph.web.engine.refusals import AnswerTooLarge

#: Answers up to this many bytes stay in memory.
SHORT = 1 << 20
#: What a format has once a row, but for so many; in JSON and CSV literals may hold it too.
_ROW = {"json": (b"},{", 1), "xml": (b"<result>", 0), "csv": (b"\n", -1), "tsv": (b"\n", -1)}
_QUOTED = {
    "json": re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL),
    "csv": re.compile(rb'"[^"]*"'),
}


class Spool:
    """A file object for an answer in `format` with at most `rows` rows and `size` bytes."""

    def __init__(self, format: str, rows: int, size: int, folder: str | None) -> None:
        self.file: IO[bytes] | None = None
        self.size = 0
        self._format, self._rows, self._limit, self._folder = format, rows, size, folder
        self._mark, self._count = _ROW.get(format, (b"", 0))
        self._parts: list[bytes] = []
        self._tail = b""
        self._counting = False

    @property
    def output(self) -> IO[bytes]:
        """This, as far as the engine needs a file."""
        return cast("IO[bytes]", self)

    def write(self, data: bytes) -> int:
        """Raises AnswerTooLarge."""
        self.size += len(data)
        if self.size > self._limit:
            raise AnswerTooLarge(
                f"the answer has more than {self._limit:,} bytes, which is the most that is sent; "
                "add LIMIT and OFFSET, ask for fewer columns, or take the whole dataset from "
                "/dataset.nq"
            )
        (self.file.write if self.file else self._parts.append)(data)
        if self._mark and self.size > self._rows:  # no row is shorter than a byte
            self._count_rows(data)
        if self.file is None and self.size > SHORT:
            self.file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115
            self.file.write(b"".join(self._parts))
            self._parts = []
        return len(data)

    def flush(self) -> None:
        """Bring what was written to the file."""
        if self.file:
            self.file.flush()

    def close(self) -> None:
        """The engine is done; the answer stays."""

    @property
    def content(self) -> bytes:
        """The answer, where it is short."""
        return b"".join(self._parts) if len(self._parts) != 1 else self._parts[0]

    def _count_rows(self, data: bytes) -> None:
        if self._counting:
            found, self._tail = _counted(self._tail + data, self._mark)
            self._count += found
        else:
            self._counting = True
            self._count, self._tail = self._marks(None)
        if self._count > self._rows and self._recount() > self._rows:
            raise AnswerTooLarge(
                f"the answer has more than {self._rows:,} rows, which is the most that is sent; "
                "add LIMIT and OFFSET, count in the query, or take the whole dataset from "
                "/dataset.nq"
            )

    def _recount(self) -> int:
        """The rows so far, marks in literals left out; counting goes on from there."""
        quoted = _QUOTED.get(self._format)
        if quoted:
            self._count, _ = self._marks(quoted)
        return self._count

    def _marks(self, quoted: re.Pattern[bytes] | None) -> tuple[int, bytes]:
        """The rows so far by their marks, without those that are `quoted`; and the tail."""
        count = _ROW[self._format][1]
        rest = tail = b""
        for piece in self._pieces():
            bare = rest + piece
            if quoted:
                bare, quote, opened = quoted.sub(b"", bare).partition(b'"')
                rest = quote + opened
            found, tail = _counted(tail + bare, self._mark)
            count += found
        return count, tail

    def _pieces(self) -> Iterator[bytes]:
        yield from self._parts
        if self.file:
            self.file.seek(0)
            while piece := self.file.read(SHORT):
                yield piece


def _counted(data: bytes, mark: bytes) -> tuple[int, bytes]:
    """How many marks there are, and the end of `data` that may be the beginning of another.

    >>> _counted(b"x},{y}", b"},{")
    (1, b'y}')
    """
    overlap = len(mark) - 1
    return data.count(mark), data[-overlap:] if overlap else b""
