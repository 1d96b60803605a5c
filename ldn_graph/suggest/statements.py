"""What the clauses of a sentence state: who is said to do what to what, and how it is said."""

from dataclasses import dataclass
from enum import StrEnum

from ldn_graph.suggest.phrases import Mention
from ldn_graph.suggest.relations import Family


class How(StrEnum):
    """How a relation stands in its sentence."""

    MAIN = "main"
    MEANS = "means"
    RESULT = "result"
    NOUN = "noun"
    FRONT = "front"
    EXAMPLE = "example"
    LIST = "list"
    ALONE = "alone"


@dataclass(frozen=True)
class Relation:
    """`subjects` are said to do `family` to `objects`; `trigger`: the tokens of the word that says
    so; `clause`: its number in the sentence; `bare`: its verb is governed by a modal or “do”."""

    subjects: tuple[Mention, ...]
    family: Family
    objects: tuple[Mention, ...]
    trigger: tuple[int, int]
    clause: int
    how: How = How.MAIN
    around: tuple[Mention, ...] = ()
    places: tuple[Mention, ...] = ()
    flags: frozenset[Family] = frozenset()
    bare: bool = True
    by_people: bool = False


@dataclass
class Verb:
    """A verb that waits for its object."""

    family: Family
    at: tuple[int, int]
    clause: int
    how: How
    passive: bool
    bare: bool
    subjects: tuple[Mention, ...]
    people: bool
    noun: bool = False
