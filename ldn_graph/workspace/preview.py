"""What a draft would amount to while it is being written, as a value and as lines to read, and what
keeps it from being handed in or accepted, whoever asks and however.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from ldn_graph.curation import policy, transitions
from ldn_graph.curation.policy import ReviewRule, second_review_reasons
from ldn_graph.curation.transitions import numbered
from ldn_graph.errors import FailedChecks, nearest
from ldn_graph.grading.rule import Rule
from ldn_graph.grading.strength import Strength, grade
from ldn_graph.records import yaml_io
from ldn_graph.records.corpus import Places
from ldn_graph.records.findings import Finding, Severity
from ldn_graph.records.model import ENTITY_QUALIFIERS, Claim, Corpus, EvidenceItem, Qualifiers
from ldn_graph.records.vocabularies import Action, Predicate, Status
from ldn_graph.texts.source_texts import Texts
from ldn_graph.validation.claim import audit
from ldn_graph.verbalise import reading, says
from ldn_graph.workspace import difference
from ldn_graph.workspace.corpus_files import State

_SLOTS = ("subject", "predicate", "object")


@dataclass(frozen=True)
class Missing:
    """A field that has to be filled in or mended: `field` as `evidence.0.quote`."""

    field: str
    message: str


@dataclass(frozen=True)
class Related:
    """A claim that is there already, why it matters here, and what it says."""

    claim: str
    why: str
    sentence: str


@dataclass(frozen=True)
class Preview:
    """What a draft would amount to. `claim` is the draft itself once nothing is missing.

    `findings` stand by field (`evidence.0.quote`); `sentence` and `says` are what it reads as, as
    far as it goes; `two_reviewers` are the reasons why two are needed.
    """

    name: str
    missing: tuple[Missing, ...]
    findings: tuple[Finding, ...]
    sentence: str | None
    says: tuple[str, ...]
    strength: Strength | None
    near_duplicates: tuple[Related, ...]
    conflicts: tuple[Related, ...]
    two_reviewers: tuple[str, ...]
    claim: Claim | None = None

    @property
    def complete(self) -> bool:
        """Whether it can be saved as a draft."""
        return not self.missing

    @property
    def clean(self) -> bool:
        """Whether it can be handed in: complete, and no finding is an error."""
        return self.complete and all(f.severity is not Severity.ERROR for f in self.findings)

    @property
    def warned(self) -> bool:
        """Whether it takes a reason to hand it in: a finding is a warning."""
        return any(f.severity is Severity.WARNING for f in self.findings)


def preview(
    draft: Claim | Mapping[str, Any],
    corpus: Corpus,
    rule: Rule,
    review_rule: ReviewRule | None = None,
    texts: Texts | None = None,
) -> Preview:
    """What `draft`, a claim or a form with the fields of its file, would amount to in `corpus`.

    With `texts`, its quotes are held against them. `corpus` is not changed.
    """
    fields = draft.model_dump(mode="json") if isinstance(draft, Claim) else numbered(draft)
    name = str(fields.get("id") or suggested_id(fields, corpus))
    claim, missing = _validated({**fields, "id": name})
    missing += _unknown(fields, corpus)
    sketch = claim or _sketch(fields, name)
    if sketch is None or any(m.field.split(".")[0] in _SLOTS for m in missing):
        return Preview(name, tuple(missing), (), None, (), None, (), (), ())
    whole = claim if not missing else None
    sound = whole or _with_known_items(sketch, corpus)
    second: tuple[str, ...] = ()
    if review_rule is not None and sound.evidence:
        second = policy.second_review_reasons(sound, corpus, rule, review_rule)
    return Preview(
        name=name,
        missing=tuple(missing),
        findings=audit(whole, corpus, FIELDS, rule, texts) if whole else (),
        sentence=reading(sound, corpus),
        says=tuple(says(item, sound, corpus) for item in sound.evidence),
        strength=grade(sound, corpus, rule) if sound.evidence else None,
        near_duplicates=tuple(near_duplicates(sound, corpus)),
        conflicts=tuple(
            Related(other, why, reading(corpus.claims[other], corpus))
            for other, why in policy.conflicts(sound, corpus)
        ),
        two_reviewers=second,
        claim=whole,
    )


def suggested_id(fields: Mapping[str, Any], corpus: Corpus) -> str:
    """A free id for a draft: subject, relation and object, and the condition where there is one."""
    words = [str(fields.get(slot) or "") for slot in _SLOTS]
    qualifiers = fields.get("qualifiers")
    condition = qualifiers.get("condition") if isinstance(qualifiers, Mapping) else None
    if condition:
        words += ["in", str(condition)]
    name = re.sub(r"[^a-z0-9]+", "-", " ".join(words).lower())[:110].strip("-") or "claim"
    number, free = 1, name
    while free in corpus.claims:
        number += 1
        free = f"{name}-{number}"
    return free


def near_duplicates(claim: Claim, corpus: Corpus) -> Iterator[Related]:
    """Claims that say the same or nearly so, the same first: evidence may belong under them."""
    ranked = []
    for other in corpus.claims.values():
        if other.id == claim.id or other.status in (Status.REJECTED, Status.RETRACTED):
            continue
        why = _likeness(claim, other, corpus)
        if why is not None:
            ranked.append((why, other))
    for (_, words), other in sorted(ranked, key=lambda r: (r[0][0], r[1].id)):
        yield Related(other.id, words, reading(other, corpus))


def _likeness(claim: Claim, other: Claim, corpus: Corpus) -> tuple[int, str] | None:
    """How near, nearest first, and why."""
    if other.proposition == claim.proposition:
        return 0, "says the same; add the evidence to it instead"
    ends, theirs = (claim.subject, claim.object), (other.subject, other.object)
    if ends == theirs and other.predicate is claim.predicate:
        return 1, "says the same but for a qualifier"
    if ends == theirs:
        return 2, "names the same two things in another relation"
    if ends == theirs[::-1]:
        return 3, "names the same two things the other way round"
    pairs = list(zip(ends, theirs, strict=True))
    differing = [(a, b) for a, b in pairs if a != b]
    if other.predicate is claim.predicate and len(differing) == 1:
        a, b = (corpus.entities[name] for name in differing[0])
        if b.id in a.broader or a.id in b.broader:
            return 4, f"says it of {b.label}, which is {_wider(a.broader, b.id)}"
    return None


def _wider(broader: tuple[str, ...], name: str) -> str:
    return "wider" if name in broader else "narrower"


def _validated(fields: dict[str, Any]) -> tuple[Claim | None, list[Missing]]:
    """The claim, or what keeps the fields from being one."""
    unwritten = {"status": "draft", "history": [_SOMEBODY]}
    try:
        return Claim.model_validate({**unwritten, **fields}), []
    except ValidationError as error:
        problems = yaml_io.problems(Claim, error)
        return None, [Missing(".".join(map(str, steps)), what) for steps, what in problems]


_SOMEBODY = {"action": "create", "by": "somebody", "on": "2000-01-01"}


def _unknown(fields: Mapping[str, Any], corpus: Corpus) -> list[Missing]:
    """References to what the corpus does not have."""
    found = []
    qualifiers = fields.get("qualifiers") or {}
    asked: list[tuple[str, Any, Mapping[str, object]]] = [
        (slot, fields.get(slot), corpus.entities) for slot in ("subject", "object")
    ]
    if isinstance(qualifiers, Mapping):
        asked += [
            (f"qualifiers.{slot}", qualifiers.get(slot), corpus.entities)
            for slot in ENTITY_QUALIFIERS
        ]
    for n, item in enumerate(_rows(fields, "evidence")):
        asked.append((f"evidence.{n}.source", item.get("source"), corpus.sources))
    for n, link in enumerate(_rows(fields, "leans_on")):
        asked.append((f"leans_on.{n}.claim", link.get("claim"), corpus.claims))
    for field, value, known in asked:
        if isinstance(value, str) and value and value not in known:
            what = field.rpartition(".")[2] if "." in field else "entity"
            found.append(Missing(field, f"unknown {what} {value!r}{nearest(value, known)}"))
    return found


def _rows(fields: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    rows = fields.get(name) or ()
    return [row if isinstance(row, Mapping) else {} for row in rows] if _is_list(rows) else []


def _is_list(value: object) -> bool:
    return isinstance(value, list | tuple)


def _sketch(fields: Mapping[str, Any], name: str) -> Claim | None:
    """As much of a claim as the fields are good for; None without subject, relation, object."""
    if any(not isinstance(fields.get(slot), str) for slot in _SLOTS):
        return None
    try:
        predicate = Predicate(fields["predicate"])
        qualifiers = Qualifiers.model_validate(fields.get("qualifiers") or {})
    except ValueError:
        qualifiers, predicate = Qualifiers(), None
    if predicate is None:
        return None
    items = []
    for row in _rows(fields, "evidence"):
        try:
            items.append(EvidenceItem.model_validate(row))
        except ValidationError:
            continue
    return Claim.model_construct(
        id=name,
        subject=fields["subject"],
        predicate=predicate,
        object=fields["object"],
        qualifiers=qualifiers,
        evidence=tuple(items),
        leans_on=(),
        status=Status.DRAFT,
        history=(),
        note=None,
    )


def _with_known_items(claim: Claim, corpus: Corpus) -> Claim:
    items = tuple(i for i in claim.evidence if i.source in corpus.sources)
    named = claim.qualifiers.model_dump(exclude_none=True)
    strange = {s: None for s in ENTITY_QUALIFIERS if s in named and named[s] not in corpus.entities}
    qualifiers = claim.qualifiers.model_copy(update=strange)
    return claim.model_copy(update={"evidence": items, "qualifiers": qualifiers})


class _Fields(Places):
    """Places of a claim that stands in no file: its fields."""

    def __call__(self, what: str, name: str, *steps: str | int) -> str:
        return ".".join(map(str, steps)) if what == "claim" else f"{what} {name}"


#: The places of a draft's fields, such as `evidence.0.quote`.
FIELDS = _Fields()


def demand_sound(
    claim: Claim, corpus: Corpus, rule: Rule, texts: Texts | None, *, why: str | None
) -> None:
    """Raises FailedChecks where `claim` can't come into force as it is; `why`: the reason that is
    given now. A reason that was given when the claim was handed in stands for its warnings.
    """
    found = audit(claim, corpus, FIELDS, rule, texts)
    errors = [f for f in found if f.severity is Severity.ERROR]
    if errors:
        raise FailedChecks(*_finding_lines(claim, errors))
    warnings = [f for f in found if f.severity is Severity.WARNING]
    if warnings and not (why or "").strip() and not _given(claim):
        raise FailedChecks(
            *_finding_lines(claim, warnings),
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


def _finding_lines(claim: Claim, found: Sequence[Finding]) -> list[str]:
    return [f"claim {claim.id!r}: {f.where}: {f.message}; {f.remedy}" for f in found]


#: Characters of a text that are shown on each side of a quote.
_AROUND = 200


def preview_text(found: Preview, corpus: Corpus, rule: Rule) -> str:
    """The preview in words: the sentence, the level and why, what is missing, wrong or like it."""
    return "\n".join(_preview_lines(found, rule))


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
    lines += ["", *_preview_lines(found, state.rule)]
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


def _preview_lines(found: Preview, rule: Rule) -> Iterator[str]:
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
