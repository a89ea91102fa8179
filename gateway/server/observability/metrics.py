"""The figures at /metrics, for Prometheus. Each application has its own; nothing here is global.

Every label has few values: kinds of operation, HTTP statuses, the codes in `CODES`, the types of webhooks that are
known, and the names of Square's operations. What a client can invent, such as the name of its operation, is never a
label.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Literal

from aiohttp import web
from prometheus_client import CollectorRegistry, Gauge, ProcessCollector, exposition
from prometheus_client.core import CounterMetricFamily
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.registry import Collector

from gateway.graph.errors import INTERNAL, TABLE
from gateway.server.http.rejection import CODES as HTTP_CODES
from gateway.server.observability.counts import Counts, Times
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
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0)

Across = Literal["sum", "max", "min"]


class Metrics:
    """The figures of one application."""

    def __init__(self) -> None:
        """All are zero."""
        self.registry = registry = CollectorRegistry(auto_describe=True)
        ProcessCollector(registry=registry)
        self._requests = Counts("gateway_requests", "Requests by kind and status.", ["transport", "type", "status"])
        self._errors = Counts("gateway_errors", "Errors in answers by code.", ["code"])
        self._seconds = Times("gateway_request_seconds", "Time to answer a request.", ["type"], _SECONDS)
        self._calls = Counts("gateway_square_calls", "Requests to Square by outcome.", ["operation", "outcome"])
        text = "Time of a request to Square."
        self._call_seconds = Times("gateway_square_call_seconds", text, ["operation"], _SECONDS)
        self._retries = Counts("gateway_square_retries", "Requests to Square sent again.")
        self._shared = Counts("gateway_square_shared", "Reads answered by the request of another operation.")
        self._notifications = Counts("gateway_webhooks", "Notifications by their outcome.", ["outcome", "type"])
        text = "Time to acknowledge a notification."
        self._notification_seconds = Times("gateway_webhook_seconds", text, [], _SECONDS)
        self._refusals: dict[str, Callable[[], float]] = {}
        # Of numbers that go up and down: how those of several processes are shown as one.
        self.across: dict[str, Across] = {}
        # Where several processes are one gateway: what shows the figures of all of them, given those of this one.
        self.of_all: Callable[[Metrics], Awaitable[CollectorRegistry]] | None = None
        text = "Times that a limit, or a caller's share of it, was used up."
        for each in (
            *(self._requests, self._errors, self._seconds, self._calls, self._call_seconds, self._retries),
            *(_Total("gateway_refused", text, self._refusals, "limit"), self._shared),
            *(self._notifications, self._notification_seconds),
        ):
            registry.register(each)

    def watch(self, name: str, text: str, value: Callable[[], float], *, across: Across = "sum") -> None:
        """Show a number that is known elsewhere; `across` is what several processes of one gateway make of theirs."""
        self.across[name] = across
        Gauge(name, text, registry=self.registry).set_function(value)

    def watch_total(self, name: str, text: str, value: Callable[[], float]) -> None:
        """Show a count that is kept elsewhere, and only grows, as `name` with `_total` behind it."""
        self.registry.register(_Total(name, text, {"": value}))

    def watch_refusals(self, limit: str, value: Callable[[], float]) -> None:
        """Show how often there was nothing left of a limit, for everybody or for one caller."""
        self._refusals[limit] = value

    def finished(self, record: Record) -> None:
        """Count a request that is over."""
        kind = record.operation_type or "none"
        self._requests.add((record.transport, kind, str(record.status or "none")))
        if record.transport == "websocket" or kind in {"query", "mutation"}:
            self._seconds.add((kind,), record.seconds)
        for code, times in record.codes.items():
            self._errors.add((code if code in CODES else "OTHER",), times)
        usage = record.usage
        if usage.retries:
            self._retries.add((), usage.retries)
        if usage.coalesced:
            self._shared.add((), usage.coalesced)

    def notified(self, outcome: str, type: str, seconds: float | None) -> None:
        """Count one notification of Square's, of a type that is known; `seconds` if it was acknowledged."""
        self._notifications.add((outcome, type))
        if seconds is not None:
            self._notification_seconds.add((), seconds)

    def called(self, operation: str, outcome: str, seconds: float) -> None:
        """Count one request to Square."""
        self._calls.add((operation, outcome))
        self._call_seconds.add((operation,), seconds)

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


class _Total(Collector):
    """Counts that are kept elsewhere, told apart by one label if there is one."""

    def __init__(self, name: str, text: str, values: Mapping[str, Callable[[], float]], label: str = "") -> None:
        self._name = name
        self._text = text
        self._values = values
        self._labels = [label] if label else []

    def collect(self) -> Iterator[CounterMetricFamily]:
        """The counts as they are now."""
        family = CounterMetricFamily(self._name, self._text, labels=self._labels)
        for label, value in self._values.items():
            family.add_metric([label] if self._labels else [], value())
        yield family
