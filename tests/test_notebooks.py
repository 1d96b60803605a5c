"""The notebooks: they run, their outputs are those of the code and the data, and they read well."""

import base64
import importlib.util
import re
import struct
import time
from pathlib import Path
from types import ModuleType

import pytest
from nbformat import NotebookNode

ROOT = Path(__file__).parent.parent
NAMES = ("curator", "educator", "researcher")
SECONDS = 60
#: Where machines keep homes, temporary files and checkouts.
MACHINE = re.compile(r"(?<![\w/.:])/(home|root|tmp|var|private|Users|usr|opt)/|[A-Z]:\\\\")


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "run_notebooks", ROOT / "scripts" / "run_notebooks.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


run_notebooks = _script()


def path(name: str) -> Path:
    return ROOT / "notebooks" / f"{name}.ipynb"


def code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def words(notebook: NotebookNode) -> dict[str, list[object]]:
    """Cell id → what its outputs say; a picture counts only as being one."""
    return {
        cell.id: [
            output.text
            if output.output_type == "stream"
            else {
                kind: "a picture" if kind.startswith("image/") else said
                for kind, said in output.data.items()
            }
            for output in cell.outputs
        ]
        for cell in code(notebook)
    }


def test_every_notebook_is_tested():
    assert {p.stem for p in run_notebooks.paths()} == set(NAMES)


@pytest.mark.timeout(2 * SECONDS)
@pytest.mark.parametrize("name", NAMES)
def test_it_runs_and_its_outputs_are_those_committed(name: str):
    began = time.monotonic()
    fresh = run_notebooks.executed(path(name))  # raises where a cell does
    assert time.monotonic() - began < SECONDS
    kept = run_notebooks.read(path(name))
    assert words(kept) == words(fresh), "the outputs are stale; run: make notebooks"
    assert kept.metadata == fresh.metadata
    assert [c.execution_count for c in code(kept)] == [*range(1, len(code(kept)) + 1)]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_printed_aside_and_no_place_on_a_machine_is_told(name: str):
    for cell in code(run_notebooks.read(path(name))):
        for output in cell.outputs:
            assert output.output_type in ("execute_result", "display_data"), cell.id
            for kind, said in output.data.items():
                if not kind.startswith("image/"):
                    assert not MACHINE.search(said), (cell.id, said)
                    assert str(ROOT) not in said, (cell.id, said)


@pytest.mark.parametrize("name", NAMES)
def test_it_reads_well_on_the_web(name: str):
    notebook = run_notebooks.read(path(name))
    assert "not medical advice" in notebook.cells[0].source
    for cell in code(notebook):
        for output in cell.outputs:
            html = output.data.get("text/html", "")
            assert "<iframe" not in html
            assert "<script" not in html
            if "image/png" in output.data:
                png = base64.b64decode(output.data["image/png"])
                assert len(png) < 150_000, cell.id
                assert struct.unpack(">I", png[16:20])[0] > 600, cell.id


@pytest.mark.parametrize("name", [*(f"{n}.ipynb" for n in NAMES), "README.md"])
def test_its_links_lead_somewhere(name: str):
    file = ROOT / "notebooks" / name
    if file.suffix == ".md":
        text = file.read_text(encoding="utf-8")
    else:
        cells = run_notebooks.read(file).cells
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    links = re.findall(r"\]\((?!https?://)([^)#]+)", text)
    assert links
    assert [link for link in links if not (file.parent / link).exists()] == []


def test_the_pattern_knows_a_machine_from_a_chain():
    assert MACHINE.search("see /tmp/tmpabc/claims/a.yaml:3")
    assert MACHINE.search("C:\\\\Users")
    assert not MACHINE.search("https://example.org/home/x, claims/ldn.yaml:97, and/or")
