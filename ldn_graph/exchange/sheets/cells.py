"""What stands in one cell: lists of words, entities and sources by any of their names, quotes.

No spreadsheet evaluates what is written; quotes are looked up in the texts that are held.
"""

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ldn_graph.errors import BadParameter, UnknownName, nearest
from ldn_graph.exchange.sheets.columns import CLAIM_COLUMNS, ITEM_COLUMNS, Column
from ldn_graph.records import doses
from ldn_graph.records.model import Claim, Corpus
from ldn_graph.records.vocabularies import PREDICATES, Predicate
from ldn_graph.reports.tables import guarded as guarded
from ldn_graph.reports.tables import unguarded as unguarded
from ldn_graph.texts.source_texts import loose_occurrences

#: What may stand round the words of a cell without belonging to them.
BLANKS = " \t\r\n\u00a0"
_ESCAPED = re.compile(r"\\([\\;\[])")
_PLACED = re.compile(r"(?s)(.*) \[(\d{1,9})-(\d{1,9})\]")


@dataclass(frozen=True)
class Fault:
    """A cell that holds no text: what is wrong, and the remedy."""

    what: str


def joined(words: Iterable[str]) -> str:
    """Words as one cell, parted by `; `; a `;` or backslash in a word gets a backslash.

    >>> joined(["may", "a;b"])
    'may; a\\\\;b'
    """
    return "; ".join(re.sub(r"([\\;])", r"\\\1", word) for word in words)


def parted(cell: str) -> list[str]:
    """The words of a cell, still with their backslashes, without the blank after each `;`."""
    parts = re.findall(r"(?s)((?:\\.|[^;\\]|\\$)+)(?:;|$)", cell)
    return [part.removeprefix(" ") if n else part for n, part in enumerate(parts)]


def words_of(cell: str) -> list[str]:
    """The words that `joined` made the cell from; blanks around each are dropped.

    >>> words_of("may; a\\\\;b ;c")
    ['may', 'a;b', 'c']
    """
    words = (_ESCAPED.sub(r"\1", part).strip() for part in parted(cell))
    return [word for word in words if word]


def spans_cell(spans: Iterable[Mapping[str, Any]]) -> str:
    """Spans as one cell: their words, with `[start-end]` after those whose place is known.

    >>> spans_cell([{"exact": "may", "start": 3, "end": 6}, {"exact": "suggests"}])
    'may [3-6]; suggests'
    """
    return "; ".join(_span(span) for span in spans)


def spans_of(cell: str) -> list[dict[str, Any]]:
    """The spans of a cell, as plain data.

    >>> spans_of("may [3-6]; suggests")
    [{'exact': 'may', 'start': '3', 'end': '6'}, {'exact': 'suggests'}]

    Blanks at the edges of words stay where the place says that they belong to them.
    """
    found: list[dict[str, Any]] = []
    for part in parted(cell):
        placed = _PLACED.fullmatch(part.rstrip())
        if placed:
            exact, start, end = placed.groups()
            exact = _ESCAPED.sub(r"\1", exact)
            bare = exact.strip()
            fits = len(bare) == int(end) - int(start)
            found.append({"exact": bare if fits else exact, "start": start, "end": end})
        elif words := _ESCAPED.sub(r"\1", part).strip():
            found.append({"exact": words})
    return found


def _span(span: Mapping[str, Any]) -> str:
    exact = re.sub(r"([\\;])", r"\\\1", str(span["exact"]))
    if span.get("start") is not None:
        return f"{exact} [{span['start']}-{span['end']}]"
    # a span without a place whose words end like a place
    return re.sub(r"\[(?=\d+-\d+\]\s*$)", r"\\[", exact)


_ALIKE = str.maketrans(
    {**dict.fromkeys("‘’ʼ′`´", "'"), **dict.fromkeys("‐‑–—−", "-"), "\u00a0": " "}
)


class Names:
    """What a corpus calls its entities and sources; asked once for each cell of a sheet."""

    def __init__(self, corpus: Corpus) -> None:
        self._entities = _entity_tiers(corpus)
        self._sources = _source_tiers(corpus)
        self._known = {n for e in corpus.entities.values() for n in (e.id, *e.names)}
        self._unknown: dict[tuple[str, str], UnknownName] = {}

    def entity(self, name: str) -> str:
        """The id of the entity called `name`. Raises UnknownName: none is, or several are."""
        return self._found("entity", name, self._entities, self._known)

    def source(self, name: str) -> str:
        """The id of the source with that id, DOI, PMID or title. Raises UnknownName."""
        bare = re.sub(r"^(https?://(dx\.)?doi\.org/|(doi|pmid):?\s*)", "", name, flags=re.I)
        return self._found("source", bare, self._sources, self._sources[0])

    def _found(
        self, what: str, name: str, tiers: list[Mapping[str, set[str]]], known: Iterable[str]
    ) -> str:
        folded = fold(name)
        for tier in tiers:
            ids = sorted(tier.get(folded, ()))
            if len(ids) == 1:
                return ids[0]
            if ids:
                raise UnknownName(f"{name!r} is {' and '.join(ids)}; write the id of one")
        if (what, name) not in self._unknown:  # looking for the nearest costs milliseconds
            remedy = nearest(name, known) or f"; `ldn-graph {what} add` makes a new one"
            self._unknown[what, name] = UnknownName(f"unknown {what} {name!r}{remedy}")
        raise self._unknown[what, name]


def fold(name: str) -> str:
    """A name without case, and without the forms of apostrophes, dashes and blanks.

    >>> fold("Crohn’s  Disease") == fold("crohn's disease")
    True
    """
    return " ".join(unicodedata.normalize("NFKC", name.translate(_ALIKE)).casefold().split())


def _tier(pairs: Iterable[tuple[str | None, str]]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for name, record in pairs:
        if name:
            found[fold(name)].add(record)
    return found


def _entity_tiers(corpus: Corpus) -> list[Mapping[str, set[str]]]:
    """Ids come before labels, labels before synonyms, synonyms before codes."""
    all_of = corpus.entities.values()
    return [
        _tier((e.id, e.id) for e in all_of),
        _tier((e.label, e.id) for e in all_of),
        _tier((name, e.id) for e in all_of for name in e.synonyms),
        _tier((name, e.id) for e in all_of for name in e.hidden_labels),
        _tier((m.curie, e.id) for e in all_of for m in e.mappings if m.match == "exact"),
        _tier((m.curie, e.id) for e in all_of for m in e.mappings if m.match == "close"),
    ]


def _source_tiers(corpus: Corpus) -> list[Mapping[str, set[str]]]:
    all_of = corpus.sources.values()
    return [
        _tier((s.id, s.id) for s in all_of),
        _tier((s.doi, s.id) for s in all_of),
        _tier((s.pmid, s.id) for s in all_of),
        _tier((s.registry_id, s.id) for s in all_of),
        _tier((s.title, s.id) for s in all_of),
    ]


Plain = dict[str, Any]


def place(item: Plain, texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Fill in the offsets of an item's quote and of the cues in it, and the words as the text has
    them; yields column and problem of those that do not stand there, or stand more than once."""
    text = texts.get(item.get("source", ""))
    quote = item.get("quote")
    if text is None or not quote or not quote.get("exact"):
        return
    if quote.get("start") is None and quote.get("end") is None:
        found = loose_occurrences(text, quote["exact"])
        if len(found) != 1:
            yield "quote", _told(f"the text of {item['source']}", len(found))
            return
        start, end = found[0]
        quote.update(exact=text[start:end], start=start, end=end)
    yield from _cues(item, text, quote)


def _cues(item: Plain, text: str, quote: Plain) -> Iterator[tuple[str, str]]:
    try:
        begin, end = int(quote["start"]), int(quote["end"])
    except (KeyError, ValueError):
        return
    for field, column in (("cues", "cues"), ("unhedged_cues", "unhedged cues")):
        for span in item.get(field) or []:
            if span.get("start") is not None:
                continue
            found = loose_occurrences(text[begin:end], span["exact"])
            if not found:
                yield column, f"{span['exact']!r} is not in the quote; copy it from there"
            elif len(found) == 1:
                start, stop = begin + found[0][0], begin + found[0][1]
                span.update(exact=text[start:stop], start=start, end=stop)


def _told(where: str, number: int) -> str:
    if number == 0:
        return f"these words are not in {where}; copy them from there, or give a finding instead"
    return f"these words stand {number} times in {where}; copy more of the sentence"


def amounts(dose: Plain) -> None:
    """Fill in amounts and band as the dose's words plainly say, where a row gives neither."""
    if set(dose) != {"text"}:
        return
    try:
        read = doses.parse(dose["text"])
    except BadParameter:
        return
    if read.low is not None:
        dose.update(read.model_dump(exclude={"text"}))


def choice(text: str, column: Column) -> str:
    """One of a column's choices, whatever its case and with blanks for hyphens."""
    known = {_folded(choice): choice for choice in column.choices}
    if column.name == "relation":
        known = _SAID | known
    if _folded(text) not in known:
        remedy = nearest(text, column.choices) or f"; there are {', '.join(column.choices)}"
        raise UnknownName(f"unknown word {text!r}{remedy}")
    return known[_folded(text)]


#: What the form calls the relations, where one name is one relation.
_READS = [PREDICATES[p].reads for p in Predicate]
_SAID = {
    re.sub(r"[\s_-]+", "-", PREDICATES[p].reads.casefold()): str(p)
    for p in Predicate
    if _READS.count(PREDICATES[p].reads) == 1
}


def _folded(word: str) -> str:
    return re.sub(r"[\s_-]+", "-", word.strip().casefold())


def link(text: str, column: Column) -> Plain:
    """What a claim leans on: how, a colon, the other claim's id."""
    how, colon, claim = text.partition(":")
    if not colon:
        raise UnknownName(f"{text!r} names no kind; write it like {column.example}")
    return {"kind": choice(how, column), "claim": claim.strip()}


def json_of(text: str) -> Any:
    """A list as JSON. Raises UnknownName where it is none."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, list):
        raise UnknownName("no list as JSON; leave the cell as the export wrote it, or empty")
    return found


def put(record: Plain, steps: Sequence[str], value: Any) -> None:
    """Put a value into a record at those steps; None is left out."""
    if value is None:
        return
    for step in steps[:-1]:
        record = record.setdefault(step, {})
    record[steps[-1]] = value


def at(record: Plain, steps: Sequence[str]) -> Any:
    """The value of a record at those steps, or None."""
    found: Any = record
    for step in steps:
        found = (found or {}).get(step)
    return found


def proposition(given: Plain) -> Plain:
    """What a row says of a claim, apart from its evidence."""
    return {k: given.get(k) for k in ("subject", "predicate", "object", "qualifiers")}


def over(old: Plain, given: Plain) -> Plain:
    """A record with what a row gives: an empty cell changes nothing. Offsets belong to their words,
    and amounts to theirs."""
    found = dict(old)
    for name, value in given.items():
        there = old.get(name)
        if isinstance(value, dict) and isinstance(there, dict):
            words = next((k for k in ("exact", "text") if k in value), None)
            same = words is None or value[words] == there.get(words)
            found[name] = {**there, **value} if same else value
        else:
            found[name] = value
    return found


def ordered(value: Any) -> Any:
    """A value whose parts stand in one order, to be compared."""
    return sorted((k, ordered(v)) for k, v in value.items()) if isinstance(value, dict) else value


def is_whole(given: Plain) -> bool:
    """A value whose parts stand in one order, to be compared."""
    return all(column.optional or column.steps[0] in given for column in CLAIM_COLUMNS)


def column_at(columns: Sequence[Column], steps: Sequence[str]) -> Column | None:
    """The column whose value lies at `steps`, or the first that lies below them."""
    length = len(steps)
    fits: Iterator[Column] = (
        c
        for c in columns
        if steps and (c.steps == tuple(steps[: len(c.steps)]) or c.steps[:length] == tuple(steps))
    )
    return next(fits, None)


def bare(what: str) -> str:
    """A problem in words, without the field's name: the column says it."""
    return re.sub(r"^(id|(evidence|qualifiers)[\w.]*):? (?=\S)", "", what)


def changes(old: Claim, new: Claim) -> list[str]:
    """What a sheet changes of a claim, in words: each field of it, and each evidence item."""
    before, after = old.model_dump(mode="json"), new.model_dump(mode="json")
    told = [
        f"{c.name} {at(before, c.steps) or 'empty'} → {at(after, c.steps) or 'empty'}"
        for c in CLAIM_COLUMNS
        if at(before, c.steps) != at(after, c.steps)
    ]
    items = {item.id: item for item in old.evidence}
    for item in new.evidence:
        if item.id not in items:
            told.append(f"{item.id} is new")
        elif item != items[item.id]:
            one, two = items[item.id].model_dump(mode="json"), item.model_dump(mode="json")
            names = [c.name for c in ITEM_COLUMNS if at(one, c.steps) != at(two, c.steps)]
            told.append(f"{item.id}: {', '.join(names)}")
    return told
