"""A gateway on a real socket in front of an emulator, for many writes under faults."""

from __future__ import annotations

import asyncio
import sys
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Handler

from gateway.emulator.api.clock import Clock
from gateway.emulator.http.app import create_app as create_emulator
from gateway.emulator.http.server import start
from gateway.emulator.seed import seed_empty
from gateway.emulator.store.calls import Call, Calls
from gateway.emulator.store.state import STATE
from gateway.emulator.store.store import Store
from gateway.server.app import create_app
from gateway.server.connections.listener import listen
from gateway.settings import Settings
from tests.history.seeded_faults import ATTEMPT, MIX, SeededFaults

TOKEN = "test-token"


class UnderWay:
    """How many requests the emulator has not answered yet."""

    def __init__(self) -> None:
        self.requests = 0
        self.changed = asyncio.Condition()

    async def count(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let one request through."""
        self.requests += 1
        try:
            return await handler(request)
        finally:
            self.requests -= 1
            async with self.changed:
                self.changed.notify_all()


@dataclass
class Stage:
    """What a history is played on: the gateway's URL, a client, and what is known of the emulator."""

    url: str
    http: aiohttp.ClientSession
    faults: SeededFaults
    store: Store
    calls: Calls
    under_way: UnderWay

    @property
    def wire(self) -> deque[Call]:
        """Every request that reached the emulator, oldest first."""
        return self.calls.latest

    async def post(self, query: str, variables: dict[str, Any], token: str = TOKEN) -> dict[str, Any]:
        """The answer to one GraphQL request."""
        return await post(self.http, self.url, query, variables, token)

    async def quiet(self) -> None:
        """Wait until the emulator has nothing under way, late requests of callers who gave up included."""
        self.faults.mix = MIX["none"]
        async with self.under_way.changed:
            await self.under_way.changed.wait_for(lambda: self.under_way.requests == 0)


async def post(
    http: aiohttp.ClientSession, url: str, query: str, variables: dict[str, Any], token: str = TOKEN
) -> dict[str, Any]:
    """The answer of the gateway to one GraphQL request."""
    headers = {"Authorization": f"Bearer {token}"}
    async with http.post(f"{url}/graphql", json={"query": query, "variables": variables}, headers=headers) as response:
        found: dict[str, Any] = await response.json()
        return found


def settings(square: str, **other: Any) -> Settings:
    """A gateway with little patience, all the retries it may want, and a breaker that is soon closed again."""
    given: dict[str, Any] = {
        "_env_file": None,
        "square_environment": "emulator",
        "square_base_url": square,
        "gateway_auth": "forward",
        "gateway_attempt_timeout": ATTEMPT,
        "gateway_operation_timeout": 3.0,
        "gateway_retry_share": 1.0,
        "gateway_breaker_failures": 25,
        "gateway_breaker_open": 0.02,
        **other,
    }
    return Settings(**given)


@asynccontextmanager
async def stage(seed: int, **other: Any) -> AsyncIterator[Stage]:
    """Both servers, the emulator with two sellers who have loyalty programs and no customers."""
    store, clock, faults = Store(), Clock(), SeededFaults(seed)
    seed_empty(store, clock)
    app = create_emulator(store, clock=clock, faults=faults)
    under_way = UnderWay()

    @web.middleware
    async def count(request: web.Request, handler: Handler) -> web.StreamResponse:
        return await under_way.count(request, handler)

    app.middlewares.append(count)
    calls = app[STATE].calls
    calls.kept = calls.max_bytes = sys.maxsize  # all of them, however many
    emulator = await start(app)
    gateway = await listen(create_app(settings(emulator.url, **other)), "127.0.0.1", 0)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        yield Stage(gateway.url, http, faults, store, calls, under_way)
    await gateway.close()
    await emulator.close()
    store.close()
