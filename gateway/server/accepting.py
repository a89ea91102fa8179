"""Taking every connection that waits at a port, not only the first.

uvloop takes one connection each time round its loop: with rounds of 50 ms that is twenty a second, while the
others wait for seconds, or are turned away by the kernel. asyncio's own loop takes them all.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence

# Connections that are taken before what runs has its turn again.
AT_ONCE = 100


class Acceptor:
    """Makes the protocol of a connection that was accepted, and accepts those that wait behind it."""

    def __init__(self, make: Callable[[], asyncio.Protocol]) -> None:
        """`make` makes the protocol of one connection."""
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
        return self._make()

    def close(self) -> None:
        """Take no more."""
        for port in self._ports:
            port.close()
        self._ports.clear()

    def _take(self, port: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(AT_ONCE):
            try:
                accepted, _address = port.accept()
            except OSError:
                # None waits, or there is no descriptor for one: the event loop deals with that.
                return
            accepted.setblocking(False)
            task = loop.create_task(_serve(loop, self._make, accepted))
            self._connecting.add(task)
            task.add_done_callback(self._connecting.discard)


async def _serve(
    loop: asyncio.AbstractEventLoop, make: Callable[[], asyncio.Protocol], accepted: socket.socket
) -> None:
    try:
        await loop.connect_accepted_socket(make, accepted)
    except OSError:
        accepted.close()
