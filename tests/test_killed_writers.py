"""Writers of one workspace, killed at random moments while others write."""

import importlib.util
import json
import random
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from ldn_graph.workspace import Workspace
from tests.conftest import ROOT
from tests.curators import BEN, INFLAMMATION, copied, staffed

SCRIPT = ROOT / "scripts" / "soak_workspace.py"


def test_no_acknowledged_change_is_lost_and_none_is_half_there() -> None:
    """A new seed each time; a failure prints it."""
    seed = str(random.SystemRandom().randrange(2**32))
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--rounds", "20", "--seed", seed],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all there" in done.stdout


@pytest.fixture(scope="module")
def soak() -> ModuleType:
    spec = importlib.util.spec_from_file_location("soak_workspace", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("fault", ["lost", "half", "torn", "never told"])
def test_the_look_at_what_is_left_finds_faults(
    soak: ModuleType, tmp_path: Path, fault: str
) -> None:
    desk = staffed(copied(tmp_path))
    before = desk.seq
    done = desk.comment(INFLAMMATION, by=BEN, why="hm")
    told = [{"seq": done.seq, "record": done.record, "digest": done.digest}]
    assert soak.faults(desk.folder, told, before, writers=0) == []
    path = max((desk.folder / "journal").glob("*/*.json"))
    if fault == "lost":
        path.unlink()
    elif fault == "half":
        entry = json.loads(path.read_bytes())
        (desk.folder / entry["files"][0]["path"]).unlink()
    elif fault == "torn":
        path.write_bytes(path.read_bytes()[:-5])
    else:
        Workspace.open(desk.folder).comment(INFLAMMATION, by=BEN, why="again")
    assert soak.faults(desk.folder, told, before, writers=0)
