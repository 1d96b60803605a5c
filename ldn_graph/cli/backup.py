"""The verbs that keep a corpus elsewhere: backup, restore."""

from pathlib import Path

import click

from ldn_graph.cli.output import pass_data
from ldn_graph.errors import UsageError
from ldn_graph.workspace import backup as backups
from ldn_graph.workspace.backup import Backup

_FILE = click.Path(path_type=Path)


@click.command()
@click.argument("file", metavar="FILE.zip", type=_FILE)
@click.option("--verify", is_flag=True, help="Read a backup that is there, and write nothing.")
@pass_data
def backup(data: str | None, file: Path, verify: bool) -> None:
    """Write a corpus to one file, and read it again; others may go on writing.

    It holds everything in the folder: records, journal, unfinished forms, texts, and the accounts
    of curators with the hashes of their passwords, so keep it as you keep the server.

    \b
    EXAMPLES
      ldn-graph --data my-corpus backup my-corpus-2026-12-01.zip
      ldn-graph backup --verify my-corpus-2026-12-01.zip
    """
    if verify:
        _tell(file, backups.verify(file), "is whole")
        return
    if data is None:
        raise UsageError("the shipped corpus needs no backup; name yours: ldn-graph --data DIR")
    _tell(file, backups.backup(Path(data), file), "written and read again")


@click.command()
@click.argument("file", metavar="FILE.zip", type=_FILE)
@click.argument("folder", metavar="DIR", type=_FILE)
def restore(file: Path, folder: Path) -> None:
    """Make the folder DIR, which must be empty or not be there, of a backup.

    Nothing is made where anything in the backup is not as it was written.
    """
    _tell(folder, backups.restore(file, folder), f"restored from {file}")


def _tell(path: Path, found: Backup, what: str) -> None:
    journal = f", {found.changes} changes up to {found.head}" if found.head else ""
    click.echo(f"{path}: {what}: {found.files} files, {found.size} bytes{journal}")
