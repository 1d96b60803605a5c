"""The one façade: open a corpus, ask it, walk it, draw it, check it, export it.

>>> g = EvidenceGraph.open()
>>> g.paths("low-dose-naltrexone", "crohns-disease")[0].weakest.claim.subject  # doctest: +SKIP
'low-dose-naltrexone'
"""

import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, overload

import networkx as nx
import pyoxigraph as ox

from ldn_graph import files, queries, rdf
from ldn_graph.errors import MissingExtra, UnknownName, UsageError
from ldn_graph.grading import comparison
from ldn_graph.grading.strength import Rule, Strength, grade_all, read_rule
from ldn_graph.paths import gaps, search
from ldn_graph.pictures.scene import Scene, scene
from ldn_graph.records import corpus as corpora
from ldn_graph.records.model import Claim, Corpus, Entity, Source
from ldn_graph.reports.evidence import evidence_table
from ldn_graph.reports.gaps import gaps_table
from ldn_graph.reports.paths import paths_table
from ldn_graph.store import Store, open_store
from ldn_graph.table import Table, plain
from ldn_graph.workspace import past

if TYPE_CHECKING:
    import pandas as pd
    import rdflib

    from ldn_graph.records.findings import Finding

_V = TypeVar("_V")

#: Names the corpus folder when no argument does.
DATA_VARIABLE = "LDN_GRAPH_DATA"
_IN_MEMORY = ("memory:", "rdflib:")


@dataclass(frozen=True)
class Rows:
    """The rows of a query; iterates as dicts of plain values, None where unbound."""

    table: Table

    def __len__(self) -> int:
        return len(self.table)

    def __iter__(self) -> Iterator[dict[str, str | None]]:
        for row in self.table:
            yield {name: None if term is None else plain(term) for name, term in row.items()}

    def to_dataframe(self) -> "pd.DataFrame":
        """One row a result; numbers and booleans as such. Raises MissingExtra without pandas."""
        names = self.table.columns
        return _pandas().DataFrame(
            [[_native(t) for t in row] for row in self.table.rows], columns=list(names)
        )


@dataclass(frozen=True)
class Found(Sequence[_V]):
    """What was found, in order; a sequence that converts, as its `table` has it."""

    found: tuple[_V, ...]
    table: Table = field(repr=False)

    @overload
    def __getitem__(self, index: int) -> _V: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[_V]: ...
    def __getitem__(self, index: int | slice) -> _V | Sequence[_V]:
        return self.found[index]

    def __len__(self) -> int:
        return len(self.found)

    def to_dataframe(self) -> "pd.DataFrame":
        """The table. Raises MissingExtra without pandas."""
        return Rows(self.table).to_dataframe()


@dataclass(frozen=True)
class PathSet(Sequence[search.Path]):
    """Ranked paths, best first; a sequence that converts."""

    found: tuple[search.Path, ...]
    corpus: Corpus = field(repr=False)
    strengths: Mapping[str, Strength] = field(repr=False)

    @overload
    def __getitem__(self, index: int) -> search.Path: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[search.Path]: ...
    def __getitem__(self, index: int | slice) -> search.Path | Sequence[search.Path]:
        return self.found[index]

    def __len__(self) -> int:
        return len(self.found)

    @property
    def claims(self) -> tuple[str, ...]:
        """The ids of all claims on the paths, sorted."""
        return tuple(sorted({step.claim.id for path in self.found for step in path.steps}))

    @cached_property
    def table(self) -> Table:
        """One row a step, with its quote."""
        return paths_table(self.found, self.corpus)

    def to_dataframe(self) -> "pd.DataFrame":
        """One row a step. Raises MissingExtra without pandas."""
        return Rows(self.table).to_dataframe()

    def to_networkx(self) -> "nx.MultiDiGraph[str]":
        """The claims on the paths, one edge a claim (key = claim id)."""
        whole = search.multigraph(self.corpus, self.strengths)
        wanted = set(self.claims)
        chosen = [e for e in whole.edges(keys=True) if e[2] in wanted]
        return whole.edge_subgraph(chosen).copy()

    def to_rdflib(self) -> "rdflib.Dataset":
        """The paths and their claims, both levels, as an rdflib Dataset."""
        wanted = set(self.claims)
        part = self.corpus.model_copy(
            update={"claims": {i: c for i, c in self.corpus.claims.items() if i in wanted}}
        )
        return to_rdflib(rdf.quads(part, self.strengths, self.found))


@dataclass(frozen=True)
class EvidenceGraph:
    """An opened corpus with everything that is derived from it, each derived once."""

    corpus: Corpus
    places: corpora.Places = field(repr=False)
    rule: Rule = field(repr=False)
    folder: Path
    where: str = "memory:"

    @classmethod
    def open(
        cls,
        data: str | Path | None = None,
        *,
        store: str = "memory:",
        as_of: str | past.Moment | None = None,
    ) -> "EvidenceGraph":
        """Open the corpus in `data`, in LDN_GRAPH_DATA, or the shipped one.

        `store` is where SPARQL is asked: `memory:` builds from the corpus at the first query; a
        folder or endpoint URL must have been filled by `build`. `as_of`, a day, a time or the
        number of a change, opens a workspace as it was. Raises FileError, DataError, UsageError.
        """
        folder = data_folder(data)
        if as_of is not None:
            if store not in _IN_MEMORY:
                raise UsageError(f"{store}: holds no past; ask a past state without a store")
            then = past.state(folder, past.moment(as_of) if isinstance(as_of, str) else as_of)
            return cls(then.corpus, then.places, then.rule, folder, store)
        corpus, places = corpora.read(folder)
        own = folder / "strength.yaml"
        rule = read_rule(own if own.is_file() else files.root() / "data" / "strength.yaml")
        return cls(corpus, places, rule, folder, store)

    @cached_property
    def strengths(self) -> dict[str, Strength]:
        """Claim id → strength."""
        return grade_all(self.corpus, self.rule)

    @cached_property
    def quads(self) -> list[ox.Quad]:
        """Both levels and the paths, sorted."""
        return rdf.quads(self.corpus, self.strengths, self.all_paths)

    @cached_property
    def all_paths(self) -> search.AllPaths:
        """Every path from a drug to something that it is said to help or harm, as in the RDF."""
        return search.all_paths(self.corpus, self.strengths)

    @cached_property
    def store(self) -> Store:
        """The store that SPARQL is asked of; one in memory is filled here."""
        in_memory = self.where in _IN_MEMORY
        names = rdf.Names(self.corpus.description.base)
        opened = open_store(self.where, read_only=not in_memory, prefixes=names.prefixes)
        if in_memory:
            opened.load(self.quads)
        return opened

    @cached_property
    def canned(self) -> dict[str, queries.CannedQuery]:
        """The shipped queries, by name."""
        return queries.canned(files.root() / "queries")

    def claim(self, name: str) -> Claim:
        """Raises UnknownName."""
        return _one(self.corpus.claims, "claim", name)

    def entity(self, name: str) -> Entity:
        """By id, or by label, synonym or hidden label, whatever the case. Raises UnknownName."""
        found = self.corpus.entity_called(name)
        return found or _one(self.corpus.entities, "entity", name)

    def source(self, name: str) -> Source:
        """Raises UnknownName."""
        return _one(self.corpus.sources, "source", name)

    def query(self, name: str, **params: str) -> Rows:
        """Run a canned query. Raises UnknownName, BadParameter."""
        if name not in self.canned:
            raise UnknownName.among("query", name, self.canned, see="ldn-graph queries")
        return Rows(
            queries.run(
                self.store,
                self.canned[name],
                params,
                known=self.known,
                base=self.corpus.description.base,
            )
        )

    def sparql(self, text: str) -> Rows | bool | list[ox.Triple]:
        """Ask SPARQL: SELECT → Rows, ASK → bool, CONSTRUCT → triples. Raises BadQuery."""
        answer = self.store.query(text)
        return Rows(answer) if isinstance(answer, Table) else answer

    @cached_property
    def known(self) -> dict[str, frozenset[str]]:
        """The names that query parameters may take, by parameter type."""
        return {
            "entity": frozenset(self.corpus.entities),
            "claim": frozenset(self.corpus.claims),
            "source": frozenset(self.corpus.sources),
            "agent": frozenset(self.corpus.agents),
        }

    def paths(
        self,
        start: str,
        end: str,
        *,
        max_steps: int = 5,
        filters: search.Filter | None = None,
        through_groups: bool = False,
    ) -> PathSet:
        """Every ranked path from `start` to `end`. Raises UnknownName."""
        found = search.find_paths(
            self.corpus,
            self.strengths,
            self.entity(start).id,
            self.entity(end).id,
            max_steps=max_steps,
            filters=filters or search.Filter(),
            through_groups=through_groups,
        )
        return PathSet(tuple(found), self.corpus, self.strengths)

    def evidence(self, name: str | None = None) -> Found[comparison.Question]:
        """What articles say beside what studies found, about one entity or about all; the table
        has a row for each source item. Raises UnknownName."""
        if name is None:
            asked = comparison.questions(self.corpus, self.rule)
        else:
            asked = comparison.about(self.entity(name).id, self.corpus, self.rule)
        return Found(asked, evidence_table(asked, self.corpus, self.rule))

    def gaps(self) -> Found[gaps.Gap]:
        """Where evidence is missing: four lists; the table has a row for each gap."""
        found = gaps.find_gaps(self.corpus, self.strengths, self.rule)
        return Found(found, gaps_table(found, self.corpus))

    def neighbourhood(self, name: str) -> tuple[str, ...]:
        """The ids of the current claims about an entity, or made for it as a condition."""
        entity = self.entity(name).id
        return tuple(
            c.id
            for c in self.corpus.current()
            if entity in (c.subject, c.object, c.qualifiers.condition)
        )

    def claims_of(self, rows: Rows) -> tuple[str, ...]:
        """The ids of the claims that a query's rows name by IRI, sorted."""
        start = rdf.Names(self.corpus.description.base).of("claim", "").value
        terms = (plain(t) for row in rows.table.rows for t in row)
        found = {t.removeprefix(start).partition("#")[0] for t in terms if t.startswith(start)}
        return tuple(sorted(found & set(self.corpus.claims)))

    def scene(self, claims: Iterable[str] | None = None, *, title: str | None = None) -> Scene:
        """A picture of `claims` (ids), or of every current claim, ready to be written."""
        chosen = [c.id for c in self.corpus.current()] if claims is None else list(claims)
        return scene(
            self.corpus,
            self.strengths,
            chosen,
            title=title or self.corpus.description.title,
            rule=self.rule,
        )

    def check(
        self,
        texts: Path | None = None,
        *,
        shapes: bool = False,
        progress: Callable[[str], None] | None = None,
    ) -> "tuple[Finding, ...]":
        """Everything that is wrong or doubtful; with `texts`, quotes against the texts too."""
        # imported here: SHACL takes as long to load as everything else together
        from ldn_graph.validation.checks import check
        from ldn_graph.validation.quotes import Texts

        folder = None if texts is None else Texts.read(texts, self.corpus)
        return check(
            self.corpus,
            self.places,
            self.rule,
            strengths=self.strengths,
            texts=folder,
            shapes=shapes,
            progress=progress,
        )

    def to_networkx(self) -> "nx.MultiDiGraph[str]":
        """The current claims, one edge a claim."""
        return search.multigraph(self.corpus, self.strengths)

    def to_rdflib(self) -> "rdflib.Dataset":
        """Everything as an rdflib Dataset, named graphs kept apart."""
        return to_rdflib(self.quads)

    def to_dataframe(self) -> "pd.DataFrame":
        """One row a claim with its strength. Raises MissingExtra without pandas."""
        return _pandas().DataFrame(
            [
                {
                    "claim": c.id,
                    "subject": c.subject,
                    "predicate": str(c.predicate),
                    "object": c.object,
                    "wording": str(self.strengths[c.id].wording),
                    "level": self.strengths[c.id].level,
                    "agreement": str(self.strengths[c.id].agreement),
                    "status": str(c.status),
                    "quote": next((i.quote.exact for i in c.evidence if i.quote), None),
                }
                for c in self.corpus.claims.values()
            ]
        )


def data_folder(data: str | Path | None = None) -> Path:
    """The corpus folder: the argument, else LDN_GRAPH_DATA, else the shipped corpus."""
    named = data or os.environ.get(DATA_VARIABLE)
    return Path(named) if named else files.root() / "data"


def to_rdflib(quads: Iterable[ox.Quad]) -> "rdflib.Dataset":
    """Quads as an rdflib Dataset whose default graph is no union."""
    from rdflib import Dataset

    dataset = Dataset(default_union=False)
    text = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
    with warnings.catch_warnings():
        # rdflib's own reader uses a name that rdflib deprecates
        warnings.simplefilter("ignore", DeprecationWarning)
        dataset.parse(data=text, format="nquads")
    return dataset


def _one(known: Mapping[str, _V], what: str, name: str) -> _V:
    if name not in known:
        raise UnknownName.among(what, name, known)
    return known[name]


def _pandas() -> Any:
    try:
        return import_module("pandas")
    except ImportError as error:
        raise MissingExtra(
            "DataFrames need pandas, which is not installed; pip install 'ldn-graph[notebook]'"
        ) from error


def _native(term: Any) -> Any:
    if isinstance(term, ox.Literal):
        kind = term.datatype.value.rpartition("#")[2]
        if kind == "integer":
            return int(term.value)
        if kind == "decimal":
            return float(term.value)
        if kind == "boolean":
            return term.value == "true"
    return None if term is None else plain(term)
