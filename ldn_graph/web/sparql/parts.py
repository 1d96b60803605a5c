"""The parts of a multipart body."""

from collections.abc import Mapping

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser

from ldn_graph.errors import UsageError

#: More parts than these are no upload but an attack.
_MOST = 100

Part = tuple[Mapping[str, str], bytes]


class _Parts:
    """Collects what the parser finds, piece by piece."""

    def __init__(self) -> None:
        self.found: list[Part] = []
        self._headers: dict[str, str] = {}
        self._name = self._value = self._content = b""

    def begin(self) -> None:
        self._headers, self._content = {}, b""
        if len(self.found) >= _MOST:
            raise UsageError(f"the body has more than {_MOST} parts; send fewer")

    def name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def header(self) -> None:
        self._headers[self._name.decode("latin-1").lower()] = self._value.decode("latin-1")
        self._name = self._value = b""

    def content(self, data: bytes, start: int, end: int) -> None:
        self._content += data[start:end]

    def end(self) -> None:
        self.found.append((self._headers, self._content))


def parts(body: bytes, boundary: bytes) -> list[Part]:
    """Each part's headers, names in small letters, and its content. Raises UsageError.

    >>> parts(b"--x\\r\\nContent-Type: text/csv\\r\\n\\r\\na,b\\r\\n--x--", b"x")
    [({'content-type': 'text/csv'}, b'a,b')]
    """
    found = _Parts()
    parser = MultipartParser(
        boundary,
        {
            "on_part_begin": found.begin,
            "on_header_field": found.name,
            "on_header_value": found.value,
            "on_header_end": found.header,
            "on_part_data": found.content,
            "on_part_end": found.end,
        },
    )
    try:
        parser.write(body)
        parser.finalize()
    except MultipartParseError as error:
        raise UsageError(f"the multipart body can't be read ({error}); mend it") from error
    return found.found
