"""Snapshots, under `/_emulator/snapshot`: the whole shop as one file, to be loaded whenever it is wanted again.

    GET  /_emulator/snapshot  the file: a SQLite database
    PUT  /_emulator/snapshot  such a file, in place of what there is: {"snapshot": {"bytes", "now"}}

With the token of a fork it is the fork's. `now` is the time from then on: the clock is as far ahead as it was. Calls,
faults and subscriptions to notifications stay as they are, and of what is in the snapshot nothing is sent.
"""

from __future__ import annotations

from aiohttp import web

from gateway.emulator.api.clock import timestamp
from gateway.emulator.http.admin.answers import answer, instance
from gateway.emulator.store import snapshot

PATH = "/_emulator/snapshot"
_HEADERS = {"Content-Disposition": 'attachment; filename="snapshot.db"', "Cache-Control": "no-store"}


def add_routes(app: web.Application) -> None:
    """Put them at their path."""
    app.router.add_route("GET", PATH, _save)
    app.router.add_route("PUT", PATH, _load)


async def _save(request: web.Request) -> web.Response:
    saved = snapshot.save(instance(request).state.store)
    return web.Response(body=saved, content_type="application/vnd.sqlite3", headers=_HEADERS)


async def _load(request: web.Request) -> web.Response:
    content = await request.clone(client_max_size=snapshot.MAX_BYTES).read()
    shop = instance(request)
    await shop.load(content)
    return answer({"snapshot": {"bytes": len(content), "now": timestamp(shop.state.clock.peek())}})
