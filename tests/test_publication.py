"""What strangers see of a workspace on every face, and what those who curate see.

A workspace has words in it that stand nowhere else: in every field of a draft, of a next version
and of a rejected claim, in a comment and in the reason of a return. Every face is asked for them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from ldn_graph.curation.policy import public, public_claim, unpublished
from ldn_graph.records.model import Claim
from ldn_graph.records.vocabularies import Action, ReviewReason, Status
from ldn_graph.web.auth.accounts import Accounts, beside
from ldn_graph.workspace import Workspace
from tests.crawling import Crawl
from tests.curators import ANN, BEN, CAS, CONTESTED, INFLAMMATION, copied, fields, staffed
from tests.serving import served

CANARY = "zyxcanary"
PASSWORD = "quiet walnut harbour stove"
OPTIONS = ("--rate", "0", "--log-level", "error")
START = ("./", "sitemap.xml", "robots.txt", ".well-known/void", "as-of", "health/ready", "metrics")


def marked(claim: Claim, name: str) -> dict[str, Any]:
    """The fields of a claim like this one, each text of which is a canary with a number."""
    numbers = iter(range(100))
    plain = fields(claim, name)

    def word() -> str:
        return f"{CANARY}{next(numbers)} for {name}"

    item = dict(plain["evidence"][0])
    texts = ("section", "finding", "outcome", "population", "sample_text", "duration", "note")
    item |= {slot: word() for slot in texts} | {"dose": {"text": word()}}
    item |= {"quote": {"exact": f"Drugamine, inflammation and {word()}"}, "certainty": "asserted"}
    item |= {"cues": [], "unhedged_cues": [], "context": []}
    said = {slot: word() for slot in ("timing", "frequency", "severity")}
    qualifiers = {**plain.get("qualifiers", {}), **said}
    return {**plain, "note": word(), "qualifiers": qualifiers, "evidence": [item]}


def filled(folder: Path) -> Workspace:
    """The workspace of the canaries, with an account for Ann."""
    desk = staffed(copied(folder))
    claim = desk.corpus.claims[INFLAMMATION]
    desk.create(marked(claim, f"{CANARY}-draft"), by=ANN, why=f"{CANARY} created")
    desk.comment(f"{CANARY}-draft", by=BEN, why=f"{CANARY} said of a draft")
    desk.create(marked(claim, f"{CANARY}-waiting"), by=ANN)
    desk.submit(f"{CANARY}-waiting", by=ANN, why=f"{CANARY} handed in")
    desk.create(marked(claim, f"{CANARY}-rejected"), by=ANN)
    desk.submit(f"{CANARY}-rejected", by=ANN, why=f"{CANARY} handed in")
    desk.reject(
        f"{CANARY}-rejected", by=BEN, why=f"{CANARY} rejected", reasons=[ReviewReason.OTHER]
    )
    # one that is in force by now, and of which curators said something on the way, and since
    desk.create(fields(claim, "in-force", note="seen by anybody"), by=ANN)
    desk.submit("in-force", by=ANN, why=f"{CANARY} please look")
    desk.return_("in-force", by=BEN, why=f"{CANARY} returned", reasons=[ReviewReason.CERTAINTY])
    desk.submit("in-force", by=ANN)
    desk.accept("in-force", by=CAS, why="right")
    desk.comment("in-force", by=BEN, why=f"{CANARY} said since")
    changes = {k: v for k, v in marked(claim, INFLAMMATION).items() if k in ("note", "qualifiers")}
    desk.edit(INFLAMMATION, changes, by=ANN, why=f"{CANARY} next version")
    Accounts(beside(desk.folder)).set_password(ANN, PASSWORD)
    return desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return filled(tmp_path_factory.mktemp("published"))


@pytest.fixture(scope="module", params=["curating", "reading"])
def site(request: pytest.FixtureRequest, desk: Workspace) -> Iterator[str]:
    options = ("--curate",) if request.param == "curating" else ()
    with served(*options, *OPTIONS, data=desk.folder) as address:
        yield address


@dataclass
class Listener(Crawl):
    """Follows every link, and notes where a canary is heard."""

    heard: set[str] = field(default_factory=set)

    def _looked_at(self, answer: httpx.Response, address: str) -> None:
        if CANARY in answer.text.lower() or CANARY in str(answer.headers).lower():
            self.heard.add(address)
        super()._looked_at(answer, address)


@pytest.mark.server
def test_a_stranger_hears_no_canary_by_following_links(site: str) -> None:
    crawl = Listener(site).run(*START)
    assert crawl.heard == set()
    assert len(crawl.met) > 100


ASKED = (
    "/claim/{}",
    "/claim/{}.ttl",
    "/claim/{}.json",
    "/np/{}",
    "/api/claims/{}",
    "/search?q={}",
    "/api/search?q={}",
    "/suggest?q={}",
    "/api/claims?q={}",
    "/graph?claims={}",
    "/compare?claims={}",
    "/curate/claim/{}",
)


@pytest.mark.server
@pytest.mark.parametrize("accept", ["text/html", "application/json", "text/turtle"])
def test_a_stranger_who_knows_the_name_of_a_draft_learns_nothing(site: str, accept: str) -> None:
    """No more than was asked with: the name, and nothing of what is in it."""
    with httpx.Client(base_url=site, headers={"accept": accept}, trust_env=False) as client:
        for path in ASKED:
            for name in ("draft", "waiting", "rejected"):
                answer = client.get(path.format(f"{CANARY}-{name}"))
                assert answer.status_code < 500
                assert f"for {CANARY}-{name}" not in answer.text, (path, answer.text[:2000])
                assert answer.text.count(f"{CANARY}0") == 0


@pytest.mark.server
def test_no_query_dump_or_list_has_a_canary(site: str) -> None:
    queries = (
        "SELECT * { ?s ?p ?o }",
        "SELECT * { GRAPH ?g { ?s ?p ?o } }",
        "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }",
        f"SELECT * {{ ?s ?p ?o FILTER CONTAINS(LCASE(STR(?o)), '{CANARY}') }}",
    )
    with httpx.Client(base_url=site, timeout=60, trust_env=False) as client:
        for query in queries:
            text = client.get("/sparql", params={"query": query}).text
            assert CANARY not in text.lower().replace(query.lower(), "")
        for path in ("/api/claims", "/api/agents/ann", "/api/statistics", "/graph/data.json"):
            assert CANARY not in client.get(path).text.lower(), path
        graph = client.get("/store", params={"default": ""}).text
        assert CANARY not in graph.lower()


@pytest.mark.server
def test_no_earlier_state_and_no_difference_has_a_canary(site: str, desk: Workspace) -> None:
    last = desk.seq
    with httpx.Client(base_url=site, timeout=60, follow_redirects=True, trust_env=False) as client:
        for path in ("/as-of", *(f"/as-of?before={n}" for n in range(1, last + 2))):
            assert CANARY not in client.get(path).text.lower(), path
        for n in sorted({last, last - 1, *range(2, last, 5)}):
            for path in (
                f"/as-of/{n}",
                f"/as-of/{n}/claim/{INFLAMMATION}",
                f"/as-of/{n}/claim/in-force",
                f"/as-of/{n}/agent/ann",
                f"/as-of/{n}/api/claims",
                f"/as-of/{n}/entity/drugamine",
                f"/difference?from=1&to={n}",
                f"/difference?from={n}&to={last}",
            ):
                answer = client.get(path)
                assert answer.status_code in (200, 404), path
                assert CANARY not in answer.text.lower(), path


@pytest.mark.server
def test_who_has_signed_in_sees_drafts_comments_and_reasons(desk: Workspace) -> None:
    token = Accounts(beside(desk.folder)).make_token(ANN, "test")
    with served("--curate", *OPTIONS, data=desk.folder) as site:
        headers = {"authorization": f"Bearer {token}", "accept": "text/html"}
        with httpx.Client(base_url=site, headers=headers, trust_env=False) as client:
            page = client.get(f"/claim/{CANARY}-draft")
            assert (page.status_code, page.headers["location"]) == (
                303,
                f"/curate/claim/{CANARY}-draft",
            )
            shown = client.get(f"/curate/claim/{CANARY}-draft").text
            assert f"{CANARY}0 for {CANARY}-draft" in shown
            assert f"{CANARY} said of a draft" in shown
            assert f"{CANARY} returned" in client.get("/curate/claim/in-force").text
            drafts = client.get("/curate/drafts.trig")
            assert drafts.headers["content-type"].startswith("application/trig")
            for name in ("draft", "waiting", "rejected"):
                assert f"{CANARY}0 for {CANARY}-{name}" in drafts.text
            assert f"{CANARY} next version" in drafts.text
            assert CONTESTED not in drafts.text
        assert httpx.get(f"{site}/curate/drafts.trig", trust_env=False).status_code == 401


@pytest.mark.server
def test_a_group_that_works_in_the_open_shows_all_of_it(desk: Workspace) -> None:
    with served("--curate", "--open-drafts", *OPTIONS, data=desk.folder) as site:
        page = httpx.get(f"{site}/claim/{CANARY}-draft", trust_env=False)
        assert f"{CANARY}0 for {CANARY}-draft" in page.text
        assert f"{CANARY}-draft" in httpx.get(f"{site}/as-of", trust_env=False).text


def test_what_is_public_and_what_is_not_make_up_the_whole(desk: Workspace) -> None:
    corpus = desk.corpus
    shown, held = public(corpus), unpublished(corpus)
    assert shown.claims.keys() | held.claims.keys() == corpus.claims.keys()
    assert {c.status for c in shown.claims.values()} <= {Status.ACCEPTED, Status.RETRACTED}
    assert shown.claims.keys() & held.claims.keys() == corpus.proposals.keys() == {INFLAMMATION}
    assert CANARY not in shown.model_dump_json().lower()


def test_a_public_claim_keeps_its_steps_and_the_reasons_of_what_is_in_force(
    desk: Workspace,
) -> None:
    claim = public_claim(desk.corpus.claims["in-force"])
    steps = [(event.action, event.why) for event in claim.history]
    assert steps == [
        (Action.CREATE, None),
        (Action.SUBMIT, None),
        (Action.RETURN, None),
        (Action.SUBMIT, None),
        (Action.ACCEPT, "right"),
    ]
    assert public_claim(claim) is claim
