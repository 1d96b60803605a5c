"""Search over entities, claims and sources that forgives typos and knows synonyms.

documents  what of a record is searched, as plain words, and what of it is shown
index      the index of one corpus, and the order of what it finds
facets     claims chosen by what they have
"""

from ldn_graph.search.documents import KINDS, Doc, Part
from ldn_graph.search.index import Hit, Index, Results

__all__ = ["KINDS", "Doc", "Hit", "Index", "Part", "Results"]
