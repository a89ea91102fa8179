"""The emulator's switches under `/_emulator`: its calls, faults and clock.

    GET    /_emulator/health    {"status": "ok", "operations": N}
    GET    /_emulator/calls     {"count": {operation: calls}, "latest": [call, ...], "token_status": calls,
                                "others": {name: calls}}, oldest call first, at most 1,000 and 8 MiB of bodies;
                                RetrieveTokenStatus and what else is
                                none of the operations, such as SearchEvents, are counted apart
    DELETE /_emulator/calls     forget them
    GET    /_emulator/faults    {"lag": seconds, "page": most items of a page, "definitions": whether attributes bring
                                the definitions that are asked for, "faults": [fault, ...]}
    PUT    /_emulator/faults    the same, with an optional "seed" for the probabilities; replaces everything
    DELETE /_emulator/faults    nothing goes wrong any more
    GET    /_emulator/clock     {"now": timestamp}
    POST   /_emulator/clock     {"advance_seconds": number}; points whose deadline passes expire at once

A fault holds the fields of `faults.Fault`.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from aiohttp import web

from gateway.emulator.api.clock import timestamp
from gateway.emulator.api.routes import Json, Request
from gateway.emulator.errors import SquareFault, bad_request
from gateway.emulator.http.admin.answers import answer, body, run, state
from gateway.emulator.http.admin.numbers import CENTURY, Number
from gateway.emulator.operations import ROUTES
from gateway.emulator.rules.loyalty import ledger
from gateway.emulator.store.faults import EVERY_OPERATION, OTHER_OPERATIONS, STATUSES, Fault, Kind
from gateway.emulator.validation.shapes import Array, Boolean, Integer, Object, String, choice

_FAULT = Object(
    {
        "kind": choice(*(kind.value for kind in Kind)),
        "operation": choice(EVERY_OPERATION, *OTHER_OPERATIONS, *(route.operation for route in ROUTES)),
        "count": Integer(min=0),
        "probability": Number(max=1),
        "status": Integer(),
        "retry_after": String(),
        "milliseconds": Number(),
    },
    required=("kind",),
)
_FAULTS = Object(
    {
        "lag": Number(max=CENTURY),
        "seed": Integer(),
        "page": Integer(min=1),
        "definitions": Boolean(),
        "faults": Array(_FAULT),
    },
    not_null=frozenset({"lag", "seed", "definitions", "faults"}),
)
_CLOCK = Object({"advance_seconds": Number()}, required=("advance_seconds",))


def add_routes(app: web.Application) -> None:
    """Put the switches of the application's emulator at their paths."""
    add = app.router.add_route
    # With HEAD, by which many programs wait for a server.
    app.router.add_get("/_emulator/health", _health)
    add("GET", "/_emulator/calls", _show_calls)
    add("DELETE", "/_emulator/calls", _clear_calls)
    add("GET", "/_emulator/faults", _show_faults)
    add("PUT", "/_emulator/faults", _put_faults)
    add("DELETE", "/_emulator/faults", _clear_faults)
    add("GET", "/_emulator/clock", _show_clock)
    add("POST", "/_emulator/clock", _advance)


async def _health(request: web.Request) -> web.Response:
    return answer({"status": "ok", "operations": len(ROUTES)})


async def _show_calls(request: web.Request) -> web.Response:
    calls = state(request).calls
    latest = [{name: value for name, value in asdict(call).items() if name != "size"} for call in calls.latest]
    return answer({"count": calls.count, "latest": latest, "token_status": calls.token_status, "others": calls.others})


async def _clear_calls(request: web.Request) -> web.Response:
    state(request).calls.clear()
    state(request).exchanges.clear()
    return answer({})


async def _show_faults(request: web.Request) -> web.Response:
    faults = state(request).faults
    switches = [{**asdict(switch), "kind": switch.kind.value} for switch in faults.switches]
    page = {} if faults.page is None else {"page": faults.page}
    return answer({"lag": faults.lag, **page, "definitions": faults.definitions, "faults": switches})


async def _put_faults(request: web.Request) -> web.Response:
    given = await body(request, _FAULTS)
    switches = [_fault(settings, f"faults[{index}]") for index, settings in enumerate(given.get("faults", []))]
    state(request).faults.replace(
        switches,
        given.get("lag", 0.0),
        given.get("seed", 0),
        given.get("page"),
        definitions=given.get("definitions", True),
    )
    return await _show_faults(request)


def _fault(settings: dict[str, Any], field: str) -> Fault:
    settings = {name: value for name, value in settings.items() if value is not None}
    if settings.get("status", 500) not in STATUSES:
        raise SquareFault(400, "INVALID_VALUE", f"Must be one of {sorted(STATUSES)}.", f"{field}.status")
    if not settings.get("retry_after", "").isprintable():
        raise SquareFault(400, "INVALID_VALUE", "Expected the value of a header.", f"{field}.retry_after")
    return Fault(**{**settings, "kind": Kind(settings["kind"])})


async def _clear_faults(request: web.Request) -> web.Response:
    state(request).faults.replace()
    return await _show_faults(request)


async def _show_clock(request: web.Request) -> web.Response:
    return answer({"now": timestamp(state(request).clock.now())})


async def _advance(request: web.Request) -> web.Response:
    given = await body(request, _CLOCK)
    try:
        state(request).clock.advance(given["advance_seconds"])
    except OverflowError as error:
        raise bad_request("The clock cannot go that far.", "advance_seconds") from error
    store = state(request).store
    store.note_step(given["advance_seconds"])
    for seller in ledger.sellers(store.db):
        run(request, _expire, seller, {})
    return await _show_clock(request)


def _expire(request: Request) -> Json:
    ledger.settle(request)
    return {}
