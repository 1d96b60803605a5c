"""The command as its users type it, right and wrong."""

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ldn_graph.cli import main
from ldn_graph.cli.app import VERBS
from tests.conftest import MINI, ROOT


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Run `ldn-graph …` in an empty folder, without the environment's own settings."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LDN_GRAPH_DATA", raising=False)
    monkeypatch.delenv("LDN_GRAPH_TEXTS", raising=False)

    def call(*words: object, input: str | None = None) -> Result:
        return CliRunner().invoke(main, [str(w) for w in words], input=input)

    return call


def test_help_names_every_verb_and_the_exit_codes(run) -> None:
    text = run("--help").stdout
    assert all(re.search(rf"^  {verb}\b", text, re.M) for verb in VERBS)
    assert "EXIT STATUS" in text and "EXAMPLES" in text and "not medical advice" in text


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help(run, verb: str) -> None:
    result = run(verb, "--help")
    assert result.exit_code == 0 and len(result.stdout.splitlines()) > 4


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["shw"], 2, "unknown verb 'shw'; did you mean 'show'"),
        (["zzzzzz"], 2, "`ldn-graph --help` lists what there is"),
        (["query", "claim-for-condition"], 2, "did you mean 'claims-for-condition'"),
        (["query", "zzzzzz"], 2, "`ldn-graph queries` lists what there is"),
        (["query", "claims-for-condition", "-p", "conditon=lupus"], 2, "did you mean 'condition'"),
        (["query", "claims-for-condition", "-p", "condition=lupsu"], 2, "did you mean 'lupus'"),
        (["query", "claims-for-condition", "-p", "condition"], 2, "write -p condition=VALUE"),
        (["query", "claims-for-condition", "-p", "min_level=high"], 2, "a whole number"),
        (["query", "side-effects", "-p", "drug=x", "-p", "drug=y"], 2, "is given twice"),
        (["query", "-"], 2, "line 1"),
        (["query", "nowhere/x.rq"], 5, "nowhere/x.rq: can't be read"),
        (["paths", "low-dose-naltrexone", "TLR-4x"], 2, "unknown entity 'TLR-4x'"),
        (["show", "ldn-decrease-inflammation"], 2, "did you mean 'ldn-decreases-inflammation'"),
        (["draw", "-o", "x.doc"], 2, "end FILE with .html, .svg, .png, .graphml"),
        (["draw", "--around", "lupus", "--paths", "a", "b"], 2, "exclude each other"),
        (["--data", "nowhere", "check"], 5, "nowhere: no such folder"),
        (["build", "http://127.0.0.1:9/query"], 4, "127.0.0.1:9"),
        (["query", "sources", "--store", "ftp://x/y"], 4, "no such kind of store"),
        (["coverage"], 2, "give --texts DIR or set LDN_GRAPH_TEXTS"),
        (["coverage", "--texts", "nowhere"], 5, "nowhere: no such folder"),
        (["check", "--texts", "nowhere"], 5, "nowhere: no such folder"),
    ],
    ids=lambda v: " ".join(v)[:40] if isinstance(v, list) else None,
)
def test_mistakes_are_told_in_one_line_with_a_remedy(run, words, code: int, told: str) -> None:
    result = run(*words, input="SELECT ?x { ?x ?p }\n")
    assert result.exit_code == code, result.output
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1 and lines[0].startswith("ldn-graph: ") and told in lines[0]
    assert list(Path.cwd().iterdir()) == [], "a mistake left something behind"


@pytest.mark.parametrize("words", [["draw", "-o"], ["export", "trig", "-o"], ["build"], ["init"]])
def test_where_nothing_can_be_written_nothing_is_left(run, tmp_path: Path, words) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    target = tmp_path / "file" / ("x.html" if words[0] == "draw" else "x")
    result = run(*words, target)
    assert result.exit_code in (4, 5), result.output
    assert len(result.stderr.strip().splitlines()) == 1 and str(target) in result.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_a_table_for_people_and_plain_rows_for_pipes(run) -> None:
    plain = run("query", "claims-for-condition").stdout.splitlines()
    assert plain[0].split("\t")[:3] == ["?about", "?says", "?level"] or "\t" in plain[0]
    table = run("query", "claims-for-condition", "-f", "table").stdout
    assert "─" in table and "\t" not in table


@pytest.mark.parametrize("format", ["csv", "tsv", "json", "sparql-json", "markdown", "table"])
def test_every_format_tells_the_same_claims(run, format: str) -> None:
    text = run("query", "claims-for-condition", "-p", "condition=lupus", "-f", format).stdout
    assert "lupus" in text
    if "json" in format:
        json.loads(text)


def test_sparql_from_standard_input(run) -> None:
    asked = run(
        "query", "-", "-f", "json", input="SELECT ?c { ?c a ldnv:Claim ; ldnv:evidenceLevel 3 }"
    ).stdout
    assert "ldn-decreases-pain-intensity-in-fibromyalgia" in asked
    assert run("query", "-", input="ASK { ?s ?p ?o }").stdout == "true\n"
    made = run("query", "-", input="CONSTRUCT WHERE { ldn:lupus rdfs:label ?l }").stdout
    assert '"lupus"' in made


def test_a_query_can_be_looked_at_before_it_is_asked(run) -> None:
    text = run("query", "claims-for-condition", "-p", "condition=lupus", "--sparql").stdout
    assert "entity/lupus> }" in text
    assert "condition" in run("queries", "claims-for-condition").stdout


def test_paths_name_the_weakest_link_and_quote_each_step(run) -> None:
    text = run("paths", "low-dose-naltrexone", "Crohn's disease", "-f", "table").stdout
    assert "← weakest link" in text
    # of the measurement that earned the grade, not of an author's statement
    assert "“2 mg 27% 5 mg 43%" in text
    rows = json.loads(run("paths", "low-dose-naltrexone", "crohns-disease", "-f", "json").stdout)
    assert {r["weakest"] for r in rows} == {"", "weakest"}
    limited = run("paths", "low-dose-naltrexone", "crohns-disease", "-n", "1", "-f", "json")
    assert "showing 1 of" in limited.stderr and {r["path"] for r in json.loads(limited.stdout)} == {
        1
    }


def test_no_path_is_said_plainly(run) -> None:
    result = run("paths", "crohns-disease", "low-dose-naltrexone")
    assert result.exit_code == 0 and "no path from" in result.stderr


@pytest.mark.parametrize("name", ["ldn-decreases-inflammation", "lupus", "Crohn’s disease"])
def test_show_gives_a_record_with_the_disclaimer(run, name: str) -> None:
    assert "not medical advice" in run("show", name).stdout
    json.loads(run("show", name, "-f", "json").stdout)
    assert run("show", name, "-f", "yaml").stdout.startswith("id: ")


def test_safety_is_told_of_every_dose_and_first_in_evidence(run) -> None:
    text = run("safety", "LDN").stdout
    assert text.index("Contraindications") < text.index("Warnings") < text.index("Adverse events")
    assert "use of opioid analgesics  [standard-dose naltrexone]  product label" in text
    assert "Acute Hepatitis or Liver" in text and "Not medical advice." in text
    rows = list(csv.DictReader(run("safety", "naltrexone", "-f", "csv").stdout.splitlines()))
    assert {r["section"] for r in rows} >= {"contraindications", "warnings", "adverse-events"}
    assert run("evidence", "fibromyalgia").stdout.startswith("Safety first\nContraindications")
    refused = run("safety", "fibromyalgia")
    assert refused.exit_code == 2 and "is no drug (condition); name one of" in refused.stderr


def test_show_gives_grade_quote_and_reasons_of_a_claim(run) -> None:
    text = run("show", "endorphin-decreases-inflammation").stdout
    assert "reducing inflammation" in text
    assert re.search(r"^evidence +not measured; stated only$", text, re.M)
    assert re.search(r"^agreement +stated-only", text, re.M) and re.search(r"^why$", text, re.M)
    assert re.search(r"^history$", text, re.M)


def test_init_check_and_build_a_corpus_of_ones_own(run, tmp_path: Path) -> None:
    assert run("init", "mine").exit_code == 0
    assert run("--data", "mine", "check").exit_code == 0
    again = run("init", "mine")
    assert again.exit_code == 5 and "not empty" in again.stderr
    built = run("--data", "mine", "build", "store")
    assert built.exit_code == 0 and "quads" in built.stdout
    rows = run("query", "claims-for-condition", "--store", "store").stdout
    assert rows == run("query", "claims-for-condition").stdout
    assert run("init", "empty", "--empty").exit_code == 0
    assert run("--data", "empty", "check").exit_code == 0


def test_check_tells_file_line_and_remedy_and_exits_with_1(run, tmp_path: Path) -> None:
    assert run("init", "mine").exit_code == 0
    path = tmp_path / "mine" / "claims" / "ldn-inhibits-microglial-cell.yaml"
    text = path.read_text(encoding="utf-8").replace("speculative", "asserted")
    path.write_text(text, encoding="utf-8")
    result = run("--data", "mine", "check")
    assert result.exit_code == 1
    assert re.search(r"ldn-inhibits-microglial-cell\.yaml:\d+: error", result.stdout)


def test_a_broken_corpus_stops_every_verb_with_its_line(run, tmp_path: Path) -> None:
    assert run("init", "mine").exit_code == 0
    path = tmp_path / "mine" / "claims" / "ldn-inhibits-microglial-cell.yaml"
    path.write_text(path.read_text().replace("object: microglial-cell", "object: microglia-cell"))
    result = run("--data", "mine", "query", "sources")
    assert result.exit_code == 3
    assert re.search(r"\.yaml:4: unknown entity 'microglia-cell'; did you mean", result.stderr)


@pytest.mark.parametrize("suffix", ["html", "svg", "png", "graphml"])
def test_draw_writes_each_kind_of_file(run, tmp_path: Path, suffix: str) -> None:
    result = run("draw", "--around", "lupus", "-o", f"x.{suffix}")
    assert result.exit_code == 0, result.output
    assert (tmp_path / f"x.{suffix}").stat().st_size > 1000


def test_draw_from_paths_and_from_a_query(run, tmp_path: Path) -> None:
    assert run("draw", "--paths", "low-dose-naltrexone", "lupus", "-o", "p.graphml").exit_code == 0
    asked = run("draw", "--query", "side-effects", "-o", "q.graphml")
    assert asked.exit_code == 0 and "vivid-dreams" in (tmp_path / "q.graphml").read_text()
    nothing = run("draw", "--paths", "lupus", "low-dose-naltrexone", "-o", "n.html")
    assert nothing.exit_code == 2 and "nothing to draw" in nothing.stderr


@pytest.mark.parametrize("format", ["trig", "nquads", "turtle", "jsonld"])
def test_export_writes_the_same_to_a_file_and_to_a_pipe(run, tmp_path: Path, format: str) -> None:
    assert run("--data", MINI, "export", format, "-o", "x").exit_code == 0
    assert (tmp_path / "x").read_bytes() == run("--data", MINI, "export", format).stdout_bytes


def test_coverage_lists_every_sentence_and_none_is_missing(run, texts: Path) -> None:
    rows = json.loads(run("coverage", "--texts", texts, "-f", "json").stdout)
    assert len(rows) > 60
    assert not [r for r in rows if r["reason"] == "MISSING"]
    assert all(bool(r["claims"]) != bool(r["reason"]) for r in rows)


def test_the_shipped_corpus_has_no_error_and_no_warning(run, texts: Path) -> None:
    result = run("check", "--texts", texts, "--strict")
    assert result.exit_code == 0, result.output


def test_the_installed_command_writes_no_traceback_on_a_closed_pipe() -> None:
    command = f"{sys.executable} -m ldn_graph.cli.app export nquads | head -n 1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, cwd=ROOT)
    assert "Traceback" not in done.stderr and done.stdout.count("\n") == 1
