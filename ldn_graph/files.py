"""Where the shipped ontology, data and queries lie: in the wheel, or at the top of a checkout."""

import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from ldn_graph.errors import FileError, Unwritable


def root() -> Path:
    """The folder that holds `ontology/`, `data/` and `queries/`."""
    packed = files("ldn_graph") / "_files"
    return Path(str(packed)) if packed.is_dir() else Path(__file__).parent.parent


def write_text(path: Path, text: str) -> None:
    """Write `text` to `path` whole or not at all: a temporary neighbour, fsync, rename, and fsync
    of the folder, so that it is there after a power cut, too.

    Raises FileError where the folder is missing or can't be written.
    """
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, content: bytes) -> None:
    """As `write_text`, for bytes.

    A file that is there keeps its mode, a link the file that it leads to. Devices and pipes, a file
    of several names, and one in a folder that takes no other are written through: not whole or not
    at all, as nothing else can be done.
    """
    try:
        target = _target(path)
        if target is None:
            _write_through(path, content)
        else:
            _replace(target, content)
    except OSError as error:
        raise Unwritable.of(path, error) from error


def _target(path: Path) -> Path | None:
    """The file that is to be replaced; None where what is there has to be written through."""
    if path.absolute().parts[:2] in (("/", "dev"), ("/", "proc")):
        return None
    try:
        found = path.stat()
    except FileNotFoundError:
        return path.resolve()  # of a link that leads nowhere yet, where it leads
    if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
        return None
    target = path.resolve()
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    return target if os.access(target.parent, os.W_OK) else None


def _write_through(path: Path, content: bytes) -> None:
    with path.open("wb", buffering=0) as file:
        write_all(file.fileno(), content)


def _replace(target: Path, content: bytes) -> None:
    """Write a neighbour of the file, and put it in its place."""
    make_folder(target.parent)
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask()
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    neighbour = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        neighbour.chmod(mode)
        neighbour.replace(target)
    except BaseException:
        neighbour.unlink()
        raise
    sync_folder(target.parent)


def write_all(handle: int, content: bytes) -> None:
    """Write all of `content`. Raises OSError, perhaps after a part."""
    left = memoryview(content)
    while left:
        left = left[os.write(handle, left) :]


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, where they are missing, to stay. Raises OSError."""
    missing = [f for f in (folder, *folder.parents) if not f.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for made in reversed(missing):
        sync_folder(made.parent)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk. Raises OSError."""
    if os.name == "nt":  # where a folder can't be opened
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:  # some network and FUSE file systems have no such thing
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def fill_folder(folder: Path, fill: Callable[[Path], None]) -> None:
    """Fill a neighbour of `folder`, then rename it: no half-made folder is ever left. Raises
    FileError where it can't be made."""
    draft = folder.with_name(f".{folder.name}.making")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        fill(draft)
        if folder.exists():
            folder.rmdir()
        draft.rename(folder)
    except (OSError, FileError) as error:
        cause = error if isinstance(error, OSError) else error.__cause__
        why = cause.strerror if isinstance(cause, OSError) else str(error)
        raise FileError(
            f"{folder}: can't be made ({why}); choose a folder that you may write to"
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
