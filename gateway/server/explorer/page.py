"""The explorer: GraphiQL for a browser at /graphql, with no request to anywhere else.

The page runs under a content security policy that allows only the gateway's own files. Where the
build had no npm, the page says what is missing and offers a CDN, behind a link and with the files'
hashes; only that page's policy names the CDN. Runs no GraphQL.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from html import escape
from string import Template

import orjson
from aiohttp import web
from aiohttp.typedefs import Handler

from gateway.server.docs.library import PATH as DOCS
from gateway.server.explorer import asset_files as explorer_files
from gateway.server.explorer.asset_files import BROWSER, CDN, ThirdParty
from gateway.server.http.negotiation import wants_page
from gateway.settings import EMULATOR_TOKEN, Settings

FILES = "/graphql/explorer"
_A_YEAR = "public, max-age=31536000, immutable"


class Explorer:
    """The page and its files."""

    def __init__(self, settings: Settings, complete: Callable[[], bool] = explorer_files.complete) -> None:
        """The settings tell which headers the page suggests, `complete` whether the files of others are here."""
        self._complete = complete
        suggested = _suggested_token(settings)
        headers = {"Authorization": f"Bearer {suggested}"}
        self._headers = orjson.dumps(headers, option=orjson.OPT_INDENT_2).decode() if suggested else ""
        self._traced = settings.trace and settings.gateway_trace_key is None
        # A console is on this machine.
        console = settings.console_url if settings.loopback else None
        self._links = {"Docs": DOCS} | ({"Console": console} if console else {})
        self._needs_token = suggested not in {"", EMULATOR_TOKEN}
        # Where the gateway is installed concerns only those who are on its machine.
        self._command = explorer_files.command() if settings.loopback else "(printed by the gateway when it starts)"

    def install(self, app: web.Application) -> None:
        """Serve the page's files, and lead a browser to the page from the bare address."""
        app.router.add_get(FILES + "/{edition}/{name}", _file)
        app.router.add_get("/", _lead_to_page)

    def before(self, handler: Handler) -> Handler:
        """A handler that shows the page to browsers and leaves every other request to `handler`."""

        async def handle(request: web.Request) -> web.StreamResponse:
            return self.page(request) if wants_page(request) else await handler(request)

        return handle

    def page(self, request: web.Request) -> web.Response:
        """The page: GraphiQL, or what to do to get it."""
        complete = self._complete()
        from_cdn = not complete and request.query.get("explorer") == "cdn"
        head = "\n    ".join(_tag(each, from_cdn=from_cdn) for each in explorer_files.third_party())
        body = (BROWSER / ("waiting.html" if complete or from_cdn else "missing.html")).read_text(encoding="utf-8")
        text = Template((BROWSER / "page.html").read_text(encoding="utf-8")).substitute(
            own=_own(),
            head=head if complete or from_cdn else "",
            body=body.replace("{command}", escape(self._command)),
            configuration=self._configuration(),
        )
        return web.Response(text=text, content_type="text/html", headers=_page_headers(from_cdn))

    def _configuration(self) -> str:
        found = {
            "endpoint": "/graphql",
            "headers": self._headers,
            "needsToken": self._needs_token,
            "traced": self._traced,
            "links": self._links,
            "examples": explorer_files.examples(),
        }
        return orjson.dumps(found).decode().replace("<", "\\u003c")


async def _lead_to_page(request: web.Request) -> web.StreamResponse:
    """What a browser shows when only host and port were typed; other clients find nothing there."""
    if wants_page(request):
        return web.Response(status=302, headers={"Location": "/graphql", "Vary": "Accept"})
    raise web.HTTPNotFound


async def _file(request: web.Request) -> web.Response:
    current = request.match_info["edition"] == explorer_files.edition()
    found = await asyncio.to_thread(explorer_files.read, request.match_info["name"]) if current else None
    if found is None:
        raise web.HTTPNotFound
    return found.answer(request, {"Cache-Control": _A_YEAR})


def _page_headers(from_cdn: bool) -> Mapping[str, str]:
    cdn = f" {CDN}" if from_cdn else ""
    policy = {
        "default-src": "'self'",
        "script-src": f"'self'{cdn}",
        # The editor sets styles of its own while it works, and its style sheet holds its fonts.
        "style-src": f"'self' 'unsafe-inline'{cdn}",
        "font-src": "'self' data:",
        "img-src": "'self' data:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Referrer-Policy": "no-referrer",
        "Vary": "Accept",
    }


def _tag(file: ThirdParty, *, from_cdn: bool) -> str:
    address = file.address if from_cdn else f"{_own()}/{file.name}"
    checked = f' integrity="{file.integrity}" crossorigin="anonymous"' if from_cdn else ""
    if file.name.endswith(".css"):
        return f'<link rel="stylesheet" href="{address}"{checked} />'
    return f'<script defer src="{address}"{checked}></script>'


def _own() -> str:
    return f"{FILES}/{explorer_files.edition()}"


def _suggested_token(settings: Settings) -> str:
    """What the page suggests to send: the emulator's token where it is taken, else what to put there, if anything."""
    if settings.auth == "key":
        return "YOUR-KEY"
    if settings.auth == "jwt":
        return "YOUR-SIGNED-TOKEN"
    if settings.environment == "emulator":
        return EMULATOR_TOKEN
    return "YOUR-SQUARE-ACCESS-TOKEN" if settings.auth == "forward" else ""
