"""A gateway as a process in front of a Square that keeps it waiting, so that requests are under way when it ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.patience import LONG, PATIENCE
from tests.server.process import WAITS_FOR_SQUARE, HeldSquare, Process, held_square, running

READ = {"query": "{ customers(first: 1) { nodes { id } } }"}
WRITE = {"query": 'mutation { createCustomer(input: {givenName: "A"}) { customer { id } } }'}


@dataclass
class Gateway:
    """A gateway process in front of a Square that keeps it waiting."""

    process: Process
    url: str
    square: HeldSquare
    http: aiohttp.ClientSession

    async def post(self, body: Any) -> tuple[int, Any]:
        async with self.http.post(f"{self.url}/graphql", json=body) as response:
            return response.status, await response.json()

    async def begin(self, body: Any, method: str) -> asyncio.Task[tuple[int, Any]]:
        """A request that has got as far as Square."""
        task = asyncio.create_task(self.post(body))
        await self.square.arrival(method)
        return task

    async def until_not_ready(self) -> None:
        """Ask until the gateway says, in an answer, that it is not ready."""
        async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as prober:
            while True:
                async with prober.get(f"{self.url}/readyz") as response:
                    if response.status == 503:
                        return


@asynccontextmanager
async def gateway(**settings: str) -> AsyncIterator[Gateway]:
    waits = {name.upper(): str(value) for name, value in {**WAITS_FOR_SQUARE, "gateway_shutdown_timeout": LONG}.items()}
    environment = {"SQUARE_ENVIRONMENT": "emulator", "GATEWAY_SHUTDOWN_DELAY": "0", **waits, **settings}
    async with (
        held_square() as square,
        aiohttp.ClientSession() as http,
        running("--port", "0", SQUARE_BASE_URL=square.url, **environment) as (process, url),
    ):
        yield Gateway(process, url, square, http)
