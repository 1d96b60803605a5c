"""The closed vocabularies of curation: what a claim goes through, who does what, what is wrong."""

from enum import StrEnum


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
