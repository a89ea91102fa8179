"""Live and ready: what an orchestrator asks."""

from __future__ import annotations

from typing import Protocol

from aiohttp import web


class Readiness(Protocol):
    """Whether new requests are accepted, by this application or by another that serves the same port."""

    def __bool__(self) -> bool: ...

    def set(self, ready: bool) -> None:
        """Say whether this application accepts them."""
        ...


class Alone:
    """The readiness of an application that serves its port alone."""

    def __init__(self) -> None:
        """It is not ready before start-up is done."""
        self._ready = False

    def __bool__(self) -> bool:
        return self._ready

    def set(self, ready: bool) -> None:
        """Say whether requests are accepted."""
        self._ready = ready


READY: web.AppKey[Readiness] = web.AppKey("ready")


async def live(request: web.Request) -> web.Response:
    """200 as long as the process answers."""
    return web.json_response({"status": "ok"})


async def ready(request: web.Request) -> web.Response:
    """200 while new requests are accepted, 503 before start-up is done and once shutdown has begun."""
    if request.app[READY]:
        return web.json_response({"status": "ready"})
    return web.json_response({"status": "stopping"}, status=503)
