"""The graph page as one file that works with the network off: the same scripts, the same drawing.

Style, scripts and data are in it and nothing is fetched; a content security policy names them by
their digests, so that a mistake in the escaping would run nothing. The claims are a table too,
which needs no script.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from ldn_graph.pictures.drawing import full, plain
from ldn_graph.pictures.engine import joined, text_of
from ldn_graph.pictures.scene import Scene

_NOTICE = (
    "/* Layout: elkjs, the Eclipse Layout Kernel, under EPL-2.0; its source is in the repository "
    "kieler/elkjs on GitHub. */"
)


def html(scene: Scene, *, about: Iterable[str] = ()) -> str:
    """The page of `scene`; `about`: ids of what stays itself where a large picture is bundled."""
    script, style = _script(), _style()
    start = "&".join(["all=1", *([f"around={','.join(about)}"] if about else [])])
    sources = {s.id: s for s in scene.sources}
    data = {
        "start": start,
        "summary": plain(scene),
        "full": {
            "claims": {e.id: full(e) for e in scene.edges},
            "sources": {name: s.__dict__ for name, s in sources.items()},
        },
    }
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            scene=scene,
            sources=sources,
            single=True,
            style=Markup(style),  # noqa: S704 - our own files
            script=Markup(script),  # noqa: S704 - our own files
            policy=_policy(script, style),
            data=_json(data),
        )
    )


def _json(value: object) -> Markup:
    """JSON that may stand in a script element: no text in it can end the element."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)  # noqa: S704 - escaped above


def _policy(script: str, style: str) -> str:
    def digest(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    return (
        f"default-src 'none'; script-src {digest(script)}; style-src {digest(style)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


@cache
def _script() -> str:
    """The scripts of the graph page; no text in them can end the element."""
    text = joined("js/graph/main.js").replace("</script", "<\\/script").replace("<!--", "<\\!--")
    return f"{_NOTICE}\n{text};\n"


@cache
def _style() -> str:
    """The style sheets of the graph page, without the font that they would fetch."""
    site = re.sub(r"@font-face \{[^}]*\}", "", text_of("css/site.css"))
    return "\n".join([site, text_of("css/graph.css"), _text("page.css")])


def _text(name: str) -> str:
    return (files("ldn_graph.pictures") / "templates" / name).read_text(encoding="utf-8")


def _template(name: str) -> str:
    if name == "explorer.html":
        return (files("ldn_graph") / "web" / "templates" / name).read_text(encoding="utf-8")
    return _text(name)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
