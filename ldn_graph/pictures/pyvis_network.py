"""A scene as a pyvis network, for notebooks and for who builds on it: every claim is one edge."""

import re
from html import escape
from importlib import import_module
from typing import TYPE_CHECKING

from ldn_graph.pictures.drawing import COLUMNS
from ldn_graph.pictures.scene import Scene
from ldn_graph.pictures.style import DASHES, KIND_STYLES, LOOK_COLOURS, WIDTHS

if TYPE_CHECKING:
    from pyvis.network import Network

#: What pyvis's page asks a server for, even where it holds all that it needs.
_OUTSIDE = re.compile(r"<(link|script)\b[^>]*\b(?:href|src)=\"https?:[^>]*>(?:\s*</script>)?")


def network(scene: Scene) -> "Network":
    """`scene` in columns, without physics, so that it stands still and is there at once."""
    made = import_module("pyvis.network").Network(
        directed=True, layout=True, cdn_resources="in_line", width="100%", height="750px"
    )
    made.toggle_physics(False)
    made.options.layout.hierarchical.direction = "LR"
    for node in scene.nodes:
        colour = KIND_STYLES[node.kind].colour
        level = COLUMNS.index(node.column)
        made.add_node(node.id, escape(node.label), color=colour, level=level, shape="box")
    for edge in scene.edges:
        made.add_edge(
            edge.start,
            edge.end,
            id=edge.id,
            label=escape(edge.verb),
            title=escape(f"{edge.reading} ({edge.level_name}, {edge.certainty})"),
            width=WIDTHS[edge.level],
            dashes=list(DASHES[edge.certainty] or ()) or False,
            color=LOOK_COLOURS[edge.look],
        )
    return made


def html(scene: Scene) -> str:
    """pyvis's page of `scene`, which works without a network."""
    page: str = network(scene).generate_html(notebook=False)
    return _OUTSIDE.sub("", page)
