"""Holds the store in a process with one thread, and forks evaluators from it.

Started as `python -m ldn_graph.web.engine.keeper DESCRIPTOR`, it is told on that connection which
method to call, and ends when it closes. A change is carried out in a fork first, which is killed at
its deadline and dies alone where it needs too much; what ended well there is repeated here.
"""

import gc
import os
import signal
import sys
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import recv_handle
from typing import Any

import pyoxigraph as ox

from ldn_graph.errors import LdnError
from ldn_graph.web.engine import change, confine, evaluator
from ldn_graph.web.engine.job import Change

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
            change.apply(task, self.store, self.rules.prefixes, self.rules.base)
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
            confine.limit_files(self.rules.bytes + _SLACK)
            evaluator.serve(channel, self.store, self.rules)

        return self._forked(evaluate), self.generation

    def attempt(self, task: Change) -> int:
        """A process that carries out a change, says on the descriptor that follows what came of it,
        and ends; its pid."""

        def carry_out(channel: Connection) -> None:
            try:
                new = change.apply(task, self.store, self.rules.prefixes, self.rules.base)
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
                confine.die_with(parent)
                confine.hush()
                confine.limit_memory(self.memory)
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
            confine.leave_network()
        confine.give_way()
        Keeper(channel, rules, memory).run()


if __name__ == "__main__":
    main()
