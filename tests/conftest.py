"""The fixtures that speak GraphQL: a gateway on a real socket, in front of a real emulator."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, settings

from gateway.server.app import create_app
from gateway.server.connections.listener import Listening, listen
from gateway.settings import Settings
from tests.emulator.conftest import Emulator, emulator
from tests.patient_loop import PatientPolicy
from tests.planted import Scanner
from tests.redis_server import PROGRAM, RedisServer, running_redis

__all__ = ["emulator"]

# The same examples every time, whatever was tried before, and however long a busy machine takes for one.
settings.register_profile(
    "tests", derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("tests")

asyncio.set_event_loop_policy(PatientPolicy())


class Graph:
    """A gateway in front of the emulator. Call it with a query to get the response object."""

    def __init__(self, gateway: Listening, emulator: Emulator, http: aiohttp.ClientSession) -> None:
        self.gateway = gateway
        self.emulator = emulator
        self.http = http
        self._before: Counter[str] = Counter()

    @property
    def url(self) -> str:
        return f"{self.gateway.url}/graphql"

    @property
    def calls(self) -> Counter[str]:
        """The REST calls made since the last reset, by operation."""
        return self.emulator.calls - self._before

    def reset(self) -> None:
        self._before = Counter(self.emulator.calls)

    async def __call__(
        self, query: str, variables: dict[str, Any] | None = None, token: str | None = "test-token", **body: Any
    ) -> dict[str, Any]:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        sent = {"query": query, "variables": variables or {}, **body}
        async with self.http.post(self.url, json=sent, headers=headers) as response:
            return await response.json()

    async def data(self, query: str, variables: dict[str, Any] | None = None, **options: Any) -> Any:
        """The data of a query that must not fail."""
        answer = await self(query, variables, **options)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]


@pytest.fixture(scope="session", autouse=True)
def _nothing_private_is_logged() -> Iterator[None]:
    """Whatever the whole run logs, at any level, holds no token and no person."""
    scanner, root = Scanner(), logging.getLogger()
    root.addHandler(scanner)
    root.setLevel(logging.DEBUG)
    yield
    root.removeHandler(scanner)
    assert not scanner.found


@pytest.fixture
async def graph(emulator: Emulator) -> AsyncIterator[Graph]:
    settings = Settings(
        _env_file=None,
        square_environment="emulator",
        square_base_url=emulator.url,
        gateway_auth="forward",
        # The emulator runs in the same process, which a busy machine can hold up for longer than a network would.
        gateway_connect_timeout=10,
        # What one query costs does not depend on those before it.
        gateway_reference_cache=0,
    )
    gateway = await listen(create_app(settings), "127.0.0.1", 0)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        running = Graph(gateway, emulator, http)
        yield running
    await gateway.close()


@pytest.fixture(scope="session")
def redis_process() -> Iterator[RedisServer]:
    """One Redis for the tests of a process that need one; skipped where there is none."""
    if PROGRAM is None:
        pytest.skip("needs redis-server (Debian: apt-get install redis-server)")
    with running_redis() as server:
        yield server


@pytest.fixture
def redis_url(redis_process: RedisServer) -> str:
    """The URL of a Redis with nothing in it, which other tests use after this one: it is not to be stopped."""
    with socket.create_connection(("127.0.0.1", redis_process.port)) as asking:
        asking.sendall(b"FLUSHALL\r\n")
        assert asking.recv(16).startswith(b"+OK")
    return redis_process.url
