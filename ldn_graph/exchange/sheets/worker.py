"""The process in which a sheet is read: `python -m ldn_graph.exchange.sheets.worker NAME ROWS`.

It reads the file from its standard input, and writes its first rows as one JSON object: a cell is
its text, or the text of its fault in a list.
"""

import sys
from itertools import islice

from ldn_graph.errors import TooLarge
from ldn_graph.exchange.sheets.cells import Fault
from ldn_graph.exchange.sheets.files import cells_here
from ldn_graph.texts.reader import answer

#: Characters of all rows.
MOST_CHARACTERS = 2**26


def _work(name: str, most: int, data: bytes) -> list[list[str | list[str]]]:
    found: list[list[str | list[str]]] = []
    characters = 0
    for row in islice(cells_here(data, name), most):
        characters += sum(len(c) for c in row if isinstance(c, str))
        if characters > MOST_CHARACTERS:
            raise TooLarge(f"{name}: more than {MOST_CHARACTERS} characters; split it")
        found.append([[c.what] if isinstance(c, Fault) else c for c in row])
    return found


if __name__ == "__main__":
    answer(lambda data: _work(sys.argv[1], int(sys.argv[2]), data), sys.argv[1])
