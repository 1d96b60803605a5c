"""Readers of formats that a file could attack run in a process of their own, which has little time
and memory and is stopped when it takes more.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from ldn_graph.errors import BadFile, TooLarge
from ldn_graph.texts.text import Block

#: Seconds for one file, and bytes of memory.
SECONDS = 60
MEMORY = 2 * 2**30
Found = tuple[str | None, list[Block]]


def read_apart(data: bytes, kind: str, name: str, seconds: float = SECONDS) -> Found:
    """Title and blocks of a file of that `kind`. Raises BadFile, or TooLarge beyond the limits."""
    home = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH"))))
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no shell
            [sys.executable, "-P", "-m", "ldn_graph.texts.worker", kind, name],
            input=data,
            capture_output=True,
            env={**os.environ, "PYTHONPATH": path},
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TooLarge(
            f"{name}: takes longer than {seconds:g} seconds to read; split it"
        ) from error
    if done.returncode:
        raise TooLarge(f"{name}: can't be read within {MEMORY // 2**30} GiB of memory; split it")
    answer = json.loads(done.stdout)
    if "bad" in answer:
        raise BadFile(answer["bad"])
    if "too_much" in answer:
        raise TooLarge(answer["too_much"])
    title, blocks = answer["read"]
    return title, [Block(*block) for block in blocks]
