"""`/dataset.ttl` and its like: everything in one file, written once for each version of the data.

A file is kept as it is and compressed, each with a strong ETag, so that a broken download goes on
where it stopped (Range, If-Range).
"""

import gzip
import tempfile
import threading
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute

from ldn_graph.errors import UnknownName
from ldn_graph.exchange.rdf_files import FORMATS, serialise
from ldn_graph.rdf import Names
from ldn_graph.web.bounded_work import SLOW
from ldn_graph.web.explorer.page import render
from ldn_graph.web.http.accept import takes_gzip
from ldn_graph.web.http.etag import has, has_any, not_modified
from ldn_graph.web.resources.resources import opened
from ldn_graph.web.state import Snapshot, settings, snapshot

_BY_SUFFIX = {form.extension: (name, form.media_type) for name, form in FORMATS.items()}


class Dumps:
    """The files of the current version, in a folder that goes with the process."""

    def __init__(self) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._version = ""
        self._lock = threading.Lock()

    def file(self, here: Snapshot, suffix: str) -> Path:
        """The dump with a suffix; its neighbour ends in `.gz`."""
        with self._lock:
            if self._folder is None or self._version != here.version:
                self._folder = tempfile.TemporaryDirectory(prefix="ldn-graph-")
                self._version = here.version
            path = Path(self._folder.name) / f"dataset{suffix}"
            if not path.is_file():
                _write(path, here, suffix)
            return path


DUMPS = Dumps()


def dump(request: Request) -> Response:
    """Everything, in the syntax that the suffix names. Raises UnknownName."""
    suffix = "." + request.path_params["suffix"]
    if suffix not in _BY_SUFFIX:
        there = ", ".join(f"/dataset{known}" for known in _BY_SUFFIX)
        raise UnknownName(f"/dataset{suffix}: no such file; there are {there}")
    here = snapshot(request)
    zipped = takes_gzip(",".join(request.headers.getlist("accept-encoding")))
    name = f"{here.version}-{suffix[1:]}"
    tag = f'"{name}{"-gzip" if zipped else ""}"'
    whole = Names(here.graph.corpus.description.base).dataset.value
    license_ = here.graph.corpus.description.license
    headers = {
        "etag": tag,
        "cache-control": "no-cache",
        "vary": "Accept-Encoding",
        "link": f'<{whole}>; rel="describes", <{settings(request).base_path}/dataset>; '
        f'rel="describedby", <{license_}>; rel="license"',
    }
    if has(request.headers, tag) or has_any(request.headers):
        return not_modified(tag, headers.items())
    path = SLOW.run(lambda: DUMPS.file(here, suffix))
    if zipped:
        path, headers["content-encoding"] = path.with_name(path.name + ".gz"), "gzip"
    media_type = _BY_SUFFIX[suffix][1]
    sent_as = f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
    response = FileResponse(path, media_type=sent_as, headers=headers)
    # a file's own time is that of this process; the tag says more
    del response.headers["last-modified"]
    return response


def _write(path: Path, here: Snapshot, suffix: str) -> None:
    text = serialise(
        here.graph.quads, _BY_SUFFIX[suffix][0], base=here.graph.corpus.description.base
    )
    # the compressed one first: the other's being there says that both are
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(text, 6, mtime=0))
    path.write_bytes(text)


def dataset_page(request: Request) -> Response:
    """The page of the whole; programs get its description from the endpoint."""
    here = snapshot(request)
    about, base = here.graph.corpus.description, settings(request).base_path
    iri = Names(about.base).dataset.value
    files = [(suffix, media_type) for suffix, (_, media_type) in _BY_SUFFIX.items()]
    items = (f'<{base}/dataset{s}>; rel="item"; type="{t}"' for s, t in files)
    page = render(request, "dataset.html", about=about, iri=iri, files=files, graph=here.graph)
    page.headers["vary"] = "Accept"
    page.headers["link"] = ", ".join(
        (
            f'<{iri}>; rel="cite-as"',
            '<https://schema.org/Dataset>; rel="type"',
            '<https://schema.org/AboutPage>; rel="type"',
            f'<{base}/.well-known/void>; rel="describedby"; type="text/turtle"',
            f'<{about.license}>; rel="license"',
            *items,
        )
    )
    return page


routes: list[BaseRoute] = [
    opened("/dataset.{suffix}", dump, "dump"),
    opened("/dataset", dataset_page, "dataset"),
]
