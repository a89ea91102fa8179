"""How many connections may stay open unused. Numbers and order only; no I/O.

One owner needs no limit here: it has no more in use at a time than its tenant's limit, and keeps no more than those.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from typing import Generic, Protocol, TypeVar


class Closable(Protocol):
    """A connection."""

    def close(self) -> None:
        """End it."""
        ...


C = TypeVar("C", bound=Closable)


class Idle(Generic[C]):
    """The unused connections, the longest unused first. Those in use and the unused are `room` at most.

    `busy` is how many are in use or being made.
    """

    def __init__(self, room: int) -> None:
        self.busy = 0
        self._room = room
        self._owners: dict[C, Hashable] = {}
        self._counts: Counter[Hashable] = Counter()

    def __len__(self) -> int:
        return len(self._owners)

    def take(self, owner: Hashable) -> None:
        """One more is wanted: an unused one of this owner, for None a new one. Makes room for it."""
        self.busy += 1
        if not self._counts[owner]:
            while self._owners and self.busy + len(self._owners) > self._room:
                self._end(next(iter(self._owners)))

    def add(self, connection: C, owner: Hashable) -> None:
        """Keep a connection that is no longer in use."""
        self._owners[connection] = owner
        self._counts[owner] += 1

    def remove(self, connection: C) -> bool:
        """Forget a connection that is used again or was lost; whether it was here."""
        if connection not in self._owners:
            return False
        owner = self._owners.pop(connection)
        self._counts[owner] -= 1
        if not self._counts[owner]:
            del self._counts[owner]
        return True

    def _end(self, connection: C) -> None:
        self.remove(connection)
        connection.close()
