"""Two entities that turn out to be one: what each file of the corpus says afterwards."""

import datetime as dt
from collections.abc import Iterator

from ldn_graph.curation import transitions
from ldn_graph.errors import UsageError
from ldn_graph.records import corpus as corpora
from ldn_graph.records.model import ENTITY_QUALIFIERS, Claim, Corpus, Entity, EvidenceItem
from ldn_graph.records.vocabularies import Status
from ldn_graph.workspace.corpus_files import State


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
