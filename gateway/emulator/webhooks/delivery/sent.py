"""The latest attempts to deliver notifications, with what they sent. A bounded number and size; sends nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gateway.emulator.store.latest import Entry, Latest
from gateway.emulator.webhooks.delivery.deliveries import Attempted, Deliveries

MAX_ALL_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Sent:
    """An attempt, and when it ended by the emulator's clock."""

    ended: datetime
    attempted: Attempted


class SentAttempts(Latest[Sent]):
    """The latest attempts of these deliveries."""

    def __init__(self, deliveries: Deliveries) -> None:
        """There are none. They are noted from now on."""
        super().__init__(MAX_ALL_BYTES)
        self._deliveries = deliveries
        deliveries.attempted.append(self.note)

    def note(self, attempted: Attempted) -> Entry[Sent]:
        """Keep one that has just ended."""
        return self.add(Sent(self._deliveries.now, attempted), len(attempted.attempt.body))
