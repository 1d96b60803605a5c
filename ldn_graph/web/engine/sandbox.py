"""What an evaluator is denied: memory without end, large files, the network, outliving its parent.

Each is a second wall behind the deadline and the lexer, and none is required: where a system does
not know one, the others stand.
"""

import contextlib
import ctypes
import os
import resource
import signal
import sys

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_PDEATHSIG = 1


def die_with(parent: int) -> None:
    """Be killed when the process `parent` ends, however it ends (Linux)."""
    libc = _libc()
    if libc:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it ended before the call
            os._exit(1)


def leave_network() -> bool:
    """Have no network from here on, children included (Linux, where the system lets us)."""
    libc = _libc()
    if not libc:
        return False
    return any(libc.unshare(f) == 0 for f in (_CLONE_NEWNET, _CLONE_NEWUSER | _CLONE_NEWNET))


def give_way() -> None:
    """Have processes that are woken here not take the processor from who woke them (Linux).

    Else each query that the front hands over stops the front.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def hush() -> None:
    """Keep what the engine says while it breaks down out of the log, which has our own words."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def limit_memory(more: int) -> None:
    """Refuse this process more than `more` bytes above what it has now."""
    with contextlib.suppress(OSError, ValueError):
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (_data() + more, hard))


def limit_files(size: int) -> None:
    """Write no file above `size` bytes and no core dump."""
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def most_memory() -> int:
    """The most that this process had in memory so far, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _data() -> int:
    """The bytes that RLIMIT_DATA counts in this process."""
    with open("/proc/self/status", "rb") as status:  # noqa: PTH123  (read in every fork)
        line = next(entry for entry in status if entry.startswith(b"VmData:"))
    return int(line.split()[1]) * 1024


def _libc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
