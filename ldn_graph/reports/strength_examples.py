"""Evidence items that `docs/strength.md` has graded, so that the page follows from the rule."""

from collections.abc import Iterable
from dataclasses import dataclass

from ldn_graph.records.model import EvidenceItem, Source, Span
from ldn_graph.records.vocabularies import (
    Basis,
    Certainty,
    Design,
    Direction,
    Indirectness,
    Role,
    Stated,
)


@dataclass(frozen=True)
class Example:
    """A title, and the items and sources to grade under it."""

    title: str
    items: tuple[EvidenceItem, ...]
    sources: tuple[Source, ...]
    clinical: bool = True


def examples() -> tuple[Example, ...]:
    """Sentences of the article first, then invented studies."""
    article = Source(id="article", type="post-weblog", title="an article")
    trials = tuple(
        Source(id=f"trial-{n}", type="article-journal", title=f"trial {n}", author_group=f"g-{n}")
        for n in "abc"
    )
    retracted = Source(id="trial-r", type="article-journal", title="a trial", retracted=True)
    for_a, for_b = _trial("trial-a", 31), _trial("trial-b", 52)
    against_b = _trial("trial-b", 99, Direction.REFUTES)
    against_c = _trial("trial-c", 98, Direction.REFUTES)
    other_dose = _trial("trial-a", 31, indirectness=(Indirectness.DOSE,))
    return (
        Example("“It reduces inflammation”", (_said("It reduces inflammation"),), (article,)),
        Example(
            "“LDN can alleviate chronic pain by modulating pain pathways”",
            (
                _said(
                    "LDN can alleviate chronic pain",
                    Certainty.HEDGED,
                    ("can",),
                    (Basis.MECHANISTIC_REASONING,),
                ),
            ),
            (article,),
        ),
        Example(
            "“Clinical studies and patient reports suggest that LDN can decrease pain intensity”",
            (
                _said(
                    "Clinical studies and patient reports suggest that LDN can decrease pain "
                    "intensity",
                    Certainty.SPECULATIVE,
                    ("patient reports", "suggest", "can"),
                    (Basis.PATIENT_REPORTS, Basis.CLINICAL_STUDIES_UNSPECIFIED),
                ),
            ),
            (article,),
        ),
        Example(
            "“Clinical trials are investigating its role in cancer therapy”",
            (
                _said(
                    "Clinical trials are investigating its role in cancer therapy",
                    basis=(Basis.ONGOING_TRIALS,),
                ),
            ),
            (article,),
        ),
        Example(
            "“reduced inflammation” in Crohn’s disease: that inflammation is part of it",
            (_said("have experienced reduced inflammation", stated=Stated.PRESUPPOSED),),
            (article,),
        ),
        Example("One randomised trial supports it", (for_a,), trials),
        Example("Two independent randomised trials agree", (for_a, for_b), trials),
        Example(
            "One supports it, two larger ones refute it", (for_a, against_b, against_c), trials
        ),
        Example("Two agree, a third finds otherwise", (for_a, for_b, against_c), trials),
        Example("The only trial used another dose", (other_dose,), trials),
        Example("The only trial was retracted", (_trial("trial-r", 40),), (retracted,)),
        Example("Nothing is known", (), ()),
    )


def _said(
    words: str,
    certainty: Certainty = Certainty.ASSERTED,
    cues: Iterable[str] = (),
    basis: tuple[Basis, ...] = (Basis.NONE_STATED,),
    stated: Stated = Stated.EXPLICIT,
) -> EvidenceItem:
    return EvidenceItem(
        id="e1",
        source="article",
        direction=Direction.SUPPORTS,
        certainty=certainty,
        role=Role.BACKGROUND,
        stated=stated,
        basis=basis,
        quote=Span(exact=words),
        cues=tuple(Span(exact=c) for c in cues),
    )


def _trial(
    source: str,
    size: int,
    direction: Direction = Direction.SUPPORTS,
    indirectness: tuple[Indirectness, ...] = (),
) -> EvidenceItem:
    return EvidenceItem(
        id="e1",
        source=source,
        direction=direction,
        certainty=Certainty.ASSERTED,
        role=Role.PRIMARY_RESULT,
        basis=(Basis.OWN_RESULT,),
        design=Design.RANDOMISED_TRIAL,
        indirectness=indirectness,
        sample_size=size,
        finding="an invented result",
    )
