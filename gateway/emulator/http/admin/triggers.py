"""Making an event of a type happen, under `/_emulator/webhooks/trigger`. What leads to which is told elsewhere.

    POST /_emulator/webhooks/trigger  {"type"}: {"done": what was done, in a few words}, null for a sample

It is done with the request's own token, that of the first application and seller where it bears none, by calls that
are counted like any other. A sample is made where nothing that an application or a seller can do leads to the event.
"""

from __future__ import annotations

from aiohttp import web

from gateway.emulator.http.admin.answers import answer, body, state
from gateway.emulator.http.self_calls import TOKEN, asked_by
from gateway.emulator.validation.shapes import Object, choice
from gateway.emulator.webhooks import event_types, samples
from gateway.emulator.webhooks.actions import action_of

_EVENT = Object({"type": choice(*event_types.ALL)}, required=("type",))


def add_routes(app: web.Application) -> None:
    """Put it at its path."""
    app.router.add_route("POST", "/_emulator/webhooks/trigger", _trigger)


async def _trigger(request: web.Request) -> web.Response:
    event_type = (await body(request, _EVENT))["type"]
    action = action_of(event_type)
    parts = state(request)
    now = parts.clock.now()
    caller = parts.tenants.caller(request.headers.get("Authorization", TOKEN), now)
    if action is not None:
        async with asked_by(request, caller.seller_id) as square:
            return answer({"done": await action(square)})
    with parts.store.transaction() as db:
        samples.write(db, caller.seller_id, event_type, now)
    return answer({"done": None})
