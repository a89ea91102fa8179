"""How much of the processor a kind of work may take: a share of it, with some credit for a sudden start. No I/O."""

from __future__ import annotations

import time
from collections.abc import Callable


class Share:
    """A bucket of processor seconds that fills at `share` seconds a second, up to `most`."""

    def __init__(self, share: float, most: float, now: Callable[[], float] = time.monotonic) -> None:
        """The bucket is full to begin with."""
        self._share = share
        self._most = most
        self._now = now
        self._credit = most
        self._at = now()

    def pause(self) -> float:
        """The seconds to wait until there is credit again; 0 while there is some."""
        now = self._now()
        self._credit = min(self._most, self._credit + (now - self._at) * self._share)
        self._at = now
        return max(0.0, -self._credit / self._share)

    def spend(self, seconds: float) -> None:
        """Take what the work has used; the credit may go below nothing."""
        self._credit -= seconds
