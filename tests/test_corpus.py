"""The corpus's files: read back as written, read as typed, and one clear line for each mistake."""

import re
import shutil
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from effort import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import HOSTILE, corpora, texts

from ldn_graph.errors import DataError, FileError
from ldn_graph.records import corpus as corpus_files
from ldn_graph.records import yaml_io
from ldn_graph.records.corpus import Places, dump, read, save
from ldn_graph.records.model import Agent, Corpus, Entity

HERE = Path(__file__).parent / "data"
#: Stands in an expected message for what the YAML library calls the mistake.
THEIRS = re.escape("{words}")
MISTAKES = sorted(path.parent for path in (HERE / "invalid").glob("*/expected.txt"))


# There and back --------------------------------------------------------------------------------


@settings(deadline=None, max_examples=examples(20), suppress_health_check=[HealthCheck.too_slow])
@given(corpora())
def test_any_corpus_comes_back_and_in_the_same_bytes(corpus: Corpus) -> None:
    with TemporaryDirectory() as folder:
        first, second = Path(folder) / "first", Path(folder) / "second"
        written = save(corpus, first)
        again, _ = read(first)
        assert again == corpus
        save(again, second)
        names = [path.relative_to(first) for path in written]
        assert sorted(names) == sorted(p.relative_to(first) for p in first.rglob("*.yaml"))
        assert all((first / n).read_bytes() == (second / n).read_bytes() for n in names)


#: Long enough to be folded, with what folding, quoting and YAML 1.1 trip over.
awkward = (
    texts
    | st.text(" \t\nab:#-'\"\\,é\u2028\x85", min_size=60, max_size=260)
    | st.sampled_from(("no", "on", "null", "~", "1:30", "0755", "1e5", "2013", "- a", ""))
)


@settings(deadline=None, max_examples=examples(100))
@given(awkward)
def test_any_text_comes_back(text: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x.yaml"
        path.write_text(yaml_io.write({"a": [text, {"b": text}]}), encoding="utf-8", newline="")
        root = yaml_io.parse(path)
        assert yaml_io._plain(root) == {"a": [text, {"b": text}]}


@pytest.mark.parametrize("folder", ["tests/data/mini", "data"])
def test_the_corpora_of_the_project_come_back(folder: str, tmp_path: Path) -> None:
    corpus, _ = read(HERE.parent.parent / folder)
    save(corpus, tmp_path)
    assert read(tmp_path)[0] == corpus


def test_the_shipped_claims_are_in_their_canonical_form(shipped: Corpus) -> None:
    folder = HERE.parent.parent / "data" / "claims"
    off = [i for i, c in shipped.claims.items() if (folder / f"{i}.yaml").read_text() != dump(c)]
    assert off == [], "write them as `ldn_graph.records.corpus.dump` does"


def test_other_yaml_readers_read_the_same(mini: Corpus) -> None:
    """What could be taken for a number or date is quoted, so that text stays text elsewhere too."""
    agent = Agent.model_validate({"id": "a", "name": "2013", "kind": "group", "note": "1.50"})
    assert yaml.safe_load(dump(agent)) == agent.model_dump(mode="json", exclude_defaults=True)
    for claim in mini.claims.values():
        plain = claim.model_dump(mode="json", exclude_defaults=True)
        assert yaml.load(dump(claim), yaml.BaseLoader).keys() == plain.keys()


# As typed --------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the mini corpus, to be changed."""
    return Path(shutil.copytree(HERE / "mini", tmp_path / "corpus"))


@pytest.mark.parametrize(
    "typed",
    (
        *("no", "on", "y", "True", "1:30", "0755", "09", "1e5", "1_000", "0x1F", "0b1", ".inf"),
        *("NaN", "4.50", "2013", "2026-01-02", "2001-12-14t21:59:43-05:00", "=", "<<", "null x"),
    ),
)
def test_text_is_read_as_typed(typed: str, folder: Path) -> None:
    """YAML 1.1 makes booleans, octals, minutes and dates of these."""
    (folder / "entities" / "more.yaml").write_text(
        f"- id: typed\n  label: {typed}\n  kind: outcome\n  synonyms: [{typed}]\n"
    )
    entity = read(folder)[0].entities["typed"]
    assert (entity.label, entity.synonyms) == (typed, (typed,))


def test_numbers_dates_and_booleans_are_what_their_fields_say(folder: Path) -> None:
    path = folder / "sources" / "synthetic-trial-a.yaml"
    path.write_text(
        path.read_text().replace('"2020"', "2020") + "retracted: true\npmid: 23188075\n"
    )
    corpus, _ = read(folder)
    source = corpus.sources["synthetic-trial-a"]
    assert (source.issued, source.retracted, source.pmid) == ("2020", True, "23188075")
    claim = corpus.claims["drugamine-treats-or-applied-or-studied-to-treat-crohns-disease"]
    item = claim.evidence[1]
    assert item.sample_size == 31 and item.dose is not None and str(item.dose.low) == "4.5"
    assert claim.history[0].on == date(2026, 1, 2)


def test_zero_is_read_as_zero_and_absence_as_absence(folder: Path) -> None:
    name = "drugamine-treats-or-applied-or-studied-to-treat-crohns-disease"
    path = folder / "claims" / f"{name}.yaml"
    path.write_text(path.read_text().replace("    sample_size: 99\n", "    sample_size: 0\n"))
    sizes = [item.sample_size for item in read(folder)[0].claims[name].evidence]
    assert sizes == [None, 31, 0]


@pytest.mark.parametrize("written", ["", "~", "null"])
def test_nothing_is_no_text(written: str, folder: Path) -> None:
    (folder / "entities" / "more.yaml").write_text(
        f"- id: empty\n  label: empty\n  kind: outcome\n  note: {written}\n"
    )
    assert read(folder)[0].entities["empty"].note is None


def test_a_byte_order_mark_and_windows_line_ends_are_no_matter(folder: Path) -> None:
    path = folder / "agents.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert len(read(folder)[0].agents) == 2


# Mistakes --------------------------------------------------------------------------------------


def lay_over(mistake: Path, folder: Path) -> str:
    """Make the mistake in `folder`; returns the message that it must give."""
    shutil.copytree(mistake, folder, dirs_exist_ok=True)
    for name in ("expected.txt", "removed.txt"):
        (folder / name).unlink(missing_ok=True)
    removed = mistake / "removed.txt"
    for name in removed.read_text().split() if removed.exists() else ():
        (folder / name).unlink()
    return (mistake / "expected.txt").read_text(encoding="utf-8").rstrip("\n")


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda path: path.name)
def test_each_mistake_gives_its_message(mistake: Path, folder: Path) -> None:
    expected = lay_over(mistake, folder)
    with pytest.raises((DataError, FileError)) as caught:
        read(folder)
    told = str(caught.value).replace(str(folder), "{root}")
    assert re.fullmatch(re.escape(expected).replace(THEIRS, "[^;]+"), told), told


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda path: path.name)
def test_each_message_has_place_and_remedy_on_one_line(mistake: Path) -> None:
    for line in (mistake / "expected.txt").read_text(encoding="utf-8").splitlines():
        assert line.startswith("{root}")
        assert ";" in line, "what is wrong; what to do"


def test_every_problem_is_named_at_once(folder: Path) -> None:
    names = ("unknown-field", "empty-label", "orcid-checksum")
    expected = [line for n in names for line in lay_over(HERE / "invalid" / n, folder).split("\n")]
    with pytest.raises(DataError) as caught:
        read(folder)
    problems = [line.replace(str(folder), "{root}") for line in caught.value.problems]
    assert sorted(problems) == sorted(expected)


def test_a_missing_folder_names_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        read(tmp_path / "nowhere")
    assert str(caught.value) == (
        f"{tmp_path / 'nowhere'}: no such folder; `ldn-graph init DIR` makes a corpus, "
        "and --data or LDN_GRAPH_DATA names one"
    )


def test_a_folder_in_place_of_a_file_is_named(folder: Path) -> None:
    (folder / "claims" / "x.yaml").mkdir()
    with pytest.raises(
        DataError, match=r"x\.yaml: can't be read \(Is a directory\); make it a file"
    ):
        read(folder)


def test_an_alias_in_itself_and_a_nest_of_aliases_end_quickly(folder: Path) -> None:
    nest = "\n".join(f"  - &a{n + 1} [{', '.join([f'*a{n}'] * 9)}]" for n in range(20))
    for text in ("- &a\n  - *a\n", f"- \n  - &a0 x\n{nest}\n"):
        (folder / "agents.yaml").write_text(text)
        with pytest.raises(DataError, match=r"an alias \(\*name\) repeats this"):
            read(folder)


@settings(
    deadline=None,
    max_examples=examples(50),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.binary(max_size=60)
    | st.text("ab:-#&*!|>'\"{}[],?%@` \t\n0~<=", max_size=60).map(str.encode)
    | st.sampled_from([text.encode() for text in HOSTILE])
)
def test_no_content_makes_a_traceback(folder: Path, content: bytes) -> None:
    """Whatever stands in a file, the answer is a value or a DataError of single lines."""
    for name in ("agents.yaml", "claims/endorphin-decreases-inflammation.yaml"):
        before = (folder / name).read_bytes()
        (folder / name).write_bytes(content)
        try:
            read(folder)
        except DataError as error:
            assert all("\n" not in line for line in error.problems)
            assert all(line.startswith(str(folder)) for line in error.problems)
        (folder / name).write_bytes(before)


# Places and saving -----------------------------------------------------------------------------


def test_places_name_file_and_line(folder: Path) -> None:
    _, places = read(folder)
    name = "endorphin-decreases-inflammation"
    path = folder / "claims" / f"{name}.yaml"
    assert places("claim", name) == f"{path}:1"
    assert places("claim", name, "object") == f"{path}:4"
    assert places("claim", name, "evidence", 0, "quote", "start") == f"{path}:12"
    assert places("claim", name, "evidence", 7) == f"{path}:5", "the nearest thing above"
    assert places("claim", name, "note") == f"{path}:1"
    assert places("entity", "endorphin", "label") == f"{folder / 'entities' / 'all.yaml'}:13"
    assert Places()("claim", "unheard-of") == "claim unheard-of"


def test_dangling_references_need_no_files(mini: Corpus) -> None:
    lost = {n: e for n, e in mini.entities.items() if n != "disease"}
    without = mini.model_copy(update={"entities": lost})
    assert corpus_files.dangling(without, Places()) == [
        "entity crohns-disease: unknown entity 'disease'; did you mean 'crohns-disease'?"
    ]


def test_a_folder_that_can_not_be_written_is_named(mini: Corpus, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(FileError, match=r"can't be written \(.+\); choose a folder"):
        save(mini, tmp_path / "file")


def test_sets_are_written_sorted() -> None:
    one = Entity(id="x", label="x", kind="drug", synonyms=("b", "a", "b"), broader=("z", "y"))
    other = Entity(id="x", label="x", kind="drug", synonyms=("a", "b"), broader=("y", "z"))
    assert dump(one) == dump(other) and one == other


def test_entities_are_saved_by_kind_and_id(tmp_path: Path, shipped: Corpus) -> None:
    save(shipped, tmp_path)
    for path in (tmp_path / "entities").iterdir():
        saved = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert {entity["kind"] for entity in saved} == {path.stem}
        assert [entity["id"] for entity in saved] == sorted(entity["id"] for entity in saved)


def test_saving_beside_records_of_another_corpus_is_refused(tmp_path: Path, mini: Corpus) -> None:
    save(mini, tmp_path)
    save(mini, tmp_path)
    gone = dict(mini.claims)
    name, _ = gone.popitem()
    with pytest.raises(FileError, match=rf"claims/{name}\.yaml: is there, but not in the corpus"):
        save(mini.model_copy(update={"claims": gone}), tmp_path)
    assert read(tmp_path)[0] == mini
