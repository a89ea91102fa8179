"""Messages on their way to one WebSocket: in order, and only so many of them. Knows no protocol."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from aiohttp import WSMsgType, web

# The most that waits for one socket. A single message may be larger, if nothing else waits.
MAX_BYTES = 16 * 1024 * 1024


class SlowConsumer(Exception):
    """More messages wait for the client than it may leave unread."""


class Outbox:
    """What is written to a socket, by one task, so that a client that does not read holds up nobody."""

    def __init__(
        self, socket: web.WebSocketResponse, limit: int, most: int, hold: Callable[[int], None] = lambda _: None
    ) -> None:
        """At most `limit` messages wait for each operation, and `most` altogether.

        The bound on all of them is what holds, whatever ids a client invents. `hold` is told by how many bytes what
        waits has grown.
        """
        self._socket = socket
        self._limit = limit
        self._most = most
        self._waiting: deque[tuple[str | None, bytes]] = deque()
        self._counts: Counter[str | None] = Counter()
        self._bytes = 0
        self._hold = hold
        self._filled = asyncio.Event()

    async def put(self, message: Mapping[str, Any]) -> None:
        """Send a message in its turn. Raises `SlowConsumer`.

        Gives way to the writing task, so that only what the client does not take adds up.
        """
        operation = message.get("id")
        if self._counts[operation] >= self._limit or len(self._waiting) >= self._most:
            raise SlowConsumer
        frame = orjson.dumps(message)
        if self._waiting and self._bytes + len(frame) > MAX_BYTES:
            raise SlowConsumer
        self._waiting.append((operation, frame))
        self._counts[operation] += 1
        self._count(len(frame))
        self._filled.set()
        await asyncio.sleep(0)

    async def write(self) -> None:
        """Write until cancelled, or until the connection breaks. What waits then is dropped."""
        try:
            while True:
                await self._filled.wait()
                self._filled.clear()
                while self._waiting:
                    await self._write_first()
        except ConnectionError:
            return
        finally:
            self._waiting.clear()
            self._count(-self._bytes)

    def _count(self, change: int) -> None:
        self._bytes += change
        self._hold(change)

    async def _write_first(self) -> None:
        operation, frame = self._waiting.popleft()
        self._count(-len(frame))
        await self._socket.send_frame(frame, WSMsgType.TEXT)
        # For its operation, a message waits until the connection has taken it.
        self._counts[operation] -= 1
        if not self._counts[operation]:
            del self._counts[operation]
