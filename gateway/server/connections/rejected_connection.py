"""A connection that there is no place for: it is told so, and closed so that the client can read it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import cast

import orjson

from gateway.server.http.rejection import RETRY_AFTER, Refused


def whole_response(refused: Refused) -> bytes:
    """The bytes of a whole HTTP response, for what no application sees; it says that the connection is closed."""
    body = orjson.dumps(refused.body)
    headers = {
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        **refused.headers,
        "Connection": "close",
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {refused.status} {HTTPStatus(refused.status).phrase}\r\n{head}\r\n".encode() + body


# How long the client has to ask, and then to read the answer and leave.
SECONDS = 1.0
MAX_READ = 64 * 1024
ANSWER = whole_response(
    Refused(
        503,
        "Too many connections are open. Try again soon.",
        code="OVERLOADED",
        headers={"Retry-After": RETRY_AFTER},
    )
)


class RejectedConnection(asyncio.Protocol):
    """Answers whatever is asked with 503.

    It waits for the first bytes, because many clients take an answer to nothing for a fault, and reads on after the
    answer, because bytes that nobody reads would reset the connection.
    """

    def __init__(self, left: Callable[[RejectedConnection], None]) -> None:
        """`left` is called once the connection is closed."""
        self._left = left
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._answered = False
        self._read = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for a request."""
        self._transport = cast(asyncio.Transport, transport)
        self._timer = asyncio.get_running_loop().call_later(SECONDS, self.end)

    def data_received(self, data: bytes) -> None:
        """Answer, and drop what else comes."""
        assert self._transport is not None
        self._answer(self._transport)
        self._read += len(data)
        if self._read > MAX_READ:
            self._transport.pause_reading()

    def eof_received(self) -> None:
        """Let the connection close, with an answer for a client that only listens."""
        assert self._transport is not None
        self._answer(self._transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Give back what was held."""
        self._transport = None
        if self._timer is not None:
            self._timer.cancel()
        self._left(self)

    def end(self) -> None:
        """Wait no longer."""
        if self._transport is not None:
            self._answer(self._transport)
            self._transport.close()

    def _answer(self, transport: asyncio.Transport) -> None:
        if not self._answered and not transport.is_closing():
            self._answered = True
            transport.write(ANSWER)
            if transport.can_write_eof():
                transport.write_eof()
