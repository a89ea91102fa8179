"""Square's TestWebhookSubscription: one notification at once, never again, and how it was answered.

https://developer.squareup.com/reference/square/webhook-subscriptions-api/test-webhook-subscription. It waits for the
answer, as no rule does, and no fault strikes it. Square documents its result as an object of its own, and answers the
same fields beside it.
"""

from __future__ import annotations

import uuid

import orjson
from aiohttp import web

from gateway.emulator.api import versions
from gateway.emulator.api.bodies import encode
from gateway.emulator.api.clock import timestamp
from gateway.emulator.api.routes import PERSONAL, Json, Route
from gateway.emulator.errors import SquareFault
from gateway.emulator.http import parameters
from gateway.emulator.http.forks import FORKS
from gateway.emulator.http.instance import Instance
from gateway.emulator.store.calls import Call
from gateway.emulator.store.tenants import demand
from gateway.emulator.validation.shapes import Object, String
from gateway.emulator.webhooks import samples, subscriptions
from gateway.emulator.webhooks.delivery.post import Attempt
from gateway.emulator.webhooks.subscriptions import Subscription

_PATH = "/v2/webhooks/subscriptions/{subscription_id}/test"


def add_routes(app: web.Application) -> None:
    """Put it at its path."""
    app.router.add_route("POST", _PATH, _handle)


async def _handle(http: web.Request) -> web.Response:
    shop = http.app[FORKS].of(http)
    state = shop.state
    sent = parameters.read(await http.read())
    raw = http.rel_url
    state.calls.add_other(Call(_ROUTE.operation, http.method, raw.raw_path, raw.raw_query_string, sent.value))
    caller = state.tenants.caller(http.headers.get("Authorization"), state.clock.now())
    version = versions.used(http.headers.get(versions.HEADER), _PATH)
    with versions.named(version):
        demand(caller, PERSONAL)
        asked = subscriptions.get(state.store.db, http.match_info["subscription_id"], caller.application_id)
        event_type = parameters.body(_ROUTE, sent).get("event_type") or samples.TEST
        result = await _send(shop, asked, state.naming.merchant(caller.seller_id), event_type)
    return web.Response(body=encode(result), content_type="application/json", headers={versions.HEADER: version})


async def _send(shop: Instance, asked: Subscription, seller: str, event_type: str) -> Json:
    """Send a sample of a type, or a test notification. Raises 400 for a type that is not subscribed to."""
    if event_type != samples.TEST and not asked.includes(event_type):
        raise SquareFault(400, "INVALID_VALUE", "The subscription does not include this event type.", "event_type")
    clock = shop.state.clock
    now = clock.now()
    _, text = samples.body(seller, event_type, now)
    attempt = Attempt(asked.notification_url, asked.signature_key, text.encode(), timestamp(now))
    outcome = await shop.deliveries.attempt(attempt)
    result: Json = {"payload": orjson.loads(text), "notification_url": asked.notification_url, "passes_filter": True}
    if outcome.status is not None:
        result["status_code"] = outcome.status
    done = timestamp(clock.now())
    stamped = {"id": str(uuid.uuid4()), "created_at": done, "updated_at": done}
    return {"subscription_test_result": {**stamped, **result}, **result}


def _never(_: object) -> Json:
    raise AssertionError("it is answered here, and not by a rule")


_ROUTE = Route(
    "TestWebhookSubscription",
    "POST",
    _PATH,
    PERSONAL,
    _never,
    body=Object({"event_type": String(min=1)}),
    body_required=False,
)
