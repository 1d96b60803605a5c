"""What people do to sources, entities and agents: add, edit, retract, and merge two into one."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from pydantic import BaseModel

from ldn_graph.curation import policy, transitions
from ldn_graph.curation.policy import Permission
from ldn_graph.errors import UnknownName, UsageError
from ldn_graph.records import corpus as corpora
from ldn_graph.records.model import (
    ENTITY_QUALIFIERS,
    Agent,
    Claim,
    Corpus,
    Entity,
    EvidenceItem,
    Source,
)
from ldn_graph.records.vocabularies import AgentRole, Status
from ldn_graph.texts.source_texts import mentions
from ldn_graph.workspace import corpus_files
from ldn_graph.workspace.corpus_files import State
from ldn_graph.workspace.entry import Entry
from ldn_graph.workspace.state import Desk, Done


def changed(
    state: State, old: Entity, kept: Entity, by: str, on: dt.date, why: str
) -> dict[str, str | None]:
    """The files that change where `old` is merged into `kept`, with their new texts.

    Raises UsageError, naming the claims, where two in force would say the same, or one that may
    come into force would be about a thing and itself.
    """
    if old.id == kept.id:
        raise UsageError(f"entity {old.id!r} can't be merged into itself; name another one")
    if old.id in _above(kept, state.corpus) or kept.id in _above(old, state.corpus):
        raise UsageError(
            f"{old.id} and {kept.id}: one is the broader thing of the other, so they are not one; "
            "take that link out first"
        )
    corpus = state.corpus
    texts: dict[str, str | None] = {}
    moved: dict[str, Claim] = {}
    for folder, claims in (("claims", corpus.claims), ("proposals", corpus.proposals)):
        for claim in claims.values():
            if changes := _moved(claim, old.id, kept.id):
                day = max(on, claim.history[-1].on)
                after = transitions.merge(claim, by, day, why, **changes)
                texts[f"{folder}/{claim.id}.yaml"] = corpora.dump(after)
                if folder == "claims":
                    moved[claim.id] = after
                _demand_two_ends(after, old, kept)
    _demand_distinct({**corpus.claims, **moved}, moved, old, kept)
    return texts | dict(_entity_files(state, old, kept))


def _moved(claim: Claim, old: str, kept: str) -> dict[str, object]:
    """The fields of a claim that name `old`, its results among them, naming `kept` instead."""
    ends = {slot: kept for slot in ("subject", "object") if getattr(claim, slot) == old}
    inner = {slot: kept for slot in ENTITY_QUALIFIERS if getattr(claim.qualifiers, slot) == old}
    changes: dict[str, object] = dict(ends)
    if inner:
        changes["qualifiers"] = claim.qualifiers.model_copy(update=inner)
    if any(result.outcome == old for item in claim.evidence for result in item.results):
        changes["evidence"] = tuple(_with_outcome(item, old, kept) for item in claim.evidence)
    return changes


def _with_outcome(item: EvidenceItem, old: str, kept: str) -> EvidenceItem:
    results = tuple(
        r.model_copy(update={"outcome": kept}) if r.outcome == old else r for r in item.results
    )
    return item.model_copy(update={"results": results})


def _demand_two_ends(claim: Claim, old: Entity, kept: Entity) -> None:
    closed = claim.status in (Status.REJECTED, Status.RETRACTED)
    if claim.subject == claim.object and not closed:
        raise UsageError(
            f"{old.id} and {kept.id}: claim {claim.id!r} says something of the two, and would be "
            "about one thing and itself; make it obsolete first, or discard it"
        )


def _demand_distinct(
    claims: dict[str, Claim], moved: dict[str, Claim], old: Entity, kept: Entity
) -> None:
    said: dict[tuple[str, ...], str] = {}
    for claim in claims.values():
        if not claim.current:
            continue
        twin = said.setdefault(claim.proposition, claim.id)
        if twin != claim.id and (claim.id in moved or twin in moved):
            raise UsageError(
                f"{old.id} and {kept.id}: claims {twin!r} and {claim.id!r} would say the same; add "
                f"the evidence of one to the other, and make it obsolete first"
            )


def _entity_files(state: State, old: Entity, kept: Entity) -> Iterator[tuple[str, str]]:
    """The files of entities: `kept` with what is known of `old`, which is gone from its file; what
    is narrower than `old` is narrower than `kept`."""
    corpus = state.corpus
    merged = _merged(old, kept)
    places = {key: at for (what, key), (at, _) in state.places.nodes.items() if what == "entity"}
    new: dict[str, Entity] = {kept.id: merged}
    for entity in corpus.entities.values():
        if old.id in entity.broader and entity.id != kept.id:
            broader = {kept.id if name == old.id else name for name in entity.broader}
            new[entity.id] = entity.model_copy(update={"broader": tuple(sorted(broader))})
    for path in {places[name] for name in (old.id, *new)}:
        held = [key for key, at in places.items() if at == path and key != old.id]
        entities = [new.get(key) or corpus.entities[key] for key in sorted(held)]
        yield f"entities/{path.name}", corpora.dump(entities)


def _merged(old: Entity, kept: Entity) -> Entity:
    """`kept` with the names, mappings and former ids of `old`, and its definition where it has
    none of its own."""
    names = {*kept.synonyms, *old.synonyms, old.label} - {kept.label}
    hidden = {*kept.hidden_labels, *old.hidden_labels} - names - {kept.label}
    known = {(m.curie, m.match) for m in kept.mappings}
    mappings = (*kept.mappings, *(m for m in old.mappings if (m.curie, m.match) not in known))
    broader = {*kept.broader, *old.broader} - {kept.id, old.id}
    plain = kept.model_dump(mode="json") | {
        "synonyms": sorted(names),
        "hidden_labels": sorted(hidden),
        "former_ids": sorted({*kept.former_ids, *old.former_ids, old.id}),
        "mappings": [m.model_dump(mode="json") for m in mappings],
        "broader": sorted(broader),
        "definition": kept.definition or old.definition,
        "dose_band": kept.dose_band or old.dose_band,
        "note": "\n".join(filter(None, (kept.note, old.note))) or None,
    }
    return Entity.model_validate(plain)


def _above(entity: Entity, corpus: Corpus) -> set[str]:
    """Everything that is broader than an entity, however far."""
    found: set[str] = set()
    new = set(entity.broader)
    while new:
        found |= new
        new = {b for name in new if name in corpus.entities for b in corpus.entities[name].broader}
        new -= found
    return found


class RecordDesk(Desk):
    """The verbs for records; each as those of `Workspace`."""

    @staticmethod
    def digest(record: BaseModel) -> str:
        """What tells two versions of a record apart."""
        return corpus_files.digest(corpora.dump(record))

    def add(self, records: Iterable[Source | Entity], *, by: str, why: str | None = None) -> Done:
        """New sources and entities, all or none, as one change."""
        with self.writing():
            self.permitted(by, Permission.DRAFT, "add sources and entities")
            texts: dict[str, str | None] = {}
            names = []
            for record in records:
                kind = _kind(record)
                if record.id in self._held(kind) or f"{kind}/{record.id}" in names:
                    raise UsageError(f"{kind} {record.id!r} is there already; give another id")
                names.append(f"{kind}/{record.id}")
                texts |= self._texts_with(record, texts)
            return self._put("add", names, texts, by, why)

    def change(
        self,
        record: Source | Entity,
        *,
        by: str,
        why: str,
        expected: str | None = None,
    ) -> Done:
        """A source or entity as it shall be from now on, with the reason."""
        kind = _kind(record)
        with self.writing():
            self.permitted(by, Permission.RECORDS, f"change {kind} {record.id!r}")
            old = self._old(kind, record.id)
            if isinstance(old, Source) and old.retracted != getattr(record, "retracted", False):
                raise UsageError(f"source {record.id!r}: an edit can't retract it; use retract")
            self.demand_seen(f"{kind}/{record.id}", self.digest(old), expected)
            texts = self._texts_with(record, {})
            return self._put("edit", [f"{kind}/{record.id}"], texts, by, given(why, "edit"))

    def name_also(self, name: str, words: str, said: Iterable[str], *, by: str) -> Done:
        """Another name for an entity, as one of the texts in `said` (quotes, context) has it.

        Raises UsageError for a name that stands in none of them, or that something else has.
        """
        with self.writing():
            self.permitted(by, Permission.DRAFT, f"add a name to entity {name!r}")
            old = self._old("entity", name)
            assert isinstance(old, Entity)
            plain = " ".join(words.split())
            if not plain:
                raise UsageError(f"“{old.label}”: type the words of the text that mean it")
            other = self.corpus.entity_called(plain)
            if other is not None:
                told = "is a name of it already" if other.id == name else f"means {other.label}"
                raise UsageError(f"“{plain}” {told}; choose other words of the text")
            if not any(mentions(text, [plain]) for text in said):
                raise UsageError(
                    f"“{plain}” stands neither in the quote nor in the words that it is read with; "
                    "copy it from there"
                )
            changed = old.model_copy(update={"synonyms": tuple(sorted((*old.synonyms, plain)))})
            texts = self._texts_with(changed, {})
            return self._put("edit", [f"entity/{name}"], texts, by, f"a text calls it “{plain}”")

    def retract_source(self, name: str, *, by: str, why: str) -> Done:
        """Mark a source as retracted: what rests on it counts nothing, and nothing new may."""
        with self.writing():
            self.permitted(by, Permission.RETRACT, f"retract source {name!r}")
            old = self._old("source", name)
            if not isinstance(old, Source) or old.retracted:
                raise UsageError(f"source {name!r} is retracted already; nothing is left to do")
            texts = self._texts_with(old.model_copy(update={"retracted": True}), {})
            done = self._put("retract", [f"source/{name}"], texts, by, given(why, "retract"))
        resting = sorted(
            c.id for c in self.corpus.current() if any(i.source == name for i in c.evidence)
        )
        alone = {c for c in resting if {i.source for i in self.corpus.claims[c].evidence} == {name}}
        told = [f"{c} rests on it{' alone' if c in alone else ''}" for c in resting]
        return replace(done, told=tuple(told))

    def reinstate_source(self, name: str, *, by: str, why: str) -> Done:
        """Let a retracted source count again, with the reason; its claims are graded with it."""
        with self.writing():
            self.permitted(by, Permission.RETRACT, f"reinstate source {name!r}")
            old = self._old("source", name)
            if not isinstance(old, Source) or not old.retracted:
                raise UsageError(f"source {name!r} is not retracted; nothing is left to do")
            texts = self._texts_with(old.model_copy(update={"retracted": False}), {})
            why = given(why, "reinstate")
            return self._put("reinstate", [f"source/{name}"], texts, by, why)

    def merge(self, name: str, into: str, *, by: str, why: str) -> Done:
        """Make one thing of two entities: `into` gets the names of `name`, its mappings and all its
        claims, and answers by its id. Raises UsageError where two claims in force would then say
        the same, or one would be about a thing and itself.
        """
        with self.writing():
            self.permitted(by, Permission.RECORDS, f"merge entity {name!r}")
            old, kept = self._old("entity", name), self._old("entity", into)
            assert isinstance(old, Entity) and isinstance(kept, Entity)
            why = given(why, "merge")
            texts = changed(self.state, old, kept, by, self.today(), why)
            entry = self.entry("merge", f"entity/{into}", by, texts, why=why)
            done = done_of(self.commit(entry), None)
        moved = sum(file.startswith(("claims/", "proposals/")) for file in texts)
        return replace(done, told=(f"{name} answers as {into} now; {moved} claims moved with it",))

    def put_agent(
        self, agent: Agent, *, by: str, why: str | None = None, expected: str | None = None
    ) -> Done:
        """An agent, new or changed; the first admin names itself. `why`: a shared ORCID."""
        with self.writing():
            admins = [a for a in self.corpus.agents.values() if AgentRole.ADMIN in a.roles]
            first = not admins and by == agent.id and AgentRole.ADMIN in agent.roles
            if not first:
                self.permitted(by, Permission.PEOPLE, "add or change agents")
            policy.demand_own_orcid(agent, self.corpus, why)
            old = self.corpus.agents.get(agent.id)
            if old is not None:
                self.demand_seen(f"agent/{agent.id}", self.digest(old), expected)
            if admins == [old] and AgentRole.ADMIN not in agent.roles:
                raise UsageError(f"{agent.id} is the only admin; make somebody else admin first")
            people = {**self.corpus.agents, agent.id: agent}
            texts = {"agents.yaml": corpora.dump(tuple(people.values()))}
            return self._put("edit" if old else "add", [f"agent/{agent.id}"], texts, by, why)

    def _put(
        self,
        action: str,
        names: Sequence[str],
        texts: Mapping[str, str | None],
        by: str,
        why: str | None,
    ) -> Done:
        record = names[0] if len(names) == 1 else "several"
        return done_of(self.commit(self.entry(action, record, by, texts, why=why)), None)

    def _held(self, kind: str) -> Mapping[str, Source | Entity]:
        return self.corpus.sources if kind == "source" else self.corpus.entities

    def _old(self, kind: str, name: str) -> Source | Entity:
        held = self._held(kind)
        if name not in held:
            raise UnknownName.among(kind, name, held)
        return held[name]

    def _texts_with(
        self, record: Source | Entity, texts: Mapping[str, str | None]
    ) -> dict[str, str | None]:
        """The file that holds the record, with it; beside what `texts` change already."""
        if isinstance(record, Source):
            return {f"sources/{record.id}.yaml": corpora.dump(record)}
        node = self.places.nodes.get(("entity", record.id))
        path = self.folder / "entities" / f"{record.kind}.yaml" if node is None else node[0]
        name = f"entities/{path.name}"
        state = self.state.with_files({name: texts[name]}) if name in texts else self.state
        held: list[Entity] = [
            state.corpus.entities[key]
            for (what, key), (at, _) in state.places.nodes.items()
            if what == "entity" and at == path and key != record.id
        ]
        held = sorted([*held, record], key=lambda e: e.id)
        return {name: corpora.dump(held)}


def _kind(record: Source | Entity) -> str:
    return "source" if isinstance(record, Source) else "entity"


def given(why: str, action: str) -> str:
    """The reason. Raises UsageError where there is none."""
    if not why.strip():
        raise UsageError(f"to {action} it needs a reason; say why")
    return why.strip()


def done_of(entry: Entry, claim: Claim | None) -> Done:
    """What an entry of the journal did."""
    return Done(entry.seq, entry.at, entry.action, entry.record, entry.after, claim)
