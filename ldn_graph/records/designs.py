"""Designs of studies, and how a study is about something else than a claim, with their labels."""

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
