"""Errors that readers report: limited, moderated, escaped, and nobody's to see but curators'."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from starlette.testclient import TestClient

from ldn_graph.errors import NotAllowed, UsageError
from ldn_graph.records.file_format import numbered
from ldn_graph.web.app import create_app
from ldn_graph.web.curation import error_reports as report_form
from ldn_graph.web.curation.error_reports import Senders
from ldn_graph.web.settings import Settings
from ldn_graph.workspace import error_reports
from ldn_graph.workspace.error_reports import ErrorReports, Outcome
from tests.curators import ANN, INFLAMMATION, copied
from tests.desk_client import peopled, send, serving, sign_in, stranger

HOSTILE = "<script>alert(1)</script>\n\u202egnorw\n{{ 7 * 7 }}"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return peopled(tmp_path_factory.mktemp("reports"))


@pytest.fixture(scope="module")
def ann(corpus: Path) -> Iterator[TestClient]:
    with serving(corpus) as client:
        yield sign_in(client, ANN)


@pytest.fixture(autouse=True)
def nobody_has_sent(ann: TestClient) -> None:
    ann.app.state.senders = Senders()  # type: ignore[attr-defined]


def test_a_report_waits_on_the_desk_and_nowhere_else(ann: TestClient, corpus: Path) -> None:
    page = f"/claim/{INFLAMMATION}"
    reader = stranger(ann)
    link = BeautifulSoup(reader.get(page).text, "html.parser").find("a", string="Report an error")
    assert link is not None and link["href"] == f"/report?page={page}"
    answer = send(
        reader, "/report", str(link["href"]), page=page, text=HOSTILE, reply_to="a@b.example"
    )
    assert answer.status_code == 200 and "Thank you" in answer.text
    desk = ann.get("/curate/error-reports").text
    shown = BeautifulSoup(desk, "html.parser")
    assert "<script>alert" not in desk and "{{ 7 * 7 }}" in shown.get_text()
    assert shown.select_one(f"article a[href='{page}']") and "a@b.example" in desk
    assert len(shown.select("article blockquote bdi")) == 3
    assert "1 error" in ann.get("/curate").text
    for place in (page, "/", "/report", "/api/claims", "/search?q=alert(1)"):
        assert "alert(1)</" not in reader.get(place).text, place
    assert reader.get("/curate/error-reports").url.path != "/curate/error-reports"
    assert not [p for p in corpus.rglob("*") if p.is_file() and ".ldn-graph" not in p.parts
                and b"gnorw" in p.read_bytes()]  # fmt: skip
    number = ErrorReports(corpus).waiting()[-1].number
    refused = reader.post(f"/curate/error-reports/{number}", data={"outcome": "mended"})
    assert ErrorReports(corpus).waiting() and "Sign in" in refused.text
    where = f"/curate/error-reports/{number}"
    assert send(ann, where, "/curate/error-reports", outcome="").status_code == 400
    send(ann, where, "/curate/error-reports", outcome="mended", note="in the <b>quote</b>")
    assert not ErrorReports(corpus).waiting()
    (done,) = ErrorReports(corpus).settled()
    assert (done.by, done.outcome, done.reply_to) == (ANN, Outcome.MENDED, None)
    assert "in the &lt;b&gt;quote" in ann.get("/curate/error-reports").text
    twice = send(ann, where, "/curate/error-reports", outcome="mended")
    assert twice.status_code == 404 and "waits no longer" in twice.text


def test_what_is_wrong_is_told_and_what_was_typed_stays(ann: TestClient, corpus: Path) -> None:
    reader = stranger(ann)
    for page, text in (("//evil.example", "x"), ("/a b", "x"), ("/", "  "), ("/", "x" * 1501),
                       ("/", "a\x00b"), ("/\\evil", "x")):  # fmt: skip
        ann.app.state.senders = Senders()  # type: ignore[attr-defined]
        answer = send(reader, "/report", page=page, text=text, reply_to="me & you")
        assert answer.status_code == 400 and 'role="alert"' in answer.text, (page, text)
        assert "me &amp; you" in answer.text
        assert 'href="//evil' not in answer.text
    assert send(reader, "/report", page="/", text="x" * 30_000).status_code == 413
    assert not ErrorReports(corpus).waiting()


def test_no_other_site_sends_a_report(ann: TestClient, corpus: Path) -> None:
    reader = stranger(ann)
    fields = {"page": "/", "text": "from elsewhere"}
    assert reader.post("/report", data=fields).status_code == 403
    assert reader.post("/report", data=fields | {"csrf": "x"}).status_code == 403
    assert not ErrorReports(corpus).waiting()


def test_the_sixth_report_of_an_hour_has_to_wait(ann: TestClient, corpus: Path) -> None:
    one, other = stranger(ann, "2001:db8:1:2::1"), stranger(ann, "2001:db8:1:2::2")
    answers = [send(who, "/report", page="/", text=f"report {n}")
               for n, who in enumerate((one, other) * 3)]  # fmt: skip
    assert [a.status_code for a in answers] == [200] * 5 + [429]
    assert answers[-1].headers["retry-after"] == "3600" and "report 5" in answers[-1].text
    assert (
        send(stranger(ann, "2001:db8:1:3::1"), "/report", page="/", text="mine").status_code == 200
    )
    for report in ErrorReports(corpus).waiting():
        ErrorReports(corpus).settle(report.number, Outcome.NO_REPORT, by=ANN)
    assert all(r.text == "" for r in ErrorReports(corpus).settled() if r.outcome == "no-report")


def test_all_together_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    senders = Senders()
    monkeypatch.setattr(report_form, "FOR_ALL", type(report_form.FOR_ALL)(2))
    assert [senders.may(f"192.0.2.{n}") for n in range(3)] == [True, True, False]


def test_a_desk_holds_so_many_and_keeps_words_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(error_reports, "MOST_WAITING", 2)
    monkeypatch.setattr(error_reports, "MOST_SETTLED", 1)
    reports = ErrorReports(tmp_path)
    assert reports.waiting() == () and not (tmp_path / ".ldn-graph").exists()
    for text in ("one", "one", "two"):
        reports.add("/", text)
    with pytest.raises(NotAllowed, match="2 reports wait"):
        reports.add("/", "three")
    for report in reports.waiting():
        reports.settle(report.number, Outcome.NO_ERROR, by=ANN)
    assert [r.text for r in reports.settled()] == ["two"]
    assert (tmp_path / ".ldn-graph" / ".gitignore").read_text().endswith("*\n")
    reports.add("/", "three")
    with pytest.raises(UsageError, match="the page"):
        reports.add("javascript:alert(1)", "x")


def described(folder: Path, line: str, **chosen: object) -> str:
    """The start page of a corpus whose description has a line more."""
    path = folder / "corpus.yaml"
    path.write_text(numbered(path.read_text(encoding="utf-8") + line + "\n"), encoding="utf-8")
    with TestClient(
        create_app(Settings(data=folder, **chosen)), base_url="http://localhost"
    ) as client:  # type: ignore[arg-type]
        return client.get("/about").text


def test_a_maintainer_may_name_an_address_instead(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    assert "Report an error" not in described(folder, "")  # nobody would look
    told = described(folder, "report_errors_to: mailto:curators@example.org")
    assert 'href="mailto:curators@example.org?subject=Error%20on%20/about"' in told
