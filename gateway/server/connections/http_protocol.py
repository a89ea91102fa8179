"""One client connection: what comes from it, what it has not taken yet, and whether it is still there.

Extends aiohttp's connection, which waits without end for a client to take its answer, and takes one that has sent
all it will for one that has left. Knows no application and no GraphQL.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from aiohttp import web
from aiohttp.web_protocol import RequestPayloadError

from gateway.server.connections.connection_limit import Crowd
from gateway.server.connections.request_reader import Incoming
from gateway.server.connections.socket_options import set_options
from gateway.server.connections.timeouts import Patience
from gateway.server.connections.unsent_responses import Unread


class Connection(Incoming):
    """A connection that lets go of a client that takes nothing, and answers one that only listens."""

    __slots__ = ("_crowd", "_finished", "_gone", "_held", "_lost", "_stream", "_unread")

    def __init__(
        self,
        server: web.Server,
        crowd: Crowd,
        unread: Unread,
        patience: Patience,
        *,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        """Made for a connection that has a place in the `crowd`; what its client leaves is noted in `unread`."""
        super().__init__(server, patience, loop)
        self._crowd = crowd
        self._unread = unread
        # Kept until the connection is lost: aiohttp forgets it when it closes, with bytes that still wait.
        self._stream: asyncio.Transport | None = None
        self._held = 0
        # Requests that have their answers.
        self._finished = 0
        self._lost: asyncio.Event | None = None
        self._gone: asyncio.Event | None = None

    @property
    def left(self) -> bool:
        """Whether its client has left, or said that it will send no more: mostly the same."""
        return self._stream is None or self.final

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
            self._unread.waits(self)

    def let_go(self) -> None:
        """Close the connection, whatever waits."""
        if self._stream is not None:
            self._stream.abort()

    async def lost(self) -> None:
        """Return once the connection is closed."""
        if self._stream is not None:
            if self._lost is None:
                self._lost = asyncio.Event()
            await self._lost.wait()

    async def gone(self) -> None:
        """Return once the client has left, or has said that it will send no more."""
        if not self.left:
            if self._gone is None:
                self._gone = asyncio.Event()
            await self._gone.wait()

    @property
    def unasked(self) -> bool:
        """Whether no whole request has come that is still to be answered."""
        return self._waits()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take it over."""
        super().connection_made(transport)
        set_options(transport)
        self._stream = cast(asyncio.Transport, transport)
        # Writing is paused from the first byte that the kernel does not take at once.
        self._stream.set_write_buffer_limits(0)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Tell those who wait for it."""
        super().connection_lost(exc)
        self._stream = None
        self._crowd.leave(self)
        self._unread.taken(self)
        for event in (self._lost, self._gone):
            if event is not None:
                event.set()

    def pause_writing(self) -> None:
        """Note that something waits for the client."""
        super().pause_writing()
        self._unread.waits(self)

    def resume_writing(self) -> None:
        """Note that it has taken all."""
        self._unread.taken(self)
        super().resume_writing()

    def eof_received(self) -> bool:  # type: ignore[override]
        """Stay open for the answers to what a client has asked before it said that it will send no more.

        It may as well have left altogether: that shows only when something is written.
        """
        if self._payload_parser is not None or self._finished == self._request_count:
            return False
        self.final = True
        self._note(begun=False)
        self.break_body(RequestPayloadError("The body ends too early."))
        if self._gone is not None:
            self._gone.set()
        return True

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Answer a request. What is still to come of its body is not wanted any more."""
        self._answered, self._wanted, self._unwanted = request.content, request.content.total_bytes, 0
        if tail := self._leave_upgrade(request, resp):
            self._size = 0
            self.data_received(tail)
        if (self.final or self.over) and not self._messages and not resp.prepared:
            resp.force_close()
        finished = await super().finish_response(request, resp, start_time)
        self._finished += 1
        if (self.final or self._deaf or self.over) and not self._messages:
            if not self.final:
                await self._show()
            self.close()
        self._crowd.rests(self)
        return finished

    def log_exception(self, *given: Any, exc_info: BaseException | None = None, **options: Any) -> None:
        """Log what failed below the application; not that a body was none, which its client was told."""
        if not isinstance(exc_info, web.RequestPayloadError):
            super().log_exception(*given, exc_info=exc_info, **options)

    async def _show(self) -> None:
        """Give a client that is still sending the time to see its answer: unread bytes would reset the connection."""
        if self._stream is not None and self._stream.can_write_eof():
            self._stream.write_eof()
        try:
            async with asyncio.timeout(self._patience.unwanted):
                await self.lost()
        except TimeoutError:
            pass


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
