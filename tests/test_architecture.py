"""The architecture, held: imports point down, nothing imports in a circle, modules stay small.

A module that has no layer yet fails here: find its layer, and name it in `LAYERS`.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pytest

PACKAGE = Path(__file__).parent.parent / "ldn_graph"

#: What may import what: a module imports from its own layer or from those before it.
LAYERS: tuple[set[str], ...] = (
    {"errors", "files", "table"},
    {"records", "texts"},
    {"grading", "curation", "verbalise"},
    {"paths", "store"},
    {"rdf", "search"},
    {"queries", "reports"},
    {"pictures", "validation", "exchange", "suggest"},
    {"workspace"},
    {"graph", "__init__"},
    {"cli", "web", "__main__"},
)
LAYER = {name: number for number, names in enumerate(LAYERS) for name in names}
LINES = 400
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "base", "core", "shared"}

MODULES = sorted(PACKAGE.rglob("*.py"))
by_module = pytest.mark.parametrize(
    "path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE))
)


def dotted(path: Path) -> str:
    """`rdf.flat` for `rdf/flat.py`, `rdf` for `rdf/__init__.py`, `__init__` for the package."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


NAMES = {dotted(path) for path in MODULES}


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> Iterator[str]:
    """The modules of the package that a module imports anywhere, functions included."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found = [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found = [f"{node.module}.{name.name}" for name in node.names]
        else:
            continue
        for name in found:
            package, _, rest = name.partition(".")
            if package == "ldn_graph":
                yield next((n for n in (rest, rest.rpartition(".")[0]) if n in NAMES), "__init__")


def public_functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in tree(path).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name[0] != "_":
            yield node


def test_every_module_has_its_layer() -> None:
    units = {name.partition(".")[0] for name in NAMES}
    assert units <= set(LAYER), f"name the layer of {sorted(units - set(LAYER))} in LAYERS"


@by_module
def test_imports_point_down(path: Path) -> None:
    here = dotted(path).partition(".")[0]
    units = {name.partition(".")[0] for name in imported(path)}
    up = sorted(unit for unit in units if LAYER[unit] > LAYER[here])
    assert not up, f"{path.name} imports {up} from above; move the shared part down a layer"


def test_nothing_imports_in_a_circle() -> None:
    graph = nx.DiGraph((dotted(path), name) for path in MODULES for name in imported(path))
    assert sorted(nx.simple_cycles(graph)) == []
    units = nx.DiGraph(
        (a, b) for a, b in ((x.split(".")[0], y.split(".")[0]) for x, y in graph.edges) if a != b
    )
    assert sorted(nx.simple_cycles(units)) == []


@by_module
def test_imports_are_absolute_and_by_name(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: write `from ldn_graph.… import …`"
            assert node.names[0].name != "*", f"line {node.lineno}: name what is imported"


@by_module
def test_a_module_is_small_and_named_for_a_thing(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LINES, f"{lines} lines; split it by its nouns"
    assert not {path.stem, path.parent.name} & VAGUE, "name the noun that it holds"


@by_module
def test_what_is_public_says_what_it_is(path: Path) -> None:
    module = tree(path)
    assert not module.body or ast.get_docstring(module), "a module says what it holds"
    silent = [f.name for f in public_functions(path) if not ast.get_docstring(f)]
    assert silent == [], "a public function has a docstring"


@by_module
def test_only_the_command_line_speaks_to_the_terminal(path: Path) -> None:
    unit = dotted(path).partition(".")[0]
    names = {n.id for n in ast.walk(tree(path)) if isinstance(n, ast.Name)}
    assert not names & {"print", "input", "breakpoint"}
    imports = {
        alias.name.partition(".")[0]
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert unit == "cli" or "click" not in imports
