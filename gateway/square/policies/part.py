"""One process's part of a limit that several processes share, as the limiter sees it. No I/O.

How the parts are found out is not known here. Until that of a limiter is, it goes by the number of processes.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from gateway.square.policies.limiter import Limiter

# Tokens by which others may know the tenant of a limiter.
MAX_NAMES = 16


class Sharing(Protocol):
    """What shares limits among processes. Nothing of it waits."""

    @property
    def processes(self) -> int:
        """How many processes share, as far as is known."""

    def joined(self, limiter: Limiter) -> None:
        """A limiter is there, or goes by another name now."""

    def wanted(self, limiter: Limiter) -> None:
        """Something is sent through a limiter, or waits for it."""

    def soon(self) -> None:
        """Somebody waits for a part to grow, or a pause has begun."""


class Part:
    """The part of one limiter, and what others have not been told of it."""

    __slots__ = ("_sharing", "era", "grown", "halved", "known", "names", "paused", "permits", "wanted")

    def __init__(self, sharing: Sharing) -> None:
        """Nothing is known of the part."""
        self._sharing = sharing
        # Whether Square has taken a token of the tenant: others are not told of what anybody can make up.
        self.known = False
        # Those of the tokens that act for the tenant, the latest last.
        self.names: deque[str] = deque(maxlen=MAX_NAMES)
        # How many this process may have under way; None while that is not known.
        self.permits: int | None = None
        # The shared count of halvings that this process knows of; -1 for none.
        self.era = -1
        # Since others were told last: growth of the limit, whether it was halved, whether Square has asked for a pause,
        # and the most that were under way or waited at a time.
        self.grown = 0.0
        self.halved = False
        self.paused = False
        self.wanted = 0

    def of(self, limit: int) -> int:
        """How many may be under way here, of so many that may be in all processes together."""
        if self.permits is not None:
            return min(limit, self.permits)
        return max(1, limit // self._sharing.processes)

    def joined(self, limiter: Limiter) -> None:
        """The limiter is there, or goes by another name now."""
        self._sharing.joined(limiter)

    def wants(self, limiter: Limiter) -> None:
        """One more is to be sent."""
        self.wanted = max(self.wanted, limiter.wanted + 1)
        if self.permits is None:
            # As many processes as there are now.
            limiter.fit()
        if self.known:
            self._sharing.wanted(limiter)

    def is_short(self, limit: int) -> None:
        """Somebody waits, who may not have to where this part is less than all that there are."""
        if self.of(limit) < limit:
            self._sharing.soon()

    def slowed(self, *, halved: bool) -> None:
        """Square has asked for a pause."""
        self.halved |= halved
        self.paused = True
        if halved:
            self.grown = 0.0
        self._sharing.soon()
