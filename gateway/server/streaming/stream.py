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
    writer = _Writer(request, answer, framing)
    writing = asyncio.ensure_future(writer.write_all(responses, begun))
    begins = [] if begun is None else [asyncio.ensure_future(begun.wait())]
    try:
        if begins:
            # Who sees the first bytes may rely on it that nothing is missed from then on.
            await asyncio.wait({writing, *begins, *ends}, timeout=heartbeat, return_when=asyncio.FIRST_COMPLETED)
        await answer.prepare(request)
        await writer.open()
        while not writing.done() and not any(end.done() for end in ends):
            await asyncio.wait(
                {writing, *ends}, timeout=heartbeat - writer.silence, return_when=asyncio.FIRST_COMPLETED
            )
            if writer.silence >= heartbeat:
                await writer.write(framing.alive)
        if writing.done():
            writing.result()
    except SlowSubscriber:
        # As when it has left: what it has not got it can ask for again.
        pass
    except ConnectionError:
        if request.transport is not None:
            request.transport.abort()
    finally:
        waiting = [*ends, *begins, writing]
        for each in waiting:
            each.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await responses.aclose()
        open_ended.leave(ending)
    return answer


class _Writer:
    """Writes to one client. What is there already is written at once, however busy the event loop is."""

    __slots__ = ("_answer", "_framing", "_last", "_loop", "_opened", "_request", "_writes")

    def __init__(self, request: web.Request, answer: web.StreamResponse, framing: Framing) -> None:
        self._request = request
        self._answer = answer
        self._framing = framing
        self._loop = asyncio.get_running_loop()
        self._opened: asyncio.Future[None] = self._loop.create_future()
        self._last = self._loop.time()
        self._writes = 0

    @property
    def silence(self) -> float:
        """Seconds since anything was written; 0 while the client takes what is."""
        return 0.0 if self._writes else self._loop.time() - self._last

    async def open(self) -> None:
        """Write what opens the answer; responses may follow."""
        await self.write(self._framing.opening)
        self._opened.set_result(None)

    async def write_all(self, responses: Responses, begun: asyncio.Event | None) -> None:
        """Write responses once the answer is open, and the mark of completion. The first one is a beginning too."""
        begun = begun or asyncio.Event()
        async for response in responses:
            begun.set()
            await self._opened
            await self.write(self._framing.response(response))
        begun.set()
        await self._opened
        await self.write(self._framing.ending)

    async def write(self, data: bytes) -> None:
        """Write something, and wait until the client takes it."""
        self._writes += 1
        try:
            await self._answer.write(data)
            # A client that takes nothing is closed by its connection, however little waits.
            await self._request.writer.drain()
        finally:
            self._writes -= 1
            self._last = self._loop.time()
