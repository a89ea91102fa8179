"""Time and chance as the policies see them, so that a test can hold both in its hand. No I/O."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds from a clock that never jumps, seconds since 1970, a sleep, and a number from 0 to 1.

    `limit` is how long an attempt may take: it raises `TimeoutError` after so many seconds.
    """

    now: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    random: Callable[[], float] = random.random
    limit: Callable[[float], AbstractAsyncContextManager[object]] = asyncio.timeout

    def backoff(self, retries: int, base: float = 0.1, longest: float = 5.0) -> float:
        """Full jitter: anything up to `base` seconds, doubled with every retry made so far, at most `longest`."""
        return self.random() * min(longest, base * 2.0 ** min(retries, 30))


def seconds_since_1970(moment: Any) -> float:
    """A moment of RFC 3339 as Square writes it; one that cannot be read has passed long ago, and is 0."""
    try:
        found = datetime.fromisoformat(moment)
        return found.timestamp() if found.tzinfo is not None else 0.0
    except (TypeError, ValueError, OverflowError):
        return 0.0
