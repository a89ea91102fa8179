"""Two gateways on one Redis, in front of one emulator: what a load balancer would choose between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.typedefs import Handler
from redis.asyncio import Redis as Client

from gateway.emulator.api.clock import Clock
from gateway.emulator.http.app import create_app as create_emulator
from gateway.emulator.http.server import start
from gateway.emulator.store.faults import Faults
from gateway.emulator.store.state import STATE
from gateway.emulator.store.store import Store
from gateway.emulator.store.tenants import Tenants
from gateway.server.app import create_app
from gateway.server.connections.listener import listen
from gateway.settings import Settings
from gateway.workers.worker import Worker
from tests.areas.people import make_groups
from tests.emulator.conftest import Emulator
from tests.following import Live
from tests.patience import PATIENCE
from tests.square.reads.remembering_shop import Delay

SECRET = "the-same-on-every-replica-as-it-has-to-be"
# The keys in Redis of who tokens are.
IDENTITY = "*:identity"
GROUPS = "{ groups { nodes { name } } }"
# Asks Square for something that needs the same permission and is never remembered.
CUSTOMERS = "{ customers(first: 1) { nodes { givenName } } }"


@dataclass
class Shop(Emulator):
    """An emulator of which tokens can be given and taken, and answers held back."""

    tenants: Tenants = field(kw_only=True)
    # By the path, once.
    delayed: dict[str, Delay] = field(kw_only=True)


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    """A shop with one group."""
    store, clock, faults = Store(), Clock(), Faults()
    delayed: dict[str, Delay] = {}

    @web.middleware
    async def held(request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await handler(request)
        if request.path in delayed:
            await delayed.pop(request.path)()
        return response

    app = create_emulator(store, clock=clock, faults=faults)
    app.middlewares.append(held)
    running = await start(app)
    async with aiohttp.ClientSession() as http:
        state = app[STATE]
        made = Shop(running, store, clock, faults, state.calls, http, tenants=state.tenants, delayed=delayed)
        make_groups(made, "Old")
        yield made
    await running.close()
    store.close()


class Replica(Live):
    """One of them."""

    async def cost(self, query: str, token: str = "test-token") -> int:
        """The calls that reached Square for a query that must not fail, RetrieveTokenStatus not counted."""
        before = self.emulator.calls.total()
        answer = await self(query, token=token)
        assert "errors" not in answer, answer["errors"]
        calls = self.emulator.calls.total() - before
        assert answer["extensions"]["cost"]["actualCalls"] == calls
        return calls

    async def names(self, token: str = "test-token") -> list[str]:
        """The names of the groups as a token is shown them."""
        return [each["name"] for each in (await self.data(GROUPS, token=token))["groups"]["nodes"]]


@asynccontextmanager
async def replica(
    emulator: Emulator, store: str, worker: Worker | None = None, port: int = 0, **settings: Any
) -> AsyncIterator[Replica]:
    given = {
        "square_environment": "emulator",
        "square_base_url": emulator.url,
        "gateway_auth": "forward",
        "gateway_connect_timeout": 10,
        "gateway_secret": SECRET,
        "gateway_store": store,
    }
    running = await listen(create_app(Settings(_env_file=None, **{**given, **settings}), worker), "127.0.0.1", port)
    try:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
            yield Replica(running, emulator, http)
    finally:
        await running.close()


@asynccontextmanager
async def replicas(emulator: Emulator, redis_url: str, **settings: Any) -> AsyncIterator[tuple[Replica, Replica]]:
    """Both, from when they hear of each other's changes and Square has taken the first seller's token from both."""
    async with AsyncExitStack() as stack:
        here = await stack.enter_async_context(replica(emulator, redis_url, **settings))
        there = await stack.enter_async_context(replica(emulator, redis_url, **settings))
        for each in (here, there):
            await each.data(CUSTOMERS)
            await remembering(each)
        yield here, there


async def remembering(replica: Replica) -> None:
    """Wait until what was read once is remembered: the process hears what others change."""

    async def free() -> bool:
        return await replica.cost("{ segments { nodes { name } } }") == 0

    await until(free)


async def kept(client: Client, pattern: str, number: int = 1) -> list[bytes]:
    """The names of what is kept in Redis, from when there are so many: nobody waits for that but a test."""
    found: list[bytes] = []

    async def enough() -> bool:
        found[:] = [key async for key in client.scan_iter(pattern)]
        return len(found) >= number

    await until(enough)
    return found


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait for something that comes by itself."""
    async with asyncio.timeout(PATIENCE):
        while not await holds():  # noqa: ASYNC110 - processes tell one another, and nobody else
            await asyncio.sleep(0.01)
