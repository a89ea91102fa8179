"""A child's end of the socket to its parent, in the child's event loop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable

from gateway.workers.messages import Message, read, written

# Bytes of one message: the figures of all workers.
MAX_MESSAGE = 256 * 1024 * 1024


class ParentLink:
    """Messages to and from the parent, until `close`."""

    def __init__(self, end: socket.socket) -> None:
        """Nothing is heard before `open`."""
        self._end = end
        self._writer: asyncio.StreamWriter | None = None
        self._task: asyncio.Task[None] | None = None

    async def open(self, heard: Callable[[Message], None], lost: Callable[[], None]) -> None:
        """Hear what the parent says, each message and then its end."""
        reader, self._writer = await asyncio.open_unix_connection(sock=self._end, limit=MAX_MESSAGE)
        self._task = asyncio.create_task(_hear(reader, heard, lost))

    def say(self, kind: str, **fields: object) -> None:
        """Send a message. When the parent is gone, nobody hears it."""
        if self._writer is not None:
            self._writer.write(written(kind, fields))

    async def close(self) -> None:
        """Return once all that was said is sent."""
        if self._task is not None:
            self._task.cancel()
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()


async def _hear(reader: asyncio.StreamReader, heard: Callable[[Message], None], lost: Callable[[], None]) -> None:
    with contextlib.suppress(OSError):
        while line := await reader.readline():
            heard(read(line))
    lost()
