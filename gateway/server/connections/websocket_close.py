"""A WebSocket that lets its close code arrive. Knows no protocol above WebSocket.

aiohttp closes the connection at once after a frame it refuses, for instance one that is too large, and after a
close that the client does not answer. With bytes of the client unread, the kernel would then reset the
connection, and the client would never see the code.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from aiohttp import WSCloseCode, web

from gateway.server.connections.http_protocol import gone

CLOSING_SECONDS = 1.0
UNREAD_SECONDS = 10.0
ABNORMAL = WSCloseCode.ABNORMAL_CLOSURE


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
            # A frame is written only when the kernel has taken those before it, so that all that waits is known.
            writer_limit=0,
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

    async def linger(self, ending: asyncio.Event) -> None:
        """After a close that the client did not agree to: wait until it has read it, or `ending` is set."""
        transport, request = self._transport, self._req
        if self.close_code != ABNORMAL or transport is None or request is None or request.transport is None:
            return
        # What else the client sends is read and dropped: unread bytes would reset the connection.
        request.protocol.close()
        transport.resume_reading()
        if transport.can_write_eof():
            transport.write_eof()
        waiting = {gone(request), asyncio.ensure_future(ending.wait())}
        await asyncio.wait(waiting, timeout=UNREAD_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for each in waiting:
            each.cancel()
        transport.abort()

    def _close_transport(self) -> None:
        if self.close_code != ABNORMAL:
            super()._close_transport()
