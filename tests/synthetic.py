"""Claims, corpora, strengths and random graphs for the tests of paths."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from ldn_graph.grading.grade import Grade
from ldn_graph.grading.strength import Strength
from ldn_graph.paths.chain import Path
from ldn_graph.records.enumerations import GradeScale
from ldn_graph.records.model import Claim, Corpus, Description, Entity, Source
from ldn_graph.records.vocabularies import (
    PREDICATES,
    Agreement,
    Certainty,
    Change,
    Kind,
    Predicate,
    Wording,
)

#: The kinds of the test entities a to f: a drug, what lies between, and two conditions.
KINDS = {
    "a": "drug",
    "b": "target",
    "c": "cell",
    "d": "pathway",
    "e": "condition",
    "f": "condition",
    "people": "population",
    "people-with-f": "population",
}


def claim(name: str, subject: str, predicate: str, object_: str, **more: Any) -> Claim:
    """An accepted claim with one quoted item, changed as `more` says: fields of the item, and
    `subject_change`, `condition`, `population` for the qualifiers."""
    named = ("subject_change", "condition", "population")
    qualifiers = {k: more.pop(k) for k in named if k in more}
    item = {
        "id": "e1",
        "source": "s1",
        "direction": "supports",
        "certainty": "asserted",
        "role": "background",
        "basis": ["none-stated"],
        "quote": {"exact": "words"},
        "section": "One",
    }
    return Claim.model_validate(
        {
            "id": name,
            "subject": subject,
            "predicate": predicate,
            "object": object_,
            "qualifiers": qualifiers,
            "evidence": [item | more],
            "status": "accepted",
            "history": [{"action": "accept", "by": "x", "on": "2026-01-01"}],
        }
    )


def corpus_of(claims: Iterable[Claim]) -> Corpus:
    about = Description(
        title="t", description="d", base="https://x/", version="1", license="l", disclaimer="no"
    )
    entities = {
        n: Entity(id=n, label=n.upper(), kind=Kind(k), dose_band="low" if n == "a" else None)
        for n, k in KINDS.items()
    }
    sources = {n: Source(id=n, type="webpage", title=n) for n in ("s1", "s2")}
    return Corpus(
        description=about, entities=entities, sources=sources, claims={c.id: c for c in claims}
    )


def strength(
    level: int = 0,
    agreement: Agreement = Agreement.STATED_ONLY,
    wording: Wording = Wording.ASSERTION,
    against: Wording = Wording.NONE,
) -> Strength:
    grade = Grade(GradeScale.MEASURED, "a rung", level, "words")
    return Strength(wording, against, level, agreement, ("s1",), (), (), (), (), (), grade)


REFUTED = strength(0, Agreement.REFUTED, Wording.NONE, Wording.ASSERTION)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[Corpus, dict[str, Strength]]:
    """Up to eight random claims over six entities, of any strength; some of them refuted.

    Some make a chain from a to f, most others lead onward in the alphabet, a few make cycles.
    """
    causal = [p for p in Predicate if PREDICATES[p].causal]
    onward = [x + y for x in "abcde" for y in "bcdef" if x < y]
    claims, strengths = [], {}
    met = "a" + "".join(x for x in "bcde" if draw(st.booleans())) + "f"
    others = draw(st.lists(st.sampled_from([*onward, "ba", "cb", "dd", "fe"]), max_size=5))
    chain = [x + y for x, y in pairwise(met)]
    for number, ends in enumerate([*chain, *others][:8]):
        name = f"c{number}"
        member = ends[1] == "f" and draw(st.integers(0, 3)) == 3
        supported = draw(st.integers(0, 9)) < 9
        new = claim(
            name,
            ends[1] if member else ends[0],
            "subclass-of" if member else draw(st.sampled_from(causal)),
            ends[0] if member else ends[1],
            subject_change=draw(st.sampled_from([None, None, None, *Change])),
            direction="supports" if supported else "refutes",
            certainty=draw(st.sampled_from(Certainty)),
            source=draw(st.sampled_from(["s1", "s2"])),
        )
        graded = strength(
            draw(st.integers(0, 4)),
            draw(st.sampled_from(list(Agreement)[1:])),
            draw(st.sampled_from([w for w in Wording if w is not Wording.NONE])),
        )
        claims.append(new)
        strengths[name] = graded if supported else REFUTED
    return corpus_of(claims), strengths


def taken(path: Path) -> tuple[str, ...]:
    return tuple(step.claim.id for step in path.steps)
