"""What each engine has of its own: folders and locks, read-only handles, endpoints that fail."""

import json
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from servers import answering
from stored import XSD, E, iri, quads, rows, typed

from ldn_graph.errors import BadQuery, StoreError
from ldn_graph.store import DiskStore, Store, open_store
from ldn_graph.store.remote import RemoteStore


class TestDisk:
    def test_what_was_loaded_is_there_after_closing(self, tmp_path: Path) -> None:
        first = open_store(tmp_path / "deep" / "store")
        first.load(quads())
        first.close()
        second = open_store(tmp_path / "deep" / "store", read_only=True)
        assert len(list(second.export())) == len(quads())

    def test_a_second_writer_is_told_why_it_must_wait(self, tmp_path: Path) -> None:
        first = open_store(tmp_path / "store")
        with pytest.raises(StoreError, match="another program has it open for writing; close"):
            open_store(tmp_path / "store")
        first.close()
        open_store(tmp_path / "store").close()

    def test_readers_read_beside_a_writer(self, tmp_path: Path) -> None:
        writer = open_store(tmp_path / "store")
        writer.load(quads())
        reader = open_store(tmp_path / "store", read_only=True)
        writer.replace([])
        assert len(list(reader.export())) == len(quads())
        assert list(open_store(tmp_path / "store", read_only=True).export()) == []

    def test_a_missing_store_is_made_only_for_writing(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match=r"no store there; `ldn-graph build .*store` makes"):
            open_store(tmp_path / "store", read_only=True)
        assert not (tmp_path / "store").exists()

    def test_a_folder_of_something_else_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "thesis.txt").write_text("mine")
        for folder in (tmp_path, tmp_path / "thesis.txt"):
            with pytest.raises(StoreError, match="is no store; name a new folder"):
                open_store(folder)
        assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]

    def test_a_damaged_store_says_so(self, tmp_path: Path) -> None:
        open_store(tmp_path / "store").close()
        (tmp_path / "store" / "CURRENT").write_text("rubbish")
        for read_only in (False, True):
            with pytest.raises(StoreError, match="damaged; delete it, then `ldn-graph build"):
                open_store(tmp_path / "store", read_only=read_only)

    def test_an_impossible_folder_says_so(self) -> None:
        with pytest.raises(StoreError, match="can't be opened"):
            open_store("/proc/no/store")

    def test_what_a_killed_bulk_load_left_is_swept_up(self, tmp_path: Path) -> None:
        open_store(tmp_path / "store").close()
        orphan = tmp_path / "store" / "bulk-1234.sst"
        orphan.write_bytes(b"half")
        open_store(tmp_path / "store", read_only=True).close()
        assert orphan.exists()
        open_store(tmp_path / "store").close()
        assert not orphan.exists()

    def test_replacing_is_seen_by_the_next_to_open(self, tmp_path: Path) -> None:
        store = DiskStore(tmp_path / "store")
        store.load(quads())
        new = ox.Quad(iri("new"), iri("p"), ox.Literal("o"))
        store.replace([new])
        store.close()
        assert list(open_store(tmp_path / "store", read_only=True).export()) == [new]


class TestReadOnlyAndClosed:
    CHANGES: tuple[Callable[[Store], None], ...] = (
        lambda s: s.load(quads()),
        lambda s: s.replace(quads()),
        lambda s: s.update("CLEAR ALL"),
        lambda s: s.clear(),
    )

    @pytest.mark.parametrize("where", ["memory:", "rdflib:", "disk", "http://127.0.0.1:9/query"])
    @pytest.mark.parametrize("change", CHANGES)
    def test_a_read_only_store_refuses_every_change(
        self, where: str, change: Callable[[Store], None], tmp_path: Path
    ) -> None:
        if where == "disk":
            where = str(tmp_path / "store")
            open_store(where).close()
        with pytest.raises(StoreError, match="opened read-only; open it for writing"):
            change(open_store(where, read_only=True))

    @pytest.mark.parametrize("where", ["memory:", "rdflib:", "disk"])
    def test_a_closed_store_says_so(self, where: str, tmp_path: Path) -> None:
        embedded = open_store(tmp_path / "store" if where == "disk" else where)
        embedded.close()
        with pytest.raises(StoreError, match="was closed; open it again"):
            embedded.query("ASK {}")
        with pytest.raises(StoreError, match="was closed"):
            embedded.load([])


@pytest.mark.parametrize("where", ["", "sqlite:x", "ftp://example.org/", "memory:x"])
def test_an_address_of_no_known_kind(where: str) -> None:
    with pytest.raises(StoreError, match="give memory:, rdflib:, a folder, or the http"):
        open_store(where)


def test_other_prefixes_can_be_offered() -> None:
    for where in ("memory:", "rdflib:"):
        store = open_store(where, prefixes={"e": E})
        store.load(quads())
        assert store.query("ASK { e:ldn e:blocks e:receptor }") is True


class TestRemote:
    def test_an_endpoint_that_is_not_there(self) -> None:
        with pytest.raises(StoreError, match=r"127.0.0.1:9/query: can't be reached .*check the"):
            open_store("http://127.0.0.1:9/query").query("ASK {}")

    @pytest.mark.parametrize(
        ("status", "said"),
        [
            (404, "no endpoint at that address"),
            (401, "asks for a user name"),
            (403, "answered 403"),
            (414, "shorten it"),
            (500, "failed .because.; look into"),
            (503, "answered 503"),
        ],
    )
    def test_refusals_have_a_remedy(self, status: int, said: str) -> None:
        with answering(status, "text/plain", b"because") as url:
            with pytest.raises(StoreError, match=said):
                open_store(url).query("ASK {}")
            with pytest.raises(StoreError, match=said):
                open_store(url).update("CLEAR ALL")

    def test_a_refused_query_that_is_right_here_gives_the_endpoints_words(self) -> None:
        said = "refuses it: no property paths; rewrite it"
        with (
            answering(400, "text/plain", b"no\n property paths") as url,
            pytest.raises(BadQuery, match=said),
        ):
            open_store(url).query("ASK {}")

    @pytest.mark.parametrize(
        ("media_type", "body"),
        [
            ("text/html", b"<html>hello</html>"),
            ("application/sparql-results+json", b'{"head":{"vars":["x"]},"results":{"bindings":[{'),
            ("application/n-triples", b"<urn:a> <urn:b>"),
        ],
    )
    def test_an_answer_that_is_none_or_is_cut(self, media_type: str, body: bytes) -> None:
        with (
            answering(200, media_type, body) as url,
            pytest.raises(StoreError, match="can't be read"),
        ):
            open_store(url).query("SELECT ?x { ?x ?y ?z }")

    def test_an_endpoint_that_does_not_answer(self) -> None:
        with socket.socket() as mute:
            mute.bind(("127.0.0.1", 0))
            mute.listen()
            store = RemoteStore(f"http://127.0.0.1:{mute.getsockname()[1]}/query", timeout=1)
            with pytest.raises(StoreError, match="no answer within 1 s; ask for less"):
                store.query("ASK {}")

    def test_terms_of_other_servers_are_made_canonical(self) -> None:
        binding = {"type": "literal", "value": "04.50", "datatype": XSD + "decimal"}
        body = {"head": {"vars": ["x"]}, "results": {"bindings": [{"x": binding}]}}
        with answering(200, "application/sparql-results+json", json.dumps(body).encode()) as url:
            assert rows(open_store(url), "SELECT ?x {}") == [(typed("4.5", "decimal"),)]

    def test_where_no_update_address_is_known_it_is_read_only(self) -> None:
        store = open_store("https://example.org/ask-me")
        with pytest.raises(StoreError, match="read-only, since no address for updates is known"):
            store.update("CLEAR ALL")

    def test_two_threads_ask_at_once(self) -> None:
        with answering(
            200, "application/sparql-results+json", b'{"head":{},"boolean":true}'
        ) as url:
            store = open_store(url)
            found: list[object] = []
            threads = [
                threading.Thread(target=lambda: found.append(store.query("ASK {}")))
                for _ in range(4)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert found == [True] * 4
