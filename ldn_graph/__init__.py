"""ldn-graph: an evidence knowledge graph of claims about low-dose naltrexone.

It says who claims what, in which words, on what evidence. It is no medical advice.
"""

from typing import TYPE_CHECKING, Any

__version__ = "0.2.0"

if TYPE_CHECKING:
    from ldn_graph.graph import EvidenceGraph

__all__ = ["EvidenceGraph", "__version__"]


def __getattr__(name: str) -> Any:
    # at first use: `import ldn_graph` stays quick, and its parts can be imported alone
    if name == "EvidenceGraph":
        from ldn_graph.graph import EvidenceGraph

        return EvidenceGraph
    raise AttributeError(f"module 'ldn_graph' has no attribute {name!r}")
