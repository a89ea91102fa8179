"""Requests whose bodies come slowly: they hold up nobody, are bounded apart, and are finished on shutdown."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import jwt
from cryptography.hazmat.primitives.asymmetric import ed25519
from prometheus_client.parser import text_string_to_metric_families

from gateway.server.app import create_app
from gateway.server.auth.jwt import MAX_WAITING
from gateway.server.connections.listener import Listening, listen
from gateway.settings import Settings
from tests.patience import LONG, PATIENCE
from tests.server.process import WAITS_FOR_SQUARE, HeldSquare, held_square
from tests.throttle import UNUSED

HELLO = json.dumps({"query": "{ __typename }"}).encode()
READ = {"query": "{ customers(first: 1) { nodes { id } } }"}
SLOW = (
    b"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer slow\r\n"
    b"Content-Length: %d\r\n\r\n{" % len(HELLO)
)
COST = {"estimatedCalls": 0, "actualCalls": 0, "retries": 0, "cacheHits": 0, "throttleStatus": UNUSED}
# Five for each of the two places.
MOST_SLOW = 10


class Slow:
    """A request of which everything but the first byte of the body is still to come."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def finish(self) -> None:
        self._writer.write(HELLO[1:])

    async def answer(self) -> tuple[int, Any]:
        async with asyncio.timeout(PATIENCE):
            head = await self._reader.readuntil(b"\r\n\r\n")
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            body = await self._reader.readexactly(int(length.split(b":")[1]))
        return int(head.split()[1]), json.loads(body)

    def give_up(self) -> None:
        self._writer.transport.abort()

    def close(self) -> None:
        self._writer.close()


class Site:
    """A gateway with two places, in front of a Square that keeps its callers waiting."""

    def __init__(self, gateway: Listening, square: HeldSquare, http: aiohttp.ClientSession) -> None:
        self.gateway = gateway
        self.square = square
        self.http = http
        self._slow: list[Slow] = []

    async def slow(self, count: int = 1) -> list[Slow]:
        """So many slow requests more."""
        pairs = [await asyncio.open_connection("127.0.0.1", self.gateway.port) for _ in range(count)]
        for _, writer in pairs:
            writer.write(SLOW)
        made = [Slow(*pair) for pair in pairs]
        self._slow += made
        return made

    async def post(self, body: Any, token: str = "quick", **headers: str) -> tuple[int, Any]:
        headers["Authorization"] = f"Bearer {token}"
        async with self.http.post(f"{self.gateway.url}/graphql", json=body, headers=headers) as response:
            return response.status, await response.json()

    async def occupy(self, token: str) -> asyncio.Task[tuple[int, Any]]:
        """A request that runs until Square answers."""
        task = asyncio.create_task(self.post(READ, token))
        await self.square.arrival("GET")
        return task

    async def figure(self, name: str) -> float:
        async with self.http.get(f"{self.gateway.url}/metrics") as response:
            families = text_string_to_metric_families(await response.text())
        [found] = [sample.value for family in families for sample in family.samples if sample.name == name]
        return found

    async def until(self, done: Callable[[], Awaitable[bool]]) -> None:
        """Ask until it is so."""
        async with asyncio.timeout(PATIENCE):
            while not await done():
                pass

    async def until_arriving(self, count: int) -> None:
        async def done() -> bool:
            return await self.figure("gateway_requests_arriving") == count

        await self.until(done)

    async def until_not_ready(self) -> None:
        async def done() -> bool:
            async with self.http.get(f"{self.gateway.url}/readyz") as response:
                return response.status == 503

        await self.until(done)

    async def close(self) -> None:
        for each in self._slow:
            each.close()
        self.square.gate.set()
        await self.gateway.close()


@asynccontextmanager
async def serving(*, tokens: bool = False, places: int = 2, **settings: Any) -> AsyncIterator[Site]:
    async with held_square() as square, aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        callers = {"gateway_auth": "forward"}
        if tokens:
            callers = {
                "gateway_auth": "jwt",
                "gateway_jwt_issuer": "https://login.example/",
                "gateway_jwt_audience": "gateway",
                "gateway_jwt_jwks_url": f"{square.url}/keys",
            }
        given: dict[str, Any] = {
            "square_environment": "emulator",
            "square_base_url": square.url,
            "gateway_max_concurrent": places,
            # What all callers have together is the subject here.
            "gateway_caller_share": 1,
            "gateway_request_timeout": LONG,
            "gateway_shutdown_timeout": LONG,
            **WAITS_FOR_SQUARE,
            **callers,
            **settings,
        }
        chosen = Settings(_env_file=None, **given)
        site = Site(await listen(create_app(chosen), "127.0.0.1", 0), square, http)
        try:
            yield site
        finally:
            await site.close()


def code(body: Any) -> Any:
    return body["errors"][0]["extensions"]["code"]


async def test_slow_bodies_take_no_place() -> None:
    async with serving() as site:
        await site.slow(MOST_SLOW)
        await site.until_arriving(MOST_SLOW)

        assert await site.figure("gateway_requests_running") == 0
        assert [(await site.post(json.loads(HELLO)))[0] for _ in range(3)] == [200] * 3


async def test_too_many_slow_bodies_are_refused_at_once_and_whole_requests_are_served_on() -> None:
    async with serving() as site:
        waiting = await site.slow(MOST_SLOW)
        await site.until_arriving(MOST_SLOW)
        [refused] = await site.slow()
        status, body = await refused.answer()

        assert (status, code(body)) == (503, "OVERLOADED")
        assert (await site.post(json.loads(HELLO)))[0] == 200
        for each in waiting:
            each.finish()
        assert [(await each.answer())[0] for each in waiting] == [200] * MOST_SLOW
        assert await site.figure("gateway_requests_arriving") == 0


async def test_clients_that_leave_in_the_middle_of_their_bodies_make_room() -> None:
    async with serving() as site:
        for each in await site.slow(MOST_SLOW):
            await site.until_arriving(MOST_SLOW)
            each.give_up()
            await site.until_arriving(MOST_SLOW - 1)
            await site.slow()

        await site.until_arriving(MOST_SLOW)


async def test_requests_whose_callers_are_not_known_yet_are_bounded_as_well() -> None:
    async with serving(tokens=True, places=2 * MAX_WAITING) as site:
        key = ed25519.Ed25519PrivateKey.generate()
        token = jwt.encode({"iss": "https://login.example/", "aud": "gateway"}, key, "EdDSA", headers={"kid": "a"})
        waiting = [asyncio.create_task(site.post(READ, token)) for _ in range(MAX_WAITING)]
        await site.until_arriving(MAX_WAITING)

        status, body = await site.post(READ, token)

        assert (status, code(body)) == (503, "SERVICE_UNAVAILABLE")
        assert await site.figure("gateway_requests_running") == 0
        site.square.gate.set()
        await asyncio.gather(*waiting)
        assert await site.figure("gateway_requests_arriving") == 0


async def test_while_all_places_are_taken_nobodys_body_is_waited_for() -> None:
    async with serving() as site:
        running = [await site.occupy(token) for token in ("one", "two")]
        [slow] = await site.slow()

        status, body = await slow.answer()

        assert (status, code(body)) == (503, "OVERLOADED")
        assert await site.figure("gateway_requests_arriving") == 0
        site.square.gate.set()
        assert [(await task)[0] for task in running] == [200, 200]


async def test_a_body_that_comes_when_all_places_are_taken_is_refused_and_gives_none_away() -> None:
    async with serving() as site:
        [slow] = await site.slow()
        await site.until_arriving(1)
        running = [await site.occupy(token) for token in ("one", "two")]
        slow.finish()

        status, body = await slow.answer()

        assert (status, code(body)) == (503, "OVERLOADED")
        assert await site.figure("gateway_requests_running") == 2
        site.square.gate.set()
        assert [(await task)[0] for task in running] == [200, 200]
        assert await site.figure("gateway_requests_running") == 0
        assert [(await site.post(READ))[0] for _ in range(3)] == [200] * 3


async def test_a_post_that_asks_for_a_socket_takes_a_place() -> None:
    async with serving() as site:
        asking = asyncio.create_task(site.post(READ, Connection="Upgrade", Upgrade="websocket"))
        await site.square.arrival("GET")

        assert await site.figure("gateway_requests_running") == 1
        site.square.gate.set()
        assert (await asking)[0] == 200


async def test_on_shutdown_a_request_on_its_way_is_waited_for_and_new_ones_are_refused() -> None:
    async with serving() as site:
        [slow] = await site.slow()
        await site.until_arriving(1)
        closing = asyncio.create_task(site.gateway.close())
        await site.until_not_ready()
        status, body = await site.post(json.loads(HELLO))
        assert (status, code(body)) == (503, "SHUTTING_DOWN")
        assert not closing.done()
        slow.finish()

        assert await slow.answer() == (200, {"data": {"__typename": "Query"}, "extensions": {"cost": COST}})
        async with asyncio.timeout(PATIENCE):
            await closing


async def test_on_shutdown_a_body_that_never_comes_is_given_up() -> None:
    async with serving(gateway_shutdown_timeout=0.2) as site:
        await site.slow()
        await site.until_arriving(1)

        async with asyncio.timeout(PATIENCE):
            await site.gateway.close()
