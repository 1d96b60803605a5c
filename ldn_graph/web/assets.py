"""The files that pages are made with: their addresses, how long they are kept, what they need.

An address holds a digest of all files, as a folder (`/static/~6b1c…/js/site.js`), so that what a
script or a style sheet names beside itself has it too: browsers keep all of it for ever, and never
mix the files of two releases.
"""

import hashlib
import re
from functools import cache
from pathlib import Path, PurePosixPath

from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent / "static"
_IMPORTED = re.compile(r"""^(?:import|export|\})[^"';()]*from "(\.[^"]+)";""", re.MULTILINE)


class Assets(StaticFiles):
    """Serves the files; those asked for with the digest may be kept for ever."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC)

    def get_path(self, scope: Scope) -> str:
        """The file that is asked for, without the digest."""
        first, _, rest = super().get_path(scope).partition("/")
        if not first.startswith("~"):
            return super().get_path(scope)
        scope["ldn-graph.kept"] = first == version()
        return rest

    def file_response(self, full_path, stat_result, scope: Scope, status_code: int = 200):  # type: ignore[no-untyped-def]
        """A file; one that was asked for with another release's digest is not to be kept."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        kept = scope.get("ldn-graph.kept", False)
        for_ever = "public, max-age=31536000, immutable"
        response.headers["cache-control"] = for_ever if kept else "no-cache"
        return response


@cache
def version() -> str:
    """The folder of all files as they are: a tilde and a digest."""
    made = hashlib.sha256()
    for path in sorted(p for p in STATIC.rglob("*") if p.is_file()):
        made.update(path.relative_to(STATIC).as_posix().encode() + b"\0")
        made.update(hashlib.sha256(path.read_bytes()).digest())
    return f"~{made.hexdigest()[:12]}"


def place(name: str) -> str:
    """The path of a file on the site, to be kept for ever."""
    return f"/static/{version()}/{name}"


@cache
def needed(name: str) -> tuple[str, ...]:
    """The modules that a module imports, and those that they import, in an order of first need.

    A browser that is told of them asks for all at once, not for each when it has read the one
    before.

    >>> needed("js/site.js")
    ('js/suggest.js',)
    """
    found: dict[str, None] = {}
    waiting = [name]
    while waiting:
        module = waiting.pop(0)
        if "vendor/" in module:
            continue  # one file each
        for given in _IMPORTED.findall((STATIC / module).read_text(encoding="utf-8")):
            imported = _joined(PurePosixPath(module).parent / given)
            if imported not in found:
                found[imported] = None
                waiting.append(imported)
    return tuple(found)


def _joined(path: PurePosixPath) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)
