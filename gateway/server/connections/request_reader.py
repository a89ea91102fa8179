"""What comes from a client on one connection: the bytes and the time that a request may take to arrive.

Extends aiohttp's connection, which has no deadline for a request's head, counts of a body only its contents, reads
without end what is left of a body after the answer, loses what follows a request for a protocol that it does not
know, and answers malformed requests in plain text. Knows no application and no GraphQL.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiohttp import StreamReader, web
from aiohttp.http import RawRequestMessage
from aiohttp.http_websocket import WebSocketReader
from aiohttp.streams import EMPTY_PAYLOAD

from gateway.server.connections.bad_request import MAX_HEAD, MAX_HEADER, MAX_REQUEST_LINE, unreadable
from gateway.server.connections.raw_response import canned
from gateway.server.connections.timeouts import Patience
from gateway.server.connections.upgrade_parser import Parsing
from gateway.server.connections.websocket_frames import MAX_FRAMING, ClientFrames
from gateway.server.http.rejection import Refused

# Bytes of a body that are read after its request was answered, so that a client that sends first can see the answer.
MAX_UNWANTED = 1024 * 1024
HEAD_END = b"\r\n\r\n"


class BodyTooLarge(Exception):
    """A body takes more bytes than it may, with its framing."""


class Incoming(Parsing):
    """A connection that gives up on a head that does not arrive in time, and on what is too large or unwanted."""

    __slots__ = (
        "_begun",
        "_content",
        "_deaf",
        "_exact",
        "_head_size",
        "_head_timer",
        "_head_too_large",
        "_kept",
        "_last",
        "_patience",
        "_size",
        "_unwanted",
        "_wanted",
        "final",
    )

    def __init__(self, server: web.Server, patience: Patience, loop: asyncio.AbstractEventLoop) -> None:
        """`patience.head` is also for the first byte of the first request."""
        super().__init__(
            server,
            loop=loop,
            keepalive_timeout=patience.unused,
            access_log=None,  # type: ignore[arg-type]
            max_line_size=MAX_REQUEST_LINE,
            max_field_size=MAX_HEADER,
            lingering_time=patience.unwanted,
        )
        self._patience = patience
        self._head_timer: asyncio.TimerHandle | None = None
        # A head of which some bytes are there and some are not, its last bytes, and a body of which that is true.
        self._begun = False
        self._last = b""
        self._body = None
        self._last_body = None
        self._settled = 0
        self._kept = False
        # The bytes of the request that arrives, those of its head, and what it has for a body.
        self._size = 0
        self._head_size = 0
        self._content: StreamReader = EMPTY_PAYLOAD
        # Bytes of a body that are to be fed alone.
        self._exact = 0
        # Whether what comes is dropped, since it follows what was refused for its size.
        self._deaf = False
        self._head_too_large = False
        # Whether the connection is closed once all requests that have come are answered.
        self.final = False
        # The body whose request was answered, what had been read of it by then, and the bytes that came since.
        self._answered = None
        self._wanted = 0
        self._unwanted = 0

    @property
    def unused(self) -> bool:
        """Whether it only waits for another request, of which nothing is there."""
        return self._waits() and not self._begun

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the clock for the first byte."""
        super().connection_made(transport)
        self._start_clock()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Stop the clock."""
        super().connection_lost(exc)
        self._stop_clock()

    def set_parser(self, parser: WebSocketReader, data_received_cb: Callable[[], None] | None = None) -> None:
        """Read a WebSocket's frames from now on."""
        limit = self._patience.max_body
        super().set_parser(parser if limit is None else ClientFrames(parser, limit), data_received_cb)  # type: ignore[arg-type]
        if self.final:
            # The client's end came together with its handshake, before anybody read frames.
            parser.feed_eof()

    def data_received(self, data: bytes) -> None:
        """Take bytes from the client, and start the clock when a head begins among them and does not end."""
        if self._upgraded:
            self._parse(data)
            # Until the upgrade is agreed to, what follows it may be another request.
            self._note(begun=self._payload_parser is None and bool(self._message_tail))
            return
        deaf = self._deaf or (self.over and bool(data))
        if deaf or (self._body is not None and self._body is self._answered):
            too_much = self._is_too_much(len(data))
            if too_much:
                # What is not read stays with the client, which can see the answer until the connection is closed.
                self._pause_transport_reading()
            if deaf or too_much:
                return
        kept = self._kept or self._buffer_paused
        if not data and not kept:
            # Said by aiohttp each time a body is read.
            self._parse(data)
            return
        room = MAX_HEAD - (self._size if self._begun else 0)
        if self._body is None and not kept and len(data) > room:
            self.data_received(data[:room])
            self.data_received(data[room:])
            return
        self._take(data, kept=kept)

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
        return unreadable(status, exc, head_too_large=self._head_too_large)

    def _take(self, data: bytes, *, kept: bool) -> None:
        before, begun, body = self._request_count, self._begun, self._body
        careful = data and not kept and (begun or self._exact or b"upgrade" in data.lower())
        if kept:
            self._exact = 0
        feed = self._feed_carefully if careful else self._feed
        # Fed alone, the last byte tells whether it ends a request or belongs to the next head. Bytes that aiohttp
        # kept back because too much was waiting tell nothing: they are taken for the beginning of a head.
        if len(data) > 1:
            feed(data[:-1])
        kept = kept or self._reading_paused or self._buffer_paused
        heads, between = self._request_count, self._body is None
        feed(data[-1:])
        outside = kept or (between and self._request_count == heads)
        self._note(begun=outside and self._body is None and not self.over)
        self._kept = self._reading_paused or self._buffer_paused
        self._last = (self._last + data)[-3:] if self._begun else b""
        new = self._request_count - before
        # Of bytes that belong to several requests it is not known how many are whose: those are not counted.
        alone = not new and not self._begun if body is not None else not new or (new == 1 and not self._begun)
        earlier = self._size if begun or body is not None else 0
        self._size = earlier + len(data) if alone and not kept else 0
        self._refuse_if_large()

    def _feed(self, data: bytes, *, whole_head: bool = False) -> None:
        heads = self._request_count
        self._parse(data, whole_head=whole_head)
        if self._request_count != heads:
            message, self._body = self._messages[-1]
            self._content = self._body
            small = self._body.is_eof() and not self._begun and len(data) < MAX_FRAMING
            self._head_size = 0 if small or not isinstance(message, RawRequestMessage) else _size(message)
        if self._body is not None and self._body.is_eof():
            self._body = None

    def _feed_carefully(self, data: bytes) -> None:
        """Feed each head alone, so that the end of one that asks for another protocol is certain."""
        while data:
            part, whole = data, False
            if self._exact:
                part = data[: self._exact]
                self._exact -= len(part)
            elif self._body is None and not self._upgraded:
                end = (self._last + data).find(HEAD_END)
                part = data if end < 0 else data[: end + len(HEAD_END) - len(self._last)]
                whole = end >= 0 or len(data) == 1
            heads = self._request_count
            self._feed(part, whole_head=whole)
            data = data[len(part) :]
            self._last = b""
            if self._request_count != heads and not self._upgraded:
                message = self._messages[-1][0]
                if isinstance(message, RawRequestMessage) and self._body is not None:
                    self._exact = int(message.headers.get("Content-Length", 0))

    def _refuse_if_large(self) -> None:
        if self._begun:
            if self._size >= MAX_HEAD:
                # A byte that no head may hold: the parser has the answer wait for its turn.
                self._head_too_large = True
                self._parse(b"\x00")
                self._deaf = True
                self._note(begun=False)
            return
        limit, content = self._patience.max_body, self._content
        if limit is None or content is EMPTY_PAYLOAD or content is self._answered:
            return
        if self._size - self._head_size > limit + MAX_FRAMING:
            self._deaf = True
            self._body = content
            self.break_body(BodyTooLarge())

    def _is_too_much(self, received: int) -> bool:
        self._unwanted += received
        # A few bytes may be a lot once they are decompressed.
        read = 0 if self._answered is None else self._answered.total_bytes - self._wanted
        return max(self._unwanted, read) > MAX_UNWANTED

    def _note(self, *, begun: bool) -> None:
        if begun and not self._begun:
            self._start_clock()
        elif not begun and self._head_timer is not None:
            self._stop_clock()
        self._begun = begun

    def _start_clock(self) -> None:
        self._stop_clock()
        self._head_timer = self._loop.call_later(self._patience.head, self._head_is_late)

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


def _size(message: RawRequestMessage) -> int:
    """The bytes of a request before its body, or nearly so."""
    return len(message.path) + sum(len(name) + len(value) + 4 for name, value in message.raw_headers)
