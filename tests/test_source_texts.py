"""Sources with their texts: the corpus gets digest and length, the text stays out of it."""

import hashlib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ldn_graph.cli import main
from ldn_graph.records import corpus as corpora
from ldn_graph.records.model import Corpus


@pytest.fixture
def own(tmp_path: Path, mini: Corpus, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("LDN_GRAPH_DATA", "LDN_GRAPH_AGENT", "LDN_GRAPH_TEXTS"):
        monkeypatch.delenv(name, raising=False)
    corpora.save(mini, tmp_path / "own")
    (tmp_path / "page.html").write_text("<h1>A title</h1><p>It may help.", encoding="utf-8")
    (tmp_path / "a.ris").write_text("TY  - JOUR\nTI  - Another\nER  - \n", encoding="utf-8")
    return tmp_path


def verb(*words: str) -> Result:
    return CliRunner().invoke(main, ["--data", "own", "source", *words, "--as", "curator-one"])


def test_a_text_comes_with_its_source_and_stays_out_of_the_records(own: Path) -> None:
    result = verb("add", "--text", "page.html", "--type", "post-weblog", "--id", "page")
    assert result.exit_code == 0, result.output
    folder = own / "own" / ".ldn-graph" / "texts"
    text = (folder / "page.txt").read_text(encoding="utf-8")
    assert text == "A title\n\nIt may help." and (folder / ".gitignore").read_text().endswith("*\n")
    source = corpora.read(own / "own")[0].sources["page"]
    assert (source.title, source.type, source.text_length) == ("A title", "post-weblog", len(text))
    assert source.text_sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert "help" not in (own / "own" / "sources" / "page.yaml").read_text(encoding="utf-8")
    check = CliRunner().invoke(main, ["--data", "own", "check", "--texts", str(folder)])
    assert "no claim quotes “It may help.”" in check.stdout, "the text is found, and is its own"
    assert "[text-unknown]" not in check.stdout and "[text-changed]" not in check.stdout


def test_a_record_and_its_text(own: Path) -> None:
    words = ("add", "--from", "a.ris", "--text", "page.html", "--texts", "shelf")
    assert "text_length: 21" in verb(*words, "--dry-run").stdout
    assert not (own / "shelf").exists()
    assert verb(*words).exit_code == 0
    source = corpora.read(own / "own")[0].sources["another"]
    assert source.title == "Another" and source.text_length == 21
    assert (own / "shelf" / "another.txt").is_file()


def test_a_source_gets_its_text_later_and_only_once(own: Path) -> None:
    assert verb("add", "--from", "a.ris").exit_code == 0
    wrong = verb("text", "another", "page.html")
    assert wrong.exit_code == 2 and "may not change source" in wrong.stderr, wrong.output
    make = ["--data", "own", "agent", "add", "eve", "--name", "Eve", "--kind", "person"]
    made = CliRunner().invoke(main, [*make, "--role", "admin", "--as", "eve"])
    assert made.exit_code == 0, made.output
    words = ["--data", "own", "source", "text", "another", "page.html", "--as", "eve"]
    assert "recorded 21 characters" in CliRunner().invoke(main, words).stdout
    assert CliRunner().invoke(main, words).exit_code == 0, "the same text again is no change"
    (own / "page.html").write_text("<p>other", encoding="utf-8")
    other = CliRunner().invoke(main, words)
    assert other.exit_code == 2 and "has another text, and quotes refer to" in other.stderr


@pytest.mark.parametrize(
    ("words", "code", "line"),
    [
        (
            ("add",),
            2,
            "give --from FILE (a record) or --look-up PMID, --text FILE (the text), or both",
        ),
        (("add", "--text", "nowhere.pdf"), 5, "nowhere.pdf: can't be read"),
        (("add", "--text", "a.ris"), 2, "a.ris: unknown kind of text"),
        (("add", "--text", "page.html", "--texts", "own/sources"), 2, "where no full text belongs"),
        (("add", "--text", "page.html", "--id", "../x"), 2, "'../x' is no id"),
        (("add", "--text", "page.html", "--id", "con"), 2, "'con' is no id"),
        (("text", "nobody", "page.html"), 2, "unknown source 'nobody'"),
    ],
)
def test_mistakes_with_texts(own: Path, words: tuple[str, ...], code: int, line: str) -> None:
    before = sorted(p for p in (own / "own").rglob("*.yaml"))
    result = verb(*words)
    assert result.exit_code == code and line in result.stderr, result.output
    assert sorted(p for p in (own / "own").rglob("*.yaml")) == before
