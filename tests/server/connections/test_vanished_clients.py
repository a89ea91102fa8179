"""A client that vanishes without a word is noticed by the kernel, on connections of either event loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from aiohttp import web

from gateway.server.connections.listener import listen

uvloop = pytest.importorskip("uvloop", reason="there is none on Windows")

CLIENTS = 5


async def patience() -> list[int]:
    """For each of several connections, how many milliseconds the kernel waits for an acknowledgement."""

    async def hello(request: web.Request) -> web.Response:
        assert request.transport is not None
        connected = request.transport.get_extra_info("socket")
        return web.json_response(connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT))

    app = web.Application()
    app.router.add_get("/", hello)
    listening = await listen(app, "127.0.0.1", 0)
    # They wait at the port together, so that they are accepted in both ways.
    waiting = [socket.create_connection((listening.host, listening.port)) for _ in range(CLIENTS)]
    try:
        loop = asyncio.get_running_loop()
        found = []
        for each in waiting:
            each.setblocking(False)
            await loop.sock_sendall(each, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            found.append(int((await loop.sock_recv(each, 1000)).rpartition(b"\r\n")[2]))
    finally:
        for each in waiting:
            each.close()
        await listening.close()
    return found


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def test_what_was_sent_is_to_be_acknowledged_within_a_minute(run: Callable[[Coroutine[Any, Any, Any]], Any]) -> None:
    assert run(patience()) == [60_000] * CLIENTS
