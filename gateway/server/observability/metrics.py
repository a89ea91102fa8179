"""The figures at /metrics, for Prometheus. Each application has its own; nothing here is global.

Every label has few values: kinds of operation, HTTP statuses, the codes in `CODES`, the types of webhooks that are
known, and the names of Square's operations. What a client can invent, such as the name of its operation, is never a
label. A label's values that are known beforehand are there as 0 from the beginning, so that no first time is missed.
"""

from __future__ import annotations

import platform
from collections.abc import Awaitable, Callable
from itertools import product
from typing import Literal

from aiohttp import web
from prometheus_client import CollectorRegistry, Gauge, ProcessCollector, exposition
from prometheus_client.openmetrics import exposition as openmetrics

from gateway import __version__
from gateway.graph.errors import INTERNAL, TABLE
from gateway.server.http.rejection import CODES as HTTP_CODES
from gateway.server.observability.counts import Counts, Facts, Histogram, Totals
from gateway.server.observability.request_record import Record

CODES = frozenset(
    {
        INTERNAL,
        *HTTP_CODES.values(),
        *(code for _, code, _ in TABLE),
        "COST_LIMIT_EXCEEDED",
        "GRAPHQL_PARSE_FAILED",
        "GRAPHQL_VALIDATION_FAILED",
        "NOT_STORED",
        "OPERATION_RESOLUTION_FAILURE",
        "OPERATION_TOO_LARGE",
        "OVERLOADED",
        "PERSISTED_QUERY_NOT_FOUND",
        "PERSISTED_QUERY_NOT_SUPPORTED",
        "SHUTTING_DOWN",
        "TOO_MANY_OPERATIONS",
    }
)
# Of those, what is no fault of who sent the operation: Square or the gateway could not do it.
FAILURES = frozenset(
    {
        INTERNAL,
        "OVERLOADED",
        "RATE_LIMITED",
        "SERVICE_UNAVAILABLE",
        "SHUTTING_DOWN",
        "UPSTREAM_AMBIGUOUS",
        "UPSTREAM_BAD_RESPONSE",
        "UPSTREAM_ERROR",
        "UPSTREAM_TIMEOUT",
        "UPSTREAM_UNAVAILABLE",
    }
)
_TYPES = ("query", "mutation", "subscription")
_OUTCOMES = ("ok", "failed", "refused", "left")
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0)
_DELAYS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)
_LAGS = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0)
_KEYS = (1, 2, 5, 10, 25, 50, 100, 250, 1000)

Across = Literal["sum", "max", "min"]
# Of what is shown without `watch`: what several processes make of theirs, where that is no sum.
ACROSS: dict[str, Across] = {"gateway_build_info": "max", "process_start_time_seconds": "min"}


class Metrics:
    """The figures of one application."""

    def __init__(self) -> None:
        """All are zero."""
        self.registry = registry = CollectorRegistry(auto_describe=True)
        ProcessCollector(registry=registry)
        self._requests = Counts("gateway_requests", "Requests by kind and status.", ["transport", "type", "status"])
        self._operations = Counts("gateway_operations", "GraphQL operations by outcome.", ["type", "outcome"])
        for each in product(_TYPES, _OUTCOMES):
            self._operations.add(each, 0)
        self._errors = Counts("gateway_errors", "Errors in answers by code.", ["code"])
        # Prometheus sees no increase in a count that begins with its first one.
        for code in sorted(FAILURES):
            self._errors.add((code,), 0)
        self._seconds = Histogram("gateway_request_seconds", "Time to answer a request.", ["type"], _SECONDS)
        self._calls = Counts("gateway_square_calls", "Requests to Square by outcome.", ["operation", "outcome"])
        text = "Time of a request to Square."
        self._call_seconds = Histogram("gateway_square_call_seconds", text, ["operation"], _SECONDS)
        text = "Keys that a loader asked for in one batch."
        self._batch_keys = Histogram("gateway_loader_batch_keys", text, ["operation"], _KEYS)
        self._notifications = Counts("gateway_webhooks", "Notifications by their outcome.", ["outcome", "type"])
        for outcome in ("not_stored", "overloaded"):
            self._notifications.add((outcome, "none"), 0)
        text = "Time to acknowledge a notification."
        self._notification_seconds = Histogram("gateway_webhook_seconds", text, [], _SECONDS)
        text = "Time from an event at Square until its subscribers are told."
        self._lags = Histogram("gateway_event_lag_seconds", text, [], _LAGS)
        text = "How much too late the event loop runs what is due."
        self._delays = Histogram("gateway_event_loop_delay_seconds", text, [], _DELAYS)
        self._refusals: dict[str, Callable[[], float]] = {}
        # Of numbers that go up and down: how those of several processes are shown as one.
        self.across: dict[str, Across] = dict(ACROSS)
        facts = {"version": __version__, "python": platform.python_version()}
        # Where several processes are one gateway: what shows the figures of all of them, given those of this one.
        self.of_all: Callable[[Metrics], Awaitable[CollectorRegistry]] | None = None
        text = "Times that a limit, or a caller's share of it, was used up."
        for part in (
            *(Facts("gateway_build_info", "What runs.", facts), self._requests, self._operations, self._errors),
            *(self._seconds, self._calls, self._call_seconds),
            *(Totals("gateway_refused", text, self._refusals, "limit"), self._batch_keys),
            *(self._notifications, self._notification_seconds, self._lags, self._delays),
        ):
            registry.register(part)

    def watch(self, name: str, text: str, value: Callable[[], float], *, across: Across = "sum") -> None:
        """Show a number that is known elsewhere; `across` is what several processes of one gateway make of theirs."""
        self.across[name] = across
        Gauge(name, text, registry=self.registry).set_function(value)

    def watch_total(self, name: str, text: str, value: Callable[[], float]) -> None:
        """Show a count that is kept elsewhere, and only grows, as `name` with `_total` behind it."""
        self.registry.register(Totals(name, text, {"": value}))

    def watch_refusals(self, limit: str, value: Callable[[], float]) -> None:
        """Show how often there was nothing left of a limit, for everybody or for one caller."""
        self._refusals[limit] = value

    def finished(self, record: Record) -> None:
        """Count a request that is over."""
        kind = record.operation_type or "none"
        self._requests.add((record.transport, kind, str(record.status or "none")))
        if kind in _TYPES:
            self._operations.add((kind, _outcome(record)))
        if record.transport == "websocket" or kind in {"query", "mutation"}:
            self._seconds.add((kind,), record.seconds)
        for code, times in record.codes.items():
            self._errors.add((code if code in CODES else "OTHER",), times)

    def notified(self, outcome: str, type: str, seconds: float | None) -> None:
        """Count one notification of Square's, of a type that is known; `seconds` if it was acknowledged."""
        self._notifications.add((outcome, type))
        if seconds is not None:
            self._notification_seconds.add((), seconds)

    def called(self, operation: str, outcome: str, seconds: float) -> None:
        """Count one request to Square."""
        self._calls.add((operation, outcome))
        self._call_seconds.add((operation,), seconds)

    def batched(self, operation: str, keys: int) -> None:
        """Count a loader's batch of so many keys, by the operation of Square's that it asks."""
        self._batch_keys.add((operation,), keys)

    def told(self, seconds: float) -> None:
        """Note how old an event was when all who wanted to know had been told of it."""
        self._lags.add((), seconds)

    def delayed(self, seconds: float) -> None:
        """Note how much later than it was due something ran."""
        self._delays.add((), seconds)

    async def show(self, request: web.Request) -> web.Response:
        """The answer to GET /metrics."""
        shown = self.registry if self.of_all is None else await self.of_all(self)
        if "application/openmetrics-text" in request.headers.get("Accept", ""):
            content = openmetrics.generate_latest(shown)  # type: ignore[no-untyped-call]
            kind = openmetrics.CONTENT_TYPE_LATEST
        else:
            content, kind = exposition.generate_latest(shown), exposition.CONTENT_TYPE_LATEST
        return web.Response(body=content, headers={"Content-Type": kind})


METRICS: web.AppKey[Metrics] = web.AppKey("metrics", Metrics)


def _outcome(record: Record) -> str:
    """What came of an operation, in one word."""
    if record.client_left:
        return "left"
    if not record.codes:
        return "ok"
    return "refused" if FAILURES.isdisjoint(record.codes) else "failed"
