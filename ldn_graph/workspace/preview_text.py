"""What a draft would amount to, and what waits for review, as lines to read."""

from collections.abc import Iterator

from ldn_graph.curation import transitions
from ldn_graph.curation.policy import second_review_reasons
from ldn_graph.grading.rule import Rule
from ldn_graph.records.model import Claim, Corpus, EvidenceItem
from ldn_graph.records.vocabularies import Action, Status
from ldn_graph.validation.quotes import Texts
from ldn_graph.verbalise import reading
from ldn_graph.workspace import difference
from ldn_graph.workspace.corpus_files import State
from ldn_graph.workspace.preview import Preview

#: Characters of a text that are shown on each side of a quote.
_AROUND = 200


def preview_text(found: Preview, corpus: Corpus, rule: Rule) -> str:
    """The preview in words: the sentence, the level and why, what is missing, wrong or like it."""
    return "\n".join(_lines(found, rule))


def queue(state: State) -> tuple[Claim, ...]:
    """The claims that wait for a reviewer, the longest waiting first."""
    held = [*state.corpus.claims.values(), *state.corpus.proposals.values()]
    waiting = [c for c in held if c.status is Status.SUBMITTED]
    return tuple(sorted(waiting, key=lambda c: (_handed_in(c), c.id)))


def queue_line(claim: Claim, state: State) -> str:
    """One claim of the queue: since when, by whom, what it says, whether it needs two."""
    last = next(e for e in reversed(claim.history) if e.action in _HANDING_IN)
    number = transitions.version(claim.history)
    version = f" (version {number})" if number > 1 else ""
    agreed = sorted(transitions.endorsed_by(claim.history))
    two = second_review_reasons(claim, state.corpus, state.rule, state.review)
    needs = " · needs two reviewers" if two else ""
    needs += f", endorsed by {', '.join(agreed)}" if agreed else ""
    return (
        f"{claim.id}{version}\n    {reading(claim, state.corpus)}\n"
        f"    since {last.on}, by {last.by}{needs}"
    )


def review_text(
    claim: Claim, found: Preview, state: State, digest: str, texts: Texts | None
) -> str:
    """Everything that a reviewer looks at: quotes in their context, the preview, what changed."""
    number = transitions.version(claim.history)
    lines = [f"claim {claim.id}, version {number}, {claim.status}  [digest {digest}]", ""]
    for item in claim.evidence:
        lines += [f"{item.id}  {item.source} {item.direction}, sounds {item.certainty}"]
        lines += _quoted(item, texts)
    lines += ["", *_lines(found, state.rule)]
    in_force = state.corpus.claims.get(claim.id)
    if in_force is not None and in_force is not claim:
        lines += ["", "beside the version in force"]
        lines += [f"  {line}" for line in difference.claims(in_force, claim, state, state)]
    talk = [e for e in claim.history if e.action is Action.COMMENT or e.reasons or e.why]
    if talk:
        lines += ["", "said so far"]
        lines += [f"  {e.on} {e.by} ({e.action}): {e.why or ', '.join(e.reasons)}" for e in talk]
    return "\n".join(lines)


_HANDING_IN = (Action.SUBMIT, Action.EDIT)


def _handed_in(claim: Claim) -> str:
    found = (e.on for e in reversed(claim.history) if e.action in _HANDING_IN)
    return str(next(found, claim.history[-1].on))


def _lines(found: Preview, rule: Rule) -> Iterator[str]:
    if found.sentence:
        yield f"it reads   {found.sentence}"
    yield from (f"           {line}" for line in found.says)
    if found.strength is not None:
        yield f"evidence   {found.strength.grade.words}"
        yield from (f"           {r.axis}: {r.text}" for r in found.strength.reasons)
    yield from (f"missing    {m.field}: {m.message}" for m in found.missing)
    yield from (f"{f.severity:<10} {f.where}: {f.message}; {f.remedy}" for f in found.findings)
    for related in found.near_duplicates:
        yield f"like it    {related.claim}: {related.why} (“{related.sentence}”)"
    for related in found.conflicts:
        yield f"against    {related.claim}: {related.why} (“{related.sentence}”)"
    yield from (f"two reviewers are needed: {reason}" for reason in found.two_reviewers)


def _quoted(item: EvidenceItem, texts: Texts | None) -> Iterator[str]:
    """The quote, between the words before and after it where the text is at hand."""
    quote = item.quote
    if quote is None:
        yield f"    no quote; finding: {item.finding}"
        return
    text = None if texts is None else texts.by_source.get(item.source)
    if text is None or quote.start is None or quote.end is None:
        yield f"    “{quote.exact}”"
        return
    before = text[max(0, quote.start - _AROUND) : quote.start].rpartition("\n")[2]
    after = text[quote.end : quote.end + _AROUND].partition("\n")[0]
    yield f"    …{before}»{text[quote.start : quote.end]}«{after}…"
