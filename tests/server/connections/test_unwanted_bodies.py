"""A body that is refused is not read without end, and a client that sends all of it first still sees the answer."""

from __future__ import annotations

import asyncio
import gc
import gzip
import json
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from aiohttp import StreamReader, web

from gateway.server.connections.listener import CLIENT_LIMITS, ClientLimits, Listening, listen
from gateway.server.connections.request_reader import MAX_UNWANTED
from tests.patience import PATIENCE
from tests.server.conftest import Serve

uvloop = pytest.importorskip("uvloop", reason="there is none on Windows")

START = b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
BLOCK = 256 * 1024
UNWANTED_SECONDS = 0.5
# What the kernel keeps on its way, at both ends.
BUFFERED = 12 * 1024 * 1024

Run = Callable[[Coroutine[Any, Any, Any]], Any]


@pytest.fixture(params=[asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Run:
    return request.param


async def refusing() -> Listening:
    async def refused(_: web.Request) -> web.Response:
        return web.json_response({"errors": []}, status=413, headers={"Connection": "close"})

    app = web.Application()
    app[CLIENT_LIMITS] = ClientLimits(unwanted=UNWANTED_SECONDS)
    app.router.add_post("/graphql", refused)
    return await listen(app, "127.0.0.1", 0)


async def sent_until_closed(framing: bytes, block: bytes) -> tuple[bytes, int]:
    """The first line of the answer, and how many bytes could be sent in blocks until the connection was closed."""
    listening = await refusing()
    sent = 0
    try:
        reader, writer = await asyncio.open_connection(listening.host, listening.port)
        writer.write(START + framing + b"\r\n\r\n")
        async with asyncio.timeout(PATIENCE):
            status = await reader.readline()
            try:
                while sent < 100 * BUFFERED:
                    writer.write(block)
                    await writer.drain()
                    sent += len(block)
            except ConnectionError:
                pass
        writer.close()
    finally:
        await listening.close()
    return status, sent


@pytest.mark.parametrize(
    ("framing", "block"),
    [
        (b"Content-Length: 99999999999", b" " * BLOCK),
        (b"Transfer-Encoding: chunked", b"%x\r\n%s\r\n" % (BLOCK, b" " * BLOCK)),
    ],
    ids=["length", "chunks"],
)
def test_no_more_than_so_much_is_read_after_the_answer(run: Run, framing: bytes, block: bytes) -> None:
    status, sent = run(sent_until_closed(framing, block))

    assert status.startswith(b"HTTP/1.1 413 ")
    assert sent < MAX_UNWANTED + BUFFERED


async def test_a_client_that_sends_everything_first_sees_the_answer(serve: Serve) -> None:
    site = await serve(client_limits=ClientLimits(unwanted=UNWANTED_SECONDS), gateway_max_request=BLOCK)
    body = b" " * (BLOCK + 600 * 1024)

    for framing in (
        b"Content-Length: %d\r\n\r\n%s" % (len(body), body),
        b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body),
    ):
        answer = await site.raw(START + framing)

        assert (answer.status, answer.code) == (413, "PAYLOAD_TOO_LARGE")


async def test_what_is_small_only_until_it_is_decompressed_is_not_read_either(serve: Serve) -> None:
    site = await serve(client_limits=ClientLimits(unwanted=UNWANTED_SECONDS))
    bomb = gzip.compress(b" " * 100 * MAX_UNWANTED)
    head = START + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)

    reader, writer = await asyncio.open_connection("127.0.0.1", site.listening.port)
    writer.write(head + bomb)
    async with asyncio.timeout(PATIENCE):
        status = await reader.readline()
        contents = [each for each in gc.get_objects() if isinstance(each, StreamReader) and each.total_bytes]
        await reader.read()
    writer.close()

    assert status.split()[1] == b"413"
    # Nothing outside tells how much was decompressed.
    assert contents
    assert all(each.total_bytes < 4 * MAX_UNWANTED for each in contents)


async def test_a_connection_is_kept_when_the_rest_of_a_refused_body_is_short(serve: Serve) -> None:
    site = await serve()
    body = json.dumps({"query": "{ hello }"}).encode()
    text = START.replace(b"application/json", b"text/plain") + b"Content-Length: 100000\r\n\r\n"
    asked = START + b"Connection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)

    reader, writer = await asyncio.open_connection("127.0.0.1", site.listening.port)
    writer.write(text)
    async with asyncio.timeout(PATIENCE):
        refused = await reader.readuntil(b"\r\n\r\n")
        writer.write(b" " * 100_000 + asked)
        rest = await reader.read()
    writer.close()

    assert refused.split()[1] == b"415"
    assert b"HTTP/1.1 200 OK" in rest
    assert b"Hello, world" in rest
