"""Forms that are sent: how large, in which encoding, and read where they hold nobody up.

A form is UTF-8, as every page of ours sends it. The encoding that a request names chooses a decoder
of Python's, and some of those take quadratic time.
"""

import asyncio
from collections.abc import AsyncGenerator
from email.message import Message

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, Headers
from starlette.exceptions import HTTPException
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request

from ldn_graph.errors import TooLarge

PLAIN, WITH_FILES = "application/x-www-form-urlencoded", "multipart/form-data"
#: Files that a form may bring along; no page of ours asks for more.
_FILES = 2


def demand_form(request: Request, most: int, *kinds: str) -> None:
    """Look at what a form says of itself, before any of it is read: up to `most` bytes, of a media
    type among `kinds`, UTF-8.

    Raises TooLarge, or HTTPException 415.
    """
    length = request.headers.get("content-length", "0")
    told = length.isascii() and length.isdigit() and "transfer-encoding" not in request.headers
    if not told or int(length[:15]) > most:
        raise TooLarge(
            f"{request.url.path}: a form has up to {_size(most)} here, and tells its "
            "length beforehand; send less at a time, or use `ldn-graph` on the command line"
        )
    kind, charset = _media_type(request.headers.get("content-type", PLAIN))
    if kind not in kinds:
        raise HTTPException(
            415, f"{request.url.path}: a form is sent as {' or '.join(kinds)}, not as {kind[:60]!r}"
        )
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise HTTPException(
            415, f"{request.url.path}: a form is UTF-8, not {charset[:40]!r}; leave charset out"
        )


async def read_form(request: Request, most: int) -> FormData:
    """The fields of a form that `demand_form` let pass, parsed in a thread; read once.

    Raises HTTPException 400 for one that is damaged.
    """
    if not hasattr(request.state, "fields"):
        body = await request.body()
        request.state.fields = await run_in_threadpool(_parsed, request.headers, body, most)
    fields: FormData = request.state.fields
    return fields


def sent(request: Request) -> FormData:
    """The fields of a form that has been read."""
    fields: FormData = request.state.fields
    return fields


def _parsed(headers: Headers, body: bytes, most: int) -> FormData:
    async def whole() -> AsyncGenerator[bytes, None]:
        yield body

    parser: FormParser | MultiPartParser
    if _media_type(headers.get("content-type", PLAIN))[0] == WITH_FILES:
        parser = MultiPartParser(headers, whole(), max_files=_FILES, max_part_size=most)
    else:
        parser = FormParser(headers, whole(), max_part_size=most)
    try:
        return asyncio.run(parser.parse())
    except (MultiPartException, UnicodeError, ValueError) as error:
        raise HTTPException(400, f"the form can’t be read ({error}); send it again") from error


def _media_type(header: str) -> tuple[str, str]:
    """Media type and charset of a Content-Type, in lower case.

    >>> _media_type('Multipart/Form-Data; boundary=x; charset="UTF-8"')
    ('multipart/form-data', 'utf-8')
    """
    message = Message()
    message["content-type"] = header
    charset = message.get_param("charset", "utf-8")
    # RFC 2231 lets a parameter bring an encoding of its own: none of ours does
    return message.get_content_type(), charset.lower() if isinstance(charset, str) else "?"


def _size(most: int) -> str:
    return f"{most / 2**20:.3g} MiB" if most >= 2**20 else f"{most // 2**10} KiB"
