"""Where the shipped ontology, data and queries lie: in the wheel, or at the top of a checkout."""

import os
import tempfile
from importlib.resources import files
from pathlib import Path

from ldn_graph.errors import Unwritable


def root() -> Path:
    """The folder that holds `ontology/`, `data/` and `queries/`."""
    packed = files("ldn_graph") / "_files"
    return Path(str(packed)) if packed.is_dir() else Path(__file__).parent.parent


def write_text(path: Path, text: str) -> None:
    """Write `text` to `path` whole or not at all: a temporary neighbour, fsync, then rename.

    Raises FileError where the folder is missing or can't be written.
    """
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, content: bytes) -> None:
    """As `write_text`, for bytes."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        neighbour = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            neighbour.chmod(0o666 & ~_umask())
            neighbour.replace(path)
        except BaseException:
            neighbour.unlink()
            raise
    except OSError as error:
        raise Unwritable.of(path, error) from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
