"""Connections that wait at the port are all taken at once, however busy the event loop is."""

from __future__ import annotations

import asyncio
import socket

import pytest
from aiohttp import web

from gateway.server.connections.listener import listen

uvloop = pytest.importorskip("uvloop", reason="there is none on Windows, where asyncio's own loop takes all")
WAITING = 90


async def hello(_: web.Request) -> web.Response:
    return web.json_response("hello")


async def many_clients() -> tuple[int, bytes]:
    """How many of the connections that wait are taken in a few rounds of the loop, and what the last is answered."""
    app = web.Application()
    app.router.add_get("/", hello)
    listening = await listen(app, "127.0.0.1", 0)
    waiting = [socket.create_connection((listening.host, listening.port)) for _ in range(WAITING)]
    try:
        for _ in range(5):
            await asyncio.sleep(0)
        assert listening.runner.server is not None
        taken = len(listening.runner.server.connections)
        last = waiting[-1]
        last.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(last, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        answer = await loop.sock_recv(last, 1000)
    finally:
        for each in waiting:
            each.close()
        await listening.close()
    return taken, answer


def test_all_that_wait_are_taken() -> None:
    taken, answer = uvloop.run(many_clients())

    assert taken == WAITING
    assert answer.startswith(b"HTTP/1.1 200 OK")


async def closed() -> bool:
    listening = await listen(web.Application(), "127.0.0.1", 0)
    await listening.close()
    try:
        socket.create_connection((listening.host, listening.port)).close()
    except ConnectionRefusedError:
        return True
    return False


def test_a_closed_port_takes_none() -> None:
    assert uvloop.run(closed())
