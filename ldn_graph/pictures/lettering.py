"""The words of a figure: how wide they are, and how they wrap."""

from functools import cache
from importlib import import_module

from ldn_graph.pictures.scene import xml_text


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
