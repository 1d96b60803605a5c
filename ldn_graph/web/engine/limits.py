"""How much a query may take of the server."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Limits:
    """`seconds`: a query's time, waiting included. `workers` evaluators are kept, up to
    `most_workers` where others wait; a client has at most `a_client` of them at a time, and
    `queue` queries wait in all. `rows` (of a SELECT) and `bytes` are an answer's, `memory` the
    bytes that one evaluation may add, `cache` the bytes of answers kept, `text` a query's bytes.
    `load`: the bytes of an update, and of any other body or form; deploy/ has the same number.
    `rate` requests a minute from one address; 0 is no limit. `spool`: where large answers wait.
    `services` are the endpoints that SERVICE may ask.
    """

    seconds: float = 10.0
    workers: int = max(4, 2 * (os.cpu_count() or 2))
    most_workers: int = 16
    a_client: int = 8
    queue: int = 256
    rows: int = 1_000_000
    bytes: int = 512 << 20
    memory: int = 1 << 30
    cache: int = 64 << 20
    text: int = 1 << 20
    load: int = 64 << 20
    rate: int = 6000
    spool: Path | None = None
    services: tuple[str, ...] = ()
