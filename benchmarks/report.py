"""What was measured, as Markdown tables of ratios to Oxigraph in memory."""

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from math import prod
from statistics import median
from typing import Any

ENGINES = ("memory", "disk", "rdflib")
_NAMES = {"disk": "Oxigraph on disk", "rdflib": "rdflib"}


@dataclass
class Cell:
    """One thing measured: a time for each round, or why there is none; the rows of a question
    with their digest, or how many paths were found."""

    seconds: list[float] = field(default_factory=list)
    skipped: str = ""
    rows: int | None = None
    digest: str = ""
    found: int | None = None


@dataclass
class Measured:
    """Everything of one size. `cells`: by question (or `load`) and engine; `memory`: by process,
    peak and disk in bytes."""

    claims: int
    counts: dict[str, int] = field(default_factory=dict)
    model: dict[str, Cell] = field(default_factory=dict)
    cells: dict[str, dict[str, Cell]] = field(default_factory=dict)
    memory: dict[str, dict[str, int]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def facts() -> dict[str, str]:
    """What the numbers depend on."""
    packages = ("pyoxigraph", "rdflib", "networkx", "pydantic")
    return {
        "machine": f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        **{name: version(name) for name in packages},
    }


def page(found: Sequence[Measured], runs: int) -> str:
    """All tables."""
    lines = [", ".join(f"{k} {v}".replace("machine ", "") for k, v in facts().items()) + "."]
    lines += [
        f"Medians (least–most) of up to {runs} answers. × is the time as a multiple of Oxigraph in "
        "memory in the same round: above 1 is slower.",
    ]
    for one in found:
        lines += ["", f"### {one.claims:,} claims", ""]
        if one.counts:
            lines += [_counted(one), "", *_engine_table(one), "", *_geometric(one)]
            lines += ["", *_model_table(one, found[0]), "", *_memory(one)]
        lines += ["", *(f"- {note}" for note in one.notes)] if one.notes else []
    return "\n".join(lines)


def _counted(one: Measured) -> str:
    return ", ".join(f"{n:,} {what}" for what, n in one.counts.items()) + "."


def _engine_table(one: Measured) -> list[str]:
    rows = []
    for question, cells in one.cells.items():
        memory = cells["memory"]
        answers = "" if memory.rows is None else f"{memory.rows:,}"
        ratios = [_ratio(cells[engine], memory) for engine in _NAMES]
        rows.append([question, answers, _times(memory), *ratios])
    return _table(["", "rows", "Oxigraph in memory", *(f"{n}, ×" for n in _NAMES.values())], rows)


def _geometric(one: Measured) -> list[str]:
    """One line: the geometric mean of the questions' ratios, for engines that answered all."""
    parts = []
    for engine, name in _NAMES.items():
        cells = [c for q, c in one.cells.items() if q != "load"]
        ratios = [median(r) for c in cells if (r := _ratios(c[engine], c["memory"]))]
        if ratios:
            mean = prod(ratios) ** (1 / len(ratios))
            parts.append(f"{name} {_number(mean)} × ({len(ratios)} of {len(cells)} questions)")
    return [f"Geometric mean over the questions: {'; '.join(parts)}."] if parts else []


def _model_table(one: Measured, first: Measured) -> list[str]:
    rows = []
    for what, cell in one.model.items():
        found = "" if cell.found is None else f"{cell.found:,}"
        growth = ""
        base = first.model.get(what)
        if one is not first and base and base.seconds and cell.seconds:
            growth = _number(median(cell.seconds) / median(base.seconds))
        rows.append([what, found, _times(cell), growth])
    return _table(["in Python", "paths", "time", f"× of {first.claims:,} claims"], rows)


def _memory(one: Measured) -> list[str]:
    names = {"model": "the corpus in Python", "memory": "Oxigraph in memory", **_NAMES}
    peaks = [f"{names[n]} {_size(m['peak'])}" for n, m in one.memory.items()]
    disk = one.memory.get("disk", {}).get("disk", 0)
    return [f"Peak memory: {', '.join(peaks)}. The store on disk takes {_size(disk)}."]


def _ratios(cell: Cell, memory: Cell) -> list[float]:
    """Round by round, so that what slowed both down is divided out."""
    pairs = zip(cell.seconds, memory.seconds, strict=False)
    return [a / b for a, b in pairs]


def _ratio(cell: Cell, memory: Cell) -> str:
    ratios = _ratios(cell, memory)
    if len(ratios) == 1:
        return f"{_number(ratios[0])} (once)"
    if ratios:
        return f"{_number(median(ratios))} ({_number(min(ratios))}–{_number(max(ratios))})"
    return cell.skipped or "–"


def _times(cell: Cell) -> str:
    if not cell.seconds:
        return cell.skipped or "–"
    middle = _time(median(cell.seconds))
    if len(cell.seconds) == 1:
        return f"{middle} (once)"
    return f"{middle} ({_time(min(cell.seconds))}–{_time(max(cell.seconds))})"


def _time(seconds: float) -> str:
    return f"{_number(seconds)} s" if seconds >= 1 else f"{_number(seconds * 1000)} ms"


def _number(value: float) -> str:
    """Three digits, and no more than the whole number.

    >>> _number(0.12345), _number(98.76), _number(12345.6)
    ('0.123', '98.8', '12,346')
    """
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _size(count: int) -> str:
    return f"{count / 1e9:.2f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"


def _table(head: list[str], rows: Iterable[list[Any]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]
