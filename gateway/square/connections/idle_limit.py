"""How many connections may stay open unused, in all and of one owner. Numbers and order only; no I/O."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, Protocol, TypeVar

# One owner keeps a quarter of the connections at most, but a few always.
SHARE = 4
MIN_SHARE = 8


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
        self._share = max(MIN_SHARE, room // SHARE)
        self._owners: dict[C, Hashable] = {}
        self._owned: dict[Hashable, dict[C, None]] = {}

    def __len__(self) -> int:
        return len(self._owners)

    def take(self, owner: Hashable) -> None:
        """One more is wanted: an unused one of this owner, for None a new one. Makes room for it."""
        self.busy += 1
        if owner not in self._owned:
            while self._owners and self.busy + len(self._owners) > self._room:
                self._end(next(iter(self._owners)))

    def add(self, connection: C, owner: Hashable) -> None:
        """Keep a connection that is no longer in use; the longest unused of its owner goes when these are too many."""
        self._owners[connection] = owner
        owned = self._owned.setdefault(owner, {})
        owned[connection] = None
        if len(owned) > self._share:
            self._end(next(iter(owned)))

    def remove(self, connection: C) -> bool:
        """Forget a connection that is used again or was lost; whether it was here."""
        if connection not in self._owners:
            return False
        owner = self._owners.pop(connection)
        owned = self._owned[owner]
        del owned[connection]
        if not owned:
            del self._owned[owner]
        return True

    def _end(self, connection: C) -> None:
        self.remove(connection)
        connection.close()
