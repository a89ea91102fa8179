"""Messages on their way to one WebSocket: in order, and only so many for each operation. Knows no protocol."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import WSMsgType, web


class SlowConsumer(Exception):
    """More messages wait for the client than it may leave unread."""


class Outbox:
    """What is written to a socket, by one task, so that a client that does not read holds up nobody."""

    def __init__(self, socket: web.WebSocketResponse, limit: int) -> None:
        """At most `limit` messages wait for each operation."""
        self._socket = socket
        self._limit = limit
        self._waiting: deque[tuple[str | None, bytes]] = deque()
        self._counts: Counter[str | None] = Counter()
        self._filled = asyncio.Event()

    async def put(self, message: Mapping[str, Any]) -> None:
        """Send a message in its turn. Raises `SlowConsumer`.

        Gives way to the writing task, so that only what the client does not take adds up.
        """
        operation = message.get("id")
        if self._counts[operation] >= self._limit:
            raise SlowConsumer
        self._waiting.append((operation, orjson.dumps(message)))
        self._counts[operation] += 1
        self._filled.set()
        await asyncio.sleep(0)

    async def write(self) -> None:
        """Write until cancelled, or until the connection breaks."""
        while True:
            await self._filled.wait()
            self._filled.clear()
            while self._waiting:
                operation, frame = self._waiting.popleft()
                try:
                    await self._socket.send_frame(frame, WSMsgType.TEXT)
                except ConnectionError:
                    return
                self._counts[operation] -= 1
                if not self._counts[operation]:
                    del self._counts[operation]
