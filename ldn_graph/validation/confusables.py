"""Names and identifiers that are not what they look like: letters of other alphabets in disguise,
and characters that nobody sees.

Unicode's table of confusable characters (UTS 39) comes from the confusable-homoglyphs library.
Greek letters that biology writes (TNF-α, µ-opioid) are no disguise, and nor are whole words of
another alphabet.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib import import_module
from typing import Any

from pydantic import BaseModel

from ldn_graph.records.corpus import Places
from ldn_graph.records.findings import Finding, Severity
from ldn_graph.records.model import Claim, Corpus

#: Controls but tab and line ends, soft hyphens, zero-width characters, marks of writing direction.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
#: The same in JSON, where ASCII's controls are escaped.
_UNSEEN_JSON = re.compile(r"\\u00[01]|\\[bf]|" + _UNSEEN.pattern.replace("\x00-\x08", ""))
_BIOLOGY = frozenset("αβγδεζηθκλμµπρστφχψωΔΓΩΦΨΣΛ")
_LETTERS = re.compile(r"[^\W\d_]+")
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "LISU", "COPTIC")
_RULES = {
    "unseen-character": "type the words anew, or copy them as plain text",
    "alphabets-mixed": "type the word anew, in one alphabet",
    "looks-like-another": "use the other one, or tell them apart in the label",
    "identifier-not-ascii": "copy the identifier anew from where it was issued",
}


def skeletons(text: str) -> frozenset[str]:
    """What a text looks like, whatever its case: texts that share one are hard to tell apart.

    Capitals may look like others than the small letters do: Greek Ν is like N, and ν like v.

    >>> "crohn's" in skeletons("Сrohn’s")  # it begins with a Cyrillic С
    True
    >>> skeletons("TLR4") & skeletons("TLR2")
    frozenset()
    """
    seen = _UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    if seen.isascii():
        return frozenset({seen.casefold()})
    as_it_is, small = ("".join(map(_prototype, t)) for t in (seen, seen.casefold()))
    return frozenset({as_it_is.casefold(), small.casefold()})


def disguised(text: str) -> str | None:
    """The first letter that looks like a Latin one in a word that has Latin letters too.

    >>> disguised("nаltrexone"), disguised("TNF-α and µ-opioid"), disguised("налтрексон")
    ('а', None, None)
    """
    for word in _LETTERS.findall(text):
        if not word.isascii() and any(_script(c) == "LATIN" for c in word):
            for letter in word:
                foreign = _script(letter) not in ("LATIN", None) and letter not in _BIOLOGY
                if foreign and _prototype(letter) != letter:
                    return str(letter)
    return None


def audit(corpus: Corpus, places: Places) -> Iterator[Finding]:
    """Unseen characters anywhere, mixed alphabets in names, names that look like another's, and
    identifiers with letters that no issuer uses."""
    for what, records in (
        ("entity", corpus.entities),
        ("source", corpus.sources),
        ("claim", corpus.claims),
        ("proposal", corpus.proposals),
        ("agent", corpus.agents),
    ):
        for record in records.values():
            yield from _unseen(what, record, places)
    yield from _mixed(corpus, places)
    yield from _alike("entity", _named_entities(corpus), places)
    yield from _alike("agent", ((a.id, a.name) for a in corpus.agents.values()), places)
    yield from _identifiers(corpus, places)


def audit_claim(claim: Claim, places: Places) -> Iterator[Finding]:
    """Unseen characters in one claim."""
    yield from _unseen("claim", claim, places)


def _unseen(what: str, record: Any, places: Places) -> Iterator[Finding]:
    if not _UNSEEN_JSON.search(record.model_dump_json()):
        return
    for steps, text in _texts(record):
        if found := _UNSEEN.search(text):
            field = ".".join(map(str, steps))
            told = f"{record.id}: {field} holds {_called(found.group())}, which nobody sees"
            yield _finding("unseen-character", places(what, record.id, *steps), told)


def _mixed(corpus: Corpus, places: Places) -> Iterator[Finding]:
    named = [("entity", i, name) for i, name in _named_entities(corpus)]
    named += [("agent", a.id, a.name) for a in corpus.agents.values()]
    for what, record, name in named:
        if letter := disguised(name):
            told = f"{record}: {name!r} mixes alphabets: {_called(letter)} stands among Latin ones"
            yield _finding("alphabets-mixed", places(what, record), told)


def _alike(what: str, named: Iterable[tuple[str, str]], places: Places) -> Iterator[Finding]:
    """Names of two records that look the same, but are not."""
    first: dict[str, tuple[str, str]] = {}
    for record, name in named:
        bare = unicodedata.normalize("NFKC", name).casefold()
        for shape in sorted(skeletons(name)):
            other, own = first.setdefault(shape, (record, name))
            if other != record and unicodedata.normalize("NFKC", own).casefold() != bare:
                told = f"{record}: {name!r} looks like {own!r}, a name of {other}, but is not"
                yield _finding("looks-like-another", places(what, record), told)
                break


def _identifiers(corpus: Corpus, places: Places) -> Iterator[Finding]:
    for entity in corpus.entities.values():
        for n, mapping in enumerate(entity.mappings):
            yield from _ascii("entity", entity.id, mapping.curie, ("mappings", n), places)
    for source in corpus.sources.values():
        for field in ("doi", "registry_id"):
            yield from _ascii("source", source.id, getattr(source, field), (field,), places)
        for n, code in enumerate(source.codes):
            yield from _ascii("source", source.id, code, ("codes", n), places)


def _ascii(
    what: str, record: str, given: str | None, steps: tuple[str | int, ...], places: Places
) -> Iterator[Finding]:
    if given and not given.isascii():
        odd = next(c for c in given if not c.isascii())
        told = f"{record}: identifier {given!r} holds {_called(odd)}"
        yield _finding("identifier-not-ascii", places(what, record, *steps), told)


def _named_entities(corpus: Corpus) -> Iterator[tuple[str, str]]:
    """Labels before other names, so that what is told names a label where it can."""
    yield from ((e.id, e.label) for e in corpus.entities.values())
    for entity in corpus.entities.values():
        yield from ((entity.id, name) for name in (*entity.synonyms, *entity.hidden_labels))


def _texts(value: Any, steps: tuple[str | int, ...] = ()) -> Iterator[tuple[Any, str]]:
    """Every text in a record, with where it stands."""
    if isinstance(value, str):
        yield steps, str(value)
    elif isinstance(value, BaseModel):
        for field in type(value).model_fields:
            yield from _texts(getattr(value, field), (*steps, field))
    elif isinstance(value, tuple):
        for n, part in enumerate(value):
            yield from _texts(part, (*steps, n))


def _finding(rule: str, where: str, told: str) -> Finding:
    return Finding(Severity.WARNING, rule, where, told, _RULES[rule])


def _called(character: str) -> str:
    """A character in words; what can't be seen is not printed."""
    name = unicodedata.name(character, "a control character")
    return f"U+{ord(character):04X} ({name})"


def _script(character: str) -> str | None:
    """The alphabet that a letter's Unicode name begins with, of those that look like each other."""
    first = unicodedata.name(character, "").split(" ")[0]
    return first if first in _SCRIPTS else None


@lru_cache(maxsize=4096)
def _prototype(character: str) -> str:
    """The ASCII that a character looks like, or itself."""
    if character.isascii():
        return character
    table = import_module("confusable_homoglyphs.confusables").confusables_data
    alike = (str(found["c"]) for found in table.get(character, ()))
    return min((c for c in alike if c.isascii()), default=character)
