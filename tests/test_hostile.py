"""Hostile input: what is too deep, too large, or not what it looks like ends in one clear line."""

from pathlib import Path

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from ldn_graph.errors import DataError
from ldn_graph.records import corpus as corpora
from ldn_graph.records import values, yaml_io
from ldn_graph.records.corpus import Places
from ldn_graph.records.model import Agent, Claim, Corpus, Entity, Source, Span
from ldn_graph.validation.confusables import audit, disguised
from tests.conftest import MINI

HERE = Path("record.yaml")


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        "{a: " * 100_000,
        "- " * 200_000 + "a",
        "? " * 100_000 + "a",
        "\n".join(" " * n + "a:" for n in range(300)),
        "\n".join(" " * (n // 2) + ("- " if n % 2 else "a:") for n in range(600)),
    ],
    ids=["lists", "mappings", "block lists", "keys", "indented", "compact"],
)
def test_deep_nesting_in_yaml_is_told(text: str) -> None:
    """PyYAML's composer would end the whole process."""
    with pytest.raises(DataError, match=r"record.yaml:\d+: nested deeper than 40 levels"):
        yaml_io.parse(HERE, text)


def test_a_long_line_of_dashes_is_no_trap() -> None:
    """Nineteen marks are one too few; looking for the twentieth must not take for ever."""
    text = "a: " + "b- " * 18 + "c" * 100_000
    assert isinstance(yaml_io.plain(HERE, text)["a"], str)


def test_billions_of_laughs_in_yaml_stay_a_few() -> None:
    lines = ["a0: &a0 [ha, ha]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    with pytest.raises(DataError, match="an alias"):
        yaml_io.plain(HERE, "\n".join(lines))


def test_a_huge_yaml_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(yaml_io.MAX_BYTES + 1)
    with pytest.raises(DataError, match="larger than 64 MiB; split it"):
        yaml_io.parse(path)


# Identifiers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "..",
        "a/b",
        "a\\b",
        "/etc/passwd",
        "C:x",
        "x.yaml",
        ".hidden",
        "-x",
        "x-",
        "a--b",
        "a\0b",
        "a\nb",
        "a b",
        "A",
        "",
        "a" * 121,
        "con",
        "nul",
        "lpt1",
        "p\u0430in",
        "pain\u200b",
        "\uff41",
        "\u0661",
        "~",
        "%2e%2e",
    ],
)
def test_ids_are_names_of_files_everywhere(name: str, mini: Corpus) -> None:
    """No way out of the folder, no device, no second spelling that a file system takes for one."""
    for model in (Entity, Source, Claim, Agent):
        with pytest.raises(ValidationError) as caught:
            model.model_validate({"id": name})
        assert ("id",) in {e["loc"] for e in caught.value.errors()}


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (values.Orcid, "٠٠٠٠-0002-1825-0097"),
        (values.Orcid, "0000-0002-1825-009\u0425"),
        (values.Pmid, "١٢٣"),
        (values.Doi, "10.١٢٣٤/a"),
        (values.Doi, "10.1234/" + "a" * 300),
        (values.Edtf, "٢٠١٣"),
        (values.Curie, "M\u0415SH:D1"),
        (values.Curie, "MESH:" + "D" * 300),
        (values.Sha256, "\uff41" * 64),
    ],
)
def test_identifiers_have_ascii_digits_and_an_end(form: object, text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(form).validate_python(text)


def longest(model: type[BaseModel], **fields: str) -> int:
    """How long the one field that is too long may be."""
    with pytest.raises(ValidationError) as caught:
        model.model_validate(fields)
    (fault,) = caught.value.errors()
    assert fault["type"] == "string_too_long"
    return int(fault["ctx"]["max_length"])


@pytest.mark.parametrize("size", [20_001, 10 * 2**20])
def test_quotes_have_an_end(size: int) -> None:
    assert longest(Span, exact="x" * size) == 20_000
    with pytest.raises(DataError, match=r"record.yaml:1: exact is longer than 20000 characters"):
        yaml_io.value(HERE, yaml_io.parse(HERE, f"exact: {'x' * size}"), Span)


def test_labels_have_an_end() -> None:
    assert longest(Entity, id="a", kind="drug", label="x" * 301) == 300


# Look-alikes -----------------------------------------------------------------------------------


def told(corpus: Corpus) -> list[str]:
    places = corpora.read(MINI)[1]
    return [f"{f.rule} {f.message}" for f in audit(corpus, places)]


def with_entity(corpus: Corpus, **fields: object) -> Corpus:
    entity = Entity.model_validate({"id": "new", "kind": "drug", "label": "New", **fields})
    return corpus.model_copy(update={"entities": {**corpus.entities, "new": entity}})


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        (
            {"label": "inflamm\u0430tion"},
            "alphabets-mixed new: 'inflamm\u0430tion' mixes alphabets",
        ),
        (
            {"label": "inflamm\u0430tion"},
            "looks-like-another new: 'inflamm\u0430tion' looks like 'inf",
        ),
        ({"synonyms": ["\u0406nflammation"]}, "looks-like-another new"),
        ({"synonyms": ["inflam\u200bmation"]}, "looks-like-another new"),
        (
            {"label": "a\u202eb"},
            "unseen-character new: label holds U+202E (RIGHT-TO-LEFT OVERRIDE)",
        ),
        ({"label": "a\x07b"}, "unseen-character new: label holds U+0007 (a control character)"),
        ({"definition": "a\u200bb"}, "unseen-character new: definition holds U+200B"),
        (
            {"mappings": [{"curie": "MESH:D\u0430", "match": "exact", "verified_in": "x"}]},
            "identifier-not-ascii new: identifier 'MESH:D\u0430' holds U+0430 (CYRILLIC SMALL LE",
        ),
    ],
)
def test_what_is_not_what_it_looks_like(fields: dict[str, object], line: str, mini: Corpus) -> None:
    assert any(line in message for message in told(with_entity(mini, **fields)))


@pytest.mark.parametrize(
    "label",
    ["TNF-α", "µ-opioid receptor", "IL-1β", "налтрексон", "ナルトレキソン", "Crohn’s", "α", "café",
     "INFLAMMATION", "Inflammation", "ﬁbrosis"],
)  # fmt: skip
def test_names_that_science_writes_are_no_disguise(label: str, mini: Corpus) -> None:
    assert told(with_entity(mini, label=label)) == []


def test_the_corpora_of_the_project_hold_no_disguise(shipped: Corpus, mini: Corpus) -> None:
    assert list(audit(shipped, Places())) == list(audit(mini, Places())) == []


def test_unseen_characters_in_quotes_agents_and_sources(mini: Corpus) -> None:
    claim = next(c for c in mini.claims.values() if c.evidence[0].quote)
    plain = claim.model_dump()
    plain["evidence"][0]["quote"] = {"exact": "may\u2066 help"}
    claims = {**mini.claims, claim.id: Claim.model_validate(plain)}
    people = {**mini.agents, "eve": Agent(id="eve", name="Cur\u0430tor One", kind="person")}
    source = next(iter(mini.sources.values())).model_copy(update={"doi": "10.1234/\u0430"})
    sources = {**mini.sources, source.id: source}
    found = told(mini.model_copy(update={"claims": claims, "agents": people, "sources": sources}))
    assert {line.split(" ")[0] for line in found} == {
        "unseen-character",
        "alphabets-mixed",
        "looks-like-another",
        "identifier-not-ascii",
    }
    assert any(f"{claim.id}: evidence.0.quote.exact holds U+2066" in line for line in found)


def test_check_tells_of_them(mini: Corpus, rule) -> None:  # type: ignore[no-untyped-def]
    from ldn_graph.validation.checks import check_files

    corpus = with_entity(mini, label="inflamm\u0430tion")
    found = check_files(corpus, Places(), rule)
    assert {"alphabets-mixed", "looks-like-another"} <= {f.rule for f in found}
    assert disguised("naltrexone") is None
