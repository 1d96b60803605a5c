"""An entity's fields as a term that was looked up gives them, with the file that shows them."""

from typing import Any

from ldn_graph.errors import UnknownName, UsageError
from ldn_graph.records.model import Corpus
from ldn_graph.records.vocabularies import Match
from ldn_graph.workspace.term_index import FoundTerm, TermIndex

#: The matches that a curator chooses between for a term that is taken over: of a broader or
#: narrower one, the definition would be of another thing.
MATCHES = (Match.EXACT, Match.CLOSE)


def found_term(index: TermIndex, curie: str) -> FoundTerm:
    """The term of a CURIE. Raises UnknownName where no loaded file has it."""
    found = index.term(curie)
    if found is None:
        raise UnknownName(
            f"term {curie!r}: no loaded ontology has it; `ldn-graph terms load FILE` loads one"
        )
    return found


def mapping_fields(found: FoundTerm, match: str, corpus: Corpus) -> dict[str, Any]:
    """The mapping to a term, as a field of Entity.

    Raises UsageError for a match that can't be chosen, and where another entity is exactly the
    term already: one term is one thing.
    """
    if match not in MATCHES:
        raise UsageError(f"match: {match[:40]!r} is none; choose {' or '.join(MATCHES)}")
    curie = found.term.curie
    others = [
        e.id
        for e in corpus.entities.values()
        if any(m.curie == curie and m.match is Match.EXACT for m in e.mappings)
    ]
    if others and match == Match.EXACT:
        raise UsageError(
            f"{curie} is exactly {others[0]} already; use that one, or choose a close match"
        )
    return {
        "curie": curie,
        "match": match,
        "label": found.term.label,
        "verified_in": found.shown_in,
    }


def definition_note(found: FoundTerm, definition: str | None) -> str | None:
    """Whose words a definition is, where it is the term's."""
    if definition is None or definition != found.term.definition:
        return None
    return f"The definition is that of {found.term.curie} in {found.shown_in}."
