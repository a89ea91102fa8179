"""What the kernel is asked to do for a client's connection. Not every system has these options."""

from __future__ import annotations

import asyncio
import contextlib
import socket

# How long what was sent may go without an acknowledgement. The kernel's own patience is a quarter of an hour, and so
# long a stream would be kept up for a client that vanished: signs of life are too short to fill a buffer.
VANISHED_SECONDS = 60
# Bytes that the kernel keeps before it sends them. By itself it keeps megabytes for each client that does not read,
# and asks for more only once a third of them is gone, so that a client that reads slowly seems not to read.
MAX_NOT_SENT = 64 * 1024


def set_options(transport: asyncio.BaseTransport) -> None:
    """Have the kernel tell of a client that vanishes, and keep little of what waits for a slow one."""
    connected = transport.get_extra_info("socket")
    if connected is None:
        return
    for name, value in (("TCP_USER_TIMEOUT", VANISHED_SECONDS * 1000), ("TCP_NOTSENT_LOWAT", MAX_NOT_SENT)):
        option = getattr(socket, name, None)
        if option is not None:
            # The client may be gone already.
            with contextlib.suppress(OSError):
                connected.setsockopt(socket.IPPROTO_TCP, option, value)
