"""The evidence map as one file: the picture, and each cell as a row of a table.

It runs no script and fetches nothing.
"""

from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from ldn_graph.pictures.map_figure import svg
from ldn_graph.reports.map_cells import Cell, EvidenceMap, State


def html(found: EvidenceMap) -> str:
    """The page of a map, whole; a cell of the picture leads to its row of the table."""
    cells = [c for row in found.rows for c in (*row.cells, *row.own) if c.state is not State.GAP]
    names = {(c.row.id, c.row.drug, c.column.id): f"cell-{n}" for n, c in enumerate(cells, 1)}

    def link(cell: Cell) -> str | None:
        name = names.get((cell.row.id, cell.row.drug, cell.column.id))
        return f"#{name}" if name else None

    environment = Environment(
        loader=FunctionLoader(_text),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("map.html.j2").render(
        map=found,
        cells=list(zip(names.values(), cells, strict=True)),
        picture=Markup(svg(found, link)),  # noqa: S704 - the figure escapes its texts
        style=Markup(_text("forest.css")),  # noqa: S704 - our own file
    )


def _text(name: str) -> str:
    return (files("ldn_graph.pictures") / "templates" / name).read_text(encoding="utf-8")
