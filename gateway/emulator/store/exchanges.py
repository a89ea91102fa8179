"""The latest requests with their answers, for the console. A bounded number of bounded answers; decides nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from gateway.emulator.store.calls import Call

KEPT = 500
# Bytes of one answer, and of all answers together.
MAX_BYTES = 64 * 1024
MAX_ALL_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, of which `body` is the beginning and `size` the whole, in bytes.

    `milliseconds` is what the answer took, with what the fault switches added; `began` is by the emulator's clock.
    `status` is None for a connection that was cut.
    """

    id: int
    call: Call
    began: datetime
    milliseconds: float
    status: int | None
    body: bytes
    size: int


class Exchanges:
    """The latest exchanges. The oldest make room for newer ones."""

    def __init__(self) -> None:
        self._kept: deque[Exchange] = deque()
        self._bytes = 0
        self._latest = 0

    def add(self, call: Call, began: datetime, milliseconds: float, body: bytes) -> None:
        """Remember what a call was answered."""
        self._latest += 1
        kept = body if len(body) <= MAX_BYTES else body[:MAX_BYTES]
        self._kept.append(Exchange(self._latest, call, began, milliseconds, call.status, kept, len(body)))
        self._bytes += len(kept)
        while len(self._kept) > KEPT or self._bytes > MAX_ALL_BYTES:
            self._bytes -= len(self._kept.popleft().body)

    def after(self, id: int) -> Iterator[Exchange]:
        """Those with a higher id, newest first."""
        for each in reversed(self._kept):
            if each.id <= id:
                return
            yield each

    def get(self, id: int) -> Exchange | None:
        """The one with this id, if it is still there."""
        return next((each for each in self._kept if each.id == id), None)

    def clear(self) -> None:
        """Forget all of them. Ids go on."""
        self._kept.clear()
        self._bytes = 0
