"""How the server is run: a socket, a line that says where it listens, and a clean end."""

import socket
import sys
from collections.abc import Callable

import uvicorn

from ldn_graph.errors import UsageError
from ldn_graph.web.app import create_app
from ldn_graph.web.connection import Bounded, allow_files
from ldn_graph.web.observability import configure_logs
from ldn_graph.web.settings import Settings
from ldn_graph.web.sparql.serving import with_endpoint


def run(settings: Settings, tell: Callable[[str], None]) -> None:
    """Serve until interrupted; `tell` hears where it listens.

    Raises UsageError where the address is taken.
    """
    configure_logs(settings.log_level)
    app = with_endpoint(create_app(settings), settings)
    with _listen(settings) as listener:
        host, port = listener.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        tell(f"serving http://{shown}:{port}{settings.base_path}/  (Ctrl-C ends it)")
        allow_files()
        config = uvicorn.Config(
            app,
            http=Bounded,
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.proxies),
            forwarded_allow_ips=list(settings.proxies),
        )
        uvicorn.Server(config).run(sockets=[listener])


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise UsageError(
            f"{settings.host}:{settings.port}: can't listen there ({error.strerror}); "
            "name another with --port, or --port 0 for any that is free"
        ) from error
    listener.listen(2048)
    return listener


if sys.platform == "win32":  # pragma: no cover
    raise UsageError("the server needs fork(); run it on Linux, macOS or in the container")
