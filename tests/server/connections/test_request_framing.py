"""Where a request ends does not depend on how its bytes arrive."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.server.connections.request_framing import BadFraming, Body, read_head
from gateway.server.http.rejection import Refused

BEHIND = b"POST /behind HTTP/1.1\r\n"
CHUNKED = b'5;a=b\r\nhello\r\n0a;c="d \\\\;"\r\n0123456789\r\n0\r\nX: y\r\n\r\n'
BODIES: dict[str, tuple[int | None, bytes]] = {
    "none": (0, b""),
    "a length": (len(CHUNKED), CHUNKED),
    "chunks": (None, CHUNKED),
    "no chunk": (None, b"0\r\n\r\n"),
}
BROKEN = [
    b"+5\r\n",
    b"0x5\r\n",
    b"5\n",
    b" 5\r\n",
    b"5 5\r\n",
    b"5 \r\n",
    b"5;\r\n",
    b"5;a b\r\n",
    b'5;a="\r\n',
    b"5;a=\x00\r\n",
    b"\r\n",
    b"5\r\nhelloX\r\n",
    b"0\r\nX y: z\r\n",
    b"0\r\nX\r\n",
    b"0\r\n: y\r\n",
    b"0\r\nX: a\rY: b\r\n",
    b"0\r\nX: \x00\r\n",
]


@pytest.mark.parametrize("name", BODIES)
@given(cuts=st.lists(st.integers(0, 60), max_size=8))
def test_a_body_ends_in_the_same_place_however_it_is_cut(name: str, cuts: list[int]) -> None:
    length, content = BODIES[name]
    sent = content + BEHIND
    body, taken = Body(length), 0
    places = sorted({0, *(min(cut, len(sent)) for cut in cuts), len(sent)})

    for start, end in itertools.pairwise(places):
        whole = body.complete
        taken += body.take(sent[start:end])
        assert not whole or taken == len(content)

    assert body.complete
    assert taken == body.received == len(content)


@pytest.mark.parametrize("content", BROKEN)
@given(cut=st.integers(0, 12))
def test_what_is_no_chunk_is_refused_however_it_is_cut(content: bytes, cut: int) -> None:
    body = Body(None)

    def take() -> None:
        body.take(content[:cut])
        body.take(content[cut:])

    with pytest.raises(BadFraming):
        take()


@given(end=st.integers(0, 400))
def test_a_head_is_read_when_its_last_byte_is_there(end: int) -> None:
    head = b"POST /graphql?a=b HTTP/1.1\r\nHost: localhost\r\nUpgrade: h2c\r\nContent-Length: 7\r\n\r\n"
    found = read_head((head + BEHIND * 20)[:end])

    assert (found is None) == (end < len(head))
    if found is not None:
        assert (found.size, found.length) == (len(head), 7)
        assert found.content == head.replace(b"Upgrade: h2c\r\n", b"")


@pytest.mark.parametrize("empty", [0, 2, 5])
@pytest.mark.parametrize("line", [b"GET / HTTP/1.1", b"GET /", b"GET / HTTP/1.1\r\nA: b\n"])
def test_a_head_that_comes_byte_by_byte_is_read_like_one_that_comes_at_once(line: bytes, empty: int) -> None:
    sent = b"\r\n" * empty + line + b"\r\nHost: a\r\n\r\n"

    def at_once() -> object:
        return read_head(sent)

    def bytewise() -> object:
        heads = (read_head(sent[:size], size - 1) for size in range(1, len(sent) + 1))
        return next(head for head in heads if head is not None)

    assert outcome(bytewise) == outcome(at_once)


def outcome(read: Callable[[], object]) -> object:
    try:
        return read()
    except Refused as refused:
        return refused.body
