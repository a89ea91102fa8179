"""A request's head has so many seconds from its first byte, however its bytes arrive, under either event loop."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from aiohttp import web

from gateway.server.connections.listener import CLIENT_LIMITS, ClientLimits, Listening, listen
from tests.patience import LONG, PATIENCE

uvloop = pytest.importorskip("uvloop", reason="there is none on Windows")

HEAD_SECONDS = 0.3
PART = b"POST /gra"
GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
LENGTH = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n\r\n"
# A body that looks like the end of a head.
BODY = b"\r\n\r\nPOST /g\r"
CHUNKS = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
SOCKET = b"GET /nothing HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
LARGE = b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 700000\r\n\r\n" + b"x" * 700_000

Run = Callable[[Coroutine[Any, Any, Any]], Any]


@pytest.fixture(params=[asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Run:
    return request.param


async def served(
    handler: Callable[[web.Request], Any] | None = None, *, head: float = HEAD_SECONDS, unused: float = LONG
) -> Listening:
    async def hello(_: web.Request) -> web.Response:
        return web.Response(text="hello")

    app = web.Application()
    app[CLIENT_LIMITS] = ClientLimits(head=head, unused=unused)
    app.router.add_route("*", "/", handler or hello)
    return await listen(app, "127.0.0.1", 0)


async def talk(*parts: bytes, trickle: bytes = b"", pause: float = 0.0, **limits: float) -> tuple[bytes, float]:
    """All that comes back for these parts until the connection is closed, and after how many seconds it was.

    What is to trickle in comes behind them again and again, for as long as the connection is there.
    """
    listening = await served(**limits)
    try:
        reader, writer = await asyncio.open_connection(listening.host, listening.port)
        began = time.monotonic()
        reading = asyncio.ensure_future(reader.read())
        for part in parts:
            writer.write(part)
            if part is not parts[-1]:
                await asyncio.wait({reading}, timeout=pause)
        async with asyncio.timeout(PATIENCE):
            while trickle and not reading.done():
                writer.write(trickle)
                await asyncio.wait({reading}, timeout=pause)
            received = await reading
        taken = time.monotonic() - began
        writer.close()
    finally:
        await listening.close()
    return received, taken


def told_late(received: bytes) -> bool:
    """Whether the last answer is 408, in JSON."""
    head, _, body = received[received.rindex(b"HTTP/1.1 ") :].partition(b"\r\n\r\n")
    assert b"\r\nConnection: close" in head
    return head.startswith(b"HTTP/1.1 408 ") and json.loads(body)["errors"][0]["extensions"]["code"] == (
        "REQUEST_TIMEOUT"
    )


@pytest.mark.parametrize("sent", [PART, b"P", b"\r\n", b"\r\n\r\n", GET[:-1]])
def test_a_head_that_comes_with_the_connection_has_a_deadline(run: Run, sent: bytes) -> None:
    received, taken = run(talk(sent))

    assert told_late(received)
    assert HEAD_SECONDS * 0.9 < taken < LONG


def test_a_connection_that_says_nothing_is_closed_in_the_same_time_without_a_word(run: Run) -> None:
    received, taken = run(talk())

    assert received == b""
    assert HEAD_SECONDS * 0.9 < taken < LONG


@pytest.mark.parametrize(
    ("whole", "answers"),
    [
        (GET, 1),
        (LENGTH + BODY, 1),
        (CHUNKS, 1),
        (SOCKET, 1),
        (GET + LENGTH + BODY, 2),
        (LARGE, 1),
        (GET * 40, 40),
    ],
    ids=["bare", "length", "chunks", "upgrade", "two", "large", "many"],
)
def test_a_head_that_begins_behind_a_whole_request_has_a_deadline(run: Run, whole: bytes, answers: int) -> None:
    received, taken = run(talk(whole + PART))

    assert received.count(b"HTTP/1.1 ") == answers + 1
    assert told_late(received)
    assert taken < LONG


def test_bytes_that_trickle_in_gain_no_time(run: Run) -> None:
    received, _ = run(talk(GET + PART, trickle=b"p", pause=0.05))

    assert told_late(received)


@pytest.mark.parametrize(
    "parts",
    [
        (GET,),
        (LENGTH + BODY,),
        (LENGTH, BODY),
        (LENGTH + BODY[:-1], BODY[-1:]),
        (CHUNKS,),
        (CHUNKS[:-1], CHUNKS[-1:]),
        (GET[:10], GET[10:]),
        (GET + GET,),
        (LENGTH + BODY + b"\r\n",),
        (LENGTH + BODY, b"\r", b"\n"),
    ],
)
def test_a_connection_between_requests_has_the_time_for_that(run: Run, parts: tuple[bytes, ...]) -> None:
    received, taken = run(talk(*parts, pause=0.02, head=LONG, unused=0.15))

    assert received.count(b"HTTP/1.1 200 OK") == received.count(b"HTTP/1.1 ") == (2 if parts == (GET + GET,) else 1)
    assert 0.14 < taken < LONG


async def while_running() -> bytes:
    """What comes back when the next head begins while an answer takes longer than the head may."""
    late = asyncio.Event()

    async def slow(_: web.Request) -> web.Response:
        await late.wait()
        return web.Response(text="hello")

    listening = await served(slow)
    try:
        reader, writer = await asyncio.open_connection(listening.host, listening.port)
        writer.write(GET + PART)
        asyncio.get_running_loop().call_later(HEAD_SECONDS * 1.5, late.set)
        async with asyncio.timeout(PATIENCE):
            received = await reader.read()
        writer.close()
    finally:
        await listening.close()
    return received


def test_the_answer_before_it_is_not_cut(run: Run) -> None:
    received = run(while_running())

    assert received.startswith(b"HTTP/1.1 200 OK")
    assert told_late(received)


FOREIGN = SOCKET.replace(b"websocket", b"h2c")
LAST = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    "sent",
    [
        [SOCKET + LAST],
        [FOREIGN + LAST],
        [FOREIGN[:-2], FOREIGN[-2:] + LAST],
        [FOREIGN.replace(b"\r\n\r\n", b"\r\nContent-Length: 3\r\n\r\nabc") + LAST],
        [SOCKET.replace(b"websocket", b"websocket, h2c") + LAST],
        [GET + FOREIGN + LAST],
    ],
    ids=["socket", "foreign", "in two", "with a body", "a list", "behind another"],
)
def test_a_request_behind_a_declined_upgrade_is_answered_at_once(run: Run, sent: list[bytes]) -> None:
    received, _ = run(talk(*sent, pause=0.05, head=LONG))

    assert received.endswith(b"hello")


def test_behind_a_declined_upgrade_in_chunks_the_next_is_answered_at_once(run: Run) -> None:
    received, _ = run(
        talk(
            FOREIGN.replace(b"GET", b"POST", 1).replace(b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
            + LAST,
            head=LONG,
        )
    )

    assert received.count(b"HTTP/1.1 ") == 2
    assert received.endswith(b"hello")
