"""ldn-graph: an evidence knowledge graph of claims about low-dose naltrexone.

It says who claims what, in which words, on what evidence. It is no medical advice.
"""

__version__ = "0.1.0"
