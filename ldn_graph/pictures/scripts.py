"""The scripts of the site, joined into one that runs by itself, in an interpreter or a file.

They are ES modules of our own (and ELK, wrapped as one). Joining turns each into a function that
returns what it exports; nothing is minified or looked up elsewhere.
"""

import re
from functools import cache
from importlib.resources import files
from pathlib import PurePosixPath

_IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (async function|function|class|const|let) (\w+)", re.MULTILINE)


@cache
def joined(entry: str) -> str:
    """A script that does what the module `entry` (a path below `static/`) does, and returns its
    exports when it is evaluated."""
    done: dict[str, str] = {}
    _take(PurePosixPath(entry), done)
    modules = "\n".join(done.values())
    head = '"use strict";\nconst modules = {};'
    return f'(() => {{\n{head}\n{modules}\nreturn modules["{entry}"];\n}})()'


def text_of(path: str) -> str:
    """A file of the site, by its path below `static/`."""
    return (files("ldn_graph") / "web" / "static" / path).read_text(encoding="utf-8")


def _take(path: PurePosixPath, done: dict[str, str]) -> None:
    if str(path) in done:
        return
    text = text_of(str(path))
    for found in _IMPORT.finditer(text):
        _take(_beside(path, found[2]), done)

    def imported(found: re.Match[str]) -> str:
        names = ", ".join(n.strip().replace(" as ", ": ") for n in found[1].split(",") if n.strip())
        return f'const {{ {names} }} = modules["{_beside(path, found[2])}"];'

    names = ", ".join(found[2] for found in _EXPORT.finditer(text))
    body = _EXPORT.sub(r"\1 \2", _IMPORT.sub(imported, text))
    done[str(path)] = f'modules["{path}"] = (() => {{\n{body}\nreturn {{ {names} }};\n}})();'


def _beside(path: PurePosixPath, given: str) -> PurePosixPath:
    parts: list[str] = []
    for part in (path.parent / given).parts:
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return PurePosixPath(*parts)
