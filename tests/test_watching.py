"""Files that are edited by hand while the server runs."""

import json
import shutil
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
from serving import ROOT, served


def health(site: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{site}/health/ready", timeout=20) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def until(site: str, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """What the server says once it is as wanted; the files are looked at after a quiet moment."""
    for _ in range(100):
        found = health(site)
        if wanted(found):
            return found
        time.sleep(0.1)
    raise AssertionError(f"it never came: {found}")


def test_a_good_edit_is_served_and_a_bad_one_is_told_while_the_last_good_state_stays(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "corpus"
    shutil.copytree(ROOT / "tests" / "data" / "mini", folder)
    claim = sorted((folder / "claims").glob("*.yaml"))[0]
    good = claim.read_text(encoding="utf-8")
    with served(data=folder) as site:
        first = health(site)
        description = folder / "corpus.yaml"
        text = description.read_text(encoding="utf-8")
        description.write_text(text.replace("title: ", "title: New "), encoding="utf-8")
        second = until(site, lambda h: h["data"] != first["data"])

        claim.write_text(good + "\nnonsense: 1\n", encoding="utf-8")
        broken = until(site, lambda h: h["problem"])
        assert "the log" in broken["problem"] and broken["data"] == second["data"]
        assert str(tmp_path) not in broken["problem"] and claim.stem not in broken["problem"]
        assert claim.read_text(encoding="utf-8").endswith("nonsense: 1\n")  # never overwritten

        claim.write_text(good, encoding="utf-8")
        assert until(site, lambda h: not h["problem"])["data"] == second["data"]


def test_a_folder_that_vanishes_makes_it_unready_until_it_is_back(tmp_path: Path) -> None:
    folder, aside = tmp_path / "corpus", tmp_path / "aside"
    shutil.copytree(ROOT / "tests" / "data" / "mini", folder)

    def ready(site: str) -> tuple[int, dict[str, Any]]:
        answer = httpx.get(f"{site}/health/ready", timeout=20)
        return answer.status_code, answer.json()

    with served(data=folder) as site:
        first = ready(site)[1]
        folder.rename(aside)
        status, told = ready(site)
        assert (status, told["missing"]) == (503, ["the corpus's files"])
        assert httpx.get(f"{site}/about", timeout=20).status_code == 200, "what it has is shown"
        shutil.copytree(aside, folder)
        assert ready(site)[0] == 200
        description = folder / "corpus.yaml"
        text = description.read_text(encoding="utf-8")
        description.write_text(text.replace("title: ", "title: New "), encoding="utf-8")
        until(site, lambda h: h["data"] != first["data"])
        description.unlink()
        assert ready(site)[0] == 503
