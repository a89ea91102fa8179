"""One of the processes that serve a gateway's port together, as it sees itself. Knows nothing of what it serves."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.workers.change_board import ChangeBoard
from gateway.workers.readiness import Readiness


@dataclass(frozen=True, slots=True)
class Worker:
    """Of how many workers a process is one, and what it shares with the others."""

    count: int
    changes: ChangeBoard
    readiness: Readiness

    def part(self, limit: int) -> int:
        """Its part of a limit that is one for all, rounded up."""
        return -(-limit // self.count)

    def take(self, lane: int) -> None:
        """Write into this lane of what is shared: no other living process does."""
        self.changes.lane = self.readiness.lane = lane
