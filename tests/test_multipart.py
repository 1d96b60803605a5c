"""The parts of a body of several graphs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ldn_graph.errors import LdnError
from ldn_graph.web.sparql.endpoint import parts

KIND = 'multipart/form-data; boundary="-x"'
CONTENT = st.lists(
    st.one_of(st.binary(max_size=40), st.text(max_size=40).map(str.encode))
    .filter(lambda c: b"---x" not in c),
    max_size=4,
    min_size=1,
)  # fmt: skip


def body(contents: list[bytes], kind: str = "") -> bytes:
    head = f"Content-Disposition: form-data; name=g{kind}\r\n\r\n".encode()
    return b"".join(b"---x\r\n%b%b\r\n" % (head, c) for c in contents) + b"---x--\r\n"


@given(CONTENT)
def test_each_part_is_what_was_sent_byte_for_byte(contents: list[bytes]) -> None:
    assert parts(KIND, body(contents)) == [("text/turtle", c) for c in contents]


@pytest.mark.parametrize("charset", ["punycode", "utf-7", "idna", "nonsense", "rot13"])
def test_no_part_chooses_a_decoder(charset: str) -> None:
    content = "ä".encode() * 10
    kind = f"\r\nContent-Type: text/turtle; charset={charset}"
    assert parts(KIND, body([content], kind)) == [("text/turtle", content)]


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        (KIND, b""),
        (KIND, b"no boundary"),
        (KIND, b"---x\r\n\r\nno end"),
        ("multipart/form-data", body([b"a"])),
        (KIND, body([b"a"] * 101)),
        (KIND, body([b"--y\r\n\r\na\r\n--y--"], "\r\nContent-Type: multipart/mixed; boundary=y")),
        (KIND, body([b"Subject: a\r\n\r\nb"], "\r\nContent-Type: message/rfc822")),
    ],
)
def test_what_is_no_list_of_graphs_is_refused_in_words(kind: str, sent: bytes) -> None:
    with pytest.raises(LdnError) as refused:
        parts(kind, sent)
    assert refused.value.status in (400, 415) and ";" in str(refused.value)
