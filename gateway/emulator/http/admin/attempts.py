"""Attempts to deliver notifications, shown as they end, to a reader who stays connected. Keeps none.

GET    /_emulator/webhooks/attempts  one line of JSON for each, until the reader leaves or the emulator stops
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from aiohttp import web

from gateway.emulator.api.bodies import encode
from gateway.emulator.http.admin.answers import instance
from gateway.emulator.http.forks import FORKS
from gateway.emulator.webhooks.delivery.deliveries import Attempted

# How many attempts a reader may be behind: deliveries do not wait for it, and it misses what is beyond.
MAX_BEHIND = 1000
HEARTBEAT_SECONDS = 5.0


def add_routes(app: web.Application) -> None:
    """Put it at its path."""
    app.on_shutdown.append(_let_go)
    app.router.add_route("GET", "/_emulator/webhooks/attempts", _show)


async def _let_go(app: web.Application) -> None:
    app[FORKS].let_go()


async def _show(request: web.Request) -> web.StreamResponse:
    shop = instance(request)
    attempted, ended = shop.deliveries.attempted, asyncio.Queue[Attempted](MAX_BEHIND)

    def note(each: Attempted) -> None:
        with suppress(asyncio.QueueFull):
            ended.put_nowait(each)

    task = asyncio.current_task()
    assert task is not None
    stream = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
    attempted.append(note)
    shop.readers.add(task)
    try:
        await stream.prepare(request)
        while True:
            await stream.write(await _next_line(ended))
    except ConnectionError:
        return stream
    finally:
        shop.readers.discard(task)
        attempted.remove(note)


async def _next_line(ended: asyncio.Queue[Attempted]) -> bytes:
    """The next attempt, or an empty line after a while, by which a reader that has left is noticed."""
    try:
        async with asyncio.timeout(HEARTBEAT_SECONDS):
            attempted = await ended.get()
    except TimeoutError:
        return b"\n"
    shown = {
        "subscription_id": attempted.subscription,
        "event_id": attempted.event_id,
        "type": attempted.type,
        "retries": attempted.retries,
        "status": attempted.outcome.status,
        "reason": attempted.outcome.reason,
        "milliseconds": round(attempted.milliseconds, 1),
    }
    return encode(shown) + b"\n"
