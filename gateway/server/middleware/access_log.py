"""Around every request: it is let in or refused, its record is kept, and at the end one line is logged.

Outermost of all middlewares, so that nothing is answered without a trace. Answers nothing itself but 503.
"""

from __future__ import annotations

import asyncio
import logging
from functools import partial

from aiohttp import web
from aiohttp.typedefs import Handler

from gateway.server.concurrency_limit import Admission
from gateway.server.connections.http_connection import connection_of
from gateway.server.http.cors import Origins
from gateway.server.http.rejection import Refused
from gateway.server.http.responses import write
from gateway.server.middleware.error import refusal
from gateway.server.observability import request_record as records
from gateway.server.observability.metrics import Metrics
from gateway.server.observability.request_line import LOGGER, RequestLine
from gateway.server.observability.request_record import Record
from gateway.server.observability.request_span import root_of
from gateway.tracing.tracer import Tracer

# What an orchestrator asks: always answered, and of no interest in a log.
PROBES = frozenset({"/livez", "/readyz", "/metrics"})
# What is not in the way of callers, nor they in its.
WEBHOOKS = "/webhooks/square"

_log = logging.getLogger(LOGGER)


class Watch:
    """The requests of one application."""

    def __init__(self, admission: Admission, metrics: Metrics, tracer: Tracer | None = None) -> None:
        """`admission` lets them in, `metrics` counts them, `tracer` decides which are traced."""
        self.admission = admission
        self.tracer = tracer or Tracer()
        self.metrics = metrics
        # The websites that may read answers.
        self.origins = Origins(())
        metrics.watch("gateway_requests_running", "Requests that are being answered.", lambda: admission.running)
        metrics.watch(
            "gateway_requests_arriving", "Requests that wait for their body or caller.", lambda: admission.arriving
        )
        turns, text = (
            admission.turns,
            "Requests that wait for others of their caller, as the event loop is late.",
        )
        metrics.watch("gateway_requests_waiting", text, lambda: turns.waiting)
        metrics.watch_total("gateway_requests_delayed", "Requests that had to wait so.", lambda: turns.delayed)
        for name, share in admission.shares.items():
            metrics.watch_refusals(name, partial(getattr, share, "refused"))

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """The outermost one of an application."""
        if request.path in PROBES:
            answer = await handler(request)
            if self.admission.ending:
                answer.force_close()
            return answer
        given = records.given_id(request)
        record = Record(
            given or records.new_id(request),
            self._finished,
            method=request.method,
            path=_known_path(request),
            own_id=given is None,
            trace=self.tracer.begins(request.headers),
            tracer=self.tracer,
        )
        records.enter(record)
        try:
            place = record.place = self.admission.arrive(apart=request.path == WEBHOOKS)
        except Refused as refused:
            record.status = refused.status
            response = refusal(request, refused)
            self._finished(record)
            return response
        if request.method == "GET" and request.headers.get("Upgrade", "").lower() == "websocket":
            record.transport = "websocket"
            # A socket takes up no place, but each operation on it does.
            place.leave()
        try:
            try:
                answer = await handler(request)
                record.status = answer.status
                if self.admission.ending:
                    answer.force_close()
            except (ConnectionError, asyncio.CancelledError):
                record.status = 499
                raise
            finally:
                record.client_left = record.transport == "http" and connection_of(request).left
                self._finished(record)
            # An answer holds its place until it is taken.
            await write(request, answer, record.request_id, self.origins)
        finally:
            place.leave()
        return answer

    def _finished(self, record: Record) -> None:
        self.metrics.finished(record)
        if (trace := record.trace) is not None and trace.exported:
            self.tracer.over(trace, root_of(record))
        if _log.isEnabledFor(logging.INFO):
            _log.handle(RequestLine(record))


def _known_path(request: web.Request) -> str:
    """The path of the route, as the path that was asked for may hold anything."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "unknown"
