"""A gateway on a real socket that serves the tests' own schema. Nothing here is Square's."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from gateway.context import REGISTRY, new_context
from gateway.graph.engine import Engine
from gateway.graph.selection.limits import Limits
from gateway.server.app import add_graphql
from gateway.server.auth.authenticator import Authenticator
from gateway.server.concurrency_limit import Admission
from gateway.server.connections.listener import CLIENT_LIMITS, ClientLimits, Listening, listen
from gateway.server.middleware.access_log import Watch
from gateway.server.observability.metrics import Metrics
from gateway.server.view import View
from gateway.settings import Settings
from gateway.square.client import Square
from tests.patience import LONG, PATIENCE
from tests.server.stage import Stage, build

# So that whatever ends, ends for the reason that a test is about.
PATIENT = ClientLimits(head=LONG, unused=LONG, unread=LONG)
WAITS_LONG = {"gateway_request_timeout": LONG, "gateway_heartbeat": LONG, "gateway_websocket_init_timeout": 60}


@dataclass
class Answer:
    """One HTTP answer, read to its end."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        return self.json["errors"][0]["extensions"]["code"]


class Site:
    """A served schema, and ways to talk to it."""

    def __init__(
        self, listening: Listening, stage: Stage, http: aiohttp.ClientSession, view: View, admission: Admission
    ) -> None:
        self.listening = listening
        self.stage = stage
        self.http = http
        self.view = view
        self.admission = admission

    @property
    def url(self) -> str:
        return f"{self.listening.url}/graphql"

    async def post(self, body: Any = None, data: bytes | None = None, **headers: str) -> Answer:
        sent = {"Content-Type": "application/json", **_headers(headers)}
        content = json.dumps(body).encode() if data is None else data
        return await self.send("POST", data=content, headers={name: each for name, each in sent.items() if each})

    async def send(self, method: str, path: str = "/graphql", **options: Any) -> Answer:
        options.setdefault("skip_auto_headers", ["Content-Type", "Accept", "Accept-Encoding", "User-Agent"])
        async with self.http.request(method, f"{self.listening.url}{path}", **options) as response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status, headers, await response.read())

    async def raw(self, request: bytes) -> Answer:
        """What comes back for these very bytes, once the server has closed the connection."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.listening.port)
        try:
            writer.write(request)
            async with asyncio.timeout(PATIENCE):
                received = await reader.read()
        finally:
            writer.close()
        head, _, body = received.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines[1:])
        return Answer(int(lines[0].split()[1]), headers, body)

    def connect(self, **options: Any) -> Any:
        """A WebSocket to the server."""
        options.setdefault("protocols", ["graphql-transport-ws"])
        return self.http.ws_connect(self.url, **options)


def _headers(given: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in given.items()}


Serve = Callable[..., Awaitable[Site]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Serve with the settings given; everything is closed afterwards."""
    closing: list[Callable[[], Awaitable[None]]] = []

    async def start(
        client_limits: ClientLimits | None = None,
        limits: Limits | None = None,
        admission: Admission | None = None,
        **settings: Any,
    ) -> Site:
        for name, value in {"square_environment": "emulator", **WAITS_LONG}.items():
            settings.setdefault(name, value)
        chosen = Settings(_env_file=None, **settings)
        stage = Stage()
        square = Square("http://127.0.0.1:9")
        app = web.Application()
        app[CLIENT_LIMITS] = replace(client_limits or PATIENT, max_body=chosen.gateway_max_request)
        view = View(
            Engine(build(stage), REGISTRY, limits=limits),
            Authenticator(chosen),
            lambda tenant: new_context(square, tenant),
            chosen,
        )
        admission = admission or Admission()
        add_graphql(app, view, watch=Watch(admission, Metrics()))
        listening = await listen(app, "127.0.0.1", 0)
        http = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        closing.extend([listening.close, http.close])
        return Site(listening, stage, http, view, admission)

    yield start
    for close in reversed(closing):
        await close()


@pytest.fixture
async def site(serve: Serve) -> Site:
    """The schema served with default settings."""
    return await serve()
