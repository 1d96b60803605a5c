"""The process in which a document is read: `python -m ldn_graph.texts.worker KIND NAME`.

It reads the file from its standard input, and writes one JSON object.
"""

import sys
from collections.abc import Callable

from ldn_graph.errors import TooLarge
from ldn_graph.texts.reader import answer
from ldn_graph.texts.text import MAX_LENGTH, Block

Found = tuple[str | None, list[Block]]


def read_here(kind: str, name: str, data: bytes) -> tuple[str | None, list[list[str | int | None]]]:
    """Title and blocks, read in this process; the readers are loaded only here."""
    from ldn_graph.texts.docx import blocks_of_word
    from ldn_graph.texts.html import blocks_of_epub, blocks_of_html
    from ldn_graph.texts.odt import blocks_of_odt
    from ldn_graph.texts.pdf import blocks_of_pdf

    readers: dict[str, Callable[[bytes, str], Found]] = {
        "epub": blocks_of_epub,
        "html": blocks_of_html,
        "opendocument": blocks_of_odt,
        "pdf": blocks_of_pdf,
        "word": blocks_of_word,
    }
    title, blocks = readers[kind](data, name)
    if sum(len(block.text) for block in blocks) > MAX_LENGTH:
        raise TooLarge(f"{name}: more than {MAX_LENGTH} characters; split it")
    return title, [[b.text, b.level, b.page] for b in blocks]


if __name__ == "__main__":
    answer(lambda data: read_here(sys.argv[1], sys.argv[2], data), sys.argv[2])
