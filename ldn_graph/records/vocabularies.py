"""The closed vocabularies of the model, and what each relation means.

Each enum is a SKOS scheme in `ontology/ldn.ttl`; a test holds the two equal. Member values are
slugs, so that files, command lines and IRIs (`vocab.concept`) spell them alike.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from ldn_graph.records.enumerations import Action as Action
from ldn_graph.records.enumerations import AgentKind as AgentKind
from ldn_graph.records.enumerations import AgentRole as AgentRole
from ldn_graph.records.enumerations import Better as Better
from ldn_graph.records.enumerations import CertaintyOfEvidence as CertaintyOfEvidence
from ldn_graph.records.enumerations import Comparator as Comparator
from ldn_graph.records.enumerations import Compound as Compound
from ldn_graph.records.enumerations import Design as Design
from ldn_graph.records.enumerations import GradeScale as GradeScale
from ldn_graph.records.enumerations import Indirectness as Indirectness
from ldn_graph.records.enumerations import Measure as Measure
from ldn_graph.records.enumerations import Measured as Measured
from ldn_graph.records.enumerations import OutcomeRole as OutcomeRole
from ldn_graph.records.enumerations import PathBlock as PathBlock
from ldn_graph.records.enumerations import PValueSign as PValueSign
from ldn_graph.records.enumerations import ReviewReason as ReviewReason
from ldn_graph.records.enumerations import Risk as Risk
from ldn_graph.records.enumerations import Shows as Shows
from ldn_graph.records.enumerations import SourceKind as SourceKind
from ldn_graph.records.enumerations import Status as Status
from ldn_graph.records.enumerations import Tested as Tested


class Kind(StrEnum):
    """What an entity is."""

    DRUG = "drug"
    TARGET = "target"
    MOLECULE = "molecule"
    CELL = "cell"
    ANATOMY = "anatomy"
    MECHANISM = "mechanism"
    PATHWAY = "pathway"
    CONDITION = "condition"
    SYMPTOM = "symptom"
    OUTCOME = "outcome"
    ADVERSE_EFFECT = "adverse-effect"
    REGIMEN = "regimen"
    POPULATION = "population"
    STAKEHOLDER = "stakeholder"
    ROLE = "role"
    ATTRIBUTE = "attribute"


class Column(StrEnum):
    """Where a kind stands in a picture: drug → mechanism → pathway → condition, practice aside."""

    DRUG = "drug"
    MECHANISM = "mechanism"
    PATHWAY = "pathway"
    CONDITION = "condition"
    PRACTICE = "practice"


COLUMN_OF: dict[Kind, Column] = {
    Kind.DRUG: Column.DRUG,
    Kind.TARGET: Column.MECHANISM,
    Kind.MOLECULE: Column.MECHANISM,
    Kind.CELL: Column.MECHANISM,
    Kind.ANATOMY: Column.MECHANISM,
    Kind.MECHANISM: Column.MECHANISM,
    Kind.PATHWAY: Column.PATHWAY,
    Kind.CONDITION: Column.CONDITION,
    Kind.SYMPTOM: Column.CONDITION,
    Kind.OUTCOME: Column.CONDITION,
    Kind.ADVERSE_EFFECT: Column.CONDITION,
    Kind.REGIMEN: Column.PRACTICE,
    Kind.POPULATION: Column.PRACTICE,
    Kind.STAKEHOLDER: Column.PRACTICE,
    Kind.ROLE: Column.PRACTICE,
    Kind.ATTRIBUTE: Column.PRACTICE,
}


class Predicate(StrEnum):
    """The relation of a claim; `PREDICATES` says what each means."""

    ANTAGONISES = "antagonises"
    INHIBITS = "inhibits"
    DECREASES = "decreases"
    INCREASES = "increases"
    PROTECTS = "protects"
    REGULATES = "regulates"
    AFFECTS = "affects"
    BINDS = "binds"
    CONTRIBUTES_TO = "contributes-to"
    INVOLVED_IN = "involved-in"
    FEATURE_OF = "feature-of"
    IMPAIRED_IN = "impaired-in"
    BENEFICIAL_IN = "beneficial-in"
    RESPONDS_POORLY_TO = "responds-poorly-to"
    TREATS = "treats"
    TREATS_OR_APPLIED_OR_STUDIED = "treats-or-applied-or-studied-to-treat"
    APPLIED_TO_TREAT = "applied-to-treat"
    STUDIED_TO_TREAT = "studied-to-treat"
    IN_CLINICAL_TRIALS_FOR = "in-clinical-trials-for"
    HAS_SIDE_EFFECT = "has-side-effect"
    CONTRAINDICATED_IN = "contraindicated-in"
    HAS_WARNING = "has-warning"
    INTERACTS_WITH = "interacts-with"
    NOT_TESTED_IN = "not-tested-in"
    DEVELOPED_FOR = "developed-for"
    NEEDS_RESEARCH_FOR = "needs-research-for"
    SUBCLASS_OF = "subclass-of"
    HAS_ROLE = "has-role"
    LOCATED_IN = "located-in"
    DIFFERS_FROM = "differs-from"
    ADMINISTERED_AS = "administered-as"
    TAKES_EFFECT_AFTER = "takes-effect-after"
    PRESCRIBED_BY = "prescribed-by"
    MONITORED_BY = "monitored-by"
    RECOMMENDED_WITH = "recommended-with"
    USED_AS_PART_OF = "used-as-part-of"
    HAS_ATTRIBUTE = "has-attribute"


Sign = Literal[-1, 0, 1]


@dataclass(frozen=True)
class PredicateInfo:
    """What a relation means.

    `sign`: +1 when more of the subject goes with more of the object, -1 when with less, 0 when the
    relation names no direction. For the relations of treatment the sign is the intended one: less
    of the condition. `causal`: whether a path may run through it. `reads`: the verb of the
    plain-language sentence; `negative`: the same with the claim denied.
    """

    sign: Sign
    causal: bool
    reads: str
    negative: str


PREDICATES: dict[Predicate, PredicateInfo] = {
    Predicate.ANTAGONISES: PredicateInfo(-1, True, "blocks", "does not block"),
    Predicate.INHIBITS: PredicateInfo(-1, True, "inhibits", "does not inhibit"),
    Predicate.DECREASES: PredicateInfo(-1, True, "reduces", "does not reduce"),
    Predicate.INCREASES: PredicateInfo(1, True, "increases", "does not increase"),
    Predicate.PROTECTS: PredicateInfo(1, True, "protects", "does not protect"),
    Predicate.REGULATES: PredicateInfo(0, True, "regulates", "does not regulate"),
    Predicate.AFFECTS: PredicateInfo(0, True, "acts on", "does not act on"),
    Predicate.BINDS: PredicateInfo(0, True, "binds to", "does not bind to"),
    Predicate.CONTRIBUTES_TO: PredicateInfo(1, True, "contributes to", "does not contribute to"),
    Predicate.INVOLVED_IN: PredicateInfo(0, True, "is involved in", "is not involved in"),
    Predicate.FEATURE_OF: PredicateInfo(1, True, "is part of", "is not part of"),
    Predicate.IMPAIRED_IN: PredicateInfo(-1, True, "is impaired in", "is not impaired in"),
    Predicate.BENEFICIAL_IN: PredicateInfo(0, True, "is beneficial in", "is not beneficial in"),
    Predicate.RESPONDS_POORLY_TO: PredicateInfo(
        0, False, "responds poorly to", "does not respond poorly to"
    ),
    Predicate.TREATS: PredicateInfo(-1, True, "treats", "does not treat"),
    Predicate.TREATS_OR_APPLIED_OR_STUDIED: PredicateInfo(
        -1, True, "is described as helping with", "is described as not helping with"
    ),
    Predicate.APPLIED_TO_TREAT: PredicateInfo(-1, True, "is used for", "is not used for"),
    Predicate.STUDIED_TO_TREAT: PredicateInfo(-1, True, "is studied for", "is not studied for"),
    Predicate.IN_CLINICAL_TRIALS_FOR: PredicateInfo(
        -1, True, "is in clinical trials for", "is not in clinical trials for"
    ),
    Predicate.HAS_SIDE_EFFECT: PredicateInfo(
        1, True, "has the side effect", "was not shown to have the side effect"
    ),
    Predicate.CONTRAINDICATED_IN: PredicateInfo(
        0, False, "must not be used in", "is not listed as contraindicated in"
    ),
    Predicate.HAS_WARNING: PredicateInfo(0, False, "carries a warning of", "carries no warning of"),
    Predicate.INTERACTS_WITH: PredicateInfo(0, False, "interacts with", "does not interact with"),
    Predicate.NOT_TESTED_IN: PredicateInfo(
        0, False, "has trials that left out", "has trials that took in"
    ),
    Predicate.DEVELOPED_FOR: PredicateInfo(0, False, "was developed for", "was not developed for"),
    Predicate.NEEDS_RESEARCH_FOR: PredicateInfo(
        0, False, "needs more research for", "needs no more research for"
    ),
    Predicate.SUBCLASS_OF: PredicateInfo(0, False, "is a kind of", "is not a kind of"),
    Predicate.HAS_ROLE: PredicateInfo(0, False, "acts as", "does not act as"),
    Predicate.LOCATED_IN: PredicateInfo(0, False, "is located in", "is not located in"),
    Predicate.DIFFERS_FROM: PredicateInfo(
        0, False, "differs in its effects from", "does not differ in its effects from"
    ),
    Predicate.ADMINISTERED_AS: PredicateInfo(0, False, "is given as", "is not given as"),
    Predicate.TAKES_EFFECT_AFTER: PredicateInfo(
        0, False, "takes effect after", "does not take effect after"
    ),
    Predicate.PRESCRIBED_BY: PredicateInfo(
        0, False, "should be prescribed by", "need not be prescribed by"
    ),
    Predicate.MONITORED_BY: PredicateInfo(
        0, False, "should be monitored by", "need not be monitored by"
    ),
    Predicate.RECOMMENDED_WITH: PredicateInfo(0, False, "should go with", "need not go with"),
    Predicate.USED_AS_PART_OF: PredicateInfo(0, False, "is part of", "is not part of"),
    Predicate.HAS_ATTRIBUTE: PredicateInfo(0, False, "has", "does not have"),
}

#: The ladder of treatment relations (Biolink 4.4.4); only `treats` says that it works.
TREATMENT = frozenset(
    {
        Predicate.TREATS,
        Predicate.TREATS_OR_APPLIED_OR_STUDIED,
        Predicate.APPLIED_TO_TREAT,
        Predicate.STUDIED_TO_TREAT,
        Predicate.IN_CLINICAL_TRIALS_FOR,
    }
)


class Change(StrEnum):
    """In which changed state the subject does what the claim says (Biolink subject qualifiers)."""

    INCREASED = "increased"
    DECREASED = "decreased"
    MODULATED = "modulated"
    BALANCED = "balanced"


class DoseBand(StrEnum):
    """Dose bands of oral naltrexone a day: ultra-low below 1 µg, very low from there to 1 mg, low
    to 6 mg, intermediate to 25 mg, standard from 25 mg.

    Toljan & Vrooman 2018 (doi:10.3390/medsci6040082) call 1 to 5 mg low and name the bands below;
    low reaches to 6 mg here, the highest dose of the trials that call themselves low-dose (Bruun
    2024, doi:10.1016/S2665-9913(23)00278-3). `mixed` when doses of several bands are meant
    together, `unspecified` when the text gives no dose, or one for each kilogram.
    """

    ULTRA_LOW = "ultra-low"
    VERY_LOW = "very-low"
    LOW = "low"
    INTERMEDIATE = "intermediate"
    STANDARD = "standard"
    MIXED = "mixed"
    UNSPECIFIED = "unspecified"


class Direction(StrEnum):
    """Which way an evidence item speaks (SEPIO evidence direction)."""

    SUPPORTS = "supports"
    REFUTES = "refutes"
    INCONCLUSIVE = "inconclusive"


class Certainty(StrEnum):
    """How sure the source sounds, in its own words."""

    ASSERTED = "asserted"
    HEDGED = "hedged"
    SPECULATIVE = "speculative"


class Wording(StrEnum):
    """Rungs of the wording ladder, weakest first; `strength.yaml` lists the cues of each."""

    NONE = "none"
    PROSPECTIVE = "prospective"
    SPECULATIVE = "speculative"
    IMPLIED = "implied"
    REPORTED = "reported"
    CAPABILITY = "capability"
    ASSERTION = "assertion"


class Basis(StrEnum):
    """What the source itself gives as the basis of its statement."""

    NONE_STATED = "none-stated"
    MECHANISTIC_REASONING = "mechanistic-reasoning"
    PATIENT_REPORTS = "patient-reports"
    EMERGING_RESEARCH = "emerging-research"
    CLINICAL_STUDIES_UNSPECIFIED = "clinical-studies-unspecified"
    ONGOING_TRIALS = "ongoing-trials"
    CITED_STUDY = "cited-study"
    OWN_RESULT = "own-result"


class Role(StrEnum):
    """What the quoted words are in their source."""

    PRIMARY_RESULT = "primary-result"
    BACKGROUND = "background"
    SYNTHESIS = "synthesis"


class Stated(StrEnum):
    """Whether the words state the claim, or take it for granted ("reduced flare-ups")."""

    EXPLICIT = "explicit"
    PRESUPPOSED = "presupposed"


class DependenceKind(StrEnum):
    """How one claim of a text leans on another."""

    BY_MEANS_OF = "by-means-of"
    BECAUSE_OF = "because-of"
    FOLLOWS = "follows"
    PURPOSE = "purpose"


class Match(StrEnum):
    """SKOS match of a mapping; `related` is a link, never an equivalence."""

    EXACT = "exact"
    CLOSE = "close"
    BROAD = "broad"
    NARROW = "narrow"
    RELATED = "related"


class GapReason(StrEnum):
    """Why a sentence carries no claim."""

    METADATA = "metadata"
    HEADING = "heading"
    ANNOUNCEMENT = "announcement"
    OPINION = "opinion"
    FORECAST = "forecast"
    ADVICE = "advice"


class Agreement(StrEnum):
    """Conflict class of a claim over its distinct direct sources, least favourable first."""

    REFUTED = "refuted"
    CONTESTED = "contested"
    NONE = "none"
    INCONCLUSIVE = "inconclusive"
    STATED_ONLY = "stated-only"
    SINGLE_STUDY = "single-study"
    CONCORDANT = "concordant"


class Standing(StrEnum):
    """How what texts say compares with what studies found, by the rule's `comparison` table."""

    OVERSTATED = "overstated"
    IN_LINE = "in-line"
    UNDERSTATED = "understated"
    UNTESTED = "untested"


class Coherence(StrEnum):
    """Whether the signs of a path's steps agree with what is claimed of its two ends."""

    COHERENT = "coherent"
    INCOHERENT = "incoherent"
    DIRECTION_NOT_STATED = "direction-not-stated"
    NOT_COMPARABLE = "not-comparable"


class Joined(StrEnum):
    """Whether one passage of a source states a path whole, or it is joined from several."""

    ONE_PASSAGE = "one-passage"
    ACROSS_SECTIONS = "across-sections"
    ACROSS_SOURCES = "across-sources"
