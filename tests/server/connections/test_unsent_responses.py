"""Clients that do not take their answers: what waits for them is bounded, holds a place, and ends."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from gateway.server.connections.listener import ClientLimits
from tests.patience import PATIENCE
from tests.server.conftest import Serve, Site
from tests.server.sockets import data, opened, receive, subscribe

SIZE = 12_000_000
RECEIVED = 4096
UNREAD_SECONDS = 0.3
# More than what the kernel waits for before it takes more.
PORTION = 200_000


def big(size: int) -> str:
    return f"{{ big(size: {size}) }}"


def asking(query: str, *headers: str) -> bytes:
    body = json.dumps({"query": query}).encode()
    lines = ["POST /graphql HTTP/1.1", "Host: localhost", "Content-Type: application/json", *headers]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


@asynccontextmanager
async def raw(site: Site, sent: bytes) -> AsyncIterator[socket.socket]:
    """A connection of a client whose kernel takes little, and which has sent these bytes."""
    loop = asyncio.get_running_loop()
    connected = socket.socket()
    try:
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVED)
        connected.setblocking(False)
        await loop.sock_connect(connected, ("127.0.0.1", site.listening.port))
        await loop.sock_sendall(connected, sent)
        yield connected
    finally:
        connected.close()


async def rest(connected: socket.socket) -> int:
    """How many bytes still come until the connection ends."""
    loop, received = asyncio.get_running_loop(), 0
    async with asyncio.timeout(PATIENCE):
        try:
            while some := await loop.sock_recv(connected, 1_000_000):
                received += len(some)
        except ConnectionError:
            pass
    return received


async def until(site: Site, condition: Callable[[], bool]) -> None:
    """Wait until a condition holds, while another client is served."""
    async with asyncio.timeout(PATIENCE):
        while not condition():
            assert (await site.post({"query": "{ hello }"})).status == 200


async def running(site: Site, number: int) -> None:
    """Wait until so many requests run."""
    await until(site, lambda: site.admission.running == number)


async def test_a_client_that_takes_nothing_is_let_go(serve: Serve) -> None:
    site = await serve(client_limits=ClientLimits(unread=UNREAD_SECONDS))
    async with raw(site, asking(big(SIZE))) as connected:
        await running(site, 1)
        await running(site, 0)

        assert await rest(connected) < SIZE


async def test_a_request_runs_until_its_answer_is_taken(serve: Serve) -> None:
    site = await serve()
    async with raw(site, asking(big(SIZE), "Connection: close")) as connected:
        await asyncio.get_running_loop().sock_recv(connected, 10)

        assert site.admission.running == 1
        assert await rest(connected) > SIZE - 10
        assert site.admission.running == 0


async def test_a_client_that_takes_a_little_now_and_then_gets_all_of_it(serve: Serve) -> None:
    # Each pause is a small part of what may pass without a byte, and all of them are more.
    seconds = 2.0
    site = await serve(client_limits=ClientLimits(unread=seconds))
    loop, size, received, portion = asyncio.get_running_loop(), 10 * PORTION, 0, PORTION
    began = loop.time()
    async with raw(site, asking(big(size), "Connection: close")) as connected:
        while some := await loop.sock_recv(connected, 100_000):
            received += len(some)
            if received < portion:
                continue
            portion += PORTION
            turn = asyncio.Event()
            loop.call_later(seconds / 8, turn.set)
            await turn.wait()

    assert received > size
    assert loop.time() - began > seconds


async def test_a_client_that_reads_is_served_while_others_do_not(serve: Serve) -> None:
    site = await serve(client_limits=ClientLimits(max_unread=2 * SIZE))
    async with raw(site, asking(big(SIZE))) as first:
        await running(site, 1)
        async with raw(site, asking(big(SIZE))):
            await running(site, 2)
            async with raw(site, asking(big(SIZE))):
                # All of them together are more than may wait.
                assert await rest(first) < SIZE

                answer = await site.post({"query": big(SIZE)})

    assert len(answer.json["data"]["big"]) == SIZE


async def test_answers_to_requests_sent_ahead_are_not_written_before_those_before_them_are_taken(serve: Serve) -> None:
    site = await serve()
    async with raw(site, asking(big(SIZE)) * 5) as connected:
        await running(site, 1)
        await site.post({"query": "{ hello }"})
        [connection] = [each for each in site.listening.runner.server.connections if each.written]

        assert connection.written < 2 * SIZE
        connected.close()
        async with asyncio.timeout(PATIENCE):
            await connection.lost()


@pytest.mark.parametrize("accept", ["text/event-stream", "multipart/mixed;subscriptionSpec=1.0"])
@pytest.mark.parametrize("query", [big(SIZE), "subscription { flood(size: 1000) }"])
async def test_a_stream_that_nobody_reads_ends(serve: Serve, accept: str, query: str) -> None:
    site = await serve(client_limits=ClientLimits(unread=UNREAD_SECONDS))
    async with raw(site, asking(query, f"Accept: {accept}")) as connected:
        await until(site, lambda: len(site.view.open_ended) == 1)
        await until(site, lambda: len(site.view.open_ended) == 0)

        assert await rest(connected) < SIZE


async def test_a_socket_that_takes_nothing_is_let_go(serve: Serve) -> None:
    site = await serve(client_limits=ClientLimits(unread=UNREAD_SECONDS))
    async with site.connect(max_msg_size=0) as taking:
        await opened(taking)
        async with site.connect(max_msg_size=0) as unread:
            await opened(unread)
            for id in ("1", "2"):
                await unread.send_json(subscribe(big(SIZE), id))
            await until(site, lambda: len(site.view.open_ended) == 1)

        await taking.send_json(subscribe("{ hello }"))
        assert data(await receive(taking)) == {"hello": "Hello, world"}


async def test_messages_that_wait_for_sockets_count_with_what_is_written(serve: Serve) -> None:
    site = await serve(client_limits=ClientLimits(max_unread=2 * SIZE))
    async with site.connect(max_msg_size=0) as first, site.connect(max_msg_size=0) as second:
        for each in (first, second):
            await opened(each)
            for id in ("1", "2"):
                await each.send_json(subscribe(big(SIZE * 2 // 3), id))
        await until(site, lambda: len(site.view.open_ended) == 1)

        assert site.admission.running == 0


async def test_what_is_closed_with_bytes_that_wait_is_let_go_too(serve: Serve) -> None:
    site = await serve(client_limits=ClientLimits(unread=UNREAD_SECONDS))
    async with raw(site, asking(big(SIZE), "Connection: close")):
        await running(site, 1)
        [connection] = [each for each in site.listening.runner.server.connections if each.written]
        connection.force_close()

        async with asyncio.timeout(PATIENCE):
            await connection.lost()
