"""Draft claims suggested from a text: deterministic, offline, and never more than drafts.

Entities come from the corpus's dictionary, relations from the vocabulary of English medical prose,
hedges and negations with their scope from ConText's idea. `docs/suggest.md` says how well it does
and what it can't do. spaCy is imported when `suggest` is called, not before.
"""

from ldn_graph.suggest.reader import suggest
from ldn_graph.suggest.suggestion import AGENT, Suggestion, drafts, new_entities

__all__ = ["AGENT", "Suggestion", "drafts", "new_entities", "suggest"]
