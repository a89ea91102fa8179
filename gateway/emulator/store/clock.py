"""The emulator's time: the machine's, moved forward on request. No sleeping."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """An aware UTC clock that can be moved forward, or that stands still at `fixed` until it is moved."""

    def __init__(self, fixed: datetime | None = None) -> None:
        self._fixed = fixed.astimezone(UTC) if fixed is not None else None
        self._ahead = timedelta()

    def now(self) -> datetime:
        """The present moment, in UTC."""
        return (self._fixed or datetime.now(UTC)) + self._ahead

    def advance(self, seconds: float) -> None:
        """Move the clock forward. Raises ValueError for a negative step: Square's time never goes back."""
        if seconds < 0:
            raise ValueError("the clock only moves forward")
        self._ahead += timedelta(seconds=seconds)


def timestamp(now: datetime) -> str:
    """RFC 3339 in UTC with milliseconds and `Z`, as Square writes `created_at`."""
    return now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
