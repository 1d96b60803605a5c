"""The locks in requirements/ hold what pyproject.toml asks for, by hash, and name no address."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ldn_graph.errors import EXTRAS as MODULES
from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]
GROUPS: dict[str, list[str | dict[str, str]]] = PROJECT["dependency-groups"]
BASE: list[str] = PROJECT["project"]["dependencies"]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
#: The versions that the locks are made for.
PYTHONS = ("3.11", "3.12", "3.13", "3.14")


def group(name: str) -> list[str]:
    """The requirements of a dependency group, with those of the groups that it includes."""
    found: list[str] = []
    for each in GROUPS[name]:
        found += [each] if isinstance(each, str) else group(each["include-group"])
    return found


#: Lock → what it must hold; it may hold more.
ASKED = {
    "base": BASE,
    "bench": group("bench"),
    "build": group("build"),
    "dev": BASE + EXTRAS["serve"] + EXTRAS["curate"] + EXTRAS["figures"] + group("dev"),
    "figures": BASE + EXTRAS["figures"],
    "notebook": BASE + EXTRAS["notebook"] + EXTRAS["figures"],
    "serve": BASE + EXTRAS["serve"] + EXTRAS["curate"] + EXTRAS["figures"],
    "suggest": BASE + EXTRAS["suggest"],
}


def pins(name: str) -> list[Requirement]:
    """What a lock pins: a requirement a line, each with its marker."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return [Requirement(line.rstrip(" \\")) for line in re.findall(r"^[A-Za-z].*$", text, re.M)]


def versions(name: str, python: str) -> dict[str, str]:
    """Package → version that a lock gives to CPython `python` on Linux."""
    there = {
        "python_version": python,
        "python_full_version": f"{python}.9",
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "os_name": "posix",
    }
    found: dict[str, str] = {}
    for pin in pins(name):
        if pin.marker is None or pin.marker.evaluate(there):
            (version,) = pin.specifier
            assert canonicalize_name(pin.name) not in found, f"{name}.txt pins {pin.name} twice"
            found[canonicalize_name(pin.name)] = version.version
    return found


def test_extras_bring_what_errors_say_they_bring() -> None:
    """`errors.EXTRAS` names modules; some packages are called otherwise, some never imported."""
    called = {"python-docx": "docx", "argon2-cffi": "argon2", "python-mimeparse": "mimeparse"}
    never = {"defusedxml", "httpx2", "itsdangerous", "jupyterlab", "ldn-graph", "python-multipart"}
    asked = {
        extra: {
            called.get(name, name.replace("-", "_"))
            for name in (canonicalize_name(Requirement(r).name) for r in requirements)
            if name not in never
        }
        for extra, requirements in EXTRAS.items()
    }
    assert asked == {extra: set(modules) for extra, modules in MODULES.items()}


def test_each_lock_is_known() -> None:
    assert {path.stem for path in LOCKS} == set(ASKED)


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("name", sorted(ASKED))
def test_a_lock_holds_what_is_asked_for(name: str, python: str) -> None:
    held = versions(name, python)
    for asked in map(Requirement, ASKED[name]):
        if asked.name == PROJECT["project"]["name"]:  # an extra that takes in another
            continue
        version = held.get(canonicalize_name(asked.name))
        assert version is not None and asked.specifier.contains(version), (
            f"requirements/{name}.txt has {asked.name} {version}, pyproject.toml asks for {asked}; "
            "run `make lock`"
        )


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("name", sorted(set(ASKED) - {"dev"}))
def test_all_locks_hold_the_versions_that_are_tested(name: str, python: str) -> None:
    tested, held = versions("dev", python), versions(name, python)
    assert {p: v for p, v in held.items() if tested.get(p, v) != v} == {}


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.stem)
def test_a_lock_pins_by_hash_and_names_no_address(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[A-Za-z])", text, flags=re.M)[1:]
    assert blocks
    for block in blocks:
        assert re.match(r"[\w.-]+(\[[\w,]+\])?==", block), block.splitlines()[0]
        assert "--hash=sha256:" in block, block.splitlines()[0]
    assert not re.search(r"://|--(extra-)?index|--find-links|^-|^/|^\.", text, re.M)
