"""What changed between two versions of a claim, or two states of a corpus, in words."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeVar

from ldn_graph.curation import transitions
from ldn_graph.grading.strength import Strength, grade, grade_all, is_study
from ldn_graph.records.model import Claim, Corpus, EvidenceItem, Value
from ldn_graph.verbalise import reading
from ldn_graph.workspace.corpus_files import State

_T = TypeVar("_T")

#: Fields of a claim and of an item that have words of their own, or say nothing to a reader.
_APART = {"id", "evidence", "history", "status", "leans_on", "qualifiers"}


def claims(old: Claim, new: Claim, was: State, now: State) -> tuple[str, ...]:
    """What is different in `new`, one sentence each; `was` and `now` are the states they are of."""
    return (
        *_status(old, new),
        *_fields(old, new, _APART),
        *_fields(old.qualifiers, new.qualifiers, set()),
        *_evidence(old, new),
        *_leans(old, new),
        *_strength(old, new, was, now),
    )


def states(was: State, now: State) -> tuple[str, ...]:
    """What is different in the corpus `now`, one line each, by record."""
    lines: list[str] = []
    before, after = was.corpus, now.corpus
    for name in sorted(before.claims.keys() | after.claims.keys()):
        lines += _claim_lines(name, was, now)
    for kind, old, new in (
        ("source", before.sources, after.sources),
        ("entity", before.entities, after.entities),
        ("agent", before.agents, after.agents),
    ):
        lines += _record_lines(kind, old, new)
    for name in sorted(after.proposals.keys() - before.proposals.keys()):
        number = transitions.version(after.proposals[name].history)
        lines.append(f"claim {name}: version {number} is being written")
    if was.rule != now.rule:
        lines.append("the rule of strength (strength.yaml) changed")
    if was.review != now.review:
        lines.append("the rule of review (review.yaml) changed")
    return tuple(lines)


def _claim_lines(name: str, was: State, now: State) -> Iterator[str]:
    old, new = was.corpus.claims.get(name), now.corpus.claims.get(name)
    if old is None and new is not None:
        yield f"claim {name}: new, {new.status}: {reading(new, now.corpus)}"
    elif new is None and old is not None:
        yield f"claim {name}: gone; it said: {reading(old, was.corpus)}"
    elif old is not None and new is not None:
        if old != new:
            said = claims(old, new, was, now) or _talk(old, new)
        else:
            said = tuple(_strength(old, new, was, now))
        yield from (f"claim {name}: {line}" for line in said)


def _record_lines(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted(old.keys() | new.keys()):
        if name not in old:
            yield f"{kind} {name}: new"
        elif name not in new:
            yield f"{kind} {name}: gone"
        else:
            yield from (f"{kind} {name}: {line}" for line in _fields(old[name], new[name], {"id"}))


def _status(old: Claim, new: Claim) -> Iterator[str]:
    numbers = [transitions.version(c.history) for c in (old, new)]
    if numbers[0] != numbers[1]:
        yield f"version {numbers[0]} became version {numbers[1]}{_reason(old, new)}"
    if old.status is not new.status:
        last = new.history[-1]
        why = f": {last.why}" if last.why else ""
        yield f"it was {old.status}, and is {new.status} (by {last.by} on {last.on}{why})"


def _reason(old: Claim, new: Claim) -> str:
    whys = [e.why for e in new.history[len(old.history) :] if e.action in ("revise", "edit")]
    return f", because: {whys[0]}" if whys and whys[0] else ""


def _talk(old: Claim, new: Claim) -> tuple[str, ...]:
    said = [e for e in new.history if e not in old.history and e.action == "comment"]
    return tuple(f"{e.by} said: {e.why}" for e in said)


def _fields(old: Value, new: Value, apart: set[str]) -> Iterator[str]:
    for name in type(new).model_fields:
        before, after = getattr(old, name), getattr(new, name)
        if name in apart or before == after:
            continue
        yield _changed(name.replace("_", " "), before, after)


def _changed(name: str, before: Any, after: Any) -> str:
    if isinstance(after, bool):
        return f"{'it is' if after else 'it is no longer'} {name}"
    if before in (None, ()):
        return f"{name} added: {_shown(after)}"
    if after in (None, ()):
        return f"{name} removed; it was {_shown(before)}"
    return f"{name} changed from {_shown(before)} to {_shown(after)}"


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(_shown(v) for v in value) or "none"
    if isinstance(value, str):
        return str(value)
    for part in ("exact", "text", "name", "curie"):
        if isinstance(getattr(value, part, None), str):
            return f"“{getattr(value, part)}”"
    return "none" if value is None else str(value)


def _evidence(old: Claim, new: Claim) -> Iterator[str]:
    before, after = ({i.id: i for i in c.evidence} for c in (old, new))
    added = [after[k] for k in after if k not in before]
    removed = [before[k] for k in before if k not in after]
    yield from _counted(added, "added")
    yield from _counted(removed, "removed")
    for key in (k for k in after if k in before):
        for line in _fields(before[key], after[key], {"id"}):
            yield line if len(after) == 1 else f"{key}: {line}"


def _counted(items: list[EvidenceItem], what: str) -> Iterator[str]:
    studies = [i for i in items if is_study(i)]
    others = [i for i in items if not is_study(i)]
    for found, word, many in (
        (studies, "study", "studies"),
        (others, "statement", "statements"),
    ):
        if found:
            names = ", ".join(
                f"{i.source} {i.direction}" + (f", n={i.sample_size}" if i.sample_size else "")
                for i in found
            )
            count = "one" if len(found) == 1 else str(len(found))
            yield f"{count} {word if len(found) == 1 else many} {what} ({names})"


def _leans(old: Claim, new: Claim) -> Iterator[str]:
    before, after = ({(d.kind, d.claim) for d in c.leans_on} for c in (old, new))
    yield from (f"now leans on {c} ({k})" for k, c in sorted(after - before))
    yield from (f"no longer leans on {c} ({k})" for k, c in sorted(before - after))


def _strength(old: Claim, new: Claim, was: State, now: State) -> Iterator[str]:
    before, after = _grade(old, was), _grade(new, now)
    if before is None or after is None:
        return
    if before.grade.words != after.grade.words:
        yield f"the grade changes from {before.grade.words} to {after.grade.short}"
    if before.agreement is not after.agreement:
        yield (
            f"the agreement of the sources changes from {before.agreement} to "
            f"{_why(after, 'agreement')}"
        )
    if before.wording is not after.wording:
        yield f"the wording changes from {before.wording} to {_why(after, 'wording')}"
    old_words, new_words = _safely(old, was.corpus), _safely(new, now.corpus)
    if old_words != new_words:
        yield f"it now reads: {new_words}"


def _why(strength: Strength, axis: str) -> str:
    return "; ".join(r.text for r in strength.reasons if r.axis == axis)


def _grade(claim: Claim, state: State) -> Strength | None:
    """None where the claim names what the corpus does not have."""
    if state.corpus.claims.get(claim.id) is claim:
        return _known(lambda: _all_graded(_Same(state))[claim.id])
    return _known(lambda: grade(claim, state.corpus, state.rule))


class _Same:
    """A state that is equal to itself alone."""

    def __init__(self, state: State) -> None:
        self.state = state

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.state is self.state

    def __hash__(self) -> int:
        return id(self.state)


@lru_cache(maxsize=2)
def _all_graded(of: _Same) -> Mapping[str, Strength]:
    """Claims share bodies of evidence: those of a state are graded together."""
    return grade_all(of.state.corpus, of.state.rule)


def _safely(claim: Claim, corpus: Corpus) -> str | None:
    return _known(lambda: reading(claim, corpus))


def _known(work: Callable[[], _T]) -> _T | None:
    try:
        return work()
    except KeyError:
        return None
