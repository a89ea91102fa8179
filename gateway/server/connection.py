"""One client connection: how long a request may take to arrive, and what is said to bytes that are not HTTP.

Extends aiohttp's connection, which has no deadline for a request's head, reads without end what is left of a body
after the answer, and answers malformed requests in plain text. Knows neither the application nor GraphQL.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import Any

import orjson
from aiohttp import StreamReader, web
from aiohttp.http_exceptions import ContentEncodingError, LineTooLong

from gateway.server.canned import canned
from gateway.server.crowd import Crowd
from gateway.server.refusal import Refused

# A URL up to this size still reaches the application, which refuses it in a friendlier way.
MAX_REQUEST_LINE = 64 * 1024
MAX_HEADER = 8190
# Bytes of a body that are read after its request was answered, so that a client that sends first can see the answer.
MAX_UNWANTED = 1024 * 1024
# How long what was sent may go without an acknowledgement. The kernel's own patience is a quarter of an hour, and so
# long a stream would be kept up for a client that vanished: signs of life are too short to fill a buffer.
VANISHED_SECONDS = 60


class Connection(web.RequestHandler):
    """A connection that gives up on a head that does not arrive in time, and on a body that nobody wants."""

    __slots__ = (
        "_answered",
        "_begun",
        "_body",
        "_crowd",
        "_head_seconds",
        "_head_timer",
        "_kept",
        "_lost",
        "_unwanted",
        "_wanted",
    )

    def __init__(
        self,
        server: web.Server,
        crowd: Crowd,
        *,
        loop: asyncio.AbstractEventLoop,
        head_seconds: float,
        keepalive_timeout: float,
        lingering_time: float,
    ) -> None:
        """Made for a connection that has a place in the `crowd`.

        `head_seconds` is for a request's head, from its first byte, and for the first byte of the first request.

        `keepalive_timeout` is for a connection that waits for its next request, `lingering_time` for the rest of
        a body after the answer.
        """
        super().__init__(
            server,
            loop=loop,
            keepalive_timeout=keepalive_timeout,
            access_log=None,  # type: ignore[arg-type]
            max_line_size=MAX_REQUEST_LINE,
            max_field_size=MAX_HEADER,
            lingering_time=lingering_time,
        )
        self._crowd = crowd
        self._head_seconds = head_seconds
        self._head_timer: asyncio.TimerHandle | None = None
        # A head of which some bytes are there and some are not, and a body of which that is true.
        self._begun = False
        self._body: StreamReader | None = None
        self._kept = False
        # The body whose request was answered, what had been read of it by then, and the bytes that came since.
        self._answered: StreamReader | None = None
        self._wanted = 0
        self._unwanted = 0
        self._lost: asyncio.Event | None = None

    async def lost(self) -> None:
        """Return once the client is gone."""
        if self.transport is None:
            return
        if self._lost is None:
            self._lost = asyncio.Event()
        await self._lost.wait()

    @property
    def unused(self) -> bool:
        """Whether it only waits for another request, of which nothing is there."""
        return self._waits() and not self._begun

    @property
    def unasked(self) -> bool:
        """Whether no whole request has come that is still to be answered."""
        return self._waits()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the clock for the first byte, and have the kernel tell of a client that vanishes."""
        super().connection_made(transport)
        _notice_vanishing(transport)
        self._start_clock()

    def data_received(self, data: bytes) -> None:
        """Take bytes from the client, and start the clock when a head begins among them and does not end."""
        if self._upgraded:
            super().data_received(data)
            # Until the upgrade is agreed to, what follows it may be another request.
            self._note(begun=self._payload_parser is None and bool(self._message_tail))
            return
        if self._body is not None and self._body is self._answered and self._is_too_much(len(data)):
            # What is not read stays with the client, which can see the answer until the connection is closed.
            self._pause_transport_reading()
            return
        kept = self._kept or self._buffer_paused
        if not data and not kept:
            # Said by aiohttp each time a body is read.
            super().data_received(data)
            return
        # Fed alone, the last byte tells whether it ends a request or belongs to the next head. Bytes that aiohttp
        # kept back because too much was waiting tell nothing: they are taken for the beginning of a head.
        if len(data) > 1:
            self._feed(data[:-1])
        kept = kept or self._reading_paused or self._buffer_paused
        heads, between = self._request_count, self._body is None
        self._feed(data[-1:])
        outside = kept or (between and self._request_count == heads)
        self._note(begun=outside and self._body is None)
        self._kept = self._reading_paused or self._buffer_paused

    def connection_lost(self, exc: BaseException | None) -> None:
        """Tell those who wait for it."""
        super().connection_lost(exc)
        self._crowd.leave(self)
        self._stop_clock()
        if self._lost is not None:
            self._lost.set()

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Answer a request. What is still to come of its body is not wanted any more."""
        self._answered, self._wanted, self._unwanted = request.content, request.content.total_bytes, 0
        finished = await super().finish_response(request, resp, start_time)
        self._crowd.rests(self)
        return finished

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
        # Said in so many words: aiohttp answers in HTTP/1.0, where it would go without saying.
        response.headers["Connection"] = "close"
        response.force_close()
        return response

    def log_exception(self, *given: Any, exc_info: BaseException | None = None, **options: Any) -> None:
        """Log what failed below the application; not that a body was none, which its client was told."""
        if not isinstance(exc_info, web.RequestPayloadError):
            super().log_exception(*given, exc_info=exc_info, **options)

    def _is_too_much(self, received: int) -> bool:
        assert self._answered is not None
        self._unwanted += received
        # A few bytes may be a lot once they are decompressed.
        return max(self._unwanted, self._answered.total_bytes - self._wanted) > MAX_UNWANTED

    def _feed(self, data: bytes) -> None:
        heads = self._request_count
        super().data_received(data)
        if self._request_count != heads:
            self._body = self._messages[-1][1]
        if self._body is not None and self._body.is_eof():
            self._body = None

    def _note(self, *, begun: bool) -> None:
        if begun and not self._begun:
            self._start_clock()
        elif not begun and self._head_timer is not None:
            self._stop_clock()
        self._begun = begun

    def _start_clock(self) -> None:
        self._stop_clock()
        self._head_timer = self._loop.call_later(self._head_seconds, self._head_is_late)

    def _stop_clock(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _waits(self) -> bool:
        return self._waiter is not None and not self._waiter.done()

    def _head_is_late(self) -> None:
        self._head_timer = None
        transport = self.transport
        if transport is None or self._close or self._force_close or self._payload_parser is not None:
            return
        if not self._waits():
            # The request before it has its answer first.
            self._start_clock()
            return
        if self._begun:
            transport.write(canned(Refused(408, "The request did not arrive in time.")))
        self.force_close()


class _Nameless(web.Response):
    """A response without the `Server` header, for requests that no application has seen."""

    async def _write_headers(self) -> None:
        self.headers.popall("Server", None)
        await super()._write_headers()


def _notice_vanishing(transport: asyncio.BaseTransport) -> None:
    connected = transport.get_extra_info("socket")
    # Only Linux has it.
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    if connected is not None and option is not None:
        # The client may be gone already.
        with contextlib.suppress(OSError):
            connected.setsockopt(socket.IPPROTO_TCP, option, VANISHED_SECONDS * 1000)


def gone(request: web.BaseRequest) -> asyncio.Future[Any]:
    """A task that ends when the client of this request disconnects. Cancel it when it is no longer wanted."""
    connection: object = request.protocol
    assert isinstance(connection, Connection), "the application is served by `listen`"
    return asyncio.ensure_future(connection.lost())
