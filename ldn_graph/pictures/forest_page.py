"""The forest-like overview as one file: the picture, the same as a table, and how to read it.

It runs no script and fetches nothing.
"""

import re
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from ldn_graph.pictures.forest import LANES, Forest
from ldn_graph.pictures.forest_figure import svg
from ldn_graph.records.vocabularies import Design
from ldn_graph.reports.evidence import in_words


def html(forest: Forest) -> str:
    """The page of an overview, whole."""
    return (
        _environment()
        .get_template("forest.html.j2")
        .render(
            forest=forest,
            lanes=LANES,
            names={design: in_words(design) for design in Design},
            picture=Markup(_inline(svg(forest, bare=True))),  # noqa: S704 - matplotlib escapes its texts
            style=Markup(_text("forest.css")),  # noqa: S704 - our own file
        )
    )


def _inline(document: str) -> str:
    """An SVG document as an element of a page: without prologue and metadata."""
    element = "<svg " + document.partition("<svg ")[2]
    return re.sub(r"<metadata>.*?</metadata>", "", element, flags=re.DOTALL)


@cache
def _text(name: str) -> str:
    return (files("ldn_graph.pictures") / "templates" / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(_text),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
