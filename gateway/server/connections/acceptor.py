"""Taking every connection that waits at a port, not only the first, and finding a place for each.

uvloop takes one connection each time round its loop: with rounds of 50 ms that is twenty a second, while the
others wait for seconds, or are rejected by the kernel. asyncio's own loop takes them all.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence

from gateway.server.connections.connection_limit import ConnectionLimit
from gateway.server.connections.http_connection import Connection
from gateway.server.connections.peer_addresses import network

# Connections that are taken before what runs has its turn again.
MAX_AT_ONCE = 100


class Arrival(asyncio.Protocol):
    """A connection until it is made: only then is it known whether there is a place for it."""

    def __init__(self, limit: ConnectionLimit, make: Callable[[], Connection]) -> None:
        """`make` makes what serves it."""
        self._limit = limit
        self._make = make

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Leave the connection to the one that serves it, or rejects it."""
        chosen = self._limit.admit(self._make, network(transport.get_extra_info("peername")))
        transport.set_protocol(chosen)
        chosen.connection_made(transport)


class Acceptor:
    """Makes the protocol of a connection that was accepted, and accepts those that wait behind it."""

    def __init__(self, limit: ConnectionLimit, make: Callable[[], Connection]) -> None:
        """`make` makes what serves one connection, if `limit` has a place for it."""
        self._limit = limit
        self._make = make
        self._ports: list[socket.socket] = []
        self._connecting: set[asyncio.Task[object]] = set()

    def watch(self, listening: Sequence[socket.socket]) -> None:
        """Take connections from these sockets, which an event loop listens on."""
        for each in listening:
            port = each.dup()
            port.setblocking(False)
            self._ports.append(port)

    def __call__(self) -> asyncio.Protocol:
        """The protocol of a connection that the event loop has accepted."""
        for port in self._ports:
            self._take(port)
        return self._arrival()

    def close(self) -> None:
        """Take no more."""
        for port in self._ports:
            port.close()
        self._ports.clear()
        self._limit.close()

    def _arrival(self) -> Arrival:
        return Arrival(self._limit, self._make)

    def _take(self, port: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        # The rest waits at the port until others are gone.
        for _ in range(min(MAX_AT_ONCE, self._limit.room - len(self._connecting))):
            try:
                accepted, _address = port.accept()
            except OSError:
                # None waits, or there is no descriptor for one: the event loop deals with that.
                return
            accepted.setblocking(False)
            task = loop.create_task(_serve(loop, self._arrival, accepted))
            self._connecting.add(task)
            task.add_done_callback(self._connecting.discard)


async def _serve(
    loop: asyncio.AbstractEventLoop, make: Callable[[], asyncio.Protocol], accepted: socket.socket
) -> None:
    try:
        await loop.connect_accepted_socket(make, accepted)
    except OSError:
        accepted.close()
