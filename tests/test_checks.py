"""All checks together: each mistake is told with its exact words, and good data passes."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import RDF, SH, Graph
from variations import with_claim, with_record

from ldn_graph import rdf
from ldn_graph.grading.strength import Rule, Strength, grade_all
from ldn_graph.paths import search
from ldn_graph.records import corpus as corpora
from ldn_graph.records.corpus import Places
from ldn_graph.records.findings import Finding, Severity, in_order
from ldn_graph.records.identifiers import BASE
from ldn_graph.records.model import Corpus, Dose
from ldn_graph.records.vocabularies import Action, Certainty, Direction, Status
from ldn_graph.texts.source_texts import Texts
from ldn_graph.validation import checks
from ldn_graph.validation.checks import check, check_files

ROOT = Path(__file__).parent.parent
AUDIT = ROOT / "tests" / "data" / "audit"
MINI = ROOT / "tests" / "data" / "mini"
SHAPES = ROOT / "ontology" / "shapes"
MISTAKES = sorted(p.name for p in AUDIT.iterdir())
CLAIM = "endorphin-decreases-inflammation"


def checked(folder: Path, rule: Rule) -> str:
    """What the checks of files say of the corpus in `folder`, whose text lies beside it."""
    texts = folder.parent / "texts"
    texts.mkdir()
    (folder / "text.txt").rename(texts / "text.txt")
    corpus, places = corpora.read(folder)
    found = check_files(corpus, places, rule, Texts.read(texts, corpus))
    return "".join(f"{f}\n" for f in in_order(found)).replace(f"{folder.parent}/", "")


@pytest.fixture
def mini_folder(tmp_path: Path) -> Path:
    return shutil.copytree(MINI, tmp_path / "corpus")


@pytest.fixture(scope="module")
def mini_quads(mini: Corpus, mini_strengths: dict[str, Strength]) -> list[ox.Quad]:
    return rdf.quads(mini, mini_strengths, search.all_paths(mini, mini_strengths))


def test_good_data_passes(mini_folder: Path, rule: Rule) -> None:
    assert checked(mini_folder, rule) == ""


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told(mini_folder: Path, rule: Rule, mistake: str) -> None:
    shutil.copytree(AUDIT / mistake, mini_folder, dirs_exist_ok=True)
    expected = (AUDIT / mistake / "expected.txt").read_text(encoding="utf-8")
    assert expected and checked(mini_folder, rule) == expected


def test_the_shipped_corpus_has_no_errors(rule: Rule, texts: Path) -> None:
    corpus, places = corpora.read(ROOT / "data")
    steps: list[str] = []
    found = check(
        corpus,
        places,
        rule,
        texts=Texts.read(texts, corpus),
        shapes=True,
        progress=steps.append,
    )
    assert [str(f) for f in found if f.severity is Severity.ERROR] == []
    assert steps == ["quotes", "coverage", "records", "queries", "shapes"]


def test_without_texts_the_rest_is_checked(rule: Rule) -> None:
    corpus, places = corpora.read(MINI)
    broken = with_claim(corpus, CLAIM, object="disease")
    found = check(broken, places, rule)
    assert {f.rule for f in found if f.severity is Severity.ERROR} == {"object-absent"}


def test_a_query_names_the_place_of_the_item(rule: Rule, mini_quads: list[ox.Quad]) -> None:
    corpus, places = corpora.read(MINI)
    name = "drugamine-treats-or-applied-or-studied-to-treat-crohns-disease"
    item = ox.NamedNode(f"{BASE}claim/{name}#e2-dose")
    # the writer would not do this: only the query can see it
    changed = [
        ox.Quad(q.subject, q.predicate, ox.Literal("50", datatype=q.object.datatype), q.graph_name)
        if q.subject == item and q.predicate.value.endswith("#doseHigh")
        else q
        for q in mini_quads
    ]
    found = [f for f in check(corpus, places, rule, quads=changed) if f.rule == "dose-outside-band"]
    place = places("claim", name, "evidence", 1)
    assert [f.where for f in found] == [place] and place.endswith(":17")
    assert found[0].message.startswith(f"{name} e2")


def self_accepted(corpus: Corpus, name: str) -> Corpus:
    events = corpus.claims[name].history
    own = [e.model_copy(update={"by": "curator-one"}).model_dump() for e in events]
    return with_claim(corpus, name, history=own)


def test_a_query_does_not_repeat_what_was_said_of_the_same_record(rule: Rule) -> None:
    corpus, places = corpora.read(MINI)
    found = check(self_accepted(corpus, CLAIM), places, rule)
    assert [f.rule for f in found if "self" in f.rule] == ["self-review"]


def test_one_slip_in_a_dose_is_one_finding(rule: Rule) -> None:
    corpus, places = corpora.read(MINI)
    name = "drugamine-treats-or-applied-or-studied-to-treat-crohns-disease"
    plain = corpus.claims[name].model_dump()
    slip = {**plain["evidence"][1]["dose"], "low": "45", "high": "45"}
    items = [e if n != 1 else {**e, "dose": slip} for n, e in enumerate(plain["evidence"])]
    found = check(with_claim(corpus, name, evidence=items), places, rule)
    assert [f.rule for f in found if f.rule.startswith("dose")] == ["dose-not-as-written"]


def test_a_query_speaks_of_other_records_and_other_faults(
    rule: Rule, mini: Corpus, mini_strengths: dict[str, Strength]
) -> None:
    """The RDF tells of two claims; the files of one of them, and of another fault of the other."""
    other = "opioid-receptor-increases-endorphin"
    both = self_accepted(self_accepted(mini, CLAIM), other)
    quads = rdf.quads(both, mini_strengths)
    files = with_claim(self_accepted(mini, CLAIM), other, object="disease")
    found = check(files, Places(), rule, quads=quads)
    told = {(f.rule, f.message.partition(":")[0]) for f in found if f.severity is Severity.ERROR}
    assert told == {
        ("self-review", CLAIM),
        ("self-accepted", other),
        ("object-absent", f"{other} e1"),
    }


def test_a_reviewer_may_edit_later_when_somebody_else_reviews_that(
    rule: Rule, mini: Corpus
) -> None:
    events = [e.model_dump() for e in mini.claims[CLAIM].history]
    edit = events[2] | {"action": "edit", "why": "a study added"}

    def rules(last: str) -> list[str]:
        history = [*events, edit, events[2] | {"by": last}]
        return [
            f.rule for f in check_files(with_claim(mini, CLAIM, history=history), Places(), rule)
        ]

    assert rules("curator-three") == []
    assert rules("reviewer-two") == ["self-review"]


def test_a_claim_that_waits_must_not_say_the_same_and_a_rejected_one_may(
    rule: Rule, mini: Corpus
) -> None:
    twin = mini.claims[CLAIM].model_copy(update={"id": "twin"})

    def rules(claim: object) -> list[str]:
        corpus = mini.model_copy(update={"claims": {**mini.claims, "twin": claim}})
        return [f.rule for f in check_files(corpus, Places(), rule)]

    submitted = {"status": Status.SUBMITTED, "history": twin.history[:2]}
    assert rules(twin) == ["same-claim-twice"]
    assert rules(twin.model_copy(update=submitted)) == ["same-claim-twice"]
    last = twin.history[2].model_copy(update={"action": Action.REJECT, "why": "a twin"})
    rejected = {"status": Status.REJECTED, "history": (*twin.history[:2], last)}
    assert rules(twin.model_copy(update=rejected)) == []


def test_what_waits_is_checked_like_what_is_in_force(rule: Rule, mini: Corpus) -> None:
    old = mini.claims[CLAIM]
    dose = Dose(text="4.5 mg daily", low=Decimal(45), high=Decimal(45), unit="mg")
    wrong = old.evidence[0].model_copy(update={"dose": dose, "certainty": Certainty.SPECULATIVE})
    history = (*old.history, old.history[-1].model_copy(update={"action": Action.REVISE}))
    changes = {"status": Status.DRAFT, "evidence": (wrong,), "history": history}
    next_version = old.model_copy(update=changes)
    corpus = mini.model_copy(update={"proposals": {old.id: next_version}})
    told = {f.rule for f in check_files(corpus, Places(), rule)}
    assert {"dose-not-as-written", "certainty-without-cue"} <= told
    assert check_files(mini, Places(), rule) == []


def test_treats_stands_with_a_label_that_is_about_it(rule: Rule, mini: Corpus) -> None:
    name = "drugamine-treats-or-applied-or-studied-to-treat-crohns-disease"
    items = [i.model_dump() for i in mini.claims[name].evidence]

    def rules(**label: object) -> set[str]:
        changed = [items[0], items[1] | {"design": "regulatory-label"} | label, items[2]]
        corpus = with_claim(mini, name, predicate="treats", evidence=changed)
        return {f.rule for f in check_files(corpus, Places(), rule)}

    assert "treats-needs-approval" not in rules()
    assert "treats-needs-approval" in rules(indirectness=["dose"])
    assert "treats-needs-approval" in rules(direction="refutes")


def test_naloxone_may_have_its_own_identifier(rule: Rule, mini: Corpus) -> None:
    mapping = {"curie": "MESH:D009270", "match": "exact", "verified_in": "a test"}

    def rules(label: str) -> set[str]:
        corpus = with_record(mini, "entities", "disease", label=label, mappings=[mapping])
        return {f.rule for f in check_files(corpus, Places(), rule)}

    assert "naloxone-id" not in rules("naloxone")
    assert "naloxone-id" in rules("Naltrexone hydrochloride")


def without(quads: list[ox.Quad], wanted: Callable[[ox.Quad], bool]) -> list[ox.Quad]:
    kept = [q for q in quads if not wanted(q)]
    assert len(kept) < len(quads)
    return kept


def test_shapes_find_a_fault_in_the_flat_view_and_its_place(
    rule: Rule, mini_quads: list[ox.Quad]
) -> None:
    corpus, places = corpora.read(MINI)
    claim = ox.NamedNode(f"{BASE}claim/{CLAIM}")
    status = ox.NamedNode(f"{BASE}vocab#status")
    broken = without(mini_quads, lambda q: (q.subject, q.predicate) == (claim, status))
    found = check(corpus, places, rule, quads=broken, shapes=True)
    told = [f for f in found if f.rule == "must-claim-status"]
    assert told == [
        Finding(
            Severity.ERROR,
            "must-claim-status",
            places("claim", CLAIM),
            f"{CLAIM}: a claim needs one ldnv:status",
            "give draft, submitted, accepted, rejected or retracted",
        )
    ]


def test_shapes_find_a_fault_in_one_nanopublication(rule: Rule, mini_quads: list[ox.Quad]) -> None:
    def licence(quad: ox.Quad) -> bool:
        graph = quad.graph_name
        return (
            isinstance(graph, ox.NamedNode)
            and graph.value.startswith(f"{BASE}np/{CLAIM}#")
            and quad.predicate.value.endswith("/license")
        )

    corpus, places = corpora.read(MINI)
    found = check(corpus, places, rule, quads=without(mini_quads, licence), shapes=True)
    errors = [(f.rule, f.where) for f in found if f.severity is Severity.ERROR]
    assert errors == [("nanopub-np-license", places("claim", CLAIM))]


def test_nanopublications_are_validated_one_by_one(rule: Rule, mini: Corpus) -> None:
    """One for and one against the same thing: together they would be blamed for each other."""
    items = [mini.claims[CLAIM].evidence[0].model_copy(update={"direction": Direction.REFUTES})]
    against = mini.claims[CLAIM].model_copy(update={"id": "against", "evidence": tuple(items)})
    claims = {"against": against, CLAIM: mini.claims[CLAIM]}
    corpus = mini.model_copy(update={"claims": claims})
    quads = rdf.quads(corpus, grade_all(corpus, rule))
    assert not [r for r in checks.validate(quads, SHAPES) if r.file == "nanopub"]
    union = [q for q in quads if not isinstance(q.graph_name, ox.DefaultGraph)]
    text = ox.serialize([q.triple for q in union], format=ox.RdfFormat.N_TRIPLES)
    together = Graph().parse(data=text, format="nt")
    assert not pyshacl.validate(
        together, shacl_graph=Graph().parse(SHAPES / "nanopub.ttl"), advanced=True
    )[0]


def test_the_engine_finds_what_the_oracle_finds(mini_quads: list[ox.Quad]) -> None:
    """On the whole flat view, from which every seventh triple is missing."""
    flat = [q for q in mini_quads if isinstance(q.graph_name, ox.DefaultGraph)]
    holed = [q for n, q in enumerate(flat) if n % 7]
    text = ox.serialize([q.triple for q in holed], format=ox.RdfFormat.N_TRIPLES)
    here: list[tuple[str, str, str]] = []
    for name in checks.FLAT:
        _, report, _ = pyshacl.validate(
            Graph().parse(data=text, format="nt"), shacl_graph=Graph().parse(SHAPES / f"{name}.ttl")
        )
        here += [
            (
                name,
                str(report.value(r, SH.focusNode)),
                str(report.value(r, SH.sourceShape)).rpartition("#")[2],
            )
            for r in report.subjects(RDF.type, SH.ValidationResult)
        ]
    found = [(r.file, r.focus, r.shape) for r in checks.validate(holed, SHAPES)]
    assert len(here) > 50 and set(found) == set(here)


def test_files_of_shapes_that_are_not_there_are_skipped(
    mini_quads: list[ox.Quad], tmp_path: Path
) -> None:
    assert checks.validate(mini_quads, tmp_path) == ()


def test_findings_come_worst_first_then_by_line() -> None:
    base = Finding(Severity.WARNING, "r", "a.yaml:10", "m", "do")
    error = replace(base, severity=Severity.ERROR, where="z.yaml:1")
    second = replace(base, where="a.yaml:9")
    note = replace(base, severity=Severity.NOTE, where="nowhere")
    assert in_order([note, base, second, error, base]) == (error, second, base, note)
