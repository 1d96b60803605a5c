"""The quote audit: does each quote stand in its text, and does it say what the claim says?

A matching substring is not yet support. Beyond it: the text is the one that the source names, no
word is cut, subject and object are named in the quote or in a recorded context span, the hedges
in the quote are recorded, and the recorded certainty is theirs.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ldn_graph.corpus import Places
from ldn_graph.errors import FileError
from ldn_graph.findings import Finding, Severity
from ldn_graph.model import Claim, Corpus, Entity, EvidenceItem, Span
from ldn_graph.strength import Rule, cue_rung
from ldn_graph.terms import Direction, Stated

_NEGATION = re.compile(
    r"\b(not|no|never|none|nor|neither|without|poorly|cannot|fails?|failed)\b|n[’']t\b", re.I
)


@dataclass(frozen=True)
class Texts:
    """Source texts found by their digest; `strays` are files that no source names."""

    by_source: dict[str, str]
    strays: tuple[Path, ...]

    @classmethod
    def read(cls, folder: Path, corpus: Corpus) -> "Texts":
        """Read every text file in `folder`. Raises FileError where there is no such folder."""
        if not folder.is_dir():
            raise FileError(f"{folder}: no such folder; name the one that holds the source texts")
        wanted = {s.text_sha256: s.id for s in corpus.sources.values() if s.text_sha256}
        found: dict[str, str] = {}
        strays = []
        for path in sorted(p for p in folder.iterdir() if p.is_file()):
            content = path.read_bytes()
            name = wanted.get(hashlib.sha256(content).hexdigest())
            if name is None:
                strays.append(path)
            else:
                found[name] = content.decode("utf-8")
        return cls(found, tuple(strays))


@dataclass(frozen=True)
class _Case:
    """One evidence item under audit, with everything that it is judged by."""

    corpus: Corpus
    rule: Rule
    places: Places
    claim: Claim
    number: int
    text: str | None

    @property
    def item(self) -> EvidenceItem:
        return self.claim.evidence[self.number]

    def finding(
        self, severity: Severity, rule: str, field: str, message: str, remedy: str
    ) -> Finding:
        where = self.places("claim", self.claim.id, "evidence", self.number, field)
        return Finding(severity, rule, where, f"{self.item.id}: {message}", remedy)


def audit(
    corpus: Corpus, places: Places, rule: Rule, texts: Texts | None = None
) -> Iterator[Finding]:
    """What is wrong or doubtful about the quotes of `corpus`; with `texts`, against them too."""
    if texts is not None:
        yield from _digests(corpus, places, texts)
    for claim in corpus.claims.values():
        for number in range(len(claim.evidence)):
            source = claim.evidence[number].source
            text = None if texts is None else texts.by_source.get(source)
            case = _Case(corpus, rule, places, claim, number, text)
            yield from _audit_item(case)
    yield from _shared(corpus, places)


def mentions(entity: Entity, words: str) -> bool:
    """Whether `words` name the entity: its label, a synonym or hidden label, or their plural."""
    plain = _plain(words)
    return any(_name_pattern(_plain(name)).search(plain) for name in entity.names)


def _audit_item(case: _Case) -> Iterator[Finding]:
    item = case.item
    if item.quote is None:
        return
    if case.text is not None:
        for field, span in _spans(item):
            yield from _in_text(case, field, span, case.text)
    if case.corpus.sources[item.source].text_sha256 is not None:
        yield from _positioned(case)
        yield from _named(case)
        yield from _unrecorded(case)
        yield from _negated(case)
    yield from _cues(case)


def _digests(corpus: Corpus, places: Places, texts: Texts) -> Iterator[Finding]:
    for source in corpus.sources.values():
        if source.text_sha256 is not None and source.id not in texts.by_source:
            yield Finding(
                Severity.ERROR,
                "text-missing",
                places("source", source.id, "text_sha256"),
                f"no text has the digest of {source.id}",
                "put the very text there, or record the digest of the one that was quoted",
            )
    for path in texts.strays:
        yield Finding(
            Severity.WARNING,
            "text-unknown",
            str(path),
            "its digest is that of no source",
            "remove it, or check whether the text was changed after it was quoted",
        )


def _spans(item: EvidenceItem) -> Iterator[tuple[str, Span]]:
    if item.quote is not None:
        yield "quote", item.quote
    yield from (("cues", s) for s in item.cues)
    yield from (("unhedged_cues", s) for s in item.unhedged_cues)
    yield from (("context", s) for s in item.context)


def _in_text(case: _Case, field: str, span: Span, text: str) -> Iterator[Finding]:
    if span.start is None or span.end is None:
        return
    there = text[span.start : span.end]
    if there != span.exact:
        yield case.finding(
            Severity.ERROR,
            "not-at-offsets",
            field,
            f"{span.start}–{span.end} of the text reads {_short(there)}, not {_short(span.exact)}",
            _where_instead(span.exact, text),
        )
        return
    before, after = text[: span.start][-2:], text[span.end :][:2]
    if _cut(before, span.exact[:1], start=True) or _cut(after, span.exact[-1:], start=False):
        yield case.finding(
            Severity.ERROR,
            "cut-in-a-word",
            field,
            f"{_short(span.exact)} begins or ends inside a word or number",
            "widen it to whole words",
        )


def _cut(beside: str, edge: str, *, start: bool) -> bool:
    """Whether a word or a number runs on over the edge of a quote."""
    near = beside[-1:] if start else beside[:1]
    far = beside[:-1] if start else beside[1:]
    if near.isalnum() and edge.isalnum():
        return True
    number = near in {".", ","} and far.isdigit() and edge.isdigit()
    sign = start and near in {"≥", "≤", "<", ">", "−"} and edge.isdigit()
    return number or sign


def _where_instead(exact: str, text: str) -> str:
    found = [m.start() for m in re.finditer(re.escape(exact), text)]
    if len(found) == 1:
        return f"it stands at {found[0]}–{found[0] + len(exact)}: correct the offsets"
    if found:
        places = ", ".join(f"{f}–{f + len(exact)}" for f in found)
        return f"it stands at {places}: give the offsets of the one that is meant"
    close = text.translate(_STRAIGHT).find(exact.translate(_STRAIGHT))
    if close >= 0:
        return (
            f"only its apostrophes or spaces differ from {close}–{close + len(exact)}: "
            "copy the text's own characters"
        )
    return "the text does not have these words: quote it exactly"


def _positioned(case: _Case) -> Iterator[Finding]:
    if case.item.quote is not None and case.item.quote.start is None:
        yield case.finding(
            Severity.ERROR,
            "quote-without-offsets",
            "quote",
            "the source's text is known, but the quote has no offsets",
            "add start and end, in characters from 0, the end exclusive",
        )


def _named(case: _Case) -> Iterator[Finding]:
    item, claim = case.item, case.claim
    words = " | ".join(s.exact for s in (item.quote, *item.context) if s is not None)
    slots = {"subject": claim.subject, "object": claim.object}
    slots |= {
        slot: name
        for slot in ("condition", "population", "location")
        if (name := getattr(claim.qualifiers, slot)) is not None
    }
    for slot, name in slots.items():
        entity = case.corpus.entities[name]
        if not mentions(entity, words):
            yield case.finding(
                Severity.ERROR,
                "not-named",
                "quote",
                f"the {slot} {entity.label!r} is named neither in the quote nor in its context",
                _nearest_mention(entity, item, case.text),
            )


def _nearest_mention(entity: Entity, item: EvidenceItem, text: str | None) -> str:
    plain = "" if text is None else _plain(text)
    start = 0 if item.quote is None or item.quote.start is None else item.quote.start
    found = [
        (m.start(), m.end())
        for name in entity.names
        for m in _name_pattern(_plain(name)).finditer(plain)
    ]
    if not found or text is None:
        return "add the words that it points to as a context span, or a synonym to the entity"
    begin, end = min(found, key=lambda pair: abs(pair[0] - start))
    return f"add a context span, such as {_short(text[begin:end])} at {begin}–{end}"


def _cues(case: _Case) -> Iterator[Finding]:
    item, rule = case.item, case.rule
    hosts = [s for s in (item.quote, *item.context) if s is not None]
    for field, spans in (("cues", item.cues), ("unhedged_cues", item.unhedged_cues)):
        for cue in spans:
            if not any(_within(cue, host) for host in hosts):
                yield case.finding(
                    Severity.ERROR,
                    "cue-outside-quote",
                    field,
                    f"the cue {_short(cue.exact)} lies outside the quote and its context",
                    "a cue covers only its clause: quote the clause, or drop the cue",
                )
    for cue in item.cues:
        if cue.exact.lower() not in {*rule.cue_rungs, *rule.basis_cues}:
            yield case.finding(
                Severity.ERROR,
                "unknown-cue",
                "cues",
                f"strength.yaml does not list the cue {_short(cue.exact)}",
                "use a cue that it lists, or add this one to its rung",
            )
    fitting = rule.certainty_of[cue_rung(item, rule)]
    hedging = [c.exact for c in item.cues if c.exact.lower() in rule.cue_rungs]
    if hedging and fitting is not item.certainty and item.stated is Stated.EXPLICIT:
        yield case.finding(
            Severity.ERROR,
            "certainty-against-cues",
            "certainty",
            f"it is encoded as {item.certainty}, but {', '.join(map(_short, hedging))} "
            f"makes it {fitting}",
            f"write certainty: {fitting}, or move the words to unhedged_cues with a note",
        )


def _unrecorded(case: _Case) -> Iterator[Finding]:
    item = case.item
    if item.quote is None:
        return
    known = [*item.cues, *item.unhedged_cues]
    words = item.quote.exact
    for cue in sorted(case.rule.cue_rungs, key=len, reverse=True):
        for match in re.finditer(rf"(?<!\w){re.escape(cue)}(?!\w)", words, re.I):
            begin = (item.quote.start or 0) + match.start()
            if any(_covers(span, begin, begin + len(cue)) for span in known):
                continue
            known.append(Span(exact=match.group(), start=begin, end=begin + len(cue)))
            yield case.finding(
                Severity.ERROR,
                "unrecorded-cue",
                "quote",
                f"the quote holds the hedge {_short(match.group())}, which is not recorded",
                f"add it to cues (at {begin}–{begin + len(cue)}), or to unhedged_cues with a note",
            )


def _negated(case: _Case) -> Iterator[Finding]:
    item = case.item
    found = _NEGATION.search(item.quote.exact) if item.quote else None
    if found and item.direction is Direction.SUPPORTS and item.note is None:
        yield case.finding(
            Severity.WARNING,
            "negation",
            "direction",
            f"the quote denies something ({_short(found.group())}), but counts as support",
            "check the direction, or say in a note what is denied",
        )


def _shared(corpus: Corpus, places: Places) -> Iterator[Finding]:
    users: dict[tuple[str, str], list[str]] = {}
    for claim in corpus.current():
        for item in claim.evidence:
            if item.quote is not None:
                users.setdefault((item.source, item.quote.exact), []).append(claim.id)
    for (_, words), names in sorted(users.items()):
        if len(names) > 2:
            yield Finding(
                Severity.NOTE,
                "shared-quote",
                places("claim", names[0], "evidence"),
                f"{_short(words)} stands under {len(names)} claims: {', '.join(names)}",
                "nothing to do where the passage really says all of them",
            )


def _within(inner: Span, outer: Span) -> bool:
    if inner.start is None or outer.start is None:
        return inner.exact in outer.exact
    return _covers(outer, inner.start, inner.end or 0)


def _covers(span: Span, begin: int, end: int) -> bool:
    return span.start is not None and span.start <= begin and end <= (span.end or 0)


_STRAIGHT = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " "})


def _plain(words: str) -> str:
    return words.translate(_STRAIGHT).casefold()


@lru_cache(maxsize=4096)
def _name_pattern(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name)}(?:e?s|'s)?(?!\w)")


def _short(words: str) -> str:
    flat = " ".join(words.split())
    return f"“{flat if len(flat) <= 60 else flat[:57] + '…'}”"


def names_of(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The distinct rules of `findings`, sorted."""
    return tuple(sorted({f.rule for f in findings}))
