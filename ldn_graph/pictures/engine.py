"""The drawing scripts of the site, run by QuickJS: the same layout and the same SVG without a
browser. A context belongs to one thread, so one thread has it, and draws one picture at a time.
"""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import import_module
from typing import Any

from ldn_graph.pictures.scripts import joined

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
