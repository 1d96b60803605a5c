"""Compare what is locked with a list of security advisories: `make audit ADVISORIES=FILE`.

FILE is what a maintainer has loaded beforehand in the OSV format (https://ossf.github.io/osv-schema/):
a zip archive of advisories such as https://osv.dev offers for each ecosystem, a folder of them, or
one JSON file with an advisory or a list of them. Nothing is asked over the network. Of the tools
that there are, pip-audit asks a service for each run, and osv-scanner is no Python package.

Ends with 1 where something locked is affected, with 2 where the list tells nothing of an ecosystem.
"""

import argparse
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).parent.parent
PYPI, NPM = "PyPI", "npm"
_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)", re.MULTILINE)
Advisory = dict[str, Any]


class Locked(NamedTuple):
    """A package in the version that a lock names."""

    ecosystem: str
    name: str
    version: str
    lock: str


def locked(root: Path) -> Iterator[Locked]:
    """What the locks below `root` hold: of pip in requirements/, of npm in scripts/."""
    for path in sorted((root / "requirements").glob("*.txt")):
        for name, version in _PIN.findall(path.read_text(encoding="utf-8")):
            yield Locked(PYPI, canonicalize_name(name), version, path.name)
    for path in sorted((root / "scripts").glob("*/package-lock.json")):
        found = json.loads(path.read_text(encoding="utf-8"))["packages"]
        for place, package in found.items():
            if place:
                name = package.get("name") or place.rpartition("node_modules/")[2]
                lock = str(path.relative_to(root / "scripts"))
                yield Locked(NPM, name, package["version"], lock)


def advisories(path: Path) -> Iterator[Advisory]:
    """The advisories of a list. Raises ValueError where one can't be read, OSError."""
    if path.is_dir():
        texts = [(p.name, p.read_bytes()) for p in sorted(path.rglob("*.json"))]
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            texts = [(n, archive.read(n)) for n in archive.namelist() if n.endswith(".json")]
    else:
        texts = [(path.name, path.read_bytes())]
    for name, text in texts:
        found = json.loads(text)
        for advisory in found if isinstance(found, list) else [found]:
            if not isinstance(advisory, dict) or not {"id", "modified"} <= advisory.keys():
                raise ValueError(f"{name}: no advisory in the OSV format: it lacks id or modified")
            yield advisory


def affected(advisory: Advisory, package: Locked) -> str | None:
    """What to do about a package that an advisory is about: nothing (None) where its version is not
    affected, or the advisory was withdrawn."""
    if "withdrawn" in advisory:
        return None
    for part in advisory.get("affected", ()):
        about = part.get("package", {})
        if about.get("ecosystem", "").partition(":")[0] != package.ecosystem:
            continue
        name = about["name"]
        if (canonicalize_name(name) if package.ecosystem == PYPI else name) != package.name:
            continue
        ranges = [r["events"] for r in part.get("ranges", ()) if r["type"] != "GIT"]
        if package.version in part.get("versions", ()) or any(
            _within(events, package.version) for events in ranges
        ):
            fixed = [e["fixed"] for events in ranges for e in events if "fixed" in e]
            return f"mended in {', '.join(fixed)}" if fixed else "no version mends it yet"
    return None


def _within(events: list[dict[str, str]], version: str) -> bool:
    """Whether a version lies in a range: the last event up to it decides. A version that can't be
    compared lies in it, for a person to look at."""
    try:
        here = Version(version)
        steps = [(_version(v), kind) for e in events for kind, v in e.items() if kind != "limit"]
    except InvalidVersion:
        return True
    inside = False
    for at, kind in sorted(steps, key=lambda step: (step[0], step[1] != "fixed")):
        if kind == "last_affected":
            inside = inside and here <= at
        elif here >= at:
            inside = kind == "introduced"
    return inside


def _version(text: str) -> Version:
    return Version("0.dev0" if text == "0" else text)


def main(root: Path, path: Path) -> int:
    """Tell of every locked package that is affected; returns the exit status."""
    known: dict[tuple[str, str], list[Advisory]] = {}
    newest, ecosystems = "", set()
    for advisory in advisories(path):
        newest = max(newest, advisory["modified"])
        for part in advisory.get("affected", ()):
            about = part.get("package", {})
            ecosystem = about.get("ecosystem", "").partition(":")[0]
            ecosystems.add(ecosystem)
            if ecosystem in (PYPI, NPM):
                name = canonicalize_name(about["name"]) if ecosystem == PYPI else about["name"]
                known.setdefault((ecosystem, name), []).append(advisory)
    packages = list(locked(root))
    found = [
        f"{p.lock}: {p.name} {p.version}: {a['id']} {' '.join(a.get('aliases', ()))}: "
        f"{a.get('summary') or a.get('details', '')[:80]}; {remedy}"
        for p in packages
        for a in known.get((p.ecosystem, p.name), ())
        if (remedy := affected(a, p))
    ]
    for line in dict.fromkeys(found):
        print(line)
    missing = [e for e in (PYPI, NPM) if e not in ecosystems]
    for ecosystem in missing:
        print(f"{path}: tells nothing of {ecosystem}; load its list, too", file=sys.stderr)
    print(f"{len(packages)} locked packages, {len(found)} affected; the newest advisory: {newest}")
    return 1 if found else 2 if missing else 0


if __name__ == "__main__":
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("advisories", type=Path, help="a zip archive, a folder or a JSON file")
    try:
        sys.exit(main(ROOT, reader.parse_args().advisories))
    except (OSError, ValueError) as error:
        sys.exit(f"audit: {error}")
