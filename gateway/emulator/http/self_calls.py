"""An emulator asking itself over HTTP, as its caller: for what takes more than one call of its operations.

Each call is one like any other: it is checked, counted, and struck by faults, unless it is the console that asked.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

from gateway.emulator.api.routes import Json
from gateway.emulator.errors import SquareFault
from gateway.emulator.http import console

# Whose calls they are, unless the request says so.
TOKEN = "Bearer test-token"  # noqa: S105 - the emulator's own, known to everybody


class SelfCalls:
    """The emulator that is asked, at its own address, for the seller of who asks."""

    def __init__(self, url: str, http: aiohttp.ClientSession, seller: str) -> None:
        self._url, self._http, self.seller = url, http, seller

    async def send(self, method: str, path: str, body: Json | None = None) -> Json:
        """The answer. Raises `SquareFault` with the refusal, and with 500 for none."""
        try:
            async with self._http.request(method, self._url + path, json=body) as response:
                answer: Json = await response.json()
        except (aiohttp.ClientError, OSError, ValueError):
            raise SquareFault(500, "INTERNAL_SERVER_ERROR", f"{method} {path}: no answer.") from None
        if response.status != 200:
            error = answer["errors"][0]
            raise SquareFault(
                response.status, error["code"], f"{method} {path}: {error.get('detail', '')}", error.get("field")
            )
        return answer


@asynccontextmanager
async def asked_by(request: web.Request, seller: str) -> AsyncIterator[SelfCalls]:
    """The emulator that was asked by a request for a seller, at the address where it came in."""
    assert request.transport is not None
    host, port = request.transport.get_extra_info("sockname")[:2]
    headers = {"Authorization": request.headers.get("Authorization", TOKEN)}
    if console.asks(request):
        headers[console.HEADER] = "1"
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    async with aiohttp.ClientSession(headers=headers, timeout=aiohttp.ClientTimeout(total=30)) as http:
        yield SelfCalls(url, http, seller)
