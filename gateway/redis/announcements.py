"""What processes tell one another through Redis: one stream for all of them, and one reader in each.

An announcement has a kind and a few bytes. It is heard by every process in the same order, its own sender included.
Who cannot hear for a while goes on where it was, and is told when some may be missing: `on_missed`. Keeps nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextvars import Context
from time import monotonic
from typing import Any

from redis.asyncio import Redis as Client

from gateway.redis.connection import Redis, Unreachable

# Announcements that are kept for those who are a little behind.
KEPT = 10_000
# Milliseconds that the reader waits for the next one; it is known to hear as long as these waits end.
WAIT_MS = 250
# Seconds after which a process that has heard nothing, not even the end of a wait, may have missed something.
MAX_SILENCE = 1.0
# Announcements of one read.
PAGE = 500

Listener = Callable[[bytes], None]
# Of a stream entry: milliseconds since 1970, and a number within them.
Place = tuple[int, int]

_START: Place = (0, 0)

log = logging.getLogger(__name__)


class Announcements:
    """The announcements of one Redis, as one process hears them."""

    def __init__(self, redis: Redis) -> None:
        """Nothing is heard before `open`."""
        self._redis = redis
        self._stream = redis.key("announcements")
        self._listeners: dict[bytes, list[Listener]] = {}
        self._missed: list[Callable[[], None]] = []
        self._heard = float("-inf")
        self._last: Place | None = None
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
        self._listeners.setdefault(kind.encode(), []).append(listener)

    def on_missed(self, listener: Callable[[], None]) -> None:
        """Call this when announcements may have been missed, once it hears again. It must neither fail nor wait.

        That is so when it begins to hear, too.
        """
        self._missed.append(listener)

    def open(self) -> None:
        """Begin to hear; needs a running event loop."""
        self._task = asyncio.get_running_loop().create_task(self._run(), context=Context())

    async def close(self) -> None:
        """Hear nothing any more."""
        while self._task is not None and not self._task.done():
            self._task.cancel()
            # redis-py loses a cancellation that comes together with a time-out of its own.
            await asyncio.wait({self._task}, timeout=WAIT_MS / 1000)

    async def announce(self, kind: str, payload: bytes) -> None:
        """Tell all processes. Raises `Unreachable`."""
        fields: Any = {kind: payload}
        await self._redis.run(lambda client: client.xadd(self._stream, fields, maxlen=KEPT, approximate=True))

    async def _run(self) -> None:
        # Whether what comes next is known to follow what was heard last.
        follows = False
        while True:
            try:
                if not follows:
                    await self._find()
                follows = await self._hear()
            except Unreachable:
                follows = False
                await asyncio.sleep(WAIT_MS / 1000)
            except Exception:  # whatever stands there, it hears on
                log.exception("Announcements could not be read")
                follows = False
                await asyncio.sleep(MAX_SILENCE)

    async def _find(self) -> None:
        """Go on where it was, or at the end of a stream that does not have all of what came since."""
        began = monotonic()
        first, end = await self._redis.wait(self._ends, 0)
        last = self._last
        if last is None or last > end:
            # It begins to hear, or this is another stream.
            self._last, self._heard = end, began
        elif _START in {last, first} or first <= last or end == last:
            # What was heard last is still there, or there was nothing.
            return
        self._miss()

    def _miss(self) -> None:
        for missed in self._missed:
            missed()

    async def _ends(self, client: Client) -> tuple[Place, Place]:
        """The places of the first and the last entry there is."""
        last: Any = await client.xrevrange(self._stream, count=1)
        # Afterwards, so that it cannot have been let go meanwhile.
        first: Any = await client.xrange(self._stream, count=1)
        return (_place(first[0][0]), _place(last[0][0])) if first and last else (_START, _START)

    async def _hear(self) -> bool:
        """Wait for what comes next; whether that was seen to follow what was heard before."""
        began, after = monotonic(), self._last or _START
        streams: Any = {self._stream: f"{after[0]}-{after[1]}"}
        found: Any = await self._redis.wait(
            lambda client: client.xread(streams, count=PAGE, block=WAIT_MS), WAIT_MS / 1000
        )
        entries = found[0][1] if found else []
        many = len(entries) == PAGE
        # So much may have come that some of it was let go before it was read.
        if many and after != _START and (await self._redis.wait(self._ends, 0))[0] > after:
            self._miss()
        for place, fields in entries:
            self._last = _place(place)
            self._tell(fields)
        if not entries:
            # Until then there was nothing, unless there is another stream now.
            self._heard = began + WAIT_MS / 1000
            return False
        if not many:
            self._heard = began
        return True

    def _tell(self, fields: dict[bytes, bytes]) -> None:
        for kind, payload in fields.items():
            for listener in self._listeners.get(kind, ()):
                try:
                    listener(payload)
                except Exception:  # one that fails keeps nothing from the others
                    log.exception("An announcement could not be heard")


def _place(text: bytes) -> Place:
    milliseconds, _, number = text.partition(b"-")
    return int(milliseconds), int(number)
