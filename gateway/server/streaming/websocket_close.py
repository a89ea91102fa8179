"""A WebSocket with the gateway's limits, told to its connection once it is open. Knows no protocol above WebSocket."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from aiohttp import web

from gateway.server.connections.http_connection import connection_of

CLOSING_SECONDS = 1.0


class LimitedWebSocket(web.WebSocketResponse):
    """A WebSocket of bounded messages, whose client is not waited for without end."""

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

    async def prepare(self, request: web.BaseRequest) -> Any:
        """Shake hands."""
        writer = await super().prepare(request)
        connection_of(request).became_websocket()
        return writer

    async def close_with(self, code: int, reason: str) -> None:
        """Close, and wait for the client to agree, but not for long."""
        try:
            async with asyncio.timeout(CLOSING_SECONDS):
                await self.close(code=code, message=reason.encode())
        except (ConnectionError, TimeoutError):
            pass
