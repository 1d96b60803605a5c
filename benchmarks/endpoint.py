"""How fast the SPARQL endpoint is beside native `oxigraph serve` and rdflib-endpoint.

`python -m benchmarks.endpoint` serves the same quads from memory with each, and loads them turn by
turn in one run, so that what else the machine does meets all of them. Ours is the real server with
its time limit, memory limit, row limit and lexer on; only the rate limit is lifted. Read ratios.
"""

import argparse
import contextlib
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
from rich.console import Console
from rich.table import Table

from benchmarks.load import Load, Seen, drive
from ldn_graph.graph import EvidenceGraph
from ldn_graph.rdf import Names

CONNECTIONS = (1, 8, 64)
_JSON, _NT = "application/sparql-results+json", "application/n-triples"
_BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Server:
    """A server that runs; `query` is the path of its endpoint."""

    name: str
    port: int
    query: str


@dataclass(frozen=True)
class Question:
    """Texts that are asked in turn; `unique`: each time as if it had never been asked."""

    name: str
    texts: tuple[str, ...]
    accept: str = _JSON
    unique: bool = True


def questions(graph: EvidenceGraph) -> list[Question]:
    """What is asked."""
    names = Names(graph.corpus.description.base)
    claims = [names.of("claim", c.id) for c in graph.corpus.current()]
    rows = """PREFIX ldn: <{base}entity/> PREFIX ldnv: <https://w3id.org/ldn-graph/vocab#>
SELECT ?claim ?predicate ?level ?quote WHERE {{
  ?claim ldnv:subject ldn:low-dose-naltrexone ; ldnv:predicate ?predicate ;
         ldnv:evidenceLevel ?level ; ldnv:evidence/ldnv:quote ?quote }} LIMIT 50 OFFSET {at}"""
    fifty = tuple(rows.format(base=names.base, at=n) for n in range(20))
    return [
        Question("one claim", tuple(f"SELECT ?p ?o WHERE {{ {c} ?p ?o }}" for c in claims)),
        Question("50 rows", fifty),
        Question("50 rows, repeated", fifty[:1], unique=False),
        Question("everything (CONSTRUCT)", ("CONSTRUCT WHERE { ?s ?p ?o }",), accept=_NT),
    ]


@contextlib.contextmanager
def ours(_: Path) -> Iterator[Server]:
    """`ldn-graph serve`."""
    port = _port()
    command = [str(_BIN / "ldn-graph"), "serve", "--port", str(port), "--rate", "0"]
    with _running(command, port, "/sparql"):
        yield Server("ldn-graph", port, "/sparql")


@contextlib.contextmanager
def native(quads: Path) -> Iterator[Server]:
    """`oxigraph serve`, in memory."""
    port = _port()
    command = [str(_BIN / "oxigraph"), "serve", "--bind", f"127.0.0.1:{port}"]
    with _running(command, port, "/query"):
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/store",
            quads.read_bytes(),
            {"Content-Type": "application/n-quads"},
        )
        urllib.request.urlopen(request).close()
        yield Server("oxigraph serve", port, "/query")


@contextlib.contextmanager
def rdflib_endpoint(quads: Path) -> Iterator[Server]:
    """rdflib-endpoint with rdflib's own store."""
    port = _port()
    command = [str(_BIN / "rdflib-endpoint"), "serve", "--host", "127.0.0.1"]
    with _running([*command, "--port", str(port), str(quads)], port, "/"):
        yield Server("rdflib-endpoint", port, "/")


def measure(
    servers: Sequence[Server], asked: Question, connections: int, seconds: int, rounds: int
) -> dict[str, Seen]:
    """Each server's middle round; they take turns."""
    seen: dict[str, list[Seen]] = {s.name: [] for s in servers}
    for turn in range(rounds):
        for server in servers:
            paths = tuple(f"{server.query}?query={quote(t)}" for t in asked.texts)
            load = Load(paths, asked.accept, asked.unique)
            mark = f"{server.port}.{connections}.{turn}.{time.monotonic_ns()}"
            seen[server.name].append(drive(server.port, load, connections, seconds, mark))
    return {name: _middle(found) for name, found in seen.items()}


def _middle(found: list[Seen]) -> Seen:
    return Seen(
        statistics.median(s.rate for s in found),
        statistics.median(s.p50 for s in found),
        statistics.median(s.p99 for s in found),
        sum(s.errors for s in found),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print the table."""
    options = _options(arguments)
    console = Console()
    graph = EvidenceGraph.open()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        quads = Path(folder) / "quads.nq"
        ox.serialize(graph.quads, str(quads), format=ox.RdfFormat.N_QUADS)
        servers = [stack.enter_context(s(quads)) for s in (ours, native)]
        if (_BIN / "rdflib-endpoint").exists() and not options.no_rdflib:
            servers.append(stack.enter_context(rdflib_endpoint(quads)))
        else:
            console.print("rdflib-endpoint is left out (pip install rdflib-endpoint)")
        how = "wrk" if shutil.which("wrk") else "asyncio, which is slower than the servers"
        console.print(
            f"{len(graph.quads):,} quads in memory; load by {how}; {os.cpu_count()} cores"
        )
        table = Table("question", "connections", "server", *("requests/s", "p50 ms", "p99 ms"))
        for name in ("errors", "× native", "p99 × native"):
            table.add_column(name)
        for asked in questions(graph):
            if options.only and options.only not in asked.name:
                continue
            for connections in options.connections:
                found = measure(servers, asked, connections, options.seconds, options.rounds)
                _add(table, asked, connections, found)
        console.print(table)


def _add(table: Table, asked: Question, connections: int, found: dict[str, Seen]) -> None:
    base = found["oxigraph serve"]
    for name, seen in found.items():
        table.add_row(
            *(asked.name, str(connections), name, f"{seen.rate:,.0f}", f"{seen.p50 * 1e3:.2f}"),
            *(f"{seen.p99 * 1e3:.2f}", str(seen.errors), f"{seen.rate / base.rate:.2f}"),
            f"{seen.p99 / base.p99:.2f}" if base.p99 else "",
        )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.endpoint", description=__doc__)
    parser.add_argument("--seconds", type=int, default=3, help="of one load (default 3)")
    parser.add_argument("--rounds", type=int, default=3, help="loads of each server (default 3)")
    parser.add_argument("--connections", type=int, nargs="+", default=CONNECTIONS)
    parser.add_argument("--only", help="the question whose name has this in it")
    parser.add_argument("--no-rdflib", action="store_true")
    return parser.parse_args(arguments)


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def _running(command: list[str], port: int, path: str) -> Iterator[None]:
    """A server that answers; it is stopped at the end."""
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + 60
            while not _answers(port, path):
                if process.poll() is not None or time.monotonic() > deadline:
                    log.seek(0)
                    raise SystemExit(f"{command[0]} does not answer: {log.read().decode()}")
                time.sleep(0.1)
            yield
        finally:
            process.terminate()
            process.wait(20)


def _answers(port: int, path: str) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}{path}?query=ASK%7B%7D", timeout=5).close()
    except urllib.error.HTTPError as error:
        error.close()
        return True
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
