"""Live and ready: what an orchestrator asks."""

from __future__ import annotations

from aiohttp import web

READY: web.AppKey[list[bool]] = web.AppKey("ready")


async def live(request: web.Request) -> web.Response:
    """200 as long as the process answers."""
    return web.json_response({"status": "ok"})


async def ready(request: web.Request) -> web.Response:
    """200 while new requests are accepted, 503 before start-up is done and once shutdown has begun."""
    if request.app[READY][0]:
        return web.json_response({"status": "ready"})
    return web.json_response({"status": "stopping"}, status=503)
