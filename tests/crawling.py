"""A visitor who follows every link: pages, forms, scripts, styles, pictures, files, headers."""

import asyncio
import contextlib
import http.client
import re
import threading
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

import httpx
from lxml import etree, html

#: What Chromium says that it takes.
ACCEPT = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,"
    "image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
)
#: Ending of a path → what it is sent as. What ends otherwise is a page.
TYPES = {
    "ttl": "text/turtle",
    "trig": "application/trig",
    "nt": "application/n-triples",
    "nq": "application/n-quads",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml",
    "json": ("application/json", "application/vnd.citationstyles.csl+json"),
    "bib": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
    "txt": "text/plain",
    "svg": "image/svg+xml",
    "ico": "image/svg+xml",
    "png": "image/png",
    "css": "text/css",
    "js": ("text/javascript", "application/javascript"),
    "mjs": ("text/javascript", "application/javascript"),
    "woff2": "font/woff2",
    "graphml": "application/graphml+xml",
    "xml": ("application/xml", "application/opensearchdescription+xml"),
    "html": "text/html",
    "csv": "text/csv",
    "md": "text/markdown",
}
#: Of what is computed from one record alone (its data, pictures, citations) and of each form of
#: address with a query, so many are met.
SAMPLE = 5
_RECORD = re.compile(r"^/(claim|entity|source|agent|np|path|proposition)/([^/]+)(.*)$")
_FORM = r"\.(ttl|jsonld|nt|trig|nq|rdf|json|html)$"
_PAGES = ("claim", "entity", "source", "agent")
_CSS = re.compile(r"url\([\"']?([^\"')]+)[\"']?\)")
_IMPORT = re.compile(r"""(?:\bfrom\s+|^import\s+|\bimport\()"(\.[^"]+)\"""", re.M)
_HEADER = re.compile(r"<([^>]*)>")
_ATTRIBUTES = ("href", "src", "poster", "data")


def kind(path: str, query: str) -> str:
    """What addresses of one sort share; of a sample-sort not every one is met.

    >>> kind("/claim/a-b.ttl", ""), kind("/search", "q=a&page=2"), kind("/claim/a-b", "")
    ('/claim/*.ttl', '/search?page&q', '')
    """
    if query:
        names = sorted({name for name, _ in parse_qsl(query, keep_blank_values=True)})
        path = re.sub(r"^/(\w+)/[^/]+", r"/\1/*", path)
        return f"{path}?{'&'.join(names)}"
    record = _RECORD.match(path)
    if not record:
        return ""
    what, name, rest = record.groups()
    ending = re.search(_FORM, name)
    if what in _PAGES and not rest and not ending:
        return ""
    return f"/{what}/*{ending[0] if ending else ''}{rest}"


@dataclass
class Crawl:
    """What was met, and what was wrong; `site` is the address of the start, without a slash."""

    site: str
    met: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    ids: dict[str, set[str]] = field(default_factory=dict)
    fragments: dict[tuple[str, str], str] = field(default_factory=dict)
    records: dict[str, str] = field(default_factory=dict)
    _links: set[str] = field(default_factory=set)

    def run(self, *paths: str) -> "Crawl":
        """Visit `paths` and all that is linked from there."""
        asyncio.run(self._run(paths))
        for page, where in self.records.items():
            if self.met.get(page) != 200:
                self.faults.append(f"{where}: there is no {page}")
        for (page, fragment), where in self.fragments.items():
            if page in self.ids and fragment not in self.ids[page]:
                self.faults.append(f"{where}: no #{fragment} on {page}")
        return self

    async def _run(self, paths: tuple[str, ...]) -> None:
        self._queue: asyncio.Queue[tuple[str, str, str]] = asyncio.Queue()
        headers = {"accept": ACCEPT}
        async with httpx.AsyncClient(headers=headers, timeout=60, trust_env=False) as client:
            for path in paths:
                self._found(path, self.site + "/", "the beginning")
            workers = [asyncio.create_task(self._work(client)) for _ in range(6)]
            await self._queue.join()
            for worker in workers:
                worker.cancel()

    async def _work(self, client: httpx.AsyncClient) -> None:
        while True:
            method, address, where = await self._queue.get()
            try:
                await self._visit(client, method, address, where)
            except httpx.HTTPError as error:
                self.faults.append(f"{where}: {address}: {error!r}")
            finally:
                self._queue.task_done()

    def _found(self, link: str, page: str, where: str, method: str = "GET") -> None:
        """Note a link; it is followed where it is new, within the site and not sampled enough."""
        address = urljoin(page, link)
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https"):
            if parts.scheme not in ("mailto", "data"):
                self.faults.append(f"{where}: a link to {address[:80]}")
            return
        origin = urlsplit(self.site)
        if parts.netloc != origin.netloc:
            return
        if not (parts.path + "/").startswith(origin.path + "/"):
            self.faults.append(f"{where}: {link} leads out of {origin.path}")
            return
        bare = address.partition("#")[0]
        if parts.fragment and method == "GET":
            self.fragments.setdefault((bare, unquote(parts.fragment)), where)
        if bare in self.met:
            return
        sort = kind(parts.path.removeprefix(origin.path), parts.query)
        self.kinds[sort] += 1
        if sort and self.kinds[sort] > SAMPLE:
            self._left_out(parts.path.removeprefix(origin.path), where)
            return
        self.met[bare] = 0
        self._queue.put_nowait((method, bare, where))

    def _left_out(self, path: str, where: str) -> None:
        """What is made of a record alone is there if the record is."""
        record = _RECORD.match(path)
        if record and record[1] in _PAGES:
            name = re.sub(_FORM, "", record[2])
            self.records.setdefault(f"{self.site}/{record[1]}/{name}", f"{where}: {path}")

    async def _visit(
        self, client: httpx.AsyncClient, method: str, address: str, where: str
    ) -> None:
        answer = await client.request(method, address)
        self.met[address] = answer.status_code
        if answer.is_redirect:
            self._found(answer.headers["location"], address, f"{where} by {address}")
            return
        if answer.status_code != 200:
            self.faults.append(f"{where}: {address} is answered {answer.status_code}")
            return
        self._looked_at(answer, address)

    def _looked_at(self, answer: httpx.Response, address: str) -> None:
        headers = answer.headers
        media_type = headers.get("content-type", "").partition(";")[0]
        ending = urlsplit(address).path.rpartition("/")[2].rpartition(".")[2]
        if ending not in TYPES or "/.well-known/" in address:
            wanted: str | tuple[str, ...] = ("text/html", "application/json", "text/turtle")
        else:
            wanted = TYPES[ending]
        if media_type not in ((wanted,) if isinstance(wanted, str) else wanted):
            self.faults.append(f"{address} is sent as {media_type or 'nothing'}")
        if "default-src 'none'" not in headers.get("content-security-policy", ""):
            self.faults.append(f"{address} has no policy")
        if headers.get("x-content-type-options") != "nosniff":
            self.faults.append(f"{address} may be sniffed")
        if not answer.content:
            self.faults.append(f"{address} is empty")
        for link in _HEADER.findall(headers.get("link", "")):
            self._found(link, address, f"Link header of {address}")
        self._followed(answer.text, media_type, address)

    def _followed(self, text: str, media_type: str, address: str) -> None:
        if media_type == "text/html":
            self._page(text, address)
            return
        links: list[str] = []
        if media_type == "text/css":
            links = _CSS.findall(text)
        elif media_type.endswith("javascript") and "/vendor/" not in address:
            links = _IMPORT.findall(text)
        elif address.endswith("/sitemap.xml"):
            links = [str(e.text) for e in ET.fromstring(text).iter() if e.tag.endswith("loc")]
        elif address.endswith("/opensearch.xml"):
            links = re.findall(r'template="([^"{]+)', text)
        elif address.endswith("/robots.txt"):
            links = re.findall(r"^Sitemap: (.+)$", text, re.M)
        for link in links:
            self._found(link, address, address)

    def _page(self, text: str, address: str) -> None:
        root = html.document_fromstring(text)
        self.ids[address] = {e.get("id") for e in root.iter() if e.get("id")}
        for element in root.iter(etree.Element):
            if element.tag == "form":
                self._form(element, address)
            for name in _ATTRIBUTES:
                link = element.get(name)
                if link is not None and (link[:1] != "/" or link not in self._links):
                    self._links.add(link)
                    self._found(link, address, address)
            for part in filter(None, element.get("srcset", "").split(",")):
                self._found(part.split()[0], address, address)

    def _form(self, form: html.FormElement, address: str) -> None:
        """Send a form as it stands; one without an address is its page's script's affair."""
        action = form.get("action")
        if action is None:
            return
        given = {
            e.get("name"): e.get("value") or ("pain" if e.get("name") == "q" else "")
            for e in form.iter("input", "textarea")
            if e.get("name") and e.get("type") not in ("checkbox", "radio", "submit")
        }
        if form.get("method", "get").lower() == "post":
            self._found(action, address, f"form of {address}", "POST")
        else:
            query = str(httpx.QueryParams(given))
            self._found(f"{action}?{query}" if query else action, address, f"form of {address}")


@contextlib.contextmanager
def proxied(server: str, prefix: str) -> Iterator[str]:
    """A proxy that takes `prefix` off, as docs/server.md has it; gives the site's address."""
    host = urlsplit(server).netloc

    class Proxy(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if not self.path.startswith(f"{prefix}/"):
                self.send_error(502, "outside the prefix")
                return
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            behind = http.client.HTTPConnection(host, timeout=60)
            named = dict(self.headers.items()) | {"X-Forwarded-For": "127.0.0.1"}
            behind.request(self.command, self.path.removeprefix(prefix), body, named)
            answer = behind.getresponse()
            content = answer.read()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("transfer-encoding", "content-length", "connection"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            behind.close()

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    proxy = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    proxy.daemon_threads = True
    thread = threading.Thread(target=proxy.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{proxy.server_address[1]}{prefix}"
    finally:
        proxy.shutdown()
        thread.join()
        proxy.server_close()
