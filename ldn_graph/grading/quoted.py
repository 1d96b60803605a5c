"""The quote that stands beside a grade: one of the evidence that earned it, on every face."""

from dataclasses import dataclass

from ldn_graph.grading.grade import Grade
from ldn_graph.records.model import Claim, Corpus, EvidenceItem
from ldn_graph.records.vocabularies import Direction, Role


@dataclass(frozen=True)
class Quoted:
    """Words beside a grade. `verbatim`: a quote, not a finding in our words; `states_only`: an
    author's statement that no study stands behind."""

    words: str
    source: str
    claim: str
    item: str
    verbatim: bool
    states_only: bool


def quoted(claim: Claim, grade: Grade, corpus: Corpus) -> Quoted | None:
    """The first quote of what earned the claim's grade, else the first finding of it; of a claim
    without a study, what states it. None where nothing was written down."""
    earned = [_found(name, item, claim, corpus) for name, item in grade.shown]
    of_claim = [(claim, item) for item in _by_side(claim, corpus)]
    candidates = [pair for pair in earned if pair is not None] or of_claim
    with_words = [(c, i) for c, i in candidates if i.quote] or [
        (c, i) for c, i in candidates if i.finding
    ]
    if not with_words:
        return None
    owner, item = with_words[0]
    words = item.quote.exact if item.quote else item.finding or ""
    states_only = item.role is Role.BACKGROUND or item.design is None
    return Quoted(words, item.source, owner.id, item.id, item.quote is not None, states_only)


def _found(name: str, item: str, claim: Claim, corpus: Corpus) -> tuple[Claim, EvidenceItem] | None:
    owner = claim if name in ("", claim.id) else corpus.claims.get(name)
    if owner is None:
        return None
    return next(((owner, i) for i in owner.evidence if i.id == item), None)


def _by_side(claim: Claim, corpus: Corpus) -> list[EvidenceItem]:
    kept = [i for i in claim.evidence if not corpus.sources[i.source].retracted]
    return sorted(kept, key=lambda i: list(Direction).index(i.direction))
