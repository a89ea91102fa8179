"""A gateway that Square's webhooks reach, and clients that follow what changes over real sockets."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from gateway.emulator.store.tenants import FIRST_APPLICATION, SECOND_APPLICATION
from gateway.server.app import create_app
from gateway.server.connections.listener import listen
from gateway.settings import Settings
from tests.conftest import Graph
from tests.emulator.conftest import Emulator
from tests.emulator.webhooks.receiver import admin, idle
from tests.patience import LONG, PATIENCE
from tests.ports import free_port
from tests.server.sockets import closed, opened, subscribe


class Follower:
    """One subscription on a socket of its own."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def message(self) -> dict[str, Any]:
        """The next message of the protocol."""
        async with asyncio.timeout(PATIENCE):
            found: dict[str, Any] = await self.socket.receive_json()
        return found

    async def response(self) -> dict[str, Any]:
        """The next response."""
        message = await self.message()
        assert message["type"] == "next", message
        found: dict[str, Any] = message["payload"]
        return found

    async def change(self) -> dict[str, Any]:
        """The next change, of which nothing failed."""
        response = await self.response()
        assert "errors" not in response, response["errors"]
        (found,) = response["data"].values()
        return found  # type: ignore[no-any-return]

    async def refusal(self) -> dict[str, Any]:
        """The one error with which the subscription ends."""
        message = await self.message()
        assert message["type"] == "error", message
        (found,) = message["payload"]
        return found  # type: ignore[no-any-return]

    async def close_code(self) -> int | None:
        return await closed(self.socket)


class Live(Graph):
    """A gateway that is told of what happens in the emulator."""

    @asynccontextmanager
    async def follow(
        self,
        query: str,
        variables: dict[str, Any] | None = None,
        token: str = "test-token",
        *,
        waits: bool = True,
    ) -> AsyncIterator[Follower]:
        """A subscription, from when it is told of what changes; with `waits` off, from when it is sent.

        What happened before has been told to the gateway by then, and who followed before is gone.
        """
        await self.told()
        before = await self.subscribers()
        url = self.url.replace("http", "ws", 1)
        async with self.http.ws_connect(url, protocols=["graphql-transport-ws"], max_msg_size=0) as socket:
            await opened(socket, {"Authorization": f"Bearer {token}"})
            await socket.send_json(subscribe(query, variables=variables or {}))
            if waits:
                async with asyncio.timeout(PATIENCE):
                    while await self.subscribers() == before:
                        pass
            yield Follower(socket)
        async with asyncio.timeout(PATIENCE):
            while await self.subscribers() > before:
                pass

    async def told(self) -> None:
        """Wait until the gateway has been told of all that has happened at Square."""
        await idle(self.emulator)

    async def subscribers(self) -> int:
        """How many subscriptions wait for events."""
        return int(await self.figure("gateway_subscribers"))

    async def figure(self, name: str) -> float:
        """The sum of what the figures say under a name."""
        async with self.http.get(f"{self.gateway.url}/metrics") as response:
            found = re.findall(rf"^{name}(?:{{.*}})? (\S+)", await response.text(), re.MULTILINE)
        return sum(map(float, found))


@asynccontextmanager
async def live_gateway(
    emulator: Emulator, *, applications: Sequence[str] = (FIRST_APPLICATION, SECOND_APPLICATION), **settings: Any
) -> AsyncIterator[Live]:
    """A gateway to which the emulator sends the notifications of these applications.

    Of most changes each of them is told, and one that comes late is one more change.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}/webhooks/square"
    keys = tuple(emulator.running.subscribe(url, each) for each in applications)
    given = {
        "square_environment": "emulator",
        "square_base_url": emulator.url,
        "square_webhook_url": url,
        "square_webhook_signature_key": keys,
        "gateway_auth": "forward",
        "gateway_connect_timeout": 10,
    }
    chosen = Settings(_env_file=None, **{**given, **settings})
    # A notification that came too late for a busy machine would be sent again in a minute.
    await admin(emulator, "PUT", "", {"timeout": LONG})
    gateway = await listen(create_app(chosen), "127.0.0.1", port)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        yield Live(gateway, emulator, http)
    await gateway.close()


@pytest.fixture
async def live(emulator: Emulator) -> AsyncIterator[Live]:
    """A gateway that is told of what happens in an emulator with nothing in it."""
    async with live_gateway(emulator) as running:
        yield running


@pytest.fixture
async def told_once(emulator: Emulator) -> AsyncIterator[Live]:
    """The same, told of what concerns one application: of each change there is one notification."""
    async with live_gateway(emulator, applications=[FIRST_APPLICATION]) as running:
        yield running
