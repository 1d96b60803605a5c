"""How many examples a property is tried on: a few by `make test`, many by `make soak`."""

import os

#: So many times as many examples.
EFFORT = int(os.environ.get("LDN_GRAPH_EFFORT", "1"))


def examples(count: int) -> int:
    """`count` for a test that runs at every commit."""
    return count * EFFORT
