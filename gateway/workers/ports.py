"""The sockets of a port that several processes serve: bound by their parent, and kept open by it.

What waits at a socket whose process has died is served by the one that takes its place. Where the kernel can share out
connections among sockets of one port (Linux), each worker has its own; elsewhere all take from the same.
"""

from __future__ import annotations

import errno
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

BALANCED = sys.platform == "linux"
# Looks for a port that is free at every address of a name.
_ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class Port:
    """The sockets of one port: for each worker, one for each address. None listens yet."""

    number: int
    sockets: tuple[tuple[socket.socket, ...], ...]

    def close(self, worker: int | None = None) -> None:
        """Close all of them, or those of one worker: new connections go to the others."""
        for each in self.sockets if worker is None else self.sockets[worker : worker + 1]:
            for one in each:
                one.close()

    def close_others(self, worker: int) -> None:
        """Close all but those of one worker."""
        own = self.sockets[worker] if worker >= 0 else ()
        for each in self.sockets:
            for one in each:
                if one not in own:
                    one.close()


def bind(host: str, number: int, workers: int) -> Port:
    """Bind a port for so many workers; 0 takes a free one. Raises OSError when it is taken or the host is not here."""
    found = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    places = list(dict.fromkeys((family, address) for family, _, _, _, address in found))
    for attempt in range(_ATTEMPTS):
        try:
            return _bound(places, number, workers)
        except OSError as error:
            # The one that is free at the first address may be taken at another.
            if number or error.errno != errno.EADDRINUSE or attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError("the last attempt returns or raises")


def _bound(places: Sequence[tuple[int, tuple[Any, ...]]], number: int, workers: int) -> Port:
    opened: list[socket.socket] = []
    sockets: list[list[socket.socket]] = [[] for _ in range(workers)]
    try:
        for family, address in places:
            for worker in range(workers if BALANCED else 1):
                one = _socket(family, first=worker == 0)
                opened.append(one)
                one.bind((address[0], number, *address[2:]))
                number = one.getsockname()[1]
                if worker == 0 and BALANCED and workers > 1:
                    # Not before: so that a port that another gateway serves is refused like any other.
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
                for each in sockets[worker : worker + 1] if BALANCED else sockets:
                    each.append(one)
    except BaseException:
        for one in opened:
            one.close()
        raise
    return Port(number, tuple(tuple(each) for each in sockets))


def _socket(family: int, *, first: bool) -> socket.socket:
    one = socket.socket(family, socket.SOCK_STREAM)
    one.setblocking(False)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if not first:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    if family == socket.AF_INET6:
        one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    return one
