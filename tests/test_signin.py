"""Signing in, over real sockets: by password, by token, by a real OpenID provider on loopback."""

import http.cookiejar
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from serving import ROOT, served

from ldn_graph.records import corpus as corpora
from ldn_graph.records.model import Agent
from ldn_graph.records.vocabularies import AgentKind
from ldn_graph.web.auth.accounts import Accounts, beside
from ldn_graph.web.auth.signin import Tries

PASSWORD = "correct horse battery"
ORCID = "0000-0002-1825-0097"  # ORCID's own example, whose checksum is right


class Browser:
    """Keeps cookies, as a browser does; follows redirects and never raises for a status."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def __call__(self, path: str, fields: dict[str, str] | None = None, **headers: str) -> Any:
        address = path if path.startswith("http") else self.site + path
        body = None if fields is None else urllib.parse.urlencode(fields).encode()
        request = urllib.request.Request(address, body, {"Accept": "text/html"} | headers)
        try:
            answer = self.opener.open(request, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return answer.status, answer.geturl(), answer.read().decode(), answer.headers

    def csrf(self, path: str = "/sign-in") -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self(path)[2])
        assert found
        return found[1]

    def sign_in(self, name: str, password: str, onward: str = "/about") -> Any:
        fields = {"name": name, "password": password, "csrf": self.csrf(), "next": onward}
        return self("/sign-in", fields)

    @property
    def session(self) -> str:
        return next((c.value or "" for c in self.jar if c.name == "ldn-graph"), "")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small corpus with two people and an account for one of them."""
    folder = tmp_path_factory.mktemp("workspace") / "corpus"
    mini = corpora.read(ROOT / "tests" / "data" / "mini")[0]
    people = [
        Agent(id="ada", name="Ada", kind=AgentKind.PERSON),
        Agent(id="grace", name="Grace", kind=AgentKind.PERSON, orcid=ORCID),
    ]
    agents = dict(mini.agents) | {a.id: a for a in people}
    corpora.save(mini.model_copy(update={"agents": agents}), folder)
    Accounts(beside(folder)).set_password("ada", PASSWORD)
    return folder


@pytest.fixture(scope="module")
def curated(workspace: Path) -> Iterator[str]:
    with served("--curate", data=workspace) as site:
        yield site


def test_the_right_password_signs_in_and_a_fresh_session_replaces_the_visit(curated: str) -> None:
    browser = Browser(curated)
    browser.csrf()
    before = browser.session
    status, url, _, _ = browser.sign_in("ada", PASSWORD)
    assert (status, url) == (200, f"{curated}/about")
    assert browser.session != before
    assert browser("/sign-in")[1] == f"{curated}/curate"  # who is in needs no form


def test_a_wrong_password_and_a_wrong_name_are_told_alike(curated: str) -> None:
    told = [Browser(curated).sign_in(name, "wrong wrong wrong") for name in ("ada", "nobody")]
    assert [t[0] for t in told] == [401, 401]
    assert all("The name or the password is wrong" in t[2] for t in told)


def test_a_form_from_another_site_signs_nobody_in(curated: str) -> None:
    browser = Browser(curated)
    fields = {"name": "ada", "password": PASSWORD, "csrf": browser.csrf(), "next": ""}
    assert browser("/sign-in", fields | {"csrf": "x" * 32})[0] == 403
    assert browser("/sign-in", fields, **{"Sec-Fetch-Site": "cross-site"})[0] == 403
    assert Browser(curated)("/sign-in", fields)[0] == 403  # the field without its cookie
    assert browser("/sign-in", fields)[0] != 403


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_after_signing_in_nobody_is_sent_elsewhere(curated: str, onward: str) -> None:
    assert Browser(curated).sign_in("ada", PASSWORD, onward)[1].startswith(curated + "/")


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(curated: str) -> None:
    headers = Browser(curated)("/sign-in")[3]
    assert {"httponly", "samesite=lax"} <= {
        p.strip().lower() for p in headers["Set-Cookie"].split(";")
    }
    assert headers["Cache-Control"] == "no-store"


def test_a_changed_cookie_is_worthless(curated: str) -> None:
    browser = Browser(curated)
    browser.sign_in("ada", PASSWORD)
    for cookie in browser.jar:
        cookie.value = (cookie.value or "")[:-2] + "xx"
    assert "/sign-in" in browser("/sign-in")[1]


def test_signing_out_needs_the_session_s_own_secret_and_ends_it_on_the_server(
    curated: str, workspace: Path
) -> None:
    browser = Browser(curated)
    browser.sign_in("ada", PASSWORD)
    assert browser("/sign-out", {"csrf": "wrong"})[0] == 403
    assert browser("/sign-in")[1] != f"{curated}/sign-in"  # still in
    csrf = browser.csrf("/curate")
    stolen = browser.session
    browser("/sign-out", {"csrf": csrf})
    for cookie in browser.jar:
        cookie.value = stolen
    assert browser("/sign-in")[1] == f"{curated}/sign-in"
    assert Accounts(beside(workspace)).audit(1)[0].what == "signed out"


def test_too_many_failures_have_to_wait_even_with_the_right_password(workspace: Path) -> None:
    with served("--curate", data=workspace) as site:
        tried = [Browser(site).sign_in("ada", "wrong wrong wrong")[0] for _ in range(5)]
        assert tried == [401] * 5
        status, _, text, headers = Browser(site).sign_in("ada", PASSWORD)
        assert (status, headers["Retry-After"]) == (429, "900")
        assert "wait a quarter of an hour" in text
        assert Browser(site).sign_in("grace", "wrong wrong wrong")[0] == 401  # only ada waits
    assert any("could not sign in" in d.what for d in Accounts(beside(workspace)).audit())


def test_many_tries_at_once_are_no_way_round_the_lock(workspace: Path) -> None:
    """Forty guesses at the same moment: five are looked at, and the sixth waits like any other."""
    with served("--curate", data=workspace) as site:
        browsers = [Browser(site) for _ in range(40)]
        forms = [{"name": "ada", "csrf": b.csrf(), "next": ""} for b in browsers]
        with ThreadPoolExecutor(40) as pool:
            answers = pool.map(
                lambda b, form, n: b("/sign-in", {**form, "password": f"guess number {n}"})[0],
                *(browsers, forms, range(40)),
            )
        assert Counter(answers) == {401: 5, 429: 35}


def test_one_who_guesses_locks_out_nobody_else_behind_the_same_address() -> None:
    tries = Tries()
    assert sum(tries.may(f"name {n % 20}", "192.0.2.1") for n in range(200)) == 30
    assert not tries.may("name 1", "192.0.2.1")
    assert tries.may("colleague", "192.0.2.1"), "each name can be tried once"
    assert not tries.may("colleague", "192.0.2.1")
    tries.succeeded("colleague", "192.0.2.1")
    assert tries.may("colleague", "192.0.2.1"), "who has signed in once begins anew"
    assert tries.may("name 1", "192.0.2.2")


@pytest.mark.parametrize(
    ("options", "headers", "secure"),
    [
        ((), {}, False),
        ((), {"X-Forwarded-For": "192.0.2.1"}, True),
        ((), {"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https"}, True),
        (("--public-url", "https://graph.example.org"), {}, True),
        (("--public-url", "http://graph.example.org"), {"X-Forwarded-For": "192.0.2.1"}, False),
    ],
)
def test_the_cookie_is_secure_behind_a_proxy(
    workspace: Path, options: tuple[str, ...], headers: dict[str, str], secure: bool
) -> None:
    with served("--curate", *options, data=workspace) as site:
        cookie = Browser(site)("/sign-in", **headers)[3]["Set-Cookie"]
        assert ("secure" in {p.strip().lower() for p in cookie.split(";")}) == secure


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("graph.example.org", 200),
        ("GRAPH.example.org.:443", 200),
        ("localhost:1", 200),
        ("[::1]:7860", 200),
        ("rebound.example.com", 421),
        ("graph.example.org.evil.example", 421),
        ("a b", 400),
        ("[::1", 400),
        ("a:b:c", 400),
        ("xn--\xe4.example", 400),
        ("[:::]", 400),
        ("[1:2:3]:7", 400),
        ("..", 400),
        ("a..b", 400),
        ("localhost:99999", 400),
        ("[::ffff:127.0.0.1]", 421),
        ("graph.example.org:99999999", 400),
    ],
)
def test_only_the_hosts_that_are_served_are_answered(site_of: str, host: str, status: int) -> None:
    for path in ("/about", "/sparql?query=ASK%7B%7D", "/sparql", "/dataset", "/.well-known/void"):
        assert Browser(site_of)(path, Host=host, Accept="*/*")[0] == status, path


@pytest.fixture(scope="module")
def site_of(workspace: Path) -> Iterator[str]:
    with served("--public-url", "https://graph.example.org", data=workspace) as site:
        yield site


def test_a_server_for_reading_signs_nobody_in_and_sets_no_cookie() -> None:
    with served() as site:
        assert Browser(site)("/sign-in")[0] == 403
        assert Browser(site)("/about")[3]["Set-Cookie"] is None


def test_the_shipped_corpus_can_not_be_curated() -> None:
    command = [sys.executable, "-m", "ldn_graph", "serve", "--port", "0", "--curate"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.returncode == 2
    assert "ldn-graph init DIR" in done.stderr and "Traceback" not in done.stderr


# -- OpenID Connect -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """A real OpenID provider on loopback, in a process of its own."""
    script = (
        "import warnings; warnings.simplefilter('ignore')\n"
        "import oidc_provider_mock as p, time\n"
        "with p.run_server_in_thread(require_nonce=True) as s:\n"
        "    print(f'http://127.0.0.1:{s.server_port}', flush=True); time.sleep(600)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    yield process.stdout.readline().strip()
    process.kill()
    process.communicate()


def through(browser: Browser, subject: str) -> Any:
    """Sign in at the provider as `subject`, as a person would."""
    status, url, _, _ = browser("/sign-in/openid?next=/about")
    assert status == 200 and "/oauth2/authorize" in url
    return browser(url, {"sub": subject})


@pytest.fixture(scope="module")
def with_openid(workspace: Path, provider: str) -> Iterator[str]:
    secrets = {"LDN_GRAPH_OPENID_CLIENT_ID": "graph", "LDN_GRAPH_OPENID_CLIENT_SECRET": "hush"}
    with served("--curate", "--openid-issuer", provider, data=workspace, **secrets) as site:
        yield site


def test_who_is_linked_signs_in_through_the_provider(
    with_openid: str, workspace: Path, provider: str
) -> None:
    Accounts(beside(workspace)).link(provider, "grace-42", "grace")
    browser = Browser(with_openid)
    status, url, _, _ = through(browser, "grace-42")
    assert (status, url) == (200, f"{with_openid}/about")
    assert Accounts(beside(workspace)).audit(1)[0].what == f"signed in with {provider}"


def test_whom_nobody_linked_is_told_what_to_ask_for(with_openid: str, provider: str) -> None:
    status, _, text, _ = through(Browser(with_openid), "a-stranger")
    assert status == 403
    assert f"ldn-graph account link NAME {provider} a-stranger" in text


def test_an_orcid_counts_only_from_orcid(with_openid: str) -> None:
    assert through(Browser(with_openid), ORCID)[0] == 403


def test_a_code_that_was_not_asked_for_is_refused(with_openid: str) -> None:
    status, _, text, _ = Browser(with_openid)("/sign-in/openid/callback?code=x&state=y")
    assert status == 401 and "sign-in" in text


def test_a_provider_s_code_can_not_be_used_in_another_browser(with_openid: str) -> None:
    class Stop(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args: Any) -> None:
            return None

    victim = Browser(with_openid)
    _, url, _, _ = victim("/sign-in/openid")
    opener = urllib.request.build_opener(Stop())
    with pytest.raises(urllib.error.HTTPError) as caught:
        opener.open(urllib.request.Request(url, b"sub=grace-42"))
    back = caught.value.headers["Location"]
    caught.value.close()
    assert "/sign-in/openid/callback?" in back
    assert Browser(with_openid)(back)[0] == 401


def test_the_secret_is_not_taken_from_the_command_line(workspace: Path) -> None:
    command = [sys.executable, "-m", "ldn_graph", "--data", str(workspace), "serve", "--curate",
               "--openid-issuer", "http://127.0.0.1:1"]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.returncode == 2 and "LDN_GRAPH_OPENID_CLIENT_SECRET" in done.stderr
