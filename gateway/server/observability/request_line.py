"""The one line that is logged for each request: what it says, and the log record that says so.

`logging` asks for the place in the code, the thread and the process of each record. Those are the same on every one of
these lines, and nobody reads them: they are asked for once. Writes nothing itself.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from gateway.server.observability.request_record import Record

LOGGER = "gateway.requests"


class RequestLine(logging.LogRecord):
    """The record of a request that is over. It is like any other to whatever handles it."""

    def __init__(self, record: Record) -> None:
        """What it says is settled now."""
        vars(self).update(_SAME)
        self.created = now = time.time()
        self.msecs = self.relativeCreated = (now % 1) * 1000
        self.msg = (
            f"{record.operation_type} on a socket"
            if record.method is None
            else f"{record.method} {record.path} {record.status}"
        )
        usage = record.usage
        self._operation = record.operation_name or "-"
        self._type = record.operation_type or "-"
        self._tenant = record.tenant or "-"
        self._status = record.status or 0
        self._ms = round(record.seconds * 1000, 1)
        self._calls, self._retries = usage.calls, usage.retries
        self._codes = ",".join(record.codes) if record.codes else "-"
        self._left = record.client_left

    @property
    def fields(self) -> dict[str, str | int | float | bool]:
        """What is said beside the message, by name."""
        found: dict[str, str | int | float | bool] = {
            "operation": self._operation,
            "type": self._type,
            "tenant": self._tenant,
            "status": self._status,
            "ms": self._ms,
            "calls": self._calls,
            "retries": self._retries,
            "codes": self._codes,
        }
        if self._left:
            found["clientLeft"] = True
        return found

    def text(self, shown: Callable[[str], str]) -> str:
        """The fields as they stand in a line of text, in the same order; what is no word of ours is `shown` by that."""
        left = " clientLeft=True" if self._left else ""
        return (
            f"operation={shown(self._operation)} type={self._type} tenant={self._tenant} status={self._status}"
            f" ms={self._ms} calls={self._calls} retries={self._retries} codes={shown(self._codes)}{left}"
        )


# What `logging` notes of a line, for formatters that show any of it.
_SAME = vars(logging.LogRecord(LOGGER, logging.INFO, __file__, 0, "", (), None))
