"""The one façade: open a corpus, ask it, walk it, draw it, check it, export it.

>>> g = EvidenceGraph.open()
>>> g.paths("low-dose-naltrexone", "crohns-disease")[0].weakest.claim.subject  # doctest: +SKIP
'low-dose-naltrexone'
"""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pyoxigraph as ox

from ldn_graph import files
from ldn_graph.errors import BadParameter, UnknownName, UsageError, nearest
from ldn_graph.grading.strength import Rule, Strength, grade_all, read_rule
from ldn_graph.records import corpus as corpora
from ldn_graph.records.model import Claim, Corpus, Entity, Source
from ldn_graph.reports.results import Found, PathSet, Rows, frame, to_rdflib
from ldn_graph.table import Table, plain

if TYPE_CHECKING:  # methods import what they need: to show one claim takes none of it
    import networkx as nx
    import pandas as pd
    import rdflib
    from pyvis.network import Network

    from ldn_graph import queries
    from ldn_graph.grading import comparison
    from ldn_graph.grading import summary as summaries
    from ldn_graph.grading.body import Body
    from ldn_graph.paths import gaps, search
    from ldn_graph.pictures.scene import Scene
    from ldn_graph.records.findings import Finding
    from ldn_graph.reports.map_cells import EvidenceMap
    from ldn_graph.reports.safety import Caution
    from ldn_graph.store import Store
    from ldn_graph.workspace import history

_V = TypeVar("_V")

#: Names the corpus folder when no argument does.
DATA_VARIABLE = "LDN_GRAPH_DATA"
_IN_MEMORY = ("memory:", "rdflib:")


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
        as_of: "str | history.Moment | None" = None,
    ) -> "EvidenceGraph":
        """Open the corpus in `data`, in LDN_GRAPH_DATA, or the shipped one.

        `store` is where SPARQL is asked: `memory:` builds from the corpus at the first query; a
        folder or endpoint URL must have been filled by `build`. `as_of`, a day, a time or the
        number of a change, opens a workspace as it was. Raises FileError, DataError, UsageError.
        """
        folder = data_folder(data)
        if as_of is not None:
            from ldn_graph.workspace import history

            if store not in _IN_MEMORY:
                raise UsageError(f"{store}: holds no past; ask a past state without a store")
            then = history.state(folder, history.moment(as_of) if isinstance(as_of, str) else as_of)
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
        from ldn_graph import rdf

        return rdf.quads(self.corpus, self.strengths, self.all_paths)

    @cached_property
    def all_paths(self) -> "search.AllPaths":
        """Every path from a drug to something that it is said to help or harm, as in the RDF."""
        from ldn_graph.paths import search

        return search.all_paths(self.corpus, self.strengths)

    @cached_property
    def store(self) -> "Store":
        """The store that SPARQL is asked of; one in memory is filled here."""
        from ldn_graph import rdf
        from ldn_graph.store import open_store

        in_memory = self.where in _IN_MEMORY
        names = rdf.Names(self.corpus.description.base)
        opened = open_store(self.where, read_only=not in_memory, prefixes=names.prefixes)
        if in_memory:
            opened.load(self.quads)
        return opened

    @cached_property
    def canned(self) -> "dict[str, queries.CannedQuery]":
        """The shipped queries, by name."""
        from ldn_graph import queries

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
        from ldn_graph import queries

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
    def known(self) -> dict[str, dict[str, str]]:
        """The names that query parameters may take, by parameter type, and what each stands for: an
        entity that was merged into another, for that one."""
        corpus = self.corpus
        merged = {old: e.id for e in corpus.entities.values() for old in e.former_ids}
        return {
            "entity": merged | {name: name for name in corpus.entities},
            "claim": {name: name for name in corpus.claims},
            "source": {name: name for name in corpus.sources},
            "agent": {name: name for name in corpus.agents},
        }

    def paths(
        self,
        start: str,
        end: str,
        *,
        max_steps: int = 5,
        filters: "search.Filter | None" = None,
        through_groups: bool = False,
    ) -> PathSet:
        """Every ranked path from `start` to `end`. Raises UnknownName."""
        from ldn_graph.paths import search

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

    def evidence(self, name: str | None = None) -> "Found[comparison.Question]":
        """What articles say beside what studies found, of one entity or all. Raises UnknownName."""
        from ldn_graph.grading import comparison
        from ldn_graph.reports.evidence import evidence_table

        if name is None:
            asked = comparison.questions(self.corpus, self.rule)
        else:
            asked = comparison.about(self.entity(name).id, self.corpus, self.rule)
        return Found(asked, evidence_table(asked, self.corpus, self.rule))

    def summary(self, name: str) -> "Found[Body]":
        """The summary of findings of an entity: its bodies of evidence, each with certainty, what
        it shows and why; the table has a row for each. Raises UnknownName."""
        from ldn_graph.grading import summary as summaries
        from ldn_graph.reports.findings_table import findings_table

        found = summaries.summary(self.entity(name).id, self.corpus, self.rule)
        return Found(found, findings_table(found, self.corpus))

    def safety(self, drug: str) -> "Found[Caution]":
        """What is on record of the safety of a drug at any dose: contraindications, warnings,
        interactions, whom trials left out, adverse events; the table has a row a mention.
        Raises UnknownName, UsageError."""
        from ldn_graph.reports.safety import safety, safety_table

        found = safety(self.entity(drug).id, self.corpus, self.strengths)
        return Found(found, safety_table(found))

    def map(self, kind: str = "outcomes", *, drug: str | None = None) -> "EvidenceMap":
        """The evidence map: conditions × outcomes, `harms` by drug, or `mechanisms` × conditions.

        `drug`: a drug by name, or `all`; without it the one that most evidence is about.
        Raises BadParameter for another kind, UnknownName for a drug without claims of an effect.
        """
        from ldn_graph.reports.evidence_map import evidence_map
        from ldn_graph.reports.map_cells import MapKind

        kinds = [str(k) for k in MapKind]
        if kind not in kinds:
            remedy = nearest(kind, kinds) or f"; there are {', '.join(kinds)}"
            raise BadParameter(f"unknown kind of map {kind!r}{remedy}")
        chosen = MapKind(kind)
        paths = self.all_paths if chosen is MapKind.MECHANISMS else ()
        return evidence_map(self.corpus, self.strengths, self.rule, paths, kind=chosen, drug=drug)

    def hanging_on(self, source: str) -> "Found[summaries.Hanging]":
        """The claims that change when a source is left out. Raises UnknownName."""
        from ldn_graph.grading import summary as summaries
        from ldn_graph.reports.findings_table import hanging_table

        name = self.source(source).id
        found = summaries.hanging_on(name, self.corpus, self.strengths, self.rule)
        return Found(found, hanging_table(found, self.corpus))

    def without(self, *sources: str) -> "EvidenceGraph":
        """The graph as it would be without some sources (ids). Raises UnknownName."""
        from ldn_graph.grading import summary as summaries

        names = [self.source(name).id for name in sources]
        return replace(self, corpus=summaries.without(self.corpus, *names), where=self._rebuilt)

    def until(self, year: int) -> "EvidenceGraph":
        """The graph of what had come out by the end of a year."""
        from ldn_graph.grading import summary as summaries

        return replace(self, corpus=summaries.until(self.corpus, year), where=self._rebuilt)

    @property
    def _rebuilt(self) -> str:
        """Where a changed corpus is asked: in memory, for a store elsewhere holds the whole."""
        return self.where if self.where in _IN_MEMORY else "memory:"

    def gaps(self) -> "Found[gaps.Gap]":
        """Where evidence is missing: four lists; the table has a row for each gap."""
        from ldn_graph.paths import gaps
        from ldn_graph.reports.paths import gaps_table

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
        from ldn_graph import rdf

        start = rdf.Names(self.corpus.description.base).of("claim", "").value
        terms = (plain(t) for row in rows.table.rows for t in row)
        found = {t.removeprefix(start).partition("#")[0] for t in terms if t.startswith(start)}
        return tuple(sorted(found & set(self.corpus.claims)))

    def scene(self, claims: Iterable[str] | None = None, *, title: str | None = None) -> "Scene":
        """A picture of `claims` (ids), or of every current claim, ready to be written."""
        from ldn_graph.pictures.scene import scene

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
        journal_head: str | None = None,
        progress: Callable[[str], None] | None = None,
    ) -> "tuple[Finding, ...]":
        """Everything that is wrong or doubtful, the journal's entries among it; with `texts`,
        quotes against the texts too. `journal_head`: an entry that has to be on record, by id."""
        from ldn_graph.records.findings import in_order
        from ldn_graph.texts.source_texts import Texts
        from ldn_graph.validation.checks import check
        from ldn_graph.workspace.journal_audit import audit

        folder = None if texts is None else Texts.read(texts, self.corpus)
        found = check(
            self.corpus,
            self.places,
            self.rule,
            strengths=self.strengths,
            texts=folder,
            shapes=shapes,
            progress=progress,
        )
        return in_order((*found, *audit(self.folder, journal_head)))

    def to_networkx(self) -> "nx.MultiDiGraph[str]":
        """The current claims, one edge a claim."""
        from ldn_graph.paths import search

        return search.multigraph(self.corpus, self.strengths)

    def to_pyvis(self, claims: Iterable[str] | None = None) -> "Network":
        """`claims` (ids), or every current one, as a pyvis network: one directed edge a claim."""
        from ldn_graph.pictures.pyvis_network import network

        return network(self.scene(claims))

    def to_rdflib(self) -> "rdflib.Dataset":
        """Everything as an rdflib Dataset, named graphs kept apart."""
        return to_rdflib(self.quads)

    def _quote(self, claim: Claim) -> str | None:
        from ldn_graph.grading.grade import quoted

        found = quoted(claim, self.strengths[claim.id].grade, self.corpus)
        return found.words if found and found.verbatim else None

    def to_dataframe(self) -> "pd.DataFrame":
        """One row a claim with its strength. Raises MissingExtra without pandas."""
        return frame(
            [
                {
                    "claim": c.id,
                    "subject": c.subject,
                    "predicate": str(c.predicate),
                    "object": c.object,
                    "wording": str(self.strengths[c.id].wording),
                    "level": self.strengths[c.id].level,
                    "grade": self.strengths[c.id].grade.words,
                    "agreement": str(self.strengths[c.id].agreement),
                    "status": str(c.status),
                    "quote": self._quote(c),
                }
                for c in self.corpus.claims.values()
            ]
        )


def data_folder(data: str | Path | None = None) -> Path:
    """The corpus folder: the argument, else LDN_GRAPH_DATA, else the shipped corpus."""
    named = data or os.environ.get(DATA_VARIABLE)
    return Path(named) if named else files.root() / "data"


def _one(known: Mapping[str, _V], what: str, name: str) -> _V:
    if name not in known:
        raise UnknownName.among(what, name, known)
    return known[name]
