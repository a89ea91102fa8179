"""What comes from a client on one connection: requests, passed on to aiohttp one at a time, or a WebSocket's frames.

Each request has its limits of time and of bytes. Where it ends is decided here, so aiohttp never sees two at once, and
nothing of what it does with several matters. Knows no application.
"""

from __future__ import annotations

import asyncio
import math

from aiohttp import web

from gateway.server.connections.client_limits import ClientLimits
from gateway.server.connections.rejected_connection import whole_response
from gateway.server.connections.request_framing import (
    LINE_END,
    MAX_HEADER,
    MAX_REQUEST_LINE,
    BadFraming,
    Body,
    Head,
    read_head,
)
from gateway.server.connections.websocket_frames import MAX_FRAMING, ClientFrames
from gateway.server.http.json_body import BodyTooLarge
from gateway.server.http.rejection import Refused

# Bytes of a body that are read after its request was answered, so that a client that sends first can see the answer.
MAX_UNWANTED = 1024 * 1024
# Bytes that wait behind a request that runs. Beyond them nothing is read from the client.
MAX_WAITING = 64 * 1024

# Bytes of a head that is kept while its client is there, to know it again.
MAX_KNOWN_HEAD = 2048
_NONE_TO_COME = Body(0)


class RequestReader(web.RequestHandler):
    """The half of a connection that reads."""

    __slots__ = (
        "_answered",
        "_begun",
        "_body",
        "_broken",
        "_client_ended",
        "_deaf",
        "_frames",
        "_head",
        "_known",
        "_limits",
        "_reading_stopped",
        "_request",
        "_seen",
        "_stream",
        "_timer",
        "_unwanted",
        "_waiting",
    )

    def __init__(self, server: web.Server, limits: ClientLimits, loop: asyncio.AbstractEventLoop) -> None:
        """The time for the first byte begins with the connection."""
        super().__init__(
            server,
            loop=loop,
            keepalive_timeout=limits.unused,
            access_log=None,  # type: ignore[arg-type]
            max_line_size=MAX_REQUEST_LINE,
            max_field_size=MAX_HEADER,
            lingering_time=limits.unwanted,
        )
        self._limits = limits
        # Kept until the connection is lost: aiohttp forgets it when it closes, with bytes that still wait.
        self._stream: asyncio.Transport | None = None
        # Bytes that have come and were not passed on, how many of them end no head for certain, and the time for a
        # head that has begun.
        self._waiting = bytearray()
        self._seen = 0
        self._begun = False
        self._timer: asyncio.TimerHandle | None = None
        # The request that was passed on last: its head, its body, why that cannot be read, and the application's view.
        self._head: Head | None = None
        self._body = _NONE_TO_COME
        self._broken: Exception | None = None
        self._request: web.BaseRequest | None = None
        # A head that was checked: the next request mostly has the same.
        self._known: Head | None = None
        # Whether it has its answer, and how much of its body has come since.
        self._answered = True
        self._unwanted = 0
        # Whether the client sends no more, whether nothing more is read from it, and whether that has to wait.
        self._client_ended = False
        self._deaf = False
        self._reading_stopped = False
        # Looks at what comes once the connection is a WebSocket.
        self._frames: ClientFrames | None = None

    @property
    def unused(self) -> bool:
        """Whether it only waits for another request, of which nothing is there."""
        return self.unasked and self._body.complete and self._only_empty

    @property
    def _only_empty(self) -> bool:
        """Whether nothing waits but the empty lines that some clients send behind a body: no head begins with them."""
        return not self._waiting.strip(LINE_END)

    @property
    def unasked(self) -> bool:
        """Whether no whole request has come that is still to be answered."""
        return self._answered and self._frames is None

    def began(self, request: web.BaseRequest) -> None:
        """The application is about to see a request, of whose body it may be known that it cannot be read."""
        self._request = request
        if self._broken is not None:
            self._break_body(self._broken)

    def became_websocket(self) -> None:
        """The handshake is done: what comes from now on, and has come since, are frames."""
        self._frames = ClientFrames(self._limits.max_body)
        self._pass_on()
        if self._client_ended and self._stream is not None:
            # Its end came together with its handshake, before anybody read frames.
            self._stream.abort()

    def data_received(self, data: bytes) -> None:
        """Pass on what belongs to the request that is read, and keep what comes behind it."""
        if not data:
            # aiohttp goes on with what it had kept back, each time that a body is read.
            super().data_received(data)
        elif self._deaf:
            self._drop(len(data))
        elif self._waiting or not self._pass_on_whole(data):
            self._waiting += data
            self._pass_on()

    def give_up(self) -> None:
        """Close a connection on which nothing is to be answered."""
        self._waiting.clear()
        self.force_close()

    def _pass_on(self) -> None:
        while self._waiting and not self._deaf:
            if self._frames is not None:
                data, self._waiting = bytes(self._waiting), bytearray()
                super().data_received(self._frames.pass_on(data))
            elif not self._body.complete:
                self._pass_on_body()
            elif not self._answered or (self._request is not None and not self._request.content.is_eof()):
                if len(self._waiting) > MAX_WAITING:
                    self._pause()
                return
            elif not self._pass_on_request():
                return

    def _pass_on_whole(self, data: bytes) -> bool:
        """Begin with the next request, if it is there as a whole behind a head that is known; whether that was so."""
        head = self._known
        if head is None or head.length is None or len(data) != head.size + head.length or not self.unasked:
            return False
        if not data.startswith(head.content) or not self._body.complete:
            return False
        if self._request is not None and not self._request.content.is_eof():
            return False
        self._stop_clock()
        self._begun, self._seen = False, 0
        self._head, self._body, self._request = head, _NONE_TO_COME, None
        self._answered, self._unwanted = False, 0
        self._resume()
        super().data_received(data)
        return True

    def _pass_on_soon(self) -> None:
        asyncio.get_running_loop().call_soon(self._pass_on)

    def _pass_on_request(self) -> bool:
        """Begin with the next request; whether its head is there."""
        try:
            head = read_head(self._waiting, self._seen)
        except Refused as refused:
            self._answer(refused)
            self.force_close()
            return False
        self._seen = len(self._waiting) if head is None else 0
        if head is None:
            if self._client_ended:
                self.force_close()
            elif not self._begun and (self._timer is not None or not self._only_empty):
                self._begun = True
                # The first byte of the first request has come in the same time.
                self._timer = self._timer or self._call_when_late()
            self._resume()
            return False
        self._stop_clock()
        self._begun = False
        del self._waiting[: head.size]
        self._head, self._body, self._request = head, Body(head.length), None
        self._known = head if head.is_plain and head.size <= MAX_KNOWN_HEAD else None
        self._answered, self._unwanted = False, 0
        self._resume()
        self._pass_on_body(head.content)
        return True

    def _pass_on_body(self, head: bytes = b"") -> None:
        """Give aiohttp what has come of the body, behind the head if that is new."""
        error: Exception | None = None
        try:
            end = self._body.take(self._waiting)
        except BadFraming:
            error, end = web.RequestPayloadError("The body is not framed as it should be."), 0
        if self._body.received > self._most:
            error, end = BodyTooLarge("The body is too large."), 0
        if self._answered:
            self._unwanted += end
            if self._unwanted > MAX_UNWANTED:
                # What is not read stays with the client, which can see the answer until the connection is closed.
                self._pause()
                self._deaf = True
                return
        # Nobody reads trailers, and aiohttp leaves a body without an end where it does not like one.
        data = head + self._waiting[: max(0, end - self._body.trailing)]
        if end and self._body.trailing and self._body.complete:
            data += LINE_END
        del self._waiting[:end]
        super().data_received(bytes(data))
        if error is None and self._client_ended and not self._body.complete:
            error = web.RequestPayloadError("The body ends too early.")
        if error is not None:
            self._break_body(error)

    @property
    def _most(self) -> float:
        """The bytes that the body may take as it is sent; one with a length is refused for that."""
        if self._limits.max_body is None or self._head is None or self._head.length is not None:
            return math.inf
        return self._limits.max_body + MAX_FRAMING

    def _break_body(self, error: Exception) -> None:
        """End the body with an error for its reader."""
        self._deaf, self._broken = True, error
        if self._answered:
            self.force_close()
        elif self._request is not None and not self._request.content.is_eof():
            self._request.content.set_exception(error)
            self._request.content.feed_eof()

    def _is_last(self, resp: web.StreamResponse) -> bool:
        """Whether nothing behind this answer is read."""
        head = self._head
        if head is not None and head.websocket and self._frames is None:
            # Only where there is no WebSocket may a client that names no version of it have meant anything else.
            return head.shakes_hands or resp.status != 404
        return self._deaf or (self._client_ended and not self._waiting)

    def _answer(self, refused: Refused) -> None:
        """Answer what the application never sees."""
        self._deaf = True
        if self._stream is not None and not self._stream.is_closing():
            self._stream.write(whole_response(refused))

    def _stop_reading(self) -> bool:
        """Drop what comes from now on; whether the client may be sending, and would be reset."""
        self._stop_clock()
        sending = bool(self._waiting) or self._deaf or self._frames is not None or not self._body.complete
        self._deaf, self._unwanted = True, 0
        self._waiting.clear()
        self._resume()
        return sending and not self._client_ended

    def _drop(self, size: int) -> None:
        self._unwanted += size
        if self._unwanted > MAX_UNWANTED:
            self._pause()

    def _pause(self) -> None:
        if self._stream is not None and not self._stream.is_closing():
            self._reading_stopped = True
            self._stream.pause_reading()

    def _resume(self) -> None:
        if self._reading_stopped and self._stream is not None and not self._stream.is_closing():
            self._reading_stopped = False
            self._stream.resume_reading()

    def _call_when_late(self) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(self._limits.head, self._head_is_late)

    def _stop_clock(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _head_is_late(self) -> None:
        self._timer = None
        if self._begun:
            self._answer(Refused(408, "The request did not arrive in time."))
        self.force_close()
