"""What the API says of each record: the model's fields, and what is derived from them."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, Field

from ldn_graph.grading.grade import quoted
from ldn_graph.grading.strength import Strength
from ldn_graph.rdf import Names
from ldn_graph.records import model
from ldn_graph.records.enumerations import GradeScale, Shows
from ldn_graph.records.vocabularies import (
    Agreement,
    Column,
    Design,
    Kind,
    Predicate,
    Status,
    Wording,
)
from ldn_graph.search.facets import facets_of
from ldn_graph.verbalise import reading, says
from ldn_graph.web.state import Snapshot

Level = Field(ge=0, le=4, description="Step of the grade on the claim’s own scale, 0 to 4")


class Ref(BaseModel):
    """An entity by name."""

    id: str
    label: str
    kind: Kind


class ClaimSummary(BaseModel):
    """A claim in a list."""

    id: str
    iri: str
    reading: str = Field(description="What is claimed, in words; denied where all speak against it")
    subject: Ref
    predicate: Predicate
    object: Ref
    condition: Ref | None = Field(description="The condition in which it is claimed")
    level: int = Level
    level_name: str = Field(description="The grade in words, with what the evidence shows")
    scale: GradeScale = Field(description="What the claim is graded by")
    grade: str = Field(description="Its grade on that scale")
    shows: Shows | None = Field(description="What the evidence shows, of a claim of an effect")
    wording: Wording = Field(description="Strongest wording of a source in favour")
    agreement: Agreement = Field(description="Whether the sources agree; contested is shown, "
                                 "never averaged away")  # fmt: skip
    status: Status
    sources: tuple[str, ...] = Field(description="Ids of the sources, sorted")
    dose_bands: tuple[str, ...] = Field(description="Dose bands of its items, or of its subject")
    quote: str | None = Field(description="Exact words of the evidence that earned the grade")


class Item(model.EvidenceItem):
    """An evidence item: who said it, in which words, how sure, and on what basis."""

    says: str = Field(description="The item as a sentence that names its source’s kind")


class Reason(BaseModel):
    """Why the strength is what it is."""

    axis: str = Field(description="wording, evidence or agreement")
    text: str


class StrengthOf(BaseModel):
    """What the evidence amounts to: three answers that are never merged into one number."""

    wording: Wording
    wording_against: Wording = Field(description="Strongest wording of a source against it")
    level: int = Level
    level_name: str
    scale: GradeScale = Field(description="What the claim is graded by")
    shows: Shows | None = Field(description="What the evidence shows, of a claim of an effect")
    agreement: Agreement
    supporting: tuple[str, ...] = Field(description="Ids of the direct sources in favour")
    refuting: tuple[str, ...] = Field(description="Ids of the direct sources against")
    inconclusive: tuple[str, ...] = Field(description="Ids of the direct sources undecided")
    indirect: tuple[str, ...] = Field(description="Ids of sources about something else")
    retracted: tuple[str, ...] = Field(description="Ids of retracted sources; these count nothing")
    reasons: tuple[Reason, ...]


class Links(BaseModel):
    """Other forms of the same thing; paths on this server."""

    html: str
    turtle: str
    jsonld: str
    trig: str


class ClaimRecord(ClaimSummary):
    """A claim whole: with its evidence, its strength and why, and its history."""

    qualifiers: model.Qualifiers
    evidence: tuple[Item, ...]
    strength: StrengthOf
    leans_on: tuple[model.Dependence, ...]
    history: tuple[model.CurationEvent, ...]
    note: str | None
    links: Links


class EntitySummary(BaseModel):
    """An entity in a list."""

    id: str
    iri: str
    label: str
    kind: Kind
    column: Column = Field(description="Where its kind stands in a picture")
    synonyms: tuple[str, ...]
    definition: str | None
    identifiers: tuple[str, ...] = Field(description="CURIEs of its mappings")
    claims: int = Field(ge=0, description="Claims in force about it")


class EntityRecord(model.Entity):
    """An entity whole."""

    iri: str
    # the model has a property of that name
    placed: Column = Field(serialization_alias="column")
    claims: tuple[str, ...] = Field(description="Ids of the claims in force about it, sorted")
    links: Links


class SourceSummary(BaseModel):
    """A source in a list."""

    id: str
    iri: str
    title: str
    authors: tuple[str, ...]
    issued: str | None
    year: int | None = Field(description="None where the source gives none")
    type: str
    design: Design | None
    doi: str | None
    pmid: str | None
    retracted: bool
    claims: int = Field(ge=0, description="Claims that it speaks to")


class SourceRecord(model.Source):
    """A source whole."""

    iri: str
    claims: tuple[str, ...] = Field(description="Ids of the claims that it speaks to, sorted")
    links: Links


class AgentRecord(model.Agent):
    """Someone who curates."""

    iri: str
    claims: tuple[str, ...] = Field(description="Ids of the claims in whose history they are")
    links: Links


@dataclass(frozen=True)
class Answers:
    """Records of one snapshot as the API gives them; `base` is the path that the site lies at."""

    here: Snapshot
    base: str

    @property
    def corpus(self) -> model.Corpus:
        return self.here.graph.corpus

    def iri(self, kind: str, name: str) -> str:
        """The name of a thing in the world, wherever this server is."""
        return Names(self.corpus.description.base).of(kind, name).value

    def ref(self, name: str) -> Ref:
        """An entity by its id."""
        entity = self.corpus.entities[name]
        return Ref(id=name, label=entity.label, kind=entity.kind)

    def summary(self, name: str) -> ClaimSummary:
        """A claim by its id."""
        claim, strength = self.corpus.claims[name], self.here.graph.strengths[name]
        condition = claim.qualifiers.condition
        shown = quoted(claim, strength.grade, self.corpus)
        return ClaimSummary(
            id=name,
            iri=self.iri("claim", name),
            reading=reading(claim, self.corpus),
            subject=self.ref(claim.subject),
            predicate=claim.predicate,
            object=self.ref(claim.object),
            condition=self.ref(condition) if condition else None,
            level=strength.level,
            level_name=self._level_name(strength),
            scale=strength.grade.scale,
            grade=strength.grade.name,
            shows=strength.grade.shows,
            wording=strength.wording,
            agreement=strength.agreement,
            status=claim.status,
            sources=tuple(sorted({item.source for item in claim.evidence})),
            dose_bands=facets_of(claim, self.corpus, strength)["dose_band"],
            quote=shown.words if shown and shown.verbatim else None,
        )

    def claim(self, name: str) -> ClaimRecord:
        """A claim whole."""
        claim, strength = self.here.graph.claim(name), self.here.graph.strengths[name]
        return ClaimRecord(
            **dict(self.summary(name)),
            qualifiers=claim.qualifiers,
            evidence=tuple(
                Item(**item.model_dump(), says=says(item, claim, self.corpus))
                for item in claim.evidence
            ),
            strength=StrengthOf(
                **{
                    f: getattr(strength, f)
                    for f in StrengthOf.model_fields
                    if hasattr(strength, f) and f != "reasons"
                },
                level_name=self._level_name(strength),
                scale=strength.grade.scale,
                shows=strength.grade.shows,
                reasons=tuple(Reason(axis=r.axis, text=r.text) for r in strength.reasons),
            ),
            leans_on=claim.leans_on,
            history=claim.history,
            note=claim.note,
            links=self._links("claim", name),
        )

    def entity_summary(self, name: str) -> EntitySummary:
        """An entity by its id."""
        entity = self.corpus.entities[name]
        return EntitySummary(
            id=name,
            iri=self.iri("entity", name),
            label=entity.label,
            kind=entity.kind,
            column=entity.column,
            synonyms=entity.synonyms,
            definition=entity.definition,
            identifiers=tuple(mapping.curie for mapping in entity.mappings),
            claims=len(self.here.about.get(name, ())),
        )

    def entity(self, name: str) -> EntityRecord:
        """An entity whole, by its id or one of its names."""
        entity = self.here.graph.entity(name)
        return EntityRecord(
            **entity.model_dump(),
            iri=self.iri("entity", entity.id),
            placed=entity.column,
            claims=self.here.about.get(entity.id, ()),
            links=self._links("entity", entity.id),
        )

    def source_summary(self, name: str) -> SourceSummary:
        """A source by its id."""
        source = self.corpus.sources[name]
        same = ("title", "issued", "type", "design", "doi", "pmid", "retracted")
        return SourceSummary(
            id=name,
            iri=self.iri("source", name),
            authors=tuple(author.name for author in source.author),
            year=source.year,
            claims=len(self.here.said_in.get(name, ())),
            **{field: getattr(source, field) for field in same},
        )

    def source(self, name: str) -> SourceRecord:
        """A source whole."""
        source = self.here.graph.source(name)
        return SourceRecord(
            **source.model_dump(),
            iri=self.iri("source", name),
            claims=self.here.said_in.get(name, ()),
            links=self._links("source", name),
        )

    def agent(self, name: str) -> AgentRecord:
        """An agent whole; `name` must be known."""
        agent = self.corpus.agents[name]
        curated = (
            i for i, c in sorted(self.corpus.claims.items()) if name in {e.by for e in c.history}
        )
        return AgentRecord(
            **agent.model_dump(),
            iri=self.iri("agent", name),
            claims=tuple(curated),
            links=self._links("agent", name),
        )

    def _level_name(self, strength: Strength) -> str:
        return strength.grade.words

    def _links(self, kind: str, name: str) -> Links:
        here = f"{self.base}/{kind}/{name}"
        endings: Mapping[str, str] = {"turtle": ".ttl", "jsonld": ".jsonld", "trig": ".trig"}
        return Links(html=here, **{form: here + ending for form, ending in endings.items()})
