"""The words of a figure: how wide they are, how they wrap, and the entries of its legend."""

from dataclasses import dataclass
from functools import cache
from importlib import import_module

from ldn_graph.pictures.scene import Scene, xml_text
from ldn_graph.pictures.style import WIDTHS, KindStyle, Look, kinds_shown
from ldn_graph.records.vocabularies import Agreement, Certainty

SMALL = 12.5


@cache
def width_of(text: str, size: float, weight: str = "normal") -> float:
    """The width of `text` in pixels, set in DejaVu Sans at `size` pixels."""
    textpath, fonts = import_module("matplotlib.textpath"), import_module("matplotlib.font_manager")
    font = fonts.FontProperties(family="DejaVu Sans", size=size, weight=weight)
    width, _, _ = textpath.text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width)


def wrapped(text: str, room: float, size: float) -> list[str]:
    """The lines of `text`, broken between words, in a `room` and letter `size` in pixels."""
    lines: list[str] = []
    for word in xml_text(text).split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@dataclass(frozen=True)
class Key:
    """One entry of the legend: a kind's sign, a sample of a line, or words alone."""

    name: str
    kind: KindStyle | None = None
    look: Look = "plain"
    width_of_line: float = WIDTHS[1]
    dash: Certainty = Certainty.ASSERTED

    @property
    def is_line(self) -> bool:
        return self.kind is None and not self.name.endswith(":")

    @property
    def lead(self) -> float:
        """Room for what stands before the name."""
        return 22.0 if self.kind else 44.0 if self.is_line else 0.0

    @property
    def width(self) -> float:
        return self.lead + width_of(self.name, SMALL) + (24.0 if self.lead else 12.0)


def legend_rows(scene: Scene, room: float) -> list[list[Key]]:
    """The keys of the legend, in rows that fit."""
    rows: list[list[Key]] = []
    for group in _keys(scene):
        rows.append([])
        used = 0.0
        for key in group:
            if rows[-1] and used + key.width > room:
                rows.append([])
                used = 0.0
            rows[-1].append(key)
            used += key.width
    return rows


def _keys(scene: Scene) -> list[list[Key]]:
    edges = scene.edges
    kinds = [Key(k.name, kind=k) for k in kinds_shown(n.kind for n in scene.nodes)]
    names = scene.levels
    levels = [
        Key(f"level {n} {names[n]}".strip(), width_of_line=WIDTHS[n])
        for n in sorted({e.level for e in edges})
    ]
    sure = [Key(str(c), dash=c) for c in Certainty if any(e.certainty is c for e in edges)]
    looks: list[tuple[Look, str]] = [
        ("presupposed", "taken for granted, stated nowhere"),
        ("against", Agreement.REFUTED.value),
        ("contested", Agreement.CONTESTED.value),
    ]
    seen = {e.look for e in edges}
    special = [Key(name, look=look) for look, name in looks if look in seen]
    head = [Key("Evidence:"), *levels, Key("Wording:"), *sure] if edges else []
    return [group for group in (kinds, head, special) if group]
