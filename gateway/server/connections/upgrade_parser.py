"""What aiohttp's parser makes of a connection's bytes: which request is the last one whose end is known.

Behind a request for another protocol aiohttp drops the bytes that it was given together with it, unless it knows the
protocol. What comes after those would be read from its middle. Knows no application and no GraphQL.
"""

from __future__ import annotations

from aiohttp import StreamReader, web
from aiohttp.http import HttpVersion10, HttpVersion11, RawRequestMessage
from aiohttp.http_exceptions import BadHttpMessage
from aiohttp.streams import EMPTY_PAYLOAD
from aiohttp.web_protocol import RequestPayloadError, _ErrInfo


class Parsing(web.RequestHandler):
    """A connection that reads nothing behind a request unless it is certain where that ends."""

    __slots__ = ("_answered", "_body", "_last_body", "_settled")

    # The body that arrives, and the one whose request was answered.
    _body: StreamReader | None
    _answered: StreamReader | None
    # The body of the last request that is read on this connection.
    _last_body: StreamReader | None
    # The requests that had come when none of them waited.
    _settled: int

    @property
    def over(self) -> bool:
        """Whether the last request has come: nothing behind it is read."""
        return self._last_body is not None and self._last_body.is_eof()

    def break_body(self, error: Exception) -> None:
        """Have those who read the body that arrives get an error, and nobody wait for its end."""
        body, self._body = self._body, None
        if body is not None:
            if body is not self._answered:
                body.set_exception(error)
            body.feed_eof()

    def _parse(self, data: bytes, *, whole_head: bool = False) -> None:
        """Give bytes to aiohttp; `whole_head` when they end where a head does that began on its own."""
        if not self._messages and self._body is None:
            self._settle()
        if data and self.over:
            return
        count, ending = self._request_count, self._last_body is not None
        super().data_received(data)
        new = self._request_count - count
        if ending:
            self._forget(new)
            return
        for index in range(-new, 0):
            message, body = self._messages[index]
            if isinstance(message, _ErrInfo):
                self._note_broken()
            elif _is_foreign(message):
                error = BadHttpMessage("Its version or its transfer coding is not known.")
                self._messages[index] = (_ErrInfo(400, error, error.message), EMPTY_PAYLOAD)
                self._last_body = EMPTY_PAYLOAD
            elif message.upgrade and _may_switch(message):
                # What follows is of the other protocol, whether or not that is agreed to.
                self._messages[index] = (message._replace(should_close=True), body)
                if not _is_websocket(message):
                    self._last_body = body
            elif message.upgrade and not (whole_head and new == 1 and self._ends_surely(message)):
                self._messages[index] = (message._replace(should_close=True), body)
                self._last_body = body
            else:
                continue
            if self._last_body is not None:
                self._forget(-1 - index)
            return

    def _ends_surely(self, message: RawRequestMessage) -> bool:
        """Whether the end of this request, of which the head was fed alone, is met in any case."""
        # A parser that pauses, for many requests or for a large body, drops what it is given next.
        return (
            not (self._reading_paused or self._buffer_paused or message.chunked or message.compression)
            and self._request_count - self._settled < self._max_msg_queue_size - 1
            and int(message.headers.get("Content-Length", 0)) < self._read_bufsize
        )

    def _settle(self) -> None:
        """Tell the parser that nothing waits: it does not count well what is taken before its body has come."""
        came, self._settled = self._request_count - self._settled, self._request_count
        if self._parser is not None:
            for _ in range(min(came, self._max_msg_queue_size)):
                self._parser.message_consumed()
        if came >= self._max_msg_queue_size - 1:
            # It may have kept bytes back for what it had counted.
            self._parse(b"")

    def _note_broken(self) -> None:
        """Let no second answer follow that of a request whose body cannot be read."""
        body = self._body
        self._last_body = EMPTY_PAYLOAD
        if body is not None and not body.is_eof():
            self._forget(1)
            if self._messages:
                message, content = self._messages[-1]
                if isinstance(message, RawRequestMessage):
                    self._messages[-1] = (message._replace(should_close=True), content)
            elif self._current_request is not None:
                current = self._current_request
                current._message = current._message._replace(should_close=True)
            answered = body is self._answered
            self.break_body(RequestPayloadError("The body is not framed as it should be."))
            if answered:
                self.close()

    def _forget(self, number: int) -> None:
        for _ in range(number):
            self._messages.pop()
        self._request_count -= max(number, 0)

    def _leave_upgrade(self, request: web.BaseRequest, response: web.StreamResponse) -> bytes:
        """What came behind a request for a WebSocket that is answered without one, if that is HTTP."""
        if not self._upgraded or self._messages or self._payload_parser is not None or self._parser is None:
            return b""
        tail, self._message_tail = self._message_tail, b""
        # Only where there is no WebSocket may a client that names no version of it have meant anything else.
        if request._message.should_close or response.status != 404:
            response.force_close()
            self._last_body = EMPTY_PAYLOAD
            return b""
        self._parser.set_upgraded(False)
        self._upgraded = False
        if self._buffer_paused:
            self._resume_reading_for_buffer()
        return tail


def _is_foreign(message: RawRequestMessage) -> bool:
    if message.version not in {HttpVersion10, HttpVersion11}:
        return True
    return message.chunked and message.headers.get("Transfer-Encoding", "").strip().lower() != "chunked"


def _is_websocket(message: RawRequestMessage) -> bool:
    return message.headers.get("Upgrade", "").lower() == "websocket"


def _may_switch(message: RawRequestMessage) -> bool:
    return message.method == "CONNECT" or any(name.lower().startswith("sec-websocket-") for name in message.headers)
