"""The circuit breaker: while Square keeps failing, calls fail at once instead of waiting for it.

There is one for the host and one for each tenant. The host's opens only when no connection can be
made: that concerns everybody. Any other failure may be one tenant's own, and must not shut out the
others. What counts as a failure is decided here; nothing is sent.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import Enum

from gateway.square.clock import Timing
from gateway.square.errors import (
    Ambiguous,
    BadResponse,
    CircuitOpen,
    NotFound,
    NotSent,
    Rejected,
    SquareError,
    TooLate,
    Unavailable,
    UpstreamTimeout,
)
from gateway.square.policies.call_budget import Budget

MAX_OPEN = 300.0
TRIALS = 3


class Sign(Enum):
    """What the end of a call tells of the other side."""

    FAILURE = "it fails"
    ANSWER = "it works"
    REFUSAL = "the call was refused, perhaps only by a proxy in front of Square"
    NOTHING = "the call was not sent"


def seen_by_tenant(error: SquareError) -> Sign:
    """What a failed call tells the tenant that made it."""
    match error:
        case CircuitOpen() | TooLate():
            return Sign.NOTHING
        case NotSent() | Ambiguous() | UpstreamTimeout() | Unavailable() | BadResponse():
            return Sign.FAILURE
        case Rejected() | NotFound():
            return Sign.ANSWER
        case _:
            return Sign.REFUSAL


def seen_by_all(error: SquareError) -> Sign:
    """What a failed call of one tenant tells all others: whether the host can be reached, and no more."""
    match error:
        case CircuitOpen() | TooLate():
            return Sign.NOTHING
        case NotSent():
            return Sign.FAILURE
        case _:
            return Sign.ANSWER


class Breaker:
    """Closed, open for a growing while after failures in a row, then half open for a few trials.

    A trial that is answered closes it, any other opens it again; `judge` tells which is which.
    """

    def __init__(self, timing: Timing, budget: Budget, judge: Callable[[SquareError], Sign] = seen_by_tenant) -> None:
        self._timing = timing
        self._budget = budget
        self._judge = judge
        self._failures = 0
        self._openings = 0
        self._trials = 0
        self._until: float | None = None
        self._closed = _Watch(self, trial=False)

    @property
    def idle(self) -> bool:
        """Whether there is nothing to remember."""
        return self._until is None and not self._failures

    @property
    def open(self) -> bool:
        """Whether calls are held back, all or all but a few trials."""
        return self._until is not None

    def watch(self, operation: str) -> _Watch:
        """While a call is sent: learns from what comes of it. Raises `CircuitOpen` when it is not to be sent."""
        if self._until is None:
            return self._closed
        self.check(operation)
        self._trials += 1
        return _Watch(self, trial=True)

    def check(self, operation: str) -> None:
        """Raise `CircuitOpen` when a call would not be sent now."""
        if self._until is None:
            return
        left = self._until - self._timing.now()
        if left > 0 or self._trials >= TRIALS:
            raise CircuitOpen(operation, retry_after=float(max(1, math.ceil(left))))

    def learn(self, error: BaseException | None, *, trial: bool) -> None:
        """A call has ended, with this error if it failed; what is no `SquareError` says nothing."""
        self._trials -= trial
        if error is None:
            self._answered(trial)
        elif isinstance(error, SquareError):
            self._failed_with(error, trial)

    def _failed_with(self, error: SquareError, trial: bool) -> None:
        sign = self._judge(error)
        if sign is Sign.REFUSAL and trial:
            # With an error entry of Square's own it was Square that refused.
            sign = Sign.ANSWER if error.problems else Sign.FAILURE
        if sign is Sign.FAILURE:
            self._failed(trial)
        elif sign is Sign.ANSWER:
            self._answered(trial)

    def _answered(self, trial: bool) -> None:
        # What was sent before the circuit opened tells nothing about the time since.
        if trial or self._until is None:
            self._failures = self._openings = 0
            self._until = None

    def _failed(self, trial: bool) -> None:
        if self._until is not None and not trial:
            return
        self._failures += 1
        # Of several trials that fail side by side, only the first opens the circuit again.
        closed = self._until is None or self._until <= self._timing.now()
        if (trial or self._failures >= self._budget.failures) and closed:
            self._openings += 1
            self._until = self._timing.now() + min(MAX_OPEN, self._budget.open * self._openings)


class _Watch:
    """While one call is sent; of a closed circuit all calls have the same."""

    __slots__ = ("_breaker", "_trial")

    def __init__(self, breaker: Breaker, *, trial: bool) -> None:
        self._breaker = breaker
        self._trial = trial

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._breaker.learn(error, trial=self._trial)
