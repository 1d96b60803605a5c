"""Health, metrics and the log, of the real server."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from serving import ROOT


def got(address: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(address, headers=headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()


def test_health_says_alive_and_ready(site: str) -> None:
    assert json.loads(got(f"{site}/health/live")[2])["status"] == "alive"
    status, headers, body = got(f"{site}/health/ready")
    assert (status, json.loads(body)["status"]) == (200, "ready")
    assert headers["cache-control"] == "no-store"


def test_metrics_are_prometheus_and_count_requests(site: str) -> None:
    def counted() -> float:
        families = text_string_to_metric_families(got(f"{site}/metrics")[2].decode())
        found = {f.name: f for f in families}
        assert {s.labels["what"] for s in found["ldn_graph_data"].samples} >= {"claims"}
        return sum(
            s.value
            for s in found["ldn_graph_requests"].samples
            if s.name.endswith("_total") and s.labels["place"] == "about"
        )

    before = counted()
    got(f"{site}/about")
    assert counted() == before + 1


def test_a_path_that_is_made_up_makes_no_metric_of_its_own(site: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        got(f"{site}/wp-login.php")
    caught.value.close()
    assert b"wp-login" not in got(f"{site}/metrics")[2]


def test_the_request_id_is_given_back_unless_it_is_hostile(site: str) -> None:
    assert got(f"{site}/about", **{"X-Request-Id": "trace-7"})[1]["x-request-id"] == "trace-7"
    assert got(f"{site}/about", **{"X-Request-Id": 'a"b{}'})[1]["x-request-id"] != 'a"b{}'


def test_the_log_is_json_lines_and_never_holds_what_was_asked(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("w") as written:
        process = subprocess.Popen(
            [sys.executable, "-m", "ldn_graph", "serve", "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=written,
            text=True,
            cwd=ROOT,
        )
        assert process.stdout is not None
        address = process.stdout.readline().split()[1].rstrip("/")
        got(f"{address}/about?q=my-illness")
        os.kill(process.pid, signal.SIGTERM)
        process.communicate(timeout=30)
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    about = next(line for line in lines if line.get("path") == "/about")
    assert about["status"] == 200 and about["ms"] > 0 and about["id"]
    assert "my-illness" not in log.read_text()
