"""Accounts: what opens the door, what shuts it, and that secrets are not kept."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ldn_graph.errors import FileError, UsageError
from ldn_graph.web.auth import accounts as module
from ldn_graph.web.auth.accounts import Accounts

PASSWORD = "correct horse battery"


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    return Accounts(tmp_path / "deep" / "accounts.sqlite")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    now = [datetime(2026, 1, 1, tzinfo=UTC)]
    monkeypatch.setattr(module, "_now", lambda: now[0])
    return now


def test_only_the_right_password_of_the_right_person_opens(accounts: Accounts) -> None:
    accounts.set_password("ada", PASSWORD)
    assert accounts.password_is("ada", PASSWORD)
    assert not accounts.password_is("ada", PASSWORD + " ")
    assert not accounts.password_is("ADA", PASSWORD)
    assert not accounts.password_is("nobody", PASSWORD)


@pytest.mark.parametrize("weak", ["", "short", "x" * 11, "x" * 1025])
def test_a_weak_password_is_refused_and_changes_nothing(accounts: Accounts, weak: str) -> None:
    accounts.set_password("ada", PASSWORD)
    with pytest.raises(UsageError, match="12 to 1024"):
        accounts.set_password("ada", weak)
    assert accounts.password_is("ada", PASSWORD)


def test_nothing_secret_is_in_the_file(accounts: Accounts) -> None:
    accounts.set_password("ada", PASSWORD)
    token = accounts.make_token("ada", "laptop")
    session = accounts.begin("ada", "password", "127.0.0.1")
    kept = b"".join(p.read_bytes() for p in accounts.path.parent.iterdir())
    assert not any(secret.encode() in kept for secret in (PASSWORD, token, session))
    assert stat.S_IMODE(accounts.path.stat().st_mode) == 0o600


def test_a_token_works_until_it_expires_or_is_dropped(
    accounts: Accounts, clock: list[datetime]
) -> None:
    token = accounts.make_token("ada", "laptop", days=30)
    other = accounts.make_token("ada", "server", days=90)
    assert accounts.agent_of_token(token) == "ada"
    assert accounts.agent_of_token(token[:-1]) is None
    with pytest.raises(UsageError, match="already"):
        accounts.make_token("ada", "laptop")
    clock[0] += timedelta(days=31)
    assert accounts.agent_of_token(token) is None
    accounts.drop_token("ada", "server")
    assert accounts.agent_of_token(other) is None
    with pytest.raises(UsageError, match="no token"):
        accounts.drop_token("ada", "server")


def test_a_session_ends_when_it_is_idle_old_or_signed_out(
    accounts: Accounts, clock: list[datetime]
) -> None:
    idle, old, out = (accounts.begin("ada", "password", "") for _ in range(3))
    session = accounts.session(out)
    assert session is not None and session.agent == "ada" and len(session.csrf) > 30
    accounts.end(out)
    assert accounts.session(out) is None
    for _ in range(20):
        clock[0] += timedelta(hours=20)
        if clock[0] < datetime(2026, 1, 15, tzinfo=UTC):
            assert accounts.session(old) is not None
    assert accounts.session(old) is None
    assert accounts.session(idle) is None


def test_who_is_disabled_is_out_at_once_in_every_way(accounts: Accounts) -> None:
    accounts.set_password("ada", PASSWORD)
    accounts.link("https://orcid.org", "0000-0002-1825-0097", "ada")
    token, session = accounts.make_token("ada", "t"), accounts.begin("ada", "password", "")
    accounts.disable("ada")
    assert not accounts.password_is("ada", PASSWORD)
    assert accounts.agent_of_token(token) is None
    assert accounts.session(session) is None
    with pytest.raises(UsageError, match="disabled"):
        accounts.begin("ada", "OpenID", "")


def test_a_new_password_ends_every_session(accounts: Accounts) -> None:
    accounts.set_password("ada", PASSWORD)
    session = accounts.begin("ada", "password", "")
    accounts.set_password("ada", PASSWORD + "2")
    assert accounts.session(session) is None


def test_the_audit_says_who_did_what(accounts: Accounts) -> None:
    accounts.set_password("ada", PASSWORD)
    accounts.failed("ada", "password", "127.0.0.9")
    secret = accounts.begin("ada", "password", "127.0.0.1")
    accounts.end(secret, "127.0.0.1")
    told = [(d.agent, d.what, d.address) for d in reversed(accounts.audit())]
    assert told == [
        ("ada", "password set", ""),
        ("ada", "could not sign in with password", "127.0.0.9"),
        ("ada", "signed in with password", "127.0.0.1"),
        ("ada", "signed out", "127.0.0.1"),
    ]


def test_failures_and_addresses_are_not_kept_for_ever(
    accounts: Accounts, clock: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FAILURES", 3)
    accounts.begin("ada", "a password", "192.0.2.1")
    for n in range(9):
        accounts.failed("ada", "a password", f"192.0.2.{n}")
    told = [d.address for d in accounts.audit()]
    assert told == ["192.0.2.8", "192.0.2.7", "192.0.2.6", "192.0.2.1"], "what succeeded stays"
    clock[0] += timedelta(days=module.ADDRESS_DAYS, seconds=1)
    accounts.set_password("ada", PASSWORD)
    assert {d.address for d in accounts.audit()} == {""} and len(accounts.audit()) == 5


def test_nothing_is_left_of_an_account_that_is_deleted(accounts: Accounts) -> None:
    for name in ("ada", "grace"):
        accounts.set_password(name, PASSWORD)
        accounts.link("https://orcid.org", f"subject-of-{name}", name)
        accounts.make_token(name, f"laptop-of-{name}")
        accounts.begin(name, "a password", f"address-of-{name}")
        accounts.failed(name, "a password", f"address-of-{name}")
    accounts.delete("ada")
    assert [name for name, _ in accounts.known()] == ["grace"]
    assert [d.what for d in accounts.audit() if d.agent == "ada"] == ["account deleted"]
    assert not accounts.password_is("ada", PASSWORD) and accounts.password_is("grace", PASSWORD)
    there = b"".join(p.read_bytes() for p in accounts.path.parent.glob("accounts*"))
    for word in ("subject-of", "laptop-of", "address-of"):
        assert f"{word}-ada".encode() not in there and f"{word}-grace".encode() in there


def test_a_file_that_is_none_of_ours_is_named(tmp_path: Path) -> None:
    path = tmp_path / "accounts.sqlite"
    path.write_text("not a database, and long enough to be looked at as one" * 100)
    with pytest.raises(FileError, match=r"accounts\.sqlite.*move the file away"):
        Accounts(path)
    assert path.read_text().startswith("not a database")


def test_the_signing_key_stays_the_same(accounts: Accounts) -> None:
    assert accounts.signing_key() == Accounts(accounts.path).signing_key()


@pytest.mark.parametrize(
    "common",
    [
        *("password1234", "iloveyou1234", "Password123!", "qwertyuiop12", "123456789012"),
        *("letmeinletmein", "aaaaaaaaaaaaa", "ada-lovelace-1", "Adalovelace1!"),
    ],
)
def test_a_password_that_is_guessed_soon_is_refused(accounts: Accounts, common: str) -> None:
    accounts.set_password("ada-lovelace", PASSWORD)
    with pytest.raises(UsageError, match="guessed soon"):
        accounts.set_password("ada-lovelace", common)
    assert accounts.password_is("ada-lovelace", PASSWORD)
    accounts.set_password("ada-lovelace", "x" * 3 + "quiet walnut harbour stove" * 30)  # a long one
