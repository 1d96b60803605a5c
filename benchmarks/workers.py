"""What is measured, each in a process of its own, so that its memory is its own and it can be
stopped when it takes too long."""

import hashlib
import multiprocessing
import resource
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

import pyoxigraph as ox

from benchmarks.generate import BASE, corpus
from ldn_graph import files, queries, rdf
from ldn_graph.errors import BadParameter
from ldn_graph.grading.strength import Strength, grade_all, grade_some, kinship, read_rule
from ldn_graph.paths import search as paths
from ldn_graph.rdf import Names
from ldn_graph.records.vocabularies import Kind
from ldn_graph.store import Store, open_store
from ldn_graph.table import Table

_T = TypeVar("_T")

#: A search of our own beside the canned ones: three claims in a row, each of level 1 or more.
CHAIN = """
SELECT ?c1 ?c2 ?c3 WHERE {{
  ?c1 ldnv:subject {drug} ; ldnv:object ?a ; ldnv:evidenceLevel ?l1 .
  ?c2 ldnv:subject ?a ; ldnv:object ?b ; ldnv:evidenceLevel ?l2 .
  ?c3 ldnv:subject ?b ; ldnv:object {condition} ; ldnv:evidenceLevel ?l3 .
  FILTER(?l1 >= 1 && ?l2 >= 1 && ?l3 >= 1)
}}
"""
CANNED = (
    "provenance-of-claim",
    "claims-for-condition",
    "about-entity",
    "contested-claims",
    "strength-overview",
    "paths-to-condition",
)
QUESTIONS = (*CANNED, "chain of three")


class TooSlow(Exception):
    """No answer by the deadline; the worker is gone."""


@dataclass(frozen=True)
class Timed:
    """A value and the seconds that it took, inside the worker."""

    seconds: float
    value: Any


class Worker:
    """An object in a process of its own, whose methods return what `timed` gives."""

    def __init__(self, make: Callable[..., object], *arguments: object) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, make, arguments), daemon=True)
        self._process.start()
        theirs.close()

    def ask(self, method: str, *arguments: object, deadline: float) -> Timed:
        """Raises TooSlow after `deadline` seconds, RuntimeError where the worker failed."""
        self._pipe.send((method, arguments))
        if not self._pipe.poll(deadline):
            self.close()
            raise TooSlow(f"over {deadline:.0f} s")
        try:
            answer = self._pipe.recv()
        except EOFError:
            raise RuntimeError(f"{method}: the process ended; was there enough memory?") from None
        if isinstance(answer, Timed):
            return answer
        raise RuntimeError(f"{method}: {answer}")

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._pipe.close()
        self._process.kill()
        self._process.join()


def _serve(pipe: Connection, make: Callable[..., object], arguments: tuple[object, ...]) -> None:
    served = make(*arguments)
    while True:
        try:
            method, given = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send(getattr(served, method)(*given))
        except Exception as error:
            pipe.send(f"{type(error).__name__}: {error}")


def timed(work: Callable[[], _T]) -> tuple[Timed, _T]:
    """The seconds of `work`, and what it returned (which stays here)."""
    start = perf_counter()
    value = work()
    return Timed(perf_counter() - start, None), value


def peak_memory() -> int:
    """The most memory that this process ever held, in bytes."""
    status = Path("/proc/self/status")
    if status.is_file():  # ru_maxrss would count the parent's memory too
        line = next(w for w in status.read_text().splitlines() if w.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size if sys.platform == "darwin" else size * 1024


class Model:
    """The Python side: generate, grade, search paths, write RDF."""

    def __init__(self, claims: int, seed: int, pairs: int) -> None:
        self.claims, self.seed, self.wanted_pairs = claims, seed, pairs
        self.rule = read_rule(files.root() / "data" / "strength.yaml")
        self.strengths: dict[str, Strength] = {}
        self.found: dict[tuple[str, str], tuple[paths.Path, ...]] = {}

    def generate(self) -> Timed:
        took, self.corpus = timed(lambda: corpus(self.claims, seed=self.seed))
        items = sum(len(c.evidence) for c in self.corpus.claims.values())
        counts = {"entities": len(self.corpus.entities), "sources": len(self.corpus.sources)}
        return Timed(took.seconds, {**counts, "items": items})

    def grade(self) -> Timed:
        took, self.strengths = timed(lambda: grade_all(self.corpus, self.rule))
        return took

    def grade_changed(self) -> Timed:
        """The strengths that may change with one claim: its own and those of its kin."""
        claim = next(iter(self.corpus.current()))
        shared = kinship(claim)
        names = [c.id for c in self.corpus.current() if kinship(c) == shared]
        return timed(lambda: grade_some(names, self.corpus, self.rule))[0]

    def subjects(self) -> Timed:
        """What the queries are about: the busiest drug, and conditions from busy to rare."""
        spoken: dict[str, int] = {}
        for claim in self.corpus.current():
            for name in (claim.subject, claim.object):
                spoken[name] = spoken.get(name, 0) + 1

        def ranked(kind: Kind) -> list[str]:
            chosen = [n for n in spoken if self.corpus.entities[n].kind is kind]
            return sorted(chosen, key=lambda n: (-spoken[n], n))

        drug, conditions = ranked(Kind.DRUG)[0], ranked(Kind.CONDITION)
        pathways = ranked(Kind.PATHWAY) or conditions
        step = max(1, len(conditions) // self.wanted_pairs)
        chosen = {
            "drug": drug,
            "conditions": conditions[::step][: self.wanted_pairs],
            "entity": pathways[len(pathways) // 2],
            "claim": next(c.id for c in self.corpus.current() if c.subject == drug),
        }
        return Timed(0, chosen)

    def find_paths(self, start: str, end: str, max_steps: int) -> Timed:
        """The number of paths, or None where the search gives up (and says so)."""

        def search() -> tuple[paths.Path, ...] | None:
            try:
                return paths.find_paths(
                    self.corpus, self.strengths, start, end, max_steps=max_steps
                )
            except BadParameter:
                return None

        took, found = timed(search)
        self.found[start, end] = found or ()
        return Timed(took.seconds, None if found is None else len(found))

    def all_paths(self) -> Timed:
        """The paths that a build would write: how many, and how deep it searched."""
        took, found = timed(lambda: paths.all_paths(self.corpus, self.strengths))
        return Timed(took.seconds, (len(found), found.steps))

    def write(self, target: str, paths_a_pair: int) -> Timed:
        """Both levels of the RDF, and the found paths, one quad after the other."""
        chosen = [p for found in self.found.values() for p in found[:paths_a_pair]]
        count = 0

        def counted() -> Any:
            nonlocal count
            for quad in rdf.stream(self.corpus, self.strengths, chosen):
                count += 1
                yield quad

        took, _ = timed(lambda: ox.serialize(counted(), target, format=ox.RdfFormat.N_QUADS))
        return Timed(took.seconds, {"quads": count, "paths in the RDF": len(chosen)})

    def memory(self) -> Timed:
        return Timed(0, {"peak": peak_memory(), "disk": 0})


class Engine:
    """A store: `memory:`, `rdflib:`, or a folder."""

    def __init__(self, where: str, subjects: dict[str, Any]) -> None:
        self.where = where
        self.store: Store | None = None
        self.names = Names(BASE)
        self.texts = _texts(subjects, self.names)

    def load(self, source: str) -> Timed:
        """Read the N-Quads file into a new store."""
        if self.store is not None:
            self.store.close()
            self.store = None
        if not self.where.endswith(":"):
            shutil.rmtree(self.where, ignore_errors=True)

        def work() -> Store:
            store = open_store(self.where, prefixes=self.names.prefixes)
            store.load(ox.parse(path=source, format=ox.RdfFormat.N_QUADS))
            return store

        took, self.store = timed(work)
        return took

    def query(self, name: str) -> Timed:
        """Ask; the value is the number of rows and their digest, whatever their order."""
        store, text = self.store, self.texts[name]
        assert store is not None
        took, answer = timed(lambda: store.query(text))
        assert isinstance(answer, Table)
        order = [answer.columns.index(c) for c in sorted(answer.columns)]
        rows = sorted("\t".join(str(row[n]) for n in order) for row in answer.rows)
        return Timed(
            took.seconds, (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
        )

    def memory(self) -> Timed:
        size = 0
        if not self.where.endswith(":"):
            size = sum(p.stat().st_size for p in Path(self.where).rglob("*") if p.is_file())
        return Timed(0, {"peak": peak_memory(), "disk": size})


def _texts(subjects: dict[str, Any], names: Names) -> dict[str, str]:
    """Name → SPARQL: the canned queries filled for these subjects, and the search."""
    condition = subjects["conditions"][len(subjects["conditions"]) // 2]
    given: dict[str, dict[str, str]] = {
        "provenance-of-claim": {"claim": subjects["claim"]},
        "claims-for-condition": {"condition": condition},
        "about-entity": {"entity": subjects["entity"]},
        "paths-to-condition": {"drug": subjects["drug"], "condition": condition},
    }
    there = queries.canned(files.root() / "queries")
    texts = {n: queries.fill(there[n], given.get(n, {}), base=names.base) for n in CANNED}
    ends = {"drug": subjects["drug"], "condition": condition}
    filled = {name: str(names.of("entity", value)) for name, value in ends.items()}
    return {**texts, "chain of three": CHAIN.format(**filled)}
