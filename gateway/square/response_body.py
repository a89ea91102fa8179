"""Reading the body of an answer: so many bytes and no more, and only a few large bodies at a time.

A small compressed answer may grow a thousandfold, and a parsed one takes several times its bytes.
"""

from __future__ import annotations

from contextlib import AsyncExitStack

import aiohttp

from gateway.fairness.fair_queue import FairPlaces
from gateway.fairness.fair_share import Holder
from gateway.square.errors import BadResponse

# Bytes of an answer after decompression; no documented answer comes near.
MAX_BODY = 10 * 1024 * 1024
# A body beyond so many bytes is large.
LARGE = 1024 * 1024
LARGE_AT_ONCE = 2
_CHUNK = 65_536


class Bodies:
    """The bodies being read from one host."""

    def __init__(self, share: float) -> None:
        """One caller may have this share of the room, but always one body."""
        self._room = FairPlaces(LARGE_AT_ONCE, share)

    @property
    def full(self) -> bool:
        """Whether a large body would have to wait."""
        return self._room.full

    async def read(
        self, operation: str, response: aiohttp.ClientResponse, held: AsyncExitStack, holder: Holder
    ) -> bytearray:
        """The whole body. Raises `BadResponse` when it is longer than any of Square's.

        A large one waits for room, unread. It keeps the room until `held` is closed, which the
        caller does when the body is parsed; the time limit is the caller's too.
        """
        announced, large = response.content_length or 0, False
        body = bytearray()
        if announced <= MAX_BODY:
            async for chunk in response.content.iter_chunked(_CHUNK):
                if len(body) + len(chunk) > MAX_BODY:
                    break
                if not large and len(body) + len(chunk) > LARGE:
                    large = True
                    await held.enter_async_context(self._room.place(holder))
                body += chunk
            else:
                return body
        response.close()
        raise BadResponse(operation, status=response.status)
