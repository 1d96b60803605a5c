"""How what articles say compares with what studies found, in words for everybody.

The class (`Question.standing`) and its reasons are those of the rule; this only says them plainly.
"""

from ldn_graph.grading.comparison import Question
from ldn_graph.records.vocabularies import Agreement, Standing


def verdict(question: Question) -> str:
    """One sentence: "The article is surer than the studies: they disagree."."""
    found = _found(question)
    if not question.in_article:
        return f"No article says it; {found}."
    if question.standing is Standing.UNTESTED:
        return f"The article’s words are untested: {found}."
    if question.standing is Standing.OVERSTATED:
        return f"The article is surer than the studies: {found}."
    if question.standing is Standing.UNDERSTATED:
        return f"The studies are surer than the article: {found}."
    return f"The article is no surer than the studies: {found}."


def _found(question: Question) -> str:
    """What the studies come to, as a clause."""
    if not question.bearing("direct"):
        if question.bearing("indirect"):
            return "only studies of something else bear on it"
        return "no study here looked at it"
    if question.contested:
        return f"they disagree ({question.found.grade.words})"
    if question.found.agreement is Agreement.REFUTED:
        return f"they speak against it ({question.found.grade.words})"
    if question.found.agreement is Agreement.INCONCLUSIVE:
        return "they could not decide"
    return f"they come to {question.found.grade.words}"
