"""The engine: killed in time, whole or nothing, and right again after whatever dies."""

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from ldn_graph.errors import BadQuery, LdnError
from ldn_graph.web.engine.engine import Engine
from ldn_graph.web.engine.evaluator import SHORT, Spool
from ldn_graph.web.engine.job import (
    AnswerTooLarge,
    Busy,
    Cancelled,
    Change,
    EngineLost,
    Limits,
    NoGraph,
    NotAcceptable,
    OutOfMemory,
    QueryTimeout,
    Question,
)
from tests.servers import canary as canary

LIMITS = Limits(seconds=20, workers=2, most_workers=4, memory=512 << 20)
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ALL = "SELECT * { ?s ?p ?o }"
INSERT = Change("update", "INSERT DATA { <urn:new> <urn:p> 1 }")
IS_NEW = Question("ASK { <urn:new> ?p ?o }")


def quads(count: int = 2000) -> list[ox.Quad]:
    return [
        ox.Quad(
            ox.NamedNode(f"http://example.org/s{n}"),
            ox.NamedNode(f"http://example.org/p{n % 7}"),
            ox.Literal(f'{n} }},{{"s":'),
        )
        for n in range(count)
    ]


@asynccontextmanager
async def running(
    limits: Limits = LIMITS, scratch: Path | None = None, count: int = 2000
) -> AsyncIterator[Engine]:
    engine = Engine(
        lambda: ("v1", quads(count)),
        limits,
        prefixes={"ex": "http://example.org/"},
        base="http://example.org/",
        scratch=scratch,
    )
    await engine.start()
    try:
        yield engine
    finally:
        await engine.close()


def run(work: Callable[[], Awaitable[Any]]) -> Any:
    return asyncio.run(work())  # type: ignore[arg-type]


async def ask(engine: Engine, text: str, **options: Any) -> Any:
    got = await engine.ask(Question(text), **options)
    return json.loads(got.piece(0, got.size) if got.filed else got.body)


def evaluators(engine: Engine) -> set[int]:
    assert engine._pool
    return {w.pid for w in engine._pool.workers}


async def gone(pids: set[int]) -> bool:
    """Whether none of the processes lives a moment later."""
    for _ in range(200):
        if not any(Path(f"/proc/{p}").exists() for p in pids):
            return True
        await asyncio.sleep(0.05)
    return False


def test_rows_booleans_and_triples_come_in_the_form_that_was_asked_for() -> None:
    async def work() -> None:
        async with running() as engine:
            table = await engine.table("SELECT ?o { ex:s5 ?p ?o }")  # ex: needs no declaration
            assert [row[0].value for row in table.rows] == ['5 },{"s":']  # type: ignore[union-attr]
            assert (await ask(engine, "ASK { <s5> ?p ?o }"))["boolean"]  # there is a base IRI
            graph = await engine.ask(Question("DESCRIBE ex:s5", graph="ntriples"))
            assert graph.graph
            assert graph.body.startswith(b"<http://example.org/s5>")
            with pytest.raises(NotAcceptable, match="is a graph"):
                await engine.ask(Question("DESCRIBE ex:s5", graph=""))
            with pytest.raises(NotAcceptable, match="table or a boolean"):
                await engine.ask(Question("ASK {}", results=""))

    run(work)


def test_the_keepers_forks_answer_from_a_filled_store_at_the_same_time() -> None:
    async def work() -> None:
        async with running(replace(LIMITS, workers=4)) as engine:
            counts = await asyncio.gather(*(ask(engine, f"{ALL} #{n}") for n in range(40)))
            assert {len(c["results"]["bindings"]) for c in counts} == {2000}

    run(work)


def test_a_query_past_its_deadline_is_killed_and_others_never_notice() -> None:
    async def work() -> None:
        async with running(replace(LIMITS, seconds=1)) as engine:
            before = evaluators(engine)
            runaway = asyncio.ensure_future(ask(engine, RUNAWAY))
            for n in range(20):
                assert (await ask(engine, f"ASK {{ ex:s1 ?p ?o }} #{n}"))["boolean"]
            assert not runaway.done()
            with pytest.raises(QueryTimeout, match="stopped after 1 s"):
                await runaway
            killed = before - evaluators(engine)
            assert len(killed) == 1
            assert await gone(killed)
            assert (await ask(engine, "ASK { ex:s2 ?p ?o }"))["boolean"]

    run(work)


def test_runaways_behind_runaways_and_quick_ones_behind_them_are_all_seen_to() -> None:
    async def work() -> None:
        async with running(replace(LIMITS, seconds=1, workers=1, most_workers=3)) as engine:
            for _ in range(3):
                slow = [asyncio.ensure_future(ask(engine, RUNAWAY)) for _ in "12"]
                quick = [
                    asyncio.ensure_future(ask(engine, f"ASK {{ ex:s1 ?p ?o }} #{n}"))
                    for n in range(20)
                ]
                assert all(a["boolean"] for a in await asyncio.gather(*quick))
                ends = await asyncio.gather(*slow, return_exceptions=True)
                assert {type(e) for e in ends} <= {QueryTimeout, Busy}
            assert engine.load["busy"] == 0
            pids = evaluators(engine)
            await asyncio.sleep(0.5)
            assert not any([await asyncio.to_thread(works, pid) for pid in pids])

    run(work)


def works(pid: int) -> bool:
    """Whether a process uses the processor."""

    def ticks() -> int:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])

    before = ticks()
    time.sleep(0.3)
    return ticks() - before > 5


def test_a_client_may_ask_for_less_time_but_not_for_more() -> None:
    async def work() -> None:
        async with running(replace(LIMITS, seconds=1)) as engine:
            with pytest.raises(QueryTimeout, match=r"0\.2 s"):
                await ask(engine, RUNAWAY, seconds=0.2)
            with pytest.raises(QueryTimeout, match="after 1 s"):
                await ask(engine, RUNAWAY, seconds=60)

    run(work)


def test_a_query_that_needs_too_much_memory_ends_alone() -> None:
    async def work() -> None:
        async with running(replace(LIMITS, memory=32 << 20)) as engine:
            with pytest.raises(OutOfMemory, match="more than 32 MB"):
                await ask(engine, "SELECT DISTINCT * { ?s ?p ?o . ?a ?b ?c }")
            assert (await ask(engine, "ASK { ex:s2 ?p ?o }"))["boolean"]

    run(work)


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_rows_are_counted_exactly_and_one_too_many_is_refused(form: str) -> None:
    async def work() -> None:
        async with running(replace(LIMITS, rows=500)) as engine:
            got = await engine.ask(Question(f"{ALL} LIMIT 500", results=form))
            assert got.body
            with pytest.raises(AnswerTooLarge, match="more than 500 rows"):
                await engine.ask(Question(f"{ALL} LIMIT 501", results=form))

    run(work)


@pytest.mark.parametrize(("form", "row"), [("json", b'{"a":"},{\\""},'), ("csv", b'"a\n""\n"\n')])
def test_marks_in_literals_are_no_rows_wherever_a_piece_is_cut(form: str, row: bytes) -> None:
    whole = row * 40
    for cut in range(1, 20):
        spool = Spool(form, 41, 1 << 20, None)
        for at in range(0, len(whole), cut):
            spool.write(whole[at : at + cut])
        assert spool.content == whole
        with pytest.raises(AnswerTooLarge):
            spool.write(row * 3)


def test_an_answer_of_too_many_bytes_is_refused() -> None:
    async def work() -> None:
        async with running(replace(LIMITS, bytes=10_000)) as engine:
            with pytest.raises(AnswerTooLarge, match="more than 10,000 bytes"):
                await engine.ask(Question("CONSTRUCT WHERE { ?s ?p ?o }"))

    run(work)


def test_a_long_answer_is_whole_in_a_file_without_a_name(tmp_path: Path) -> None:
    async def work() -> None:
        async with running(replace(LIMITS, spool=tmp_path), count=20_000) as engine:
            got = await engine.ask(Question(ALL))
            assert got.filed
            assert got.size > SHORT
            assert len(json.loads(got.piece(0, got.size))["results"]["bindings"]) == 20_000
            assert list(tmp_path.iterdir()) == []

    run(work)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { sErViCe SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { SERVICE# c\n<http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { \\u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { ſERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { VALUES ?x { <http://127.0.0.1:9/> } SERVICE ?x { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o",
        "ASK {" + "{" * 100_000 + "}" * 100_001,
        "SELECT (" * 5_000,
        "LOAD <file:///etc/passwd>",
        "INSERT DATA { <urn:a> <urn:b> 1 }",
        "",
    ],
)
def test_hostile_and_broken_queries_are_refused_in_words(text: str) -> None:
    async def work() -> None:
        async with running() as engine:
            with pytest.raises(BadQuery) as refused:
                await ask(engine, text)
            assert len(str(refused.value)) > 20
            assert (await ask(engine, "ASK { ex:s2 ?p ?o }"))["boolean"]

    run(work)


def test_files_named_in_from_are_graphs_that_are_not_there() -> None:
    async def work() -> None:
        async with running() as engine:
            got = await ask(engine, "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }")
            assert got["results"]["bindings"] == []

    run(work)


def test_only_endpoints_on_the_list_are_asked(canary: tuple[str, list[str]]) -> None:
    allowed, asked = canary

    async def work() -> None:
        async with running(replace(LIMITS, services=(allowed,))) as engine:
            text = "SELECT * {{ SERVICE SILENT {} {{ ?s ?p ?o }} }}"
            await ask(engine, text.format(f"<{allowed}>"))
            assert len(asked) == 1
            for other in (f"<{allowed}x>", "?x", "<x>", "ex:y", f"<{allowed}> {{}} SERVICE <a:b>"):
                with pytest.raises(BadQuery):
                    await ask(engine, text.format(other))
            assert len(asked) == 1

    run(work)


def test_answers_are_kept_until_the_data_change_and_never_longer() -> None:
    async def work() -> None:
        async with running() as engine:
            for _ in range(3):
                assert not (await ask(engine, IS_NEW.text))["boolean"]
            assert engine.cache.hits == 1
            before = engine.version
            changed = await engine.change(INSERT)
            assert not changed.durable
            assert engine.version != before
            assert (await ask(engine, IS_NEW.text))["boolean"]
            one = ox.Quad(*(ox.NamedNode(f"urn:{x}") for x in ("new", "p")), ox.Literal(1))
            await engine.apply([one], [], "v2")
            assert not (await ask(engine, IS_NEW.text))["boolean"]
            await engine.replace([one], "v3")
            assert engine.version == "v3"
            assert (await ask(engine, IS_NEW.text))["boolean"]
            assert len((await ask(engine, ALL))["results"]["bindings"]) == 1
            for _ in range(3):
                volatile = await engine.ask(Question("SELECT (NOW() AS ?now) {}"))
                assert volatile.volatile
            assert engine.cache.hits == 1

    run(work)


@pytest.mark.parametrize(
    "bad",
    [
        Change("update", "INSERT DATA { <urn:new> <urn:p> 1 } ; INSERT DATA { <urn:x> <urn:p> "),
        Change("update", "INSERT DATA { <urn:new> <urn:p> 1 } ; LOAD <http://127.0.0.1:9/>"),
        Change("update", "INSERT DATA { <urn:new> <urn:p> 1 } ; CREATE GRAPH <urn:g> ;"
               " CREATE GRAPH <urn:g>"),
        Change("post", documents=(("<urn:new> <urn:p> 1 .", "turtle"), ("<urn:x> .", "turtle"))),
        Change("delete", graph="urn:nothing"),
        Change("update", "INSERT { <urn:new> <urn:p> ?n } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?n}"),
    ],
)  # fmt: skip
def test_a_change_that_fails_changes_nothing(bad: Change) -> None:
    async def work() -> None:
        async with running(replace(LIMITS, seconds=1)) as engine:
            before = engine.version
            with pytest.raises((BadQuery, QueryTimeout, NoGraph, OutOfMemory)):
                await engine.change(bad)
            assert engine.version == before
            assert not (await ask(engine, IS_NEW.text))["boolean"]
            await engine.change(INSERT)
            assert (await ask(engine, IS_NEW.text))["boolean"]

    run(work)


def test_any_number_of_updates_can_be_made_and_each_is_seen() -> None:
    async def work() -> None:
        async with running(replace(LIMITS, workers=1), count=20) as engine:
            for n in range(500):
                await engine.change(Change("update", f"INSERT DATA {{ <urn:u> <urn:n> {n} }}"))
                assert (await ask(engine, f"ASK {{ <urn:u> <urn:n> {n} }}"))["boolean"]
                assert await engine.answers()
            found = await ask(engine, "SELECT (COUNT(*) AS ?n) { <urn:u> <urn:n> ?o }")
            assert found["results"]["bindings"][0]["n"]["value"] == "500"

    run(work)


def test_an_engine_that_answers_nothing_is_not_ready() -> None:
    async def work() -> None:
        async with running() as engine:
            assert await engine.answers()
            assert engine._pool
            await engine._pool.settled()  # else one that is still being started could answer
            pids = evaluators(engine)
            assert engine._pool.link
            keeper = engine._pool.link.pid
            os.kill(keeper, signal.SIGSTOP)  # no evaluator can be started any more
            try:
                for pid in pids:
                    os.kill(pid, signal.SIGKILL)
                # whether it is an evaluator's end or the queue that the query waits for
                for _ in range(3):
                    assert not await asyncio.wait_for(engine.answers(seconds=0.5), 10)
            finally:
                os.kill(keeper, signal.SIGCONT)
            assert (await patiently(engine, "ASK { ex:s2 ?p ?o }"))["boolean"]
            assert await engine.answers()

    run(work)


def test_a_runaway_is_stopped_while_the_keeper_is_at_other_work() -> None:
    async def work() -> None:
        async with running(replace(LIMITS, seconds=1)) as engine:
            assert engine._pool and engine._pool.link
            await engine._pool.settled()
            before = evaluators(engine)
            os.kill(engine._pool.link.pid, signal.SIGSTOP)
            try:
                with pytest.raises(QueryTimeout):
                    await ask(engine, RUNAWAY)
                assert (await ask(engine, "ASK { ex:s2 ?p ?o }"))["boolean"]
                assert not any([await asyncio.to_thread(works, pid) for pid in before])
            finally:
                os.kill(engine._pool.link.pid, signal.SIGCONT)
            assert (await ask(engine, "ASK { ex:s3 ?p ?o }"))["boolean"]

    run(work)


def test_a_change_is_seen_whole_by_every_query_after_it_and_by_none_before() -> None:
    async def work() -> None:
        async with running(replace(LIMITS, workers=3), count=50) as engine:
            text = "SELECT (COUNT(?a) AS ?x) (COUNT(?b) AS ?y) "
            text += "{ {?a <urn:one> 1} UNION {?b <urn:two> 1} }"
            done = 0

            async def keep_asking(who: int) -> None:
                n = 0
                while done < 30:
                    n, least = n + 1, done
                    row = (await ask(engine, f"{text} #{who}.{n}"))["results"]["bindings"][0]
                    x, y = (int(row[name]["value"]) for name in "xy")
                    assert x == y and least <= x

            askers = [asyncio.ensure_future(keep_asking(who)) for who in range(4)]
            for n in range(30):
                both = f"<urn:{n}> <urn:one> 1 . <urn:{n}> <urn:two> 1"
                await engine.change(Change("update", f"INSERT DATA {{ {both} }}"))
                done += 1
            await asyncio.gather(*askers)

    run(work)


def test_a_durable_change_outlives_everything(tmp_path: Path) -> None:
    async def work() -> None:
        async with running(scratch=tmp_path) as engine:
            assert (await engine.change(INSERT)).durable
            await kill_keeper(engine)
            assert (await patiently(engine, IS_NEW.text))["boolean"]
        async with running(scratch=tmp_path) as engine:
            assert (await ask(engine, IS_NEW.text))["boolean"]
            await engine.replace(quads(3), "v2")
        async with running(scratch=tmp_path, count=3) as engine:
            assert not (await ask(engine, IS_NEW.text))["boolean"]

    run(work)


async def kill_keeper(engine: Engine) -> None:
    assert engine._pool
    assert engine._pool.link
    os.kill(engine._pool.link.pid, signal.SIGKILL)


async def patiently(engine: Engine, text: str) -> Any:
    """Ask until the engine is there again."""
    for _ in range(200):
        with suppress(EngineLost):
            return await ask(engine, text)
        await asyncio.sleep(0.05)
    raise AssertionError("the engine did not come back")


def test_a_killed_keeper_takes_its_evaluators_along_and_is_replaced() -> None:
    async def work() -> None:
        async with running() as engine:
            await engine.change(INSERT)
            before = evaluators(engine)
            runaway = asyncio.ensure_future(ask(engine, RUNAWAY))
            await asyncio.sleep(0.3)
            await kill_keeper(engine)
            with pytest.raises(EngineLost):
                await runaway
            assert await gone(before)
            # what was only in memory is gone, as was said; the rest is right
            assert not (await patiently(engine, IS_NEW.text))["boolean"]
            assert len((await ask(engine, ALL))["results"]["bindings"]) == 2000
            assert engine.restarts == 1

    run(work)


def test_a_killed_evaluator_costs_its_own_query_only() -> None:
    async def work() -> None:
        async with running() as engine:
            for _ in range(3):
                runaway = asyncio.ensure_future(ask(engine, RUNAWAY))
                await asyncio.sleep(0.5)
                for pid in evaluators(engine):
                    os.kill(pid, signal.SIGKILL)
                assert (await ask(engine, "ASK { ex:s3 ?p ?o }"))["boolean"]
                with pytest.raises(EngineLost, match="ask again"):
                    await runaway
                assert (await ask(engine, "ASK { ex:s3 ?p ?o }"))["boolean"]

    run(work)


def test_one_client_can_not_have_all_evaluators_and_the_queue_has_an_end() -> None:
    async def work() -> None:
        limits = replace(LIMITS, seconds=3, workers=2, most_workers=4, a_client=2, queue=5)
        async with running(limits) as engine:
            greedy = [asyncio.ensure_future(ask(engine, RUNAWAY, client="greedy")) for _ in "1234"]
            await asyncio.sleep(0.3)
            assert engine.load["waiting"] == 2
            assert (await ask(engine, "ASK { ex:s1 ?p ?o }", client="modest"))["boolean"]
            greedy += [asyncio.ensure_future(ask(engine, RUNAWAY, client="greedy")) for _ in "123"]
            await asyncio.sleep(0)
            with pytest.raises(Busy, match="wait already"):
                await ask(engine, "ASK { ex:s2 ?p ?o }", client="greedy")
            ends = await asyncio.gather(*greedy, return_exceptions=True)
            assert {type(e) for e in ends} == {QueryTimeout, Busy}
            assert engine.load["busy"] == 0

    run(work)


def test_a_query_that_nobody_waits_for_is_stopped() -> None:
    async def work() -> None:
        async with running() as engine:
            before = evaluators(engine)
            with pytest.raises(Cancelled):
                await ask(engine, RUNAWAY, on_slow=engine.cancel)
            assert await gone(before - evaluators(engine))

    run(work)


def test_nothing_lives_on_when_the_engine_ends() -> None:
    async def work() -> None:
        async with running() as engine:
            assert engine._pool
            assert engine._pool.link
            pids = evaluators(engine) | {engine._pool.link.pid}
            with suppress(LdnError, TimeoutError):
                await asyncio.wait_for(ask(engine, RUNAWAY), 0.3)
        assert await gone(pids)

    run(work)
