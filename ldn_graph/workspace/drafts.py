"""What somebody was writing and has not saved as a claim yet: forms with gaps, and the versions of
those who were overtaken. One YAML file each, `unfinished/<agent>/<name>.yaml`, no part of the
corpus."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ldn_graph import files
from ldn_graph.errors import NotAllowed, TooLarge, UnknownName, Unwritable, UsageError
from ldn_graph.records import yaml_io

FOLDER = "unfinished"
#: Forms that somebody may have begun, and bytes of each: a claim with all its items is a few KiB.
MOST_FORMS, MOST_BYTES = 200, 2**18
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Unfinished:
    """The unfinished forms of a workspace, by agent and name (both slugs)."""

    def __init__(self, workspace: Path) -> None:
        self.folder = workspace / FOLDER

    def save(self, agent: str, name: str, fields: Mapping[str, Any]) -> Path:
        """Keep `fields` (plain data), whole or not at all; returns the file.

        Raises FileError, NotAllowed for one form more than anybody may have, TooLarge.
        """
        path = self._path(agent, name)
        text = yaml_io.write(dict(fields))
        if len(text.encode("utf-8", "replace")) > MOST_BYTES:
            raise TooLarge(f"{name}: an unfinished form has up to {MOST_BYTES // 2**10} KiB")
        if not path.exists() and len(self.names(agent)) >= MOST_FORMS:
            raise NotAllowed(
                f"{agent} has {MOST_FORMS} unfinished forms, the most that are kept; "
                "finish or discard some"
            )
        files.write_text(path, text)
        return path

    def load(self, agent: str, name: str) -> dict[str, Any]:
        """The fields, all values as text. Raises UnknownName."""
        path = self._path(agent, name)
        if not path.is_file():
            raise UnknownName.among("unfinished form", name, self.names(agent))
        found = yaml_io.plain(path)
        return found if isinstance(found, dict) else {}

    def names(self, agent: str) -> tuple[str, ...]:
        """What an agent has left unfinished, by name."""
        return tuple(sorted(p.stem for p in self._path(agent, "x").parent.glob("*.yaml")))

    def give(self, agent: str, to: str) -> int:
        """Give what `agent` has begun to `to`, under names that are free; how many there were."""
        names = self.names(agent)
        for name in names:
            fields = self.load(agent, name)
            free = name if name not in self.names(to) else f"{name}-of-{agent}"[:140].strip("-")
            self.save(to, free, fields)
            self.drop(agent, name)
        return len(names)

    def drop(self, agent: str, name: str) -> None:
        """Forget a form; one that is not there is no error."""
        path = self._path(agent, name)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise Unwritable.of(path, error) from error

    def _path(self, agent: str, name: str) -> Path:
        for word in (agent, name):
            if not _SLUG.fullmatch(word) or len(word) > 140:
                raise UsageError(
                    f"{word!r} is no id; use lower-case letters, digits and single hyphens"
                )
        return self.folder / agent / f"{name}.yaml"
