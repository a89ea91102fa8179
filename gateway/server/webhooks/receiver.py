"""POST /webhooks/square: a notification is checked, stored, and only then acknowledged. Tells no subscriber itself.

Square sends again what is not answered with 2xx within ten seconds, for a day: https://developer.squareup.com/docs/webhooks/overview
So what cannot be stored within a second is 503, and whatever will never be understood is not asked for again.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from dataclasses import replace

from aiohttp import web

from gateway.events.event import Event, Stored
from gateway.events.log import DeadLetter, EventLog, NotStored
from gateway.events.notification import TEST, NotANotification, Notifications, read_envelope
from gateway.events.signature import SIGNATURE_HEADER, Signatures, possible
from gateway.server.http.json_body import read_body
from gateway.server.http.rejection import Refused
from gateway.server.observability import request_record as record
from gateway.server.observability.metrics import Metrics
from gateway.server.webhooks.refusals import Failures, Forgeries, overloaded

MAX_BODY = 256 * 1024
# Seconds in which an event is stored, or it is refused.
MAX_STORING = 0.9
# Notifications that may wait to be stored, and those whose body is still to come.
MAX_WAITING = 1000
MAX_BODIES = 200
# Why an event is a dead letter that came without what its type must have.
UNREADABLE = "UNREADABLE"

# What becomes of a notification, by the code of its refusal.
_OUTCOMES = {
    "BAD_REQUEST": "malformed",
    "FORBIDDEN": "forged",
    "NOT_STORED": "not_stored",
    "OVERLOADED": "overloaded",
    "PAYLOAD_TOO_LARGE": "too_large",
    "REQUEST_TIMEOUT": "late",
    "UNSUPPORTED_MEDIA_TYPE": "malformed",
}


class Receiver:
    """Takes Square's notifications into a log."""

    def __init__(
        self,
        signatures: Signatures,
        notifications: Notifications,
        log: EventLog,
        metrics: Metrics,
        *,
        url: str,
        merchant: str | None,
        met: Callable[[str], bool],
        seconds: float,
    ) -> None:
        """`url` is the one that is signed, `merchant` the only seller there is, `seconds` the time for a body.

        `met` tells whether anybody has called for a seller.
        """
        self._signatures = signatures
        self._notifications = notifications
        self._log = log
        self._metrics = metrics
        self._merchant = merchant
        self._met = met
        # Notifications about sellers for whom nobody has called here yet.
        self.unknown_merchants = 0
        self._seconds = seconds
        self._forgeries = Forgeries(url)
        self._failures = Failures()
        # Those whose bodies are still to come, the one that waits longest first.
        self._bodies: dict[asyncio.Timeout, None] = {}
        self._waiting = 0
        self._failed: list[Callable[[], None]] = []

    def on_not_stored(self, listener: Callable[[], None]) -> None:
        """Call this whenever an event could not be stored, so that it may be lost."""
        self._failed.append(listener)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one notification."""
        began = time.perf_counter()
        noted = record.current()
        noted.operation_type = "webhook"
        try:
            body = await self._signed(request)
            outcome, kind = await self._take(body)
        except Refused as refused:
            outcome = _OUTCOMES.get(refused.code, "refused")
            self._metrics.notified(outcome, "none", None)
            if outcome in {"not_stored", "overloaded"}:
                for listener in self._failed:
                    listener()
            raise
        noted.operation_name = None if kind == "other" else kind
        self._metrics.notified(outcome, kind, time.perf_counter() - began)
        return web.Response()

    async def _signed(self, request: web.Request) -> bytes:
        """The body, if Square has signed it."""
        given = request.headers.getall(SIGNATURE_HEADER, [])
        if len(given) != 1 or not possible(given[0]):
            raise self._forgeries.refused()
        if request.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
            raise Refused(415, "Send the notification uncompressed, as it was signed.")
        body = await self._body(request)
        if not self._signatures.made(body, given[0]):
            raise self._forgeries.refused()
        return body

    async def _body(self, request: web.Request) -> bytes:
        if request.content.is_eof():
            return await read_body(request, limit=MAX_BODY, seconds=self._seconds)
        # Anybody can begin a notification: the one that has waited longest makes room, so that none keeps Square out.
        if len(self._bodies) >= MAX_BODIES:
            longest = next(iter(self._bodies))
            del self._bodies[longest]
            longest.reschedule(0)
        try:
            async with asyncio.timeout(None) as waiting:
                self._bodies[waiting] = None
                return await read_body(request, limit=MAX_BODY, seconds=self._seconds)
        except TimeoutError:
            raise Refused(408, "The body made room for others.", headers={"Connection": "close"}) from None
        finally:
            self._bodies.pop(waiting, None)

    async def _take(self, body: bytes) -> tuple[str, str]:
        """What becomes of a body that Square has signed, and its type as figures show it."""
        try:
            envelope = read_envelope(body)
            if envelope.get("type") == TEST:
                return "test", TEST
            event = self._notifications.event(envelope)
        except NotANotification as error:
            raise Refused(400, f"The notification {error}.") from None
        if (trace := record.current().trace) is not None and (context := trace.context) is not None:
            event = replace(event, trace=context.traceparent)
        known = event.type in self._notifications.types
        kind = event.type if known else "other"
        if not self._met(event.merchant):
            self.unknown_merchants += 1
        if self._merchant is not None and event.merchant != self._merchant:
            # Nobody can call for this seller, so nobody will ever ask for it.
            return "unknown_merchant", kind
        position = await self._store(event)
        if position is None:
            return "duplicate", kind
        if known and not event.family:
            # It is stored all the same, so Square need not send it again.
            with contextlib.suppress(NotStored):
                await self._log.bury(DeadLetter(Stored(position, event), UNREADABLE, attempts=1))
            return "unreadable", kind
        return ("stored" if known else "unknown_type"), kind

    async def _store(self, event: Event) -> int | None:
        if self._waiting >= MAX_WAITING:
            raise overloaded("Too many notifications wait to be stored.")
        self._waiting += 1
        try:
            async with asyncio.timeout(MAX_STORING):
                [position] = await self._log.append([event])
        except TimeoutError:
            raise self._failures.refused("it takes too long") from None
        except NotStored as error:
            raise self._failures.refused(str(error)) from None
        finally:
            self._waiting -= 1
        return position
