"""One request over HTTP, one JSON body back: connections, time limits, and what a broken exchange means.

Nothing is repeated here, not even by the HTTP client. Knows no tenant's state and no types.
https://developer.squareup.com/docs/build-basics/general-considerations/using-rest-apis
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson

from gateway.fairness.fair_queue import FairPlaces
from gateway.fairness.fair_share import Held, Holder
from gateway.square.body import Body
from gateway.square.clock import Timing
from gateway.square.connections.http_client import HttpClient, Reply
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
from gateway.square.usage import CallUsage
from gateway.tenant import Tenant
from gateway.tracing.trace import Headers

# Bytes of an answer after decompression; no documented answer comes near.
MAX_BODY = 10 * 1024 * 1024
# A body beyond so many bytes is large.
LARGE = 1024 * 1024
LARGE_AT_ONCE = 2
_CHUNK = 65_536


@dataclass(slots=True)
class Whole:
    """An answer that has been read to its end, and the room that it has for that if it is a large one."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    room: Held | None = None


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
        self._client: HttpClient | None = None

    def open(self) -> HttpClient:
        """Make ready to connect; needs a running event loop."""
        self._client = HttpClient(self._base, self._budget.connections, self._budget.connect)
        return self._client

    @property
    def running(self) -> int:
        """How many requests are under way."""
        return self._places.used

    async def close(self) -> None:
        """Close every connection."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def send(
        self,
        tenant: Tenant,
        call: Call[Any],
        deadline: float,
        *,
        fresh: bool = False,
        requests: CallUsage | None = None,
        decode: Callable[[bytes], Any] | None = None,
    ) -> Body:
        """The body of a successful answer; `fresh` asks for a new connection. Raises `SquareError`.

        `requests` is told when the request is sent: it was not if `NotSent` or `TooLate` follows. `decode` reads the
        bytes in one go.
        """
        holder = self._callers.holder(tenant)
        place = self._places.enter_now(holder) or await self._wait(call.endpoint.name, deadline, holder)
        try:
            answer = await self._transfer(tenant, call, deadline, fresh, requests)
        finally:
            self._places.leave(place)
        if requests is not None:
            requests.answered(answer.status)
        try:
            return self._body(call.endpoint.name, answer, decode)
        finally:
            self._bodies.parsed(answer)

    async def _wait(self, operation: str, deadline: float, holder: Holder) -> Held:
        try:
            async with asyncio.timeout(max(0.0, deadline - self._timing.now())):
                return await self._places.enter(holder)
        except TimeoutError:
            raise TooLate(operation) from None

    async def _transfer(
        self, tenant: Tenant, call: Call[Any], deadline: float, fresh: bool, requests: CallUsage | None
    ) -> Whole:
        left = min(self._budget.attempt, deadline - self._timing.now())
        if left <= 0:
            raise TooLate(call.endpoint.name)
        sent = False

        def goes_out() -> None:
            nonlocal sent
            sent = True
            if requests is not None:
                requests.goes_out()

        context = () if requests is None else requests.headers
        try:
            async with self._timing.limit(left):
                return await self._request(tenant, call, context, fresh, goes_out)
        except (aiohttp.ClientError, OSError) as error:
            if sent:
                failure = _meaning(call.endpoint.name, error)
            else:
                # The host is not to blame for an operation that had too little time left for a connection.
                too_late = left < self._budget.attempt and _is_limit(error)
                failure = TooLate(call.endpoint.name) if too_late else NotSent(call.endpoint.name)
        # Raised here, so that it does not hold the client's error, which may have the address.
        raise failure

    async def _request(
        self, tenant: Tenant, call: Call[Any], context: Headers, fresh: bool, sent: Callable[[], None]
    ) -> Whole:
        client = self._client or self.open()
        content = call.content
        headers = [("Authorization", f"Bearer {tenant.token}"), ("Square-Version", tenant.version), *context]
        if content is not None:
            headers.append(("Content-Type", "application/json"))
        reply = await client.request(
            tenant.key, call.endpoint.method, call.target, headers, content, fresh=fresh, sent=sent
        )
        try:
            return await self._bodies.read(call.endpoint.name, reply, self._callers, tenant)
        finally:
            reply.end()

    def _body(self, operation: str, answer: Whole, decode: Callable[[bytes], Any] | None) -> Body:
        status, content = answer.status, answer.content
        if 200 <= status < 300:
            return Body(operation, content, decode)
        if status < 400:
            raise BadResponse(operation, status=status)
        try:
            body = orjson.loads(content)
        except orjson.JSONDecodeError:
            body = None
        problems = problems_of(body.get("errors") if isinstance(body, dict) else None)
        pause = retry_after(answer.headers.get("Retry-After"), self._timing.wall())
        raise error_for(operation, status, problems, pause)


def _is_limit(error: Exception) -> bool:
    """Whether it is the time limit of all of an attempt, not that for connecting."""
    return isinstance(error, TimeoutError) and not isinstance(error, aiohttp.ClientError)


def _meaning(operation: str, error: Exception) -> SquareError:
    """What an error of the HTTP client says about a request that was sent: perhaps processed, or badly answered."""
    match error:
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

    async def read(self, operation: str, reply: Reply, callers: Callers, tenant: Tenant) -> Whole:
        """The whole answer. Raises `BadResponse` when its body is longer than any of Square's.

        A large one waits for room, unread. It keeps the room until it is `parsed`; the time limit is the caller's.
        """
        announced = reply.length
        if announced is not None and announced <= LARGE and "Content-Encoding" not in reply.headers:
            return Whole(reply.status, reply.headers, await reply.payload.read())
        body, room = bytearray(), None
        try:
            if (announced or 0) <= MAX_BODY:
                async for chunk in reply.payload.iter_chunked(_CHUNK):
                    if len(body) + len(chunk) > MAX_BODY:
                        break
                    if room is None and len(body) + len(chunk) > LARGE:
                        room = await self._room.enter(callers.holder(tenant))
                    body += chunk
                else:
                    return Whole(reply.status, reply.headers, bytes(body), room)
            raise BadResponse(operation, status=reply.status)
        except BaseException:
            if room is not None:
                self._room.leave(room)
            raise

    def parsed(self, answer: Whole) -> None:
        """The bytes of an answer are not needed any more."""
        if answer.room is not None:
            self._room.leave(answer.room)
