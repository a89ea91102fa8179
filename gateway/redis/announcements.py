"""What processes tell one another through Redis: one stream for all of them, and one reader in each.

An announcement has a kind and a few bytes. It is heard by every process in the same order, its own sender included.
Who cannot hear for a while has missed some, and is told so: `on_missed`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import Context
from time import monotonic
from typing import Any

from gateway.redis.connection import Redis, Unreachable

# Announcements that are kept for those who are a little behind.
KEPT = 10_000
# Milliseconds that the reader waits for the next one; it is known to hear as long as these waits end.
WAIT_MS = 250
# Seconds after which a process that has heard nothing, not even the end of a wait, may have missed something.
MAX_SILENCE = 1.0

Listener = Callable[[bytes], None]


class Announcements:
    """The announcements of one Redis, as one process hears them."""

    def __init__(self, redis: Redis) -> None:
        """Nothing is heard before `open`."""
        self._redis = redis
        self._stream = redis.key("announcements")
        self._listeners: dict[str, list[Listener]] = {}
        self._missed: list[Callable[[], None]] = []
        self._heard = float("-inf")
        self._last = "$"
        self._task: asyncio.Task[None] | None = None

    @property
    def stream(self) -> str:
        """The key of the stream, for scripts that announce what they do: `XADD stream MAXLEN ~ KEPT * kind payload`."""
        return self._stream

    @property
    def current(self) -> bool:
        """Whether all that was announced until `MAX_SILENCE` seconds ago has been heard."""
        return monotonic() - self._heard < MAX_SILENCE

    def on(self, kind: str, listener: Listener) -> None:
        """Tell this listener of every announcement of a kind. It must neither fail nor wait."""
        self._listeners.setdefault(kind, []).append(listener)

    def on_missed(self, listener: Callable[[], None]) -> None:
        """Call this when announcements may have been missed, once it hears again. It must neither fail nor wait."""
        self._missed.append(listener)

    def open(self) -> None:
        """Begin to hear; needs a running event loop."""
        self._task = asyncio.get_running_loop().create_task(self._run(), context=Context())

    async def close(self) -> None:
        """Hear nothing any more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def announce(self, kind: str, payload: bytes) -> None:
        """Tell all processes. Raises `Unreachable`."""
        fields: Any = {kind: payload}
        await self._redis.run(lambda client: client.xadd(self._stream, fields, maxlen=KEPT, approximate=True))

    async def _run(self) -> None:
        while True:
            try:
                found: Any = await self._redis.run(
                    lambda client: client.xread({self._stream: self._last}, count=500, block=WAIT_MS)
                )
            except Unreachable:
                await asyncio.sleep(WAIT_MS / 1000)
                continue
            if not self.current:
                for missed in self._missed:
                    missed()
            self._heard = monotonic()
            for _, entries in found or ():
                for place, fields in entries:
                    self._last = place
                    self._tell(fields)

    def _tell(self, fields: dict[bytes, bytes]) -> None:
        for kind, payload in fields.items():
            for listener in self._listeners.get(kind.decode(), ()):
                listener(payload)
