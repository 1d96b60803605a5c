"""What one changed claim costs, however many there are: `python -m benchmarks.following`.

For each number of synthetic claims: the seconds from a claim's new version to a store in memory
that has it (grading it, finding its quads, one update), beside filling the store anew. Paths are
left out: they follow in the background (`docs/decisions/0011-paths-follow-later.md`).
"""

import argparse
import gc
import statistics
import time
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from benchmarks import generate
from ldn_graph import files, rdf
from ldn_graph.grading.rule import Rule, read_rule
from ldn_graph.grading.strength import grade_all
from ldn_graph.paths.search import AllPaths
from ldn_graph.records.model import Corpus
from ldn_graph.store import open_store
from ldn_graph.web.curation.publication import Index


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="benchmarks.following", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=(1_000, 10_000))
    parser.add_argument("--changes", type=int, default=30)
    options = parser.parse_args(arguments)
    table = Table("claims", "quads", "anew, s", "a claim, ms (median)", "slowest, ms", "anew / one")
    for size in options.sizes:
        table.add_row(*_row(size, options.changes))
    Console().print(table)


def _row(size: int, changes: int) -> tuple[str, ...]:
    corpus, rule = generate.corpus(size), read_rule(files.root() / "data" / "strength.yaml")
    begun = time.perf_counter()
    index = _filled(corpus, rule)
    anew = time.perf_counter() - begun
    gc.collect()
    gc.freeze()
    spent = []
    names = sorted(corpus.claims)
    for turn in range(changes):
        name = names[turn * len(names) // changes]
        fresh = _changed(index.corpus, name, turn)
        begun = time.perf_counter()
        index.follow(fresh)
        spent.append(time.perf_counter() - begun)
    middle = statistics.median(spent)
    return (
        *(f"{size:,}", f"{_quads(index):,}", f"{anew:.1f}", f"{middle * 1e3:.1f}"),
        *(f"{max(spent) * 1e3:.1f}", f"{anew / middle:,.0f}"),
    )


def _filled(corpus: Corpus, rule: Rule) -> Index:
    strengths = grade_all(corpus, rule)
    store = open_store("memory:")
    store.replace(rdf.stream(corpus, strengths))
    return Index(store, corpus, rule, strengths, AllPaths((), 0))


def _quads(index: Index) -> int:
    assert index.store is not None
    return sum(1 for _ in index.store.export())


def _changed(corpus: Corpus, name: str, turn: int) -> Corpus:
    """The corpus with another note in one claim."""
    claim = corpus.claims[name].model_copy(update={"note": f"changed in turn {turn}"})
    return corpus.model_copy(update={"claims": {**corpus.claims, name: claim}})


if __name__ == "__main__":
    main()
