"""A stand-in for an OpenTelemetry collector, and a proxy before Square that keeps the headers of what passes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from gateway.server.connections.listener import listen
from tests.patience import PATIENCE
from tests.planted import suspicious


class Collector:
    """Keeps the spans that are sent to it by OTLP over HTTP."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.resource: dict[str, str] = {}
        self.url = ""
        # Spans with a token or a person in them.
        self.private: list[str] = []
        self._more = asyncio.Condition()

    async def take(self, request: web.Request) -> web.Response:
        message = ExportTraceServiceRequest.FromString(await request.read())
        async with self._more:
            for each in message.resource_spans:
                self.resource = {pair.key: pair.value.string_value for pair in each.resource.attributes}
                self.spans += [span for scope in each.scope_spans for span in scope.spans]
                self.private += [text for text in map(str, each.scope_spans) if suspicious(text)]
            self._more.notify_all()
        return web.Response()

    async def until(self, name: str, count: int = 1) -> Span:
        """The last of so many spans of this name. The outermost span comes after all others of its trace."""

        def found() -> list[Span]:
            return [each for each in self.spans if each.name == name]

        async with asyncio.timeout(PATIENCE), self._more:
            await self._more.wait_for(lambda: len(found()) >= count)
        return found()[count - 1]

    def children(self, parent: Span) -> list[Span]:
        found = [each for each in self.spans if each.parent_span_id == parent.span_id]
        return sorted(found, key=lambda each: each.start_time_unix_nano)


def attributes(span: Span) -> dict[str, Any]:
    return {each.key: getattr(each.value, str(each.value.WhichOneof("value"))) for each in span.attributes}


@asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    collector, app = Collector(), web.Application(client_max_size=1 << 24)
    app.router.add_post("/v1/traces", collector.take)
    listening = await listen(app, "127.0.0.1", 0)
    collector.url = listening.url
    yield collector
    await listening.close()


class Passing:
    """A proxy in front of a Square, and the headers of the requests that have passed it, by path."""

    def __init__(self, square: str) -> None:
        self.square = square
        self.url = ""
        self.headers: list[tuple[str, dict[str, str]]] = []

    async def pass_on(self, request: web.Request) -> web.Response:
        self.headers.append((request.path, {name.lower(): value for name, value in request.headers.items()}))
        given = {
            name: request.headers[name]
            for name in ("Authorization", "Square-Version", "Content-Type")
            if name in request.headers
        }
        async with (
            aiohttp.ClientSession() as http,
            http.request(
                request.method, self.square + request.path_qs, headers=given, data=await request.read()
            ) as answer,
        ):
            return web.Response(status=answer.status, body=await answer.read(), content_type="application/json")


@asynccontextmanager
async def passing(square: str) -> AsyncIterator[Passing]:
    proxy, app = Passing(square), web.Application()
    app.router.add_route("*", "/{path:.*}", proxy.pass_on)
    listening = await listen(app, "127.0.0.1", 0)
    proxy.url = listening.url
    yield proxy
    await listening.close()
