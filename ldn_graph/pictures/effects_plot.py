"""A forest plot: each study's effect with its interval, the estimate that is read, and no effect.

Plain SVG, drawn with the page's own ink. Squares have the area of their weight, a diamond is a
pooled estimate, the shaded band is less than the minimal important difference.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape

from ldn_graph.grading.body import Body, Part
from ldn_graph.grading.estimates import Estimate, in_words
from ldn_graph.grading.studies import Synthesis
from ldn_graph.records.model import Corpus, Source
from ldn_graph.records.vocabularies import Better

WIDTH = 860
_LEFT, _RIGHT = 260, 600
_ROW, _TOP = 26, 76
_NAME = 30


@dataclass(frozen=True)
class Line:
    """One row: a study, or the estimate that is read (`summary`). `weight`: a share of 1, None for
    what is not counted."""

    name: str
    estimate: Estimate
    weight: float | None = None
    summary: bool = False
    aside: str = ""


def lines(body: Body, cite: Callable[[Source], str]) -> tuple[Line, ...]:
    """The rows of a body's plot; empty where no result has an interval.

    Counted studies first, then what is read where it is pooled here, then published estimates of
    the same measure and scale that are not counted beside them.
    """
    read = body.rating.estimate
    if read is None:
        return ()
    weights: dict[str, float] = {}
    if body.rating.pooled is not None:
        weights = dict(zip(body.rating.basis, body.rating.pooled.weights, strict=True))
    known = [p for p in body.parts if p.study.estimate and _same(p.study.estimate, read)]
    known = _one_each(sorted(known, key=lambda p: p.study.estimate != read))
    basis = set(body.rating.basis)
    counted = [_line(p, cite, weights.get(p.study.id, 1.0)) for p in known if p.study.id in basis]
    pooled = [Line("pooled here", read, summary=True)] if body.rating.pooled is not None else []
    others = [_line(p, cite, None) for p in known if p.study.id not in basis]
    return (*counted, *pooled, *others)


def _one_each(parts: Iterable[Part]) -> list[Part]:
    """The first result of each study."""
    return list({p.study.id: p for p in reversed(list(parts))}.values())[::-1]


def _same(one: Estimate, other: Estimate) -> bool:
    return (one.measure, one.unit, one.better) == (other.measure, other.unit, other.better)


def _line(part: Part, cite: Callable[[Source], str], weight: float | None) -> Line:
    synthesis = isinstance(part.study, Synthesis)
    assert part.study.estimate is not None  # the callers' filter
    aside = "" if weight is not None else "not counted"
    return Line(cite(part.source), part.study.estimate, weight, synthesis, aside)


def svg(bodies: Iterable[Body], corpus: Corpus, cite: Callable[[Source], str]) -> str | None:
    """The plots of bodies, one under the other, as an SVG document; None where no result of any has
    an interval."""
    drawn: list[str] = []
    height = 0
    for body in bodies:
        if rows := lines(body, cite):
            title = _title(body, corpus)
            told = "; ".join(f"{r.name}: {in_words(r.estimate)}" for r in rows)
            drawn += [
                f'<g transform="translate(0 {height})" role="img">',
                f"<title>{escape(title)}</title><desc>{escape(told)}</desc>",
                *_plot(rows, title, _shown(body)),
                "</g>",
            ]
            height += _TOP + _ROW * len(rows) + 66
    if not drawn:
        return None
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" font-family="DejaVu Sans, Verdana, sans-serif" '
        'font-size="14" fill="currentColor" class="effects-plot">'
    )
    return "\n".join([head, *drawn, "</svg>"]) + "\n"


def _title(body: Body, corpus: Corpus) -> str:
    key = body.key
    about = corpus.entities[key.outcome].label
    if key.condition != key.outcome:
        about += f" in {corpus.entities[key.condition].label}"
    drug = corpus.entities[key.intervention].label
    return f"{about}: {drug} ({key.band}) {key.against}"


def _plot(rows: tuple[Line, ...], title: str, shown: str) -> list[str]:
    axis = _Axis.of([r.estimate for r in rows])
    bottom = _TOP + _ROW * len(rows)
    return [
        f'<text x="8" y="22" font-size="16" font-weight="bold">{escape(title)}</text>',
        f'<text x="8" y="44">{escape(shown)}</text>',
        *_band(axis, rows[0].estimate, bottom),
        _rule(axis.at(axis.none), _TOP - 12, bottom),
        *(mark for n, row in enumerate(rows) for mark in _row(row, axis, _TOP + _ROW * n)),
        *_scale(axis, rows[0].estimate, bottom),
    ]


def _shown(body: Body) -> str:
    rating = body.rating
    return f"{rating.certainty.replace('-', ' ')} certainty: {rating.shows.in_words}"


@dataclass(frozen=True)
class _Axis:
    """From values to pixels; of ratios logarithmic."""

    low: float
    high: float
    ratio: bool

    @classmethod
    def of(cls, estimates: list[Estimate]) -> "_Axis":
        ratio = estimates[0].measure.is_ratio
        none = 1.0 if ratio else 0.0
        mids = [e.mid for e in estimates if e.mid is not None]
        ends = [v for e in estimates for v in (e.low, e.high)] + [none]
        for mid in mids:
            ends += [1 / mid, mid] if ratio else [-mid, mid]
        if ratio:
            ends = [math.log(max(v, 1e-3)) for v in ends]
        low, high = min(ends), max(ends)
        room = 0.06 * (high - low or 1.0)
        return cls(low - room, high + room, ratio)

    @property
    def none(self) -> float:
        return 1.0 if self.ratio else 0.0

    def at(self, value: float) -> float:
        """Pixels from the left."""
        where = math.log(max(value, 1e-3)) if self.ratio else value
        share = (where - self.low) / (self.high - self.low)
        return round(_LEFT + share * (_RIGHT - _LEFT), 1)

    def ticks(self) -> list[float]:
        """Round values, of which no two labels touch."""
        if self.ratio:
            known = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200]
            inside = [v for v in known if self.low <= math.log(v) <= self.high]
        else:
            raw = (self.high - self.low) / 5
            step = 10 ** math.floor(math.log10(raw))
            step = next(s * step for s in (1, 2, 5, 10) if s * step >= raw)
            first, last = math.ceil(self.low / step), math.floor(self.high / step)
            inside = [n * step for n in range(first, last + 1)]
        kept: list[float] = []
        for value in inside:
            if not kept or self.at(value) - self.at(kept[-1]) > 40:
                kept.append(value)
        return kept


def _row(row: Line, axis: _Axis, y: float) -> list[str]:
    e, middle = row.estimate, y + 2
    low, point, high = (axis.at(v) for v in (e.low, e.point, e.high))
    name = row.name if len(row.name) <= _NAME else row.name[: _NAME - 1] + "…"
    level = "" if e.level == 95 else f", {e.level:g} %"
    told = f"{_number(e.point)} ({_number(e.low)} to {_number(e.high)}{level})"
    weight = f"  {row.weight:.0%}" if row.weight is not None and row.weight < 1 else ""
    weight = f"  {row.aside}" if row.aside else weight
    bold = ' font-weight="bold"' if row.summary and not row.aside else ""
    faint = ' opacity="0.75"' if row.aside else ""
    marks = [
        f"<g{faint}>",
        f'<text x="8" y="{middle + 5}"{bold}>{escape(name)}</text>',
        f'<text x="{_RIGHT + 16}" y="{middle + 5}" xml:space="preserve"{bold}>'
        f"{escape(told)}{escape(weight)}</text>",
    ]
    if row.summary:
        corners = f"{low},{middle} {point},{middle - 8} {high},{middle} {point},{middle + 8}"
        marks.append(f'<polygon points="{corners}" fill="#0072B2"/>')
    else:
        side = round(6 + 12 * math.sqrt(row.weight or 0.1), 1)
        marks += [
            f'<line x1="{low}" x2="{high}" y1="{middle}" y2="{middle}" stroke="currentColor" '
            'stroke-width="2"/>',
            f'<rect x="{point - side / 2:.1f}" y="{middle - side / 2:.1f}" width="{side}" '
            f'height="{side}" fill="#0072B2"/>',
        ]
    return [*marks, "</g>"]


def _band(axis: _Axis, estimate: Estimate, bottom: float) -> list[str]:
    if estimate.mid is None:
        return []
    ends = (1 / estimate.mid, estimate.mid) if axis.ratio else (-estimate.mid, estimate.mid)
    left, right = (axis.at(v) for v in ends)
    return [
        f'<rect x="{left}" y="{_TOP - 12}" width="{right - left:.1f}" '
        f'height="{bottom - _TOP + 12}" fill="#E69F00" opacity="0.18"/>'
    ]


def _rule(x: float, top: float, bottom: float) -> str:
    return (
        f'<line x1="{x}" x2="{x}" y1="{top}" y2="{bottom}" stroke="currentColor" '
        'stroke-dasharray="4 4"/>'
    )


def _scale(axis: _Axis, estimate: Estimate, bottom: float) -> list[str]:
    better = "lower is better" if estimate.better is Better.LOWER else "higher is better"
    unit = f", {estimate.unit}" if estimate.unit else ""
    measure = estimate.measure.replace("-", " ")
    band = "; shaded: less than matters to patients" if estimate.mid is not None else ""
    marks = [
        f'<line x1="{_LEFT}" x2="{_RIGHT}" y1="{bottom}" y2="{bottom}" stroke="currentColor"/>'
    ]
    for value in axis.ticks():
        x = axis.at(value)
        marks.append(
            f'<line x1="{x}" x2="{x}" y1="{bottom}" y2="{bottom + 5}" stroke="currentColor"/>'
            f'<text x="{x}" y="{bottom + 20}" text-anchor="middle">{_number(value)}</text>'
        )
    words = f"{measure}{unit}; {better}{band}"
    marks.append(f'<text x="8" y="{bottom + 46}">{escape(words)}</text>')
    return marks


def _number(value: float) -> str:
    return f"{round(value, 2):g}".replace("-", "−")
