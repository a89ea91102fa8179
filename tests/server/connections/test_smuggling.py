"""Requests that two readers could cut in different places, and false names of the host."""

from __future__ import annotations

import json

import pytest

from tests.server.conftest import Site

START = b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
NOTE = json.dumps({"query": 'mutation { note(text: "x") }'}).encode()
HIDDEN = START + b"Content-Length: %d\r\n\r\n%s" % (len(NOTE), NOTE)


AMBIGUOUS: dict[str, bytes] = {
    "a length before chunks": b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" % (5 + len(HIDDEN)),
    "chunks before a length": b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
    "two lengths": b"Content-Length: 0\r\nContent-Length: %d\r\n\r\n" % len(HIDDEN),
    "a list of lengths": b"Content-Length: 0, %d\r\n\r\n" % len(HIDDEN),
    "a length with a sign": b"Content-Length: +0\r\n\r\n",
    "a length with a space before its colon": b"Content-Length : 0\r\n\r\n",
    "chunks that are spelt otherwise": b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunks of what is compressed": b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "chunks that are not last": b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "chunks named in a folded line": b"X: a\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a chunk size with a sign": b"Transfer-Encoding: chunked\r\n\r\n+0\r\n\r\n",
    "a chunk size with a prefix": b"Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n",
    "a bare line feed after the size": b"Transfer-Encoding: chunked\r\n\r\n0\n\n",
}


@pytest.mark.parametrize("name", AMBIGUOUS)
async def test_what_has_two_lengths_is_refused_and_nothing_behind_it_runs(site: Site, name: str) -> None:
    site.stage.gate.set()

    answer = await site.raw(START + AMBIGUOUS[name] + HIDDEN)

    assert (answer.status, answer.code) == (400, "BAD_REQUEST")
    # What was read is all there is: `raw` reads until the server has closed the connection.
    assert answer.headers["connection"] == "close"
    assert answer.body.count(b"HTTP/1.1") == 0
    assert site.stage.notes == []


async def test_the_hidden_request_is_one_that_would_run(site: Site) -> None:
    site.stage.gate.set()

    await site.raw(HIDDEN.replace(b"Host: localhost", b"Host: localhost\r\nConnection: close"))

    assert site.stage.notes == ["x"]


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Original-URL"])
@pytest.mark.parametrize("query", ["{ hello }", "{ nope }"])
async def test_a_false_host_appears_in_no_answer(site: Site, header: str, query: str) -> None:
    answer = await site.post({"query": query}, **{header.replace("-", "_"): "evil.test"})

    assert b"evil.test" not in answer.body
    assert "evil.test" not in json.dumps(answer.headers)
