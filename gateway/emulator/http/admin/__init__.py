"""The emulator's own paths under `/_emulator`, which no client of Square uses: switches for tests, and the Dashboard.

They need no token: `own_paths` keeps out other machines and other sites.
"""

from __future__ import annotations

from aiohttp import web

from gateway.emulator.http.admin import (
    attempts,
    dashboard,
    exchanges,
    forks,
    sent,
    snapshots,
    switches,
    tokens,
    triggers,
    webhooks,
)

_ALL = (switches, tokens, dashboard, webhooks, triggers, attempts, sent, exchanges, forks, snapshots)


def add_routes(app: web.Application) -> None:
    """Put all of them at their paths, for the application's emulator."""
    for each in _ALL:
        each.add_routes(app)
