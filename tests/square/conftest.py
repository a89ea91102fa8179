"""Square's client in front of a server that misbehaves, and in front of a respx router."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest

from gateway.square.client import Square
from gateway.square.endpoint import Call
from gateway.square.errors import SquareError
from gateway.square.policies.call_budget import Budget
from gateway.square.tenant_square import TenantSquare
from gateway.tenant import Tenant
from tests.square.fault_server import FaultServer
from tests.square.held_time import HeldTime
from tests.square.square_api import SquareApi, serve_router

T = TypeVar("T")
# Seconds: a machine that is slow breaks no connection.
PLENTY = 60.0
TOKEN = "EAAA-planted-token"
VERSION = "2025-08-20"


def tenant(token: str = TOKEN) -> Tenant:
    return Tenant(token, "sandbox", VERSION)


@dataclass
class Client:
    """The real client on a held clock, in front of the fault server."""

    faults: FaultServer
    time: HeldTime
    square: Square
    opened: list[Square] = field(default_factory=list)

    def with_budget(self, **limits: Any) -> Client:
        """The same client with other limits. Real seconds are counted for `connect` only: there are plenty."""
        return self.in_front_of(self.faults.url, **{"connect": PLENTY, **limits})

    def in_front_of(self, url: str, **limits: Any) -> Client:
        """The same client with other limits, and with another server behind it."""
        self.square = Square(url, budget=Budget(**limits), timing=self.time.timing)
        self.opened.append(self.square)
        return self

    def operation(self, token: str = TOKEN) -> TenantSquare:
        return TenantSquare(self.square, tenant(token))

    async def send(self, call: Call[T]) -> T:
        return await self.operation().send(call)

    async def failure(self, call: Call[Any]) -> SquareError:
        """The error of a call that must fail."""
        with pytest.raises(SquareError) as caught:
            await self.send(call)
        return caught.value


@pytest.fixture
async def faults(time: HeldTime) -> AsyncIterator[FaultServer]:
    server = FaultServer(time=time)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, limit=1024 * 1024)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    yield server
    listening.close()
    await server.stop()


@pytest.fixture
def time() -> HeldTime:
    return HeldTime()


@pytest.fixture
async def client(faults: FaultServer, time: HeldTime) -> AsyncIterator[Client]:
    client = Client(faults, time, Square(faults.url)).with_budget()
    yield client
    for square in client.opened:
        await square.close()


@pytest.fixture
async def square_api() -> AsyncIterator[SquareApi]:
    async with serve_router() as api:
        yield api
