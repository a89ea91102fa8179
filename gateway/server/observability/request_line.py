"""The one line that is logged for each request: what it says, and the log record that says so.

`logging` asks for the place in the code, the thread and the process of each record. Those are the same on every one of
these lines, and nobody reads them: they are asked for once. Writes nothing itself.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from gateway.server.observability.request_record import Record

LOGGER = "gateway.requests"


class RequestLine(logging.LogRecord):
    """The record of a request that is over. It is like any other to whatever handles it."""

    def __init__(self, record: Record) -> None:
        """What it says is settled now; `fields` are beside the message."""
        vars(self).update(_SAME)
        self.created = now = time.time()
        self.msecs = self.relativeCreated = (now % 1) * 1000
        self.msg = (
            f"{record.operation_type} on a socket"
            if record.method is None
            else f"{record.method} {record.path} {record.status}"
        )
        usage = record.usage
        self.fields: dict[str, str | int | float | bool] = {
            "operation": record.operation_name or "-",
            "type": record.operation_type or "-",
            "tenant": record.tenant or "-",
            "status": record.status or 0,
            "ms": round(record.seconds * 1000, 1),
            "calls": usage.calls,
            "retries": usage.retries,
            "codes": ",".join(record.codes) if record.codes else "-",
        }
        if record.trace is not None and record.trace.trace_id is not None:
            self.fields["traceId"] = f"{record.trace.trace_id:032x}"
        if record.client_left:
            self.fields["clientLeft"] = True

    def text(self, shown: Callable[[Any], str]) -> str:
        """The fields as they stand in a line of text, in the same order; what is no word of ours is `shown` by that."""
        get = self.fields.__getitem__
        left = " clientLeft=True" if "clientLeft" in self.fields else ""
        if "traceId" in self.fields:
            left = f" traceId={get('traceId')}{left}"
        return (
            f"operation={shown(get('operation'))} type={get('type')} tenant={get('tenant')} status={get('status')}"
            f" ms={get('ms')} calls={get('calls')} retries={get('retries')} codes={shown(get('codes'))}{left}"
        )


# What `logging` notes of a line, for formatters that show any of it.
_SAME = vars(logging.LogRecord(LOGGER, logging.INFO, __file__, 0, "", (), None))
