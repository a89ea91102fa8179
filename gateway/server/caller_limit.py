"""The refusal of an operation whose caller has asked for too much in the last seconds. Counts nothing itself."""

from __future__ import annotations

from math import ceil

from gateway.server.http.rejection import Refused
from gateway.square.policies.caller_limits import CallerLimits, OverLimit
from gateway.tenant import Tenant

_NOUNS = {"requests": "operations", "calls": "requests to Square"}


class CallerLimit:
    """What every operation passes before anything of it is read."""

    def __init__(self, limits: CallerLimits) -> None:
        """`limits` count."""
        self._limits = limits

    def enter(self, tenant: Tenant) -> None:
        """Let an operation of a caller begin. Raises `Refused`."""
        try:
            self._limits.enter(tenant)
        except OverLimit as over:
            # The next whole second in which it may go on.
            seconds = max(1, ceil(over.seconds))
            message = f"Too many {_NOUNS[over.limit]} a second. Try again in {seconds} s."
            raise Refused(
                429, message, headers={"Retry-After": str(seconds)}, extensions={"retryAfter": seconds}
            ) from None
