"""A respx router behind a real socket: what arrives is matched by respx, its answer is written back as bytes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import respx
from aiohttp import web

from gateway.server.connections.listener import listen
from gateway.square.client import Square
from gateway.square.tenant_square import TenantSquare
from gateway.tenant import Tenant

# What a server writes by itself for every answer.
_OWN_HEADERS = {"content-length", "transfer-encoding", "connection", "content-encoding"}


@dataclass
class SquareApi:
    """`router` is respx's: routes, patterns, side effects, call records. `square` is the client in front of it."""

    router: respx.Router
    url: str
    square: TenantSquare


@asynccontextmanager
async def serve_router() -> AsyncIterator[SquareApi]:
    """A running router and a client for it. Requests that no route matches fail the client's call with a 500."""
    router = respx.Router(assert_all_called=False)

    async def handle(request: web.Request) -> web.Response:
        arrived = httpx.Request(
            request.method, str(request.url), headers=list(request.headers.items()), content=await request.read()
        )
        answer = await router.async_handler(arrived)
        content = await answer.aread()
        headers = [(name, value) for name, value in answer.headers.multi_items() if name not in _OWN_HEADERS]
        return web.Response(status=answer.status_code, body=content, headers=headers)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handle)
    listening = await listen(app, "127.0.0.1", 0)
    square = Square(listening.url)
    try:
        yield SquareApi(router, listening.url, TenantSquare(square, Tenant("test-token", "sandbox", "2025-08-20")))
    finally:
        await square.close()
        await listening.close()
