"""Standard output that can't take what is written: closed, too narrow, or on a full disk. One line
says so, and the exit status is that of a file that can't be written."""

import contextlib
import errno
import io
import os
import sys
from collections.abc import Iterator

from ldn_graph.errors import FileError, Unwritable

_NAME = "standard output"


class _Closed(io.TextIOBase):
    """Standard output that the caller closed: a write is refused."""

    def writable(self) -> bool:
        return True

    def write(self, _text: str) -> int:
        raise OSError(errno.EBADF, "it is closed")

    @property
    def buffer(self) -> "_Closed":
        return self


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Have all that is written in here on its way, or raise FileError.

    Nobody who reads (a pipe to `head`) is no fault: the command ends as the shell expects.
    """
    if sys.stdout is None:
        sys.stdout = _Closed()
    try:
        try:
            yield
        except SystemExit as end:
            sys.stdout.flush()
            raise end
        sys.stdout.flush()
    except UnicodeEncodeError as error:
        sign = error.object[error.start : error.start + 1]
        raise FileError(
            f"{_NAME}: is {sys.stdout.encoding}, which has no {sign!r}; set PYTHONUTF8=1, or write "
            "to a file with -o"
        ) from error
    except OSError as error:
        if error.filename is not None:  # not of the stream
            raise
        _forget()
        if error.errno == errno.EPIPE:
            raise SystemExit(1) from error
        if isinstance(sys.stdout, _Closed):
            raise FileError(f"{_NAME}: is closed; open it, or write to a file with -o") from error
        raise Unwritable.of(_NAME, error) from error


def _forget() -> None:
    """Let what can't be written go, or Python would try again at its end and complain."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
