"""The JSON schemas take what the reader takes, refuse what it refuses, and are up to date."""

import json
import re
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from ldn_graph.cli import main
from ldn_graph.exchange import schemas
from ldn_graph.records import corpus as corpora
from tests.conftest import ROOT
from tests.curators import copied

SHIPPED = ROOT / "ontology" / "schema"
PATTERNS = {
    pattern: Path(path).name.removesuffix(".schema.json")
    for path, patterns in schemas.editor_settings("x")["yaml.schemas"].items()
    for pattern in patterns
}
FOUND = schemas.schemas()


class Yaml12(yaml.SafeLoader):
    """As editors read it: in YAML 1.2, `on` is a word and 2026-01-02 is text."""

    yaml_implicit_resolvers = {  # noqa: RUF012
        first: [(tag, p) for tag, p in found if tag.rpartition(":")[2] in ("int", "float", "null")]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


Yaml12.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


def typed(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=Yaml12)


def problems(name: str, value: Any) -> list[str]:
    validator = jsonschema.Draft202012Validator(FOUND[name])
    return [f"{list(e.path)}: {e.message}" for e in validator.iter_errors(value)]


def test_the_shipped_ones_are_up_to_date() -> None:
    found = {p.name: p.read_text(encoding="utf-8") for p in SHIPPED.iterdir()}
    assert found == schemas.texts(), "run: python -m ldn_graph.exchange.schemas"


@pytest.mark.parametrize("name", FOUND)
def test_each_is_a_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(FOUND[name])


def test_every_shipped_file_has_its_schema_and_passes() -> None:
    data = ROOT / "data"
    seen = set()
    for path in sorted(data.rglob("*.yaml")):
        relative = path.relative_to(data).as_posix()
        (name,) = {n for p, n in PATTERNS.items() if fnmatch(relative, p)}
        seen.add(name)
        assert not problems(name, typed(path)), path
    assert seen == set(FOUND)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"predicate": "heals"}, "heals"),
        ({"subjct": "x"}, "subjct"),
        ({"id": "No Slug"}, "No Slug"),
        ({"evidence": []}, "[]"),
        ({"status": "done"}, "done"),
    ],
)
def test_what_the_reader_refuses_is_marked(change: dict[str, Any], told: str) -> None:
    path = next((ROOT / "data" / "claims").glob("ldn-for-*.yaml"))
    claim = typed(path)
    assert any(told in p for p in problems("claim", {**claim, **change}))
    assert any("subject" in p for p in problems("claim", {k: claim[k] for k in ("id",)}))


def test_relations_say_how_they_read() -> None:
    text = FOUND["claim"]["$defs"]["Predicate"]["description"]
    assert "antagonises: “A blocks B”" in text


def test_the_verb_prints_lists_and_writes(tmp_path: Path) -> None:
    run = CliRunner()
    assert run.invoke(main, ["schema"]).stdout.split() == list(FOUND)
    assert json.loads(run.invoke(main, ["schema", "claim"]).stdout) == FOUND["claim"]
    wrong = run.invoke(main, ["schema", "clam"])
    assert wrong.exit_code == 2 and "did you mean 'claim'" in wrong.stderr
    told = json.loads(run.invoke(main, ["schema", "--write", str(tmp_path / ".schema")]).stdout)
    for path in told["yaml.schemas"]:
        assert (tmp_path / path).is_file()


def test_the_hook_and_the_action_run_what_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    steps = yaml.safe_load((ROOT / "deploy" / "check-corpus.yml").read_text(encoding="utf-8"))
    runs = [s["run"].split() for s in steps["jobs"]["check"]["steps"] if "run" in s]
    folder = copied(tmp_path)
    monkeypatch.chdir(folder)
    for words in ([hook["entry"], *hook["args"]], runs[-1]):
        assert words[0] == "ldn-graph"
        assert CliRunner().invoke(main, [w for w in words[1:] if w != "--shapes"]).exit_code == 0
    claim = next((folder / "claims").iterdir())
    claim.write_text(
        claim.read_text(encoding="utf-8").replace("accept,", "return,", 1), encoding="utf-8"
    )
    assert CliRunner().invoke(main, hook["args"]).exit_code in (1, 3)
    assert corpora.read(folder)
