"""Holds the store in a process with one thread, and forks evaluators from it.

It is told what to do by frames on one socket, in order, and ends when that closes. Started as
`python -m ldn_graph.web.engine.keeper SOCKET RULES`. An update is carried out in a fork, which
then is the keeper in this one's place: so it can be killed, and happens whole or not at all.
"""

import contextlib
import gc
import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from typing import IO, NoReturn

import pyoxigraph as ox

from ldn_graph.errors import LdnError
from ldn_graph.web.engine import change, confine, evaluator, frames
from ldn_graph.web.engine.job import Change

#: What an evaluator may write above an answer's limit, which is what refuses it in words.
_SLACK = 1 << 16


class Keeper:
    """One store and the processes forked from it."""

    def __init__(self, channel: socket.socket, rules: evaluator.Rules, memory: int) -> None:
        self.channel = channel
        self.rules, self.memory = rules, memory
        self.store = ox.Store()
        self.children: set[int] = set()

    def run(self) -> None:
        """Do what is asked until there is nobody who asks."""
        do: dict[int, Callable[[bytes, int | None], None]] = {
            frames.FORK: self._fork,
            frames.REAP: self._reap,
            frames.REPLACE: self._replace,
            frames.APPLY: self._apply,
            frames.CHANGE: self._change,
            frames.RELEASE: self._release,
        }
        with contextlib.suppress(frames.Closed):
            while True:
                kind, body, fd = frames.receive(self.channel)
                try:
                    do[kind](body, fd)  # after a change this is another process, in the same loop
                finally:
                    if fd is not None:
                        os.close(fd)
        for pid in self.children:
            os.kill(pid, signal.SIGKILL)

    def _fork(self, _: bytes, fd: int | None) -> None:
        """An evaluator on the socket `fd`."""
        assert fd is not None
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            _child(lambda: self._evaluate(fd, parent))
        self.children.add(pid)
        self._tell(str(pid).encode())

    def _evaluate(self, fd: int, parent: int) -> None:
        self.channel.close()
        confine.die_with(parent)
        _hush()
        confine.limit_files(self.rules.bytes + _SLACK)
        confine.limit_memory(self.memory)
        with socket.socket(fileno=fd) as channel:
            evaluator.serve(channel, self.store, self.rules)

    def _reap(self, body: bytes, _: int | None) -> None:
        """Kill the process `body`, if that's still needed, and say how it ended."""
        pid = int(body)
        status = 0
        if pid in self.children:
            self.children.remove(pid)
            os.kill(pid, signal.SIGKILL)
            _, status = os.waitpid(pid, 0)
        self._tell(str(os.waitstatus_to_exitcode(status)).encode())

    def _replace(self, _: bytes, fd: int | None) -> None:
        """Have the quads in the file `fd` instead of all others."""
        assert fd is not None
        with _opened(fd) as file:
            fresh = ox.Store()
            try:
                fresh.bulk_load(file, format=ox.RdfFormat.N_QUADS)
            except (SyntaxError, OSError) as error:
                self._tell(str(error).encode(), frames.FAILED)
                return
        self.store = fresh
        _settle()
        self._tell(str(len(fresh)).encode())

    def _apply(self, body: bytes, fd: int | None) -> None:
        """Remove the first `body` quads of the file `fd`, add the others."""
        assert fd is not None
        with _opened(fd) as file:
            quads = list(ox.parse(file, format=ox.RdfFormat.N_QUADS))
        removed = int(body)
        for quad in quads[:removed]:
            self.store.remove(quad)
        self.store.extend(quads[removed:])
        _settle()
        self._tell(str(len(self.store)).encode())

    def _change(self, body: bytes, fd: int | None) -> None:
        """Fork a keeper on the socket `fd` that carries out a change first.

        The fork returns from here into the loop of `run`, so that the stack is as deep after any
        number of changes as after none.
        """
        assert fd is not None
        pid = os.fork()
        if pid:
            self.children.add(pid)
            self._tell(str(pid).encode())
            return
        accepted = False
        try:
            accepted = self._candidate(os.dup(fd), body)
        except frames.Closed:
            os._exit(0)
        except BaseException:
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        if not accepted:
            os._exit(0)

    def _candidate(self, fd: int, body: bytes) -> bool:
        """Change the store and write it to the file that is named, if one is.

        Whether this process is the keeper now; False if the change was refused.
        """
        self.channel.close()
        self.channel, self.children = socket.socket(fileno=fd), set()
        where, _, task = body.partition(b"\n")
        confine.limit_memory(self.memory)
        voice = _hush()
        try:
            new = change.apply(
                Change.from_bytes(task), self.store, self.rules.prefixes, self.rules.base
            )
            if where:
                _write(self.store, where.decode())
        except LdnError as error:
            frames.send(self.channel, *_refused(error))
            return False
        except MemoryError:
            os.abort()
        confine.limit_memory(0)
        os.dup2(voice, 2)
        os.close(voice)
        _settle()
        self._tell(b"new" if new else b"")
        return True

    def _release(self, body: bytes, _: int | None) -> None:
        """Let the process `body`, which is the keeper now, live on after this one."""
        self.children.discard(int(body))
        self._tell(b"")

    def _tell(self, body: bytes, kind: int = frames.DONE) -> None:
        frames.send(self.channel, kind, body)


def _refused(error: LdnError) -> tuple[int, bytes]:
    kind, body = evaluator.refusal(error)
    assert isinstance(body, bytes)
    return kind, body


def _write(store: ox.Store, path: str) -> None:
    """The whole store as N-Quads, on the disk before this returns."""
    with open(path, "wb") as file:  # noqa: PTH123
        store.dump(file, format=ox.RdfFormat.N_QUADS)
        file.flush()
        os.fsync(file.fileno())


def _hush() -> int:
    """Keep what the engine says while it breaks down out of the log, which has our own words for
    it; the place where it was to be said before."""
    voice, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    return voice


def _opened(fd: int) -> IO[bytes]:
    os.lseek(fd, 0, os.SEEK_SET)
    return os.fdopen(os.dup(fd), "rb")


def _settle() -> None:
    """Leave as little as can be that a fork's garbage collector would touch, and so copy."""
    gc.collect()
    gc.freeze()


def _child(work: Callable[[], None]) -> NoReturn:
    """Do `work` in a fork, and end it whatever happens: it must not go on as its parent."""
    try:
        work()
    except frames.Closed:
        pass
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    finally:
        os._exit(0)


def main() -> None:
    """Run a keeper as the command line has it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends us
    given = json.loads(sys.argv[2])
    memory = given.pop("memory")
    rules = evaluator.Rules(**given | {"services": tuple(given["services"])})
    # imported here, before the forks, so that none of them needs to for its first syntax error
    import rdflib.plugins.sparql.parser  # noqa: F401

    if not rules.services:
        confine.leave_network()
    confine.give_way()
    with socket.socket(fileno=int(sys.argv[1])) as channel:
        Keeper(channel, rules, memory).run()


if __name__ == "__main__":
    main()
