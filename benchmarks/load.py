"""Loads an HTTP server: with wrk where it is installed, with asyncio where it isn't."""

import asyncio
import json
import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

_SCRIPT = """
local paths, n = {}, 0
for line in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = line end
local mark, unique = os.getenv("MARK"), os.getenv("UNIQUE") == "1"
local headers = {["Accept"] = os.getenv("ACCEPT")}
function request()
  n = n + 1
  local path = paths[(n - 1) % #paths + 1]
  if unique then path = path .. "%23" .. mark .. "." .. n end
  return wrk.format("GET", path, headers)
end
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '\\n{"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "errors": %d}\\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e6,
    latency:percentile(99) / 1e6, e.connect + e.read + e.write + e.status + e.timeout))
end
"""


@dataclass(frozen=True)
class Load:
    """Requests for `paths` in turn, each made unique by a comment at its end if `unique`."""

    paths: tuple[str, ...]
    accept: str
    unique: bool


@dataclass(frozen=True)
class Seen:
    """Requests a second, seconds of the middle and of the slowest hundredth, failures."""

    rate: float
    p50: float
    p99: float
    errors: int


def drive(port: int, load: Load, connections: int, seconds: int, mark: str) -> Seen:
    """Keep so many connections busy for so long; `mark` must be another one each time."""
    if shutil.which("wrk"):
        return _wrk(port, load, connections, seconds, mark)
    return asyncio.run(_drive(port, load, connections, seconds, mark))


def _wrk(port: int, load: Load, connections: int, seconds: int, mark: str) -> Seen:
    with tempfile.TemporaryDirectory() as folder:
        script, paths = Path(folder) / "load.lua", Path(folder) / "paths"
        script.write_text(_SCRIPT)
        paths.write_text("\n".join(load.paths))
        options = f"-t1 -c{connections} -d{seconds}s --timeout 30s -s".split()
        done = subprocess.run(
            ["wrk", *options, str(script), f"http://127.0.0.1:{port}"],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ
            | {"PATHS": str(paths), "MARK": mark, "ACCEPT": load.accept}
            | {"UNIQUE": "1" if load.unique else "0"},
        )
    seen = json.loads(done.stdout.strip().splitlines()[-1])
    return Seen(seen["requests"] / seen["seconds"], seen["p50"], seen["p99"], seen["errors"])


async def _drive(port: int, load: Load, connections: int, seconds: int, mark: str) -> Seen:
    times: list[float] = []
    errors = 0
    end = time.monotonic() + seconds

    async def visit(visitor: int) -> None:
        nonlocal errors
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
        turn = visitor
        while time.monotonic() < end:
            path = load.paths[turn % len(load.paths)]
            if load.unique:
                path += f"%23{mark}.{turn}"
            turn += connections
            begun = time.perf_counter()
            lines = (f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Accept: {load.accept}")
            writer.write("\r\n".join((*lines, "", "")).encode())
            errors += await _read(reader) != 200
            times.append(time.perf_counter() - begun)
        writer.close()

    begun = time.monotonic()
    await asyncio.gather(*(visit(n) for n in range(connections)))
    spent = time.monotonic() - begun
    times.sort()
    return Seen(len(times) / spent, times[len(times) // 2], times[int(len(times) * 0.99)], errors)


async def _read(reader: asyncio.StreamReader) -> int:
    """Read one answer to its end; its status."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    if b"transfer-encoding: chunked" in head:
        while size := int((await reader.readline()).split(b";")[0], 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    else:
        length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length))
    return int(head.split(b" ", 2)[1])
