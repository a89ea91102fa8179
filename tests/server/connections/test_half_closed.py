"""Clients that say that they will send no more: they get what they asked for, and the connection ends."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from aiohttp import web

from gateway.server.connections.listener import CLIENT_LIMITS, listen
from tests.patience import PATIENCE
from tests.server.conftest import PATIENT, Site

uvloop = pytest.importorskip("uvloop", reason="there is none on Windows")

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
Run = Callable[[Coroutine[Any, Any, Any]], Any]


@pytest.fixture(params=[asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Run:
    return request.param


async def told(sent: bytes, size: int = 10) -> bytes:
    """All that comes back for these bytes and an end."""
    gate = asyncio.Event()

    async def slow(_: web.Request) -> web.Response:
        await gate.wait()
        return web.Response(body=b"x" * size)

    async def post(request: web.Request) -> web.Response:
        try:
            return web.Response(text=await request.text())
        except Exception:
            return web.Response(text="broken", status=400)

    app = web.Application()
    app[CLIENT_LIMITS] = PATIENT
    app.router.add_get("/", slow)
    app.router.add_post("/", post)
    listening = await listen(app, "127.0.0.1", 0)
    loop = asyncio.get_running_loop()
    connected = socket.create_connection((listening.host, listening.port))
    try:
        connected.setblocking(False)
        await loop.sock_sendall(connected, sent)
        connected.shutdown(socket.SHUT_WR)
        loop.call_later(0.1, gate.set)
        received = b""
        async with asyncio.timeout(PATIENCE):
            while some := await loop.sock_recv(connected, 1_000_000):
                received += some
    finally:
        connected.close()
        await listening.close()
    return received


@pytest.mark.parametrize(
    ("sent", "answers"),
    [
        (GET, 1),
        (GET * 3, 3),
        (GET * 40, 40),
        (GET + GET[:-1], 1),
        (GET.replace(b"1.1", b"1.0"), 1),
        (GET[:-1], 0),
        (b"", 0),
    ],
    ids=["one", "three", "many", "one and a part", "HTTP/1.0", "a part", "nothing"],
)
def test_every_request_that_came_is_answered_and_then_the_connection_ends(run: Run, sent: bytes, answers: int) -> None:
    assert run(told(sent)).count(b" 200 OK") == answers


def test_a_large_answer_arrives_as_a_whole(run: Run) -> None:
    assert run(told(GET, 20_000_000)).endswith(b"x" * 20_000_000)


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 10\r\n\r\nabc",
        b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n",
    ],
    ids=["a length", "chunks", "no chunk"],
)
def test_a_body_that_ends_too_early_or_badly_is_told_so(run: Run, framing: bytes) -> None:
    received = run(told(b"POST / HTTP/1.1\r\nHost: a\r\n" + framing))

    assert b" 400 " in received
    assert received.endswith(b"broken")


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
@pytest.mark.parametrize("query", ["{ waits }", 'mutation { note(text: "done") }'])
async def test_an_operation_is_answered(site: Site, accept: str, query: str) -> None:
    body = json.dumps({"query": query}).encode()
    reader, writer = await asyncio.open_connection("127.0.0.1", site.listening.port)
    writer.write(b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n")
    writer.write(b"Accept: %s\r\nContent-Length: %d\r\n\r\n%s" % (accept.encode(), len(body), body))
    writer.write_eof()
    await site.stage.entered.wait()
    site.stage.gate.set()

    async with asyncio.timeout(PATIENCE):
        assert b"done" in await reader.read()
    writer.close()
