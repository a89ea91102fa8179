"""One request to the host and its answer, over kept connections or a new one: HTTP/1.1 in bytes, without policies.

The connections, the parser and the headers that every request has are aiohttp's. Its session is not used: with
redirects, cookies, proxies and timers of its own it takes as long as all that the gateway does with a call.
What status and body mean is not known here, nor how long anything may take but the connecting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.http_exceptions import HttpProcessingError
from multidict import CIMultiDictProxy
from yarl import URL

from gateway.square.connections.connector import Address, Channel, Connector
from gateway.square.connections.idle_limit import Idle

# The connector has its own limit for connecting, and the caller one for all of it.
_NO_LIMIT = aiohttp.ClientTimeout(total=None)
# Owners of connections, of whom the address is kept.
_ADDRESSES = 1000


class Reply:
    """The head of an answer, with its body still to be read from `payload`."""

    __slots__ = ("_connection", "headers", "payload", "status")

    def __init__(
        self, status: int, headers: CIMultiDictProxy[str], payload: aiohttp.StreamReader, connection: Connection
    ) -> None:
        """`connection` is used for nothing else until the end."""
        self.status = status
        self.headers = headers
        self.payload = payload
        self._connection = connection

    @property
    def length(self) -> int | None:
        """How many bytes the body has on the wire, where the head says so."""
        length = self.headers.get("Content-Length", "")
        return int(length) if length.isascii() and length.isdigit() else None

    def end(self) -> None:
        """Keep the connection if the body has been read whole, close it otherwise."""
        transport = self._connection.transport
        # An answer before the whole request was written: the rest of that is still to go.
        if self.payload.is_eof() and transport is not None and not transport.get_write_buffer_size():
            self._connection.release()
        else:
            _give_up(self._connection)


class HttpClient:
    """The connections to one host, of which at most `room` are open. It sends nothing twice."""

    def __init__(self, base_url: str, room: int, connect_seconds: float) -> None:
        """`base_url` is the scheme and host, with a path if all paths begin so. Needs a running event loop."""
        idle: Idle[Channel] = Idle(room)
        self._kept = Connector(idle, connect_seconds)
        # Makes a new connection for every request, for those that found a kept one dead.
        self._fresh = Connector(idle, connect_seconds, force_close=True)
        url = URL(base_url)
        self._prefix = url.raw_path.rstrip("/")
        self._address = lru_cache(_ADDRESSES)(lambda owner: Address(url, owner))
        self._headers = _lines(Address(url, "0").headers.items())

    async def request(
        self,
        owner: str,
        method: str,
        target: str,
        headers: Iterable[tuple[str, str]],
        content: bytes | None,
        *,
        fresh: bool,
        sent: Callable[[], None] = lambda: None,
    ) -> Reply:
        """Send a request as `owner` and wait for the head of its answer; `fresh` takes a new connection.

        `target` is the path with its query, quoted. `sent` is told when there is a connection and the request goes
        out on it; whatever ends this before, nothing was sent. Raises `ClientError` or `OSError`.
        """
        head = f"{method} {self._prefix}{target} HTTP/1.1\r\n{self._headers}{_lines(headers)}"
        if fresh:
            head += "Connection: close\r\n"
        if content is not None or method != "GET":
            head += f"Content-Length: {len(content or b'')}\r\n"
        request = b"%b\r\n%b" % (head.encode(), content or b"")
        connector = self._fresh if fresh else self._kept
        try:
            connection = await connector.connect(self._address(owner), [], _NO_LIMIT)
        except TimeoutError as error:
            raise aiohttp.ConnectionTimeoutError from error
        try:
            channel = connection.protocol
            assert isinstance(channel, Channel)
            channel.ask(request)
            sent()
            status, answered, payload = await _head(channel)
        except HttpProcessingError:
            _give_up(connection)
            raise aiohttp.ClientPayloadError from None
        except BaseException:
            _give_up(connection)
            raise
        return Reply(status, answered, payload, connection)

    async def close(self) -> None:
        """Close every connection."""
        await self._kept.close()
        await self._fresh.close()


async def _head(channel: ResponseHandler) -> tuple[int, CIMultiDictProxy[str], aiohttp.StreamReader]:
    while True:
        message, payload = await channel.read()
        # What is said before the answer is none. 101 is the last word on a connection.
        if message.code == 101 or not 100 <= message.code < 200:
            return message.code, message.headers, payload


def _give_up(connection: Connection) -> None:
    """Close a connection at once. What is left of the request is not written, however long nobody reads it."""
    channel = connection.protocol
    if isinstance(channel, Channel):
        channel.drop()
    connection.close()


def _lines(headers: Iterable[tuple[str, str]]) -> str:
    """Headers as they go on the wire. Raises `ValueError` for a value that would be more than one line."""
    lines = ""
    for name, value in headers:
        if "\r" in value or "\n" in value or "\0" in value:
            raise ValueError(f"{name} has more than one line")
        lines += f"{name}: {value}\r\n"
    return lines
