"""Content negotiation: what a client takes, by its Accept headers (RFC 9110, 12.5)."""

import re
from collections.abc import Iterable
from functools import lru_cache

import mimeparse
from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import Receive, Scope, Send

#: Entries of a list; a comma within quotes is none between entries.
_ENTRY = re.compile(r'(?:[^,"]|"(?:\\.|[^"\\])*"?)+')
_PAGE = ("text/html", "application/xhtml+xml")
_DATA = ("application/problem+json", "application/json")

#: Type, subtype and parameters with `q`.
Range = tuple[str, str, dict[str, str]]


def ranges(header: str, *, named: bool = False) -> list[Range]:
    """The media ranges of a header, where none is any; what can't be read is left out.

    `named`: only those that name a media type in full.

    >>> [f"{kind}/{subtype}" for kind, subtype, _ in ranges("Text/HTML;level=1, nonsense, */*")]
    ['text/html', '*/*']
    """
    found = []
    for entry in _ENTRY.findall(header.lower()) if header.strip() else ["*/*"]:
        try:
            found.append(mimeparse.parse_media_range(entry.strip()))
        except mimeparse.MimeTypeParseException:
            continue
    return [r for r in found if not named or "*" not in r[:2]]


def best(types: Iterable[str], header: str, *, named: bool = False) -> tuple[str, float]:
    """The media type that a header would rather have, and how gladly, from 0 to 1.

    Empty and 0 where it takes none. Of equals one that is named comes first, then the first.

    >>> best(["text/csv", "text/html"], "text/html, */*")
    ('text/html', 1.0)
    """
    there = ranges(header, named=named)
    found, most = "", (0.0, 0.0)
    for name in types:
        weight = mimeparse.quality_and_fitness_parsed(name, there)
        if weight[0] and weight > most:
            found, most = name, weight
    return found, most[0]


def wants_page(header: str, others: Iterable[str] = _DATA) -> bool:
    """Whether a person asks, with a browser: it names a page, as gladly as any of `others`.

    >>> wants_page("text/html,*/*;q=0.8"), wants_page("text/html;q=0"), wants_page("*/*")
    (True, False, False)
    """
    gladly = best(_PAGE, header, named=True)[1]
    return gladly > 0 and gladly >= best(others, header)[1]


def wants_problem(header: str) -> bool:
    """Whether problem details can be read: JSON is named."""
    return bool(best(_DATA, header, named=True)[0])


@lru_cache(maxsize=64)
def takes_gzip(header: str) -> bool:
    """Whether an Accept-Encoding header takes gzip.

    >>> [takes_gzip(h) for h in ("br, GZip;q=0.5", "gzip;q=0, *", "*;q=0, gzip", "*", "x-gzip", "")]
    [True, False, True, True, False, False]
    """
    # a coding is read as a media type whose halves are the same
    listed = re.sub(r"(^|,)\s*([^,;\s]+)", r"\1\2/\2", header)
    return bool(listed.strip() and best(["gzip/gzip"], listed)[0])


_NAME = b"accept-encoding"


class Compressed(GZipMiddleware):
    """Starlette's, which looks for the word gzip alone: `gzip;q=0` would be compressed too."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            given = ",".join(Headers(scope=scope).getlist("accept-encoding"))
            if given and not takes_gzip(given):
                scope = {**scope, "headers": [h for h in scope["headers"] if h[0] != _NAME]}
        await super().__call__(scope, receive, send)
