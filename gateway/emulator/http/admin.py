"""The emulator's own switches under `/_emulator`, which no client of Square uses.

They need no token: run the emulator on a loopback address, as it does by default.

    GET    /_emulator/health    {"status": "ok", "operations": N}
    GET    /_emulator/calls     {"count": {operation: calls}, "latest": [call, ...], "token_status": calls}, oldest
                                call first; how often RetrieveTokenStatus was asked is counted apart
    DELETE /_emulator/calls     forget them
    GET    /_emulator/faults    {"lag": seconds, "page": most items of a page, "definitions": whether attributes bring
                                the definitions that are asked for, "faults": [fault, ...]}
    PUT    /_emulator/faults    the same, with an optional "seed" for the probabilities; replaces everything
    DELETE /_emulator/faults    nothing goes wrong any more
    GET    /_emulator/clock     {"now": timestamp}
    POST   /_emulator/clock     {"advance_seconds": number}
    POST   /_emulator/tokens    {"token", "seller", "application", "scopes", "state", "expires_at"}, all but
                                the first optional; a known token is replaced

A fault holds the fields of `faults.Fault`, a token those of `tenants.Token`.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from aiohttp import web

from gateway.emulator.api.bodies import decode, encode
from gateway.emulator.api.clock import timestamp
from gateway.emulator.errors import SquareFault, bad_request
from gateway.emulator.operations import ROUTES
from gateway.emulator.store.faults import STATUSES, Fault, Kind
from gateway.emulator.store.state import STATE, State
from gateway.emulator.store.tenants import ALL_SCOPES, STATES, Token
from gateway.emulator.validation.shapes import Array, Boolean, Integer, Object, String, choice


class _Number:
    """A JSON number that is not negative."""

    def check(self, value: Any, name: str) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise bad_request("Expected a number of at least 0.", name)
        return float(value)


_FAULT = Object(
    {
        "kind": choice(*(kind.value for kind in Kind)),
        "operation": String(min=1),
        "count": Integer(min=0),
        "probability": _Number(),
        "status": Integer(),
        "retry_after": String(),
        "milliseconds": _Number(),
    },
    required=("kind",),
)
_FAULTS = Object(
    {
        "lag": _Number(),
        "seed": Integer(),
        "page": Integer(min=1),
        "definitions": Boolean(),
        "faults": Array(_FAULT),
    },
    not_null=frozenset({"lag", "seed", "definitions", "faults"}),
)
_CLOCK = Object({"advance_seconds": _Number()}, required=("advance_seconds",))
_TOKEN = Object(
    {
        "token": String(min=1),
        "seller": String(min=1),
        "application": String(min=1),
        "scopes": Array(choice(*ALL_SCOPES)),
        "state": choice(*STATES),
        "expires_at": _Number(),
    },
    required=("token",),
)


def add_routes(app: web.Application) -> None:
    """Put the switches of the application's emulator at their paths."""
    add = app.router.add_route
    add("GET", "/_emulator/health", _health)
    add("GET", "/_emulator/calls", _show_calls)
    add("DELETE", "/_emulator/calls", _clear_calls)
    add("GET", "/_emulator/faults", _show_faults)
    add("PUT", "/_emulator/faults", _put_faults)
    add("DELETE", "/_emulator/faults", _clear_faults)
    add("GET", "/_emulator/clock", _show_clock)
    add("POST", "/_emulator/clock", _advance)
    add("POST", "/_emulator/tokens", _put_token)


def _json(value: Any) -> web.Response:
    return web.Response(body=encode(value), content_type="application/json")


def _state(request: web.Request) -> State:
    return request.app[STATE]


async def _body(request: web.Request, shape: Object) -> dict[str, Any]:
    found = shape.check(decode(await request.read()), "")
    return {name: value for name, value in found.items() if value is not None}


async def _health(request: web.Request) -> web.Response:
    return _json({"status": "ok", "operations": len(ROUTES)})


async def _show_calls(request: web.Request) -> web.Response:
    calls = _state(request).calls
    latest = [asdict(call) for call in calls.latest]
    return _json({"count": calls.count, "latest": latest, "token_status": calls.token_status})


async def _clear_calls(request: web.Request) -> web.Response:
    _state(request).calls.clear()
    return _json({})


async def _show_faults(request: web.Request) -> web.Response:
    faults = _state(request).faults
    switches = [{**asdict(switch), "kind": switch.kind.value} for switch in faults.switches]
    page = {} if faults.page is None else {"page": faults.page}
    return _json({"lag": faults.lag, **page, "definitions": faults.definitions, "faults": switches})


async def _put_faults(request: web.Request) -> web.Response:
    body = await _body(request, _FAULTS)
    switches = [_fault(settings) for settings in body.get("faults", [])]
    _state(request).faults.replace(
        switches,
        body.get("lag", 0.0),
        body.get("seed", 0),
        body.get("page"),
        definitions=body.get("definitions", True),
    )
    return await _show_faults(request)


def _fault(settings: dict[str, Any]) -> Fault:
    settings = {name: value for name, value in settings.items() if value is not None}
    if settings.get("status", 500) not in STATUSES:
        raise SquareFault(400, "INVALID_VALUE", f"Must be one of {sorted(STATUSES)}.", "status")
    return Fault(**{**settings, "kind": Kind(settings["kind"])})


async def _clear_faults(request: web.Request) -> web.Response:
    _state(request).faults.replace()
    return await _show_faults(request)


async def _show_clock(request: web.Request) -> web.Response:
    return _json({"now": timestamp(_state(request).clock.now())})


async def _advance(request: web.Request) -> web.Response:
    body = await _body(request, _CLOCK)
    try:
        _state(request).clock.advance(body["advance_seconds"])
    except OverflowError as error:
        raise bad_request("The clock cannot go that far.", "advance_seconds") from error
    return await _show_clock(request)


async def _put_token(request: web.Request) -> web.Response:
    body = await _body(request, _TOKEN)
    _state(request).tenants.put(Token(**{**body, "scopes": tuple(body.get("scopes", ALL_SCOPES))}))
    return _json({})
