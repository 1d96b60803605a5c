"""Bibliographic records that somebody pasted or uploaded, and the sources in them."""

from ldn_graph.errors import UsageError
from ldn_graph.exchange.bibliography import Found, found_in

#: A record of a bibliography is a few kilobytes.
LONGEST = 2_000_000


def found_of(record: bytes, seen_in: str) -> Found:
    """The publications of a file or pasted text, whose format is told by what is in it.

    Raises UsageError for a very long one, BadFile for another format, DataError for one that is
    broken.
    """
    if len(record) > LONGEST:
        raise UsageError(f"a record file has up to {LONGEST:,} bytes; send fewer at a time")
    return found_in(record, "record", seen_in)
