"""The outermost span of a request that is over: what OpenTelemetry's conventions say of one, from its record.

Kinds, counts and codes, as in the log line. Its name is the operation's type, or the method and the route.
"""

from __future__ import annotations

from typing import Any

from gateway.server.observability.request_record import Record
from gateway.tracing.trace import Root

WEBHOOK = "webhook"


def root_of(record: Record) -> Root:
    """What is said of a request, or of one operation on a socket."""
    told: dict[str, Any] = {"gateway.calls": record.usage.calls, "gateway.retries": record.usage.retries}
    if record.method is not None:
        told |= {"http.request.method": record.method, "http.route": record.path, "url.path": record.path}
    if record.status:
        told["http.response.status_code"] = record.status
    if record.transport == "websocket":
        told["network.protocol.name"] = "websocket"
    kind = record.operation_type
    if kind == WEBHOOK:
        if record.operation_name is not None:
            told["square.event.type"] = record.operation_name
    elif kind is not None:
        told["graphql.operation.type"] = kind
        if record.operation_name is not None:
            told["graphql.operation.name"] = record.operation_name
    name = f"{record.method} {record.path}" if kind in {None, WEBHOOK} else str(kind)
    return Root(name, told, next(iter(record.codes), str(record.status) if (record.status or 0) >= 500 else None))
