"""An endpoint that notifications are sent to, which keeps what came and answers as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import web
from multidict import CIMultiDict
from square.utils.webhooks_helper import verify_signature

from tests.emulator.conftest import Emulator
from tests.patience import PATIENCE


@dataclass
class Received:
    """One notification as it came."""

    body: bytes
    headers: CIMultiDict[str]

    @property
    def event(self) -> dict[str, Any]:
        event: dict[str, Any] = orjson.loads(self.body)
        return event

    def signed(self, key: str, url: str) -> bool:
        """Whether Square's own client accepts the signature."""
        header = self.headers["x-square-hmacsha256-signature"]
        return verify_signature(
            request_body=self.body.decode(), signature_header=header, signature_key=key, notification_url=url
        )


@dataclass
class Receiver:
    """`statuses` are answered one after the other, then 200 for ever; nothing is answered until `open` is set."""

    url: str = ""
    received: list[Received] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    now: int = 0
    most: int = 0
    _came: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [each.event for each in self.received]

    @property
    def types(self) -> list[str]:
        return [each["type"] for each in self.events]

    async def wait(self, count: int) -> None:
        """Until so many notifications have come."""
        async with asyncio.timeout(PATIENCE), self._came:
            await self._came.wait_for(lambda: len(self.received) >= count)

    async def handle(self, request: web.Request) -> web.Response:
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            self.received.append(Received(await request.read(), CIMultiDict(request.headers)))
            async with self._came:
                self._came.notify_all()
            await self.open.wait()
            return web.Response(status=self.statuses.pop(0) if self.statuses else 200)
        finally:
            self.now -= 1


@asynccontextmanager
async def receiving(path: str = "/hook") -> AsyncIterator[Receiver]:
    """A receiver that answers 200 at once."""
    receiver = Receiver()
    receiver.open.set()
    app = web.Application()
    app.router.add_post("/{any:.*}", receiver.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    _, port = runner.addresses[0]
    receiver.url = f"http://127.0.0.1:{port}{path}"
    try:
        yield receiver
    finally:
        await runner.cleanup()


async def admin(emulator: Emulator, method: str, path: str = "", body: Any = None) -> Any:
    """What the emulator's own paths for notifications answer."""
    status, answer = await emulator.call(method, f"/_emulator/webhooks{path}", body, token=None)
    assert status == 200, answer
    return answer


async def idle(emulator: Emulator) -> dict[str, Any]:
    """How many deliveries are in which state once nothing is due or on its way."""
    answer: dict[str, Any] = await admin(emulator, "POST", "/idle", {"timeout": PATIENCE})
    assert answer.pop("idle")
    return answer


async def create(emulator: Emulator, name: str = "Ada") -> str:
    status, answer = await emulator.call("POST", "/v2/customers", {"given_name": name})
    assert status == 200
    return str(answer["customer"]["id"])


async def rename(emulator: Emulator, id: str, name: str) -> None:
    status, _ = await emulator.call("PUT", f"/v2/customers/{id}", {"given_name": name})
    assert status == 200
