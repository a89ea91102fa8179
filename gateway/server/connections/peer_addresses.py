"""How many connections each address has, and which address has most. No I/O.

An address tells callers apart only where they connect by themselves: behind a proxy all have the same.
"""

from __future__ import annotations

import socket
from collections import OrderedDict
from collections.abc import Iterator
from typing import Generic, TypeVar

C = TypeVar("C")

# Bytes of an IPv6 address that one network has to itself: who has one of its addresses has them all.
NETWORK = 8


def network(peer: object) -> str:
    """The address of a socket's peer, as asyncio gives it; of IPv6 the network. Empty when there is none."""
    if not isinstance(peer, tuple) or not peer or not isinstance(peer[0], str):
        return ""
    try:
        packed = socket.inet_pton(socket.AF_INET6, peer[0].partition("%")[0])
    except OSError:
        return peer[0]
    mapped = packed.startswith(b"\0" * 10 + b"\xff\xff")
    return packed.hex() if mapped else packed[:NETWORK].hex()


class Peers(Generic[C]):
    """Connections by address."""

    def __init__(self) -> None:
        """There are none."""
        self._addresses: dict[C, str] = {}
        self._connections: dict[str, OrderedDict[C, None]] = {}
        # The addresses that have so many connections.
        self._sizes: dict[int, OrderedDict[str, None]] = {}
        self._most = 0

    def __len__(self) -> int:
        return len(self._addresses)

    def __iter__(self) -> Iterator[C]:
        return iter(self._addresses)

    def __contains__(self, connection: C) -> bool:
        return connection in self._addresses

    def add(self, connection: C, address: str) -> None:
        """Count a connection."""
        self._addresses[connection] = address
        connections = self._connections.setdefault(address, OrderedDict())
        connections[connection] = None
        self._resized(address, len(connections) - 1, len(connections))

    def discard(self, connection: C) -> None:
        """Count a connection no more."""
        address = self._addresses.pop(connection, None)
        if address is None:
            return
        connections = self._connections[address]
        del connections[connection]
        self._resized(address, len(connections) + 1, len(connections))
        if not connections:
            del self._connections[address]

    def excess_of(self, address: str, number: int) -> list[C]:
        """Some connections of the address that has most, if that is more than this one would have with one more.

        Those that have not been given for the longest time, at most `number`.
        """
        if self._most <= len(self._connections.get(address, ())) + 1:
            return []
        connections = self._connections[next(iter(self._sizes[self._most]))]
        given = [each for each, _ in zip(connections, range(number), strict=False)]
        for each in given:
            connections.move_to_end(each)
        return given

    def _resized(self, address: str, before: int, after: int) -> None:
        if before:
            del self._sizes[before][address]
            if not self._sizes[before]:
                del self._sizes[before]
        if after:
            self._sizes.setdefault(after, OrderedDict())[address] = None
        if after > self._most or self._most not in self._sizes:
            # The largest changes by one at a time.
            self._most = after
