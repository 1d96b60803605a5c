"""What anybody may see of a corpus: the claims that are or were in force, and how they came to be.

Drafts, claims that wait for review, rejected ones and next versions are for those who curate; so is
what curators say among themselves: comments, and why a claim was handed in, returned or taken back.
"""

from ldn_graph.records.model import Claim, Corpus, CurationEvent
from ldn_graph.records.vocabularies import Action, Status

#: Statuses of a claim that anybody may see. A retracted one was in force, and stays readable.
PUBLIC = frozenset({Status.ACCEPTED, Status.RETRACTED})
#: Steps whose reasons are addressed to curators alone; that the step was taken is no secret.
_AMONG_CURATORS = frozenset(
    {
        Action.SUBMIT,
        Action.WITHDRAW,
        Action.RETURN,
        Action.REJECT,
        Action.ENDORSE,
        Action.DISCARD,
        Action.REASSIGN,
    }
)


def public_claim(claim: Claim) -> Claim:
    """A claim without comments, and without the reasons that were meant for curators."""
    history = tuple(
        _without_reason(event) for event in claim.history if event.action is not Action.COMMENT
    )
    return claim if history == claim.history else claim.model_copy(update={"history": history})


def _without_reason(event: CurationEvent) -> CurationEvent:
    if event.action not in _AMONG_CURATORS or not (event.why or event.reasons):
        return event
    return event.model_copy(update={"why": None, "reasons": ()})


class Publication:
    """Makes the public part of one corpus after another: what did not change is the same object."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[Claim, Claim]] = {}
        self._last: tuple[Corpus, Corpus] | None = None

    def of(self, corpus: Corpus) -> Corpus:
        """The part of `corpus` that anybody may see."""
        if self._last is None or self._last[0] is not corpus:
            claims = {
                name: self._claim(claim)
                for name, claim in corpus.claims.items()
                if claim.status in PUBLIC
            }
            made = corpus.model_copy(update={"claims": claims, "proposals": {}})
            self._last = corpus, made
        return self._last[1]

    def _claim(self, claim: Claim) -> Claim:
        known = self._made.get(claim.id)
        if known is None or known[0] is not claim:
            known = self._made[claim.id] = claim, public_claim(claim)
        return known[1]


def public(corpus: Corpus) -> Corpus:
    """The part of `corpus` that anybody may see."""
    return Publication().of(corpus)


def unpublished(corpus: Corpus) -> Corpus:
    """`corpus` with the claims alone that are not public; a next version stands for its claim."""
    held = {name: c for name, c in corpus.claims.items() if c.status not in PUBLIC}
    return corpus.model_copy(update={"claims": {**held, **corpus.proposals}, "proposals": {}})
