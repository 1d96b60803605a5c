"""What deploy/ tells a server to do, the command can do."""

import json
import re
import shlex
from pathlib import Path

import pytest

from ldn_graph.cli.serve import serve

DEPLOY = Path(__file__).parent.parent / "deploy"


def commands() -> dict[str, list[str]]:
    unit = (DEPLOY / "ldn-graph.service").read_text()
    container = (DEPLOY / "Containerfile").read_text()
    start = re.search(r"^ExecStart=(.+)$", unit, re.M)
    run = re.search(r"^CMD (\[.+\])$", container, re.M)
    assert start and run
    return {"unit": shlex.split(start[1])[1:], "container": json.loads(run[1])}


@pytest.mark.parametrize("where", ["unit", "container"])
def test_the_command_takes_these_options(where: str) -> None:
    verb, *options = commands()[where]
    assert verb == "serve"
    context = serve.make_context("serve", options)
    assert context.params["port"] == 7860


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_a_proxy_names_the_server_and_keeps_its_metrics_back(name: str) -> None:
    text = (DEPLOY / name).read_text()
    assert "/metrics" in text and "127.0.0.1:7860" in text
