"""What a server is told when it starts."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """`data` is the corpus folder (None: the shipped one). `base_path` is where a proxy puts the
    site (`/ldn`, no slash at the end). `texts` is the folder of source texts, where there is one.
    `log_level`: debug, info (a line for each request), warning or error.
    """

    data: Path | None = None
    texts: Path | None = None
    host: str = "127.0.0.1"
    port: int = 7860
    base_path: str = ""
    log_level: str = "info"
