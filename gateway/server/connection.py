"""One client connection: how long a request may take to arrive, and what is said to bytes that are not HTTP.

Extends aiohttp's connection, which has no deadline for a request's head and answers malformed requests in
plain text. Knows neither the application nor GraphQL.
"""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
from aiohttp import web
from aiohttp.http_exceptions import ContentEncodingError, LineTooLong

from gateway.server.refusal import Refused

# A URL up to this size still reaches the application, which refuses it in a friendlier way.
MAX_REQUEST_LINE = 64 * 1024
MAX_HEADER = 8190


class Connection(web.RequestHandler):
    """A connection that gives up on a head that does not arrive in time."""

    __slots__ = ("_head_seconds", "_head_timer", "_lost")

    def __init__(
        self, server: web.Server, *, loop: asyncio.AbstractEventLoop, head_seconds: float, keepalive_timeout: float
    ) -> None:
        """`head_seconds` is for a request's head, `keepalive_timeout` for a connection with no request at all."""
        super().__init__(
            server,
            loop=loop,
            keepalive_timeout=keepalive_timeout,
            access_log=None,  # type: ignore[arg-type]
            max_line_size=MAX_REQUEST_LINE,
            max_field_size=MAX_HEADER,
            lingering_time=5.0,
        )
        self._head_seconds = head_seconds
        self._head_timer: asyncio.TimerHandle | None = None
        self._lost: asyncio.Event | None = None

    async def lost(self) -> None:
        """Return once the client is gone."""
        if self.transport is None:
            return
        if self._lost is None:
            self._lost = asyncio.Event()
        await self._lost.wait()

    def data_received(self, data: bytes) -> None:
        """Take bytes from the client, and start the clock when they do not complete a head."""
        super().data_received(data)
        if self._idle():
            if self._head_timer is None:
                self._head_timer = self._loop.call_later(self._head_seconds, self._head_is_late)
        elif self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def connection_lost(self, exc: BaseException | None) -> None:
        """Tell those who wait for it."""
        super().connection_lost(exc)
        if self._head_timer is not None:
            self._head_timer.cancel()
        if self._lost is not None:
            self._lost.set()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """The answer to a request that could not be read. Repeats and logs nothing of it."""
        if request.writer.output_size > 0:
            raise ConnectionError("part of an answer was sent already")
        if isinstance(exc, LineTooLong):
            refused = (
                Refused(414, "The URL is too long.")
                if MAX_REQUEST_LINE in exc.args
                else Refused(431, "A header is too long.")
            )
        elif isinstance(exc, ContentEncodingError):
            refused = Refused(415, "Compress the body with gzip or deflate, or not at all.")
        elif status < 500:
            refused = Refused(400, "The request is not well-formed HTTP.")
        else:
            refused = Refused(status, "Something went wrong inside the gateway.")
        response = _Nameless(status=refused.status, body=orjson.dumps(refused.body), content_type="application/json")
        response.force_close()
        return response

    def _idle(self) -> bool:
        return self._waiter is not None and not self._waiter.done()

    def _head_is_late(self) -> None:
        self._head_timer = None
        transport = self.transport
        if not self._idle() or transport is None:
            return
        body = orjson.dumps(Refused(408, "The request did not arrive in time.").body)
        head = (
            "HTTP/1.1 408 Request Timeout\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        transport.write(head.encode() + body)
        self.force_close()


class _Nameless(web.Response):
    """A response without the `Server` header, for requests that no application has seen."""

    async def _write_headers(self) -> None:
        self.headers.popall("Server", None)
        await super()._write_headers()


def gone(request: web.BaseRequest) -> asyncio.Future[Any]:
    """A task that ends when the client of this request disconnects. Cancel it when it is no longer wanted."""
    connection: object = request.protocol
    assert isinstance(connection, Connection), "the application is served by `listen`"
    return asyncio.ensure_future(connection.lost())
