"""Claims chosen by facets: which fit, and how many each further choice would leave.

A facet is of the claim (its object, its evidence level) or of its evidence items (source,
certainty, dose band). Facets of items must be met by one item together: claims that *a* source
*refutes*, not claims that some source refutes and that this source speaks to.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from ldn_graph.grading.strength import Strength
from ldn_graph.records.model import Claim, Corpus, EvidenceItem

#: The facets of a claim, and those of an item, in the order in which they are shown.
OF_CLAIM = (
    *("subject", "predicate", "object", "condition", "subject_kind", "object_kind"),
    *("level", "wording", "agreement", "status"),
)
OF_ITEM = ("source", "direction", "certainty", "dose_band", "design", "basis", "year")
FACETS = (*OF_CLAIM, *OF_ITEM)

Values = Mapping[str, tuple[str, ...]]
_Mask = NDArray[np.bool_]
_Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Wanted:
    """A choice of claims. A facet that is empty allows everything; values of one facet are
    alternatives. `entity`: claims that it is subject, object or condition of. Levels are 0 to 4;
    years are those in which a source appeared, and leave out sources without one.
    """

    subject: frozenset[str] = frozenset()
    predicate: frozenset[str] = frozenset()
    object: frozenset[str] = frozenset()
    condition: frozenset[str] = frozenset()
    subject_kind: frozenset[str] = frozenset()
    object_kind: frozenset[str] = frozenset()
    level: frozenset[str] = frozenset()
    wording: frozenset[str] = frozenset()
    agreement: frozenset[str] = frozenset()
    status: frozenset[str] = frozenset()
    source: frozenset[str] = frozenset()
    direction: frozenset[str] = frozenset()
    certainty: frozenset[str] = frozenset()
    dose_band: frozenset[str] = frozenset()
    design: frozenset[str] = frozenset()
    basis: frozenset[str] = frozenset()
    year: frozenset[str] = frozenset()
    entity: frozenset[str] = frozenset()
    among: frozenset[str] | None = None
    min_level: int = 0
    max_level: int = 4
    min_year: int | None = None
    max_year: int | None = None

    def chosen(self, names: Collection[str]) -> dict[str, frozenset[str]]:
        """The facets among `names` that narrow, with their values."""
        given = {f.name: getattr(self, f.name) for f in fields(self) if f.name in names}
        return {name: values for name, values in given.items() if values}


@dataclass(frozen=True)
class Chosen:
    """`claims`: the ids that fit, in order; `counts`: facet → value → how many claims it would
    leave if it alone were chosen in its facet, the rest of the choice as it is."""

    claims: tuple[str, ...]
    counts: Mapping[str, Mapping[str, int]]


class _Column:
    """A facet of so many rows as pairs of a row and the number of one of its values."""

    def __init__(self, rows: Sequence[tuple[str, ...]]) -> None:
        self.values = sorted({value for row in rows for value in row})
        number = {value: n for n, value in enumerate(self.values)}
        pairs = [(n, number[value]) for n, row in enumerate(rows) for value in row]
        self.row: _Numbers = np.array([n for n, _ in pairs], dtype=np.int64)
        self.code: _Numbers = np.array([c for _, c in pairs], dtype=np.int64)
        self.size = len(rows)

    def having(self, wanted: Collection[str]) -> _Mask:
        """The rows that have one of the values."""
        codes = [n for n, value in enumerate(self.values) if value in wanted]
        found = np.zeros(self.size, dtype=bool)
        found[self.row[np.isin(self.code, codes)]] = True
        return found

    def counts(self, rows: _Mask, owner: _Numbers, owners: int) -> dict[str, int]:
        """Value → how many distinct owners have it in one of `rows`; the most frequent first."""
        kept = rows[self.row]
        pairs = np.unique(self.code[kept] * owners + owner[self.row[kept]])
        counted = np.bincount(pairs // max(1, owners), minlength=len(self.values))
        found = ((v, int(n)) for v, n in zip(self.values, counted, strict=True) if n)
        return dict(sorted(found, key=lambda pair: (-pair[1], pair[0])))


class Facets:
    """The facets of every claim of a corpus, read once into arrays."""

    def __init__(self, corpus: Corpus, strengths: Mapping[str, Strength]) -> None:
        self.ids = sorted(corpus.claims)
        of_claim = [_of_claim(corpus.claims[i], corpus, strengths[i]) for i in self.ids]
        of_item = [
            (n, _of_item(item, corpus.claims[i], corpus))
            for n, i in enumerate(self.ids)
            for item in corpus.claims[i].evidence
        ]
        self._place = {name: n for n, name in enumerate(self.ids)}
        self._claims: _Numbers = np.arange(len(self.ids))
        self._owner: _Numbers = np.array([n for n, _ in of_item], dtype=np.int64)
        self._level: _Numbers = np.array([strengths[i].level for i in self.ids], dtype=np.int64)
        self._year = np.array([float(v["year"][0]) if v["year"] else np.nan for _, v in of_item])
        self._columns = {f: _Column([values[f] for values in of_claim]) for f in OF_CLAIM}
        self._columns |= {f: _Column([values[f] for _, values in of_item]) for f in OF_ITEM}

    def choose(self, wanted: Wanted) -> Chosen:
        """The claims that fit `wanted`, with the counts of every facet."""
        of_claim = {f: self._columns[f].having(v) for f, v in wanted.chosen(OF_CLAIM).items()}
        of_item = {f: self._columns[f].having(v) for f, v in wanted.chosen(OF_ITEM).items()}
        scope, years = self._scope(wanted), self._in_years(wanted)
        claims, items = _all(scope, of_claim.values()), _all(years, of_item.values())
        counts = {}
        for facet in OF_CLAIM:
            others = _all(scope, (mask for f, mask in of_claim.items() if f != facet))
            rows = others & self._with(items)
            counts[facet] = self._columns[facet].counts(rows, self._claims, len(self.ids))
        for facet in OF_ITEM:
            others = _all(years, (mask for f, mask in of_item.items() if f != facet))
            rows = others & claims[self._owner]
            counts[facet] = self._columns[facet].counts(rows, self._owner, len(self.ids))
        found = np.flatnonzero(claims & self._with(items))
        return Chosen(tuple(self.ids[n] for n in found), counts)

    def latest(self, name: str) -> tuple[int, ...]:
        """The year of a claim's latest source; empty where no source gives one."""
        place = self._place[name]  # the items of a claim lie side by side
        years = self._year[slice(*np.searchsorted(self._owner, (place, place + 1)))]
        known = years[~np.isnan(years)]
        return (int(known.max()),) if known.size else ()

    def _with(self, items: _Mask) -> _Mask:
        """The claims that have one of `items`."""
        found = np.zeros(len(self.ids), dtype=bool)
        found[self._owner[items]] = True
        return found

    def _scope(self, wanted: Wanted) -> _Mask:
        """The claims that all that is no facet lets through."""
        found: _Mask = (self._level >= wanted.min_level) & (self._level <= wanted.max_level)
        if wanted.entity:
            about = (self._columns[f] for f in ("subject", "object", "condition"))
            found &= np.logical_or.reduce([column.having(wanted.entity) for column in about])
        if wanted.among is not None:
            named = np.zeros(len(self.ids), dtype=bool)
            named[[self._place[i] for i in wanted.among if i in self._place]] = True
            found &= named
        return found

    def _in_years(self, wanted: Wanted) -> _Mask:
        """The items whose source is of the wanted years; without bounds, all."""
        if wanted.min_year is None and wanted.max_year is None:
            return np.ones(len(self._owner), dtype=bool)
        low = -np.inf if wanted.min_year is None else wanted.min_year
        high = np.inf if wanted.max_year is None else wanted.max_year
        found: _Mask = (self._year >= low) & (self._year <= high)
        return found


def facets_of(claim: Claim, corpus: Corpus, strength: Strength) -> dict[str, tuple[str, ...]]:
    """Every facet's values of one claim, those of its items in their order and each once."""
    found = dict(_of_claim(claim, corpus, strength))
    items = [_of_item(item, claim, corpus) for item in claim.evidence]
    for facet in OF_ITEM:
        found[facet] = tuple(dict.fromkeys(value for item in items for value in item[facet]))
    return found


def _all(scope: _Mask, masks: Iterable[_Mask]) -> _Mask:
    return reduce(np.logical_and, masks, scope)


def _of_claim(claim: Claim, corpus: Corpus, strength: Strength) -> Values:
    condition = claim.qualifiers.condition
    return {
        "subject": (claim.subject,),
        "predicate": (str(claim.predicate),),
        "object": (claim.object,),
        "condition": (condition,) if condition else (),
        "subject_kind": (str(corpus.entities[claim.subject].kind),),
        "object_kind": (str(corpus.entities[claim.object].kind),),
        "level": (str(strength.level),),
        "wording": (str(strength.wording),),
        "agreement": (str(strength.agreement),),
        "status": (str(claim.status),),
    }


def _of_item(item: EvidenceItem, claim: Claim, corpus: Corpus) -> Values:
    """An item without a dose has its subject's, as the search for paths has it."""
    band = item.dose.band if item.dose else corpus.entities[claim.subject].dose_band
    year = corpus.sources[item.source].year
    return {
        "source": (item.source,),
        "direction": (str(item.direction),),
        "certainty": (str(item.certainty),),
        "dose_band": (str(band),) if band else (),
        "design": (str(item.design),) if item.design else (),
        "basis": tuple(map(str, item.basis)),
        "year": (str(year),) if year is not None else (),
    }
