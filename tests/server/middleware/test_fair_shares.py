"""Through the server: whatever one seller holds, another is answered, and who holds too much is told so."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families

from gateway.server.app import create_app
from gateway.server.connections.listener import Listening, listen
from gateway.settings import Settings
from tests.patience import LONG, PATIENCE
from tests.server.process import WAITS_FOR_SQUARE
from tests.server.sockets import INIT, closed, opened, receive

READ = {"query": "{ customers(first: 1) { nodes { id } } }"}
PROTOCOLS = ["graphql-transport-ws"]
Answer = tuple[int, Any, Any]


class Site:
    """A gateway in front of a Square that keeps some of its callers waiting."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.slow: set[str] = set()
        self.revoked: set[str] = set()
        # The token of each request to Square.
        self.asked: list[str] = []
        # Of those who are kept waiting.
        self.arrived = asyncio.Semaphore(0)
        self.gateway: Listening
        self.http: aiohttp.ClientSession

    async def square(self, request: web.Request) -> web.Response:
        token = request.headers["Authorization"].removeprefix("Bearer ")
        self.asked.append(token)
        if token in self.revoked:
            error = {"category": "AUTHENTICATION_ERROR", "code": "UNAUTHORIZED"}
            return web.json_response({"errors": [error]}, status=401)
        if token in self.slow:
            self.arrived.release()
            await self.gate.wait()
        return web.json_response({"customers": [{"id": "C1", "version": 0}]})

    async def post(self, token: str, body: Any = None) -> Answer:
        headers = {"Authorization": f"Bearer {token}"}
        async with self.http.post(f"{self.gateway.url}/graphql", json=body or READ, headers=headers) as response:
            return response.status, response.headers, await response.json()

    async def known(self, *tokens: str) -> None:
        """Let Square answer each of these callers once."""
        for token in tokens:
            assert (await self.post(token))[0] == 200

    async def refused(self, asking: list[asyncio.Task[Answer]], number: int) -> list[Answer]:
        """The answers of those that are refused, so many, while all others wait."""
        done: set[asyncio.Task[Answer]] = set()
        async with asyncio.timeout(PATIENCE):
            while len(done) < number:
                done |= (await asyncio.wait(set(asking) - done, return_when=asyncio.FIRST_COMPLETED))[0]
        assert len(done) == number
        return [task.result() for task in done]

    async def figure(self, name: str, **labels: str) -> float:
        async with self.http.get(f"{self.gateway.url}/metrics") as response:
            families = text_string_to_metric_families(await response.text())
        samples = [sample for family in families for sample in family.samples]
        [found] = [each.value for each in samples if each.name == name and each.labels == labels]
        return found

    async def refusals(self, limit: str) -> float:
        return await self.figure("gateway_refused_total", limit=limit)

    async def until(self, name: str, value: float) -> None:
        """Ask for a figure until it is this."""
        async with asyncio.timeout(PATIENCE):
            while await self.figure(name) != value:
                pass

    async def slow_body(self, token: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A request that is complete but for its body."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.gateway.port)
        head = "POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 27"
        writer.write(f"{head}\r\nAuthorization: Bearer {token}\r\nExpect: 100-continue\r\n\r\n".encode())
        return reader, writer


@asynccontextmanager
async def serving(**settings: Any) -> AsyncIterator[Site]:
    site, app = Site(), web.Application()
    app.router.add_route("*", "/{path:.*}", site.square)
    square = await listen(app, "127.0.0.1", 0)
    given = {"gateway_auth": "forward", "gateway_request_timeout": LONG, **WAITS_FOR_SQUARE, **settings}
    chosen = Settings(_env_file=None, square_environment="emulator", square_base_url=square.url, **given)
    site.gateway = await listen(create_app(chosen), "127.0.0.1", 0)
    site.http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
    try:
        yield site
    finally:
        site.gate.set()
        await site.http.close()
        await site.gateway.close()
        await square.close()


def code(answer: Answer) -> str:
    return answer[2]["errors"][0]["extensions"]["code"]


async def test_slow_requests_of_one_seller_leave_places_for_another() -> None:
    async with serving() as site:
        await site.known("greedy", "small")
        site.slow = {"greedy"}
        asking = [asyncio.create_task(site.post("greedy")) for _ in range(210)]

        refused = await site.refused(asking, 60)

        assert {(status, headers["Retry-After"]) for status, headers, _ in refused} == {(429, "1")}
        assert {code(each) for each in refused} == {"TOO_MANY_REQUESTS"}
        assert (await site.post("small"))[0] == 200
        assert await site.refusals("requests") == 60
        site.gate.set()
        assert [(await task)[0] for task in asking].count(200) == 150


async def test_tokens_that_are_made_up_leave_places_for_known_sellers() -> None:
    async with serving() as site:
        await site.known("known")
        site.slow = {f"made-up-{number}" for number in range(210)}
        asking = [asyncio.create_task(site.post(token)) for token in sorted(site.slow)]

        refused = await site.refused(asking, 60)

        assert {(status, headers["Retry-After"]) for status, headers, _ in refused} == {(503, "1")}
        assert (await site.post("known"))[0] == 200


async def test_a_token_that_square_takes_no_longer_is_as_good_as_made_up() -> None:
    async with serving(gateway_max_concurrent=8) as site:
        await site.known("known", "revoked")
        site.revoked = {"revoked"}
        assert code(await site.post("revoked")) == "UNAUTHENTICATED"
        site.revoked = set()
        site.slow = {f"made-up-{number}" for number in range(6)}
        waiting = [asyncio.create_task(site.post(token)) for token in sorted(site.slow)]
        for _ in waiting:
            await site.arrived.acquire()

        assert code(await site.post("revoked")) == "OVERLOADED"
        assert (await site.post("known"))[0] == 200


async def test_callers_with_keys_of_their_own_have_shares_of_their_own() -> None:
    settings = {"gateway_auth": "key", "gateway_api_keys": "greedy,small", "square_access_token": "shop"}
    async with serving(**settings) as site:
        site.slow = {"shop"}
        asking = [asyncio.create_task(site.post("greedy")) for _ in range(210)]

        refused = await site.refused(asking, 60)

        assert {status for status, _, _ in refused} == {429}
        assert (await site.post("small", {"query": "{ __typename }"}))[0] == 200


async def test_a_caller_that_can_only_be_alone_may_have_every_place() -> None:
    async with serving(gateway_auth="none") as site:
        site.slow = {"test-token"}
        asking = [asyncio.create_task(site.post("test-token")) for _ in range(210)]

        refused = await site.refused(asking, 10)

        assert {(status, code((status, headers, body))) for status, headers, body in refused} == {(503, "OVERLOADED")}


async def test_slow_bodies_of_one_seller_leave_room_for_those_of_another() -> None:
    async with serving(gateway_max_concurrent=8) as site:
        await site.known("greedy", "small")
        waiting = [await site.slow_body("greedy") for _ in range(30)]
        for reader, _ in waiting:
            assert await reader.readline() == b"HTTP/1.1 100 Continue\r\n"
            await reader.readline()

        over, over_writer = await site.slow_body("greedy")
        other, other_writer = await site.slow_body("small")

        await over.readuntil(b"100 Continue\r\n\r\n")
        assert await over.readline() == b"HTTP/1.1 429 Too Many Requests\r\n"
        await other.readuntil(b"100 Continue\r\n\r\n")
        other_writer.write(b'{"query": "{ __typename }"}')
        assert await other.readline() == b"HTTP/1.1 200 OK\r\n"
        for writer in (over_writer, other_writer, *(writer for _, writer in waiting)):
            writer.close()


async def test_sockets_of_one_seller_leave_room_for_those_of_another() -> None:
    async with serving(gateway_max_streams=8) as site:
        await site.known("greedy", "small")

        async def connect() -> aiohttp.ClientWebSocketResponse:
            return await site.http.ws_connect(f"{site.gateway.url}/graphql", protocols=PROTOCOLS)

        sockets = [await connect() for _ in range(7)]
        for socket in sockets[:6]:
            await opened(socket, {"Authorization": "Bearer greedy"})
        over = sockets[6]
        await over.send_json({**INIT, "payload": {"Authorization": "Bearer greedy"}})

        assert await closed(over) == 1013
        other = await connect()
        await opened(other, {"Authorization": "Bearer small"})
        assert await site.refusals("streams") == 1


async def test_operations_on_many_sockets_count_together() -> None:
    async with serving(gateway_max_concurrent=8) as site:
        await site.known("greedy", "small")
        site.slow = {"greedy"}
        url = f"{site.gateway.url}/graphql"
        sockets = [await site.http.ws_connect(url, protocols=PROTOCOLS) for _ in range(4)]
        for socket in sockets:
            await opened(socket, {"Authorization": "Bearer greedy"})
        for id in "ab":
            for socket in sockets[:3]:
                await socket.send_json({"id": id, "type": "subscribe", "payload": READ})
        await site.until("gateway_requests_running", 6)
        await sockets[3].send_json({"id": "a", "type": "subscribe", "payload": READ})

        refused = await receive(sockets[3])
        assert (refused["type"], refused["payload"][0]["extensions"]["code"]) == ("error", "TOO_MANY_REQUESTS")
        assert (await site.post("small"))[0] == 200


async def test_persisted_queries_of_one_seller_push_out_none_of_another() -> None:
    def persisted(query: str) -> dict[str, Any]:
        digest = hashlib.sha256(query.encode()).hexdigest()
        return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest}}}

    async with serving(gateway_persisted_queries=4) as site:
        await site.known("greedy", "small")
        mine = "query Mine { __typename }"
        await site.post("small", {"query": mine, **persisted(mine)})
        for number in range(20):
            query = f"query Theirs{number} {{ __typename }}"
            await site.post("greedy", {"query": query, **persisted(query)})
            made_up = f"query MadeUp{number} {{ __typename }}"
            await site.post(f"made-up-{number}", {"query": made_up, **persisted(made_up)})

        assert (await site.post("small", persisted(mine)))[2]["data"] == {"__typename": "Query"}
