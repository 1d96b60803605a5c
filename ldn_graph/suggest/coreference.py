"""What pointing words (“it”, “these peptides”) and a text's abbreviations stand for.

The text so far, sentence by sentence. A drug that was the subject stays the topic until another
one is; a class noun takes the last mentions of its kinds, those of one sentence together.

The long form beside a bracket is found as Schwartz & Hearst (2003) do: its letters, read backwards,
spell the short form. An abbreviation of the corpus that the text expands otherwise, as LDN for
laparoscopic donor nephrectomy, names nothing of the corpus in that text.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from ldn_graph.records.vocabularies import Kind
from ldn_graph.suggest.matching import Dictionary, is_acronym
from ldn_graph.suggest.phrases import Mention
from ldn_graph.suggest.relations import VERBS, Family
from ldn_graph.suggest.sentences import plain, tokens

_EVENTS = {Family.LESS, Family.MORE, Family.INHIBIT, Family.BLOCK, Family.REGULATE, Family.AFFECT,
           Family.BIND, Family.PROTECT, Family.CAUSE, Family.BETTER, Family.WORSE}  # fmt: skip
_LESS = {Family.LESS, Family.INHIBIT, Family.BLOCK}


@dataclass(frozen=True)
class Meant:
    """An entity, or new words, with where the text names it, in characters of the whole text."""

    entity: str | None
    words: str | None
    start: int
    end: int
    change: Family | None = None
    pointing: tuple[int, int] | None = None


@dataclass
class Discourse:
    """Fed with each sentence after it was read. `suffers`: population → its condition; `adverse`:
    the text is about side effects just now."""

    kinds: Mapping[str, Kind]
    suffers: Mapping[str, str] = field(default_factory=dict)
    topic: Meant | None = None
    subject: tuple[Meant, ...] = ()
    lately: list[tuple[Meant, ...]] = field(default_factory=list)
    event: tuple[Family, tuple[Meant, ...]] | None = None
    adverse: bool = False

    def saw(self, named: tuple[Meant, ...], subject: tuple[Meant, ...]) -> None:
        """Take in a sentence: all that it names, and what its first clause is about."""
        if named:
            self.lately = [*self.lately[-7:], named]
        if subject:
            self.subject = subject
        drugs = [m for m in subject if m.entity and self.kinds[m.entity] is Kind.DRUG]
        first = [m for m in named if m.entity and self.kinds[m.entity] is Kind.DRUG]
        if drugs:
            self.topic = drugs[0]
        elif first and self.topic is None:
            self.topic = first[0]

    def happened(self, family: Family, objects: tuple[Meant, ...]) -> None:
        """Remember what was last said to be done, for “this blockade”."""
        if objects and family in _EVENTS:
            self.event = (family, objects)

    def meant(
        self, mention: Mention, here: tuple[Meant, ...], subject: tuple[Meant, ...]
    ) -> tuple[Meant, ...]:
        """What a pointing mention means; `here`: named earlier in its sentence; `subject`: of the
        clause before it there. Empty where nothing fits."""
        if mention.back == "class":
            return self._of_kinds(mention.kinds, here, mention.entities)
        if mention.back in ("event", "this"):
            return self._event(mention.event)
        if mention.back in ("they", "them"):
            found = subject or self.subject
            alone = len(found) == 1 and self._is_drug(found[0])
            return (self._many() if alone else ()) or found
        drugs = [m for m in subject if m.entity and self.kinds[m.entity] is Kind.DRUG]
        if drugs:
            return (drugs[0],)
        one = subject if len(subject) == 1 else self.subject
        if self.topic is not None and not (len(one) == 1 and self._acts(one[0])):
            return (self.topic,)
        return one[:1]

    def other(self, drug: str | None) -> tuple[Meant, ...]:
        """What “it” means where it can't be the drug: the last subject, else the last name."""
        if len(self.subject) == 1 and not self._is_drug(self.subject[0]):
            return self.subject
        rest = [m for m in (self.lately[-1] if self.lately else ()) if m.entity != drug]
        return tuple(m for m in rest[-1:] if not self._is_drug(m))

    def _many(self) -> tuple[Meant, ...]:
        """The things last named together that are no drugs, for “they” behind a single drug."""
        named = [m for m in (self.lately[-1] if self.lately else ()) if not self._is_drug(m)]
        kinds = {self.kinds[m.entity] for m in named[-1:] if m.entity}
        return tuple(m for m in named if m.entity and self.kinds[m.entity] in kinds)

    def _is_drug(self, one: Meant) -> bool:
        return one.entity is not None and self.kinds[one.entity] is Kind.DRUG

    def _acts(self, one: Meant) -> bool:
        """Whether “it” may rather mean the last subject than the drug that the text is about."""
        return one.entity is not None and self.kinds[one.entity] in (
            Kind.DRUG, Kind.TARGET, Kind.MOLECULE, Kind.PATHWAY, Kind.CONDITION,
        )  # fmt: skip

    def _of_kinds(
        self, kinds: frozenset[Kind], here: tuple[Meant, ...], itself: tuple[str, ...]
    ) -> tuple[Meant, ...]:
        if kinds == {Kind.DRUG} and self.topic is not None:
            return (self.topic,)
        for sentence in (here, *reversed(self.lately)):
            found = {
                m.entity: m
                for m in sentence
                if m.entity and self.kinds[m.entity] in kinds and m.entity not in itself
            }
            if found:
                return tuple(replace(m, change=None) for m in found.values())
        return ()

    def _event(self, family: Family | None) -> tuple[Meant, ...]:
        if self.event is None:
            return ()
        done, objects = self.event
        if family in (None, Family.AFFECT, Family.TREAT) or done is family or (
            done in {*_LESS, Family.BIND} and family in _LESS
        ):  # fmt: skip
            done = family if done is Family.BIND and family else done
            return tuple(replace(m, change=m.change or done) for m in objects)
        return ()


_SHORT = re.compile(r"\b[A-Za-z][A-Za-z0-9-]{1,9}\b")
_BEHIND = re.compile(r"\(\s*([A-Za-z][A-Za-z0-9-]{1,9})\s*[);,]")
_BEFORE = re.compile(r"\b([A-Z][A-Za-z0-9-]{1,9})\s*\(\s*([^()]{4,80}?)\s*\)")
_STANDS = re.compile(
    r"\b([A-Z][A-Za-z0-9-]{1,9})\s+(?:stands for|means|is short for|denotes|refers to)\s+"
    r"([^.;,()]{4,80})"
)
#: A long form has no more words than this, and no more than twice the letters of its short form.
_FURTHER = 5
#: Initials of ordinary words spell much: those of a long form are words of so many letters.
_LONG_WORD = 4


def redefined(text: str, dictionary: Dictionary) -> dict[str, tuple[str, ...]]:
    """Each abbreviation of the corpus that `text` expands otherwise → what it stands for there; an
    empty tuple where the corpus does not have that."""
    shorts = {s for s in _SHORT.findall(text) if is_acronym(s) and (s,) in dictionary.table}
    found: dict[str, tuple[str, ...]] = {}
    for short in sorted(shorts):
        own = set(dictionary.table[(short,)])
        longs = list(_expansions(text, short)) or list(_spelt(text, short, dictionary, own))
        meant = [_entities(long, dictionary) for long in longs]
        if longs and not any(own & set(ids) for ids in meant):
            found[short] = next((ids for ids in meant if ids), ())
    return found


def _expansions(text: str, short: str) -> Iterator[str]:
    """The long forms that the text gives a short one, in its own words."""
    flat = plain(text)
    for match in _BEHIND.finditer(flat):
        if match[1] == short:
            long = long_form(short, flat[max(0, match.start() - 200) : match.start()])
            if long is not None:
                yield long
    for pattern in (_BEFORE, _STANDS):
        for match in pattern.finditer(flat):
            long = long_form(short, match[2]) if match[1] == short else None
            if long is not None:
                yield long


def long_form(short: str, before: str) -> str | None:
    """The words at the end of `before` that `short` abbreviates.

    >>> long_form("LDN", "We studied laparoscopic donor nephrectomy ")
    'laparoscopic donor nephrectomy'
    >>> long_form("LDN", "we studied patients ") is None
    True
    """
    words = before.split()
    words = words[-min(len(short) + _FURTHER, len(short) * 2) :]
    rest = " ".join(words)
    at = len(rest) - 1
    for n in range(len(short) - 1, -1, -1):
        letter = short[n].lower()
        if not letter.isalnum():
            continue
        while at >= 0 and (
            rest[at].lower() != letter or (n == 0 and at > 0 and rest[at - 1].isalnum())
        ):
            at -= 1
        if at < 0:
            return None
        at -= 1
    return rest[at + 1 :]


def _spelt(text: str, short: str, dictionary: Dictionary, own: set[str]) -> Iterator[str]:
    """Words in a row whose initials are the short form, where the text names nothing of its own:
    “in laparoscopic donor nephrectomy, LDN …”."""
    low = plain(text).lower()
    names = [" ".join(w) for w, ids in dictionary.table.items() if own & set(ids) and len(w) > 1]
    if len(short) < 3 or any(name.split()[-1] in low for name in names):
        return
    words = tokens(text)
    for n in range(len(words) - len(short) + 1):
        window = words[n : n + len(short)]
        initials = "".join(w.low[0] for w in window)
        long = all(len(w.low) >= _LONG_WORD and w.low not in VERBS for w in window)
        if initials == short.lower() and long:
            yield " ".join(w.low for w in window)


def _entities(long: str, dictionary: Dictionary) -> tuple[str, ...]:
    words = tokens(long)
    matches = dictionary.entities(words)
    whole = [m for m in matches if m.end == len(words)]
    return whole[-1].entities if whole else ()
