"""One of the processes that serve a gateway's port together, as it sees itself. Knows nothing of what it serves."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.workers.change_board import ChangeBoard
from gateway.workers.readiness import Readiness


@dataclass(frozen=True, slots=True)
class Worker:
    """Which of so many workers a process is, and what it shares with the others."""

    # From 0. While one is replaced by another there may be two of the same number.
    number: int
    count: int
    changes: ChangeBoard
    readiness: Readiness

    def part(self, limit: int) -> int:
        """Its part of a limit that is one for all, rounded up."""
        return -(-limit // self.count)

    def take(self, lane: int) -> None:
        """Write into this lane of what is shared: no other living process does."""
        self.changes.lane = self.readiness.lane = lane
