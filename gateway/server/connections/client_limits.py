"""How long clients are waited for, and how much is taken from them and kept for them, by us and by the kernel."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from dataclasses import dataclass

from aiohttp import web

from gateway.server.connections.unsent_responses import MAX_BYTES

# How long what was sent may go without an acknowledgement. The kernel's own patience is a quarter of an hour, and so
# long a stream would be kept up for a client that vanished: signs of life are too short to fill a buffer.
VANISHED_SECONDS = 60
# Bytes that the kernel keeps before it sends them. By itself it keeps megabytes for each client that does not read,
# and asks for more only once a third of them is gone, so that a client that reads slowly seems not to read.
MAX_NOT_SENT = 64 * 1024


@dataclass(frozen=True, slots=True)
class ClientLimits:
    """Limits of one port's clients, in seconds and bytes.

    Seconds for a request's head, for the next request on a connection, for a client that goes on sending what is
    not read any more, and for one that takes nothing of its answer.
    """

    head: float = 15.0
    unused: float = 75.0
    unwanted: float = 5.0
    unread: float = 15.0
    # What all clients together may leave unread.
    max_unread: int = MAX_BYTES
    # Of the body of a request, and of a message on a WebSocket; None for any size.
    max_body: int | None = None


CLIENT_LIMITS: web.AppKey[ClientLimits] = web.AppKey("client_limits", ClientLimits)


def set_socket_options(transport: asyncio.BaseTransport) -> None:
    """Have the kernel tell of a client that vanishes, and keep little of what waits for a slow one.

    Not every system has these options.
    """
    connected = transport.get_extra_info("socket")
    if connected is None:
        return
    for name, value in (("TCP_USER_TIMEOUT", VANISHED_SECONDS * 1000), ("TCP_NOTSENT_LOWAT", MAX_NOT_SENT)):
        option = getattr(socket, name, None)
        if option is not None:
            # The client may be gone already.
            with contextlib.suppress(OSError):
                connected.setsockopt(socket.IPPROTO_TCP, option, value)
