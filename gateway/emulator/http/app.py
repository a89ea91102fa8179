"""Square's HTTP server: routing, access, parsing, transactions, answers. Holds no rules.

What it takes and answers is Square's (https://developer.squareup.com/reference/square); the paths
under `/_emulator` are its own and are described in `admin`.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from time import perf_counter
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler

from gateway.emulator.api import versions
from gateway.emulator.api.bodies import MAX_BYTES, encode
from gateway.emulator.api.clock import Clock
from gateway.emulator.api.idempotency import idempotent
from gateway.emulator.api.routes import PERSONAL, Json, Request, Route
from gateway.emulator.errors import API, SquareFault
from gateway.emulator.http import admin, connections, console, parameters, webhook_tests
from gateway.emulator.http.forks import FORKS, Forks
from gateway.emulator.http.instance import original
from gateway.emulator.http.own_paths import guard
from gateway.emulator.http.parameters import Sent
from gateway.emulator.http.token_status import PATH, token_status
from gateway.emulator.operations import ROUTES
from gateway.emulator.store.calls import Call
from gateway.emulator.store.faults import STATUS_OPERATION, Faults, Kind
from gateway.emulator.store.state import STATE, State
from gateway.emulator.store.store import Store
from gateway.emulator.store.tenants import Tenants, demand
from gateway.emulator.webhooks import event_search, outbox, subscription_endpoints
from gateway.emulator.webhooks.delivery.schedule import Pace

logger = logging.getLogger(__name__)

# What is none of the operations, for the application's personal access token.
OTHER_ROUTES = (*event_search.ROUTES, *subscription_endpoints.ROUTES)

# What the console sees: lists are whole and as they are now.
_NO_FAULTS = Faults()

# A body, and the version of Square's API that it was made by.
Done = tuple[Json, str]


def create_app(
    store: Store,
    *,
    clock: Clock | None = None,
    tenants: Tenants | None = None,
    faults: Faults | None = None,
    pace: Pace | None = None,
    remote: bool = False,
) -> web.Application:
    """An aiohttp application that answers as Square would, on the data of `store`.

    Notifications are sent while it runs, again at this `pace`. The store stays the caller's to close. With
    `remote`, other machines may use the emulator's own paths.
    """
    forks = Forks(original(store, clock, tenants, faults, pace))
    app = web.Application(middlewares=[_square_errors, guard(remote=remote)], client_max_size=MAX_BYTES)
    app[STATE], app[FORKS] = forks.original.state, forks
    app.cleanup_ctx.append(_delivering)
    by_path: dict[str, dict[str, Route]] = defaultdict(dict)
    for route in (*ROUTES, *OTHER_ROUTES):
        by_path[route.path][route.method] = route
    for path, routes in by_path.items():
        # Every method, so that a fixed path never falls through to one with an id in its place.
        app.router.add_route("*", path, _Resource(forks, routes).handle)
    app.router.add_route("POST", PATH, _TokenStatus(forks).handle)
    webhook_tests.add_routes(app)
    admin.add_routes(app)
    console.add_routes(app)
    return app


async def _delivering(app: web.Application) -> AsyncIterator[None]:
    await app[FORKS].start()
    yield
    await app[FORKS].close()


def _answer(status: int, body: Any, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(status=status, body=encode(body), content_type="application/json", headers=headers)


@web.middleware
async def _square_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer everything that goes wrong in Square's error envelope."""
    try:
        return await handler(request)
    except SquareFault as known:
        fault = known
    except web.HTTPNotFound:
        fault = SquareFault(404, "NOT_FOUND", "API endpoint for this URL path does not exist.")
    except web.HTTPMethodNotAllowed as raised:
        allow = {"Allow": ", ".join(sorted(raised.allowed_methods))}
        fault = SquareFault(405, "METHOD_NOT_ALLOWED", "This HTTP method is not allowed here.", headers=allow)
    except web.HTTPRequestEntityTooLarge:
        fault = SquareFault(413, "REQUEST_ENTITY_TOO_LARGE", "The request body is too large.")
    except (HttpProcessingError, web.RequestPayloadError):
        fault = SquareFault(400, "BAD_REQUEST", "The request body could not be read.")
    except Exception as error:  # The edge.
        fault = _failed(request, error)
    return _answer(fault.status, fault.body, fault.headers)


def _failed(request: web.Request, error: Exception) -> SquareFault:
    """What a request is told that went wrong: with its fork, where that was dropped meanwhile."""
    try:
        request.app[FORKS].named(request)
    except SquareFault as gone:
        return gone
    # A message may hold data, so only the type is logged.
    logger.error("The emulator failed on a request: %s", type(error).__name__)
    return SquareFault(500, "INTERNAL_SERVER_ERROR", "An internal error has occurred.", category=API)


async def _respond(state: State, http: web.Request, call: Call, process: Callable[[], Done]) -> web.StreamResponse:
    """The answer of `process`, with what the fault switches have for a call of this operation, remembered."""
    if console.asks(http):
        return _answer(200, *_with_version(process))
    began, clock = perf_counter(), state.clock.peek()
    answer = await _struck(state, http, call, process)
    body = answer.body if call.status is not None and isinstance(answer, web.Response) else None
    state.exchanges.note(call, clock, (perf_counter() - began) * 1000, body if isinstance(body, bytes) else b"")
    return answer


async def _struck(state: State, http: web.Request, call: Call, process: Callable[[], Done]) -> web.StreamResponse:
    strike = state.faults.strike(call.operation)
    if strike.delay:
        # Nobody waits for a fork that has been dropped.
        with suppress(TimeoutError):
            await asyncio.wait_for(state.gone.wait(), strike.delay)
    kind = strike.fault.kind if strike.fault else None
    try:
        if strike.fault and kind is Kind.STATUS:
            raise strike.fault.error()
        if kind is Kind.RESET_BEFORE:
            return connections.reset(http)
        answer = _answer(200, *_with_version(process))
    except SquareFault as fault:
        call.status = fault.status
        answer = _answer(fault.status, fault.body, fault.headers)
    if kind is Kind.RESET_AFTER:
        call.status = None
        return connections.reset(http)
    if kind is Kind.TRUNCATED:
        call.status = None
        return await connections.truncate(http, answer)
    call.status = answer.status
    return answer


def _with_version(process: Callable[[], Done]) -> tuple[Json, dict[str, str]]:
    body, version = process()
    return body, {versions.HEADER: version}


class _TokenStatus:
    """Square's answer to who a token is."""

    def __init__(self, forks: Forks) -> None:
        self._forks = forks

    async def handle(self, http: web.Request) -> web.StreamResponse:
        state = self._forks.of(http).state
        call = Call(STATUS_OPERATION, http.method, http.rel_url.raw_path, http.rel_url.raw_query_string, None)
        if not console.asks(http):
            state.calls.add_token_status()
        return await _respond(state, http, call, lambda: self._status(state, http))

    def _status(self, state: State, http: web.Request) -> Done:
        now = state.clock.now()
        found = token_status(state.tenants, state.naming, http.headers.get("Authorization"), now)
        return found, versions.used(http.headers.get(versions.HEADER), PATH)


class _Resource:
    """The operations of one path, by HTTP method."""

    def __init__(self, forks: Forks, routes: dict[str, Route]) -> None:
        self._forks = forks
        self._routes = routes

    async def handle(self, http: web.Request) -> web.StreamResponse:
        route = self._routes.get(http.method)
        if route is None:
            raise web.HTTPMethodNotAllowed(http.method, self._routes)
        sent = parameters.read(await http.read())
        state = self._forks.of(http).state
        raw = http.rel_url
        call = Call(route.operation, http.method, raw.raw_path, raw.raw_query_string, sent.value, size=sent.size)
        counted = state.calls.add_other if route.scope == PERSONAL else state.calls.add
        if not console.asks(http):
            counted(call)
        return await _respond(state, http, call, lambda: self._process(state, route, http, sent))

    def _process(self, state: State, route: Route, http: web.Request, sent: Sent) -> Done:
        now = state.clock.now()
        caller = state.tenants.caller(http.headers.get("Authorization"), now)
        version = versions.used(http.headers.get(versions.HEADER), route.path)
        with versions.named(version):
            demand(caller, route.scope)
            query = parameters.query(route, http.rel_url.raw_query_string)
            body = parameters.body(route, sent)
            path = dict(http.match_info)
            with state.store.transaction() as db:
                faults = _NO_FAULTS if console.asks(http) else state.faults
                switches = faults.lag, faults.page, faults.definitions
                request = Request(caller, path, query, body, db, now, *switches, state.naming)
                data = [path, {name: value for name, value in body.items() if name != "idempotency_key"}]
                key = body.get("idempotency_key")
                answer = idempotent(request, route.operation, key, data, route.replay, lambda: route.rule(request))
                outbox.write(request)
        return answer, version
