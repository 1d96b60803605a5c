"""What deploy/ tells a server to do, the command can do."""

import json
import re
import shlex
from pathlib import Path

import pytest

from ldn_graph.cli.serve import serve
from ldn_graph.texts import MAX_BYTES as TEXT
from ldn_graph.web.curation.sheets import MOST_BYTES as SHEET
from ldn_graph.web.engine.job import Limits

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
    if where == "unit":  # the proxies of deploy/ are on the same machine
        assert context.params["proxies"] == ("127.0.0.1",)


def test_the_container_is_built_from_an_image_by_its_digest_and_runs_the_wheel() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    (image,) = re.findall(r"^ARG PYTHON=(\S+)$", text, re.M)
    assert re.fullmatch(r"docker\.io/library/python:3\.\d+-slim@sha256:[0-9a-f]{64}", image)
    assert re.findall(r"^FROM (\S+)", text, re.M) == ["${PYTHON}", "${PYTHON}"]
    check = re.search(r"grep -Eq '(\S+)'", text)
    assert check and re.search(check[1], image) and not re.search(check[1], image[:-1])
    runs = text.rpartition("\nFROM ")[2]
    assert (
        "COPY --from=build" in runs and "*.whl" in runs and not re.search(r"^COPY \.", runs, re.M)
    )


def test_the_unit_is_installed_from_the_wheel_and_its_lock() -> None:
    told = (DEPLOY / "README.md").read_text()
    makefile = (DEPLOY.parent / "Makefile").read_text()
    assert "make wheel" in told
    assert re.search(r"^wheel:.*\n(\t.*\n)*?\t@cp requirements/serve.txt dist/", makefile, re.M)
    assert re.search(r"pip install --no-deps --require-hashes -r serve.txt", told)
    assert "pip install ." not in told + makefile and "--editable" not in told


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_a_proxy_names_the_server_and_keeps_its_metrics_back(name: str) -> None:
    text = (DEPLOY / name).read_text()
    assert "/metrics" in text and "127.0.0.1:7860" in text


@pytest.mark.parametrize(
    ("name", "pattern"),
    [("nginx.conf", r"client_max_body_size (\d+)m;"), ("Caddyfile", r"max_size (\d+)MiB")],
)
def test_a_proxy_lets_through_what_the_program_takes(name: str, pattern: str) -> None:
    found = re.findall(pattern, (DEPLOY / name).read_text())
    assert [int(size) << 20 for size in found] == [Limits().load]
    assert Limits().load >= max(SHEET, TEXT, Limits().text)
