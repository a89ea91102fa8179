"""One HTTP answer that lasts: responses are written as they come, until the client leaves or we shut down.

Knows neither the framing nor where the responses come from.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from aiohttp import web

from gateway.events.subscription import SlowSubscriber
from gateway.server.connections.http_connection import gone, lost
from gateway.server.streaming.active_streams import OpenEnded
from gateway.server.streaming.sse_multipart import Framing

Responses = AsyncGenerator[dict[str, Any], None]


async def stream(
    request: web.Request,
    responses: Responses,
    framing: Framing,
    heartbeat: float,
    open_ended: OpenEnded,
    *,
    begun: asyncio.Event | None = None,
    seconds: float | None = None,
) -> web.StreamResponse:
    """Write responses until they end. A sign of life follows every `heartbeat` seconds of silence.

    When the client leaves, takes nothing or too little, has no right to more after `seconds`, or the server shuts down,
    `responses` is closed and the answer ends without the mark of completion, so that a client knows to ask again.
    A subscription has `begun`, before which nothing is written as long as there is no need for a sign of life. It ends
    also when the client says that it will send no more: most that say so have left.
    """
    answer = web.StreamResponse(
        headers={"Content-Type": framing.content_type, "Vary": "Accept", "X-Accel-Buffering": "no"}
    )
    answer.force_close()
    ending = open_ended.enter()
    ends = [(gone if begun is not None else lost)(request), asyncio.ensure_future(ending.wait())]
    if seconds is not None:
        ends.append(asyncio.ensure_future(asyncio.sleep(seconds)))
    first: asyncio.Future[Any] = asyncio.ensure_future(anext(responses, None))
    next_response: asyncio.Future[Any] | None = first
    begins = [] if begun is None else [asyncio.ensure_future(begun.wait())]
    try:
        if begins:
            # Who sees the first bytes may rely on it that nothing is missed from then on.
            await asyncio.wait({first, *begins, *ends}, timeout=heartbeat, return_when=asyncio.FIRST_COMPLETED)
        await answer.prepare(request)
        await _write(request, answer, framing.opening)
        while not any(end.done() for end in ends):
            if next_response is None:
                next_response = asyncio.ensure_future(anext(responses, None))
            await asyncio.wait({next_response, *ends}, timeout=heartbeat, return_when=asyncio.FIRST_COMPLETED)
            if not next_response.done():
                await _write(request, answer, framing.alive)
                continue
            response = next_response.result()
            next_response = None
            if response is None:
                await _write(request, answer, framing.ending)
                break
            await _write(request, answer, framing.response(response))
    except SlowSubscriber:
        # As when it has left: what it has not got it can ask for again.
        pass
    except ConnectionError:
        if request.transport is not None:
            request.transport.abort()
    finally:
        waiting = [*ends, *begins, *([next_response] if next_response else [])]
        for each in waiting:
            each.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await responses.aclose()
        open_ended.leave(ending)
    return answer


async def _write(request: web.Request, answer: web.StreamResponse, data: bytes) -> None:
    await answer.write(data)
    # A client that takes nothing is closed by its connection, however little waits.
    await request.writer.drain()
