"""What is locked, compared with a list of advisories that somebody has loaded."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT

PIN = """starlette==1.2.3 \\
    --hash=sha256:00
    # via x
Color_ama==0.4.6 ; sys_platform == 'win32'
"""
NODE = {"packages": {"": {}, "node_modules/@biomejs/biome": {"version": "2.0.1"}}}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with the script and two locks."""
    for folder in ("requirements", "scripts/javascript"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "requirements" / "serve.txt").write_text(PIN)
    (tmp_path / "scripts" / "javascript" / "package-lock.json").write_text(json.dumps(NODE))
    (tmp_path / "scripts" / "audit.py").write_bytes((ROOT / "scripts" / "audit.py").read_bytes())
    return tmp_path


def advisory(name: str, *events: dict[str, str], ecosystem: str = "PyPI", **more: Any) -> Any:
    """A made-up advisory."""
    ranges = [{"type": "ECOSYSTEM", "events": list(events)}]
    part = {"package": {"ecosystem": ecosystem, "name": name}, "ranges": ranges, **more}
    return {"id": "TEST-1", "modified": "2026-11-01T00:00:00Z", "summary": "made up",
            "affected": [part]}  # fmt: skip


def audit(root: Path, *found: Any, withdrawn: bool = False) -> subprocess.CompletedProcess[str]:
    both = [advisory("other", {"introduced": "0"}), advisory("x", ecosystem="npm"), *found]
    if withdrawn:
        both[-1]["withdrawn"] = "2026-11-02T00:00:00Z"
    path = root / "list.json"
    path.write_text(json.dumps(both))
    return run(root, path)


def run(root: Path, path: Path) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, str(root / "scripts" / "audit.py"), str(path)]
    return subprocess.run(words, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ([{"introduced": "0"}], "no version mends it yet"),
        ([{"introduced": "0"}, {"fixed": "1.2.4"}], "mended in 1.2.4"),
        ([{"introduced": "1.2.3"}, {"fixed": "1.10"}], "mended in 1.10"),
        ([{"introduced": "0"}, {"last_affected": "1.2.3"}], "no version mends it yet"),
        ([{"introduced": "not a version"}], "no version mends it yet"),
        ([{"introduced": "0"}, {"fixed": "1.2.3"}], None),
        ([{"introduced": "0"}, {"last_affected": "1.2.2"}], None),
        ([{"introduced": "1.2.4"}], None),
        ([{"introduced": "0"}, {"fixed": "1"}, {"introduced": "1.2"}, {"fixed": "2"}], "1, 2"),
        ([{"introduced": "0"}, {"fixed": "1"}, {"introduced": "2"}], None),
    ],
)
def test_a_version_is_affected_where_a_range_says_so(
    root: Path, events: list[dict[str, str]], told: str | None
) -> None:
    done = audit(root, advisory("Starlette", *events))
    assert done.returncode == (0 if told is None else 1), done.stderr
    if told:
        assert "serve.txt: starlette 1.2.3: TEST-1" in done.stdout and told in done.stdout
    assert "the newest advisory: 2026-11-01" in done.stdout


def test_versions_names_and_npm_count_and_what_was_withdrawn_does_not(root: Path) -> None:
    listed = advisory("color.ama", versions=["0.4.6"])
    assert "color-ama 0.4.6" in audit(root, listed).stdout
    node = advisory("@biomejs/biome", {"introduced": "2.0.0"}, ecosystem="npm")
    assert "javascript/package-lock.json: @biomejs/biome 2.0.1" in audit(root, node).stdout
    assert audit(root, advisory("starlette", {"introduced": "0"}), withdrawn=True).returncode == 0
    assert audit(root, advisory("starlette", {"introduced": "0"}, ecosystem="npm")).returncode == 0


def test_an_archive_is_read_and_what_tells_nothing_is_no_all_clear(root: Path) -> None:
    archive = root / "all.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("A.json", json.dumps(advisory("starlette", {"introduced": "1"})))
    done = run(root, archive)
    assert done.returncode == 1 and "tells nothing of npm; load its list" in done.stderr
    (root / "empty").mkdir()
    assert run(root, root / "empty").returncode == 2
    (root / "odd.json").write_text('{"vulns": []}')
    done = run(root, root / "odd.json")
    assert done.returncode == 1 and "no advisory in the OSV format" in done.stderr
    assert "Traceback" not in done.stderr + run(root, root / "missing").stderr


def test_the_locks_of_this_project_are_read(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_text(json.dumps(advisory("pydantic", {"introduced": "0"})))
    done = run(ROOT, path)
    assert done.returncode == 1
    for lock in ("base", "serve", "dev"):
        assert f"{lock}.txt: pydantic " in done.stdout
    assert int(done.stdout.splitlines()[-1].split()[0]) > 400
