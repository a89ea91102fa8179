"""What lies between Square and a gateway: it takes notifications and passes them on late, shuffled, twice and stale.

A stale one is an earlier notification about the same object with a new id, as Square was seen to send them. Whatever is
passed on is signed for the gateway, and sent again until the gateway has taken it.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import random
import uuid
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson
from aiohttp import web

from gateway.server.connections.listener import listen

SECRET = "key-of-the-history"
AGAIN_AFTER = 0.05
AT_ONCE = 32


@dataclass
class Network:
    """Passes notifications on to `target`. `spread` is the most seconds that one is held back."""

    target: str
    seed: int
    spread: float = 0.5
    duplicates: float = 0.1
    stale: float = 0.1
    # While True nothing reaches the gateway, and nothing is sent again later.
    dropping: bool = False
    url: str = ""
    count: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self._earlier: dict[str, deque[bytes]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._places = asyncio.Semaphore(AT_ONCE)
        self._http: aiohttp.ClientSession | None = None

    async def take(self, request: web.Request) -> web.Response:
        """A notification of Square's."""
        body = await request.read()
        self.count["taken"] += 1
        if self.dropping:
            self.count["dropped"] += 1
            return web.Response()
        envelope = orjson.loads(body)
        earlier = self._earlier.setdefault(envelope["data"]["id"], deque(maxlen=5))
        self._later(body)
        if self._chance.random() < self.duplicates:
            self.count["duplicated"] += 1
            self._later(body)
        if earlier and self._chance.random() < self.stale:
            self.count["stale"] += 1
            self._later(self._aged(self._chance.choice(earlier)))
        earlier.append(body)
        return web.Response()

    def _aged(self, body: bytes) -> bytes:
        envelope: dict[str, Any] = orjson.loads(body)
        return orjson.dumps({**envelope, "event_id": str(uuid.UUID(int=self._chance.getrandbits(128)))})

    def _later(self, body: bytes) -> None:
        task = asyncio.create_task(self._pass_on(body, self._chance.random() * self.spread))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _pass_on(self, body: bytes, seconds: float) -> None:
        await asyncio.sleep(seconds)
        while not self.dropping:
            async with self._places:
                status = await self._send(body)
            self.count[f"status {status}"] += 1
            if 200 <= status < 300:
                return
            await asyncio.sleep(AGAIN_AFTER)
        self.count["dropped"] += 1

    async def _send(self, body: bytes) -> int:
        assert self._http is not None
        headers = {"x-square-hmacsha256-signature": signature(self.target, body), "content-type": "application/json"}
        try:
            async with self._http.post(self.target, data=body, headers=headers) as response:
                await response.read()
                return response.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            return 0

    async def idle(self) -> None:
        """Wait until everything that was taken has been passed on."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Network]:
        """Listen for Square until the block ends."""
        app = web.Application()
        app.router.add_post("/", self.take)
        listening = await listen(app, "127.0.0.1", 0)
        self.url = f"{listening.url}/"
        try:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as self._http:
                yield self
                for task in self._tasks:
                    task.cancel()
                await asyncio.gather(*self._tasks, return_exceptions=True)
        finally:
            await listening.close()


def signature(url: str, body: bytes) -> str:
    """Square's signature of a notification: https://developer.squareup.com/docs/webhooks/step3validate"""
    return base64.b64encode(hmac.new(SECRET.encode(), url.encode() + body, hashlib.sha256).digest()).decode()
