"""The port for those who watch the gateway: figures and health, and nothing that callers send."""

from __future__ import annotations

from aiohttp import web

from gateway.server.observability import health
from gateway.server.observability.metrics import METRICS

# Connections at a time: a scraper or an orchestrator has one or two.
MAX_CONNECTIONS = 32


def create_probes(gateway: web.Application) -> web.Application:
    """The application of that port, which shows what `gateway` counts and whether it is ready."""
    app = web.Application()
    app[health.READY] = gateway[health.READY]
    app.router.add_get("/metrics", gateway[METRICS].show)
    app.router.add_get("/livez", health.live)
    app.router.add_get("/readyz", health.ready)
    return app
