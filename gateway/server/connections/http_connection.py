"""One client connection: what it has not taken yet, whether its client is still there, and how it ends.

Extends aiohttp's connection, which waits without end for a client to take its answer, and takes one that has sent all
it will for one that has left. Knows no application.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from aiohttp import web
from aiohttp.http_exceptions import ContentEncodingError

from gateway.server.connections.client_limits import ClientLimits, set_socket_options
from gateway.server.connections.closing_transport import ClosingTransport
from gateway.server.connections.connection_limit import ConnectionLimit
from gateway.server.connections.request_framing import not_http
from gateway.server.connections.request_reader import RequestReader
from gateway.server.connections.unsent_responses import UnsentResponses
from gateway.server.http.rejection import Refused


class Connection(RequestReader):
    """A connection that has a place among those of its port."""

    __slots__ = ("_gone", "_held", "_held_up", "_lost", "_places", "_unsent", "kept")

    def __init__(
        self,
        server: web.Server,
        places: ConnectionLimit,
        unsent: UnsentResponses,
        limits: ClientLimits,
        *,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        """What its client does not take is noted in `unsent`."""
        super().__init__(server, limits, loop)
        self._places = places
        self._unsent = unsent
        # What those above remember of this connection, for as long as it is there.
        self.kept: dict[type, Any] = {}
        self._held = 0
        # Whether aiohttp waits for a body to be read before it takes more of it.
        self._held_up = False
        self._lost: asyncio.Event | None = None
        self._gone: asyncio.Event | None = None

    @property
    def left(self) -> bool:
        """Whether its client has left, or said that it will send no more: mostly the same."""
        return self._stream is None or self._client_ended

    @property
    def closed(self) -> bool:
        """Whether nothing can be written to its client any more."""
        return self._stream is None

    @property
    def written(self) -> int:
        """Bytes that were written and that the kernel has not taken."""
        return 0 if self._stream is None else self._stream.get_write_buffer_size()

    @property
    def held(self) -> int:
        """Bytes that wait to be written."""
        return self._held

    def hold(self, change: int) -> None:
        """Count bytes that wait to be written, or do so no more."""
        self._held += change
        if self.writing_paused and self._stream is not None:
            self._unsent.waits(self)

    def let_go(self) -> None:
        """Close the connection, whatever waits."""
        if self._stream is not None:
            self._stream.abort()

    async def lost(self) -> None:
        """Return once the connection is closed."""
        if self._stream is not None:
            self._lost = self._lost or asyncio.Event()
            await self._lost.wait()

    async def gone(self) -> None:
        """Return once the client has left, or has said that it will send no more."""
        if not self.left:
            self._gone = self._gone or asyncio.Event()
            await self._gone.wait()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take it over, and start the clock for the first byte."""
        set_socket_options(transport)
        self._stream = cast(asyncio.Transport, transport)
        # Writing is paused from the first byte that the kernel does not take at once.
        self._stream.set_write_buffer_limits(0)
        closing = ClosingTransport(self._stream, self._limits.unwanted, self._stop_reading)
        super().connection_made(cast(asyncio.BaseTransport, closing))
        self._timer = self._call_when_late()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Tell those who wait for it."""
        super().connection_lost(exc)
        self._stop_clock()
        self._stream = None
        self._places.leave(self)
        self._unsent.taken(self)
        for event in (self._lost, self._gone):
            if event is not None:
                event.set()

    def pause_writing(self) -> None:
        """Note that something waits for the client."""
        super().pause_writing()
        self._unsent.waits(self)

    def resume_writing(self) -> None:
        """Note that it has taken all."""
        self._unsent.taken(self)
        super().resume_writing()

    def pause_reading(self) -> None:
        """Stop the client while a body is not read."""
        self._held_up = True
        super().pause_reading()

    def resume_reading(self, resume_parser: bool = True) -> None:
        """Go on after `pause_reading`; aiohttp says so each time that a body is read, whether or not it was stopped."""
        if self._held_up:
            self._held_up = False
            super().resume_reading(resume_parser)

    def eof_received(self) -> bool:  # type: ignore[override]
        """Stay open for the answers to what a client has asked before it said that it will send no more.

        It may as well have left altogether: that shows only when something is written.
        """
        if self.transport is None or self._frames is not None or self._answered:
            return False
        self._client_ended = True
        if not self._body.complete and self._broken is None:
            self._break_body(web.RequestPayloadError("The body ends too early."))
        if self._gone is not None:
            self._gone.set()
        return True

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Answer a request. What is still to come of its body is not wanted any more."""
        if self._is_last(resp) and not resp.prepared:
            resp.force_close()
        finished = await super().finish_response(request, resp, start_time)
        self._answered = True
        if self._stream is None:
            return finished
        unread = not (self._body.complete and request.content.is_eof())
        # A few bytes may be a lot once they are decompressed.
        if not resp.keep_alive or self._is_last(resp) or (unread and self._head is not None and self._head.compressed):
            self.force_close()
            return finished
        self._places.rests(self)
        if unread:
            request.content.on_eof(self._pass_on_soon)
        else:
            self._head = self._request = None
        self._pass_on()
        return finished

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer a request that aiohttp could not read, without repeating or logging anything of it."""
        if request.writer.output_size == 0 and not self._deaf:
            if isinstance(exc, ContentEncodingError):
                self._answer(Refused(415, "Compress the body with gzip or deflate, or not at all."))
            elif status < 500:
                self._answer(not_http())
            else:
                self._answer(Refused(status, "Something went wrong inside the gateway."))
        raise ConnectionError("the connection ends with what was answered already")

    def log_exception(self, *given: Any, exc_info: BaseException | None = None, **options: Any) -> None:
        """Log what failed below the application; not that a body was none, which its client was told."""
        if not isinstance(exc_info, web.RequestPayloadError):
            super().log_exception(*given, exc_info=exc_info, **options)


def connection_of(request: web.BaseRequest) -> Connection:
    """The connection that a request came on."""
    connection: object = request.protocol
    assert isinstance(connection, Connection), "the application is served by `listen`"
    return connection


def gone(request: web.BaseRequest) -> asyncio.Future[Any]:
    """A task that ends when the client of this request leaves or will send no more. Cancel it when no longer wanted."""
    return asyncio.ensure_future(connection_of(request).gone())


def lost(request: web.BaseRequest) -> asyncio.Future[Any]:
    """A task that ends when the connection of this request is closed. Cancel it when it is no longer wanted."""
    return asyncio.ensure_future(connection_of(request).lost())


def watch_requests(server: web.Server) -> None:
    """Tell each connection of this server about the request that its application is about to see."""
    make_request = server.request_factory

    def begin(*given: Any) -> web.BaseRequest:
        request = make_request(*given)
        connection_of(request).began(request)
        return request

    server.request_factory = begin
