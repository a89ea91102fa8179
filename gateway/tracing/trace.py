"""What is noted of one traced operation: its plan, its calls to Square, and every attempt. Spans are made of it later.

Made only for an operation that is traced, is shown its trace, or came with a context that is passed on. Times are those
of `time.perf_counter`. Knows neither GraphQL nor Square: names and numbers, never a variable, an id or a text.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import getrandbits
from typing import Any, Protocol

from gateway.tracing.trace_context import BAGGAGE, SAMPLED, TRACEPARENT, TRACESTATE, Incoming, TraceContext

Headers = tuple[tuple[str, str], ...]


class Step(Protocol):
    """One field that costs calls."""

    path: str
    stage: int
    operation: str
    calls: int
    # Whether it is only needed when Square gives less at a time than usual.
    further: bool


class Plan(Protocol):
    """What was planned: its steps, and the calls of each level by Square's operation."""

    @property
    def steps(self) -> Sequence[Step]:
        """Its steps, by level."""
        ...

    @property
    def stages(self) -> Mapping[int, Mapping[str, int]]:
        """How often each of Square's operations is called at most, by level."""
        ...


class Attempt:
    """One request to Square. `status` is that of its answer, None without one."""

    __slots__ = ("began", "ended", "outcome", "span_id", "status")

    def __init__(self) -> None:
        self.span_id = new_id()
        self.began = time.perf_counter()
        self.ended: float | None = None
        self.status: int | None = None
        self.outcome = "Cancelled"

    def end(self, outcome: str) -> None:
        """Note what came of it: `ok`, or the name of an error."""
        self.ended = time.perf_counter()
        self.outcome = outcome


class TracedCall:
    """One call. `cache` is where its answer came from: `none` is Square, else `memory`, `redis`, or `shared`."""

    __slots__ = ("attempts", "began", "cache", "ended", "level", "method", "operation", "outcome", "template")

    def __init__(self, operation: str, method: str, template: str, level: int) -> None:
        """`template` is the path with names in the place of ids."""
        self.operation = operation
        self.method = method
        self.template = template
        self.level = level
        self.cache = "none"
        self.attempts: list[Attempt] = []
        self.began = time.perf_counter()
        self.ended: float | None = None
        self.outcome = "Cancelled"

    def attempt(self) -> Attempt:
        """One more request for it."""
        made = Attempt()
        self.attempts.append(made)
        return made

    def end(self, outcome: str) -> None:
        """Note what came of it: `ok`, or the name of an error."""
        self.ended = time.perf_counter()
        self.outcome = outcome
        if outcome == "ok" and not self.attempts and self.cache == "none":
            self.cache = "shared"


class Trace:
    """One operation, webhook, or round of reading for subscriptions."""

    __slots__ = (
        "_levels",
        "_noted",
        "_passed_on",
        "began",
        "calls",
        "exported",
        "incoming",
        "links",
        "planned",
        "planned_calls",
        "reached",
        "shown",
        "span_id",
        "started",
        "trace_id",
    )

    def __init__(
        self,
        incoming: Incoming | None,
        trace_id: int | None = None,
        *,
        exported: bool = False,
        shown: bool = False,
        noted: bool = False,
    ) -> None:
        """`exported` tells whether spans are made of it, `shown` whether its caller sees it, `noted` whether others do.

        `trace_id` is None where no trace is begun here: then the caller's context is passed on as it came.
        """
        self.incoming = incoming
        self.exported = exported
        self.shown = shown
        self._noted = exported or shown or noted
        parent = None if incoming is None else incoming.parent
        self.trace_id = trace_id if parent is None else parent.trace_id
        self.span_id = 0 if trace_id is None else new_id()
        self.started = time.time_ns()
        self.began = time.perf_counter()
        # How many calls were planned, and when that began and ended; a round plans for each of its subscriptions.
        self.planned_calls = 0
        self.planned = (self.began, self.began)
        self._levels: dict[str, set[int]] = {}
        self.calls: list[TracedCall] = []
        # The highest level of which a call has ended.
        self.reached = 0
        self.links: list[TraceContext] = []
        self._passed_on: Headers | None = None

    @property
    def parent(self) -> TraceContext | None:
        """The caller's span."""
        return None if self.incoming is None else self.incoming.parent

    @property
    def context(self) -> TraceContext | None:
        """Its own span, if there is one."""
        if not self.exported or self.trace_id is None:
            return None
        return TraceContext(self.trace_id, self.span_id, SAMPLED, "" if self.parent is None else self.parent.state)

    def show(self) -> None:
        """Note what comes, as the caller is shown it."""
        self.shown = self._noted = True

    def plans(self, plan: Plan, began: float) -> None:
        """Note what was planned, from `began` until now."""
        if not self._noted:
            return
        self.planned = (self.planned[0] if self._levels else began, time.perf_counter())
        for level, calls in plan.stages.items():
            self.planned_calls += sum(calls.values())
            for operation in calls:
                self._levels.setdefault(operation, set()).add(level)

    def call(self, operation: str, method: str, template: str) -> TracedCall | None:
        """A call that begins; None where nothing is noted."""
        if not self._noted:
            return None
        made = TracedCall(operation, method, template, self._level(operation))
        self.calls.append(made)
        return made

    def remembered(self, operation: str, method: str, template: str, cache: str) -> None:
        """Note a call that was answered from what is remembered."""
        made = self.call(operation, method, template)
        if made is not None:
            made.cache = cache
            self.ended(made, "ok")

    def ended(self, call: TracedCall, outcome: str) -> None:
        """A call has ended."""
        call.end(outcome)
        self.reached = max(self.reached, call.level)

    def headers(self, call: TracedCall | None) -> Headers:
        """What goes along with the request that a call is about to send."""
        if self.exported and call is not None and call.attempts:
            assert self.trace_id is not None
            mine = TraceContext(self.trace_id, call.attempts[-1].span_id, SAMPLED)
            return ((TRACEPARENT, mine.traceparent), *self._beside())
        if self._passed_on is None:
            parent = self.parent
            if parent is None and self.trace_id is not None:
                parent = TraceContext(self.trace_id, self.span_id, 0)
            first = () if parent is None else ((TRACEPARENT, parent.traceparent),)
            self._passed_on = (*first, *self._beside())
        return self._passed_on

    def _beside(self) -> Headers:
        if self.incoming is None:
            return ()
        parent, baggage = self.incoming.parent, self.incoming.baggage
        state = ((TRACESTATE, parent.state),) if parent is not None and parent.state else ()
        return (*state, (BAGGAGE, baggage)) if baggage else state

    def _level(self, operation: str) -> int:
        """The level of a call that begins now: that at which it was planned, of several the next to be reached.

        A loader may choose another operation than the one that was planned. What a round reads before anything is
        planned is the first level of all that it shows.
        """
        levels = sorted(self._levels.get(operation) or set().union(*self._levels.values()))
        return next((level for level in levels if level > self.reached), max([self.reached, 1, *levels[-1:]]))


@dataclass(frozen=True, slots=True)
class Root:
    """What is said of a whole trace. `error` is a code, of which the span is a failure."""

    name: str
    attributes: dict[str, Any]
    error: str | None = None
    # Whether it answers somebody; a round of events does not.
    serves: bool = True


def new_id() -> int:
    """A new id of a span. Never 0, which stands for none."""
    return getrandbits(64) or 1
