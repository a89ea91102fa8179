"""How many connections are open at a time. Knows no HTTP.

Each takes a file descriptor, and a process without descriptors can neither answer those that wait nor ask Square.
So only as many as the process can afford have a place. One more takes the place of the connection that has been
unused for the longest time, or is turned away with an answer when all are in use. Before that, an address that has
more connections than the newcomer's gives up one that has no request under way.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from typing import Protocol, TypeVar

from gateway.server.connections.peer_addresses import Peers
from gateway.server.connections.rejected_connection import TurnedAway

if sys.platform != "win32":
    import resource

MOST = 20_000
# Descriptors for everything else: calls to Square, the ports, files.
MIN_RESERVE = 50
# For each that is being turned away, how many have a place: those that are told to go need a moment to do so.
PLACES_FOR_EACH_TURNED_AWAY = 8
MIN_TURNED_AWAY = 4
WARN_SECONDS = 60.0
# Connections of one address that are looked at for one that can be given up.
LOOKED_AT = 16

_log = logging.getLogger(__name__)


def affordable() -> int:
    """How many connections this process may hold, by its limit of descriptors."""
    if sys.platform == "win32":
        # Sockets are not limited like this there.
        return MOST
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if limit == resource.RLIM_INFINITY:
        return MOST
    return max(1, min(MOST, limit - max(MIN_RESERVE, limit // 4)))


class Guest(Protocol):
    """A connection that has a place."""

    @property
    def unused(self) -> bool:
        """Whether it only waits for another request."""

    @property
    def unasked(self) -> bool:
        """Whether no whole request has come that is still to be answered."""

    def force_close(self) -> None:
        """Close it."""


G = TypeVar("G", bound=Guest)


class Crowd:
    """The connections that are open at a port, and those that are being turned away."""

    def __init__(self, most: int) -> None:
        """At most so many have a place."""
        self._most = most
        self._most_away = max(MIN_TURNED_AWAY, most // PLACES_FOR_EACH_TURNED_AWAY)
        self._guests: Peers[Guest] = Peers()
        self.refused = 0
        # The one that has rested for the longest time is first.
        self._resting: dict[Guest, None] = {}
        self._away: dict[TurnedAway, None] = {}
        # Closed by us, and not gone yet.
        self._leaving: set[object] = set()
        self._warned = -WARN_SECONDS

    @property
    def room(self) -> int:
        """How many more sockets there may be, with those that would be turned away."""
        return self._most + self._most_away - len(self._guests) - len(self._away) - len(self._leaving)

    def welcome(self, make: Callable[[], G], address: str = "") -> G | TurnedAway:
        """Who serves a new connection from this address: what `make` makes if there is a place."""
        if len(self._guests) >= self._most and not self._free_a_place() and not self._take_a_place(address):
            return self._turn_away()
        guest = make()
        self._guests.add(guest, address)
        return guest

    def rests(self, guest: Guest) -> None:
        """A guest has been answered: from now on it may be unused."""
        self._resting.pop(guest, None)
        if guest in self._guests:
            self._resting[guest] = None

    def leave(self, guest: Guest) -> None:
        """A connection that had a place is closed."""
        self._guests.discard(guest)
        self._resting.pop(guest, None)
        self._leaving.discard(guest)

    def close(self) -> None:
        """Wait no longer for those that are being turned away."""
        while self._away:
            self._hasten()

    def _free_a_place(self) -> bool:
        while self._resting:
            guest = next(iter(self._resting))
            del self._resting[guest]
            if guest.unused:
                self._give_up(guest)
                return True
        return False

    def _take_a_place(self, address: str) -> bool:
        for guest in self._guests.crowding_out(address, LOOKED_AT):
            if guest.unasked:
                self._give_up(guest)
                return True
        return False

    def _give_up(self, guest: Guest) -> None:
        self._guests.discard(guest)
        self._leaving.add(guest)
        guest.force_close()

    def _turn_away(self) -> TurnedAway:
        self.refused += 1
        now = asyncio.get_running_loop().time()
        if now - self._warned >= WARN_SECONDS:
            self._warned = now
            _log.warning("All %d connections are in use; more are turned away", self._most)
        if len(self._away) >= self._most_away:
            self._hasten()
        away = TurnedAway(self._gone)
        self._away[away] = None
        return away

    def _hasten(self) -> None:
        """End the connection that has had the longest time to go."""
        away = next(iter(self._away))
        del self._away[away]
        self._leaving.add(away)
        away.end()

    def _gone(self, away: TurnedAway) -> None:
        self._away.pop(away, None)
        self._leaving.discard(away)
