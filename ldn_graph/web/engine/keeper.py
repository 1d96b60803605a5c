"""Holds the store in a process with one thread, and forks evaluators from it.

Started as `python -m ldn_graph.web.engine.keeper DESCRIPTOR`, it is told on that connection which
method to call, and ends when it closes. A change is carried out in a fork first, which is killed at
its deadline and dies alone where it needs too much; what ended well there is repeated here.
"""

import gc
import os
import signal
import sys
from collections.abc import Callable, Iterable, Mapping
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import recv_handle
from typing import Any

import pyoxigraph as ox

from ldn_graph.errors import BadQuery, LdnError
from ldn_graph.store.sparql import Token, forbid_remote, place, tokens, without_silent_loads
from ldn_graph.web.engine import evaluator, sandbox
from ldn_graph.web.engine.evaluator import bad_text, named
from ldn_graph.web.engine.job import GRAPHS, Change, NoGraph


def apply(change: Change, store: ox.Store, prefixes: Mapping[str, str], base: str) -> bool:
    """Whether a graph was made that was not there. Raises BadQuery, NoGraph.

    Not all or nothing for several documents: the caller throws a half-changed store away.
    """
    try:
        if change.kind == "update":
            _update(change, store, prefixes, base)
            return False
        return _graph(change, store)
    except (RuntimeError, OSError, ValueError) as error:
        raise BadQuery(f"the engine can't carry this out: {error}; rewrite that part") from error


def _update(change: Change, store: ox.Store, prefixes: Mapping[str, str], base: str) -> None:
    text = without_silent_loads(change.text)
    forbid_remote(text)
    if change.using is not None or change.using_named is not None:
        text = with_using(text, change.using or (), change.using_named or ())
    try:
        store.update(text, prefixes=dict(prefixes), base_iri=base)
    except SyntaxError as error:
        raise bad_text(str(error), change.text, prefixes, update=True) from None


def _graph(change: Change, store: ox.Store) -> bool:
    if change.graph is None:
        if change.kind in ("put", "delete"):
            store.clear()
        for content, format_ in change.documents:
            _load(store, content, format_, change.base, None)
        return False
    graph = named(change.graph) if change.graph else ox.DefaultGraph()
    there = isinstance(graph, ox.DefaultGraph) or store.contains_named_graph(graph)
    if change.kind == "delete" and not there:
        raise NoGraph(f"{change.graph}: no such graph here; there is nothing to delete")
    if change.kind in ("put", "delete"):
        store.clear_graph(graph)
    if change.kind == "delete":
        if isinstance(graph, ox.NamedNode):
            store.remove_graph(graph)
        return False
    if isinstance(graph, ox.NamedNode):
        store.add_graph(graph)
    for content, format_ in change.documents:
        _load(store, content, format_, change.base, graph)
    return not there


def _load(
    store: ox.Store,
    content: str,
    format_: str,
    base: str | None,
    graph: ox.NamedNode | ox.DefaultGraph | None,
) -> None:
    try:
        store.load(content, format=GRAPHS[format_], base_iri=base, to_graph=graph)
    except SyntaxError as error:
        raise BadQuery(f"the content is no {GRAPHS[format_].name}: {error}; mend it") from error


def with_using(text: str, default: Iterable[str], named_graphs: Iterable[str]) -> str:
    """`text` whose operations look for their patterns in these graphs.

    Raises BadQuery where the text names graphs for that itself.

    >>> with_using("DELETE { ?s ?p 1 } WHERE { ?s ?p 1 }", ["urn:g"], [])
    'DELETE { ?s ?p 1 } USING <urn:g> WHERE { ?s ?p 1 }'
    """
    clause = "".join(
        [f"USING {named(g)} " for g in default] + [f"USING NAMED {named(g)} " for g in named_graphs]
    )
    places = []
    depth, before = 0, ""
    for token in tokens(text):
        word = token.text.upper() if token.kind == "word" and depth == 0 else ""
        if word in ("USING", "WITH"):
            raise BadQuery(
                f"{place(text, token.start)}: {word} and using-graph-uri both name graphs; "
                "leave one of them out"
            )
        if word == "WHERE":
            places.append(_where(text, token, before))
        depth += (token.text == "{") - (token.text == "}") if token.kind == "mark" else 0
        before = token.text.upper()
    for at in reversed(places):
        text = text[:at] + clause + text[at:]
    return text


def _where(text: str, token: Token, before: str) -> int:
    if before == "DELETE":
        raise BadQuery(
            f"{place(text, token.start)}: DELETE WHERE can't be given using-graph-uri; write "
            "DELETE {…} WHERE {…}"
        )
    return token.start


#: What an evaluator may write above an answer's limit, which is what refuses it in words.
_SLACK = 1 << 16
_FORK = get_context("fork")


class Keeper:
    """One store, how often it was changed, and the processes forked from it."""

    def __init__(self, channel: Connection, rules: evaluator.Rules, memory: int) -> None:
        self.channel, self.rules, self.memory = channel, rules, memory
        self.store = ox.Store()
        self.generation = 0
        self.children: dict[int, BaseProcess] = {}

    def run(self) -> None:
        """Do what is asked until there is nobody who asks."""
        methods: dict[str, Callable[..., Any]] = {
            m.__name__: m
            for m in (self.load, self.apply, self.commit, self.fork, self.attempt, self.end)
        }
        try:
            while True:
                method, given = self.channel.recv()
                try:
                    value = methods[method](*given)
                except (LdnError, SyntaxError, OSError) as error:
                    value = error
                self.channel.send(value)
        except (EOFError, OSError):
            for child in self.children.values():
                child.kill()

    # ── the store; each returns its generation

    def load(self, path: str) -> int:
        """Have the N-Quads of a file instead of all others."""
        fresh = ox.Store()
        fresh.bulk_load(path=path, format=ox.RdfFormat.N_QUADS)
        self.store = fresh
        return self._changed()

    def apply(self, path: str, removed: int) -> int:
        """Remove the first quads of a file, add the others."""
        quads = list(ox.parse(path=path, format=ox.RdfFormat.N_QUADS))
        for quad in quads[:removed]:
            self.store.remove(quad)
        self.store.extend(quads[removed:])
        return self._changed()

    def commit(self, task: Change, path: str | None) -> int:
        """Carry out a change that an attempt came to a good end with; write all quads to `path`."""
        try:
            apply(task, self.store, self.rules.prefixes, self.rules.base)
        except BaseException:
            os.abort()  # half a change must not be seen: the front has the state before it
        if path:
            with open(path, "wb") as file:  # noqa: PTH123
                self.store.dump(file, format=ox.RdfFormat.N_QUADS)
                file.flush()
                os.fsync(file.fileno())
        return self._changed()

    def _changed(self) -> int:
        # leave as little as can be that a fork's garbage collector would touch, and so copy
        gc.collect()
        gc.freeze()
        self.generation += 1
        return self.generation

    # ── processes

    def fork(self) -> tuple[int, int]:
        """An evaluator on the descriptor that follows; its pid, and its store's generation."""

        def evaluate(channel: Connection) -> None:
            sandbox.limit_files(self.rules.bytes + _SLACK)
            evaluator.serve(channel, self.store, self.rules)

        return self._forked(evaluate), self.generation

    def attempt(self, task: Change) -> int:
        """A process that carries out a change, says on the descriptor that follows what came of it,
        and ends; its pid."""

        def carry_out(channel: Connection) -> None:
            try:
                new = apply(task, self.store, self.rules.prefixes, self.rules.base)
                evaluator.send(channel, 0, b"new" if new else b"")
            except LdnError as error:
                evaluator.send(channel, *evaluator.refusal(error))
            except MemoryError:
                os.abort()

        return self._forked(carry_out)

    def end(self, pid: int) -> int:
        """Kill a process, if that's still needed; its exit code, or the signal below 0."""
        child = self.children.pop(pid, None)
        if child is None:  # a former keeper's, which took it along
            return 0
        child.kill()
        child.join()
        return child.exitcode or 0

    def _forked(self, work: Callable[[Connection], None]) -> int:
        parent = os.getpid()
        with Connection(recv_handle(self.channel)) as channel:

            def confined() -> None:
                self.channel.close()
                sandbox.die_with(parent)
                sandbox.hush()
                sandbox.limit_memory(self.memory)
                work(channel)

            child = _FORK.Process(target=confined)
            child.start()
        assert child.pid is not None
        self.children[child.pid] = child
        return child.pid


def main() -> None:
    """Run a keeper on the descriptor that the command line names."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends us
    # imported here, before the forks, so that none of them needs to for its first syntax error
    import rdflib.plugins.sparql.parser  # noqa: F401

    with Connection(int(sys.argv[1])) as channel:
        rules, memory = channel.recv()
        if not rules.services:
            sandbox.leave_network()
        sandbox.give_way()
        Keeper(channel, rules, memory).run()


if __name__ == "__main__":
    main()
