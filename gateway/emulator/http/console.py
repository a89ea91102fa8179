"""The console: a page at `/` that shows what is in the emulator and what it is asked, and changes it. Holds no rules.

    GET  /                         the page
    GET  /_emulator/console/NAME   its files
    GET  /_emulator/console/about  what it has to know: the names and values to choose from

The page does what it does by the paths that every client may use. It loads nothing from elsewhere. Its calls of
Square's operations bear `HEADER`: they are neither counted nor shown as calls, and no fault strikes them.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from aiohttp import web

from gateway.emulator.api.bodies import encode
from gateway.emulator.operations import ROUTES
from gateway.emulator.store.faults import OTHER_OPERATIONS, STATUSES, Kind
from gateway.emulator.store.tenants import FIRST_SELLER, SECOND_SELLER
from gateway.emulator.webhooks import event_types

HEADER = "X-Emulator-Console"
FOLDER = Path(__file__).parent.parent / "console"
PAGE = "page.html"
_PATH = "/_emulator/console"
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
# Pages of others that belong to it, as names and URLs.
LINKS: web.AppKey[dict[str, str]] = web.AppKey("links", dict)
# Another one at each start, by which a page knows that it is about an emulator that is gone.
_STARTED: web.AppKey[str] = web.AppKey("started", str)
# Each seller with a token that may do everything for it.
_SELLERS = (
    {"id": FIRST_SELLER, "name": "Coffee shop", "token": "test-token"},
    {"id": SECOND_SELLER, "name": "Bookshop", "token": "second-seller-token"},
)


def add_routes(app: web.Application) -> None:
    """Put the page and its files at their paths."""
    app[LINKS], app[_STARTED] = {}, secrets.token_hex(8)
    app.router.add_get("/", _page)
    app.router.add_get(f"{_PATH}/about", _about)
    app.router.add_get(_PATH + "/{name:.+}", _file)


def asks(request: web.Request) -> bool:
    """Whether it is the console that asks."""
    return HEADER in request.headers


async def _page(request: web.Request) -> web.StreamResponse:
    return web.FileResponse(FOLDER / PAGE, headers=_HEADERS)


async def _file(request: web.Request) -> web.StreamResponse:
    names = {each.relative_to(FOLDER).as_posix(): each for each in FOLDER.rglob("*.*")}
    file = names.get(request.match_info["name"])
    if file is None:
        raise web.HTTPNotFound
    return web.FileResponse(file, headers=_HEADERS)


async def _about(request: web.Request) -> web.Response:
    found = {
        "started": request.app[_STARTED],
        "operations": sorted({route.operation for route in ROUTES} | OTHER_OPERATIONS),
        "kinds": [kind.value for kind in Kind],
        "statuses": sorted(STATUSES),
        "event_types": sorted(event_types.CURRENT),
        "sellers": _SELLERS,
        "links": [{"name": name, "url": url} for name, url in request.app[LINKS].items()],
    }
    return web.Response(body=encode(found), content_type="application/json", headers=_HEADERS)
