"""The rule by which strength is derived, read from the one table `strength.yaml`."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import AfterValidator, Field, field_validator

from ldn_graph import files
from ldn_graph.errors import DataError
from ldn_graph.grading.estimates import Measure
from ldn_graph.records import yaml_io
from ldn_graph.records.model import Value
from ldn_graph.records.values import Text
from ldn_graph.records.vocabularies import (
    Agreement,
    Basis,
    Certainty,
    Design,
    Indirectness,
    Wording,
)


class RiskOfBiasRule(Value):
    """Steps down, and the share of people in low-risk studies that spares them."""

    down: int = Field(ge=0, le=2)
    low_share: float = Field(ge=0, le=1)


class InconsistencyRule(Value):
    """Shares of people in contrary trials that cost a step each; I² in percent for a synthesis, and
    for an effect that was pooled here (`i2_pooled`)."""

    contrary_share: tuple[float, ...]
    i2: float = Field(ge=0, le=100)
    i2_pooled: float = Field(75, ge=0, le=100)
    down: int = Field(ge=0, le=2)


class ImprecisionRule(Value):
    """`appreciable`: ratios; `people` and `far_too_few`: numbers of people."""

    appreciable: tuple[float, float]
    wide_ratio: float = Field(gt=1)
    people: int = Field(gt=0)
    far_too_few: int = Field(gt=0)


class PublicationBiasRule(Value):
    small: int = Field(gt=0)


Start = Literal["none", "very-low", "low", "moderate", "high"]


class CertaintyRule(Value):
    """The part `certainty` of `strength.yaml`; `sources`: what each comment's key stands for."""

    sources: Mapping[Text, Text]
    start: Mapping[Design, Start]
    risk_of_bias: RiskOfBiasRule
    inconsistency: InconsistencyRule
    indirectness: Mapping[Indirectness, int]
    imprecision: ImprecisionRule
    publication_bias: PublicationBiasRule
    large_effect: tuple[float, ...]
    generic_mid: Mapping[Measure, float]
    synthesis_over_trials: float = Field(gt=0)

    @field_validator("start")
    @classmethod
    def _with_guidelines(cls, given: Mapping[Design, Start]) -> Mapping[Design, Start]:
        # a table of an earlier release has no line for them
        return {Design.GUIDELINE: "none", **given}


Level = Annotated[int, Field(ge=0, le=4)]


class Rung(Value):
    rung: Wording
    certainty: Certainty
    means: Text
    cues: tuple[Text, ...]


class NotAHedge(Value):
    words: Text
    because: Text


class LevelName(Value):
    level: Level
    name: Text
    means: Text


class DesignLevel(Value):
    clinical: Level
    mechanism: Level


class Replication(Value):
    trials: int = Field(ge=2)
    level: Level


class AgreementClass(Value):
    class_: Agreement = Field(alias="class")
    means: Text
    cio: Text | None = None


class Comparison(Value):
    by_agreement: Mapping[Agreement, Wording]
    by_level: Mapping[Level, Wording]
    understated_by: int = Field(ge=1)


def _in_order(levels: tuple[LevelName, ...]) -> tuple[LevelName, ...]:
    return tuple(sorted(levels, key=lambda line: line.level))


class Rule(Value):
    """The table of `strength.yaml`; every enum member must have its line."""

    version: Text
    wording: tuple[Rung, ...]
    basis_cues: tuple[Text, ...]
    not_a_hedge: tuple[NotAHedge, ...]
    levels: Annotated[tuple[LevelName, ...], AfterValidator(_in_order)]
    basis: Mapping[Basis, Level]
    design: Mapping[Design, DesignLevel]
    replication: Replication
    agreed_above: Level
    indirectness_cap: Mapping[Indirectness, Level]
    agreement: tuple[AgreementClass, ...]
    comparison: Comparison
    certainty: CertaintyRule

    @field_validator("design")
    @classmethod
    def _with_guidelines(cls, given: Mapping[Design, DesignLevel]) -> Mapping[Design, DesignLevel]:
        # a table of an earlier release has no line for them
        return {Design.GUIDELINE: DesignLevel(clinical=1, mechanism=1), **given}

    @cached_property
    def cue_rungs(self) -> dict[str, Wording]:
        """Cue, in lower case → rung."""
        return {cue.lower(): rung.rung for rung in self.wording for cue in rung.cues}

    @cached_property
    def certainty_of(self) -> dict[Wording, Certainty]:
        return {rung.rung: rung.certainty for rung in self.wording}

    def level(self, number: int) -> LevelName:
        return next(line for line in self.levels if line.level == number)

    def agreement_class(self, member: Agreement) -> AgreementClass:
        return next(a for a in self.agreement if a.class_ is member)


def read_rule(path: Path, text: str | None = None) -> Rule:
    """The rule in `path`, or in `text`; a table written before there was a part `certainty` has
    the shipped one. Raises DataError where a member has no line, or a value is off."""
    tree = yaml_io.parse(path, text)
    if isinstance(tree, yaml.MappingNode) and not _part(tree):
        tree.value.extend(_part(yaml_io.parse(files.root() / "data" / "strength.yaml")))
    rule = yaml_io.value(path, tree, Rule)
    if missing := _missing(rule):
        raise DataError(f"{path}: no line for {m}; add one" for m in missing)
    return rule


def _part(tree: yaml.Node) -> list[tuple[yaml.Node, yaml.Node]]:
    """The part `certainty` of a table, with its key; empty where it has none."""
    return [pair for pair in tree.value if pair[0].value == "certainty"]


def _missing(rule: Rule) -> list[str]:
    """The members that have no line."""
    rungs = {r.rung for r in rule.wording}
    classes = {a.class_ for a in rule.agreement}
    levels = [line.level for line in rule.levels]
    return [
        *(f"wording {w}" for w in Wording if w not in rungs and w is not Wording.NONE),
        *(f"basis {b}" for b in Basis if b not in rule.basis and b is not Basis.OWN_RESULT),
        *(f"design {d}" for d in Design if d not in rule.design),
        *(f"indirectness_cap {i}" for i in Indirectness if i not in rule.indirectness_cap),
        *(f"agreement {a}" for a in Agreement if a not in classes),
        *(f"level {n}" for n in range(5) if n not in levels),
        *(f"certainty start {d}" for d in Design if d not in rule.certainty.start),
        *(
            f"certainty indirectness {i}"
            for i in Indirectness
            if i not in rule.certainty.indirectness
        ),
    ]
