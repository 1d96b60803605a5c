"""A sheet of claims through the browser: looked at, then taken in as far as it is right."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe import no_axe_findings
from browser import chromium as chromium
from curating import as_person as as_person
from curating import curated
from curating import look_as as look_as
from curating import sessions as sessions
from curating import signed_in as signed_in
from openpyxl import load_workbook
from serving import browse as browse
from serving import look as look
from serving import served
from serving import used_pages as used_pages

from ldn_graph.exchange.sheets.columns import COLUMNS
from ldn_graph.exchange.sheets.files import read_rows
from ldn_graph.workspace import Workspace

LINE = {
    "subject": "LDN", "relation": "affects", "object": "lupus", "source": "ldn-article",
    "direction": "supports", "certainty": "hedged", "role": "background",
    "stated": "explicit", "basis": "none-stated", "finding": "=made for a test",
}  # fmt: skip

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return curated(tmp_path_factory.mktemp("sheets") / "corpus")


@pytest.fixture(scope="module")
def site(workspace: Path) -> Iterator[str]:
    with served("--curate", data=workspace) as address:
        yield address


@pytest.fixture
def source(workspace: Path) -> str:
    return next(iter(Workspace.open(workspace).corpus.sources))


def sheet(*lines: dict[str, str]) -> bytes:
    """A CSV of rows, by column."""
    head = [c.name for c in COLUMNS]
    rows = [head, *([line.get(name, "") for name in head] for line in lines)]
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows)
    return text.encode()


def send(page: Any, name: str, content: bytes) -> None:
    page.set_input_files("#sheet", {"name": name, "mimeType": "text/csv", "buffer": content})
    page.click("main form button.main")
    page.wait_for_load_state()


def test_a_sheet_is_looked_at_and_its_right_part_taken_in(
    as_person: Callable[..., Any], workspace: Path, source: str
) -> None:
    good = LINE | {"source": source}
    bad = good | {"object": "lupuss", "claim": "lupus-badly"}
    page = as_person("cleo", "/curate/import")
    no_axe_findings(page)
    send(page, "mine <b>.csv", sheet(good, bad))
    assert "1 claim would be added" in page.locator("h1").inner_text()
    assert page.locator(".troubles tbody tr").all_inner_texts() == [
        "3\tobject\tunknown entity 'lupuss'\tdid you mean 'lupus'?"
    ]
    made = workspace / "claims" / "low-dose-naltrexone-affects-lupus.yaml"
    assert not made.exists()  # nothing is written by looking
    no_axe_findings(page)
    with page.expect_download() as waiting:
        page.click("text=as a sheet to mend")
    (row,) = read_rows(Path(waiting.value.path()).read_bytes(), "left.csv")
    assert row.cells["object"] == "lupuss" and row.cells["finding"] == "=made for a test"
    assert b"\"'=made" in Path(waiting.value.path()).read_bytes()  # no spreadsheet evaluates it

    page.click("button[value=partial]")
    page.wait_for_url("**/curate/import/done*")
    assert page.locator("main ul.claims a").count() == 1
    no_axe_findings(page)
    page.click("main ul.claims a")
    assert page.locator(".eyebrow").inner_text().lower().startswith("draft")
    assert "by: cleo" in made.read_text(encoding="utf-8")


def test_what_is_there_comes_back_changed_only_with_a_reason(
    as_person: Callable[..., Any], workspace: Path, site: str
) -> None:
    page = as_person("cleo", "/curate/import")
    with page.expect_download() as waiting:
        page.click("text=Claims (.csv)")
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    send(page, "same.csv", text.encode())
    assert "Nothing new in it" in page.locator("h1").inner_text()
    page.goto(f"{site}/curate/import")
    send(page, "changed.csv", text.replace('"hedged"', '"asserted"', 1).encode())
    assert "1 changed" in page.locator("h1").inner_text()
    assert "certainty changed from hedged to asserted" in page.locator(".differences").inner_text()
    before = len(list((workspace / "proposals").glob("*")))
    page.click("button[value=all]")
    assert page.url.endswith("/curate/import")  # the browser asks for the reason
    page.fill("#why", "no hedge there")
    page.click("button[value=all]")
    page.wait_for_url("**/curate/import/done*")
    assert len(list((workspace / "proposals").glob("*"))) == before + 1


def test_what_changed_meanwhile_is_looked_at_again(
    as_person: Callable[..., Any], workspace: Path, source: str, browse: Any
) -> None:
    browse.expected.append("409")
    line = LINE | {"source": source, "object": "lupus", "relation": "decreases", "claim": "twice"}
    page = as_person("cleo", "/curate/import")
    send(page, "mine.csv", sheet(line))
    item = {k: line[k] for k in ("direction", "certainty", "role")} | {
        "id": "e1", "source": source, "basis": ["none-stated"], "finding": "meanwhile",
    }  # fmt: skip
    Workspace.open(workspace).create(
        {"id": "twice", "subject": "low-dose-naltrexone", "predicate": "decreases",
         "object": "lupus", "evidence": [item]}, by="ada",
    )  # fmt: skip
    page.click("button[value=all]")
    page.locator("[role=alert]", has_text="has changed since you looked").wait_for()
    assert "0 claims would be added, 1 changed" in page.locator("h1").inner_text()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.xls", b"x", "save it as .csv or .xlsx or .ods"),
        ("a.csv", b"", "is empty"),
        ("a.csv", b"subjekt,b\n1,2\n", "unknown column 'subjekt'"),
        ("a.xlsx", b"PK\x03\x04 no zip", "damaged"),
        ("a.csv", b"x" * (10 << 20), "up to 9 MiB"),
    ],
)
def test_a_file_that_is_no_sheet_is_told(
    look_as: Callable[..., Any], look: Any, name: str, content: bytes, told: str
) -> None:
    look.expected += ["413", "422"]
    page = look_as("cleo", "/curate/import")
    send(page, name, content)
    page.locator("[role=alert]", has_text=told).wait_for()
    no_axe_findings(page)


def test_templates_can_be_filled_in(as_person: Callable[..., Any], source: str) -> None:
    page = as_person("cleo", "/curate/import")
    got = {}
    for ending in ("xlsx", "csv"):
        with page.expect_download() as waiting:
            page.click(f"a[href*='template.{ending}']")
        got[ending] = Path(waiting.value.path()).read_bytes()
    assert load_workbook(io.BytesIO(got["xlsx"])).sheetnames[0] == "claims"
    assert got["csv"].decode("utf-8-sig").split("\r\n")[0] == ",".join(
        f'"{c.name}"' for c in COLUMNS
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_fit_a_phone(
    look_as: Callable[..., Any], source: str, scheme: str, look: Any
) -> None:
    look.expected.append("422")
    page = look_as(
        "cleo", "/curate/import", color_scheme=scheme, viewport={"width": 360, "height": 740}
    )
    no_axe_findings(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    send(page, "x.csv", sheet(LINE | {"source": source, "object": "x" * 90}))
    no_axe_findings(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
