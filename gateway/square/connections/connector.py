"""The connections to Square: each is used for one token only, and closed by bytes that nobody asked for.

HTTP/1.1 tells answers apart by their order alone. One answer too many on a kept connection would be
taken for the answer to the next request, so a connection is used again only if nothing came on it
but what was asked for. What arrives while the next request is on its way cannot be told from its
answer; it is the same seller's at worst, and an object is compared with what was asked for.

On the client's side everything below aiohttp's public API is here: `ResponseHandler` with its
methods and `_parser`, the connector's `_factory`, the session's `_retry_connection`. They are listed
in `gateway/library_names.py` and looked for when the gateway starts.
"""

from __future__ import annotations

import asyncio
import select
from functools import partial
from typing import Any, cast

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ConnectionKey
from aiohttp.connector import Connection
from aiohttp.tracing import Trace

from gateway.keys import PROCESS_KEYS
from gateway.square.connections.idle_limit import Idle


class Channel(ResponseHandler):
    """One connection, which takes exactly one answer for each request and ends with any other bytes."""

    def __init__(self, loop: asyncio.AbstractEventLoop, idle: Idle[Channel]) -> None:
        super().__init__(loop)
        self._idle = idle
        self._asked = False
        self._surplus = False
        self._body: Any = None
        self._socket: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, watching the socket."""
        super().connection_made(transport)
        self._socket = transport.get_extra_info("socket")

    def connection_lost(self, error: BaseException | None) -> None:
        """End, and keep no place among the unused."""
        self._idle.remove(self)
        super().connection_lost(error)

    @property
    def readable(self) -> bool:
        """Whether something has come that the event loop has not seen yet: bytes, or the end."""
        return _readable(self._socket.fileno())

    def drop(self) -> None:
        """Close the connection now, and never use it again."""
        self.force_close()
        self.abort()

    def start_timeout(self) -> None:
        """The whole request is written: what comes from now on may be its answer, and nothing before."""
        self._asked, self._body = True, None
        super().start_timeout()

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


class _Request(aiohttp.ClientRequest):
    """A request that shares connections only with others of the same token."""

    _key: ConnectionKey | None = None

    @property
    def connection_key(self) -> ConnectionKey:
        """What a kept connection must have been made for. No proxy is used: the place of its headers is free."""
        if self._key is None:
            # It may show in warnings.
            owner = int(PROCESS_KEYS.name("connection", self.headers["Authorization"]), 16)
            key = super().connection_key
            self._key = ConnectionKey(*key[:6], owner, key.server_hostname)
        return self._key


class Connector(aiohttp.TCPConnector):
    """Makes connections and keeps them for their token, all of them together within the room of `idle`."""

    def __init__(self, idle: Idle[Channel], *, force_close: bool = False) -> None:
        """With `force_close` none is kept. Needs a running event loop."""
        # Without a limit of its own: waiting for a place is not a failure to connect.
        super().__init__(limit=0, ttl_dns_cache=60, force_close=force_close)
        self._factory = cast(Any, partial(Channel, asyncio.get_running_loop(), idle))
        self._kept = idle

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

    def _released(self, channel: Channel, owner: ConnectionKey) -> None:
        self._kept.busy -= 1
        if not (self.force_close or channel.should_close):
            self._kept.add(channel, owner)


def open_session(connector: Connector, connect_seconds: float) -> aiohttp.ClientSession:
    """A session over these connections. It keeps no cookies and repeats nothing."""
    session = aiohttp.ClientSession(
        connector=connector,
        request_class=_Request,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None, connect=connect_seconds),
    )
    # aiohttp would send PUT and DELETE again by itself when a kept connection turns out to be
    # dead, after Square may have processed them. It has no public switch for that.
    session._retry_connection = False
    return session


def _readable(descriptor: int) -> bool:
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([descriptor], [], [], 0)[0])
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))
