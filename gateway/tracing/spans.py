"""The spans of a trace, by OpenTelemetry's conventions for GraphQL servers and HTTP clients: made when it is over.

    query                                   the operation; a webhook is POST /webhooks/square, a round of events `event`
      plan                                  how long it took to know its calls, if it makes any
      level 1                               the calls of one level of the plan
        GET /v2/customers/{customer_id}     one request to Square; another attempt is a span of its own
        ListCustomerGroups                  a call that needed none, or could not be sent

Names are few. `url.full`, which HTTP's conventions want, is left out: it holds ids; `url.template` is there instead.
`graphql.document` is left out, as documents can hold values, and `tracestate`, in which callers write what they like.
Needs `opentelemetry-sdk`.
https://opentelemetry.io/docs/specs/semconv/graphql/graphql-spans/ and https://opentelemetry.io/docs/specs/semconv/http/http-spans/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link, SpanContext, SpanKind, TraceFlags
from opentelemetry.trace.status import Status, StatusCode

from gateway.tracing.trace import Attempt, Root, Trace, TracedCall, new_id

if TYPE_CHECKING:
    from gateway.tracing.trace_context import TraceContext

_SAMPLED = TraceFlags(TraceFlags.SAMPLED)
_OK, _ERROR = Status(StatusCode.UNSET), Status(StatusCode.ERROR)


class SpanMaker:
    """Makes the spans of one process."""

    def __init__(self, resource: Resource, version: str, host: str, port: int) -> None:
        """`host` and `port` are Square's."""
        self._resource = resource
        self._scope = InstrumentationScope("gateway", version)
        self._server = {"server.address": host, "server.port": port}

    def of(self, trace: Trace, root: Root, ended: float) -> Iterator[ReadableSpan]:
        """All spans of a trace that has `ended`, the innermost first."""
        assert trace.trace_id is not None
        made = _Spans(self._resource, self._scope, trace, ended)
        own = made.context(trace.span_id)
        for level in sorted({each.level for each in trace.calls}):
            calls = [each for each in trace.calls if each.level == level]
            at = made.context(new_id())
            for each in calls:
                yield from self._call(made, each, at)
            last = max(ended if each.ended is None else each.ended for each in calls)
            yield made.span(f"level {level}", at, own, calls[0].began, last, {"gateway.calls": len(calls)})
        if trace.planned_calls:
            planned = {"gateway.calls": trace.planned_calls}
            yield made.span("plan", made.context(new_id()), own, *trace.planned, planned)
        attributes = root.attributes if root.error is None else {**root.attributes, "error.type": root.error}
        yield made.span(
            root.name,
            own,
            None if trace.parent is None else _remote(trace.parent),
            trace.began,
            ended,
            attributes,
            kind=SpanKind.SERVER if root.serves else SpanKind.CONSUMER,
            failed=root.error is not None,
            links=[Link(_remote(each)) for each in trace.links],
        )

    def _call(self, made: _Spans, call: TracedCall, parent: SpanContext) -> Iterator[ReadableSpan]:
        told = {"square.operation": call.operation, "gateway.cache": call.cache, "gateway.outcome": call.outcome}
        if not call.attempts:
            failed = call.outcome != "ok"
            if failed:
                told["error.type"] = call.outcome
            context = made.context(new_id())
            yield made.span(call.operation, context, parent, call.began, call.ended, told, failed=failed)
        for number, each in enumerate(call.attempts):
            attributes = {**told, **self._server, **_http(call, each, number)}
            yield made.span(
                f"{call.method} {call.template}",
                made.context(each.span_id),
                parent,
                each.began,
                each.ended,
                attributes,
                kind=SpanKind.CLIENT,
                failed="error.type" in attributes,
            )


def _http(call: TracedCall, attempt: Attempt, number: int) -> dict[str, Any]:
    told: dict[str, Any] = {
        "http.request.method": call.method,
        "url.template": call.template,
        "gateway.attempt": number + 1,
        "gateway.outcome": attempt.outcome,
    }
    if number:
        told["http.request.resend_count"] = number
    if attempt.status is not None:
        told["http.response.status_code"] = attempt.status
    if attempt.outcome != "ok":
        told["error.type"] = attempt.outcome if (attempt.status or 0) < 400 else str(attempt.status)
    return told


class _Spans:
    """What the spans of one trace have in common."""

    def __init__(self, resource: Resource, scope: InstrumentationScope, trace: Trace, ended: float) -> None:
        assert trace.trace_id is not None
        self._resource = resource
        self._scope = scope
        self._id = trace.trace_id
        self._start = trace.started
        self._began = trace.began
        self._ended = ended

    def context(self, span_id: int) -> SpanContext:
        return SpanContext(self._id, span_id, is_remote=False, trace_flags=_SAMPLED)

    def span(  # noqa: PLR0917 - what every span has
        self,
        name: str,
        context: SpanContext,
        parent: SpanContext | None,
        began: float,
        ended: float | None,
        attributes: dict[str, Any],
        *,
        kind: SpanKind = SpanKind.INTERNAL,
        failed: bool = False,
        links: Sequence[Link] = (),
    ) -> ReadableSpan:
        return ReadableSpan(
            name,
            context,
            parent,
            self._resource,
            attributes,
            links=links,
            kind=kind,
            status=_ERROR if failed else _OK,
            start_time=self._nanoseconds(began),
            end_time=self._nanoseconds(self._ended if ended is None else ended),
            instrumentation_scope=self._scope,
        )

    def _nanoseconds(self, moment: float) -> int:
        return self._start + int((moment - self._began) * 1e9)


def _remote(context: TraceContext) -> SpanContext:
    return SpanContext(context.trace_id, context.span_id, is_remote=True, trace_flags=TraceFlags(context.flags))
