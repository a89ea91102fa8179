"""A server on a port: started, known by its URL, closed. Knows nothing of what it serves."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Protocol

from aiohttp import web

from gateway.server.connections.acceptor import Acceptor
from gateway.server.connections.client_limits import CLIENT_LIMITS, ClientLimits
from gateway.server.connections.connection_limit import ConnectionLimit, affordable
from gateway.server.connections.http_connection import Connection, watch_requests
from gateway.server.connections.unsent_responses import UnsentResponses

__all__ = [
    "CLIENT_LIMITS",
    "DRAIN",
    "WATCH_REJECTED",
    "ClientLimits",
    "Listening",
    "WatchRejected",
    "listen",
    "url_at",
    "why_not",
]

SHUTDOWN_SECONDS = 25
# What is still running after a drain has had its time.
CUT_SECONDS = 1
BACKLOG = 1024
# What a client on this machine calls when all addresses are listened on, by the version of IP.
LOOPBACK = {4: "127.0.0.1", 6: "::1"}


class Drain(Protocol):
    """How an application ends in good order."""

    def announce(self) -> None:
        """Say that it is going to end, and serve on."""

    async def run(self) -> None:
        """Return once what runs has finished, or its time is over."""

    def retire(self) -> None:
        """Have answers end their connections: others serve the port from now on."""

    def hurry(self) -> None:
        """Have `run` wait only for writes."""


WatchRejected = Callable[[Callable[[], float]], None]

# What an application may keep for those who serve it: how it ends, and who counts the connections that were rejected.
DRAIN: web.AppKey[Drain] = web.AppKey("drain")
WATCH_REJECTED: web.AppKey[WatchRejected] = web.AppKey("watch_rejected")


@dataclass(frozen=True, slots=True)
class Listening:
    """An application that answers at `url` until it is closed."""

    host: str
    port: int
    runner: web.AppRunner
    listeners: tuple[asyncio.Server, ...]
    acceptor: Acceptor
    places: ConnectionLimit

    @property
    def url(self) -> str:
        """The base URL, with no slash at its end."""
        return _url(self.host, self.port)

    def announce(self) -> None:
        """Let those who look whether the application is ready see that it is going to end. It still serves."""
        drain = self.runner.app.get(DRAIN)
        if drain is not None:
            drain.announce()

    def hurry(self) -> None:
        """Let `close` wait only for writes."""
        drain = self.runner.app.get(DRAIN)
        if drain is not None:
            drain.hurry()

    def stop_listening(self) -> None:
        """Take no more connections. Those that are open are served on."""
        self.acceptor.close()
        for each in self.listeners:
            each.close()

    def retire(self) -> None:
        """Leave the port to others: take no more connections, and have each answer end its own."""
        self.stop_listening()
        drain = self.runner.app.get(DRAIN)
        if drain is not None:
            drain.retire()

    async def emptied(self, seconds: float, hurried: asyncio.Event) -> None:
        """Return once no connection is left, or after so many seconds, or when `hurried`."""
        waits = [asyncio.ensure_future(each) for each in (self.places.emptied(), hurried.wait())]
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for each in waits:
            each.cancel()

    async def end_streams(self) -> None:
        """Tell streams and sockets to end, also those that begin after this."""
        await self.runner.app.shutdown()

    async def close_unused(self) -> None:
        """Close all connections on which nothing is under way."""
        # What has come by now is read first.
        await asyncio.sleep(0.01)
        self.places.close_unused()

    async def close(self) -> None:
        """Stop listening and let go of everything the application holds, once what runs has finished."""
        drain = self.runner.app.get(DRAIN)
        if drain is not None:
            await drain.run()
        self.stop_listening()
        await self.runner.cleanup()


async def listen(
    app: web.Application,
    host: str,
    port: int,
    *,
    most: int | None = None,
    sockets: Sequence[socket.socket] = (),
) -> Listening:
    """Serve in the running event loop; port 0 takes a free one. Raises OSError when the port is taken.

    With `sockets`, which are bound already, it listens on these, and leaves them open when it closes.
    At most `most` connections are open at a time; by default, as many as the process can afford.
    An application that is not content with the default `ClientLimits` keeps its own under `CLIENT_LIMITS`.
    """
    seconds = CUT_SECONDS if DRAIN in app else SHUTDOWN_SECONDS
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=seconds)
    await runner.setup()
    server = runner.server
    assert server is not None
    loop = asyncio.get_running_loop()
    limits = app.get(CLIENT_LIMITS, ClientLimits())
    places = ConnectionLimit(affordable() if most is None else most)
    if WATCH_REJECTED in app:
        app[WATCH_REJECTED](lambda: places.refused)
    unsent = UnsentResponses(loop, max_bytes=limits.max_unread, seconds=limits.unread)
    watch_requests(server)

    def connection() -> Connection:
        return Connection(server, places, unsent, limits, loop=loop)

    acceptor = Acceptor(places, connection)
    try:
        listeners = await _listeners(loop, acceptor, host, port, sockets)
    except OSError:
        await runner.cleanup()
        raise
    if type(loop).__module__.startswith("uvloop"):
        acceptor.watch([port for each in listeners for port in each.sockets])
    address, bound = listeners[0].sockets[0].getsockname()[:2]
    return Listening(_callable(host, address), bound, runner, listeners, acceptor, places)


async def _listeners(
    loop: asyncio.AbstractEventLoop, acceptor: Acceptor, host: str, port: int, sockets: Sequence[socket.socket]
) -> tuple[asyncio.Server, ...]:
    if not sockets:
        return (await loop.create_server(acceptor, host, port, backlog=BACKLOG),)
    for each in sockets:
        # Somebody else may listen there since it was bound, of which uvloop's server would not tell.
        each.listen(BACKLOG)
    return tuple([await loop.create_server(acceptor, sock=each.dup(), backlog=BACKLOG) for each in sockets])


def url_at(host: str, listening: socket.socket) -> str:
    """The URL that `Listening` has at a socket that is bound for this host."""
    address, bound = listening.getsockname()[:2]
    return _url(_callable(host, address), bound)


def why_not(error: OSError) -> str:
    """Why an address cannot be listened on, in a few words."""
    if isinstance(error, socket.gaierror) or not error.errno:
        return "there is no such address on this machine"
    return os.strerror(error.errno).lower()


def _url(host: str, port: int) -> str:
    host = host.replace("%", "%25")
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _callable(host: str, address: str) -> str:
    """What a client on this machine calls: itself, where the bound address stands for all of them."""
    found = ip_address(address.partition("%")[0])
    return LOOPBACK[found.version] if found.is_unspecified else host
