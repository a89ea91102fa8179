"""A gateway that receives webhooks, and what sends them to it as Square does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from gateway.events.stores.inspection import Inspection
from gateway.server.app import create_app
from gateway.server.connections.listener import Listening, listen
from gateway.settings import Settings
from tests.disk import files_are_held, patient_with_the_disk
from tests.events.signed import sign
from tests.patience import LONG
from tests.server.conftest import Answer

__all__ = ["files_are_held", "patient_with_the_disk"]

# What is set at Square: not what the server is called by.
URL = "https://shop.example/hooks/square/?shop=1"
KEY, NEXT_KEY = "signature-key-one", "signature-key-two"
PATH = "/webhooks/square"


class Inbox:
    """A gateway that keeps events in a file."""

    def __init__(self, listening: Listening, http: aiohttp.ClientSession, file: Path) -> None:
        self.listening = listening
        self.http = http
        self.file = file

    async def deliver(self, body: bytes, signature: str | None = None, **headers: str) -> Answer:
        """Send a notification, signed by the first key unless another signature is given."""
        sent = {"x-square-hmacsha256-signature": sign(body, KEY, URL) if signature is None else signature, **headers}
        return await self.send("POST", data=body, headers={name: each for name, each in sent.items() if each})

    async def send(self, method: str, path: str = PATH, **options: Any) -> Answer:
        async with self.http.request(method, f"{self.listening.url}{path}", **options) as response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status, headers, await response.read())

    async def kept(self) -> list[str]:
        """The ids of the events that are kept, in order."""
        log = Inspection(self.file)
        try:
            return [each.stored.event.event_id for each in reversed(await log.latest(100_000))]
        finally:
            await log.close()

    async def figure(self, line: str) -> float:
        """The number behind the beginning of a line of /metrics; 0 without one."""
        lines = (await self.send("GET", "/metrics")).body.decode().splitlines()
        return sum(float(each.rpartition(" ")[2]) for each in lines if each.startswith(line))


Start = Callable[..., Awaitable[Inbox]]


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """Start a gateway with these settings; everything is closed afterwards."""
    closing: list[Callable[[], Awaitable[None]]] = []

    async def begin(**settings: Any) -> Inbox:
        file = tmp_path / "events.db"
        given = {
            "square_environment": "emulator",
            "square_base_url": "http://127.0.0.1:9",
            "square_webhook_signature_key": KEY,
            "square_webhook_url": URL,
            "gateway_store": f"sqlite:{file}",
            "gateway_request_timeout": LONG,
            **settings,
        }
        listening = await listen(create_app(Settings(_env_file=None, **given)), "127.0.0.1", 0)
        http = aiohttp.ClientSession()
        closing.extend([listening.close, http.close])
        return Inbox(listening, http, file)

    yield begin
    for close in reversed(closing):
        await close()


@pytest.fixture
async def inbox(start: Start) -> Inbox:
    """A gateway that receives webhooks."""
    return await start()
