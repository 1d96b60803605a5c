"""A drawing as an image: the SVG, rendered by resvg in the letters that it was laid out for."""

from functools import cache
from importlib import import_module
from pathlib import Path

from ldn_graph.errors import require

#: Pixels of an inch in CSS.
_CSS_DPI = 96


def png(svg: str, *, dpi: int = 192) -> bytes:
    """An SVG document as a PNG image of `dpi` pixels an inch.

    Raises MissingExtra where the extra `figures` is not installed.
    """
    require("resvg_py", "a PNG")
    require("matplotlib", "a PNG")
    resvg = import_module("resvg_py")
    scale = dpi / _CSS_DPI
    return bytes(resvg.svg_to_bytes(svg_string=svg, zoom=scale, font_dirs=[_letters()]))


@cache
def _letters() -> str:
    """The folder of DejaVu Sans, so that a machine without fonts has it."""
    return str(Path(import_module("matplotlib").get_data_path()) / "fonts" / "ttf")
