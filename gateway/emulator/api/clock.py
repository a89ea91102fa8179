"""The emulator's time: the machine's, moved forward on request, with no moment twice. No sleeping."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

# As fine as Square writes times.
_STEP = timedelta(milliseconds=1)
# Points that are earned then may be due 9,999 months later, and no timestamp is later than the year 9999.
_END = datetime(9000, 1, 1, tzinfo=UTC)


class Clock:
    """An aware UTC clock that can be moved forward, or that stands still at `fixed` until it is moved.

    A clock that runs gives a later millisecond with every reading, so that what was made later sorts later, however
    fast requests come and even when the machine's own clock is set back.
    """

    def __init__(self, fixed: datetime | None = None) -> None:
        self._fixed = fixed.astimezone(UTC) if fixed is not None else None
        self._ahead = timedelta()
        self._latest = datetime.min.replace(tzinfo=UTC)
        # Called after each move forward.
        self.moved: list[Callable[[], None]] = []

    def now(self) -> datetime:
        """The present moment, in UTC."""
        if self._fixed is not None:
            return self._fixed + self._ahead
        self._latest = max(datetime.now(UTC) + self._ahead, self._latest + _STEP)
        return self._latest

    def peek(self) -> datetime:
        """The present moment for what stores no time: the next reading may be the same, and none goes by."""
        if self._fixed is not None:
            return self.now()
        return max(datetime.now(UTC) + self._ahead, self._latest)

    def copy(self) -> Clock:
        """A clock of the same time, which goes its own way from now on."""
        made = Clock(self._fixed)
        made._ahead, made._latest = self._ahead, self._latest
        return made

    def set_ahead(self, seconds: float) -> None:
        """Be so far ahead from now on, which may be a time that has been: whatever knew it is gone."""
        self._ahead, self._latest = timedelta(seconds=seconds), datetime.min.replace(tzinfo=UTC)

    def advance(self, seconds: float) -> None:
        """Move the clock forward. Raises ValueError for a negative step, and OverflowError beyond the year 8999.

        Square's time never goes back.
        """
        if seconds < 0:
            raise ValueError("the clock only moves forward")
        step = timedelta(seconds=seconds)
        moved = self.now() + step
        if moved >= _END:
            raise OverflowError("the clock cannot go that far")
        self._ahead += step
        # Readings may be ahead of the machine's clock: who has read it finds it moved by all of the step.
        self._latest = moved
        for call in self.moved:
            call()


def seconds_to_end() -> float:
    """By how far a clock can be ahead of the machine's."""
    return (_END - datetime.now(UTC)).total_seconds()


def timestamp(now: datetime) -> str:
    """RFC 3339 in UTC with milliseconds and `Z`, as Square writes `created_at`."""
    return now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
