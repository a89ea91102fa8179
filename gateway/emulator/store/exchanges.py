"""The latest requests with their answers, for the console. A bounded number of bounded answers; decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gateway.emulator.store.calls import Call
from gateway.emulator.store.latest import Latest

# Bytes of one answer, and of all answers together with what they are answers to.
MAX_BYTES = 64 * 1024
MAX_ALL_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, of which `body` is the beginning and `size` the whole, in bytes.

    `milliseconds` is what the answer took, with what the fault switches added; `began` is by the emulator's clock.
    `status` is None for a connection that was cut.
    """

    call: Call
    began: datetime
    milliseconds: float
    status: int | None
    body: bytes
    size: int


class Exchanges(Latest[Exchange]):
    """The latest exchanges."""

    def __init__(self) -> None:
        """There are none."""
        super().__init__(MAX_ALL_BYTES)

    def note(self, call: Call, began: datetime, milliseconds: float, body: bytes) -> None:
        """Remember what a call was answered."""
        kept = body if len(body) <= MAX_BYTES else body[:MAX_BYTES]
        self.add(Exchange(call, began, milliseconds, call.status, kept, len(body)), len(kept) + call.size)
