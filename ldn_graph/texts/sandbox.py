"""Readers of formats that a file could attack run in a process of their own, which has little time
and memory, none of the server's secrets, writes nothing, and is stopped when it takes more.

`read_apart` starts such a process, `answer` is all that it does.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ldn_graph.errors import BadFile, TooLarge

#: Seconds for one file, and bytes of memory.
SECONDS = 60
MEMORY = 2 * 2**30
#: What a reader is told of its surroundings; the rest may hold secrets.
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR")


def read_apart(
    module: str, words: Sequence[str], data: bytes, name: str, seconds: float = SECONDS
) -> Any:
    """What `module`, started with `words`, makes of `data`, as plain values; `name` is the file's.

    Raises BadFile, or TooLarge beyond the limits.
    """
    home = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH"))))
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no shell
            [sys.executable, "-P", "-B", "-m", module, *words],
            input=data,
            capture_output=True,
            env={**kept, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"},
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TooLarge(
            f"{name}: takes longer than {seconds:g} seconds to read; split it"
        ) from error
    if done.returncode:
        raise TooLarge(f"{name}: can't be read within {MEMORY // 2**30} GiB of memory; split it")
    found = json.loads(done.stdout)
    if "bad" in found:
        raise BadFile(*found["bad"])
    if "too_much" in found:
        raise TooLarge(*found["too_much"])
    return found["read"]


def answer(work: Callable[[bytes], Any], name: str) -> None:
    """Be such a process: write what `work` makes of the standard input to the standard output."""
    _limit()
    try:
        found = {"read": work(sys.stdin.buffer.read())}
    except TooLarge as error:
        found = {"too_much": error.problems}
    except BadFile as error:
        found = {"bad": error.problems}
    except MemoryError:
        found = {"too_much": [f"{name}: takes more than {MEMORY // 2**30} GiB to read; split it"]}
    sys.stdout.buffer.write(json.dumps(found).encode("ascii"))


def _limit() -> None:
    """Take little memory and time, and write no file, where the system can hold a process to it."""
    try:
        import resource
    except ImportError:  # Windows has none; there the parent's clock has to do
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
