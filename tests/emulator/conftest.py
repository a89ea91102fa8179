from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from yarl import URL

from gateway.emulator.api.clock import Clock
from gateway.emulator.http.app import create_app
from gateway.emulator.http.server import Running, start
from gateway.emulator.store.calls import Calls
from gateway.emulator.store.faults import Faults
from gateway.emulator.store.state import STATE
from gateway.emulator.store.store import Store
from gateway.emulator.store.tenants import FIRST_SELLER
from tests.square_spec.answers import answers


@dataclass
class Emulator:
    """A running emulator, with its parts within reach."""

    running: Running
    store: Store
    clock: Clock
    faults: Faults
    recorded: Calls
    http: aiohttp.ClientSession
    seller: str = field(default=FIRST_SELLER)

    @property
    def url(self) -> str:
        return self.running.url

    @property
    def calls(self) -> Counter[str]:
        return self.recorded.count

    async def send(self, method: str, path: str, **options: Any) -> aiohttp.ClientResponse:
        """Any request at all; the path goes out as it is written here."""
        options.setdefault("headers", {"Authorization": "Bearer test-token"})
        response = await self.http.request(method, URL(self.url + path, encoded=True), **options)
        await response.read()
        return response

    async def call(
        self, method: str, path: str, json: Any = None, token: str | None = "test-token", **params: Any
    ) -> tuple[int, Any]:
        """One JSON request: the status and the body, which must have the form that Square documents."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        texts = {name: str(value).lower() if isinstance(value, bool) else value for name, value in params.items()}
        response = await self.http.request(method, self.url + path, json=json, headers=headers, params=texts)
        assert response.content_type == "application/json"
        body = await response.json()
        assert (response.status == 200) != ("errors" in body)
        answers().check(method, path, body)
        return response.status, body


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    async with running_emulator() as running:
        yield running


@asynccontextmanager
async def running_emulator() -> AsyncIterator[Emulator]:
    """An emulator with nothing in it."""
    store, clock, faults = Store(), Clock(), Faults()
    app = create_app(store, clock=clock, faults=faults)
    running = await start(app)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        yield Emulator(running, store, clock, faults, app[STATE].calls, http)
    await running.close()
    store.close()
