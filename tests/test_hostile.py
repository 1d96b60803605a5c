"""Hostile input: what is too deep, too large, or not what it looks like ends in one clear line."""

from pathlib import Path

import pytest

from ldn_graph import yamlfiles
from ldn_graph.errors import DataError

HERE = Path("record.yaml")


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        "{a: " * 100_000,
        "- " * 200_000 + "a",
        "? " * 100_000 + "a",
        "\n".join(" " * n + "a:" for n in range(300)),
        "\n".join(" " * (n // 2) + ("- " if n % 2 else "a:") for n in range(600)),
    ],
    ids=["lists", "mappings", "block lists", "keys", "indented", "compact"],
)
def test_deep_nesting_in_yaml_is_told(text: str) -> None:
    """PyYAML's composer would end the whole process."""
    with pytest.raises(DataError, match=r"record.yaml:\d+: nested deeper than 40 levels"):
        yamlfiles.parse(HERE, text)


def test_a_long_line_of_dashes_is_no_trap() -> None:
    """Nineteen marks are one too few; looking for the twentieth must not take for ever."""
    text = "a: " + "b- " * 18 + "c" * 100_000
    assert isinstance(yamlfiles.plain(HERE, text)["a"], str)


def test_billions_of_laughs_in_yaml_stay_a_few() -> None:
    lines = ["a0: &a0 [ha, ha]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    with pytest.raises(DataError, match="an alias"):
        yamlfiles.plain(HERE, "\n".join(lines))


def test_a_huge_yaml_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(yamlfiles.MAX_BYTES + 1)
    with pytest.raises(DataError, match="larger than 64 MiB; split it"):
        yamlfiles.parse(path)
