"""A server on loopback that answers as NCBI's E-utilities and Crossref do; its data is made up."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from ldn_graph.records.file_format import numbered

CONTACT = "name@example.org"
_ARTICLE = """<PubmedArticle><MedlineCitation><PMID Version="1">{pmid}</PMID><Article>
<Journal><JournalIssue><PubDate><Year>2031</Year></PubDate></JournalIssue>
<Title>Made-up Journal</Title></Journal>
<ArticleTitle>Made-up article {pmid} &lt;b&gt;</ArticleTitle>
<Abstract><AbstractText>Nothing was found in {pmid}.</AbstractText></Abstract>
<AuthorList><Author><LastName>Nobody</LastName><ForeName>Ann</ForeName></Author></AuthorList>
</Article></MedlineCitation></PubmedArticle>"""


class Publications:
    """What the server has, what it was asked, and how it is to answer instead."""

    def __init__(self) -> None:
        self.pmids: list[str] = []
        self.articles: dict[str, str] = {}
        self.works: dict[str, dict[str, object]] = {}
        self.asked: list[tuple[str, str]] = []
        self.instead: tuple[int, bytes, dict[str, str]] | None = None
        self.address = ""

    def answer(self, path: str) -> tuple[int, bytes]:
        parts = urlsplit(path)
        fields = {k: v[0] for k, v in parse_qs(parts.query).items()}
        if parts.path.endswith("/esearch.fcgi"):
            result = {"count": str(len(self.pmids)), "idlist": self.pmids[: int(fields["retmax"])]}
            return 200, json.dumps({"header": {}, "esearchresult": result}).encode()
        if parts.path.endswith("/efetch.fcgi"):
            asked = fields["id"].split(",")
            known = [p for p in asked if p in self.pmids or p in self.articles]
            text = "".join(self.articles.get(p, _ARTICLE.format(pmid=p)) for p in known)
            return 200, f"<?xml version='1.0'?><PubmedArticleSet>{text}</PubmedArticleSet>".encode()
        doi = unquote(parts.path).partition("/works/")[2].partition("/transform/")[0]
        if doi.lower() in self.works:
            return 200, json.dumps(self.works[doi.lower()]).encode()
        return 404, b"Resource not found."


@contextmanager
def publications() -> Iterator[Publications]:
    """The server; it is asked at `address` by both services' paths."""
    has = Publications()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            has.asked.append((self.path, self.headers.get("User-Agent", "")))
            status, body = has.answer(self.path)
            more: dict[str, str] = {}
            if has.instead is not None:
                status, body, more = has.instead
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    has.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield has
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def turn_on(corpus: Path, address: str) -> None:
    """Let a corpus look publications up at `address`."""
    path = corpus / "corpus.yaml"
    more = (f"look_up:\n  contact: {CONTACT}\n  ncbi: {address}/entrez/eutils\n"
            f"  crossref: {address}\n")  # fmt: skip
    path.write_text(numbered(path.read_text(encoding="utf-8") + more), encoding="utf-8")
