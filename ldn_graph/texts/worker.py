"""The process that `apart` starts: `python -m ldn_graph.texts.worker KIND NAME`.

It reads the file from its standard input, and writes one JSON object.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

from ldn_graph.errors import BadFile, TooLarge
from ldn_graph.texts.sandbox import MEMORY, SECONDS, Found
from ldn_graph.texts.text import MAX_LENGTH


def read_here(kind: str, name: str, data: bytes) -> Found:
    """Read in this process, without limits; the readers are loaded only here."""
    from ldn_graph.texts.docx import blocks_of_word
    from ldn_graph.texts.epub import blocks_of_epub
    from ldn_graph.texts.html import blocks_of_html
    from ldn_graph.texts.odt import blocks_of_odt
    from ldn_graph.texts.pdf import blocks_of_pdf

    readers: dict[str, Callable[[bytes, str], Found]] = {
        "epub": blocks_of_epub,
        "html": blocks_of_html,
        "opendocument": blocks_of_odt,
        "pdf": blocks_of_pdf,
        "word": blocks_of_word,
    }
    return readers[kind](data, name)


def _limit() -> None:
    """Take little memory and time, where the system can hold a process to it."""
    try:
        import resource
    except ImportError:  # Windows has none; there the parent's clock has to do
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))


def _answer(kind: str, name: str, data: bytes) -> dict[str, Any]:
    try:
        title, blocks = read_here(kind, name, data)
    except TooLarge as error:
        return {"too_much": str(error)}
    except BadFile as error:
        return {"bad": str(error)}
    except MemoryError:
        return {"too_much": f"{name}: takes more than {MEMORY // 2**30} GiB to read; split it"}
    if sum(len(block.text) for block in blocks) > MAX_LENGTH:
        return {"too_much": f"{name}: more than {MAX_LENGTH} characters; split it"}
    return {"read": [title, [[b.text, b.level, b.page] for b in blocks]]}


if __name__ == "__main__":
    _limit()
    found = _answer(sys.argv[1], sys.argv[2], sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(found).encode("ascii"))
