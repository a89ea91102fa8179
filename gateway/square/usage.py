"""What one operation has used of Square: requests sent, first ones and repeats, and what their answers lack.

Counts only; sends nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeVar

from gateway.square.response import Answer
from gateway.tracing.trace import Attempt, Headers, Trace, TracedCall

T = TypeVar("T")


@dataclass(slots=True)
class Usage:
    """Calls sent, repeats of them sent, and calls that were answered by somebody else's request or from memory.

    What is never sent is not counted: the caller's requests are held back, a circuit breaker is open, the time is
    over, or no connection can be made.
    """

    calls: int = 0
    retries: int = 0
    coalesced: int = 0
    unreadable: int = 0  # values of the answers
    remembered: int = 0
    # Until when everything that was read is remembered, on this gateway's own clock; nothing lasts for ever.
    until: float = math.inf
    # What is noted of the operation, if it is traced or has come with a context.
    trace: Trace | None = None

    def got(self, answer: Answer[T]) -> T:
        """Count what an answer lacks, and give its value."""
        self.unreadable += answer.unreadable
        self.until = min(self.until, -math.inf if answer.until is None else answer.until)
        return answer.value

    def failed(self) -> None:
        """Note that something could not be read."""
        self.until = -math.inf

    def recalled(self, answer: Answer[T]) -> T:
        """The value of an answer that was remembered."""
        self.remembered += 1
        return self.got(answer)

    def seconds_left(self, now: float) -> int | None:
        """The whole seconds for which all that was read is remembered; None when some of it is not, or for nothing."""
        left = self.until - now
        return int(left) if 1 <= left < math.inf else None


class CallUsage:
    """The requests of one call: the first that is sent counts as the call, every other as a retry."""

    def __init__(self, usage: Usage, total: Usage, traced: TracedCall | None = None) -> None:
        """Adds to the `usage` of the operation that makes the call, to a `total`, and to what is noted of the call."""
        self._usage = usage
        self._total = total
        self._traced = traced
        self._sent = False

    @property
    def headers(self) -> Headers:
        """What goes along with the next request: the context of the trace."""
        trace = self._usage.trace
        return () if trace is None else trace.headers(self._traced)

    def attempt(self) -> Attempt | None:
        """Note that a request is about to be sent, where that is noted."""
        return None if self._traced is None else self._traced.attempt()

    def answered(self, status: int) -> None:
        """Note the status of an answer, where that is noted."""
        if self._traced is not None:
            self._traced.attempts[-1].status = status

    def goes_out(self) -> None:
        """Count a request that is sent."""
        if self._sent:
            self._usage.retries += 1
            self._total.retries += 1
        else:
            self._usage.calls += 1
            self._total.calls += 1
        self._sent = True
