"""A workspace in one file, verified, while others write in it; and a folder made of such a file.

A backup is a zip file with every file of the folder and `MANIFEST.json`, which has the size and the
SHA-256 of each and the newest entry of the journal. Git's own folder and locks are left out.
"""

import hashlib
import json
import os
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from ldn_graph import files
from ldn_graph.errors import BadFile, FileError, Unwritable
from ldn_graph.records import corpus as corpora
from ldn_graph.records.findings import Severity
from ldn_graph.workspace.commit import Ledger
from ldn_graph.workspace.entry import Clock, utc_now
from ldn_graph.workspace.journal import FOLDER as JOURNAL
from ldn_graph.workspace.journal import Journal
from ldn_graph.workspace.journal_audit import audit

MANIFEST = "MANIFEST.json"
_KIND = "ldn-graph backup 1"
_CHUNK = 1 << 20
_LEFT_OUT = {".git", "lock"}
#: Written anew all the time beside a database that is copied as a whole.
_OF_DATABASES = ("-wal", "-shm", "-journal")


@dataclass(frozen=True)
class Backup:
    """What a backup holds: files, their bytes together, and the journal's number of changes and
    newest entry (None without a journal)."""

    files: int
    size: int
    changes: int
    head: str | None


def backup(folder: Path, target: Path, clock: Clock = utc_now) -> Backup:
    """Write the workspace in `folder` to the new file `target`, and read it again.

    Others are kept from writing while records are read, not while the journal and texts are copied.
    Raises FileError; there is no file then.
    """
    if not (folder / "corpus.yaml").is_file():
        corpora.read(folder)  # says what is missing
    if target.exists():
        raise FileError(f"{target}: is there already; name a new file")
    if target.resolve().is_relative_to(folder.resolve()):
        raise FileError(f"{target}: lies in the folder itself; name a file elsewhere")
    ledger = Ledger(folder)
    with ledger.locked() if (folder / JOURNAL).is_dir() else nullcontext():
        names = sorted(_names(folder))
        held = {name: _content(folder / name) for name in names if not _is_lasting(name)}
        journal = Journal.of(folder)
    part = target.with_name(f".{target.name}.part")
    try:
        with part.open("xb") as file:
            part.chmod(0o600)  # it may hold accounts
            _write(file, folder, names, held, _about(journal, clock))
            file.flush()
            os.fsync(file.fileno())
        found = verify(part)
        part.replace(target)
    except OSError as error:
        raise Unwritable.of(target, error) from error
    finally:
        part.unlink(missing_ok=True)
    return found


def verify(path: Path) -> Backup:
    """Read all of a backup. Raises FileError where it is not there, BadFile where it is none, or
    one that is damaged."""
    with _opened(path) as held:
        manifest = _manifest(path, held)
        for name in manifest["files"]:
            for _ in _read(path, held, name, manifest):
                pass
    sizes = [size for size, _ in manifest["files"].values()]
    return Backup(len(sizes), sum(sizes), manifest["changes"], manifest["head"])


def restore(path: Path, folder: Path) -> Backup:
    """Make the folder of a backup anew, where there is none or an empty one.

    Raises BadFile where anything in it is not as it was, its journal among it, FileError where
    `folder` holds anything or can't be made; there is nothing new then.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileError(f"{folder}: is there already and not empty; name a new folder")
    found = verify(path)

    def fill(draft: Path) -> None:
        with _opened(path) as held:
            manifest = _manifest(path, held)
            for name in manifest["files"]:
                place = draft / name
                place.parent.mkdir(parents=True, exist_ok=True)
                with place.open("xb") as file:
                    file.writelines(_read(path, held, name, manifest))
                place.chmod((held.getinfo(name).external_attr >> 16) & 0o777 or 0o644)
        errors = [f for f in audit(draft, found.head) if f.severity is Severity.ERROR]
        if errors:
            raise BadFile(*(f"{path}: {f.message}; {f.remedy}" for f in errors))

    files.fill_folder(folder, fill)
    return found


def _names(folder: Path) -> Iterator[str]:
    """The files of a workspace, below it; links are not followed."""
    for parent, folders, found in os.walk(folder):
        folders[:] = [f for f in folders if f not in _LEFT_OUT]
        for name in found:
            path = Path(parent) / name
            odd = name in _LEFT_OUT or name.endswith((".part", *_OF_DATABASES))
            if not odd and path.is_file() and not path.is_symlink():
                yield path.relative_to(folder).as_posix()


def _is_lasting(name: str) -> bool:
    """Whether a file is written once: an entry, or a text."""
    return name.startswith((f"{JOURNAL}/2", ".ldn-graph/texts/"))


def _content(path: Path) -> bytes:
    if path.suffix != ".sqlite":
        return path.read_bytes()
    with closing(sqlite3.connect(path)) as live, closing(sqlite3.connect(":memory:")) as copy:
        live.backup(copy)
        return copy.serialize()


def _about(journal: Journal, clock: Clock) -> dict[str, Any]:
    return {
        "kind": _KIND,
        "at": clock().isoformat(),
        "changes": journal.seq,
        "head": journal.head,
    }


def _write(
    file: Any, folder: Path, names: list[str], held: dict[str, bytes], about: dict[str, Any]
) -> None:
    listed: dict[str, tuple[int, str]] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as made:
        for name in names:
            content = held[name] if name in held else (folder / name).read_bytes()
            listed[name] = (len(content), hashlib.sha256(content).hexdigest())
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = ((folder / name).stat().st_mode & 0o777) << 16
            made.writestr(info, content)
        made.writestr(MANIFEST, json.dumps({**about, "files": listed}, indent=1))


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except OSError as error:
        raise FileError(f"{path}: can't be read ({error.strerror}); name a backup") from error
    except zipfile.BadZipFile as error:
        raise BadFile(f"{path}: is no backup, or a damaged one; take another copy") from error


def _manifest(path: Path, held: zipfile.ZipFile) -> dict[str, Any]:
    """Raises BadFile where it is missing, or names other files than there are."""
    try:
        found: dict[str, Any] = json.loads(held.read(MANIFEST))
        names = {*found["files"], MANIFEST}
        right = found["kind"] == _KIND and sorted(names) == sorted(held.namelist())
        if right and all(map(_is_safe, found["files"])) and {"changes", "head"} <= found.keys():
            return found
    except (KeyError, TypeError, ValueError, zipfile.BadZipFile, zlib.error, EOFError, OSError):
        pass
    raise BadFile(f"{path}: is no backup of ldn-graph, or a damaged one; take another copy")


def _is_safe(name: str) -> bool:
    """Whether a path stays below the folder that it is restored to."""
    path = PurePosixPath(name)
    return (
        path.parts != ()
        and not path.is_absolute()
        and not {"..", "\\", ":"}
        & {
            *path.parts,
            *(c for c in name if c in "\\:"),
        }
    )


def _read(
    path: Path, held: zipfile.ZipFile, name: str, manifest: dict[str, Any]
) -> Iterator[bytes]:
    """The content of a file. Raises BadFile at its end where it is not what was written."""
    size, expected = manifest["files"][name]
    digest, left = hashlib.sha256(), int(size)
    try:
        with held.open(name) as file:
            while chunk := file.read(min(_CHUNK, left + 1)):
                digest.update(chunk)
                left -= len(chunk)
                if left < 0:
                    break
                yield chunk
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise BadFile(f"{path}: {name} is damaged; take another copy") from error
    if left or digest.hexdigest() != expected:
        raise BadFile(f"{path}: {name} is not as it was written; take another copy")
