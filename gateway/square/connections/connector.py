"""The connections to Square: each is used for one token only, and closed by bytes that nobody asked for.

HTTP/1.1 tells answers apart by their order alone. One answer too many on a kept connection would be
taken for the answer to the next request, so a connection is used again only if nothing came on it
but what was asked for. What arrives while the next request is on its way cannot be told from its
answer; it is the same seller's at worst, and an object is compared with what was asked for.

What a request says and what its answer means is not known here. On the client's side everything below aiohttp's
public API is here and in `http_client.py`: `ResponseHandler` with its methods and `_parser`, the connector's
`_factory`. They are listed in `gateway/library_names.py` and looked for when the gateway starts.
"""

from __future__ import annotations

import asyncio
import select
from collections.abc import Callable
from functools import partial
from typing import Any, cast

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ConnectionKey
from aiohttp.connector import Connection
from aiohttp.tracing import Trace
from yarl import URL

from gateway import __version__
from gateway.square.connections.idle_limit import Idle
from gateway.square.connections.patience import Patience

# Bytes of a request that any socket takes at once.
_AT_ONCE = 16_384


class Channel(ResponseHandler):
    """One connection, which takes exactly one answer for each request and ends with any other bytes."""

    def __init__(self, loop: asyncio.AbstractEventLoop, idle: Idle[Channel]) -> None:
        super().__init__(loop)
        self._idle = idle
        self._asked = False
        self._surplus = False
        self._body: Any = None
        self._watched: Callable[[], bool] | None = None
        self._large = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, watching the socket."""
        super().connection_made(transport)
        self._watched = _watched(transport.get_extra_info("socket"))

    def connection_lost(self, error: BaseException | None) -> None:
        """End, and keep no place among the unused."""
        self._idle.remove(self)
        super().connection_lost(error)

    @property
    def readable(self) -> bool:
        """Whether something has come that the event loop has not seen yet: bytes, or the end."""
        return self._watched is not None and self._watched()

    def has_written(self, status: int) -> bool:
        """Whether nothing of the request is still to go, which was answered with this status."""
        transport = self.transport
        if transport is None or transport.get_write_buffer_size():
            return False
        # With TLS, what the transport below still holds does not show. Only a refusal comes before all has been read.
        return status < 300 or not self._large or transport.get_extra_info("ssl_object") is None

    def drop(self) -> None:
        """Close the connection now, and never use it again."""
        self.force_close()
        self.abort()

    def ask(self, request: bytes) -> None:
        """Write a whole request: what comes from now on may be its answer, and nothing before.

        Raises `ClientConnectionResetError` when the connection has just ended.
        """
        transport = self.transport
        if transport is None or transport.is_closing():
            raise aiohttp.ClientConnectionResetError("The connection has ended.")
        self.set_response_params(read_until_eof=True)
        transport.write(request)
        self._asked, self._body, self._large = True, None, len(request) > _AT_ONCE

    def feed_data(self, data: Any, size: int = 0) -> None:
        """A head has come, with its body to be: kept if it is no more than was asked for."""
        if self._body is not None:
            self._surplus = True
            return
        message, body = data
        if message.code >= 200:
            self._body = body
        super().feed_data(data, size)

    def data_received(self, data: bytes) -> None:
        """Bytes have come; those beyond the answer end the connection."""
        # Without data it is a reader with room again, who may still read when the answer is complete.
        if data and not self._asked:
            self.drop()
            return
        super().data_received(data)
        if self._asked and self._body is not None and self._body.is_eof():
            self._asked = False
            if self._surplus or self._begun():
                self.drop()

    def _begun(self) -> bool:
        """Whether the parser holds the beginning of another answer."""
        try:
            return self._parser is not None and self._parser.feed_eof() is not None
        except Exception:  # whatever it is that the parser cannot end, it has begun it
            return True


# What every request to Square has.
HEADERS = {"Accept": "application/json", "User-Agent": f"square-graphql-gateway/{__version__}"}


class Address(aiohttp.ClientRequest):
    """Where the connections of one token lead. It is never sent."""

    def __init__(self, url: URL, owner: str) -> None:
        """`owner` is the name of the token, 32 hexadecimal digits: it may show in warnings. Needs an event loop."""
        super().__init__("GET", url, headers=HEADERS, loop=asyncio.get_running_loop())
        key = super().connection_key
        # No proxy is used: the place of its headers is free.
        self._key = ConnectionKey(*key[:6], int(owner, 16), key.server_hostname)

    @property
    def connection_key(self) -> ConnectionKey:
        """What a kept connection must have been made for."""
        return self._key


class Connector(aiohttp.TCPConnector):
    """Makes connections and keeps them for their token, all of them together within the room of `idle`."""

    def __init__(self, idle: Idle[Channel], seconds: float, *, force_close: bool = False) -> None:
        """`seconds` are for connecting. With `force_close` none is kept. Needs a running event loop."""
        # Without a limit of its own: waiting for a place is not a failure to connect.
        super().__init__(limit=0, ttl_dns_cache=60, force_close=force_close)
        self._factory = cast(Any, partial(Channel, asyncio.get_running_loop(), idle))
        self._kept = idle
        self._seconds = seconds

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109
    ) -> Connection:
        """A connection of the request's token on which nothing is waiting to be read."""
        owner, kept = req.connection_key, self._kept
        kept.take(None if self.force_close else owner)
        try:
            while True:
                connection = await super().connect(req, traces, timeout)
                channel = connection.protocol
                if not isinstance(channel, Channel):
                    connection.close()
                    raise TypeError("This version of aiohttp makes its connections in another way.")
                if not (kept.remove(channel) and channel.readable):
                    break
                channel.drop()
                connection.close()
        except BaseException:
            kept.busy -= 1
            raise
        connection.add_callback(partial(self._released, channel, owner))
        return connection

    async def _create_connection(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109
    ) -> ResponseHandler:
        """A new connection. Raises `TimeoutError`, but not when it was the gateway that had no time."""
        async with Patience(self._seconds):
            return await super()._create_connection(req, traces, timeout)

    def _released(self, channel: Channel, owner: ConnectionKey) -> None:
        self._kept.busy -= 1
        if not (self.force_close or channel.should_close):
            self._kept.add(channel, owner)


def _watched(socket: Any) -> Callable[[], bool]:
    """What tells whether there is something to read on a socket."""
    if not hasattr(select, "poll"):  # Windows
        return lambda: bool(select.select([socket.fileno()], [], [], 0)[0])
    poll = select.poll()
    poll.register(socket.fileno(), select.POLLIN)
    return lambda: bool(poll.poll(0))
