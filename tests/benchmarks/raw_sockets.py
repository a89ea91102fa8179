"""A client's half of graphql-transport-ws with as little work as possible, for thousands of sockets in one process.

Reads whole unmasked frames and answers pings; knows nothing of what it receives but where a message begins.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import Any, cast

import orjson

_NEXT = b'"type":"next"'
_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10


class Socket(asyncio.Protocol):
    """One WebSocket. `on_next` is told of every answer, as the bytes of its message."""

    def __init__(self, host: str, token: str, on_next: Callable[[bytes], None]) -> None:
        self._host = host
        self._token = token
        self._on_next = on_next
        self._received = bytearray()
        self._upgraded = False
        self.transport: asyncio.Transport | None = None
        self.acknowledged = asyncio.get_running_loop().create_future()
        self.ends: list[str] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(
            f"GET /graphql HTTP/1.1\r\nHost: {self._host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: graphql-transport-ws\r\nAuthorization: Bearer {self._token}\r\n\r\n".encode()
        )
        self.send({"type": "connection_init"})

    def connection_lost(self, error: BaseException | None) -> None:
        self.transport = None
        if not self.acknowledged.done():
            self.acknowledged.set_exception(ConnectionError(bytes(self._received[:200])))

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._upgraded:
            head, end, rest = self._received.partition(b"\r\n\r\n")
            if not end or not head.startswith(b"HTTP/1.1 101"):
                return
            self._upgraded, self._received = True, rest
        while (frame := self._frame()) is not None:
            self._handle(*frame)

    def _frame(self) -> tuple[int, bytes] | None:
        held = self._received
        if len(held) < 2:
            return None
        length, start = held[1] & 127, 2
        if length >= 126:
            start = 4 if length == 126 else 10
            length = int.from_bytes(held[2:start], "big")
        if len(held) < start + length:
            return None
        code, content = held[0] & 15, bytes(held[start : start + length])
        del held[: start + length]
        return code, content

    def _handle(self, code: int, content: bytes) -> None:
        if code == _PING:
            self._write(_PONG, content)
        elif code == _CLOSE:
            self.ends.append(f"closed {int.from_bytes(content[:2], 'big')}")
        elif _NEXT in content or b'"type": "next"' in content:
            self._on_next(content)
        elif b"connection_ack" in content:
            self.acknowledged.set_result(None)
        elif b'"ping"' in content:
            self.send({"type": "pong"})
        else:
            self.ends.append(content.decode())

    def send(self, message: dict[str, Any]) -> None:
        self._write(_TEXT, orjson.dumps(message))

    def _write(self, code: int, content: bytes) -> None:
        if self.transport is None:
            return
        length = len(content)
        size = bytes([128 | length]) if length < 126 else bytes([254]) + length.to_bytes(2, "big")
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(content))
        self.transport.write(bytes([128 | code]) + size + mask + masked)


async def open_socket(url: str, token: str, on_next: Callable[[bytes], None]) -> Socket:
    """Connect, introduce the client, and wait until it is taken."""
    host = url.removeprefix("http://")
    name, port = host.split(":")
    loop = asyncio.get_running_loop()
    _, socket = await loop.create_connection(lambda: Socket(host, token, on_next), name, int(port))
    await socket.acknowledged
    return socket
