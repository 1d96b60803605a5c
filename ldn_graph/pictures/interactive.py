"""The interactive page: one file that works with the network off.

pyvis holds the nodes, edges and options and brings vis-network; the page round it is our own,
because pyvis's template asks a CDN for Bootstrap and puts labels into the page as HTML.
`docs/decisions/0002-a-page-of-our-own-round-pyvis.md` says more.
"""

import base64
import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from ldn_graph.errors import FileError
from ldn_graph.pictures.scene import Scene, SceneEdge
from ldn_graph.pictures.style import (
    COLUMN_NAMES,
    DASHES,
    LOOK_COLOURS,
    WIDTHS,
    KindStyle,
    kinds_shown,
)
from ldn_graph.records.vocabularies import Agreement, Certainty

#: A picture of more nodes starts with the claims about one thing, and says how many it hides.
CROWDED = 150

_SCRIPTS = ("state.js", "labels.js", "picture.js", "panel.js", "page.js")

_OPTIONS: dict[str, Any] = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False},
    "interaction": {
        "dragNodes": False,
        "hover": True,
        "multiselect": False,
        "selectConnectedEdges": False,
        "hoverConnectedEdges": True,
        "zoomSpeed": 0.6,
    },
    "nodes": {"shape": "custom", "labelHighlightBold": False},
    "edges": {
        "arrowStrikethrough": False,
        "selectionWidth": 0,
        "hoverWidth": 1.5,
        "smooth": {
            "enabled": True,
            "type": "cubicBezier",
            "forceDirection": "horizontal",
            "roundness": 0.5,
        },
    },
}


#: So many sources are listed in full; more by author and date, so that the list stays short.
_FEW_SOURCES = 4


@dataclass(frozen=True)
class Choice:
    """A line of the legend that is a filter too: `count` claims have `value`."""

    value: str
    label: str
    count: int
    kind: KindStyle | None = None
    width: float = WIDTHS[1]
    dash: str = ""
    look: str = "plain"


def html(scene: Scene) -> str:
    """The page of `scene`, whole: style, scripts and data are in it, and nothing is fetched.

    Raises FileError where the installed pyvis brings no vis-network.
    """
    vis, page = _vis_network(), _script()
    style = _template_text("page.css")
    drawn = _network(scene)
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            scene=scene,
            sources={s.id: s for s in scene.sources},
            facets=_facets(scene),
            style=Markup(style),  # noqa: S704 - our own file
            scripts=[Markup(vis), Markup(page)],  # noqa: S704 - our own file and pyvis's
            policy=_policy([vis, page], [style]),
            network=_json(drawn),
            data=_json(_data(scene)),
        )
    )


def _network(scene: Scene) -> dict[str, Any]:
    """What vis-network draws: pyvis's nodes, edges and options; one edge a claim, as directed."""
    network = import_module("pyvis.network").Network(directed=True)
    for node in scene.nodes:
        network.add_node(
            node.id, label=node.label, shape="custom", x=node.x, y=node.y, title=node.label
        )
    for edge in scene.edges:
        network.add_edge(
            edge.start,
            edge.end,
            id=edge.id,
            width=WIDTHS[edge.level],
            dashes=list(DASHES[edge.certainty] or ()) or False,
            color=LOOK_COLOURS[edge.look],
            title=_hint(edge),
        )
    nodes, edges, *_ = network.get_network_data()
    return {"nodes": nodes, "edges": edges, "options": _OPTIONS}


def _hint(edge: SceneEdge) -> str:
    """The plain text that shows while the pointer rests on a line."""
    facts = [edge.level_name, str(edge.certainty), _agreement(edge.agreement)]
    return f"{edge.reading}\n{' · '.join(facts)}"


def _data(scene: Scene) -> dict[str, Any]:
    """The scene as plain values, with what the scripts need of the encodings."""
    kinds = {
        k.kind: {"name": k.name, "colour": k.colour, "points": k.points}
        for k in kinds_shown(n.kind for n in scene.nodes)
    }
    plain = asdict(scene)
    for edge, value in zip(scene.edges, plain["edges"], strict=True):
        value["sources"] = edge.sources
    for source, value in zip(scene.sources, plain["sources"], strict=True):
        value["citation"] = source.citation
    return plain | {
        "kinds": kinds,
        "columns": COLUMN_NAMES,
        "widths": WIDTHS,
        "dashes": DASHES,
        "focus": _focus(scene),
    }


def _focus(scene: Scene) -> str | None:
    """The thing that a crowded picture starts from: that of the most claims that still fit."""
    if len(scene.nodes) <= CROWDED:
        return None
    degree = Counter(end for edge in scene.edges for end in {edge.start, edge.end})
    fits = {name: n for name, n in degree.items() if n <= CROWDED // 3}
    return min(fits or degree, key=lambda name: (-(fits or degree)[name], name))


def _facets(scene: Scene) -> list[tuple[str, str, list[Choice]]]:
    """The groups of filters: key, heading, choices."""
    return [
        ("level", "What stands behind it", _levels(scene)),
        ("certainty", "How sure the source sounds", _certainties(scene)),
        ("agreement", "Whether sources agree", _agreements(scene)),
        ("kind", "Kinds of things", _kinds(scene)),
        ("source", "Sources", _sources(scene)),
    ]


def _levels(scene: Scene) -> list[Choice]:
    count = Counter(e.level for e in scene.edges)
    return [
        Choice(str(n), f"{n} {name}".strip(), count[n], width=WIDTHS[n])
        for n, name in enumerate(scene.levels)
    ]


def _certainties(scene: Scene) -> list[Choice]:
    count = Counter(e.certainty for e in scene.edges)
    dashes = {c: " ".join(f"{d:g}" for d in DASHES[c] or ()) for c in Certainty}
    return [Choice(c, c.capitalize(), count[c], dash=dashes[c]) for c in Certainty]


def _agreements(scene: Scene) -> list[Choice]:
    count = Counter(e.agreement for e in scene.edges)
    looks = {Agreement.CONTESTED: "contested", Agreement.REFUTED: "against"}
    return [
        Choice(a, _agreement(a).capitalize(), count[a], look=looks.get(a, "plain"))
        for a in reversed(Agreement)
        if count[a]
    ]


def _agreement(agreement: Agreement) -> str:
    return {Agreement.NONE: "no direct source"}.get(agreement, agreement.replace("-", " "))


def _kinds(scene: Scene) -> list[Choice]:
    at = {n.id: n.kind for n in scene.nodes}
    count = Counter(kind for e in scene.edges for kind in {at[e.start], at[e.end]})
    return [Choice(k.kind, k.name, count[k.kind], kind=k) for k in kinds_shown(at.values())]


def _sources(scene: Scene) -> list[Choice]:
    count = Counter(name for e in scene.edges for name in e.sources)
    few = len(scene.sources) <= _FEW_SOURCES
    return [Choice(s.id, s.citation if few else s.short, count[s.id]) for s in scene.sources]


def _json(value: object) -> Markup:
    """JSON that may stand in a script element: no text in it can end the element."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)  # noqa: S704 - escaped above


def _policy(scripts: list[str], styles: list[str]) -> str:
    """A content security policy by which these scripts and styles run, and nothing is fetched."""

    def hashes(texts: list[str]) -> str:
        digests = (hashlib.sha256(text.encode()).digest() for text in texts)
        return " ".join(f"'sha256-{base64.b64encode(d).decode()}'" for d in digests)

    return (
        f"default-src 'none'; script-src {hashes(scripts)}; style-src {hashes(styles)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


@cache
def _vis_network() -> str:
    """The script of the vis-network that the installed pyvis brings, its licence notice in it."""
    package = Path(str(files("pyvis")))
    found = sorted(package.glob("templates/lib/vis-*/vis-network.min.js"))
    if not found:
        raise FileError(
            f"{package}: this pyvis brings no vis-network; pip install --force-reinstall pyvis"
        )
    return found[-1].read_text(encoding="utf-8").replace("\r\n", "\n")


@cache
def _script() -> str:
    parts = "\n".join(_template_text(name) for name in _SCRIPTS)
    return f'(() => {{\n"use strict";\n{parts}}})();\n'


@cache
def _template_text(name: str) -> str:
    return (files("ldn_graph.pictures") / "templates" / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(_template_text),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
