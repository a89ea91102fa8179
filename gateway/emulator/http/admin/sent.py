"""The latest attempts to deliver notifications with what they sent, under `/_emulator/webhooks/sent`, and resending.

    GET  /_emulator/webhooks/sent?after=ID   {"attempts": [attempt, ...]}, newest first, without contents
    GET  /_emulator/webhooks/sent/ID         one with the "headers", the signature among them, and the "body" sent
    POST /_emulator/webhooks/sent/ID/resend  send the same once more, now and never again: {"attempt": attempt}

At most 500 attempts and 4 MiB of bodies are kept, in memory. What is sent again is signed with the key that the
subscription has now, if it is still there.
"""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter
from typing import Any

from aiohttp import web

from gateway.emulator.api.clock import timestamp
from gateway.emulator.errors import SquareFault
from gateway.emulator.http.admin import entries
from gateway.emulator.http.admin.answers import answer, instance, state
from gateway.emulator.store.latest import Entry
from gateway.emulator.webhooks import subscriptions
from gateway.emulator.webhooks.delivery.sent import Sent

PATH = "/_emulator/webhooks/sent"
_KIND = "Attempt"


def add_routes(app: web.Application) -> None:
    """Put them at their paths."""
    app.router.add_route("GET", PATH, _list)
    app.router.add_route("GET", PATH + "/{id}", _show)
    app.router.add_route("POST", PATH + "/{id}/resend", _resend)


async def _list(request: web.Request) -> web.Response:
    found = entries.after(request, instance(request).sent, _KIND)
    return answer({"attempts": [_line(each) for each in found]})


async def _show(request: web.Request) -> web.Response:
    found = entries.asked(request, instance(request).sent, _KIND)
    attempt = found.value.attempted.attempt
    return answer({**_line(found), "headers": attempt.headers, "body": attempt.body.decode()})


async def _resend(request: web.Request) -> web.Response:
    first = entries.asked(request, instance(request).sent, _KIND).value.attempted
    attempt = replace(first.attempt, retries=0, reason=None)
    try:
        now = subscriptions.get(state(request).store.db, first.subscription)
        attempt = replace(attempt, url=now.notification_url, key=now.signature_key)
    except SquareFault:
        # The subscription is gone: as it was.
        pass
    began = perf_counter()
    outcome = await instance(request).deliveries.attempt(attempt)
    taken = (perf_counter() - began) * 1000
    made = instance(request).sent.note(replace(first, retries=0, outcome=outcome, milliseconds=taken, attempt=attempt))
    return answer({"attempt": _line(made)})


def _line(entry: Entry[Sent]) -> dict[str, Any]:
    attempted = entry.value.attempted
    return {
        "id": entry.id,
        "subscription_id": attempted.subscription,
        "notification_url": attempted.attempt.url,
        "event_id": attempted.event_id,
        "type": attempted.type,
        "retries": attempted.retries,
        "status": attempted.outcome.status,
        "reason": attempted.outcome.reason,
        "ended": timestamp(entry.value.ended),
        "milliseconds": round(attempted.milliseconds, 1),
    }
