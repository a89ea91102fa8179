"""How many connections are open at a time. Knows no HTTP.

Each takes a file descriptor, and a process without descriptors can neither answer those that wait nor ask Square.
So only as many as the process can afford have a place. One more takes the place of the connection that has been
unused for the longest time, or is rejected with an answer when all are in use. Before that, an address that has
more connections than the newcomer's gives up one that has no request under way.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable
from typing import Protocol, TypeVar

from gateway.server.connections.peer_addresses import Peers
from gateway.server.connections.rejected_connection import RejectedConnection

if sys.platform != "win32":
    import resource

MAX_CONNECTIONS = 20_000
# Descriptors for everything else: calls to Square, the ports, files.
MIN_RESERVE = 50
# For each that is being rejected, how many have a place: those that are told to go need a moment to do so.
PLACES_PER_REJECTED = 8
MIN_REJECTED = 4
WARN_SECONDS = 60.0
# Connections of one address that are looked at for one that can be given up.
CANDIDATES = 16

_log = logging.getLogger(__name__)


def affordable() -> int:
    """How many connections this process may hold, by its limit of descriptors."""
    if sys.platform == "win32":
        # Sockets are not limited like this there.
        return MAX_CONNECTIONS
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if limit == resource.RLIM_INFINITY:
        return MAX_CONNECTIONS
    return max(1, min(MAX_CONNECTIONS, limit - max(MIN_RESERVE, limit // 4)))


class Member(Protocol):
    """A connection that has a place."""

    @property
    def unused(self) -> bool:
        """Whether it only waits for another request."""

    @property
    def unasked(self) -> bool:
        """Whether no whole request has come that is still to be answered."""

    def give_up(self) -> None:
        """Close it."""


G = TypeVar("G", bound=Member)


class ConnectionLimit:
    """The connections that are open at a port, and those that are being rejected."""

    def __init__(self, maximum: int) -> None:
        """At most so many have a place."""
        self._max = maximum
        self._max_rejected = max(MIN_REJECTED, maximum // PLACES_PER_REJECTED)
        self._members: Peers[Member] = Peers()
        self.refused = 0
        # The one that has rested for the longest time is first.
        self._resting: dict[Member, None] = {}
        self._rejected: dict[RejectedConnection, None] = {}
        # Closed by us, and not gone yet.
        self._leaving: set[object] = set()
        # Set once no connection is left, for who waits for that.
        self._empty: asyncio.Event | None = None
        self._warned = -WARN_SECONDS

    @property
    def room(self) -> int:
        """How many more sockets there may be, with those that would be rejected."""
        return self._max + self._max_rejected - len(self._members) - len(self._rejected) - len(self._leaving)

    def admit(self, make: Callable[[], G], address: str = "") -> G | RejectedConnection:
        """Who serves a new connection from this address: what `make` makes if there is a place."""
        if len(self._members) >= self._max and not self._free_a_place() and not self._take_a_place(address):
            return self._reject()
        member = make()
        self._members.add(member, address)
        return member

    def rests(self, member: Member) -> None:
        """A member has been answered: from now on it may be unused."""
        self._resting.pop(member, None)
        if member in self._members:
            self._resting[member] = None

    def leave(self, member: Member) -> None:
        """A connection that had a place is closed."""
        self._members.discard(member)
        self._resting.pop(member, None)
        self._leaving.discard(member)
        if self._empty is not None and not len(self._members):
            self._empty.set()

    async def emptied(self) -> None:
        """Return once no connection is left."""
        self._empty = asyncio.Event()
        if len(self._members):
            await self._empty.wait()

    def close_unused(self) -> None:
        """Close all connections on which nothing is under way."""
        for member in [each for each in self._members if each.unused]:
            self._give_up(member)

    def close(self) -> None:
        """Wait no longer for those that are being rejected."""
        while self._rejected:
            self._end_oldest()

    def _free_a_place(self) -> bool:
        while self._resting:
            member = next(iter(self._resting))
            del self._resting[member]
            if member.unused:
                self._give_up(member)
                return True
        return False

    def _take_a_place(self, address: str) -> bool:
        for member in self._members.excess_of(address, CANDIDATES):
            if member.unasked:
                self._give_up(member)
                return True
        return False

    def _give_up(self, member: Member) -> None:
        self._members.discard(member)
        self._leaving.add(member)
        member.give_up()

    def _reject(self) -> RejectedConnection:
        self.refused += 1
        now = asyncio.get_running_loop().time()
        if now - self._warned >= WARN_SECONDS:
            self._warned = now
            _log.warning("All %d connections are in use; more are rejected", self._max)
        if len(self._rejected) >= self._max_rejected:
            self._end_oldest()
        away = RejectedConnection(self._gone)
        self._rejected[away] = None
        return away

    def _end_oldest(self) -> None:
        """End the connection that has had the longest time to go."""
        away = next(iter(self._rejected))
        del self._rejected[away]
        self._leaving.add(away)
        away.end()

    def _gone(self, away: RejectedConnection) -> None:
        self._rejected.pop(away, None)
        self._leaving.discard(away)
