"""What keeps a claim from being handed in, and from being accepted, whoever asks and however: an
error of the checks; and a warning that nobody has given a reason for."""

from collections.abc import Sequence

from ldn_graph.errors import FailedChecks
from ldn_graph.grading.rule import Rule
from ldn_graph.records.findings import Finding, Severity
from ldn_graph.records.model import Claim, Corpus
from ldn_graph.records.vocabularies import Action
from ldn_graph.texts.source_texts import Texts
from ldn_graph.validation.claim import audit
from ldn_graph.workspace.preview import FIELDS


def demand_sound(
    claim: Claim, corpus: Corpus, rule: Rule, texts: Texts | None, *, why: str | None
) -> None:
    """Raises FailedChecks where `claim` can't come into force as it is; `why`: the reason that is
    given now. A reason that was given when the claim was handed in stands for its warnings.
    """
    found = audit(claim, corpus, FIELDS, rule, texts)
    errors = [f for f in found if f.severity is Severity.ERROR]
    if errors:
        raise FailedChecks(*_lines(claim, errors))
    warnings = [f for f in found if f.severity is Severity.WARNING]
    if warnings and not (why or "").strip() and not _given(claim):
        raise FailedChecks(
            *_lines(claim, warnings),
            f"claim {claim.id!r}: it has warnings; clear them, or say why it is right all the same",
        )


def _given(claim: Claim) -> bool:
    """Whether a reason was given when the claim was last handed in."""
    for event in reversed(claim.history):
        if event.action is Action.SUBMIT:
            return bool(event.why)
        if event.action in (Action.EDIT, Action.REVISE, Action.CREATE):
            return False
    return False


def _lines(claim: Claim, found: Sequence[Finding]) -> list[str]:
    return [f"claim {claim.id!r}: {f.where}: {f.message}; {f.remedy}" for f in found]
