"""A transport whose `close` lets a client that is still sending see what was answered. Knows no HTTP.

Bytes that nobody reads make the kernel reset a connection that is closed, and what was written before is lost on its
way. So our side is ended first, and what the client still sends is dropped, until it has gone or its time is over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any


class ClosingTransport:
    """A transport as aiohttp sees it."""

    def __init__(self, transport: asyncio.Transport, seconds: float, stop_reading: Callable[[], bool]) -> None:
        """`stop_reading` tells the reader to drop what comes; it returns whether the client may still be sending."""
        self._transport = transport
        self._seconds = seconds
        self._stop_reading = stop_reading
        self._closing = False
        # What every answer uses, without the detour below.
        self.write = transport.write
        self.writelines = transport.writelines
        self.get_extra_info = transport.get_extra_info
        self.pause_reading = transport.pause_reading
        self.resume_reading = transport.resume_reading

    def __getattr__(self, name: str) -> Any:
        """All else is as the transport has it."""
        return getattr(self._transport, name)

    def is_closing(self) -> bool:
        """Whether nothing more can be written."""
        return self._closing or self._transport.is_closing()

    def close(self) -> None:
        """Close it, at once if nothing can be lost by that."""
        if self.is_closing():
            return
        self._closing = True
        if not self._stop_reading() or not self._transport.can_write_eof():
            self._transport.close()
            return
        try:
            self._transport.write_eof()
        except OSError:
            # The peer is gone already.
            self._transport.close()
            return
        asyncio.get_running_loop().call_later(self._seconds, self._transport.close)
