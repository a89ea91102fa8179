"""The documentation for a browser: /docs lists the pages, /docs/NAME is one of them or a file that they show.

A browser that asks for another is told so and gets the list. A page is rendered when it is first
asked for, in another thread, and kept while the process runs. It may load nothing but the gateway's own pictures and
style sheet, and runs no script.
"""

from __future__ import annotations

import asyncio
from functools import cache

from aiohttp import web

from gateway.server.docs import library
from gateway.server.docs.library import PATH
from gateway.server.http.negotiation import wants_page
from gateway.server.http.static_file import StaticFile

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# A picture that is opened by itself has the styles that are in it.
_POLICY_OF_FILES = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
# A browser asks each time whether what it has is still good.
_HEADERS = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-cache"}


def install(app: web.Application) -> None:
    """Serve the pages and their files."""
    app.router.add_get(PATH, _index)
    app.router.add_get(PATH + "/", _index)
    app.router.add_get(PATH + "/{name}", _page_or_file)
    app.router.add_get(PATH + "/{name:.+}", _missing)


async def _index(request: web.Request) -> web.Response:
    return (await asyncio.to_thread(_list)).answer(request, _headers(page=True))


async def _page_or_file(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    found = await asyncio.to_thread(_find, name)
    if found is None:
        return await _missing(request)
    return found.answer(request, _headers(page=name in library.pages()))


async def _missing(request: web.Request) -> web.Response:
    if not wants_page(request):
        raise web.HTTPNotFound
    listed = await asyncio.to_thread(_list, missing=True)
    return web.Response(status=404, body=listed.body, headers={**_headers(page=True), "Content-Type": listed.media})


def _headers(*, page: bool) -> dict[str, str]:
    return {**_HEADERS, "Content-Security-Policy": _POLICY if page else _POLICY_OF_FILES}


@cache
def _list(*, missing: bool = False) -> StaticFile:
    from gateway.server.docs import layout  # noqa: PLC0415 - the Markdown parser, which hardly any process needs

    return StaticFile.of(layout.index(missing=missing).encode(), ".html")


def _find(name: str) -> StaticFile | None:
    return _load(name) if name in library.pages() or name in library.files() else None


@cache
def _load(name: str) -> StaticFile:
    from gateway.server.docs import layout  # noqa: PLC0415 - as above

    if name in library.pages():
        return StaticFile.of(layout.page(name).encode(), ".html")
    file = library.files()[name]
    return StaticFile.of(file.read_bytes(), file.suffix)
