"""What can go wrong, as one tree. Every message names the thing, the place and the remedy.

    LdnError                 exit 1, HTTP 500
    ├── UsageError           exit 2, HTTP 400   the command or call is off
    │   ├── UnknownName      exit 2, HTTP 404   no such claim, entity, source or query
    │   ├── BadParameter     exit 2, HTTP 400   a parameter is unknown or has the wrong type
    │   ├── BadQuery         exit 2, HTTP 400   SPARQL that can't be parsed or is not allowed
    │   ├── FailedChecks     exit 2, HTTP 422   the checks find an error in a claim, or a warning
    │   ├── BadFile          exit 2, HTTP 422   a file that was given can't be taken as it is
    │   │   └── TooLarge     exit 2, HTTP 413   it is larger, or takes longer, than is allowed
    │   ├── NotSignedIn      exit 2, HTTP 401   nobody is named who does it
    │   └── NotAllowed       exit 2, HTTP 403   whoever is named may not do it
    ├── DataError            exit 3, HTTP 500   the corpus's files are wrong
    ├── StoreError           exit 4, HTTP 503   a store or endpoint can't be reached or opened
    ├── FileError            exit 5, HTTP 500   a path is missing or can't be read
    │   ├── Unwritable       exit 5, HTTP 503   it can't be written just now: read-only, or in use
    │   └── DiskFull         exit 5, HTTP 507   there is no room left on its disk
    ├── MissingExtra         exit 6, HTTP 501   an optional package is not installed
    └── Conflict             exit 7, HTTP 409   somebody else changed the record meanwhile

Exit code 1 alone (no error) means that `ldn-graph check` found problems.
"""

import errno
from collections.abc import Iterable
from difflib import get_close_matches
from importlib.util import find_spec

#: Extra → the modules that it brings and a base install lacks.
EXTRAS = {
    "curate": (
        *("docx", "fastobo", "lxml", "openpyxl", "pybtex", "pylatexenc", "pypdfium2"),
        "rapidfuzz",
    ),
    "figures": ("matplotlib", "resvg_py"),
    "notebook": ("pandas",),
    "serve": (
        *("anyio", "argon2", "authlib", "cachetools", "fastapi", "limits", "mimeparse", "numpy"),
        *("prometheus_client", "starlette", "structlog", "uvicorn"),
        *("watchfiles", "zxcvbn"),
    ),
    "suggest": ("spacy",),
}


class LdnError(Exception):
    """Root of the tree; its text is shown to the user as it is, without a traceback."""

    exit_code = 1
    status = 500


class UsageError(LdnError):
    exit_code = 2
    status = 400


class UnknownName(UsageError):
    status = 404

    @classmethod
    def among(cls, what: str, name: str, known: Iterable[str], *, see: str = "") -> "UnknownName":
        """The error for a `name` that is not `known`, with the nearest known names as remedy."""
        return cls(f"unknown {what} {name!r}{nearest(name, known, see=see)}")


class BadParameter(UsageError):
    pass


class BadQuery(UsageError):
    pass


class FailedChecks(UsageError):
    """A claim that can't be handed in or accepted as it is; `problems` holds a line for each error,
    or for each warning that nobody gave a reason for."""

    status = 422

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class BadFile(UsageError):
    """A file that a user gave; `problems` holds a line for each thing that is wrong with it."""

    status = 422

    def __init__(self, *problems: str) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class TooLarge(BadFile):
    status = 413


class NotSignedIn(UsageError):
    status = 401


class NotAllowed(UsageError):
    status = 403


class DataError(LdnError):
    """One or more problems in the corpus's files; `problems` holds a line for each."""

    exit_code = 3

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class StoreError(LdnError):
    exit_code = 4
    status = 503


class FileError(LdnError):
    exit_code = 5


class Unwritable(FileError):
    status = 503

    @classmethod
    def of(cls, path: object, error: OSError, *, undone: str = "") -> "FileError":
        """The error for a path that can't be written, told by what the system says; `undone`: what
        was not done because of it.

        >>> full = Unwritable.of("x", OSError(28, "No space left on device"))
        >>> print(type(full).__name__, full)
        DiskFull x: can't be written (No space left on device); free some space
        """
        told = f"{path}: can't be written ({error.strerror or error}){undone}"
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            return DiskFull(f"{told}; free some space")
        return cls(f"{told}; choose a folder that you may write to, or make this one writable")


class DiskFull(FileError):
    status = 507


class MissingExtra(LdnError):
    exit_code = 6
    status = 501

    @classmethod
    def of(cls, module: str, what: str = "this") -> "MissingExtra | None":
        """The error where `what` lacks `module`; None if no extra brings that.

        >>> str(MissingExtra.of("spacy.tokens", "suggest"))
        "suggest needs spacy, which is not installed; pip install 'ldn-graph[suggest]'"
        """
        name = module.partition(".")[0]
        extra = next((extra for extra, modules in EXTRAS.items() if name in modules), None)
        if extra is None:
            return None
        return cls(f"{what} needs {name}, which is not installed; pip install 'ldn-graph[{extra}]'")


class Conflict(LdnError):
    """The record is not what the editor saw; `kept` is where the editor's version lies."""

    exit_code = 7
    status = 409

    def __init__(self, message: str, *, kept: str | None = None) -> None:
        self.kept = kept
        super().__init__(message)


def nearest(name: str, known: Iterable[str], *, see: str = "") -> str:
    """The remedy that closes an unknown-name message.

    >>> nearest("TLR-4", ["toll-like-receptor-4", "tlr-4", "brain"])
    "; did you mean 'tlr-4'?"
    >>> nearest("mesh", ["MESH", "MONDO"])
    "; did you mean 'MESH'?"
    >>> nearest("zzz", ["brain"], see="ldn-graph queries")
    '; `ldn-graph queries` lists what there is'
    """
    names = {n.lower(): n for n in sorted(known, reverse=True)}
    wanted = name.lower()
    close = [names[n] for n in get_close_matches(wanted, sorted(names), n=3, cutoff=0.6)]
    close = close or [names[n] for n in sorted(names) if n and (wanted in n or n in wanted)][:3]
    if close:
        return f"; did you mean {' or '.join(map(repr, close))}?"
    return f"; `{see}` lists what there is" if see else ""


def require(module: str, what: str) -> None:
    """Raises MissingExtra where `what` needs a module of an extra that is not installed.

    >>> require("json", "this")
    """
    if find_spec(module) is None:
        raise MissingExtra.of(module, what) or ModuleNotFoundError(name=module)
