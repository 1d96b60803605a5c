"""Records become sources as they stand: nothing guessed, nothing twice, all of a file or none."""

import contextlib
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from ldn_graph import files
from ldn_graph.cli import main
from ldn_graph.errors import BadFile, BadParameter, DataError, FileError, UsageError
from ldn_graph.exchange.bibliography import (
    duplicate,
    new_sources,
    read_sources,
    source_id,
    sources_in,
    write_sources,
)
from ldn_graph.records import corpus as corpora
from ldn_graph.records.model import Author, Corpus, Source
from ldn_graph.records.vocabularies import Design
from tests.conftest import MINI

RECORDS = Path(__file__).parent / "data" / "records"


def short(source: Source) -> dict[str, object]:
    """What the source says, without its title."""
    return source.model_dump(mode="json", exclude_defaults=True, exclude={"title", "verified_in"})


def test_pubmed() -> None:
    trial, synthetic = read_sources(RECORDS / "pubmed.nbib")
    assert short(trial) == {
        "id": "younger-2013",
        "type": "article-journal",
        "author": [{"family": "Younger"}],
        "issued": "2013",
        "doi": "10.1002/art.37734",
        "pmid": "23359310",
        "design": "randomised-trial",
    }
    assert trial.title.endswith("crossover trial assessing daily pain levels")
    assert trial.verified_in == "pubmed.nbib"
    assert short(synthetic) == {
        "id": "sondergard-2025",
        "type": "article-journal",
        "author": [
            {"family": "Søndergård", "given": "Ærlig"},
            {"family": "Second", "given": "Author"},
            {"literal": "Synthetic Test Group"},
        ],
        "issued": "2025",
        "container_title": "Synthetic journal of test records",
        "registry_id": "NCT00000000",
        "design": "letter",
        "retracted": True,
    }
    assert synthetic.title == "Synthetic trial of nothing in no one: a test record & its markup"


def test_ris() -> None:
    trial, book = read_sources(RECORDS / "trial.ris")
    assert short(trial) == {
        "id": "bruun-2024",
        "type": "article-journal",
        "author": [{"family": "Bruun"}],
        "issued": "2024",
        "doi": "10.1016/S2665-9913(23)00278-3",
        "pmid": "38258677",
    }
    assert short(book) == {
        "id": "synthetic-test-group-synthetic-book-of-test-records",
        "type": "book",
        "author": [{"literal": "Synthetic Test Group"}],
    }


def test_bibtex() -> None:
    study, note = read_sources(RECORDS / "microglia.bib")
    assert short(study) == {
        "id": "kucic-2021",
        "type": "article-journal",
        "author": [{"family": "Kučić"}],
        "issued": "2021",
        "doi": "10.3390/ijms22168429",
    }
    assert study.title == "Immunometabolic Modulatory Role of Naltrexone in BV-2 Microglia Cells"
    assert short(note) == {
        "id": "van-der-test-2025",
        "type": "document",
        "author": [
            {"family": "van der Test", "given": "Ann"},
            {"family": "Test", "given": "Ben"},
            {"literal": "Synthetic Test and Trial Group"},
        ],
        "issued": "2025",
        "pmid": "123456789",
    }
    assert note.title == "Synthetic note on 50% of test records"


def test_csl() -> None:
    trial, page = read_sources(RECORDS / "crohns.json")
    assert short(trial) == {
        "id": "smith-2011",
        "type": "article-journal",
        "author": [{"family": "Smith"}],
        "issued": "2011",
        "doi": "10.1007/s10620-011-1653-7",
        "pmid": "21380937",
    }
    assert short(page) == {
        "id": "synthetic-test-group-synthetic-page-without-a-date",
        "type": "webpage",
        "author": [{"literal": "Synthetic Test Group"}, {"family": "de Test", "given": "A."}],
    }


@pytest.mark.parametrize(
    ("name", "content", "error", "told"),
    [
        ("a.txt", "x", BadFile, "no records that are known; export RIS, PubMed"),
        ("a.nbib", "", BadFile, "no records that are known"),
        ("a.ris", "TY  - JOUR\nAU  - Synthetic\n", DataError, "record 1, line 1: it has no title"),
        ("a.bib", "@article{a, title={x}", DataError, "record 1, line 1: .*; mend the entry"),
        ("a.bib", "@misc{a, title={x}}\n@misc{b, title={y}", DataError, "record 2, line 2: .*;"),
        ("a.json", '{"', DataError, "line 1: broken JSON"),
        ("a.json", '[{"title": "Synthetic"},\n"x"]', DataError, "record 2, line 2: is no CSL item"),
        (
            "a.json",
            '[{"title": "A"},\n {"DOI": "10.1/x"}]',
            DataError,
            "record 2, line 2: it has no",
        ),
        ("a.json", '[{"title": "A"}\n {"title": "B"}]', DataError, "line 2: broken JSON"),
        ("a.json", "[]", DataError, "holds no record"),
    ],
)
def test_bad_files_are_told(
    tmp_path: Path, name: str, content: str, error: type[Exception], told: str
) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(error, match=told) as caught:
        read_sources(path)
    assert all(line.startswith(str(path)) for line in str(caught.value).splitlines())


def test_files_that_cant_be_read_are_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="can't be read"):
        read_sources(tmp_path / "none.ris")
    (tmp_path / "none.ris").write_bytes(b"TY  - JOUR\nTI  - Ku\x8di\xe6\nER  - ")
    with pytest.raises(BadFile, match="line 2: in no encoding that is read"):
        read_sources(tmp_path / "none.ris")


@given(st.text(max_size=80), st.sampled_from([".nbib", ".ris", ".bib", ".json"]))
def test_whatever_a_file_holds_the_error_is_ours(
    tmp_path_factory: pytest.TempPathFactory, content: str, ending: str
) -> None:
    path = tmp_path_factory.getbasetemp() / f"any{ending}"
    path.write_bytes(content.encode("utf-8", "replace"))
    with contextlib.suppress(DataError, BadFile):
        assert all(s.title for s in read_sources(path))


@pytest.mark.parametrize(
    ("title", "retracted"),
    [
        ("RETRACTED: Synthetic trial", True),
        ("[Retracted] Synthetic trial", True),
        ("Retracted article: synthetic trial", True),
        ("Retracted trials: a synthetic survey", False),
    ],
)
def test_a_title_can_say_that_it_is_retracted(tmp_path: Path, title: str, retracted: bool) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"title": title}), encoding="utf-8")
    assert read_sources(path)[0].retracted is retracted


known = Source(
    id="known", type="book", title="Synthetic: the Rôle of X", pmid="12", doi="10.1000/AbC"
)


@pytest.mark.parametrize(
    ("fields", "shared"),
    [
        ({"pmid": "12"}, "the same PMID 12"),
        ({"doi": "10.1000/aBc"}, "the same DOI 10.1000/AbC"),
        ({"title": "synthetic – the role of x"}, "the same title"),
        ({"title": "synthetic – the role of x", "doi": "10.1000/preprint"}, "the same title"),
        ({"pmid": "13", "doi": "10.1000/abcd"}, None),
        ({"title": "???"}, None),
    ],
)
def test_duplicates(fields: dict[str, str], shared: str | None) -> None:
    new = Source.model_validate({"id": "new", "type": "book", "title": "Synthetic other", **fields})
    told = duplicate(new, [known, known.model_copy(update={"id": "b", "title": "!!!"})])
    assert (
        (told is None) if shared is None else (told or "").startswith(f"source known has {shared}")
    )


def book(name: str, title: str) -> Source:
    return Source(id=name, type="book", title=title)


def test_ids_that_are_taken_get_the_next_number() -> None:
    there = [book("test-2025", "Synthetic a"), book("test-2025-2", "Synthetic b")]
    added = new_sources([book("test-2025", "Synthetic c"), book("test-2025", "Synthetic d")], there)
    assert [s.id for s in added] == ["test-2025-3", "test-2025-4"]


def test_all_duplicates_are_told_and_those_within_the_file_too() -> None:
    found = [book("a", "Synthetic one"), book("b", "Synthetic two"), book("c", "synthetic TWO!")]
    with pytest.raises(UsageError) as caught:
        new_sources(found, [book("z", "Synthetic: one")])
    first, second = str(caught.value).splitlines()
    assert "“Synthetic one”: source z has the same title" in first
    assert "“synthetic TWO!”: source b has the same title" in second


@pytest.mark.parametrize(
    ("name", "count", "told"),
    [
        ("taken", 1, "is another source's id"),
        ("No Slug", 1, "is no id; use lower-case"),
        ("mine", 2, "one id for 2 records"),
    ],
)
def test_an_id_that_cant_be_given_is_refused(name: str, count: int, told: str) -> None:
    found = [book(f"b{n}", f"Synthetic {n}") for n in range(count)]
    with pytest.raises(BadParameter, match=told):
        new_sources(found, [book("taken", "Synthetic other")], name)
    assert new_sources(found[:1], [], "mine")[0].id == "mine"


@given(st.text(max_size=40), st.sampled_from([None, "2024"]), st.text(min_size=1, max_size=300))
def test_every_derived_id_is_a_slug(family: str, year: str | None, title: str) -> None:
    authors = [Author(literal=family)] if family.strip() else []
    assert book(source_id(authors, year, title), "Synthetic").id


def test_all_files_are_written_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    two = [book("a", "Synthetic a"), book("b", "Synthetic b")]
    written = write_sources(two, tmp_path)
    assert [p.name for p in written] == ["a.yaml", "b.yaml"]
    assert written[0].read_text(encoding="utf-8") == corpora.dump(two[0])
    with pytest.raises(FileError, match="is there already"):
        write_sources([book("c", "Synthetic c"), two[0]], tmp_path)

    def fail_at_d(path: Path, text: str) -> None:
        if path.stem == "d":
            raise FileError("full")
        path.write_text(text, encoding="utf-8")

    monkeypatch.setattr(files, "write_text", fail_at_d)
    with pytest.raises(FileError, match="full"):
        write_sources([book("c", "Synthetic c"), book("d", "Synthetic d")], tmp_path)
    assert sorted(p.name for p in (tmp_path / "sources").iterdir()) == ["a.yaml", "b.yaml"]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A corpus to write to."""
    return Path(shutil.copytree(MINI, tmp_path / "own"))


@pytest.fixture
def add(monkeypatch: pytest.MonkeyPatch):
    """Run `ldn-graph [--data DIR] source add …`."""
    monkeypatch.delenv("LDN_GRAPH_DATA", raising=False)
    monkeypatch.setenv("LDN_GRAPH_AGENT", "curator-one")

    def call(data: Path | None, *words: object) -> Result:
        before = [] if data is None else ["--data", str(data)]
        return CliRunner().invoke(main, [*before, "source", "add", *map(str, words)])

    return call


def test_added_sources_are_in_the_corpus(own: Path, add) -> None:
    result = add(own, "--from", RECORDS / "pubmed.nbib")
    assert result.exit_code == 0, result.output
    assert f"wrote {own}/sources/younger-2013.yaml\n" in result.stdout
    assert "sondergard-2025.yaml (retracted: it will count nothing)" in result.stdout
    assert f"ldn-graph --data {own} check" in result.stdout
    corpus = corpora.read(own)[0]
    assert corpus.sources["younger-2013"] == read_sources(RECORDS / "pubmed.nbib")[0]
    assert corpus.sources["younger-2013"].design is Design.RANDOMISED_TRIAL

    again = add(own, "--from", RECORDS / "pubmed.nbib")
    assert again.exit_code == 2 and "younger-2013 has the same PMID 23359310" in again.stderr
    assert corpora.read(own)[0] == corpus


def test_a_missing_design_is_told_and_an_id_can_be_given(own: Path, add, tmp_path: Path) -> None:
    record = tmp_path / "one.json"
    record.write_text('{"title": "Synthetic study"}', encoding="utf-8")
    result = add(own, "--from", record, "--id", "my-study")
    assert result.exit_code == 0 and "my-study.yaml (the record names no design" in result.stdout
    assert "my-study" in corpora.read(own)[0].sources


def test_a_dry_run_shows_and_writes_nothing(own: Path, add, mini: Corpus) -> None:
    result = add(own, "--from", RECORDS / "crohns.json", "--dry-run")
    assert result.exit_code == 0
    assert "# sources/smith-2011.yaml\nid: smith-2011\n" in result.stdout
    assert "pmid: '21380937'" in result.stdout
    assert corpora.read(own)[0] == mini


def test_the_shipped_corpus_is_not_written_to(add) -> None:
    result = add(None, "--from", RECORDS / "crohns.json")
    assert (
        result.exit_code == 2 and "read-only; make your own with `ldn-graph init" in result.stderr
    )


MIXED = (
    "TY  - JOUR\nTI  - Synthetic one\nAU  - Muster, Anna\nAU  - et al.\nPY  - 2020\n"
    "AB  - Pain did not fall.\nDO  - not yet\nC2  - PMC9000001\nER  - \n"
    "TY  - JOUR\nAU  - Muster, Anna\nER  - \n"
    "TY  - JOUR\nTI  - Synthetic: ONE!\nER  - \n"
)


def test_part_of_a_file_comes_in_and_the_rest_is_named(own: Path, add, tmp_path: Path) -> None:
    record = tmp_path / "export.txt"
    record.write_text(MIXED, encoding="utf-8")
    result = add(own, "--from", record)
    assert result.exit_code == 2 and not (own / "sources" / "muster-2020.yaml").exists()
    second, third, last = result.stderr.splitlines()
    assert f"{record}: record 2, line 10: it has no title" in second
    assert "record 3, line 13: “Synthetic: ONE!”: source muster-2020 has the same title" in third
    assert "nothing was added; 1 records are right, --partial adds them" in last

    result = add(own, "--from", record, "--partial")
    assert result.exit_code == 0, result.output
    assert "record 1, line 7: 'not yet' is no DOI; left out" in result.stderr
    assert "record 2, line 10: it has no title" in result.stderr
    source = corpora.read(own)[0].sources["muster-2020"]
    assert source.more_authors is True and source.pmcid == "PMC9000001" and source.doi is None
    assert [a.name for a in source.author] == ["Muster, Anna"]


def test_an_abstract_is_a_text_to_read_until_the_whole_is_given(
    own: Path, add, tmp_path: Path
) -> None:
    record = tmp_path / "one.ris"
    record.write_text(MIXED.partition("ER")[0], encoding="utf-8")
    result = add(own, "--from", record)
    kept = own / ".ldn-graph" / "texts" / "muster-2020.txt"
    assert f"wrote {kept}" in result.stdout and kept.read_text() == "Pain did not fall."
    source = corpora.read(own)[0].sources["muster-2020"]
    assert (source.text_part, source.text_length) == ("abstract", 18)

    (tmp_path / "whole.txt").write_text("The whole text. Pain did not fall.", encoding="utf-8")
    words = ["--data", str(own), "source", "text", "muster-2020", str(tmp_path / "whole.txt")]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 2 and "it takes editor" in result.output
    assert kept.read_text() == "Pain did not fall.", "what is refused leaves no trace"
    agent = own / "agents.yaml"
    named = agent.read_text(encoding="utf-8")
    agent.write_text(
        named.replace("person\n", "person\n  roles:\n  - editor\n", 1), encoding="utf-8"
    )
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    assert kept.read_text().startswith("The whole text.")
    assert corpora.read(own)[0].sources["muster-2020"].text_part is None
    (tmp_path / "whole.txt").write_text("Another text.", encoding="utf-8")
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 2 and "has another text" in result.output


# Records in texts ------------------------------------------------------------------------------


def test_pubmed_gives_a_doi_in_either_field() -> None:
    for fields in (
        "LID - 10.1/a [doi]",
        "AID - 10.1/a [doi]",
        "LID - e1 [pii]\nLID - 10.1/a [doi]",
    ):
        record = f"\n\nPMID- 123\nDP  - 2013 Feb\nTI  - A title.\n{fields}\nJT  - Journal\n"
        (source,) = sources_in(record.replace("10.1/", "10.1234/"), "pasted") or ()
        assert (source.doi, source.pmid) == ("10.1234/a", "123"), fields


@pytest.mark.parametrize("file", sorted(RECORDS.iterdir()), ids=lambda p: p.name)
def test_a_record_is_told_from_a_text(file: Path) -> None:
    """The same sources, whether the file's name says its kind or its beginning."""
    try:
        wanted = read_sources(file, "x")
    except (DataError, BadParameter):
        return
    assert sources_in(file.read_text(encoding="utf-8-sig"), "x") == wanted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Types of pain",
        "[1] Low-dose naltrexone",
        "PMID",
        "{curly} text",
        "@home: a study",
        "TY",
    ],
)
def test_a_text_is_no_record(text: str) -> None:
    assert sources_in(text, "x") is None


@pytest.mark.parametrize("text", ['{"a": ' + "[" * 100_000, "@article{a, title={{{{", "TY  - JOUR"])
def test_broken_records_are_told(text: str) -> None:
    with pytest.raises(DataError, match=r"^x[:,] .*line 1"):
        sources_in(text, "x")
