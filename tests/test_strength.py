"""Strength: what must hold for any evidence, and worked examples of the rule."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from ldn_graph.errors import DataError
from ldn_graph.grading.strength import (
    Rule,
    Strength,
    grade_items,
    independent,
    is_study,
    item_level,
    item_wording,
    read_rule,
    wording_rank,
)
from ldn_graph.records.model import EvidenceItem, Source
from ldn_graph.records.vocabularies import (
    Agreement,
    Basis,
    Certainty,
    Design,
    Direction,
    Indirectness,
    Role,
    Stated,
    Wording,
)

SUPPORTS, REFUTES = Direction.SUPPORTS, Direction.REFUTES
NAMES = tuple(f"s{n}" for n in range(6))
CUES = ("can", "may", "have reported", "has shown potential", "no cue of the rule")

any_evidence = settings(deadline=None, max_examples=examples(80))


@st.composite
def sources(draw: st.DrawFn) -> dict[str, Source]:
    """Six sources that may pool, comment on and share authors with each other, or be retracted."""
    others = st.lists(st.sampled_from(NAMES), max_size=2)
    return {
        name: Source(
            id=name,
            type="article-journal",
            title=name,
            design=draw(st.none() | st.sampled_from(Design)),
            retracted=draw(st.integers(0, 4)) == 4,
            pools=draw(others),
            comments_on=draw(others),
            author_group=draw(st.sampled_from([None, "g1", "g2"])),
        )
        for name in NAMES
    }


@st.composite
def evidence(draw: st.DrawFn, direction: Direction | None = None) -> EvidenceItem:
    """One item of any kind; trials are frequent, because most of the rule is about them."""
    basis = draw(st.lists(st.sampled_from(list(Basis)[1:]), max_size=2))
    designs = [None, *Design, *[Design.RANDOMISED_TRIAL] * 8, Design.META_ANALYSIS]
    return EvidenceItem.model_validate(
        {
            "id": f"e{draw(st.integers(1, 99))}",
            "source": draw(st.sampled_from(NAMES)),
            "direction": direction or draw(st.sampled_from(Direction)),
            "certainty": draw(st.sampled_from(Certainty)),
            "role": draw(st.sampled_from([*Role, Role.PRIMARY_RESULT, Role.PRIMARY_RESULT])),
            "stated": draw(st.sampled_from(Stated)),
            "basis": basis or [Basis.NONE_STATED],
            "design": draw(st.sampled_from(designs)),
            "indirectness": draw(
                st.one_of(st.just([]), st.lists(st.sampled_from(Indirectness), max_size=2))
            ),
            "cues": [
                {"exact": draw(st.sampled_from(CUES))} for _ in range(draw(st.integers(0, 2)))
            ],
            "finding": "a finding",
            "sample_size": draw(st.none() | st.integers(0, 500)),
        }
    )


bodies = st.lists(evidence(), max_size=6)


def without_reasons(strength: Strength) -> Strength:
    """The strength without what only says why, in the words of its items."""
    grade = replace(strength.grade, reasons=(), shown=(), body=None, bodies=())
    return replace(strength, reasons=(), grade=grade)


# For any input ---------------------------------------------------------------------------------


@any_evidence
@given(bodies, evidence(SUPPORTS), sources(), st.booleans())
def test_supporting_evidence_never_lowers(
    rule: Rule,
    body: list[EvidenceItem],
    new: EvidenceItem,
    known: dict[str, Source],
    clinical: bool,
) -> None:
    before = grade_items(body, known, rule, clinical=clinical)
    after = grade_items([*body, new], known, rule, clinical=clinical)
    assert after.rank >= before.rank
    assert all(a >= b for a, b in zip(after.rank, before.rank, strict=True)), "nor any axis"
    assert after.wording_against == before.wording_against


@any_evidence
@given(bodies, evidence(REFUTES), sources(), st.booleans())
def test_refuting_evidence_never_raises(
    rule: Rule,
    body: list[EvidenceItem],
    new: EvidenceItem,
    known: dict[str, Source],
    clinical: bool,
) -> None:
    before = grade_items(body, known, rule, clinical=clinical)
    after = grade_items([*body, new], known, rule, clinical=clinical)
    assert after.rank <= before.rank
    assert all(a <= b for a, b in zip(after.rank, before.rank, strict=True)), "nor any axis"
    assert after.wording == before.wording


@any_evidence
@given(bodies, sources(), st.booleans(), st.randoms(use_true_random=False))
def test_order_does_not_matter(
    rule: Rule, body: list[EvidenceItem], known: dict[str, Source], clinical: bool, random: Any
) -> None:
    shuffled = list(body)
    random.shuffle(shuffled)
    assert grade_items(shuffled, known, rule, clinical=clinical) == grade_items(
        body, known, rule, clinical=clinical
    ), "reasons included"


@any_evidence
@given(st.lists(evidence(), min_size=1, max_size=5), sources(), st.booleans(), st.data())
def test_a_repeated_sentence_of_one_source_changes_nothing(
    rule: Rule, body: list[EvidenceItem], known: dict[str, Source], clinical: bool, data: Any
) -> None:
    item = data.draw(st.sampled_from(body))
    again = item.model_copy(update={"id": "e100", "note": "said again"})
    once = grade_items(body, known, rule, clinical=clinical)
    twice = grade_items([*body, again], known, rule, clinical=clinical)
    assert without_reasons(twice) == without_reasons(once)


@any_evidence
@given(bodies, sources(), st.booleans())
def test_sentences_of_one_source_count_once(
    rule: Rule, body: list[EvidenceItem], known: dict[str, Source], clinical: bool
) -> None:
    """However much one source says, it is one source: no replication, and no concordance, unless
    it is a meta-analysis, which is several studies."""
    one = [item.model_copy(update={"source": "s0"}) for item in body]
    strength = grade_items(one, known, rule, clinical=clinical)
    assert strength.version_1_level <= max(
        (item_level(i, rule, clinical=clinical) for i in one if i.direction is SUPPORTS), default=0
    )
    pooled = any(i.design is Design.META_ANALYSIS and is_study(i) for i in one)
    assert pooled or strength.agreement is not Agreement.CONCORDANT
    for side in (strength.supporting, strength.refuting, strength.inconclusive):
        assert side in ((), ("s0",))


@any_evidence
@given(bodies, sources(), st.booleans(), st.sampled_from(Certainty), st.sampled_from(Stated))
def test_evidence_never_follows_from_wording(
    rule: Rule,
    body: list[EvidenceItem],
    known: dict[str, Source],
    clinical: bool,
    certainty: Certainty,
    stated: Stated,
) -> None:
    change = {"certainty": certainty, "stated": stated, "cues": (), "quote": None, "note": "x"}
    reworded = [item.model_copy(update=change) for item in body]
    before = grade_items(body, known, rule, clinical=clinical)
    after = grade_items(reworded, known, rule, clinical=clinical)
    assert (after.level, after.agreement) == (before.level, before.agreement)
    assert [r for r in after.reasons if r.axis != "wording"] == [
        r for r in before.reasons if r.axis != "wording"
    ]


@any_evidence
@given(bodies, bodies, sources(), st.booleans())
def test_wording_never_follows_from_evidence(
    rule: Rule,
    body: list[EvidenceItem],
    designs: list[EvidenceItem],
    known: dict[str, Source],
    clinical: bool,
) -> None:
    mixed = [
        a.model_copy(update={"design": b.design, "basis": b.basis, "role": b.role})
        for a, b in zip(body, designs, strict=False)
    ]
    before = grade_items(body[: len(mixed)], known, rule, clinical=clinical)
    after = grade_items(mixed, known, rule, clinical=clinical)
    assert after.wording == before.wording and after.wording_against == before.wording_against


@any_evidence
@given(bodies, sources(), st.booleans())
def test_a_retracted_source_counts_nothing(
    rule: Rule, body: list[EvidenceItem], known: dict[str, Source], clinical: bool
) -> None:
    kept = [item for item in body if not known[item.source].retracted]
    gone = tuple(sorted({item.source for item in body if known[item.source].retracted}))
    strength = grade_items(body, known, rule, clinical=clinical)
    assert strength.retracted == gone
    assert without_reasons(replace(strength, retracted=())) == without_reasons(
        grade_items(kept, known, rule, clinical=clinical)
    )
    for name in gone:
        assert any(name in r.text and "retracted" in r.text for r in strength.reasons)


@any_evidence
@given(bodies, sources(), st.booleans())
def test_statements_alone_never_rise_above_two(
    rule: Rule, body: list[EvidenceItem], known: dict[str, Source], clinical: bool
) -> None:
    """An article's word is background, whatever studies it names and however often."""
    stated = [item.model_copy(update={"role": Role.BACKGROUND}) for item in body]
    strength = grade_items(stated, known, rule, clinical=clinical)
    assert strength.level <= 2
    assert strength.agreement not in (Agreement.SINGLE_STUDY, Agreement.CONCORDANT)


@any_evidence
@given(bodies, sources(), st.booleans())
def test_support_and_refutation_together_are_contested(
    rule: Rule, body: list[EvidenceItem], known: dict[str, Source], clinical: bool
) -> None:
    strength = grade_items(body, known, rule, clinical=clinical)
    both = bool(strength.supporting) and bool(strength.refuting)
    assert strength.contested == both
    assert (strength.agreement is Agreement.REFUTED) == (
        bool(strength.refuting) and not strength.supporting
    )


@any_evidence
@given(bodies, sources(), st.booleans())
def test_every_axis_gives_its_reason_in_words(
    rule: Rule, body: list[EvidenceItem], known: dict[str, Source], clinical: bool
) -> None:
    strength = grade_items(body, known, rule, clinical=clinical)
    assert {r.axis for r in strength.reasons} == {"wording", "evidence", "agreement"}
    told = [r.text for r in strength.reasons if r.axis == "evidence"]
    assert told[0] == strength.grade.words, "the first reason is the grade that came out"
    assert all("\n" not in r.text for r in strength.reasons)


@any_evidence
@given(st.lists(st.sampled_from(NAMES)), st.sampled_from(NAMES), sources())
def test_the_count_of_independent_sources_only_grows(
    names: list[str], new: str, known: dict[str, Source]
) -> None:
    before, after = independent(names, known), independent([*names, new], known)
    assert before <= after <= before + 1
    assert after <= len({*names, new})
    if new in names:
        assert after == before


def test_nothing_is_inferred_from_an_empty_list(rule: Rule) -> None:
    for clinical in (True, False):
        strength = grade_items([], {}, rule, clinical=clinical)
        assert (strength.wording, strength.level, strength.agreement) == (
            Wording.NONE,
            0,
            Agreement.NONE,
        )
        assert not strength.contested and strength.supporting == ()


def test_zero_is_not_missing(rule: Rule) -> None:
    def reasons(size: int | None) -> str:
        strength = grade_items([trial("s1", n=size)], KNOWN, rule, clinical=False)
        return "; ".join(r.text for r in strength.reasons)

    assert "n=0" in reasons(0)
    assert "n=" not in reasons(None)


# Worked examples -------------------------------------------------------------------------------


def source(name: str, **more: Any) -> Source:
    return Source(id=name, type="article-journal", title=name, **more)


KNOWN: Mapping[str, Source] = {
    s.id: s
    for s in (
        source("article"),
        source("s1", author_group="g1"),
        source("s2", author_group="g2"),
        source("s3", author_group="g3"),
        source("s1-again", author_group="g1"),
        source("letter", comments_on=["s1"]),
        source("pooled", design=Design.META_ANALYSIS, pools=["s1", "s2"]),
        source("pooled-unnamed", design=Design.META_ANALYSIS),
        source("withdrawn", author_group="g4", retracted=True),
    )
}


def said(certainty: str = "asserted", basis: str = "none-stated", **more: Any) -> EvidenceItem:
    """A sentence of the article."""
    cues = [{"exact": c} for c in more.pop("cues", ())]
    fields = {
        "id": "e1",
        "source": "article",
        "direction": "supports",
        "certainty": certainty,
        "role": "background",
        "basis": [basis],
        "cues": cues,
        "quote": {"exact": "words"},
    }
    return EvidenceItem.model_validate(fields | more)


def trial(name: str, direction: str = "supports", n: int | None = 30, **more: Any) -> EvidenceItem:
    """A randomised trial's own result, or as `more` says."""
    fields = {
        "id": "e1",
        "source": name,
        "direction": direction,
        "certainty": "asserted",
        "role": "primary-result",
        "basis": ["own-result"],
        "design": "randomised-trial",
        "finding": "a finding",
        "sample_size": n,
    }
    return EvidenceItem.model_validate(fields | more)


@pytest.mark.parametrize(
    ("items", "clinical", "expected"),
    [
        # wording, level, agreement
        ([said()], True, ("assertion", 0, "stated-only")),
        ([said("hedged", cues=["can"])], True, ("capability", 0, "stated-only")),
        ([said("hedged", cues=["can", "have reported"])], True, ("reported", 0, "stated-only")),
        ([said("speculative", cues=["May"])], True, ("speculative", 0, "stated-only")),
        ([said("speculative")], True, ("speculative", 0, "stated-only")),
        ([said(stated="presupposed")], True, ("implied", 0, "stated-only")),
        ([said("speculative", cues=["may"]), said()], True, ("assertion", 0, "stated-only")),
        ([said(basis="patient-reports")], True, ("assertion", 1, "stated-only")),
        ([said(basis="ongoing-trials")], True, ("assertion", 0, "stated-only")),
        ([said(basis="clinical-studies-unspecified")], True, ("assertion", 2, "stated-only")),
        ([said(direction="refutes")], True, ("none", 0, "refuted")),
        ([said(direction="inconclusive")], True, ("none", 0, "inconclusive")),
        ([trial("s1")], True, ("assertion", 3, "single-study")),
        ([trial("s1"), trial("s2")], True, ("assertion", 4, "concordant")),
        ([trial("s1"), trial("s1-again")], True, ("assertion", 3, "single-study")),
        ([trial("s1"), trial("letter")], True, ("assertion", 3, "single-study")),
        ([trial("s1"), trial("withdrawn")], True, ("assertion", 3, "single-study")),
        ([trial("s1", n=31), trial("s2", "refutes", 99)], True, ("assertion", 3, "contested")),
        (
            [trial("s1"), trial("s2"), trial("s3", "refutes")],
            True,
            ("assertion", 3, "contested"),
        ),
        (
            [trial("s1"), trial("s2"), said(direction="refutes")],
            True,
            ("assertion", 4, "contested"),
        ),
        ([trial("pooled", design="meta-analysis")], True, ("assertion", 4, "concordant")),
        (
            [trial("pooled", design="meta-analysis"), trial("s1"), trial("s2")],
            True,
            ("assertion", 4, "concordant"),
        ),
        (
            [trial("pooled", design="systematic-review"), trial("s1")],
            True,
            ("assertion", 3, "single-study"),
        ),
        (
            [trial("pooled-unnamed", design="systematic-review"), trial("s3")],
            True,
            ("assertion", 3, "single-study"),
        ),
        (
            [trial("pooled", design="meta-analysis"), trial("s3", "refutes")],
            True,
            ("assertion", 3, "contested"),
        ),
        ([trial("s1", design="animal")], True, ("assertion", 1, "single-study")),
        ([trial("s1", design="animal")], False, ("assertion", 2, "single-study")),
        ([trial("s1", design="narrative-review")], True, ("assertion", 1, "stated-only")),
        ([trial("s1", design="protocol")], True, ("assertion", 0, "stated-only")),
        ([trial("s1", "inconclusive", design="protocol")], True, ("none", 0, "none")),
        ([trial("s1", "inconclusive")], True, ("none", 0, "inconclusive")),
        ([trial("s1", indirectness=["dose"])], True, ("assertion", 1, "none")),
        ([trial("s1", indirectness=["population"])], True, ("assertion", 2, "none")),
        (
            [trial("s1", indirectness=["population", "species"])],
            True,
            ("assertion", 1, "none"),
        ),
        (
            [trial("s1"), trial("s2", "refutes", indirectness=["dose"])],
            True,
            ("assertion", 3, "single-study"),
        ),
        ([trial("withdrawn")], True, ("none", 0, "none")),
        ([trial("s1", role="background")], True, ("assertion", 0, "stated-only")),
    ],
)
def test_worked_examples(
    rule: Rule, items: list[EvidenceItem], clinical: bool, expected: tuple[str, int, str]
) -> None:
    numbered = [i.model_copy(update={"id": f"e{n}"}) for n, i in enumerate(items, 1)]
    strength = grade_items(numbered, KNOWN, rule, clinical=clinical)
    assert (strength.wording, strength.version_1_level, strength.agreement) == expected


def test_rankings_go_by_evidence_then_agreement_then_wording(rule: Rule) -> None:
    best_first = [
        [trial("s1")],
        [trial("s1"), trial("s2", "refutes")],
        [said()],
        [said("speculative")],
        [said(direction="inconclusive")],
        [said(), said(direction="refutes", source="s1")],
        [said("speculative"), said(direction="refutes", source="s1")],
        [said(direction="refutes")],
    ]
    ranks = [grade_items(items, KNOWN, rule, clinical=True).rank for items in best_first]
    assert ranks == sorted(ranks, reverse=True) and len(set(ranks)) == len(ranks)


def test_equal_reasons_are_chosen_alike_in_any_order(rule: Rule) -> None:
    items = [
        said("speculative", id="e1", cues=["may"], source="s2"),
        said("speculative", id="e2", cues=["might"], source="s1"),
    ]
    one, other = (grade_items(order, KNOWN, rule, clinical=True) for order in (items, items[::-1]))
    assert one == other


def test_the_reasons_of_a_contested_claim(rule: Rule) -> None:
    items = [trial("s1", n=31), trial("s2", "refutes", 99), trial("s3", "refutes", 98)]
    strength = grade_items(items, KNOWN, rule, clinical=True)
    assert [(r.axis, r.text) for r in strength.reasons] == [
        ("wording", "assertion: stated as fact, without a hedge"),
        ("evidence", "very low certainty: can't tell"),
        ("evidence", "can't tell: no interval recorded for any of the results"),
        ("evidence", "starts at high"),
        ("evidence", "risk of bias: −1 (not assessed: s1, s2, s3)"),
        (
            "evidence",
            "inconsistency: −2 (direction not known of s1, s2, s3, 100% of the people)",
        ),
        (
            "evidence",
            "indirectness: not lowered (people, dose and outcome are those asked about)",
        ),
        ("evidence", "imprecision: −2 (no interval recorded)"),
        (
            "evidence",
            "publication bias: not lowered (no benefit is shown that missing trials could have "
            "made)",
        ),
        (
            "agreement",
            "contested: sources speak for it and against it (sources: 1 supports, 2 refutes)",
        ),
    ]


def test_every_cue_of_the_rule_gives_its_rung(rule: Rule) -> None:
    for rung in rule.wording:
        for cue in rung.cues:
            assert item_wording(said(rung.certainty, cues=[cue.upper()]), rule) is rung.rung
    order = [wording_rank(r.rung) for r in rule.wording]
    assert order == sorted(order, reverse=True), "strongest rung first, as the file promises"


# The table -------------------------------------------------------------------------------------


def changed(tmp_path: Path, **how: Any) -> Path:
    """`strength.yaml` with the keys of `how` replaced; None takes a key out."""
    shipped = Path(__file__).parent.parent / "data" / "strength.yaml"
    table = yaml.safe_load(shipped.read_text(encoding="utf-8")) | how
    path = tmp_path / "strength.yaml"
    path.write_text(yaml.safe_dump({k: v for k, v in table.items() if v is not None}))
    return path


def refusal(path: Path) -> list[str]:
    with pytest.raises(DataError) as caught:
        read_rule(path)
    assert all("\n" not in line for line in caught.value.problems)
    return [line.replace(str(path), "RULE") for line in caught.value.problems]


def test_a_rule_with_a_hole_is_refused(tmp_path: Path, rule: Rule) -> None:
    basis = {str(k): v for k, v in rule.basis.items() if k is not Basis.PATIENT_REPORTS}
    assert refusal(changed(tmp_path, basis=basis)) == [
        "RULE: no line for basis patient-reports; add one"
    ]
    rungs = [r.model_dump(mode="json") for r in rule.wording if r.rung is not Wording.IMPLIED]
    assert refusal(changed(tmp_path, wording=rungs)) == [
        "RULE: no line for wording implied; add one"
    ]
    levels = [level.model_dump() for level in rule.levels]
    assert refusal(changed(tmp_path, levels=levels[:4])) == ["RULE: no line for level 4; add one"]
    assert refusal(changed(tmp_path, levels=levels[1:])) == ["RULE: no line for level 0; add one"]


def test_a_rule_with_a_wrong_value_is_refused(tmp_path: Path) -> None:
    (line,) = refusal(changed(tmp_path, agreed_above=7))
    assert line == "RULE:1: agreed_above is '7'; it can't be above 4"
    lines = refusal(changed(tmp_path, agreed_abov=3, agreed_above=None))
    assert lines == [
        "RULE:1: agreed_above is missing; add it",
        "RULE:1: unknown field 'agreed_abov'; did you mean 'agreed_above'?",
    ]


def test_a_rule_that_is_no_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "strength.yaml"
    assert refusal(path) == ["RULE: no such file; a corpus needs one"]
    path.write_text("- version")
    assert refusal(path) == [
        "RULE:1: the record is a list; it must have fields, each as `name: value`"
    ]
