"""A WebSocket that lets its close code arrive. Knows no protocol above WebSocket.

aiohttp closes the connection at once after a frame it refuses, for instance one that is too large. With the
rest of the frame unread, the kernel would reset the connection, and the client would never see the code.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from aiohttp import WebSocketError, web

from gateway.server.connection import gone

CLOSING_SECONDS = 1.0
UNREAD_SECONDS = 10.0


class PatientSocket(web.WebSocketResponse):
    """A WebSocket whose end both sides can see."""

    def __init__(self, protocols: Iterable[str], max_message: int, heartbeat: float) -> None:
        """`max_message` is in bytes. A peer is asked for a sign of life every `heartbeat` seconds."""
        # No compression: its state costs more memory than a subscriber does, and its input can be a bomb.
        super().__init__(
            protocols=protocols,
            max_msg_size=max_message,
            heartbeat=heartbeat,
            compress=False,
            timeout=CLOSING_SECONDS,
        )
        self._transport: asyncio.Transport | None = None

    async def prepare(self, request: web.BaseRequest) -> object:  # type: ignore[override]
        """Shake hands."""
        self._transport = request.transport
        return await super().prepare(request)

    async def close_with(self, code: int, reason: str) -> None:
        """Close, and wait for the client to agree, but not for long."""
        try:
            async with asyncio.timeout(CLOSING_SECONDS):
                await self.close(code=code, message=reason.encode())
        except (ConnectionError, TimeoutError):
            pass

    async def linger(self) -> None:
        """Wait until the client has had the chance to read what was sent last."""
        transport, request = self._transport, self._req
        if transport is None or request is None or request.transport is None:
            return
        if isinstance(self.exception(), WebSocketError):
            if transport.can_write_eof():
                transport.write_eof()
            left = gone(request)
            await asyncio.wait({left}, timeout=CLOSING_SECONDS)
            left.cancel()
            transport.close()
        if transport.get_write_buffer_size():
            # A client that reads nothing any more would keep the connection for ever.
            asyncio.get_running_loop().call_later(UNREAD_SECONDS, transport.abort)

    def _close_transport(self) -> None:
        if not isinstance(self.exception(), WebSocketError):
            super()._close_transport()
