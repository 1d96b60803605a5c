"""A small load of curators with a killed server; `make soak` has the large one."""

import asyncio
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from ldn_graph.workspace import Workspace, journal
from tests.conftest import ROOT
from tests.curators import ANN, INFLAMMATION, copied, staffed


def _script() -> ModuleType:
    path = ROOT / "scripts" / "soak_curation.py"
    spec = importlib.util.spec_from_file_location("soak_curation", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


soak_curation = _script()


def test_eight_curators_and_a_killed_server_lose_nothing(tmp_path: Path) -> None:
    seen, kills, faults = asyncio.run(
        soak_curation.soak(copied(tmp_path), curators=8, seconds=9, kill_every=5, seed=1)
    )
    assert not faults
    assert kills >= 1
    assert len(seen.acknowledged) >= 10, "they did work"
    assert {"create", "query"} <= seen.took.keys()


def test_it_notices_what_is_lost_and_what_nobody_did(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    desk = staffed(folder)
    before = sum(1 for _ in journal.read(folder))
    desk.comment(INFLAMMATION, by=ANN, why="ann.1")
    seen = soak_curation.Seen(acknowledged={"ann.1": "comment"})
    assert soak_curation.faults(folder, seen, before) == []
    seen.acknowledged["ann.2"] = "comment"
    assert any("ann.2" in f for f in soak_curation.faults(folder, seen, before))
    del seen.acknowledged["ann.1"]
    assert any("of nobody: ann.1" in f for f in soak_curation.faults(folder, seen, before))
    seen.refused.add("ann.1")
    assert any("refused, but" in f for f in soak_curation.faults(folder, seen, before))
    path = folder / "claims" / f"{INFLAMMATION}.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\nnonsense: [", encoding="utf-8")
    assert Workspace.open(folder).problems
    assert any(f.startswith("problem:") for f in soak_curation.faults(folder, seen, before))
