"""What a verb does not need is not loaded: start-up stays short."""

import json
import subprocess
import sys

import pytest

from ldn_graph.cli.app import VERBS

HEAVY = {"matplotlib", "networkx", "numpy", "openpyxl", "pandas", "pyshacl", "rdflib", "rich"}
HEAVY |= {
    "fastapi",
    "starlette",
    "spacy",
    "lxml",
    "pypdfium2",
    "docx",
    "jinja2",
    "pydantic",
    "yaml",
}


def loaded(*words: str) -> set[str]:
    """The heavy packages that are in memory after `ldn-graph` ran with `words`."""
    code = (
        "import json, sys\nfrom ldn_graph.cli import main\n"
        f"try:\n    main({list(words)!r})\nexcept SystemExit as end:\n    assert not end.code\n"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout, done.stderr
    return HEAVY & set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize("word", ["--help", "--version"])
def test_help_and_version_load_nothing_heavy(word: str) -> None:
    assert loaded(word) == set()


def test_to_show_a_claim_of_one_source_takes_the_records_alone() -> None:
    assert loaded("show", "ldn-for-anxiety") <= {"pydantic", "yaml", "networkx"}


@pytest.mark.parametrize("verb", VERBS)
def test_a_verbs_help_loads_nothing_that_an_extra_brings(verb: str) -> None:
    base = {"jinja2", "matplotlib", "networkx", "pydantic", "pyshacl", "rdflib", "rich", "yaml"}
    assert loaded(verb, "--help") <= base | ({"numpy"} if verb == "draw" else set())
