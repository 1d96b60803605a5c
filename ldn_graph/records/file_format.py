"""The format of a corpus's files: its number in `corpus.yaml`, and how older files become today's.

A step is a pure function of file texts, so that a workspace is upgraded with one change of its
journal, and what the journal holds of earlier times is read by way of the same steps.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import yaml

from ldn_graph import files
from ldn_graph.errors import DataError
from ldn_graph.records import yaml_io

#: Paths below a corpus's folder → texts.
Texts = Mapping[str, str]

#: What this release reads and writes. 1: ldn-graph 0.1, which wrote no number. 2: ldn-graph 0.2.
#: 3: ldn-graph 0.3, whose journal has a file for each change.
FORMAT = 3

_KEY = "format"
#: SHA-256 of the rules that 0.1 shipped and `init` copied.
_SHIPPED_BY_0_1 = {
    "review.yaml": "c9b739b743b3bd82625abdc2da10266e66e9f1cadee92208544ecbf277206b22",
    "strength.yaml": "da201beac7767b9a53d95690bf11eb463debc8592cb68643100db8c4162a23ab",
}


def take_format(path: Path, node: yaml.Node) -> None:
    """Take the number out of the node of `corpus.yaml`.

    Raises DataError with the remedy where it is not that of this release.
    """
    number, line = 1, 1
    if isinstance(node, yaml.MappingNode):
        held = [pair for pair in node.value if pair[0].value == _KEY]
        node.value = [pair for pair in node.value if pair not in held]
        for key, value in held:
            line = key.start_mark.line + 1
            number = _number(path, line, str(value.value))
    _demand(path, line, number)


def demand_format(path: Path) -> None:
    """Raises DataError where the `corpus.yaml` at `path` is of another format; what else may be
    wrong with it is left to its readers."""
    try:
        number = format_of(path)
    except DataError:
        return
    _demand(path, 1, number)


def _demand(path: Path, line: int, number: int) -> None:
    told = f"{path}:{line}: its files have format {number}"
    if number < FORMAT:
        raise DataError(
            [
                f"{told}, and this ldn-graph reads format {FORMAT}; "
                f"run: ldn-graph --data {path.parent} upgrade --as AGENT"
            ]
        )
    if number > FORMAT:
        raise DataError(
            [
                f"{told}, of a newer ldn-graph; this one reads format {FORMAT}; "
                "run: pip install --upgrade ldn-graph"
            ]
        )


def format_of(path: Path, text: str | None = None) -> int:
    """The number in the file `corpus.yaml`, or in `text` in its place. Raises DataError."""
    plain = yaml_io.plain(path, text)
    given = plain.get(_KEY, "1") if isinstance(plain, dict) else "1"
    return _number(path, 1, str(given))


def upgraded(texts: Texts, since: int) -> dict[str, str]:
    """Files of format `since` in today's format: those of a whole corpus, or some of them."""
    found = dict(texts)
    for number in range(since, FORMAT):
        found = _STEPS[number](found)
    return found


def numbered(text: str, number: int = FORMAT) -> str:
    """The text of a `corpus.yaml`, with another number or with its first.

    >>> numbered("title: T\\n"), numbered("format: 2\\ntitle: T\\n", 3)
    ('title: T\\nformat: 3\\n', 'format: 3\\ntitle: T\\n')
    """
    plain = yaml_io.plain(Path("corpus.yaml"), text)
    if _KEY in plain:
        longer = re.sub(rf"(?m)^{_KEY}: *\d+ *$", f"{_KEY}: {number}", text)
    else:
        longer = f"{text.rstrip()}\n{_KEY}: {number}\n"
    try:
        if yaml_io.plain(Path("corpus.yaml"), longer) == {**plain, _KEY: str(number)}:
            return longer
    except DataError:
        pass
    # a document in braces, or one with an end mark: written anew
    return yaml_io.write({**plain, _KEY: number})


def _number(path: Path, line: int, text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        raise DataError(
            [f"{path}:{line}: {_KEY} is {text!r}, which is no number; write {_KEY}: {FORMAT}"]
        )
    return int(text)


def _from_1(texts: dict[str, str]) -> dict[str, str]:
    """0.1 wrote no number. Rules that are still those that 0.1 shipped become today's."""
    found = dict(texts)
    if "corpus.yaml" in found:
        found["corpus.yaml"] = numbered(found["corpus.yaml"], 2)
    for name, digest in _SHIPPED_BY_0_1.items():
        if name in found and hashlib.sha256(found[name].encode("utf-8")).hexdigest() == digest:
            found[name] = (files.root() / "data" / name).read_text(encoding="utf-8")
    return found


def _from_2(texts: dict[str, str]) -> dict[str, str]:
    """The form of the journal is another one; the files of records are as they were."""
    found = dict(texts)
    if "corpus.yaml" in found:
        found["corpus.yaml"] = numbered(found["corpus.yaml"], 3)
    return found


#: Format → what makes the next one of it.
_STEPS: dict[int, Callable[[dict[str, str]], dict[str, str]]] = {1: _from_1, 2: _from_2}
