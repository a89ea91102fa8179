"""The latest attempts to deliver notifications with what they sent, under `/_emulator/webhooks/sent`, and resending.

    GET  /_emulator/webhooks/sent?after=ID   {"attempts": [attempt, ...]}, newest first, without contents
    GET  /_emulator/webhooks/sent/ID         one with the "headers", the signature among them, and the "body" sent
    POST /_emulator/webhooks/sent/ID/resend  send the same once more, now and never again: {"attempt": attempt}

At most 500 attempts and 4 MiB of bodies are kept, in memory. What is sent again is signed with the key that the
subscription has now, if it is still there.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime
from time import perf_counter
from typing import Any

from aiohttp import web

from gateway.emulator.api.clock import timestamp
from gateway.emulator.errors import SquareFault, bad_request, not_found
from gateway.emulator.http.admin.answers import answer, state
from gateway.emulator.webhooks import subscriptions
from gateway.emulator.webhooks.delivery.deliveries import DELIVERIES, Attempted

PATH = "/_emulator/webhooks/sent"
KEPT = 500
MAX_ALL_BYTES = 4 * 1024 * 1024
# Digits of an id: no more are read.
_MAX_DIGITS = 15


@dataclass(frozen=True, slots=True)
class _Sent:
    id: int
    ended: datetime
    attempted: Attempted


class Sent:
    """The latest attempts. The oldest make room for newer ones."""

    def __init__(self) -> None:
        self.kept: deque[_Sent] = deque()
        self._bytes = 0
        self._latest = 0

    def add(self, ended: datetime, attempted: Attempted) -> _Sent:
        """Remember one."""
        self._latest += 1
        made = _Sent(self._latest, ended, attempted)
        self.kept.append(made)
        self._bytes += len(attempted.attempt.body)
        while len(self.kept) > KEPT or self._bytes > MAX_ALL_BYTES:
            self._bytes -= len(self.kept.popleft().attempted.attempt.body)
        return made


_SENT = web.AppKey("sent", Sent)


def add_routes(app: web.Application) -> None:
    """Put them at their paths, and remember from now on."""
    app[_SENT], deliveries = Sent(), app[DELIVERIES]

    def note(attempted: Attempted) -> None:
        _note(app, attempted)

    deliveries.attempted.append(note)
    app.router.add_route("GET", PATH, _list)
    app.router.add_route("GET", PATH + "/{id}", _show)
    app.router.add_route("POST", PATH + "/{id}/resend", _resend)


def _note(app: web.Application, attempted: Attempted) -> _Sent:
    return app[_SENT].add(app[DELIVERIES].now, attempted)


async def _list(request: web.Request) -> web.Response:
    after = request.query.get("after", "0")
    if not _is_id(after):
        raise bad_request("Expected the id of an attempt.", "after")
    kept = reversed(request.app[_SENT].kept)
    return answer({"attempts": [_line(each) for each in kept if each.id > int(after)]})


async def _show(request: web.Request) -> web.Response:
    found = _asked(request)
    attempt = found.attempted.attempt
    return answer({**_line(found), "headers": attempt.headers, "body": attempt.body.decode()})


async def _resend(request: web.Request) -> web.Response:
    first = _asked(request).attempted
    attempt = replace(first.attempt, retries=0, reason=None)
    try:
        now = subscriptions.get(state(request).store.db, first.subscription)
        attempt = replace(attempt, url=now.notification_url, key=now.signature_key)
    except SquareFault:
        # The subscription is gone: as it was.
        pass
    began = perf_counter()
    outcome = await request.app[DELIVERIES].attempt(attempt)
    taken = (perf_counter() - began) * 1000
    made = _note(request.app, replace(first, retries=0, outcome=outcome, milliseconds=taken, attempt=attempt))
    return answer({"attempt": _line(made)})


def _asked(request: web.Request) -> _Sent:
    asked = request.match_info["id"]
    found = next((each for each in request.app[_SENT].kept if _is_id(asked) and each.id == int(asked)), None)
    if found is None:
        raise not_found("Attempt", asked)
    return found


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS


def _line(each: _Sent) -> dict[str, Any]:
    attempted = each.attempted
    return {
        "id": each.id,
        "subscription_id": attempted.subscription,
        "notification_url": attempted.attempt.url,
        "event_id": attempted.event_id,
        "type": attempted.type,
        "retries": attempted.retries,
        "status": attempted.outcome.status,
        "reason": attempted.outcome.reason,
        "ended": timestamp(each.ended),
        "milliseconds": round(attempted.milliseconds, 1),
    }
