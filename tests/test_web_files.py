"""The files that pages are made of: templates that can be read, one dark theme, checked scripts."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
WEB = ROOT / "ldn_graph" / "web"
#: What the formatter of the scripts keeps to, with room for one long address.
WIDEST = 160
TEMPLATES = sorted(WEB.glob("templates/**/*.html"))
SHEETS = sorted(WEB.glob("static/css/*.css"))


def name(path: Path) -> str:
    return str(path.relative_to(WEB))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_no_line_of_a_template_is_too_long_to_read(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [n for n, line in enumerate(lines, 1) if len(line) > WIDEST] == []


@pytest.mark.parametrize("path", SHEETS, ids=name)
def test_a_colour_says_light_and_dark_in_one_place(path: Path) -> None:
    """No style sheet has a second set of colours for a dark screen: `light-dark()` has both."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
    under_a_theme = re.findall(
        r"(?:prefers-color-scheme|data-theme)[^{]*\{([^{}]*\{[^{}]*\}|[^{}]*)", text
    )
    assert [rule for rule in under_a_theme if re.search(r"#[0-9a-fA-F]{3,8}\b|rgb|--", rule)] == []


def test_the_scripts_tools_are_locked_by_digest_and_name_no_host() -> None:
    lock = (ROOT / "scripts/javascript/package-lock.json").read_text(encoding="utf-8")
    assert lock.count('"integrity": "sha512-') == lock.count('"node_modules/')
    assert "resolved" not in lock
    assert "http" not in re.sub(r'"(?:url|funding)": "[^"]*"', "", lock)
