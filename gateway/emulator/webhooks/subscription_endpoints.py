"""Square's Webhook Subscriptions API: which events an application is told of, at which URL.

https://developer.squareup.com/reference/square/webhook-subscriptions-api. Only the application's personal access token
may ask. Undocumented; chosen here: a subscription without `event_types` is of all that are not deprecated, and what was
on its way to one that is disabled or deleted is given up.
"""

from __future__ import annotations

from gateway.emulator.api import versions
from gateway.emulator.api.clock import timestamp
from gateway.emulator.api.paging import cursor, position
from gateway.emulator.api.routes import PERSONAL, Json, Replay, Request, Route
from gateway.emulator.validation.shapes import Array, Boolean, Integer, Object, Shape, String, choice
from gateway.emulator.webhooks import event_types, subscriptions
from gateway.emulator.webhooks.delivery import table
from gateway.emulator.webhooks.notification_urls import NotificationUrl
from gateway.emulator.webhooks.subscriptions import Subscription

MAX_PAGE = 100


def _create(request: Request) -> Json:
    given = request.body["subscription"]
    made = subscriptions.add(
        request.db,
        timestamp(request.now),
        request.caller.application_id,
        given["notification_url"],
        given.get("event_types") or (),
        given.get("api_version") or versions.DEFAULT,
        given.get("name") or "",
        enabled=given.get("enabled") is not False,
    )
    return {"subscription": made.shown}


def _list(request: Request) -> Json:
    query = {name: value for name, value in request.query.items() if name not in {"cursor", "limit"}}
    after = position(request, "ListWebhookSubscriptions", query, request.query.get("cursor"))
    disabled = request.query.get("include_disabled") is True
    found = subscriptions.listed(request.db, request.caller.application_id, disabled=disabled)
    if request.query.get("sort_order") == "DESC":
        found.reverse()
    start = 0 if after is None else next((n for n, each in enumerate(found, 1) if [each.id] == after), len(found))
    limit = request.limit(MAX_PAGE)
    page = found[start : start + limit]
    answer: Json = {"subscriptions": [each.shown for each in page]} if page else {}
    if len(found) > start + limit:
        answer["cursor"] = cursor(request, "ListWebhookSubscriptions", query, [page[-1].id])
    return answer


def _retrieve(request: Request) -> Json:
    return {"subscription": _asked(request).shown}


def _update(request: Request) -> Json:
    given = {name: value for name, value in (request.body.get("subscription") or {}).items() if value is not None}
    if "event_types" in given:
        given["event_types"] = tuple(given["event_types"])
    changed = subscriptions.change(request.db, timestamp(request.now), _asked(request), **given)
    if not changed.enabled:
        table.drop_all(request.db, changed.id)
    return {"subscription": changed.shown}


def _delete(request: Request) -> Json:
    asked = _asked(request)
    subscriptions.remove(request.db, asked)
    table.drop_all(request.db, asked.id)
    return {}


def _renew_key(request: Request) -> Json:
    renewed = subscriptions.renew_key(request.db, timestamp(request.now), _asked(request))
    return {"signature_key": renewed.signature_key}


def _asked(request: Request) -> Subscription:
    return subscriptions.get(request.db, request.path["subscription_id"], request.caller.application_id)


TYPES = Array(choice(*event_types.ALL, code="INVALID_VALUE"), max=500)
_READ_ONLY = frozenset({"id", "signature_key", "created_at", "updated_at"})
_FIELDS: dict[str, Shape] = {
    "name": String(min=1, max=64),
    "enabled": Boolean(),
    "event_types": TYPES,
    "notification_url": NotificationUrl(),
    "api_version": choice(*versions.VERSIONS, code="INVALID_VALUE"),
}
_NEW = Object(_FIELDS, required=("notification_url",), read_only=_READ_ONLY)
_KEY = String(max=45)
_PATH = "/v2/webhooks/subscriptions"
_ONE = _PATH + "/{subscription_id}"
_LISTING = Object(
    {
        "cursor": String(max=256),
        "include_disabled": Boolean(),
        "sort_order": choice("ASC", "DESC"),
        "limit": Integer(min=1, max=MAX_PAGE),
    }
)

ROUTES = (
    Route("ListWebhookSubscriptions", "GET", _PATH, PERSONAL, _list, query=_LISTING),
    Route(
        "CreateWebhookSubscription",
        "POST",
        _PATH,
        PERSONAL,
        _create,
        body=Object({"idempotency_key": _KEY, "subscription": _NEW}, required=("subscription",)),
        replay=Replay.STRICT,
    ),
    Route("RetrieveWebhookSubscription", "GET", _ONE, PERSONAL, _retrieve),
    Route(
        "UpdateWebhookSubscription",
        "PUT",
        _ONE,
        PERSONAL,
        _update,
        body=Object({"subscription": Object(_FIELDS, read_only=_READ_ONLY)}),
    ),
    Route("DeleteWebhookSubscription", "DELETE", _ONE, PERSONAL, _delete),
    Route(
        "UpdateWebhookSubscriptionSignatureKey",
        "POST",
        f"{_ONE}/signature-key",
        PERSONAL,
        _renew_key,
        body=Object({"idempotency_key": _KEY}),
        body_required=False,
        replay=Replay.STRICT,
    ),
)
