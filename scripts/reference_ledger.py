"""The ledger of the reference tables: for every row the item that holds it, or why none does.

`python scripts/reference_ledger.py` renews the places in `docs/reference-ledger.tsv` from the
corpus. Sources and reasons are kept as they stand there.
"""

import csv
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ldn_graph import files
from ldn_graph.records import corpus as corpora
from ldn_graph.records.model import Corpus

LEDGER = "docs/reference-ledger.tsv"
#: Each table once, with whether its rows are studies (else results of studies).
TABLES = {
    "studies.tsv": True,
    "studies_2.tsv": True,
    "studies_no_id.tsv": True,
    "effects.tsv": False,
    "safety.tsv": False,
    "mechanism.tsv": False,
}
#: Why no item holds a row, or only another row's.
REASONS = {
    "protocol-or-registry-record": "it reports no result",
    "another-drug-dose-or-route": "another drug, isomer, dose or route than any claim is about",
    "no-condition-of-the-corpus": "its condition stands in no claim",
    "cells-or-animals-no-step-of-the-corpus": "cells or animals, and no claim of that step",
    "another-compound-and-no-step-of-the-corpus": "another compound, and no claim of that step",
    "no-identifier-others-speak-of-it": "no identifier was read, and other studies speak of it",
    "source-without-claim": "the record of the source says why no claim rests on it",
    "same-as-effects-row": "the item holds the same result from effects.tsv",
    "same-study-in-another-row": "the item holds it from another row of the study",
    "item-of-the-corpus": "the item says it in words",
    "note-of-the-item": "a note says it",
    "context-only": "it bears on no claim",
    "another-claim-needed": "no claim says it yet",
}
_COLUMNS = ("table", "line", "study", "source", "places", "reason")


@dataclass(frozen=True)
class Row:
    """One row of a table. `places`: `claim#item`, for results with `#r` and their number."""

    table: str
    line: int
    study: str
    source: str
    places: tuple[str, ...]
    reason: str

    @property
    def name(self) -> str:
        return f"{self.table}:{self.line}"


def read(path: Path) -> list[Row]:
    """The ledger as it stands."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Row(
                r["table"],
                int(r["line"]),
                r["study"],
                r["source"],
                tuple(r["places"].split()),
                r["reason"],
            )
            for r in csv.DictReader(file, delimiter="\t")
        ]


def write(path: Path, rows: list[Row]) -> None:
    """The ledger, sorted by table and line."""
    order = list(TABLES)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, delimiter="\t", lineterminator="\n")
        out.writerow(_COLUMNS)
        for r in sorted(rows, key=lambda r: (order.index(r.table), r.line)):
            out.writerow((r.table, r.line, r.study, r.source, " ".join(r.places), r.reason))


def recorded(corpus: Corpus) -> dict[str, tuple[str, ...]]:
    """Row (`effects.tsv:2`) → where its result or measurement stands."""
    found: dict[str, tuple[str, ...]] = {}
    for claim in corpus.claims.values():
        for item in claim.evidence:
            for kind, held in (("r", item.results), ("m", item.measurements)):
                for number, one in enumerate(held, 1):
                    place = f"{claim.id}#{item.id}{kind}{number}"
                    for name in (one.recorded_from or "").split(", "):
                        found[name] = (*found.get(name, ()), place)
    return found


def renewed(row: Row, corpus: Corpus, known: Mapping[str, tuple[str, ...]]) -> Row:
    """The row with the places that it has in the corpus now."""
    if TABLES[row.table]:
        places = tuple(
            f"{c.id}#{i.id}" for c in corpus.current() for i in c.evidence if i.source == row.source
        )
    else:
        places = known.get(row.name, ()) or row.places
    return replace(row, places=places, reason="" if places and TABLES[row.table] else row.reason)


def main() -> None:
    """Renew the ledger of a checkout."""
    root = files.root()
    corpus = corpora.read(root / "data")[0]
    known = recorded(corpus)
    write(root / LEDGER, [renewed(row, corpus, known) for row in read(root / LEDGER)])


if __name__ == "__main__":
    sys.exit(main())
