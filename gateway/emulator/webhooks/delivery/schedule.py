"""When a notification that failed is sent again, and when a subscription that fails is given up.

https://developer.squareup.com/docs/webhooks/overview. Times are the emulator's, and may be scaled.
"""

from __future__ import annotations

from dataclasses import dataclass

# Minutes from a failed attempt to the next: 11 retries within 24 hours.
RETRY_MINUTES = (1, 2, 4, 8, 16, 32, 60, 120, 240, 480, 480)
# A subscription is disabled after "about three weeks" in which nothing was delivered.
MAX_FAILING_SECONDS = 21 * 86_400.0
# However fast time goes: the attempts themselves, and the answers to them, take what they take.
MIN_FAILING_SECONDS = 600.0
# Seconds by the machine's clock that an endpoint has for its answer.
TIMEOUT_SECONDS = 10.0


@dataclass(slots=True)
class Pace:
    """How fast time goes for retries: at a `scale` of 0.001, a minute is 60 milliseconds. `timeout` is in seconds."""

    scale: float = 1.0
    timeout: float = TIMEOUT_SECONDS

    def before_retry(self, attempts: int) -> float | None:
        """Seconds from the failure of so many attempts to the next one, or None when there is none."""
        if attempts > len(RETRY_MINUTES):
            return None
        return RETRY_MINUTES[attempts - 1] * 60 * self.scale

    @property
    def max_failing(self) -> float:
        """Seconds without any success after which a subscription is disabled."""
        return max(MIN_FAILING_SECONDS, MAX_FAILING_SECONDS * self.scale)
