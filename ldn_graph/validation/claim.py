"""What the checks say of one claim, whether it is in force already or is to come into force.

What is an error here keeps a claim from being handed in and from being accepted.
"""

from collections.abc import Iterator

from ldn_graph.grading.strength import Rule
from ldn_graph.records import doses
from ldn_graph.records.corpus import Places
from ldn_graph.records.findings import Finding, Severity, in_order
from ldn_graph.records.model import Claim, Corpus
from ldn_graph.records.vocabularies import Design, Direction, Predicate
from ldn_graph.texts.source_texts import Texts
from ldn_graph.validation import confusables, quotes


def audit(
    claim: Claim, corpus: Corpus, places: Places, rule: Rule, texts: Texts | None = None
) -> tuple[Finding, ...]:
    """Every finding about `claim`, which `corpus` need not have, errors first; with `texts`, its
    quotes are held against them."""
    alone = corpus.model_copy(update={"claims": {claim.id: claim}, "proposals": {}})
    # what is wrong with the sources' texts is not about the claim
    found = [f for f in quotes.audit(alone, places, rule, texts) if not f.rule.startswith("text-")]
    found += confusables.audit_claim(claim, places)
    found += audit_record(claim, places)
    found += twins(claim, corpus, places)
    found += _sources(claim, corpus, places)
    if all(i.direction is Direction.INCONCLUSIVE for i in claim.evidence):
        where = places("claim", claim.id, "evidence")
        told = f"{claim.id}: nothing supports or refutes it"
        remedy = "look whether it is a claim"
        found.append(Finding(Severity.NOTE, "nothing-decided", where, told, remedy))
    return in_order(found)


def audit_record(claim: Claim, places: Places) -> Iterator[Finding]:
    """What is wrong in the record itself: doses that are not as written, `treats` by itself."""
    for number, item in enumerate(claim.evidence):
        wrong = None if item.dose is None else doses.disagreement(item.dose)
        if wrong is not None:
            yield _error(
                "dose-not-as-written",
                places("claim", claim.id, "evidence", number, "dose"),
                f"{claim.id} {item.id}: {wrong.partition('; ')[0]}",
                "correct the amounts and the band, or the text",
            )
    if claim.predicate is Predicate.TREATS and not _approved(claim):
        yield _error(
            "treats-needs-approval",
            places("claim", claim.id, "predicate"),
            f"{claim.id}: `treats` has no approval behind it",
            "write treats-or-applied-or-studied-to-treat, applied-to-treat, studied-to-treat "
            "or in-clinical-trials-for, or add the regulatory label as evidence",
        )


def twins(claim: Claim, corpus: Corpus, places: Places) -> Iterator[Finding]:
    """The claims in force, others than itself, that say the same: two can't be in force."""
    for other in corpus.current():
        if other.id != claim.id and other.proposition == claim.proposition:
            yield _error(
                "same-claim-twice",
                places("claim", claim.id, "subject"),
                f"{claim.id} says the same as {other.id}, which is in force",
                f"put its evidence under {other.id}, and discard this one",
            )


def _sources(claim: Claim, corpus: Corpus, places: Places) -> Iterator[Finding]:
    for n, item in enumerate(claim.evidence):
        if corpus.sources[item.source].retracted:
            yield Finding(
                Severity.WARNING,
                "retracted-source",
                places("claim", claim.id, "evidence", n, "source"),
                f"{claim.id} {item.id}: {item.source} was retracted, so it counts nothing",
                "cite another source",
            )


def _approved(claim: Claim) -> bool:
    return any(
        item.design is Design.REGULATORY_LABEL
        and item.direction is Direction.SUPPORTS
        and not item.indirectness
        for item in claim.evidence
    )


def _error(rule: str, where: str, message: str, remedy: str) -> Finding:
    return Finding(Severity.ERROR, rule, where, message, remedy)
