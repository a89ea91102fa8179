"""One request over HTTP, one JSON body back: connections, time limits, and what a broken exchange means.

Nothing is repeated here, not even by the HTTP client. Knows no tenant's state and no types.
https://developer.squareup.com/docs/build-basics/general-considerations/using-rest-apis
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import orjson
from yarl import URL

from gateway.fairness.fair_queue import FairPlaces
from gateway.fairness.fair_share import Holder
from gateway.square.body import Body
from gateway.square.clock import Timing
from gateway.square.connections.connector import Channel, Connector, open_session
from gateway.square.connections.idle_limit import Idle
from gateway.square.endpoint import Call
from gateway.square.errors import (
    Ambiguous,
    BadResponse,
    NotSent,
    SquareError,
    TooLate,
    UpstreamTimeout,
    error_for,
    problems_of,
)
from gateway.square.policies.call_budget import Budget
from gateway.square.policies.retry_after import retry_after
from gateway.square.policies.tenant_state import Callers
from gateway.tenant import Tenant

# Bytes of an answer after decompression; no documented answer comes near.
MAX_BODY = 10 * 1024 * 1024
# A body beyond so many bytes is large.
LARGE = 1024 * 1024
LARGE_AT_ONCE = 2
_CHUNK = 65_536


class Exchange:
    """Sends requests to one host, so many at a time for all tenants together. Follows no redirects."""

    def __init__(self, base_url: str, budget: Budget, timing: Timing, callers: Callers) -> None:
        """`base_url` is the scheme and host, as https://connect.squareup.com; nothing is opened yet."""
        self._base = base_url.rstrip("/")
        self._budget = budget
        self._timing = timing
        self._places = FairPlaces(budget.connections, budget.caller_share)
        self._bodies = Bodies(budget.caller_share)
        self._callers = callers
        self._kept: aiohttp.ClientSession | None = None
        self._fresh: aiohttp.ClientSession | None = None

    def open(self) -> None:
        """Make ready to connect; needs a running event loop."""
        idle: Idle[Channel] = Idle(self._budget.connections)
        self._kept = open_session(Connector(idle), self._budget.connect)
        # Makes a new connection for every request, for those that found a kept one dead.
        self._fresh = open_session(Connector(idle, force_close=True), self._budget.connect)

    async def close(self) -> None:
        """Close every connection."""
        sessions, self._kept, self._fresh = (self._kept, self._fresh), None, None
        for session in sessions:
            if session is not None:
                await session.close()

    async def send(
        self,
        tenant: Tenant,
        call: Call[Any],
        deadline: float,
        *,
        fresh: bool = False,
        goes_out: Callable[[], None] = lambda: None,
        decode: Callable[[bytes], Any] | None = None,
    ) -> Body:
        """The body of a successful answer; `fresh` asks for a new connection. Raises `SquareError`.

        `goes_out` is told when the request is about to be sent. It was not if `NotSent` follows. `decode` reads the
        bytes in one go.
        """
        operation = call.endpoint.name
        try:
            async with asyncio.timeout(max(0.0, deadline - self._timing.now())):
                place = await self._places.enter(self._callers.holder(tenant))
        except TimeoutError:
            raise TooLate(operation) from None
        async with AsyncExitStack() as held:
            try:
                status, headers, content = await self._transfer(tenant, call, deadline, fresh, held, goes_out)
            finally:
                self._places.leave(place)
            return self._body(operation, status, headers, content, decode)

    async def _transfer(  # noqa: PLR0917 - what `send` is given
        self,
        tenant: Tenant,
        call: Call[Any],
        deadline: float,
        fresh: bool,
        held: AsyncExitStack,
        goes_out: Callable[[], None],
    ) -> tuple[int, Any, bytes]:
        left = min(self._budget.attempt, deadline - self._timing.now())
        if left <= 0:
            raise TooLate(call.endpoint.name)
        goes_out()
        try:
            async with self._timing.limit(left):
                return await self._request(tenant, call, fresh, held)
        except (aiohttp.ClientError, OSError) as error:
            failure = _meaning(call.endpoint.name, error)
        # Raised here, so that it does not hold the client's error, whose text has the URL and the headers.
        raise failure

    async def _request(
        self, tenant: Tenant, call: Call[Any], fresh: bool, held: AsyncExitStack
    ) -> tuple[int, Any, bytes]:
        if self._kept is None:
            self.open()
        session = self._fresh if fresh else self._kept
        assert session is not None
        headers = {
            "Authorization": f"Bearer {tenant.token}",
            "Square-Version": tenant.version,
            "Accept": "application/json",
        }
        if call.content is not None:
            headers["Content-Type"] = "application/json"
        async with session.request(
            call.endpoint.method,
            URL(self._base + call.target, encoded=True),
            data=call.content,
            headers=headers,
            allow_redirects=False,
        ) as response:
            holder = self._callers.holder(tenant)
            body = await self._bodies.read(call.endpoint.name, response, held, holder)
            return response.status, response.headers, bytes(body)

    def _body(
        self, operation: str, status: int, headers: Any, content: bytes, decode: Callable[[bytes], Any] | None
    ) -> Body:
        if 200 <= status < 300:
            return Body(operation, content, decode)
        if status < 400:
            raise BadResponse(operation, status=status)
        try:
            body = orjson.loads(content)
        except orjson.JSONDecodeError:
            body = None
        problems = problems_of(body.get("errors") if isinstance(body, dict) else None)
        pause = retry_after(headers.get("Retry-After"), self._timing.wall())
        raise error_for(operation, status, problems, pause)


def _meaning(operation: str, error: Exception) -> SquareError:
    """What an error of the HTTP client says about the request: never sent, perhaps processed, or badly answered."""
    match error:
        case aiohttp.ConnectionTimeoutError() | aiohttp.ClientConnectorError():
            return NotSent(operation)
        case TimeoutError():
            return UpstreamTimeout(operation)
        case aiohttp.ClientPayloadError() | aiohttp.ClientResponseError():
            return BadResponse(operation)
        case _:
            return Ambiguous(operation)


class Bodies:
    """The bodies being read from one host."""

    def __init__(self, share: float) -> None:
        """One caller may have this share of the room, but always one body."""
        self._room = FairPlaces(LARGE_AT_ONCE, share)

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
