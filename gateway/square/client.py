"""The only place that talks to Square. One request in, one decoded answer or one `SquareError` out.

Knows nothing of GraphQL; which calls may be repeated is the row's and `retry.py`'s business.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import aiohttp
import orjson
from yarl import URL

from gateway.square.endpoint import Call
from gateway.square.errors import (
    Ambiguous,
    BadResponse,
    NotFound,
    NotSent,
    SquareError,
    UpstreamTimeout,
    error_for,
    problems_of,
)
from gateway.square.wire import decode_answer
from gateway.tenant import Tenant

T = TypeVar("T")
log = logging.getLogger(__name__)

MAX_BODY = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Budget:
    """How long things may take, in seconds."""

    connect: float = 2.0
    attempt: float = 10.0
    operation: float = 25.0


class Sender(Protocol):
    """Whatever can send a call for one tenant."""

    async def send(self, call: Call[T]) -> T:
        """Answer the call, or raise `SquareError`."""
        ...


class Square:
    """A pool of connections to one of Square's hosts, shared by all tenants."""

    def __init__(self, base_url: str, *, budget: Budget | None = None, connections: int = 100) -> None:
        """`base_url` is the scheme and host, as https://connect.squareup.com; nothing is opened yet."""
        self._base = base_url.rstrip("/")
        self._budget = budget or Budget()
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Open the pool; needs a running event loop."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._connections, ttl_dns_cache=60),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=self._budget.attempt, sock_connect=self._budget.connect),
            auto_decompress=True,
        )

    async def close(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()

    async def send(self, tenant: Tenant, call: Call[T]) -> T:
        """Send one call as `tenant` and decode its answer. Raises `SquareError`."""
        endpoint = call.endpoint
        status, headers, content = await self._exchange(tenant, call)
        body = _json(endpoint.name, status, content)
        if status >= 300:
            problems = problems_of(body.get("errors") if isinstance(body, dict) else None)
            raise error_for(endpoint.name, status, problems, _retry_after(headers))
        return decode_answer(endpoint.name, endpoint.returns, endpoint.under, body)

    async def _exchange(self, tenant: Tenant, call: Call[Any]) -> tuple[int, Any, bytes]:
        if self._session is None:
            await self.open()
        assert self._session is not None
        operation = call.endpoint.name
        headers = {
            "Authorization": f"Bearer {tenant.token}",
            "Square-Version": tenant.version,
            "Accept": "application/json",
        }
        if call.content is not None:
            headers["Content-Type"] = "application/json"
        try:
            async with self._session.request(
                call.endpoint.method,
                URL(self._base + call.target, encoded=True),
                data=call.content,
                headers=headers,
                allow_redirects=False,
            ) as response:
                return response.status, response.headers, await _read(operation, response)
        except aiohttp.ConnectionTimeoutError as error:
            raise NotSent(operation) from error
        except TimeoutError as error:
            raise UpstreamTimeout(operation) from error
        except aiohttp.ClientConnectorError as error:
            raise NotSent(operation) from error
        except (aiohttp.ClientPayloadError, aiohttp.ClientResponseError) as error:
            raise BadResponse(operation) from error
        except (aiohttp.ClientError, OSError) as error:
            raise Ambiguous(operation) from error


async def _read(operation: str, response: aiohttp.ClientResponse) -> bytes:
    chunks, size = [], 0
    async for chunk in response.content.iter_chunked(65536):
        size += len(chunk)
        if size > MAX_BODY:
            response.close()
            raise BadResponse(operation, status=response.status)
        chunks.append(chunk)
    return b"".join(chunks)


def _json(operation: str, status: int, content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        if status >= 400:
            return {}
        raise BadResponse(operation, status=status) from error


def _retry_after(headers: Any) -> float | None:
    value = headers.get("Retry-After", "")
    return float(value) if value.isdecimal() and len(value) < 7 else None


class TenantSquare:
    """Square as one tenant sees it: what loaders and resolvers send through. Counts the calls it makes."""

    def __init__(self, square: Square, tenant: Tenant) -> None:
        self._square = square
        self.tenant = tenant
        self.calls = 0

    async def send(self, call: Call[T]) -> T:
        """Answer the call, or raise `SquareError`."""
        if not call.addressable:
            raise NotFound(call.endpoint.name)
        self.calls += 1
        return await self._square.send(self.tenant, call)


__all__ = ["MAX_BODY", "Budget", "Sender", "Square", "SquareError", "TenantSquare"]
