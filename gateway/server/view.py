"""The /graphql resource: GraphQL over HTTP, and where event streams and WebSockets branch off.

Decides by method, headers and kind of operation; reading, preparing, running and writing are done elsewhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from typing import Any

from aiohttp import web

from gateway.fairness.fair_share import Holder
from gateway.graph.documents.persisted import PersistedDocuments
from gateway.graph.engine import Engine
from gateway.server.auth.authenticator import Authenticator, Caller, Shown, identify, unauthorized
from gateway.server.auth.router_key import Router
from gateway.server.caller_limit import CallerLimit
from gateway.server.concurrency_limit import itself
from gateway.server.connections.http_connection import connection_of
from gateway.server.graphql import request as graphql_request
from gateway.server.graphql.get_policy import ALLOWED_WITHOUT_GET, not_allowed, refuse_unless_read
from gateway.server.graphql.operation_runner import MakeContext, NotPrepared, OperationRunner, Ready
from gateway.server.graphql.request import GraphQLRequest
from gateway.server.http.cors import METHODS, Origins
from gateway.server.http.csrf import may_be_forged
from gateway.server.http.json_body import read_json
from gateway.server.http.negotiation import EVENT_STREAM, GRAPHQL_JSON, JSON, Answers, accepted, negotiate
from gateway.server.http.rejection import Refused
from gateway.server.http.responses import answer
from gateway.server.middleware.error import refusal
from gateway.server.observability import request_record as record
from gateway.server.streaming.active_streams import OpenEnded
from gateway.server.streaming.sse_multipart import FRAMINGS
from gateway.server.streaming.stream import stream
from gateway.server.streaming.websocket import Socket
from gateway.settings import Settings
from gateway.tenant import Tenant

# The header in which a client of an event stream says what it has received, when it connects again.
LAST_EVENT_ID = "Last-Event-ID"


class View:
    """Answers every request to /graphql."""

    def __init__(
        self,
        engine: Engine,
        authenticator: Authenticator,
        make_context: MakeContext,
        settings: Settings,
        documents: PersistedDocuments | None = None,
        *,
        holder: Callable[[Tenant], Holder] = itself,
        caller_limit: CallerLimit | None = None,
    ) -> None:
        """`make_context` makes the context of one operation, or of one event, of a tenant.

        `holder` tells as whom a caller shares limits with others; `caller_limit` is what each has for itself.
        """
        self._operations = OperationRunner(
            engine, make_context, documents or PersistedDocuments(), holder, caller_limit
        )
        self._authenticator = authenticator
        self._router = Router(settings.gateway_router_key) if settings.gateway_router_key else None
        self._settings = settings
        self._gets = settings.allow_get
        self._methods = METHODS if self._gets else ALLOWED_WITHOUT_GET
        self.origins = Origins(
            settings.gateway_cors_origins,
            headers=settings.gateway_cors_headers,
            this_machine=settings.only_practice,
        )
        self.open_ended = OpenEnded()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer a request of any method."""
        accept = accepted(request.headers)
        try:
            if request.query_string:
                graphql_request.refuse_tokens(request.query)
            if request.method == "POST":
                return await self._post(request, negotiate(accept))
            if request.method == "GET":
                if request.headers.get("Upgrade", "").lower() == "websocket":
                    return await self._socket(request)
                return await self._get(request, negotiate(accept))
            if request.method == "OPTIONS":
                return self._options(request)
            raise not_allowed(self._methods, "Use POST, or GET for queries." if self._gets else "Use POST.")
        except Refused as refused:
            return refusal(request, refused, negotiate(accept).result or JSON)

    async def _post(self, request: web.Request, answers: Answers) -> web.StreamResponse:
        from_router = self._from_router(request)
        caller = await self._identified(request, from_router)
        record.current().identified(caller.tenant, late=not request.content.is_eof())
        _check(answers)
        settings = self._settings
        body = await read_json(request, limit=settings.gateway_max_request, seconds=settings.gateway_request_timeout)
        return await self._answer(request, caller, graphql_request.from_json(body), answers, from_router)

    async def _get(self, request: web.Request, answers: Answers) -> web.StreamResponse:
        if not self._gets:
            raise not_allowed(self._methods, "GET is switched off here: use POST.")
        from_router = self._from_router(request)
        caller = await self._identified(request, from_router)
        record.current().identified(caller.tenant)
        _check(answers)
        # No page of a website knows the router's key.
        if not from_router and may_be_forged(request, self.origins):
            raise Refused(400, "Send `Apollo-Require-Preflight: true` with a GET, or use POST.")
        return await self._answer(request, caller, graphql_request.from_url(request.query), answers, from_router)

    async def _identified(self, request: web.Request, from_router: bool) -> Caller:
        kept = connection_of(request).kept
        shown = kept.get(Shown)
        if shown is None:
            shown = kept[Shown] = Shown()
        return await identify(self._authenticator, request.headers, from_router=from_router, shown=shown)

    def _from_router(self, request: web.Request) -> bool:
        return self._router is not None and self._router.sent(request.headers)

    def _options(self, request: web.Request) -> web.StreamResponse:
        response = self.origins.preflight(request)
        response.headers["Allow"] = self._methods
        return response

    async def _answer(
        self, request: web.Request, caller: Caller, asked: GraphQLRequest, answers: Answers, from_router: bool
    ) -> web.StreamResponse:
        # A client that sends its body slowly, or is not identified, has taken no place until here.
        current = record.current()
        if answers.stream is None:
            current.begins()
        else:
            current.starts()
        try:
            ready = await self._operations.prepare(asked, caller.tenant, router=from_router)
        except NotPrepared as error:
            if request.method == "GET":
                kind = await self._operations.kind(asked, caller.tenant)
                refuse_unless_read(kind, streams=answers.stream is not None)
            if answers.result is None:
                return await self._stream(request, _once(error.response), answers)
            strict = not error.well_formed or answers.result == GRAPHQL_JSON
            return answer(request, 400 if strict else 200, error.response, answers.result)
        if request.method == "GET":
            refuse_unless_read(ready.operation.operation, streams=answers.stream is not None)
        if caller.only_schema and not self._operations.reads_only_schema(ready, caller.tenant):
            raise unauthorized()
        # A subscription waits for nobody: it lasts, and many begin at once where a server has ended.
        if ready.streams:
            return await self._subscribe(request, caller, ready, answers)
        current.begins()
        if current.waits:
            await current.turn()
            if connection_of(request).closed:
                raise ConnectionResetError("the client left before anything was done")
        tracer = current.tracer
        ready.federated = tracer is not None and tracer.includes(request.headers, trusted=from_router)
        answered = await self._operations.run(ready, caller.tenant)
        response = answered.response
        if answers.result is None:
            return await self._stream(request, _once(response), answers)
        strict = "data" not in response and answers.result == GRAPHQL_JSON
        return answer(request, 400 if strict else 200, response, answers.result, max_age=answered.max_age)

    async def _subscribe(
        self, request: web.Request, caller: Caller, ready: Ready, answers: Answers
    ) -> web.StreamResponse:
        if answers.stream is None:
            raise Refused(
                400,
                "A subscription needs `Accept: text/event-stream`, "
                "`multipart/mixed;subscriptionSpec=1.0`, or a WebSocket.",
            )
        held = record.current().lasts()
        begun = asyncio.Event()
        after = request.headers.get(LAST_EVENT_ID) if answers.stream == EVENT_STREAM else None
        ready = replace(ready, after=after, begun=begun.set)
        events = self._operations.stream(ready, caller.tenant)
        try:
            return await self._stream(request, events, answers, begun=begun, seconds=caller.seconds)
        finally:
            if held is not None:
                held.release()

    async def _stream(
        self,
        request: web.Request,
        responses: AsyncGenerator[dict[str, Any], None],
        answers: Answers,
        *,
        begun: asyncio.Event | None = None,
        seconds: float | None = None,
    ) -> web.StreamResponse:
        assert answers.stream is not None
        framing = FRAMINGS[answers.stream]
        heartbeat = self._settings.gateway_heartbeat
        return await stream(request, responses, framing, heartbeat, self.open_ended, begun=begun, seconds=seconds)

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if not self.origins.trusted(request):
            raise Refused(403, "Pages of this website may not connect.")
        socket = Socket(
            request,
            self._operations,
            self._authenticator,
            self._settings,
            self.open_ended,
            from_router=self._from_router(request),
        )
        return await socket.serve()


def _check(answers: Answers) -> None:
    if answers.result is None and answers.stream is None:
        raise Refused(406, f"Accept {GRAPHQL_JSON} or {JSON}.")


async def _once(response: dict[str, Any]) -> AsyncGenerator[dict[str, Any], None]:
    yield response
