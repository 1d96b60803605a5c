"""The index of one corpus, and the order of what it finds.

Names come first: an identifier, then an exact name, then names that begin with what was typed,
hold its words or nearly are it (typos). Then come records whose text has the words, by BM25.
Ties are broken by prominence and id, so that the order is always the same.
"""

import json
import sqlite3
import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from ldn_graph.grading.strength import Strength
from ldn_graph.records.model import Corpus
from ldn_graph.search.documents import (
    KINDS,
    Doc,
    Kind,
    Part,
    Question,
    documents,
    joined,
    marked,
    question,
    snippet,
    words,
)

#: Scores of what is found by a name, by how well it fits; by its text alone, below `_TEXT`.
_CODE, _EXACT, _STARTS, _HOLDS, _NEAR, _TEXT = 100.0, 90.0, 80.0, 70.0, 60.0, 50.0
#: What a label counts more than a synonym, a synonym more than another spelling.
_NAME_WEIGHT = {"label": 3.0, "title": 2.0, "synonym": 1.0, "other spelling": 0.0}
#: Other words that a typed one may stand for, at most.
_READINGS = 24
#: Names that are nearly what was typed, at most.
_NEAR_NAMES = 50
_SCHEMA = (
    "CREATE VIRTUAL TABLE docs USING fts5(names, texts, beside, joined, content='', "
    'tokenize="unicode61 remove_diacritics 0", columnsize=1)'
)
#: A word that nobody types stands between two texts, so that no phrase runs from one to the next.
_APART = " \ue000 "
_COUNT = (
    "SELECT count(*) FROM docs WHERE docs MATCH ? AND rowid >= ? AND rowid < ? "
    "AND rowid NOT IN (SELECT value FROM json_each(?))"
)
#: Words of a title count more than those of a text, and these more than what it is about.
_PAGE = (
    "SELECT rowid, bm25(docs, 6.0, 3.0, 1.5, 2.0) AS fit FROM docs WHERE docs MATCH ? "
    "AND (rowid >= ? AND rowid < ? OR rowid >= ? AND rowid < ? OR rowid >= ? AND rowid < ?) "
    "AND rowid NOT IN (SELECT value FROM json_each(?)) ORDER BY fit, rowid LIMIT ? OFFSET ?"
)


@dataclass(frozen=True)
class Hit:
    """A record that was found. `score` is 0 to 100; `why` says what of it fits, in words."""

    kind: Kind
    id: str
    title: tuple[Part, ...]
    snippet: tuple[Part, ...]
    score: float
    why: str

    @property
    def name(self) -> str:
        """The title as plain text."""
        return "".join(part.text for part in self.title)


@dataclass(frozen=True)
class Results:
    """`hits`: one page of `total`; `counts`: how many of each kind, whichever were asked for."""

    total: int
    hits: tuple[Hit, ...]
    counts: Mapping[str, int]


@dataclass(frozen=True)
class _Asked:
    """A question with the words that each of its words may stand for."""

    question: Question
    readings: Mapping[str, tuple[str, ...]]

    @property
    def marks(self) -> frozenset[str]:
        """The words to be marked where they stand."""
        given = (part for phrase in self.question.phrases for part in phrase)
        return frozenset({*given, *(w for some in self.readings.values() for w in some)})


#: The question, what is named so, the counts by kind, and a page: of named records, of texts.
_Named = dict[int, tuple[float, str]]
_Found = tuple[_Asked, _Named, dict[str, int], list[int], list[tuple[int, float]]]


class Index:
    """Everything of a corpus that can be searched. May be asked from several threads."""

    def __init__(self, corpus: Corpus, strengths: Mapping[str, Strength]) -> None:
        self._docs = list(documents(corpus, strengths))
        self._firsts = _starts(self._docs)
        self._lock = threading.Lock()
        self._base = sqlite3.connect(":memory:", check_same_thread=False)
        self._base.execute(_SCHEMA)
        frequency: Counter[str] = Counter()
        self._base.executemany(
            "INSERT INTO docs(rowid, names, texts, beside, joined) VALUES (?, ?, ?, ?, ?)",
            (_row(n, doc, frequency) for n, doc in enumerate(self._docs)),
        )
        self._frequency: Mapping[str, int] = frequency
        self._words = sorted(frequency)
        self._codes: dict[str, list[int]] = {}
        self._names: list[tuple[str, int, str, str]] = []
        for n, doc in enumerate(self._docs):
            for code in dict.fromkeys(c.casefold() for c in doc.codes):
                self._codes.setdefault(code, []).append(n)
            for what, name in doc.names:
                self._names.append((" ".join(words(name)), n, what, name))
        self._bare = [bare for bare, *_ in self._names]

    def search(
        self,
        text: str,
        kinds: Collection[Kind] | None = None,
        limit: int = 20,
        offset: int = 0,
    ) -> Results:
        """The best of what `text` may mean, from the `offset`-th on.

        `"…"` asks for words as they stand; the last word may be the beginning of one; all words
        must be found, or, where nothing has them all, any.
        """
        asked, named, counts, shown, rows = self._find(text, kinds or KINDS, limit, offset)
        hits = [self._hit(n, *named[n], asked) for n in shown]
        best = max((-rank for _, rank in rows), default=1.0) or 1.0
        hits += [self._text_hit(n, -rank / best, asked) for n, rank in rows]
        total = sum(counts[k] for k in kinds or KINDS)
        return Results(total, tuple(hits), counts)

    def ids(self, text: str, kind: Kind) -> tuple[str, ...]:
        """The ids of all of one kind that `text` finds, best first."""
        *_, shown, rows = self._find(text, (kind,), len(self._docs), 0)
        return tuple(self._docs[n].id for n in (*shown, *(n for n, _ in rows)))

    def _find(self, text: str, kinds: Collection[Kind], limit: int, offset: int) -> _Found:
        asked = self._read(question(text))
        named = self._by_name(asked.question)
        for n in self._by_code(text):
            _keep(named, n, _CODE if named.get(n, (0.0, ""))[0] < _EXACT else 0.0, "identifier")
        match = _match(asked, any_word=False)
        with self._lock:
            if match and not named and not self._has(match):
                match = _match(asked, any_word=True)
            counts = self._counts(match, named)
            first = [n for n in self._ranked(named) if self._docs[n].kind in kinds]
            shown = first[offset : offset + limit]
            rows: list[tuple[int, float]] = []
            if match and len(shown) < limit:
                past = max(0, offset - len(first))
                rows = self._by_text(match, kinds, limit - len(shown), past, named)
        return asked, named, counts, shown, rows

    # --- what the words may mean

    def _read(self, asked: Question) -> _Asked:
        readings: dict[str, tuple[str, ...]] = {}
        last = asked.wanted[-1][-1] if asked.wanted and asked.typing else None
        for parts in asked.wanted:
            for part in (*parts, "".join(parts)):
                readings[part] = self._readings(part, typing=part == last)
        return _Asked(asked, readings)

    def _readings(self, word: str, *, typing: bool) -> tuple[str, ...]:
        """The word itself, words that begin with it, and, where it is unknown, words near it."""
        known = word in self._frequency
        found = [word] if known else []
        if typing or len(word) >= 4:
            begun = self._beginning(word)
            if not typing:  # of a whole word only its forms: “endorphin”, “endorphins”
                begun = [w for w in begun if len(w) <= len(word) + 3]
            found += begun
        if known and len(word) > 3 and word.endswith("s") and word[:-1] in self._frequency:
            found.append(word[:-1])
        if not found:
            found = self._near(word)
        return tuple(dict.fromkeys(found))[:_READINGS]

    def _beginning(self, start: str) -> list[str]:
        low = bisect_left(self._words, start)
        high = bisect_left(self._words, start + "\U0010ffff")
        return self._frequent(self._words[low:high])

    def _near(self, word: str) -> list[str]:
        most = _typos(word)
        if not most:
            return []
        near = process.extract(
            word, self._words, scorer=OSA.distance, score_cutoff=most, limit=None
        )
        least = min((distance for _, distance, _ in near), default=0)
        return self._frequent(w for w, distance, _ in near if distance == least)

    def _frequent(self, found: Iterable[str]) -> list[str]:
        return sorted(found, key=lambda w: (-self._frequency[w], w))[:_READINGS]

    # --- what is called so

    def _by_code(self, text: str) -> list[int]:
        """The records with this identifier, written as it is, as a CURIE or as an address."""
        code = text.strip().strip("<>").casefold()
        for candidate in (code, code.rpartition("/")[2], code.partition(":")[2]):
            if candidate in self._codes and (candidate == code or " " not in code):
                return self._codes[candidate]
        return []

    def _by_name(self, asked: Question) -> dict[int, tuple[float, str]]:
        """Records with a fitting name: number → score and why."""
        bare = asked.bare
        found: dict[int, tuple[float, str]] = {}
        if not bare:
            return found
        for name, n, what, _ in self._names:
            score = _fit(bare, name, what)
            if score:
                # the nearer the name is to what was typed, the better
                _keep(found, n, score + _weight(what) + 5 * len(bare) / len(name), what)
        for name, n, what, distance in self._near_names(bare):
            likeness = 5 * (1 - distance / max(len(bare), len(name)))
            _keep(found, n, _NEAR + _weight(what) + likeness, f"{what}, nearly")
        return found

    def _near_names(self, bare: str) -> list[tuple[str, int, str, float]]:
        most = _typos(bare)
        if not most:
            return []
        near = process.extract(
            bare, self._bare, scorer=OSA.distance, score_cutoff=most, limit=_NEAR_NAMES
        )
        return [
            (name, self._names[at][1], self._names[at][2], far) for name, far, at in near if far
        ]

    def _ranked(self, named: Mapping[int, tuple[float, str]]) -> list[int]:
        return sorted(named, key=lambda n: (-named[n][0], _order(self._docs[n]), n))

    # --- what says so

    def _has(self, match: str) -> bool:
        query = "SELECT 1 FROM docs WHERE docs MATCH ? LIMIT 1"
        return self._base.execute(query, (match,)).fetchone() is not None

    def _counts(self, match: str | None, named: Mapping[int, object]) -> dict[str, int]:
        """How many of each kind are found by text or name."""
        found: dict[str, int] = {}
        for kind in KINDS:
            low, high = self._range(kind)
            names = [n for n in named if low <= n < high]
            found[kind] = len(names)
            if match:
                given = (match, low, high, json.dumps(names))
                found[kind] += self._base.execute(_COUNT, given).fetchone()[0]
        return found

    def _by_text(
        self, match: str, kinds: Collection[Kind], limit: int, offset: int, but: Collection[int]
    ) -> list[tuple[int, float]]:
        """Numbers and ranks (less is better) of a page of what has the words."""
        ranges = [end for k in KINDS for end in (self._range(k) if k in kinds else (0, 0))]
        given = (match, *ranges, json.dumps(list(but)), limit, offset)
        return self._base.execute(_PAGE, given).fetchall()

    def _range(self, kind: Kind) -> tuple[int, int]:
        """The numbers of the records of a kind, the end exclusive."""
        at = KINDS.index(kind)
        return self._firsts[at], self._firsts[at + 1]

    # --- what is shown

    def _hit(self, n: int, score: float, why: str, asked: _Asked) -> Hit:
        doc = self._docs[n]
        shown = next((name for what, name in doc.names if what == why.removesuffix(", nearly")), "")
        text = shown if shown and shown != doc.title else next((t for _, t in doc.texts), "")
        marks = asked.marks
        return Hit(
            doc.kind, doc.id, marked(doc.title, marks), snippet(text, marks), round(score, 1), why
        )

    def _text_hit(self, n: int, fit: float, asked: _Asked) -> Hit:
        doc, marks = self._docs[n], asked.marks
        what, text = _best_text(doc, marks)
        return Hit(
            doc.kind,
            doc.id,
            marked(doc.title, marks),
            snippet(text, marks),
            round(_TEXT * fit, 1),
            what,
        )


def _best_text(doc: Doc, marks: Collection[str]) -> tuple[str, str]:
    """The text of a record that has most of the marks, with what it is."""
    texts = [*doc.texts] or [("", "")]
    hits = [len(set(words(text)) & set(marks)) for _, text in texts]
    what, text = texts[hits.index(max(hits))]
    if max(hits) == 0:
        has_title = bool(set(words(doc.title)) & set(marks))
        what = "reading" if doc.kind == "claim" and has_title else "title" if has_title else "about"
    return what, text


def _match(asked: _Asked, *, any_word: bool) -> str | None:
    """The question in the words of FTS5; None where nothing can fit it."""
    groups = [f'"{" ".join(phrase)}"' for phrase in asked.question.phrases]
    for parts in asked.question.wanted:
        each = [_either(asked.readings[part]) for part in parts]
        ways = [f"({' AND '.join(each)})"] if all(each) else []
        if len(parts) > 1:
            ways += filter(None, [_either(asked.readings["".join(parts)])])
        if ways:
            groups.append(f"({' OR '.join(ways)})")
        elif not any_word:
            return None
    return (" OR " if any_word else " AND ").join(groups) or None


def _either(readings: Sequence[str]) -> str:
    quoted = " OR ".join(f'"{word}"' for word in readings)
    return f"({quoted})" if quoted else ""


def _row(n: int, doc: Doc, frequency: Counter[str]) -> tuple[int, str, str, str, str]:
    names = [doc.title, *(name for _, name in doc.names if name != doc.title)]
    texts = [text for _, text in doc.texts]
    columns = [[words(text) for text in some] for some in (names, texts, doc.beside)]
    columns.append([joined(text) for some in (names, texts, doc.beside) for text in some])
    frequency.update(w for column in columns for w in {w for text in column for w in text})
    first, second, third, fourth = (_APART.join(map(" ".join, column)) for column in columns)
    return n, first, second, third, fourth


def _starts(docs: Sequence[Doc]) -> list[int]:
    """Where the records of each kind begin, and where they all end."""
    numbers = [sum(doc.kind == kind for doc in docs) for kind in KINDS]
    return [sum(numbers[:n]) for n in range(len(KINDS) + 1)]


def _fit(bare: str, name: str, what: str) -> float:
    """How a name fits what was typed; 0 where it doesn't. A few words of a long title are no
    name, but text."""
    if name == bare:
        return _EXACT
    if what == "title" and 2 * len(bare) < len(name):
        return 0.0
    if name.startswith(bare):
        return _STARTS
    return _HOLDS if f" {bare}" in f" {name}" else 0.0


def _typos(text: str) -> int:
    """How many letters of a word or name may be wrong, left out, added or swapped."""
    return 0 if len(text) < 3 else 1 if len(text) < 8 else 2 if len(text) < 20 else 3


def _weight(what: str) -> float:
    return _NAME_WEIGHT.get(what, 0.0)


def _keep(found: dict[int, tuple[float, str]], n: int, score: float, why: str) -> None:
    if n not in found or found[n][0] < score:
        found[n] = (score, why)


def _order(doc: Doc) -> tuple[int, ...]:
    return tuple(-value for value in doc.prominence)
