"""Full and read-only disks: a clear 507 or 503 with the form kept, not ready, and no traceback."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from curating import PASSWORD
from serving import served

from ldn_graph.errors import DiskFull, Unwritable
from ldn_graph.web.auth.accounts import Accounts, beside
from ldn_graph.workspace import Workspace
from tests.curators import ANN, copied, fields, staffed

NAME = "endorphin-decreases-inflammation"


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of 3 MiB, where this machine lets us have one."""
    mounted = tmp_path / "disk"
    mounted.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(mounted)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("no disk can be mounted here; run as root")
    yield mounted
    subprocess.run(["mount", "-o", "remount,rw", str(mounted)], check=True)
    subprocess.run(["umount", "-l", str(mounted)], check=True)


def fill(disk: Path) -> Path:
    """Leave no byte on it."""
    path = disk / "filler"
    with path.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    return path


def read_only(disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)


def test_a_full_disk_leaves_no_trace_and_says_so(small: Path) -> None:
    desk = staffed(copied(small))
    before, seq = desk.corpus, desk.seq
    filler = fill(small)
    with pytest.raises(DiskFull, match="so nothing was changed; free some space"):
        desk.create(fields(desk.corpus.claims[NAME], "new", note="x" * 9000), by=ANN)
    assert (desk.corpus, desk.seq) == (before, seq)
    filler.unlink()
    desk.create(fields(desk.corpus.claims[NAME], "new", note="x" * 9000), by=ANN)
    assert Workspace.open(desk.folder).claim("new")


def test_a_read_only_disk_is_told_and_can_be_read(small: Path) -> None:
    desk = staffed(copied(small))
    read_only(small)
    with pytest.raises(Unwritable, match="can't be written") as caught:
        desk.create(fields(desk.corpus.claims[NAME], "new"), by=ANN)
    assert not isinstance(caught.value, DiskFull) and caught.value.status == 503
    assert desk.claim(NAME).current


@pytest.mark.parametrize(("kind", "status"), [("full", 507), ("read-only", 503)])
def test_a_curator_loses_nothing_on_such_a_disk(small: Path, kind: str, status: int) -> None:
    desk = staffed(copied(small))
    Accounts(beside(desk.folder)).set_password(ANN, PASSWORD)
    with (
        served("--curate", "--log-level", "error", data=desk.folder) as site,
        httpx.Client(base_url=site, headers={"accept": "text/html"}, timeout=60) as client,
    ):
        secret = csrf(client.get("/sign-in").text)
        client.post("/sign-in", data={"csrf": secret, "name": ANN, "password": PASSWORD})
        secret = csrf(client.get("/curate/new").text)
        assert client.get("/health/ready").status_code == 200
        filler = fill(small) if kind == "full" else None
        if kind == "read-only":
            read_only(small)
        typed = {"csrf": secret, "subject": "drugamine", "predicate": "affects"}
        typed |= {"object": "endorphin", "note": "an hour's work " * 400, "do": "save"}
        typed |= {"evidence.0.source": "synthetic-trial-a", "evidence.0.finding": "made up"}
        typed |= {"evidence.0.direction": "supports", "evidence.0.certainty": "asserted"}
        typed |= {"evidence.0.role": "background", "evidence.0.basis": "none-stated"}
        answer = client.post("/curate/new", data=typed)
        assert answer.status_code == status, answer.text[-2000:]
        assert "an hour&#39;s work" in answer.text and "Traceback" not in answer.text
        assert str(desk.folder) not in answer.text
        ready = client.get("/health/ready")
        assert ready.status_code == 503 and ready.json()["missing"] == ["room on the disk"]
        if filler is not None:
            filler.unlink()
            assert client.get("/health/ready").status_code == 200
            assert client.post("/curate/new", data=typed).status_code == 303


def csrf(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found
    return found[1]
