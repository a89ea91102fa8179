"""Breaking connections on purpose. Decides nothing about when."""

from __future__ import annotations

import os
import socket
import struct
from contextlib import suppress

from aiohttp import web

_NO_LINGER = struct.pack("ii", 1, 0)


def reset(http: web.Request) -> web.Response:
    """Cut the connection with a TCP reset; the response that comes back is never sent."""
    transport = http.transport
    if transport is not None:
        # A socket object of our own: event loops do not all let go of their options.
        with socket.socket(fileno=os.dup(transport.get_extra_info("socket").fileno())) as same:
            same.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        transport.abort()
    return web.Response()


async def truncate(http: web.Request, answer: web.Response) -> web.StreamResponse:
    """Announce the whole answer, send half of it, and cut the connection."""
    body = answer.body
    assert isinstance(body, bytes)
    half = web.StreamResponse(status=answer.status, headers=answer.headers)
    half.content_length = len(body)
    # The client may have left already.
    with suppress(ConnectionError):
        await half.prepare(http)
        await half.write(body[: len(body) // 2])
    if http.transport is not None:
        http.transport.close()
    return half
