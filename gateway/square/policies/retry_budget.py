"""The retry budget: retries may add a fifth to the traffic, so that they never feed an outage. No I/O."""

from __future__ import annotations

from gateway.square.clock import Timing

WINDOW = 10.0


class Allowance:
    """How many retries the traffic of the last 10 to 20 seconds allows: a share of it, but at least a few."""

    def __init__(self, timing: Timing, share: float, least: int) -> None:
        self._timing = timing
        self._share = share
        self._least = least
        self._window = -1
        # Requests and retries of the present window and of the one before.
        self._present = [0, 0]
        self._before = [0, 0]

    def asked(self) -> None:
        """Count a first attempt."""
        self._turn()
        self._present[0] += 1

    @property
    def left(self) -> bool:
        """Whether one more retry is allowed."""
        self._turn()
        requests = self._present[0] + self._before[0]
        retries = self._present[1] + self._before[1]
        return retries + 1 <= max(self._least, self._share * requests)

    def retried(self) -> None:
        """Count a retry."""
        self._turn()
        self._present[1] += 1

    def _turn(self) -> None:
        window = int(self._timing.now() // WINDOW)
        if window != self._window:
            self._before = self._present if window == self._window + 1 else [0, 0]
            self._present = [0, 0]
            self._window = window
