"""Gateways whose traces are sent to a stand-in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import aiohttp
import pytest

from gateway.server.app import create_app
from gateway.server.connections.listener import listen
from gateway.settings import Settings
from tests.conftest import Graph
from tests.emulator.conftest import Emulator
from tests.tracing.collector import Collector, Passing, collecting, passing

Gateway = Callable[..., AbstractAsyncContextManager[Graph]]


@pytest.fixture
async def collector(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Collector]:
    """A collector to which the gateways of a test send at once."""
    async with collecting() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "20")
        yield collector
        assert not collector.private


@pytest.fixture
async def square(emulator: Emulator) -> AsyncIterator[Passing]:
    """The emulator behind a proxy that sees what reaches it."""
    async with passing(emulator.url) as proxy:
        yield proxy


@pytest.fixture
def gateway(emulator: Emulator, square: Passing) -> Gateway:
    """Start a gateway with these settings."""

    @asynccontextmanager
    async def start(**settings: Any) -> AsyncIterator[Graph]:
        given = {
            "square_environment": "emulator",
            "square_base_url": square.url,
            "gateway_auth": "forward",
            "gateway_connect_timeout": 10,
            "gateway_reference_cache": 0,
        }
        chosen = Settings(_env_file=None, **{**given, **settings})
        listening = await listen(create_app(chosen), "127.0.0.1", 0)
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
            yield Graph(listening, emulator, http)
        await listening.close()

    return start
