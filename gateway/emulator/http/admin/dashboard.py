"""What a seller does in Square's Dashboard or point of sale, under `/_emulator`, for each seller.

    GET    /_emulator/locations             {"locations": [location, ...]}
    POST   /_emulator/locations             a location: {"id", "name", "timezone"}
    GET    /_emulator/orders/ID             {"order": order}
    POST   /_emulator/orders                an order: {"id", "location_id", "customer_id", "state", "line_items",
                                            "total_money", "total_tax_money"}; it is OPEN unless it says otherwise
    POST   /_emulator/orders/ID/pay         pay an open order
    GET    /_emulator/program               {"program": program}
    PUT    /_emulator/program               what changes of the program: {"status", "accrual_rules",
                                            "expiration_policy", "reward_tiers", "terminology", "location_ids"}
    POST   /_emulator/customers/merge       {"customer_ids": [id, id, ...]}: one new customer in their place
    POST   /_emulator/segments              a segment with all its members: {"id", "name", "customer_ids"}
    POST   /_emulator/fields                a custom field: {"key", "type", "name", "description", "options",
                                            "max_selections"}
    DELETE /_emulator/fields/KEY            a custom field and its values

Each takes `"seller"` besides, a GET or DELETE in its query; it is the first seller's token that it is without. What has
an `id` or `key` that is known is changed. Objects are Square's; what they hold is told by the shapes of the rules.
"""

from __future__ import annotations

from dataclasses import replace

from aiohttp import web

from gateway.emulator.api.bodies import decode
from gateway.emulator.api.routes import Json, Rule
from gateway.emulator.errors import SquareFault
from gateway.emulator.http.admin.answers import answer, run
from gateway.emulator.rules.dashboard import fields, locations, merges, orders, programs, segments
from gateway.emulator.store.tenants import FIRST_SELLER
from gateway.emulator.validation.shapes import Object, String, strict

_SELLER = String(min=1, max=100)
_NOTHING = Object({})


def add_routes(app: web.Application) -> None:
    """Put what a seller does at its paths."""
    _add(app, "GET", "/locations", locations.list_all)
    _add(app, "POST", "/locations", locations.put, locations.SHAPE)
    _add(app, "GET", "/orders/{order_id}", orders.retrieve)
    _add(app, "POST", "/orders", orders.put, orders.SHAPE)
    _add(app, "POST", "/orders/{order_id}/pay", orders.pay, _NOTHING)
    _add(app, "GET", "/program", programs.retrieve)
    _add(app, "PUT", "/program", programs.change, programs.SHAPE)
    _add(app, "POST", "/customers/merge", merges.merge, merges.SHAPE)
    _add(app, "POST", "/segments", segments.put, segments.SHAPE)
    _add(app, "POST", "/fields", fields.put, fields.SHAPE)
    _add(app, "DELETE", "/fields/{key}", fields.delete)


def _add(app: web.Application, method: str, path: str, rule: Rule, shape: Object | None = None) -> None:
    body = shape and strict(replace(shape, fields={**shape.fields, "seller": _SELLER}))

    async def handle(http: web.Request) -> web.Response:
        raw = await http.read()
        given = _query(http) if body is None else body.check(decode(raw) if raw.strip() else {}, "")
        seller = given.pop("seller", None) or FIRST_SELLER
        return answer(run(http, rule, seller, given))

    app.router.add_route(method, f"/_emulator{path}", handle)


def _query(http: web.Request) -> Json:
    given = dict(http.query)
    if len(given) < len(http.query) or given.keys() - {"seller"}:
        unknown = next(iter(given.keys() - {"seller"}), "seller")
        raise SquareFault(400, "UNKNOWN_QUERY_PARAMETER", "Only `seller` is known here, once.", unknown)
    return given
