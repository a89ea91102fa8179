"""The circuit breaker: while Square keeps failing, calls fail at once instead of waiting for it.

There is one for the host and one for each tenant, so that requests that fail for one tenant only
do not shut out the others. What counts as a failure is decided here; nothing is sent.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from typing import TypeVar

from gateway.square.budget import Budget
from gateway.square.errors import (
    Ambiguous,
    CircuitOpen,
    NotFound,
    NotSent,
    Rejected,
    SquareError,
    TooLate,
    Unavailable,
    UpstreamTimeout,
)
from gateway.square.timing import Timing

T = TypeVar("T")

LONGEST_OPEN = 300.0
TRIALS = 3

_FAILURES = (NotSent, Ambiguous, UpstreamTimeout, Unavailable)
_NOT_ASKED = (CircuitOpen, TooLate)
# Square's application answered. A 401, 403 or 429 may come from what stands in front of it, and proves nothing.
_ANSWERS = (Rejected, NotFound)


class Breaker:
    """Closed, open for a growing while after failures in a row, then half open for a few trials.

    `witnesses` is how many tenants must have seen failures before it opens; a failure to connect
    counts as seen by everybody.
    """

    def __init__(self, timing: Timing, budget: Budget, witnesses: int = 1) -> None:
        self._timing = timing
        self._budget = budget
        self._needed = witnesses
        self._witnesses: set[str] = set()
        self._failures = 0
        self._openings = 0
        self._trials = 0
        self._until: float | None = None

    @property
    def idle(self) -> bool:
        """Whether there is nothing to remember."""
        return self._until is None and not self._failures

    @property
    def open(self) -> bool:
        """Whether calls are held back, all or all but a few trials."""
        return self._until is not None

    async def run(self, operation: str, witness: str, send: Callable[[], Awaitable[T]]) -> T:
        """Do `send` unless the circuit is open, and learn from what comes of it. Raises `CircuitOpen`."""
        self.check(operation)
        trial = self._until is not None
        self._trials += trial
        try:
            answer = await send()
        except SquareError as error:
            if isinstance(error, _FAILURES) and not isinstance(error, _NOT_ASKED):
                self._failed({witness, ""} if isinstance(error, NotSent) else {witness}, trial)
            elif isinstance(error, _ANSWERS):
                self._answered(trial)
            raise
        finally:
            self._trials -= trial
        self._answered(trial)
        return answer

    def check(self, operation: str) -> None:
        """Raise `CircuitOpen` when a call would not be sent now."""
        if self._until is None:
            return
        left = self._until - self._timing.now()
        if left > 0 or self._trials >= TRIALS:
            raise CircuitOpen(operation, retry_after=float(max(1, math.ceil(left))))

    def _answered(self, trial: bool) -> None:
        # What was sent before the circuit opened tells nothing about the time since.
        if trial or self._until is None:
            self._failures = self._openings = 0
            self._until = None
            self._witnesses.clear()

    def _failed(self, witnesses: set[str], trial: bool) -> None:
        if self._until is not None and not trial:
            return
        self._failures += 1
        if len(self._witnesses) < self._needed:
            self._witnesses |= witnesses
        enough = self._failures >= self._budget.failures and len(self._witnesses) >= self._needed
        # Of several trials that fail side by side, only the first opens the circuit again.
        closed = self._until is None or self._until <= self._timing.now()
        if (trial or enough) and closed:
            self._openings += 1
            self._until = self._timing.now() + min(LONGEST_OPEN, self._budget.open * self._openings)
