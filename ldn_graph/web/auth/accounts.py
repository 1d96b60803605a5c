"""Who may sign in: passwords, tokens, identities elsewhere, sessions, and what was done with them.

One SQLite file beside the corpus, never in it: a corpus goes into git, secrets don't. Passwords
are kept as Argon2id hashes (argon2-cffi's defaults are RFC 9106's for low memory); tokens and
sessions, which are random and long, as SHA-256 digests. What somebody may do is no matter of this
file: the roles are in the corpus, in the open.
"""

import errno
import hashlib
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ldn_graph.errors import FileError, Unwritable, UsageError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

#: NIST SP 800-63B asks for 8 at least where a person chooses, and for no rules of composition.
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1024
#: zxcvbn's scale of 0 to 4: from 3 on, 10^8 guesses are not enough. It looks at 72 characters.
_STRONG, _JUDGED = 3, 72
#: A session ends this long after it began, and this long after it was last used.
SESSION_DAYS = 14
IDLE_HOURS = 24
#: How long the audit keeps the addresses of those who signed in or failed to, and how many failures
#: it keeps: strangers can make any number of them.
ADDRESS_DAYS = 90
FAILURES = 10_000
#: Tells a token from any other text, so that one that leaks into a log or commit can be found.
TOKEN_PREFIX = "ldng_"  # noqa: S105 (no secret)

_FAILED = "could not sign in with"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS password (agent TEXT PRIMARY KEY, hash TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS disabled (agent TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS token (
  digest TEXT PRIMARY KEY, agent TEXT NOT NULL, name TEXT NOT NULL, expires TEXT NOT NULL,
  UNIQUE (agent, name));
CREATE TABLE IF NOT EXISTS identity (
  issuer TEXT, subject TEXT, agent TEXT NOT NULL, PRIMARY KEY (issuer, subject));
CREATE TABLE IF NOT EXISTS session (
  digest TEXT PRIMARY KEY, agent TEXT NOT NULL, csrf TEXT NOT NULL, began TEXT NOT NULL,
  used TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS audit (
  at TEXT NOT NULL, agent TEXT NOT NULL, what TEXT NOT NULL, address TEXT NOT NULL);
"""


@cache
def _hasher() -> "PasswordHasher":
    # imported here: whoever only asks where accounts are kept may do without
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobody() -> str:
    """What an unknown name's password is compared with, so that the time tells nothing."""
    return _hasher().hash(secrets.token_hex())


@dataclass(frozen=True)
class Session:
    """Somebody who has signed in; `csrf` must come back with each form."""

    agent: str
    csrf: str


@dataclass(frozen=True)
class Deed:
    """A line of the audit: signing in and out, failing to, and changes of accounts."""

    at: datetime
    agent: str
    what: str
    address: str


def beside(folder: Path) -> Path:
    """Where the accounts of the corpus in `folder` are: in a folder there that git ignores."""
    return folder / ".ldn-graph" / "accounts.sqlite"


def demand_strong(password: str, *known: str) -> None:
    """Raise UsageError for a password that guessing finds soon: a common one, a pattern, or made
    of `known` words such as the agent's name. The list of common ones is zxcvbn's.

    >>> demand_strong("quiet walnut harbour stove")
    """
    from zxcvbn import zxcvbn  # its lists take a while to load, and only this needs them

    found = zxcvbn(password[:_JUDGED], user_inputs=list(known))
    if found["score"] < _STRONG:
        raise UsageError(
            f"this password would be guessed soon: {found['feedback']['warning'] or 'too simple'} "
            "Choose a few unrelated words"
        )


class Accounts:
    """The file, opened. Each call is a transaction; any number of processes may use it."""

    def __init__(self, path: Path) -> None:
        """Open or make the file at `path`. Raises FileError."""
        self.path = path
        _nobody()  # here, lest the first unknown name take longer than the others
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            ignore = path.parent / ".gitignore"
            if not ignore.exists():
                ignore.write_text(
                    "# nothing in this folder belongs into git\n*\n", encoding="utf-8"
                )
            path.touch(mode=0o600)
            with self._open() as db:
                db.executescript("PRAGMA journal_mode=WAL;" + _SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise FileError(
                f"{path}: accounts can't be kept there ({error}); choose a folder that you may "
                "write to, or move the file away if it is no accounts file"
            ) from error

    # -- passwords ----------------------------------------------------------------------------

    def set_password(self, agent: str, password: str) -> None:
        """Give `agent` a password and end every session. Raises UsageError for a weak one."""
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            raise UsageError(
                f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters, this one "
                f"{len(password)}; a few unrelated words are easy to remember and hard to guess"
            )
        demand_strong(password, agent, agent.replace("-", ""), *agent.split("-"))
        hashed = _hasher().hash(password)
        with self._open() as db:
            db.execute("REPLACE INTO password VALUES (?, ?)", (agent, hashed))
            db.execute("DELETE FROM session WHERE agent = ?", (agent,))
            db.execute("DELETE FROM disabled WHERE agent = ?", (agent,))
            _note(db, agent, "password set")

    def password_is(self, agent: str, password: str) -> bool:
        """Whether `agent` may sign in with `password`; takes as long for a name that is unknown."""
        from argon2.exceptions import InvalidHashError, VerifyMismatchError

        with self._open() as db:
            row = db.execute("SELECT hash FROM password WHERE agent = ?", (agent,)).fetchone()
        try:
            _hasher().verify(row[0] if row else _nobody(), password[: LONGEST_PASSWORD + 1])
        except (VerifyMismatchError, InvalidHashError):
            return False
        if row is None or self.is_disabled(agent):
            return False
        if _hasher().check_needs_rehash(row[0]):
            with self._open() as db:
                hashed = _hasher().hash(password)
                db.execute("UPDATE password SET hash = ? WHERE agent = ?", (hashed, agent))
        return True

    def disable(self, agent: str) -> None:
        """Shut `agent` out: no password, token or identity works until a new password is set."""
        with self._open() as db:
            db.execute("INSERT OR IGNORE INTO disabled VALUES (?)", (agent,))
            db.execute("DELETE FROM session WHERE agent = ?", (agent,))
            db.execute("DELETE FROM token WHERE agent = ?", (agent,))
            _note(db, agent, "disabled")

    def is_disabled(self, agent: str) -> bool:
        with self._open() as db:
            found = db.execute("SELECT 1 FROM disabled WHERE agent = ?", (agent,)).fetchone()
        return found is not None

    def known(self) -> tuple[tuple[str, str], ...]:
        """Every agent that has an account, with the ways in that it has; sorted."""
        ways: dict[str, list[str]] = {}
        with self._open() as db:
            for (agent,) in db.execute("SELECT agent FROM password"):
                ways.setdefault(agent, []).append("password")
            for agent, name in db.execute("SELECT agent, name FROM token ORDER BY name"):
                ways.setdefault(agent, []).append(f"token {name}")
            for agent, issuer in db.execute("SELECT agent, issuer FROM identity ORDER BY issuer"):
                ways.setdefault(agent, []).append(issuer)
            shut = {agent for (agent,) in db.execute("SELECT agent FROM disabled")}
        return tuple(
            (agent, "disabled" if agent in shut else ", ".join(ways.get(agent, [])))
            for agent in sorted(ways.keys() | shut)
        )

    # -- tokens and identities ----------------------------------------------------------------

    def make_token(self, agent: str, name: str, days: int = 90) -> str:
        """A new token for programs that write as `agent`; it is shown once and not kept."""
        token = TOKEN_PREFIX + secrets.token_urlsafe(32)
        expires = _text(_now() + timedelta(days=days))
        with self._open() as db:
            try:
                db.execute(
                    "INSERT INTO token VALUES (?,?,?,?)", (_digest(token), agent, name, expires)
                )
            except sqlite3.IntegrityError as error:
                raise UsageError(
                    f"{agent} has a token {name!r} already; drop it first, or choose another name"
                ) from error
            _note(db, agent, f"token {name} made")
        return token

    def drop_token(self, agent: str, name: str) -> None:
        """Make a token worthless. Raises UsageError where there is none of that name."""
        with self._open() as db:
            gone = db.execute("DELETE FROM token WHERE agent = ? AND name = ?", (agent, name))
            if not gone.rowcount:
                raise UsageError(
                    f"{agent} has no token {name!r}; `ldn-graph account list` lists them"
                )
            _note(db, agent, f"token {name} dropped")

    def agent_of_token(self, token: str) -> str | None:
        """Whose token it is, while it is valid."""
        with self._open() as db:
            row = db.execute(
                "SELECT agent FROM token WHERE digest = ? AND expires > ?",
                (_digest(token), _text(_now())),
            ).fetchone()
        return None if row is None or self.is_disabled(row[0]) else str(row[0])

    def link(self, issuer: str, subject: str, agent: str) -> None:
        """Let the one whom the OpenID provider `issuer` calls `subject` sign in as `agent`."""
        with self._open() as db:
            db.execute("REPLACE INTO identity VALUES (?, ?, ?)", (issuer, subject, agent))
            _note(db, agent, f"linked to {subject} of {issuer}")

    def agent_of_identity(self, issuer: str, subject: str) -> str | None:
        """Who may sign in as the provider's `subject`."""
        with self._open() as db:
            row = db.execute(
                "SELECT agent FROM identity WHERE issuer = ? AND subject = ?", (issuer, subject)
            ).fetchone()
        return None if row is None else str(row[0])

    # -- sessions -----------------------------------------------------------------------------

    def begin(self, agent: str, how: str, address: str) -> str:
        """Begin a session; the text is what the browser keeps. Raises UsageError if disabled."""
        if self.is_disabled(agent):
            raise UsageError(f"the account of {agent} is disabled; ask an admin")
        secret, now = secrets.token_urlsafe(32), _text(_now())
        with self._open() as db:
            db.execute(
                "INSERT INTO session VALUES (?,?,?,?,?)",
                (_digest(secret), agent, secrets.token_urlsafe(32), now, now),
            )
            _note(db, agent, f"signed in with {how}", address)
        return secret

    def session(self, secret: str) -> Session | None:
        """The session that a browser shows, while it lasts."""
        try:
            return self._used(secret)
        except FileError:  # nothing can be written: who is signed in stays so
            return self._unused(secret)

    def _used(self, secret: str) -> Session | None:
        """The session, on record as used now."""
        now = _now()
        with self._open() as db:
            db.execute(
                "DELETE FROM session WHERE began < ? OR used < ?",
                (
                    _text(now - timedelta(days=SESSION_DAYS)),
                    _text(now - timedelta(hours=IDLE_HOURS)),
                ),
            )
            row = db.execute(
                "UPDATE session SET used = ? WHERE digest = ? RETURNING agent, csrf",
                (_text(now), _digest(secret)),
            ).fetchone()
        return None if row is None else Session(*row)

    def _unused(self, secret: str) -> Session | None:
        """The session, of a file that can't be written just now."""
        now = _now()
        oldest = _text(now - timedelta(days=SESSION_DAYS)), _text(now - timedelta(hours=IDLE_HOURS))
        try:
            db = sqlite3.connect(f"{self.path.absolute().as_uri()}?immutable=1", uri=True)
            with closing(db):
                row = db.execute(
                    "SELECT agent, csrf FROM session WHERE digest = ? AND began > ? AND used > ?",
                    (_digest(secret), *oldest),
                ).fetchone()
        except sqlite3.Error:
            return None
        return None if row is None else Session(*row)

    def end(self, secret: str, address: str = "") -> None:
        """Sign out."""
        with self._open() as db:
            row = db.execute(
                "DELETE FROM session WHERE digest = ? RETURNING agent", (_digest(secret),)
            ).fetchone()
            if row:
                _note(db, row[0], "signed out", address)

    def delete(self, agent: str) -> None:
        """Take away all that is kept of `agent` as one who signs in: password, tokens, identities,
        sessions, and the lines of the audit but for one that says so."""
        tables = ("password", "disabled", "token", "identity", "session", "audit")
        with self._open() as db:
            db.execute("PRAGMA secure_delete = ON")  # or it stays readable in the file
            for table in tables:
                db.execute(f"DELETE FROM {table} WHERE agent = ?", (agent,))  # noqa: S608 (ours)
            _note(db, agent, "account deleted")
        with self._open() as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    # -- audit --------------------------------------------------------------------------------

    def failed(self, agent: str, how: str, address: str) -> None:
        """Note that somebody tried to sign in as `agent` and could not."""
        with self._open() as db:
            _note(db, agent[:100], f"{_FAILED} {how}", address)
            db.execute(
                "DELETE FROM audit WHERE what LIKE ? AND rowid <= (SELECT rowid FROM audit "
                "WHERE what LIKE ? ORDER BY rowid DESC LIMIT 1 OFFSET ?)",
                (f"{_FAILED}%", f"{_FAILED}%", FAILURES),
            )

    def audit(self, limit: int = 1000) -> tuple[Deed, ...]:
        """The last deeds, newest first."""
        with self._open() as db:
            rows = db.execute(
                "SELECT at, agent, what, address FROM audit ORDER BY rowid DESC LIMIT ?", (limit,)
            ).fetchall()
        return tuple(Deed(datetime.fromisoformat(at), *rest) for at, *rest in rows)

    def signing_key(self) -> str:
        """What cookies are signed with; made once."""
        with self._open() as db:
            db.execute(
                "INSERT OR IGNORE INTO setting VALUES ('signing-key', ?)", (secrets.token_hex(32),)
            )
            row = db.execute("SELECT value FROM setting WHERE name = 'signing-key'").fetchone()
        return str(row[0])

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A transaction. Raises DiskFull or Unwritable where the file can't be written."""
        try:
            with closing(sqlite3.connect(self.path, timeout=10)) as db, db:
                yield db
        except sqlite3.OperationalError as error:
            full = errno.ENOSPC if "full" in str(error) else errno.EROFS
            raise Unwritable.of(self.path.name, OSError(full, str(error))) from error


def _note(db: sqlite3.Connection, agent: str, what: str, address: str = "") -> None:
    oldest = _text(_now() - timedelta(days=ADDRESS_DAYS))
    db.execute("UPDATE audit SET address = '' WHERE at < ? AND address != ''", (oldest,))
    db.execute("INSERT INTO audit VALUES (?, ?, ?, ?)", (_text(_now()), agent, what, address))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _now() -> datetime:
    return datetime.now(UTC)


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
