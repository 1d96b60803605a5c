"""Each place that names the version names the same one."""

import re

import pytest

from ldn_graph import __version__
from scripts.release import places, released
from tests.conftest import ROOT

PLACES = {
    "CITATION.cff": r"^version: (\S+)$",
    "deploy/check-corpus.yml": r'"ldn-graph==([^"]+)"',
    "docs/curation.md": r"^ *rev: v(\S+)$",
}


@pytest.mark.parametrize("name", PLACES)
def test_the_version_is_the_same_everywhere(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert re.findall(PLACES[name], text, re.M) == [__version__]


def test_the_changelog_has_it_with_its_day() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    dated = re.findall(r"^## (\S+) - (\d{4}-\d{2}-\d{2})$", text, re.M)
    assert dated and dated[0][0] == __version__
    assert re.findall(r"^date-released: \"(.+)\"$", (ROOT / "CITATION.cff").read_text(), re.M) == [
        dated[0][1]
    ]
    assert [day for _, day in dated] == sorted((day for _, day in dated), reverse=True)


def test_a_release_writes_every_place_that_is_held() -> None:
    assert set(places("1.2.3", "2026-01-02")) == {*PLACES, "ldn_graph/__init__.py"}
    for name, changes in places("1.2.3", "2026-01-02").items():
        text = (ROOT / name).read_text(encoding="utf-8")
        for old, new in changes:
            text, times = re.subn(old, new, text)
            assert times == 1, (name, old)
        if name in PLACES:
            assert re.findall(PLACES[name], text, re.M) == ["1.2.3"]


def test_a_release_leaves_room_for_the_next_and_drops_empty_lists() -> None:
    before = (
        "# C\n\n## Unreleased\n### Added\n- a\n\n### Changed\n\n### Fixed\n- b\n\n### Removed\n"
        "\n## 1.0.0 - 2026-01-01\n### Added\n- old\n"
    )
    after = released(before, "1.1.0", "2026-02-02")
    assert after == (
        "# C\n\n## Unreleased\n\n## 1.1.0 - 2026-02-02\n### Added\n- a\n\n### Fixed\n- b\n"
        "\n## 1.0.0 - 2026-01-01\n### Added\n- old\n"
    )
