"""Search over entities, claims and sources that forgives typos and knows synonyms.

words      texts and questions → plain words
documents  what of a record is searched, and what of it is shown
index      the index of one corpus, and the order of what it finds
"""

from ldn_graph.search.documents import KINDS, Doc
from ldn_graph.search.index import Hit, Index, Results
from ldn_graph.search.marks import Part

__all__ = ["KINDS", "Doc", "Hit", "Index", "Part", "Results"]
