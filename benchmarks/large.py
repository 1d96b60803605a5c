"""How much memory large answers take: `python -m benchmarks.large` (Linux: reads /proc).

One server answers one query with more and more rows; after each, the most memory that the front
and any evaluator have held. Answers above a megabyte lie in an unnamed file and are sent from it,
so that neither should grow with the answer.
"""

import contextlib
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.endpoint import ours

ROWS = (1_000, 10_000, 100_000, 900_000)
_PIECE = 1 << 16


def main() -> None:
    """Measure, and print the table."""
    table = Table("rows", "answer, MB", "front at most, MB", "evaluator at most, MB")
    with ours(Path()) as server:
        for rows in ROWS:
            size = _size(server.port, rows)
            front, evaluators = _most(server.port)
            table.add_row(f"{rows:,}", f"{size / 1e6:.1f}", f"{front:.0f}", f"{evaluators:.0f}")
    Console().print(table)


def _size(port: int, rows: int) -> int:
    """Ask for so many rows, read them piece by piece, and count the bytes."""
    text = f"SELECT * {{ ?a a ?kind . ?b a ?kind2 . ?c ?d ?e }} LIMIT {rows}"
    url = f"http://127.0.0.1:{port}/sparql?{urllib.parse.urlencode({'query': text})}"
    request = urllib.request.Request(url, headers={"Accept": "application/sparql-results+json"})
    with urllib.request.urlopen(request, timeout=120) as answer:
        return sum(len(piece) for piece in iter(lambda: answer.read(_PIECE), b""))


def _most(port: int) -> tuple[float, float]:
    """The most megabytes that the server's front, and the largest process below it, have held."""
    known = dict(_processes())
    front = next(n for n, (_, line, _) in known.items() if f"--port {port}" in line)
    below, found = {front}, 0.0
    for _ in range(3):
        below |= {n for n, (parent, _, _) in known.items() if parent in below}
    keepers = {n for n in below if known[n][0] == front}
    for number in below - {front} - keepers:
        found = max(found, known[number][2])
    return known[front][2], found


def _processes() -> Iterator[tuple[int, tuple[int, str, float]]]:
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError, ValueError):
            line = (folder / "cmdline").read_text().replace("\0", " ")
            facts = dict(
                row.split(":", 1) for row in (folder / "status").read_text().splitlines() if row
            )
            most = float(facts["VmHWM"].split()[0]) / 1e3 if "VmHWM" in facts else 0.0
            yield int(folder.name), (int(facts["PPid"]), line, most)


if __name__ == "__main__":
    main()
