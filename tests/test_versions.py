"""Each place that names the version names the same one."""

import re

import pytest

from ldn_graph import __version__
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
