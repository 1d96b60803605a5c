"""How much a test tries: little by `make test`, much by `make soak`."""

import os
from collections.abc import Iterable
from itertools import product

#: So many times as many examples.
EFFORT = int(os.environ.get("LDN_GRAPH_EFFORT", "1"))


def examples(count: int) -> int:
    """`count` for a test that runs at every commit."""
    return count * EFFORT


def crossed(*choices: Iterable[str]) -> list[tuple[str, ...]]:
    """The ways to choose one of each; by `make test` every second one, as on a chessboard.

    Of pages, screens and themes, each page is so seen on each screen and in each theme, and the
    next page in the other theme on that screen.
    """
    counted = [enumerate(choice) for choice in choices]
    return [
        tuple(what for _, what in taken)
        for taken in product(*counted)
        if EFFORT > 1 or sum(at for at, _ in taken) % 2 == 0
    ]
