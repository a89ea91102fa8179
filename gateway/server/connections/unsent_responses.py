"""What was written and its clients have not taken yet: bounded in bytes and in time, over all connections of a port.

Knows no HTTP. Nothing is noted of a client whose answers the kernel takes at once.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Protocol

MAX_BYTES = 64 * 1024 * 1024
# How often it is looked whether clients take anything, in a client's time.
LOOKS = 4
# A client that has taken something this lately is not taken for one that does not read, in a client's time.
RECENTLY = 0.5


class Reader(Protocol):
    """A client's connection."""

    @property
    def written(self) -> int:
        """Bytes that were written to it and are not taken."""

    @property
    def held(self) -> int:
        """Bytes that wait to be written."""

    def let_go(self) -> None:
        """Close it, whatever waits."""


@dataclass(slots=True)
class _Wait:
    written: int
    total: int
    since: float


class UnsentResponses:
    """The clients that have something to take."""

    def __init__(self, loop: asyncio.AbstractEventLoop, *, max_bytes: int, seconds: float) -> None:
        """A client that takes nothing for `seconds` is let go, and so are some when more than `max_bytes` wait.

        First those that have taken nothing for the longest time, then those that most waits for. What waits for a
        single client may be more, if nothing else waits.
        """
        self._loop = loop
        self._max_bytes = max_bytes
        self._seconds = seconds
        self._waits: dict[Reader, _Wait] = {}
        self._bytes = 0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def total(self) -> int:
        """How many bytes wait."""
        return self._bytes

    def waits(self, reader: Reader) -> None:
        """Something waits for a client, or more than before."""
        if reader not in self._waits:
            self._waits[reader] = _Wait(reader.written, 0, self._loop.time())
        self._count(reader)
        while self._bytes > self._max_bytes and len(self._waits) > 1:
            self._let_go(self._most_stalled())
        if self._timer is None:
            self._timer = self._loop.call_later(self._seconds / LOOKS, self._look)

    def taken(self, reader: Reader) -> None:
        """Nothing waits for a client any more."""
        wait = self._waits.pop(reader, None)
        if wait is not None:
            self._bytes -= wait.total

    def _count(self, reader: Reader) -> None:
        wait, now = self._waits[reader], self._loop.time()
        written = reader.written
        if written < wait.written:
            wait.since = now
        total = written + reader.held
        self._bytes += total - wait.total
        wait.written, wait.total = written, total

    def _look(self) -> None:
        self._timer = None
        for reader in list(self._waits):
            self._count(reader)
        late = self._loop.time() - self._seconds
        for reader in [reader for reader, wait in self._waits.items() if wait.since <= late]:
            self._let_go(reader)
        if self._waits:
            self._timer = self._loop.call_later(self._seconds / LOOKS, self._look)

    def _most_stalled(self) -> Reader:
        recent = self._loop.time() - self._seconds * RECENTLY
        return min(self._waits, key=lambda each: (min(self._waits[each].since, recent), -self._waits[each].total))

    def _let_go(self, reader: Reader) -> None:
        self.taken(reader)
        reader.let_go()
