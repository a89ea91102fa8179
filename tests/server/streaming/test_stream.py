"""An answer that lasts, whatever its responses are made of."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from typing import Any

import aiohttp
from aiohttp import web

from gateway.server.connections.listener import listen
from gateway.server.streaming.active_streams import OpenEnded
from gateway.server.streaming.sse_multipart import FRAMINGS
from gateway.server.streaming.stream import stream

RESPONSES = 600


async def test_what_waits_is_written_at_once_however_much_else_there_is_to_do() -> None:
    turns = 0

    async def work() -> None:
        nonlocal turns
        while True:
            turns += 1
            time.sleep(0.001)  # noqa: ASYNC251 - it keeps the event loop busy
            await asyncio.sleep(0)

    async def waiting() -> AsyncGenerator[dict[str, Any], None]:
        for number in range(RESPONSES):
            yield {"data": {"number": number}}

    async def handle(request: web.Request) -> web.StreamResponse:
        return await stream(
            request, waiting(), FRAMINGS["text/event-stream"], 10, OpenEnded(), begun=asyncio.Event(), seconds=None
        )

    app = web.Application()
    app.router.add_get("/", handle)
    running = await listen(app, "127.0.0.1", 0)
    async with aiohttp.ClientSession() as http:
        working = asyncio.create_task(work())
        async with http.get(running.url) as answer:
            body = await answer.read()
        working.cancel()
    await running.close()

    assert body.count(b"event: next\n") == RESPONSES
    assert body.endswith(b"event: complete\ndata: \n\n")
    assert turns < RESPONSES
