"""The values of the graph: frozen, extra fields forbidden. Nothing here reads a file or grades.

Identifiers are slugs (`low-dose-naltrexone`) and never change. Sets of equal rank (synonyms,
mappings) are kept sorted, so that the same content is the same value and the same bytes.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import (
    Field,
    field_validator,
    model_validator,
)

from ldn_graph.errors import nearest
from ldn_graph.records import vocabularies
from ldn_graph.records.identifiers import EXTERNAL
from ldn_graph.records.values import (
    IN_ORDER,
    MAX_LABEL,
    Address,
    Curie,
    Day,
    Doi,
    Edtf,
    Label,
    Orcid,
    Pmcid,
    Pmid,
    Sha256,
    Slug,
    SortedCuries,
    SortedLabels,
    SortedSlugs,
    SourceType,
    Text,
    like,
)
from ldn_graph.records.values import BiasJudgement as BiasJudgement
from ldn_graph.records.values import Dose as Dose
from ldn_graph.records.values import Measurement as Measurement
from ldn_graph.records.values import Result as Result
from ldn_graph.records.values import Span as Span
from ldn_graph.records.values import Value as Value
from ldn_graph.records.vocabularies import (
    Basis,
    Change,
    Column,
    Design,
    Direction,
    DoseBand,
    Kind,
    Predicate,
    Stated,
    Status,
)


class TermMapping(Value):
    """A link from an entity to an outside vocabulary, with the text that shows it."""

    curie: Curie
    match: vocabularies.Match
    label: Text | None = None
    verified_in: Text

    @field_validator("curie")
    @classmethod
    def _known_prefix(cls, curie: str) -> str:
        prefix = curie.partition(":")[0]
        if prefix not in EXTERNAL:
            known = nearest(prefix, EXTERNAL) or f"; there are {', '.join(sorted(EXTERNAL))}"
            raise ValueError(f"unknown prefix {prefix!r}{known}")
        return curie


class Entity(Value):
    """A thing that claims are about. `hidden_labels` (as SKOS's) help to find it, unshown;
    `former_ids` are those of things that were merged into it, and still answer."""

    id: Slug
    label: Label
    kind: Kind
    definition: Text | None = None
    synonyms: SortedLabels = ()
    hidden_labels: SortedLabels = ()
    broader: SortedSlugs = ()
    dose_band: DoseBand | None = None
    former_ids: SortedSlugs = ()
    mappings: tuple[TermMapping, ...] = ()
    note: Text | None = None

    @field_validator("mappings")
    @classmethod
    def _sorted_mappings(cls, mappings: tuple[TermMapping, ...]) -> tuple[TermMapping, ...]:
        return tuple(sorted(mappings, key=lambda m: (m.curie, m.match, m.verified_in)))

    @property
    def column(self) -> Column:
        return vocabularies.COLUMN_OF[self.kind]

    @property
    def names(self) -> tuple[str, ...]:
        """Label, synonyms and hidden labels: every wording by which a text may mean it."""
        return (self.label, *self.synonyms, *self.hidden_labels)


class Author(Value):
    """A creator, in the words of the source: `literal`, or CSL's `family` and `given`."""

    literal: Text | None = None
    family: Text | None = None
    given: Text | None = None

    @model_validator(mode="after")
    def _one_form(self) -> "Author":
        if (self.literal is None) == (self.family is None):
            raise ValueError("give either `literal` or `family` (with `given` where known)")
        return self

    @property
    def name(self) -> str:
        return self.literal or ", ".join(filter(None, (self.family, self.given)))


class Source(Value):
    """A bibliographic record; field names follow CSL-JSON. A field that was not seen stays empty.

    `issued` is EDTF: `2013`, `2024-05`, or `XXXX-11-10` when the text gives no year.
    `report_of`: the main report of the same trial. `pooled_designs`: the designs that a synthesis
    pools; `pools_more`: that `pools` names only some of them. `independent_funding`: False where
    a seller of the drug paid, None where nobody says.
    `text_sha256` and `text_length` (characters) identify the exact text that offsets refer to;
    `text_part` says where it is only a part. `more_authors`: the record names only the first.
    """

    id: Slug
    type: SourceType
    title: Text
    author: tuple[Author, ...] = ()
    more_authors: bool | None = None
    issued: Edtf | None = None
    container_title: Text | None = None
    doi: Doi | None = None
    pmid: Pmid | None = None
    pmcid: Pmcid | None = None
    registry_id: Text | None = None
    design: Design | None = None
    codes: SortedCuries = ()
    language: Text | None = None
    license: Text | None = None
    text_sha256: Sha256 | None = None
    text_length: int | None = Field(default=None, gt=0)
    text_part: Literal["abstract"] | None = None
    retracted: bool = False
    credit: Text | None = None
    pools: SortedSlugs = ()
    pools_more: bool | None = None
    pooled_designs: Annotated[tuple[Design, ...], IN_ORDER] = ()
    searched_until: Edtf | None = None
    report_of: Slug | None = None
    comments_on: SortedSlugs = ()
    author_group: Slug | None = None
    funding: Text | None = None
    independent_funding: bool | None = None
    bias: tuple[BiasJudgement, ...] = ()
    verified_in: Text | None = None
    unused_because: Text | None = None
    note: Text | None = None

    @property
    def year(self) -> int | None:
        """The year of `issued`; None where the source gives none."""
        written = (self.issued or "")[:4]
        return int(written) if written.isdigit() else None


class EvidenceItem(Value):
    """Who said it, in which exact words, how sure they sounded, and on what basis."""

    id: Annotated[str, like("e1", r"^e[1-9][0-9]*$")]
    source: Slug
    direction: Direction
    certainty: vocabularies.Certainty
    role: vocabularies.Role
    stated: Stated = Stated.EXPLICIT
    basis: Annotated[tuple[Basis, ...], Field(min_length=1), IN_ORDER]
    design: Design | None = None
    indirectness: Annotated[tuple[vocabularies.Indirectness, ...], IN_ORDER] = ()
    quote: Span | None = None
    section: Text | None = None
    cues: tuple[Span, ...] = ()
    unhedged_cues: tuple[Span, ...] = ()
    context: tuple[Span, ...] = ()
    finding: Text | None = None
    outcome: Text | None = None
    population: Text | None = None
    sample_size: int | None = Field(default=None, ge=0)
    sample_text: Text | None = None
    dose: Dose | None = None
    duration: Text | None = None
    results: tuple[Result, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    note: Text | None = None

    @model_validator(mode="after")
    def _consistent(self) -> "EvidenceItem":
        if Basis.NONE_STATED in self.basis and len(self.basis) > 1:
            raise ValueError("`none-stated` can't stand beside another basis; take one out")
        if self.quote is None and self.finding is None:
            raise ValueError("an evidence item needs a `quote`, or a `finding` in your own words")
        return self


#: The qualifiers that name entities.
ENTITY_QUALIFIERS = ("condition", "population", "location")


class Qualifiers(Value):
    """What narrows a claim down. Claims that differ in a qualifier are different claims."""

    subject_change: Change | None = None
    condition: Slug | None = None
    population: Slug | None = None
    location: Slug | None = None
    timing: Text | None = None
    frequency: Text | None = None
    severity: Text | None = None
    approval: Literal["off_label_use"] | None = None


class Dependence(Value):
    """A claim that this one leans on in the source's text."""

    claim: Slug
    kind: vocabularies.DependenceKind


class CurationEvent(Value):
    """Who did what to a claim, and when; `reasons` are those of a review that did not accept it,
    `why` the reason in words, or a comment; `to` whom it was given, `replaced_by` a better claim.
    """

    action: vocabularies.Action
    by: Slug
    on: Day
    to: Slug | None = None
    replaced_by: Slug | None = None
    why: Text | None = None
    reasons: Annotated[tuple[vocabularies.ReviewReason, ...], IN_ORDER] = ()


class Claim(Value):
    """That a subject stands in a relation to an object, with its evidence and its history."""

    id: Slug
    subject: Slug
    predicate: Predicate
    object: Slug
    qualifiers: Qualifiers = Qualifiers()
    evidence: Annotated[tuple[EvidenceItem, ...], Field(min_length=1)]
    leans_on: tuple[Dependence, ...] = ()
    status: Status
    history: Annotated[tuple[CurationEvent, ...], Field(min_length=1)]
    note: Text | None = None

    @model_validator(mode="after")
    def _distinct_items(self) -> "Claim":
        ids = [item.id for item in self.evidence]
        twice = sorted({i for i in ids if ids.count(i) > 1})
        if twice:
            raise ValueError(f"evidence ids {', '.join(twice)} occur twice; number them e1, e2, …")
        return self

    @property
    def info(self) -> vocabularies.PredicateInfo:
        return vocabularies.PREDICATES[self.predicate]

    @property
    def proposition(self) -> tuple[str, ...]:
        """Subject, predicate, object and qualifiers: what two claims must share to be one."""
        return (
            self.subject,
            self.predicate,
            self.object,
            *(f"{k}={v}" for k, v in self.qualifiers.model_dump(exclude_none=True).items()),
        )

    @property
    def current(self) -> bool:
        """Whether the claim is in force: accepted, and neither rejected nor retracted."""
        return self.status is Status.ACCEPTED


class Agent(Value):
    """Someone who curates."""

    id: Slug
    name: Label
    kind: vocabularies.AgentKind
    orcid: Orcid | None = None
    roles: Annotated[tuple[vocabularies.AgentRole, ...], IN_ORDER] = ()
    note: Text | None = None


class SentenceWithoutClaim(Value):
    """A sentence of a source's text that carries no claim, with the reason on record.

    `opening` is the sentence's first words, enough to find it; offsets are those of the sentence.
    """

    start: int = Field(ge=0)
    end: int = Field(gt=0)
    opening: Text
    reason: vocabularies.GapReason
    note: Text | None = None


_ServiceAddress = Annotated[
    str, like("https://api.crossref.org", r"^https?://[^\s/?#]+[^\s?#]*[^\s?#/]$", MAX_LABEL)
]


class LookUp(Value):
    """That publications may be looked up in the network, in the name of `contact` (a mailbox, which
    NCBI and Crossref are told); where this is not set, nothing is. The addresses are theirs, or
    those of a proxy of one's own."""

    contact: Annotated[str, like("name@example.org", r"^[^\s@]+@[^\s@]+\.[^\s@]+$", MAX_LABEL)]
    ncbi: _ServiceAddress = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils"
    crossref: _ServiceAddress = "https://api.crossref.org"


class Description(Value):
    """What the corpus is: `corpus.yaml`. `report_errors_to`: where readers report errors, in place
    of the curators' desk."""

    title: Text
    description: Text
    base: Annotated[str, like("https://w3id.org/ldn-graph/", r"^https?://\S+/$")]
    version: Text
    license: Text
    disclaimer: Text
    report_errors_to: Address | None = None
    look_up: LookUp | None = None


class Corpus(Value):
    """Everything, by id. `gaps` maps a source's id to its sentences without a claim.

    `proposals` are next versions of claims that are in force: no query sees them, and each takes
    its claim's place when it is accepted.
    """

    description: Description
    entities: Mapping[str, Entity] = {}
    sources: Mapping[str, Source] = {}
    claims: Mapping[str, Claim] = {}
    proposals: Mapping[str, Claim] = {}
    agents: Mapping[str, Agent] = {}
    gaps: Mapping[str, tuple[SentenceWithoutClaim, ...]] = {}

    def entity_called(self, name: str) -> Entity | None:
        """The entity with that id, present or former, label, synonym or hidden label."""
        if name in self.entities:
            return self.entities[name]
        wanted = name.casefold().replace("'", "’")
        named = (
            e
            for e in self.entities.values()
            if name in e.former_ids or wanted in {n.casefold() for n in e.names}
        )
        return next(named, None)

    def current(self) -> tuple[Claim, ...]:
        """The claims in force, by id."""
        return tuple(self.claims[i] for i in sorted(self.claims) if self.claims[i].current)
