"""Closed vocabularies of designs, results, grades, curation; `vocabularies.py` has the others."""

from enum import StrEnum


class Design(StrEnum):
    """Design of a primary study or synthesis; the ontology gives each its ECO and MeSH codes."""

    SYSTEMATIC_REVIEW = "systematic-review"
    META_ANALYSIS = "meta-analysis"
    NARRATIVE_REVIEW = "narrative-review"
    RANDOMISED_TRIAL = "randomised-trial"
    NON_RANDOMISED_TRIAL = "non-randomised-trial"
    UNCONTROLLED_TRIAL = "uncontrolled-trial"
    COHORT = "cohort"
    SURVEY = "survey"
    CASE_SERIES = "case-series"
    ANIMAL = "animal"
    IN_VITRO = "in-vitro"
    PROTOCOL = "protocol"
    REGISTRY_RECORD = "registry-record"
    LETTER = "letter"
    REGULATORY_LABEL = "regulatory-label"
    GUIDELINE = "guideline"

    @property
    def in_words(self) -> str:
        """Its label, the same on every face and in the ontology.

        >>> Design.META_ANALYSIS.in_words, Design.CASE_SERIES.in_words
        ('meta-analysis', 'case series')
        """
        return _DESIGN_WORDS.get(self, self.replace("-", " "))


_DESIGN_WORDS = {
    Design.META_ANALYSIS: "meta-analysis",
    Design.NON_RANDOMISED_TRIAL: "non-randomised trial",
}


class Indirectness(StrEnum):
    """How an item's evidence is about something else than the claim (GRADE's indirectness)."""

    DOSE = "dose"
    COMPOUND = "compound"
    POPULATION = "population"
    OUTCOME = "outcome"
    SPECIES = "species"
    CO_INTERVENTION = "co-intervention"

    @property
    def in_words(self) -> str:
        """As a reader writes it; the hyphen of "co-intervention" belongs to the word."""
        return str(self)


class OutcomeRole(StrEnum):
    """What an outcome was in its study."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    SAFETY = "safety"
    EXPLORATORY = "exploratory"
    UNCLEAR = "unclear"


class Comparator(StrEnum):
    """What an intervention was compared with; `baseline` is the same people before."""

    PLACEBO = "placebo"
    ACTIVE = "active"
    USUAL_CARE = "usual-care"
    BASELINE = "baseline"
    NONE = "none"
    OTHER = "other"

    @property
    def against(self) -> str:
        """What it says of a comparison, as a phrase: "against placebo"."""
        return _AGAINST[self]


_AGAINST = {
    Comparator.PLACEBO: "against placebo",
    Comparator.ACTIVE: "against an active comparator",
    Comparator.USUAL_CARE: "against usual care",
    Comparator.BASELINE: "against the same people before",
    Comparator.NONE: "without a comparison group",
    Comparator.OTHER: "against another comparison group",
}


class Measure(StrEnum):
    """Kind of number; the first seven are effect measures of the Cochrane Handbook, chapter 6."""

    MEAN_DIFFERENCE = "mean-difference"
    STANDARDISED_MEAN_DIFFERENCE = "standardised-mean-difference"
    RISK_DIFFERENCE = "risk-difference"
    RISK_RATIO = "risk-ratio"
    ODDS_RATIO = "odds-ratio"
    RATE_RATIO = "rate-ratio"
    HAZARD_RATIO = "hazard-ratio"
    MEAN_CHANGE = "mean-change"
    PERCENT = "percent"
    OTHER = "other-measure"

    @property
    def is_ratio(self) -> bool:
        """Whether no effect is 1, and the scale logarithmic."""
        return self.name.endswith("RATIO")

    @property
    def is_effect(self) -> bool:
        """Whether the number compares with something, so that no effect is a known point."""
        return self.is_ratio or self.name.endswith("DIFFERENCE")


class Better(StrEnum):
    """Which end of a scale is the better one for the patient."""

    LOWER = "lower"
    HIGHER = "higher"


class Risk(StrEnum):
    """A judgement of a study's risk of bias (the classes of RoB 2)."""

    LOW = "low"
    SOME_CONCERNS = "some-concerns"
    HIGH = "high"


class PValueSign(StrEnum):
    """How a p value is bounded."""

    EQUAL = "equal"
    BELOW = "below"
    AT_MOST = "at-most"
    ABOVE = "above"
    AT_LEAST = "at-least"

    @property
    def symbol(self) -> str:
        """As a reader writes it."""
        return {"equal": "=", "below": "<", "at-most": "≤", "above": ">", "at-least": "≥"}[self]


class Compound(StrEnum):
    """Which molecule was given: the mirror-image isomer and naloxone are not naltrexone."""

    NALTREXONE = "naltrexone"
    NALTREXONE_ISOMER = "naltrexone-isomer"
    NALOXONE = "naloxone"
    NALOXONE_ISOMER = "naloxone-isomer"
    OTHER = "other-compound"


class Tested(StrEnum):
    """In what a mechanism was measured."""

    PEOPLE = "people"
    ANIMALS = "animals"
    CELLS = "cells"
    MOLECULES = "molecules"


class GradeScale(StrEnum):
    """What a claim is graded by."""

    CERTAINTY = "certainty-of-evidence"
    MEASURED = "what-was-measured"
    SOURCE = "kind-of-source"
    BACKGROUND = "background"


class CertaintyOfEvidence(StrEnum):
    """GRADE's four levels, weakest first; `none` where no study bears on the question."""

    NONE = "none"
    VERY_LOW = "very-low"
    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"

    @property
    def step(self) -> int:
        """0 for none, up to 4 for high."""
        return _CERTAINTY_STEP[self]


class Shows(StrEnum):
    """What a body of evidence shows of an intervention against its comparator."""

    BENEFIT = "benefit"
    LITTLE_OR_NO_DIFFERENCE = "little-or-no-difference"
    HARM = "harm"
    CANNOT_TELL = "cannot-tell"

    @property
    def in_words(self) -> str:
        """As a reader says it."""
        return "can't tell" if self is Shows.CANNOT_TELL else self.replace("-", " ")


class Measured(StrEnum):
    """How well a step of a mechanism was measured, weakest first."""

    NOT_MEASURED = "not-measured"
    INDIRECT = "cells-or-something-else"
    ANIMALS = "animals"
    PEOPLE = "people-without-a-control"
    PEOPLE_CONTROLLED = "people-with-a-control"

    @property
    def step(self) -> int:
        """0 for not measured, up to 4 for people with a control."""
        return _MEASURED_STEP[self]

    @property
    def means(self) -> str:
        """The rung in words."""
        return _MEASURED[self]


_CERTAINTY_STEP = {level: step for step, level in enumerate(CertaintyOfEvidence)}
_MEASURED_STEP = {rung: step for step, rung in enumerate(Measured)}
_MEASURED = {
    Measured.NOT_MEASURED: "not measured; stated only",
    Measured.INDIRECT: "measured in cells, or with another compound, dose or measure",
    Measured.ANIMALS: "measured in animals",
    Measured.PEOPLE: "measured in people, without a control",
    Measured.PEOPLE_CONTROLLED: "measured in people, against a control",
}


class SourceKind(StrEnum):
    """What states a contraindication, a dose or a status, least formal first."""

    NONE = "none"
    AUTHOR = "author"
    STUDY = "study"
    REGISTRY = "registry-or-protocol"
    LABEL = "product-label"


class PathBlock(StrEnum):
    """The lists that paths are shown in, in this order.

    Direct: one claim joins the ends. Mechanism: two links or more say how. Outcome: one claim about
    something that is taken for granted as part of the end, which explains nothing.
    """

    DIRECT = "direct"
    MECHANISM = "mechanism"
    OUTCOME = "outcome"


class Status(StrEnum):
    """Where a claim stands in its curation."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    RETRACTED = "retracted"


class Action(StrEnum):
    """What a curator did."""

    CREATE = "create"
    EDIT = "edit"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    ACCEPT = "accept"
    RETURN = "return"
    REJECT = "reject"
    RETRACT = "retract"
    REVISE = "revise"
    ENDORSE = "endorse"
    COMMENT = "comment"
    DISCARD = "discard"
    OBSOLETE = "obsolete"
    REASSIGN = "reassign"
    MERGE = "merge"


class ReviewReason(StrEnum):
    """What a reviewer found wrong, beside the reason in words (after INDRA's curation errors)."""

    ENTITY = "entity"
    RELATION = "relation"
    DIRECTION = "direction"
    CERTAINTY = "certainty"
    NOT_IN_TEXT = "not-in-text"
    HYPOTHESIS_AS_FACT = "hypothesis-as-fact"
    NEGATION_MISSED = "negation-missed"
    DOSE_OR_QUALIFIER = "dose-or-qualifier"
    DUPLICATE = "duplicate"
    OTHER = "other"


class AgentKind(StrEnum):
    PERSON = "person"
    GROUP = "group"
    SOFTWARE = "software"


class AgentRole(StrEnum):
    """What an agent is trusted with; `review.yaml` says what each may do."""

    CURATOR = "curator"
    REVIEWER = "reviewer"
    EDITOR = "editor"
    ADMIN = "admin"
