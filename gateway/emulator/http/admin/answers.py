"""What the emulator's own paths share: the state that they are about, rules on it, and the form of their answers."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from gateway.emulator.api.bodies import decode, encode
from gateway.emulator.api.routes import Caller, Json, Request, Rule
from gateway.emulator.http.forks import FORKS
from gateway.emulator.http.instance import Instance
from gateway.emulator.rules.custom_attributes.definition_visibility import SELLER
from gateway.emulator.store.state import State
from gateway.emulator.validation.shapes import Object, strict
from gateway.emulator.webhooks import outbox


def answer(value: Any) -> web.Response:
    """A JSON answer."""
    return web.Response(body=encode(value), content_type="application/json")


def state(request: web.Request) -> State:
    """The parts of the shop that is asked about."""
    return instance(request).state


def instance(request: web.Request) -> Instance:
    """The shop that is asked about: that of the token sent, if one is sent. Raises 401 for a fork that is gone."""
    return request.app[FORKS].named(request)


def run(http: web.Request, rule: Rule, seller: str, body: Json) -> Json:
    """Carry out a rule as Square itself, for a seller."""
    found = state(http)
    caller = Caller("", found.naming.seller(seller), SELLER, frozenset())
    with found.store.transaction() as db:
        request = Request(caller, dict(http.match_info), {}, body, db, found.clock.now())
        result = rule(request)
        outbox.write(request)
        return result


async def body(request: web.Request, shape: Object) -> dict[str, Any]:
    """What was sent, without its nulls. Raises 400 for anything that the shape does not know."""
    found = strict(shape).check(decode(await request.read()), "")
    return {name: value for name, value in found.items() if value is not None}
