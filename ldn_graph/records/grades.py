"""The closed vocabularies of grades: what a claim is graded by, and what it is graded as."""

from enum import StrEnum


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
