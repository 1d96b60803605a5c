"""Suggestions: exact spans, drafts only, each family of patterns, scopes, and hostile text."""

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from ldn_graph.cli import main
from ldn_graph.grading.strength import Rule
from ldn_graph.records import corpus as corpora
from ldn_graph.records.corpus import Places, dangling
from ldn_graph.records.model import Claim, Corpus
from ldn_graph.records.vocabularies import AgentKind, Status
from ldn_graph.suggest import AGENT, Suggestion, drafts, new_entities, suggest
from ldn_graph.suggest.matching import wordings
from ldn_graph.suggest.sentences import sentences

pytest.importorskip("spacy")
TEXTS = sorted((Path(__file__).parent / "data" / "suggest").glob("*.txt"))
DAY = dt.date(2026, 1, 31)
LDN = "low-dose-naltrexone"


def said(text: str, corpus: Corpus, **options: Any) -> set[tuple[str, str, str]]:
    """Subject, relation and object of every suggestion; LDN for the drug."""
    return {
        (s.subject.id.replace(LDN, "LDN"), str(s.predicate), s.object.id)
        for s in suggest(text, corpus, **options)
    }


def one(text: str, corpus: Corpus, object_: str) -> Suggestion:
    found = [s for s in suggest(text, corpus) if s.object.id == object_ and s.stated == "explicit"]
    assert len(found) == 1, [(s.subject.id, s.predicate, s.object.id) for s in found]
    return found[0]


FAMILIES = {
    "active": ("LDN reduces inflammation.", ("LDN", "decreases", "inflammation")),
    "past": ("LDN reduced inflammation.", ("LDN", "decreases", "inflammation")),
    "passive": ("Inflammation is reduced by LDN.", ("LDN", "decreases", "inflammation")),
    "passive past": ("Endorphin levels were raised by LDN.", ("LDN", "increases", "endorphin")),
    "noun with": (
        "LDN was associated with a reduction in inflammation.",
        ("LDN", "decreases", "inflammation"),
    ),
    "noun of": (
        "Blockade of opioid receptors increases endorphin release.",
        ("opioid-receptor", "increases", "endorphin"),
    ),
    "compound": (
        "LDN-induced blockade of opioid receptors was brief.",
        ("LDN", "antagonises", "opioid-receptor"),
    ),
    "possessive": (
        "LDN's effects on the immune system are known.",
        ("LDN", "affects", "immune-system"),
    ),
    "gerund": (
        "Blocking opioid receptors increases endorphins.",
        ("opioid-receptor", "increases", "endorphin"),
    ),
    "leads to": (
        "Neuroinflammation leads to chronic pain.",
        ("neuroinflammation", "contributes-to", "chronic-pain"),
    ),
    "prevents a rise": (
        "LDN prevents an increase in inflammation.",
        ("LDN", "decreases", "inflammation"),
    ),
    "attributive": (
        "Patients with MS reported better mobility on LDN.",
        ("LDN", "increases", "mobility"),
    ),
    "used for": ("LDN is used to treat depression.", ("LDN", "applied-to-treat", "depression")),
    "studied for": (
        "LDN is being investigated for long COVID.",
        ("LDN", "studied-to-treat", "long-covid"),
    ),
    "trials": (
        "Trials of LDN in lupus are under way.",
        ("LDN", "in-clinical-trials-for", "lupus"),
    ),
    "treats": (
        "LDN relieves fibromyalgia.",
        ("LDN", "treats-or-applied-or-studied-to-treat", "fibromyalgia"),
    ),
    "side effects": ("Side effects of LDN include nausea.", ("LDN", "has-side-effect", "nausea")),
    "avoid": (
        "LDN is contraindicated in opioid dependence.",
        ("LDN", "contraindicated-in", "opioid-dependence"),
    ),
    "located": (
        "Opioid receptors are found in the brain.",
        ("opioid-receptor", "located-in", "brain"),
    ),
    "such as": (
        "Autoimmune diseases such as lupus are common.",
        ("lupus", "subclass-of", "autoimmune-disease"),
    ),
    "is a": ("Naltrexone is an opioid receptor antagonist.",
             ("naltrexone", "has-role", "opioid-receptor-antagonist")),
    "involved": (
        "Microglia are involved in neuroinflammation.",
        ("microglial-cell", "involved-in", "neuroinflammation"),
    ),
    "relative": (
        "LDN acts on microglia, which drive neuroinflammation.",
        ("microglial-cell", "contributes-to", "neuroinflammation"),
    ),
    "event": (
        "LDN blocks opioid receptors, which leads to an increase in endorphins.",
        ("opioid-receptor", "increases", "endorphin"),
    ),
    "means": (
        "LDN eases chronic pain by modulating pain pathways.",
        ("LDN", "regulates", "pain-pathway"),
    ),
    "result": ("LDN calms microglia, reducing inflammation.", ("LDN", "decreases", "inflammation")),
    "bullet": ("LDN has effects.\n\n- reduces inflammation", ("LDN", "decreases", "inflammation")),
    "research": (
        "More research is needed on LDN in lupus.",
        ("LDN", "needs-research-for", "lupus"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAMILIES)
def test_each_family_of_patterns(name: str, shipped: Corpus) -> None:
    text, expected = FAMILIES[name]
    assert expected in said(text, shipped)


def test_direction_is_never_turned_round(shipped: Corpus) -> None:
    assert ("inflammation", "decreases", LDN) not in said(FAMILIES["passive"][0], shipped)
    found = said("Endorphins are increased by blockade of opioid receptors.", shipped)
    assert ("opioid-receptor", "increases", "endorphin") in found
    assert not [f for f in found if f[0] == "endorphin"]


def test_coordination_of_objects_and_of_verbs(shipped: Corpus) -> None:
    found = said("LDN may reduce inflammation and increase endorphins and enkephalins.", shipped)
    assert found == {
        ("LDN", "decreases", "inflammation"),
        ("LDN", "increases", "endorphin"),
        ("LDN", "increases", "enkephalin"),
    }
    assert ("LDN", "applied-to-treat", "opioid-dependence") in said(
        "LDN is used for opioid and alcohol dependence.", shipped
    )


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("LDN blocks opioid receptors. It reduces inflammation.", LDN),
        ("LDN is old. The drug reduces inflammation.", LDN),
        ("Endorphins and LDN differ. These peptides reduce inflammation.", "endorphin"),
        ("LDN blocks opioid receptors. This blockade reduces inflammation.", "opioid-receptor"),
    ],
)
def test_pointing_words(text: str, subject: str, shipped: Corpus) -> None:
    found = one(text, shipped, "inflammation")
    assert found.subject.id == subject
    assert found.subject.pointing is not None
    assert found.context, "the words that name it stand outside the quote"


def test_an_abbreviation_of_the_text_is_learnt(shipped: Corpus) -> None:
    text = "Rheumatoid arthritis (RA) is common. LDN is used for RA."
    assert ("LDN", "applied-to-treat", "rheumatoid-arthritis") in said(text, shipped)
    assert not said("LDN is used for RA.", shipped, new="none")


def test_a_heading_and_a_population_give_the_condition(shipped: Corpus) -> None:
    headed = one(
        "Intro\nLDN.\n\nFibromyalgia\nLDN improves sleep quality.", shipped, "sleep-quality"
    )
    assert headed.qualifiers.condition == "fibromyalgia"
    assert headed.section == "Fibromyalgia"
    named = one("LDN improves sleep quality in patients with lupus.", shipped, "sleep-quality")
    assert named.qualifiers.condition == "lupus"


def test_doses_and_low_doses(shipped: Corpus) -> None:
    found = one(
        "Naltrexone at low doses (4.5 mg daily) reduces inflammation.", shipped, "inflammation"
    )
    assert found.subject.id == LDN
    assert found.dose is not None and str(found.dose.low) == "4.5"


CUES = [
    ("may", "speculative"),
    ("might", "speculative"),
    ("can", "hedged"),
    ("could", "speculative"),
]


@pytest.mark.parametrize(("cue", "certainty"), CUES)
def test_without_its_hedge_a_claim_is_asserted(cue: str, certainty: str, shipped: Corpus) -> None:
    hedged = one(f"LDN {cue} reduce inflammation.", shipped, "inflammation")
    assert (hedged.certainty, [c.exact for c in hedged.cues]) == (certainty, [cue])
    bare = one("LDN reduces inflammation.", shipped, "inflammation")
    assert (bare.certainty, bare.cues) == ("asserted", ())


@pytest.mark.parametrize(
    "text",
    [
        "LDN does not reduce inflammation.",
        "LDN doesn’t reduce inflammation.",
        "LDN did not significantly reduce inflammation.",
        "LDN failed to reduce inflammation.",
        "There is no evidence that LDN reduces inflammation.",
        "LDN never reduces inflammation.",
        "Inflammation was not reduced by LDN.",
        "No reduction in inflammation was seen with LDN.",
        "Unlike opioids, LDN does not reduce inflammation.",
    ],
)
def test_a_denial_refutes(text: str, shipped: Corpus) -> None:
    found = one(text, shipped, "inflammation")
    assert found.direction == "refutes"
    assert found.negations and all(n.exact in found.quote.exact for n in found.negations)


@pytest.mark.parametrize(
    ("text", "directions"),
    [
        ("LDN does not improve mobility but reduces inflammation.", ("refutes", "supports")),
        ("LDN improves mobility but does not reduce inflammation.", ("supports", "refutes")),
        ("LDN does not improve mobility or reduce inflammation.", ("refutes", "refutes")),
        ("LDN not only improves mobility but also reduces inflammation.", ("supports",) * 2),
        ("LDN does not improve mobility, and it reduces inflammation.", ("refutes", "supports")),
        ("LDN improves mobility. It does not reduce inflammation.", ("supports", "refutes")),
    ],
)
def test_a_denial_ends_with_its_clause(
    text: str, directions: tuple[str, str], shipped: Corpus
) -> None:
    found = tuple(one(text, shipped, o).direction for o in ("mobility", "inflammation"))
    assert found == directions


@pytest.mark.parametrize(
    ("text", "certainties"),
    [
        ("LDN may improve mobility and reduce inflammation.", ("speculative",) * 2),
        ("LDN may improve mobility, but it reduces inflammation.", ("speculative", "asserted")),
        ("LDN may improve mobility and reduces inflammation.", ("speculative", "asserted")),
        (
            "Studies suggest that LDN improves mobility and reduces inflammation.",
            ("speculative",) * 2,
        ),
        ("LDN improves mobility and may reduce inflammation.", ("asserted", "speculative")),
        ("By improving mobility, LDN may reduce inflammation.", ("speculative",) * 2),
    ],
)
def test_a_hedge_ends_with_its_clause(
    text: str, certainties: tuple[str, str], shipped: Corpus
) -> None:
    found = tuple(
        next(
            s for s in suggest(text, shipped) if s.subject.id == LDN and s.object.id == o
        ).certainty
        for o in ("mobility", "inflammation")
    )
    assert found == certainties


def test_what_must_not_be_used_is_no_denial(shipped: Corpus) -> None:
    found = one("LDN should not be used in opioid dependence.", shipped, "opioid-dependence")
    assert (found.predicate, found.direction) == ("contraindicated-in", "supports")


def test_an_open_question_is_inconclusive(shipped: Corpus) -> None:
    found = one("Whether LDN reduces inflammation remains unclear.", shipped, "inflammation")
    assert found.direction == "inconclusive"


@pytest.mark.parametrize(
    ("text", "basis"),
    [
        ("Studies have shown that LDN reduces inflammation.", "clinical-studies-unspecified"),
        ("Early findings indicate that LDN reduces inflammation.", "emerging-research"),
        ("Patients report reduced inflammation on LDN.", "patient-reports"),
        ("LDN reduces inflammation.", "none-stated"),
    ],
)
def test_the_basis_that_the_text_gives(text: str, basis: str, shipped: Corpus) -> None:
    assert basis in one(text, shipped, "inflammation").basis


def test_short_names_keep_their_case_and_homoglyphs_are_other_words(shipped: Corpus) -> None:
    assert not said("LDN is used for 5 ms.", shipped, new="none")
    assert not said("LDN reduces inflаmmation.", shipped, new="none")  # a Cyrillic а
    assert not said("LDN reduces anti-inflammation.", shipped, new="none")


def test_a_dictionary_has_plurals_hyphens_and_spellings(shipped: Corpus) -> None:
    words = {" ".join(w.words) for w in wordings(shipped)}
    assert {"flare ups", "crohn disease", "TLR4 signaling"} <= words


def test_new_entities_are_marked_and_limited(shipped: Corpus) -> None:
    text = "LDN lowers cortisol. Cortisol increases thirst."
    assert not said(text, shipped, new="none")
    (offered,) = suggest(text, shipped)
    assert offered.object.new and not offered.subject.new
    assert "new entity" in "; ".join(offered.reasons)
    assert len(suggest(text, shipped, new="both")) == 2
    assert [e.id for e in new_entities([offered], shipped)] == ["cortisol"]
    (plural,) = suggest("LDN lowers cytokines.", shipped)
    assert plural.object.id == "cytokine"
    assert not suggest("LDN improves many things.", shipped)


@pytest.mark.parametrize("path", TEXTS, ids=lambda p: p.stem)
def test_spans_are_exact_and_drafts_are_valid(path: Path, shipped: Corpus, rule: Rule) -> None:
    text = path.read_text(encoding="utf-8")
    found = suggest(text, shipped, rule=rule, source="hartmann-uses-of-ldn")
    assert found
    for s in found:
        spans = [s.quote, s.trigger, s.subject.span, s.object.span, *s.cues, *s.unhedged_cues]
        for span in (*spans, *s.negations, *s.context):
            assert text[span.start : span.end] == span.exact
        for part in (s.trigger, *s.cues):
            assert (s.quote.start or 0) <= (part.start or 0) and (part.end or 0) <= (
                s.quote.end or 0
            )
        again = Claim.model_validate_json(s.draft(DAY).model_dump_json())
        assert again.status is Status.DRAFT
        assert {e.by for e in again.history} == {AGENT.id}
    claims = drafts(found, DAY)
    assert len({c.id for c in claims}) == len(claims)
    entities = {e.id: e for e in new_entities(found, shipped)}
    whole = shipped.model_copy(
        update={
            "claims": {c.id: c for c in claims},
            "entities": {**shipped.entities, **entities},
            "agents": {**shipped.agents, AGENT.id: AGENT},
        }
    )
    assert dangling(whole, Places()) == []


def test_the_agent_is_software_without_a_role() -> None:
    assert AGENT.kind is AgentKind.SOFTWARE
    assert AGENT.roles == ()


def test_the_same_text_gives_the_same(shipped: Corpus) -> None:
    text = TEXTS[0].read_text(encoding="utf-8")
    first = [json.dumps(s.as_dict()) for s in suggest(text, shipped)]
    assert first == [json.dumps(s.as_dict()) for s in suggest(text, shipped)]


def test_a_claim_of_the_corpus_is_known(shipped: Corpus) -> None:
    assert (
        one("LDN reduces inflammation.", shipped, "inflammation").known
        == "ldn-decreases-inflammation"
    )


HOSTILE = {
    "one word": "a" * 200_000,
    "brackets": "(" * 50_000,
    "closed": ")" * 50_000,
    "list": "LDN, " * 20_000,
    "and": "pain and " * 20_000,
    "of": "reduction of " * 20_000,
    "which": "LDN, which blocks, which reduces pain, " * 3_000,
    "such as": "diseases such as lupus such as " * 3_000,
    "colons": "A: " * 30_000,
    "dots": "." * 100_000,
    "lines": "LDN\n" * 30_000,
    "headings": "A\n\n" * 30_000,
    "right to left": "LDN \u202e reduces \u0627\u0644\u0623\u0644\u0645 inflammation. " * 1_000,
    "accents": "e\u0301\u0327" * 50_000,
    "control": "LDN\x00 reduces\x07 \x1b[2Jinflammation.\ufeff" * 1_000,
    "surrogate": "LDN reduces \ud800 inflammation.",
    "empty": "",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.timeout(60)
def test_hostile_text_is_read_to_its_end(name: str, shipped: Corpus) -> None:
    text = HOSTILE[name].replace("\ud800", "\ufffd")
    for s in suggest(HOSTILE[name], shipped)[:200]:
        assert text[s.quote.start : s.quote.end] == s.quote.exact
        assert all(end.label.isprintable() for end in (s.subject, s.object))


@settings(max_examples=60, deadline=None)
@given(
    text=st.lists(
        st.sampled_from(
            [
                "LDN",
                "reduces",
                "may",
                "not",
                "inflammation",
                "and",
                "or",
                ",",
                ".",
                "which",
                "by",
                "(",
                ")",
                "such",
                "as",
                "pain",
                "it",
                "this",
                "of",
                "in",
                "patients",
                "with",
                "MS",
                "modulating",
                "opioid",
                "receptors",
                "blockade",
                "\n",
                ":",
                ";",
                "-",
                "the",
                "is",
                "used",
                "for",
            ]
        ),
        max_size=40,
    ).map(" ".join)
)
def test_any_order_of_words_gives_exact_spans(text: str, shipped: Corpus) -> None:
    for s in suggest(text, shipped, new="both"):
        assert text[s.quote.start : s.quote.end] == s.quote.exact
        assert s.draft(DAY).status is Status.DRAFT


@given(st.text(max_size=300))
@settings(max_examples=100, deadline=None)
def test_sentences_lie_in_the_text_in_order(text: str) -> None:
    at = 0
    for sentence in sentences(text):
        assert text[sentence.start : sentence.end] == sentence.text
        assert sentence.start >= at
        at = sentence.end


def test_spacy_is_imported_late_and_missed_with_a_remedy() -> None:
    code = (
        "import sys; sys.modules['spacy'] = None\n"
        "from ldn_graph.suggest import suggest\n"
        "from ldn_graph.graph import EvidenceGraph\n"
        "from ldn_graph.errors import MissingExtra\n"
        "try: suggest('LDN', EvidenceGraph.open().corpus)\n"
        "except MissingExtra as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'ldn-graph[suggest]'" in done.stdout


def test_the_command_line_writes_drafts_that_read_back(tmp_path: Path) -> None:
    text = tmp_path / "note.txt"
    text.write_text("LDN may reduce inflammation. LDN lowers cortisol.", encoding="utf-8")
    shown = CliRunner().invoke(main, ["suggest", str(text)])
    assert shown.exit_code == 0, shown.output
    assert "[LDN] ~may~ {reduce} [inflammation]" in shown.output
    assert "NEW entity" in shown.output
    rows = json.loads(CliRunner().invoke(main, ["suggest", str(text), "-f", "json"]).stdout)
    assert {r["status"] for r in rows} == {"draft"}
    out = tmp_path / "drafts"
    assert CliRunner().invoke(main, ["suggest", str(text), "-o", str(out)]).exit_code == 0
    assert sorted(p.parent.name for p in out.rglob("*.yaml")) == [
        "claims", "claims", "drafts", "entities", "sources",
    ]  # fmt: skip
    again = CliRunner().invoke(main, ["suggest", str(text), "-o", str(out)])
    assert again.exit_code == 2 and "not empty" in again.output
    yaml = CliRunner().invoke(main, ["suggest", "-", "-f", "yaml"], input=text.read_bytes())
    assert "status: draft" in yaml.stdout


def test_written_drafts_make_a_sound_corpus(tmp_path: Path, shipped: Corpus) -> None:
    text = tmp_path / "note.txt"
    text.write_text(TEXTS[0].read_text(encoding="utf-8"), encoding="utf-8")
    whole = tmp_path / "corpus"
    corpora.save(shipped, whole)
    out = tmp_path / "drafts"
    assert CliRunner().invoke(main, ["suggest", str(text), "-o", str(out)]).exit_code == 0
    for path in out.rglob("*.yaml"):
        target = whole / path.relative_to(out)
        if target.name == "agents.yaml":
            target.write_text(target.read_text() + path.read_text(), encoding="utf-8")
        else:
            target.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    read = corpora.read(whole)[0]
    assert any(c.status is Status.DRAFT for c in read.claims.values())


@pytest.mark.parametrize(("name", "told"), [("no.txt", "can't be read"), ("bad.txt", "not UTF-8")])
def test_a_text_that_can_t_be_read_is_told(name: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"\xff\xfe")
    done = CliRunner().invoke(main, ["suggest", str(tmp_path / name)])
    assert done.exit_code in (3, 5)
    assert told in done.output
