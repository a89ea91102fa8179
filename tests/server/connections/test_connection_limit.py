"""Only so many connections are open at a time, under either event loop; one more is told so, and never cut."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from gateway.server.connections.listener import CLIENT_LIMITS, Listening, listen
from tests.patience import PATIENCE
from tests.server.conftest import PATIENT

uvloop = pytest.importorskip("uvloop", reason="there is none on Windows")

MOST = 3
GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n" + b" " * 500_000
OK = b"HTTP/1.1 200 OK\r\n"

Run = Callable[[Coroutine[Any, Any, Any]], Any]
Client = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture(params=[asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Run:
    return request.param


async def hello(_: web.Request) -> web.Response:
    return web.Response(text="hello")


class Site:
    """A server with few places, and its clients."""

    def __init__(self, listening: Listening, stack: AsyncExitStack) -> None:
        self.listening = listening
        self._stack = stack

    async def client(self, address: str | None = None) -> Client:
        own = None if address is None else (address, 0)
        reader, writer = await asyncio.open_connection(self.listening.host, self.listening.port, local_addr=own)
        self._stack.callback(writer.close)
        return reader, writer

    async def idle(self, number: int) -> list[Client]:
        """Connections that say nothing, and have a place when they are the first."""
        return [await self.client() for _ in range(number)]


@asynccontextmanager
async def served(
    most: int = MOST, handler: Callable[[web.Request], Awaitable[web.Response]] = hello
) -> AsyncIterator[Site]:
    app = web.Application()
    app[CLIENT_LIMITS] = PATIENT
    app.router.add_route("*", "/", handler)
    listening = await listen(app, "127.0.0.1", 0, most=most)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(listening.close)
        yield Site(listening, stack)


async def ask(client: Client, request: bytes = GET) -> bytes:
    """The first line of the answer."""
    client[1].write(request)
    async with asyncio.timeout(PATIENCE):
        line = await client[0].readline()
        if line == OK:
            await client[0].readuntil(b"hello")
        return line


async def all_of(client: Client, request: bytes = b"") -> bytes:
    """What comes back until the connection is closed."""
    client[1].write(request)
    async with asyncio.timeout(PATIENCE):
        return await client[0].read()


def turned_away(received: bytes) -> bool:
    """Whether this is one whole answer that says there is no place."""
    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert {b"Content-Type: application/json", b"Retry-After: 1", b"Connection: close"} <= set(lines[1:])
    assert b"Content-Length: %d" % len(body) in lines
    error = json.loads(body)["errors"][0]
    return lines[0] == b"HTTP/1.1 503 Service Unavailable" and error["extensions"] == {"code": "OVERLOADED"}


@pytest.mark.parametrize("request_", [GET, POST, GET[:5], b""], ids=["get", "large", "part", "nothing"])
def test_one_more_is_told_that_there_is_no_place(run: Run, request_: bytes) -> None:
    async def scenario() -> bytes:
        async with served() as site:
            await site.idle(MOST)
            return await all_of(await site.client(), request_)

    assert turned_away(run(scenario()))


def test_a_place_is_taken_again_once_it_is_free(run: Run) -> None:
    async def scenario() -> tuple[bytes, bytes]:
        async with served() as site:
            clients = await site.idle(MOST)
            before = await all_of(await site.client(), GET)
            clients[0][1].close()
            async with asyncio.timeout(PATIENCE):
                while (after := await ask(await site.client())) != OK:
                    pass
            return before, after

    before, after = run(scenario())

    assert turned_away(before)
    assert after == OK


def test_the_connection_that_was_unused_for_the_longest_time_gives_way(run: Run) -> None:
    async def scenario() -> list[bytes]:
        async with served() as site:
            clients = await site.idle(MOST)
            # The first is used last.
            answers = [await ask(clients[number]) for number in (0, 1, 2, 0)]
            answers.append(await ask(await site.client()))
            return [*answers, await all_of(clients[1]), await ask(clients[0]), await ask(clients[2])]

    assert run(scenario()) == [OK] * 5 + [b""] + [OK] * 2


def test_a_connection_that_is_in_use_does_not_give_way(run: Run) -> None:
    async def scenario() -> tuple[bytes, bytes, bytes]:
        entered, gate = asyncio.Event(), asyncio.Event()

        async def slow(request: web.Request) -> web.Response:
            if request.query:
                entered.set()
                await gate.wait()
            return await hello(request)

        async with served(1, slow) as site:
            client = await site.client()
            first = await ask(client)
            asking = asyncio.ensure_future(ask(client, GET.replace(b"/ ", b"/?slow ")))
            await entered.wait()
            refused = await all_of(await site.client(), GET)
            gate.set()
            return first, refused, await asking

    first, refused, second = run(scenario())

    assert (first, second) == (OK, OK)
    assert turned_away(refused)


def test_a_connection_whose_next_request_has_begun_does_not_give_way(run: Run) -> None:
    async def scenario() -> tuple[bytes, bytes]:
        async with served(1) as site:
            client = await site.client()
            assert await ask(client, GET + GET[:5]) == OK
            return await all_of(await site.client(), GET), await ask(client, GET[5:])

    refused, answer = run(scenario())

    assert turned_away(refused)
    assert answer == OK


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere this machine has one address of its own")
def test_an_address_with_many_silent_connections_gives_way_to_another(run: Run) -> None:
    async def scenario() -> list[bytes]:
        async with served() as site:
            silent = await site.idle(MOST)
            silent[0][1].write(GET[:5])
            newcomer = await site.client("127.0.0.2")
            answers = [await ask(newcomer, GET + GET[:5])]
            answers.append(await all_of(silent[0]))
            # It has no more of them than the newcomer would have.
            answers.append(await all_of(await site.client("127.0.0.2"), GET))
            return answers

    answer, given_up, refused = run(scenario())

    assert (answer, given_up) == (OK, b"")
    assert turned_away(refused)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere this machine has one address of its own")
def test_a_request_under_way_does_not_give_way_to_another_address(run: Run) -> None:
    async def scenario() -> tuple[bytes, list[bytes]]:
        gate, entered = asyncio.Event(), asyncio.Semaphore(0)

        async def slow(request: web.Request) -> web.Response:
            entered.release()
            await gate.wait()
            return await hello(request)

        async with served(handler=slow) as site:
            asking = [asyncio.ensure_future(ask(await site.client())) for _ in range(MOST)]
            for _ in range(MOST):
                await entered.acquire()
            refused = await all_of(await site.client("127.0.0.2"), GET)
            gate.set()
            return refused, await asyncio.gather(*asking)

    refused, answers = run(scenario())

    assert turned_away(refused)
    assert answers == [OK] * MOST


def test_in_a_crowd_everyone_is_answered(run: Run) -> None:
    async def scenario() -> list[bytes]:
        async with served(most=10) as site:
            await site.idle(10)
            clients = [await site.client() for _ in range(200)]
            return await asyncio.gather(*(all_of(client, GET) for client in clients))

    assert all(turned_away(each) for each in run(scenario()))


@pytest.mark.parametrize(("descriptors", "places"), [(20, 1), (64, 14), (200, 150), (1024, 768)])
def test_there_are_as_many_places_as_descriptors_allow(descriptors: int, places: int) -> None:
    program = (
        "import resource; from gateway.server.connections.connection_limit import affordable; "
        f"resource.setrlimit(resource.RLIMIT_NOFILE, ({descriptors}, {descriptors})); print(affordable())"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)

    assert int(done.stdout) == places
