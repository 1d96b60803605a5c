"""The drawing scripts of the site, run by QuickJS: the same layout and the same SVG without a
browser. A context belongs to one thread, so one thread has it, and draws one picture at a time.

They are ES modules of our own (and ELK, wrapped as one). Joining turns each into a function that
returns what it exports; nothing is minified or looked up elsewhere.
"""

import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import import_module
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Any

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


#: Bytes that one picture may take, and its call stack.
_MEMORY, _STACK = 1_500_000_000, 8_000_000
#: What ELK asks of its surroundings.
_SURROUNDINGS = "var self = globalThis;"


def still(given: dict[str, Any]) -> dict[str, Any]:
    """What `js/drawing/still.js` draws of `given`, as plain values."""
    answer = _thread(os.getpid()).submit(_still, json.dumps(given, ensure_ascii=False)).result()
    drawn: dict[str, Any] = json.loads(answer)
    return drawn


@cache
def _thread(process: int) -> ThreadPoolExecutor:
    """The thread that draws; a fork of the process has one of its own."""
    return ThreadPoolExecutor(1, thread_name_prefix=f"drawing-{process}")


def _still(given: str) -> str:
    drawn: str = _context(os.getpid()).get("drawn")(given)
    return drawn


@cache
def _context(process: int) -> Any:
    context = import_module("quickjs").Context()
    context.set_memory_limit(_MEMORY)
    context.set_max_stack_size(_STACK)
    context.eval(_SURROUNDINGS)
    context.eval(f"globalThis.picture = {joined('js/drawing/still.js')};")
    context.eval("globalThis.drawn = (given) => JSON.stringify(picture.still(JSON.parse(given)));")
    return context
