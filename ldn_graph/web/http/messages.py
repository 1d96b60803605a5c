"""What whoever asks is told of an error: its words, without the places of the server's files.

Messages name the file that they are about, for those who run a program. Strangers and curators have
no use for where a server keeps its files, and those who attack it may.
"""

import re
import sys
import tempfile
from functools import lru_cache
from pathlib import Path

from starlette.requests import HTTPConnection

from ldn_graph import files
from ldn_graph.errors import LdnError
from ldn_graph.web.settings import Settings
from ldn_graph.web.state import settings


def message_of(request: HTTPConnection, error: LdnError) -> str:
    """The message of an error as an answer may have it."""
    return without_paths(str(error), settings(request))


def status_of(error: LdnError) -> int:
    """The status of a form that comes back: what a curator's input made go wrong is no fault of the
    program."""
    return 422 if error.status == 500 else error.status


def without_paths(text: str, chosen: Settings) -> str:
    """The text with what stands for a folder of the server in its place.

    >>> without_paths("/srv/c/claims/a.yaml: wrong; see /srv/c", Settings(data=Path("/srv/c")))
    'claims/a.yaml: wrong; see the corpus'
    """
    for pattern, name in _patterns(chosen.data, chosen.texts, chosen.scratch):
        text = pattern.sub(name, text)
    return text


@lru_cache(maxsize=16)
def _patterns(
    data: Path | None, texts: Path | None, scratch: Path | None
) -> tuple[tuple[re.Pattern[str], str], ...]:
    """What finds each folder and the slash before what is in it, and what stands for either;
    folders within others first."""
    known = {
        Path(tempfile.gettempdir()): "a temporary folder",
        Path(sys.prefix): "the program",
        Path(__file__).parents[2]: "the program",
        files.root() / "data": "the corpus",
    }
    for folder, name in ((data, "the corpus"), (texts, "the texts"), (scratch, "the store")):
        if folder is not None:
            known |= {folder.absolute(): name, folder.resolve(): name}
    found = []
    for folder, name in sorted(known.items(), key=lambda item: -len(str(item[0]))):
        start = rf"(?<![\w.-]){re.escape(str(folder))}"
        found += [
            (re.compile(f"{start}/(?=[\\w.-])"), ""),
            (re.compile(rf"{start}(?![\w.-])"), name),
        ]
    return tuple(found)
