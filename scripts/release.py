"""Write the version of a release, and its day, wherever they stand: `make release VERSION=0.2.0`.

`tests/test_versions.py` holds the same places equal. Nothing is committed and nothing is tagged.
"""

import datetime as dt
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
UNRELEASED = "## Unreleased\n"
#: The heads that a list of changes may have; those without an entry are left out of a release.
HEADS = ("Added", "Changed", "Deprecated", "Removed", "Fixed")


def places(version: str, day: str) -> dict[str, list[tuple[str, str]]]:
    """File → what is looked for in it, and what takes its place."""
    return {
        "ldn_graph/__init__.py": [(r'__version__ = ".+"', f'__version__ = "{version}"')],
        "CITATION.cff": [
            (r"(?m)^version: .+$", f"version: {version}"),
            (r"(?m)^date-released: .+$", f'date-released: "{day}"'),
        ],
        "deploy/check-corpus.yml": [(r'"ldn-graph==[^"]+"', f'"ldn-graph=={version}"')],
        "docs/curation.md": [(r"(?m)^( *rev: v).+$", rf"\g<1>{version}")],
    }


def released(changelog: str, version: str, day: str) -> str:
    """The changelog with its unreleased changes under the version, and room for the next ones.

    >>> released("# C\\n\\n## Unreleased\\n### Added\\n- a\\n\\n### Fixed\\n", "2", "2026-01-02")
    '# C\\n\\n## Unreleased\\n\\n## 2 - 2026-01-02\\n### Added\\n- a\\n'
    """
    start = changelog.index(UNRELEASED)
    after = changelog.find("\n## ", start)
    end = len(changelog) if after == -1 else after + 1
    changes = changelog[start + len(UNRELEASED) : end]
    for head in HEADS:
        changes = re.sub(rf"### {head}\n\s*(?=### |\Z)", "", changes)
    rest = changelog[end:]
    block = f"{UNRELEASED}\n## {version} - {day}\n{changes.strip()}\n"
    return changelog[:start] + block + (f"\n{rest}" if rest else "")


def main(version: str) -> None:
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        sys.exit("give the version as three numbers: make release VERSION=0.2.0")
    day = dt.datetime.now(dt.UTC).date().isoformat()
    for name, changes in places(version, day).items():
        text = (ROOT / name).read_text(encoding="utf-8")
        for old, new in changes:
            text, times = re.subn(old, new, text)
            if times != 1:
                sys.exit(f"{name}: {old} stands there {times} times, not once")
        (ROOT / name).write_text(text, encoding="utf-8")
    path = ROOT / "CHANGELOG.md"
    path.write_text(released(path.read_text(encoding="utf-8"), version, day), encoding="utf-8")
    print(f"{version}, {day}; look at git diff, then commit and: git tag -a v{version}")


if __name__ == "__main__":
    main(*sys.argv[1:2] or [""])
