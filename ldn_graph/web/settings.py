"""What a server is told when it starts."""

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

from ldn_graph.web.engine.job import Limits


@dataclass(frozen=True)
class OpenId:
    """A provider of OpenID Connect, such as https://orcid.org, and what this server is to it."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True)
class Then:
    """An earlier state that is shown: the change after which it stood so, that change's time, and
    the base path of the present; whether curators write there."""

    number: int
    at: dt.datetime
    now: str
    curated: bool = False


@dataclass(frozen=True)
class Settings:
    """`data` is the corpus folder (None: the shipped one). `base_path` is where a proxy puts the
    site (`/ldn`, no slash at the end). `texts` is the folder of source texts, where there is one.
    `curate` lets named curators write; `openid` is how they may sign in beside passwords.
    `public_url` is what people type (`https://graph.example.org/ldn`), where a proxy hides it.
    `proxies`: the addresses and networks whose word is taken for who asks, and by which scheme.
    `limits` are those of queries; with `update_token` the store can be changed (never the corpus),
    and the changed store is kept in the folder `scratch`.
    `then`: what is shown is no present state. `open_drafts`: visitors see drafts and what curators
    say among themselves, too.
    `log_level`: debug, info (a line for each request), warning or error.
    """

    data: Path | None = None
    texts: Path | None = None
    host: str = "127.0.0.1"
    port: int = 7860
    base_path: str = ""
    log_level: str = "info"
    curate: bool = False
    openid: OpenId | None = None
    public_url: str | None = None
    proxies: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    update_token: str | None = field(default=None, repr=False)
    scratch: Path | None = None
    then: Then | None = None
    open_drafts: bool = False
