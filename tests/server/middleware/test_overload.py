"""More requests than may run: the others are told so at once, and nothing else is affected."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from gateway.server.app import create_app
from gateway.server.concurrency_limit import Admission
from gateway.server.connections.listener import listen
from gateway.server.http.rejection import Refused
from gateway.settings import Settings
from gateway.tenant import Tenant
from tests.patience import LONG, PATIENCE
from tests.server.process import WAITS_FOR_SQUARE, HeldSquare, held_square

CALLER = Tenant("one", "emulator", "2025-08-20")
READ = {"query": "{ customers(first: 1) { nodes { id } } }"}
STREAMS = ["text/event-stream", "application/json, text/event-stream"]
WEBHOOKS = {"square_webhook_signature_key": "key", "square_webhook_url": "https://gateway.example/webhooks/square"}


class Busy:
    """A gateway that may run two requests, and a Square that keeps them waiting."""

    def __init__(self, url: str, square: HeldSquare, http: aiohttp.ClientSession) -> None:
        self.url = url
        self.square = square
        self.http = http

    async def post(self, body: Any = None, token: str = "one", accept: str = "*/*") -> tuple[int, Any, Any]:
        headers = {"Authorization": f"Bearer {token}", "Accept": accept}
        async with self.http.post(f"{self.url}/graphql", json=body or READ, headers=headers) as response:
            streamed = response.content_type == "text/event-stream"
            return response.status, response.headers, await (response.text() if streamed else response.json())

    async def occupy(self, accept: str = "*/*") -> list[asyncio.Task[Any]]:
        """Two requests that have got as far as Square, and wait there."""
        tasks = []
        for token in ("one", "two"):
            tasks.append(asyncio.create_task(self.post(token=token, accept=accept)))
            await self.square.arrival("GET")
        return tasks

    async def get(self, path: str) -> int:
        async with self.http.get(self.url + path) as response:
            return response.status


@asynccontextmanager
async def busy(**given: Any) -> AsyncIterator[tuple[Busy, list[asyncio.Task[Any]]]]:
    async with held_square() as square, aiohttp.ClientSession() as http:
        settings = Settings(
            _env_file=None,
            square_environment="emulator",
            square_base_url=square.url,
            gateway_auth="forward",
            gateway_max_concurrent=2,
            # What all callers have together is the subject here.
            gateway_caller_share=1,
            **WAITS_FOR_SQUARE,
            **given,
        )
        gateway = await listen(create_app(settings), "127.0.0.1", 0)
        site = Busy(gateway.url, square, http)
        yield site, await site.occupy()
        square.gate.set()
        await gateway.close()


async def test_beyond_the_limit_the_answer_is_503_at_once_and_says_when_to_come_back() -> None:
    async with busy() as (site, tasks):
        status, headers, body = await asyncio.wait_for(site.post(), PATIENCE)

        assert status == 503
        assert headers["Retry-After"] == "1"
        assert headers["X-Request-Id"]
        assert body["errors"][0]["extensions"]["code"] == "OVERLOADED"
        site.square.gate.set()
        assert [(await task)[0] for task in tasks] == [200, 200]
        assert (await site.post())[0] == 200


async def test_probes_are_answered_under_overload() -> None:
    async with busy() as (site, _):
        for path in ("/livez", "/readyz", "/metrics"):
            assert await asyncio.wait_for(site.get(path), PATIENCE) == 200
        site.square.gate.set()


async def test_sockets_take_no_places() -> None:
    async with busy() as (site, tasks):
        site.square.gate.set()
        await asyncio.gather(*tasks)
        async with aiohttp.ClientSession() as http:
            protocols = ["graphql-transport-ws"]
            sockets = [await http.ws_connect(f"{site.url}/graphql", protocols=protocols) for _ in range(5)]

            assert (await site.post())[0] == 200
            for socket in sockets:
                await socket.close()


async def test_operations_on_a_socket_take_places_like_any_other() -> None:
    async with busy() as (site, tasks):
        site.square.gate.set()
        await asyncio.gather(*tasks)
        async with site.http.ws_connect(f"{site.url}/graphql", protocols=["graphql-transport-ws"]) as socket:
            await socket.send_json({"type": "connection_init", "payload": {"Authorization": "Bearer one"}})
            await socket.receive_json()
            site.square.gate.clear()
            running = await site.occupy()
            await socket.send_json({"id": "1", "type": "subscribe", "payload": READ})
            refused = await socket.receive_json()
            site.square.gate.set()
            await asyncio.gather(*running)
            await socket.send_json({"id": "2", "type": "subscribe", "payload": READ})
            answered = await socket.receive_json()

        assert refused["type"] == "error"
        assert refused["payload"][0]["extensions"]["code"] == "OVERLOADED"
        assert answered["type"] == "next"
        assert answered["payload"]["data"]


async def test_a_refused_request_that_ends_badly_gives_no_place_away() -> None:
    async with busy() as (site, tasks):
        for _ in range(10):
            assert (await site.post())[0] == 503
        site.square.gate.set()
        await asyncio.gather(*tasks)

        for body in ({"query": 5}, {"query": "{"}, {"query": "{ nothing }"}):
            assert (await site.post(body))[0] in {200, 400}
        assert [(await site.post())[0] for _ in range(4)] == [200] * 4


@pytest.mark.parametrize("running", [0, 1])
async def test_hurrying_ends_the_wait_for_those_that_run(running: int) -> None:
    admission = Admission(5, LONG)
    for _ in range(running):
        admission.enter(CALLER)
    admission.close()

    waiting = asyncio.create_task(admission.emptied())
    admission.hurry()

    assert await asyncio.wait_for(waiting, PATIENCE) is False
    with pytest.raises(Refused):
        admission.enter(CALLER)


async def test_subscriptions_that_start_at_once_take_no_places() -> None:
    async with busy(**WEBHOOKS) as (site, tasks):
        site.square.gate.set()
        await asyncio.gather(*tasks)

        def start(number: int) -> Any:
            # Each is a document that has to be checked, and waits for that.
            query = f"subscription Start{number} {{ customerChanged {{ position }} }}"
            headers = {"Authorization": "Bearer one", "Accept": STREAMS[number % 2]}
            return site.http.post(f"{site.url}/graphql", json={"query": query}, headers=headers)

        streams = await asyncio.gather(*(start(number) for number in range(12)))
        assert [each.status for each in streams] == [200] * 12
        assert {each.content_type for each in streams} == {"text/event-stream"}
        for each in streams:
            each.close()


async def test_a_query_takes_a_place_though_its_client_could_read_a_stream() -> None:
    async with busy() as (site, tasks):
        site.square.gate.set()
        await asyncio.gather(*tasks)
        for accept in STREAMS:
            site.square.gate.clear()
            running = await site.occupy(accept)

            assert (await site.post())[0] == 503
            site.square.gate.set()
            assert [status for status, *_ in await asyncio.gather(*running)] == [200, 200]
            assert (await site.post())[0] == 200
