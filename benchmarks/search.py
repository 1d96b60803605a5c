"""How quick the search is: `python -m benchmarks.search [CLAIMS …]`.

On a shared machine (2026-11-23, CPython 3.11, SQLite's FTS5), medians of five, in milliseconds:

    claims                  1,000   10,000   100,000
    building the index        200    1,600    33,100
    a label                   1.8      1.7      14.3
    a label with a typo       1.7      1.5      14.4
    while typing              0.9      2.6      36.6
    a letter                  1.1      3.0      21.4
    words of a quote          3.9      2.5       5.6
    a quoted phrase           3.0      3.3       8.0
    an id                     0.4      0.6       2.2
    words that nothing has    0.2      0.6       1.9

At 100,000 claims “while typing” counts 99,707 records that fit.
"""

import statistics
import sys
import time

from benchmarks import generate
from ldn_graph import files
from ldn_graph.grading.strength import grade_all, read_rule
from ldn_graph.search import Index

SIZES = (1_000, 10_000, 100_000)
REPEATS = 5


def questions(index_corpus: generate.Corpus) -> list[tuple[str, str]]:
    """What is asked, with what kind of question it is."""
    labels = [e.label for _, e in sorted(index_corpus.entities.items())]
    label = max(labels[: len(labels) // 2], key=len)
    claim = next(iter(index_corpus.claims.values()))
    quote = next((i.quote.exact for i in claim.evidence if i.quote), "synthetic words")
    return [
        ("a label", label),
        ("a label with a typo", label[:3] + label[4:]),
        ("while typing", label[:4]),
        ("a letter", label[:1]),
        ("words of a quote", " ".join(quote.split()[:3])),
        ("a quoted phrase", f'"{" ".join(quote.split()[:4])}"'),
        ("an id", claim.id),
        ("words that nothing has", "zyxwvut qponmlk"),
    ]


def measure(claims: int) -> None:
    """Build an index of so many synthetic claims, ask it, print what it took."""
    corpus = generate.corpus(claims)
    strengths = grade_all(corpus, read_rule(files.root() / "data" / "strength.yaml"))
    start = time.perf_counter()
    index = Index(corpus, strengths)
    print(f"{claims:>7} claims: built in {time.perf_counter() - start:.1f} s")
    for what, text in questions(corpus):
        taken = []
        for _ in range(REPEATS):
            start = time.perf_counter()
            found = index.search(text)
            taken.append((time.perf_counter() - start) * 1000)
        print(
            f"    {what:<24} {statistics.median(taken):7.1f} ms, at most {max(taken):7.1f} ms; "
            f"{found.total} found"
        )


if __name__ == "__main__":
    for size in [int(argument) for argument in sys.argv[1:]] or SIZES:
        measure(size)
