"""A trace as a caller is shown it, in `extensions.trace`. The page on traces documents the shape, which only grows.

Milliseconds count from the operation's start. No paths with ids, no bodies, no tokens: there are none in a trace.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from gateway.tracing.trace import Plan, Trace, TracedCall

VERSION = 1


def shown(trace: Trace, plan: Plan) -> dict[str, Any]:
    """What is known of it now, with the plan of the operation that is answered."""
    now, began = time.perf_counter(), trace.began
    start = datetime.fromtimestamp(trace.started / 1e9, UTC).isoformat(timespec="milliseconds")
    told: dict[str, Any] = {
        "version": VERSION,
        "start": start.replace("+00:00", "Z"),
        "durationMs": _ms(now - began),
        "plan": [
            {
                "level": each.stage,
                "field": each.path,
                "operation": each.operation,
                "calls": each.calls,
                "further": each.further,
            }
            for each in plan.steps
        ],
        "calls": [_call(each, began, now) for each in trace.calls],
    }
    if trace.trace_id is not None:
        told["traceId"] = f"{trace.trace_id:032x}"
    return told


def _call(call: TracedCall, began: float, now: float) -> dict[str, Any]:
    return {
        "operation": call.operation,
        "level": call.level,
        **_times(call.began, call.ended, began, now),
        "outcome": "running" if call.ended is None else call.outcome,
        "cache": call.cache,
        "attempts": [
            {
                **_times(each.began, each.ended, began, now),
                "status": each.status,
                "outcome": "running" if each.ended is None else each.outcome,
            }
            for each in call.attempts
        ],
    }


def _times(start: float, end: float | None, began: float, now: float) -> dict[str, float]:
    return {"startMs": _ms(start - began), "durationMs": _ms((now if end is None else end) - start)}


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 3)
