"""Forks, under `/_emulator/forks`: copies of the shop, each for one test, that know nothing of each other.

    GET    /_emulator/forks     {"forks": [fork, ...]}, the oldest first
    POST   /_emulator/forks     {"token"}, optional: {"fork": {"id", "token", "merchant_id", "created_at"}}
    DELETE /_emulator/forks/ID  drop it with everything in it

`token` is the one that the fork is used by: `ID.test-token`, or of the fork whatever is named. Every token of the
original is one of the fork with its id and a dot before it, here and at all other paths; what is forked is that of the
Authorization header, or the original. `merchant_id` is the fork's own, so that no client takes it for the original's.
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from gateway.emulator.http.admin.answers import answer, body, instance
from gateway.emulator.http.forks import FORKS, Fork
from gateway.emulator.store.tenants import TOKENS
from gateway.emulator.validation.shapes import Object, String

PATH = "/_emulator/forks"
_TOKEN = TOKENS[0].token
_ASKED = Object({"token": String(min=1)})


def add_routes(app: web.Application) -> None:
    """Put them at their paths."""
    app.router.add_route("GET", PATH, _list)
    app.router.add_route("POST", PATH, _make)
    app.router.add_route("DELETE", PATH + "/{id}", _drop)


async def _list(request: web.Request) -> web.Response:
    return answer({"forks": [_shown(each) for each in request.app[FORKS].listed()]})


async def _make(request: web.Request) -> web.Response:
    given = await body(request, _ASKED) if request.can_read_body else {}
    made = await request.app[FORKS].add(instance(request), given.get("token", _TOKEN))
    return answer({"fork": _shown(made)})


async def _drop(request: web.Request) -> web.Response:
    await request.app[FORKS].drop(request.match_info["id"])
    return answer({})


def _shown(fork: Fork) -> dict[str, Any]:
    return {"id": fork.id, "token": fork.token, "merchant_id": fork.merchant, "created_at": fork.created_at}
