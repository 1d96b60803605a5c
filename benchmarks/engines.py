"""How fast loading, asking and searching paths are: Oxigraph in memory and on disk, and rdflib.

`python -m benchmarks.engines` measures 1,000 and 10,000 synthetic claims; `--all` 100,000 too.
Engines answer turn by turn in one run, so that what else the machine does meets all of them, and
their rows are held equal. Read ratios, not absolutes. Tables go to stdout, progress to stderr.
"""

import argparse
import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from benchmarks.report import ENGINES, Cell, Measured, facts, page
from benchmarks.workers import QUESTIONS, Engine, Model, Timed, TooSlow, Worker
from ldn_graph import files

#: Steps of the two path searches that are timed; the paths of the last go into the RDF, at most
#: so many of a pair, for so many pairs.
STEPS, PATHS_A_PAIR, PAIRS = (5, 3), 500, 10
#: Bytes that a claim takes in all processes together, and in rdflib; as seen, and rounded up.
_BYTES_A_CLAIM, _BYTES_IN_RDFLIB = 80_000, 300_000

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Settings:
    """`deadline`: seconds for one answer; `patience`: for the repetitions of one cell; `limit`:
    for the whole run, after which the rest is skipped, and said to be."""

    sizes: tuple[int, ...]
    runs: int = 5
    rdflib_max: int = 1000
    seed: int = 1
    deadline: float = 60
    patience: float = 30
    limit: float = 600


class Clock:
    """What is left of the run's time, in seconds."""

    def __init__(self, limit: float) -> None:
        self.limit, self._end = limit, monotonic() + limit

    @property
    def left(self) -> float:
        return max(0.0, self._end - monotonic())


def measure(claims: int, settings: Settings, clock: Clock, tell: Tell) -> Measured:
    """Everything for one size; its files are gone afterwards.

    Raises AssertionError where two engines give different rows.
    """
    measured = Measured(claims)
    if reason := _too_big(claims, settings.rdflib_max) or ("" if clock.left else _late(clock)):
        measured.notes.append(f"Skipped: {reason}.")
        return measured
    with tempfile.TemporaryDirectory(prefix="ldn-bench-") as folder:
        quads = str(Path(folder) / "quads.nq")
        try:
            subjects = _measure_model(measured, settings, clock, tell, quads)
        except TooSlow:
            measured.notes.append(f"Stopped before the engines: {_late(clock)}.")
            return measured
        engines = _Engines(measured, settings, clock, tell, Path(folder), subjects)
        try:
            engines.measure()
        finally:
            engines.close()
    return measured


def _late(clock: Clock) -> str:
    return f"the run's limit of {clock.limit:.0f} s was reached (--limit)"


def _too_big(claims: int, rdflib_max: int) -> str:
    """Why there is not enough memory, where the machine says how much is free."""
    info = Path("/proc/meminfo")
    if not info.is_file():
        return ""
    line = next(w for w in info.read_text().splitlines() if w.startswith("MemAvailable"))
    each = _BYTES_A_CLAIM + (_BYTES_IN_RDFLIB if claims <= rdflib_max else 0)
    free, need = int(line.split()[1]) * 1024, claims * each
    if need <= free:
        return ""
    return f"{claims:,} claims need about {need / 1e9:.0f} GB, and {free / 1e9:.0f} GB are free"


def _measure_model(
    measured: Measured, settings: Settings, clock: Clock, tell: Tell, quads: str
) -> dict[str, Any]:
    """Time the Python side and write the file that every engine reads; what to ask about."""
    worker = Worker(Model, measured.claims, settings.seed, PAIRS)

    def ask(what: str, method: str, *arguments: object) -> Any:
        tell(f"{measured.claims:,} claims: {what}")
        answer = worker.ask(method, *arguments, deadline=clock.left)
        measured.model.setdefault(what, Cell()).seconds.append(answer.seconds)
        return answer.value

    try:
        measured.counts |= ask("generate", "generate")
        for _ in range(settings.runs if measured.claims <= 10_000 else 2):
            ask("grade_all", "grade")
            ask("grade again after one change", "grade_changed")
        subjects: dict[str, Any] = worker.ask("subjects", deadline=clock.limit).value
        for steps in STEPS:
            what = f"find_paths, up to {steps} steps"
            pairs = [(subjects["drug"], c) for c in subjects["conditions"]]
            _note_paths(measured, what, [ask(what, "find_paths", *p, steps) for p in pairs])
        measured.counts |= ask("rdf.stream to a file", "write", quads, PATHS_A_PAIR)
        measured.memory["model"] = worker.ask("memory", deadline=60).value
        _measure_all_paths(measured, worker, min(settings.deadline, clock.left), tell)
    finally:
        worker.close()
    return subjects


def _note_paths(measured: Measured, what: str, found: list[int | None]) -> None:
    kept = [n for n in found if n is not None]
    measured.model[what].found = sum(kept)
    if len(kept) < len(found):
        measured.notes.append(
            f"{what}: {len(found) - len(kept)} of {len(found)} searches gave up, with the error "
            "that there are too many paths; their times are in the table."
        )


def _measure_all_paths(measured: Measured, worker: Worker, deadline: float, tell: Tell) -> None:
    """What `build` searches; last, because the worker may not outlive it."""
    what = "all_paths, as a build does"
    tell(f"{measured.claims:,} claims: {what}")
    cell = measured.model.setdefault(what, Cell())
    try:
        answer = worker.ask("all_paths", deadline=deadline)
    except TooSlow as error:
        cell.skipped = str(error)
        return
    cell.seconds.append(answer.seconds)
    cell.found, steps = answer.value
    measured.notes.append(f"{what}: searched to a depth of {steps}.")


class _Engines:
    """The engines of one size, each in its process, asked turn by turn."""

    def __init__(
        self,
        measured: Measured,
        settings: Settings,
        clock: Clock,
        tell: Tell,
        folder: Path,
        subjects: dict[str, Any],
    ) -> None:
        self.measured, self.settings, self.clock, self.tell = measured, settings, clock, tell
        self.quads = str(folder / "quads.nq")
        where = {"memory": "memory:", "disk": str(folder / "store"), "rdflib": "rdflib:"}
        if measured.claims > settings.rdflib_max:
            del where["rdflib"]
            measured.notes.append(
                f"rdflib was not asked: it needs minutes and gigabytes for {measured.claims:,} "
                f"claims (--rdflib-max is {settings.rdflib_max:,})."
            )
        self.where, self.subjects = where, subjects
        self.workers = {engine: self._start(engine) for engine in where}

    def measure(self) -> None:
        """Load, then every question, rows held equal."""
        self._rounds("load", range(min(self.settings.runs, 3)))
        for question in QUESTIONS:
            # round -1 isn't counted: it fills caches
            self._rounds(question, range(-1, self.settings.runs))
            hold_equal(question, self.measured)
        for engine, worker in self.workers.items():
            self.measured.memory[engine] = worker.ask("memory", deadline=60).value

    def close(self) -> None:
        for worker in self.workers.values():
            worker.close()

    def _start(self, engine: str) -> Worker:
        return Worker(Engine, self.where[engine], self.subjects)

    def _rounds(self, question: str, rounds: Sequence[int]) -> None:
        cells = self.measured.cells[question] = {e: Cell() for e in ENGINES}
        for number in rounds:
            for engine, cell in cells.items():
                self.tell(f"{self.measured.claims:,} claims: {question}, {engine}")
                self._turn(question, number, engine, cell)

    def _turn(self, question: str, number: int, engine: str, cell: Cell) -> None:
        """One answer, unless there can be none, or the cell has had its share of time."""
        if cell.skipped or sum(cell.seconds) > self.settings.patience:
            return
        if engine not in self.workers:
            cell.skipped = "not asked"
        elif not self.clock.left:
            cell.skipped = "" if cell.seconds else _late(self.clock)
        else:
            try:
                _keep(cell, self._ask(question, engine), number)
            except TooSlow as error:
                cell.skipped = str(error)
                self._again(engine, question)

    def _ask(self, question: str, engine: str) -> Timed:
        worker = self.workers[engine]
        if question == "load":
            return worker.ask("load", self.quads, deadline=self.clock.left)
        deadline = min(self.settings.deadline, self.clock.left)
        return worker.ask("query", question, deadline=deadline)

    def _again(self, engine: str, question: str) -> None:
        """A new process in the place of one that was stopped; out of the run if it can't load."""
        del self.workers[engine]
        if question == "load":
            return
        worker = self._start(engine)
        try:
            worker.ask("load", self.quads, deadline=self.clock.left)
        except TooSlow:
            return
        self.workers[engine] = worker


def hold_equal(question: str, measured: Measured) -> None:
    """Raises AssertionError where engines gave different rows."""
    cells = measured.cells[question]
    rows = {e: (c.rows, c.digest) for e, c in cells.items() if c.rows is not None}
    if len(set(rows.values())) > 1:
        raise AssertionError(
            f"{question} at {measured.claims} claims: the engines disagree: {rows}"
        )


def _keep(cell: Cell, answer: Timed, number: int) -> None:
    if number >= 0 or answer.seconds > 10:  # what is that slow needs no filled caches
        cell.seconds.append(answer.seconds)
    if answer.value is not None:
        cell.rows, cell.digest = answer.value


def run(settings: Settings, tell: Tell) -> list[Measured]:
    """Measure every size, smallest first."""
    clock = Clock(settings.limit)
    return [measure(size, settings, clock, tell) for size in sorted(settings.sizes)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print the tables."""
    settings, target = _settings(arguments)
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("starting", total=None)
        found = run(settings, lambda text: progress.update(task, description=text))
    print(page(found, settings.runs))
    if target is not None:
        content = {"facts": facts(), "settings": asdict(settings), "sizes": map(asdict, found)}
        files.write_text(target, json.dumps(content, indent=1, default=list) + "\n")


def _settings(arguments: Sequence[str] | None) -> tuple[Settings, Path | None]:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engines", description=__doc__)
    add = parser.add_argument
    add("--sizes", default="1000,10000", help="numbers of claims, with commas (%(default)s)")
    add("--all", action="store_true", help="1,000, 10,000 and 100,000; an hour at most")
    add("--runs", type=int, default=5, help="answers of each question (%(default)s)")
    add("--rdflib-max", type=int, default=1000, help="most claims for rdflib (%(default)s)")
    add("--seed", type=int, default=1, help="of the generator (%(default)s)")
    add("--deadline", type=float, default=60, help="seconds for one answer (%(default)s)")
    add("--limit", type=float, help="seconds for the run (600; with --all 3600)")
    add("--json", type=Path, metavar="FILE", help="write every single time there too")
    given = parser.parse_args(arguments)
    try:
        sizes = tuple(int(size) for size in given.sizes.split(","))
    except ValueError:
        parser.error(f"--sizes is {given.sizes!r}; give whole numbers, such as 1000,10000")
    if min(*sizes, given.runs) < 1:
        parser.error("--sizes and --runs begin at 1")
    settings = Settings(
        sizes=(1000, 10_000, 100_000) if given.all else sizes,
        runs=given.runs,
        rdflib_max=given.rdflib_max,
        seed=given.seed,
        deadline=given.deadline,
        limit=given.limit or (3600 if given.all else 600),
    )
    return settings, given.json


if __name__ == "__main__":
    main()
