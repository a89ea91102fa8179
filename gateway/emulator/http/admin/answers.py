"""What the emulator's own paths share: the state that they are about, and the form of their answers."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from gateway.emulator.api.bodies import decode, encode
from gateway.emulator.store.state import STATE, State
from gateway.emulator.validation.shapes import Object, strict


def answer(value: Any) -> web.Response:
    """A JSON answer."""
    return web.Response(body=encode(value), content_type="application/json")


def state(request: web.Request) -> State:
    """The parts of the emulator that is asked."""
    return request.app[STATE]


async def body(request: web.Request, shape: Object) -> dict[str, Any]:
    """What was sent, without its nulls. Raises 400 for anything that the shape does not know."""
    found = strict(shape).check(decode(await request.read()), "")
    return {name: value for name, value in found.items() if value is not None}
