"""How much of a limit one caller may hold while others may want some of it. No I/O.

The rule is one of dynamic thresholds (Choudhury and Hahne, 1998): how much a caller may hold depends on how much is
still free. Alone it gets `share` of the limit. What is left then is a reserve, and the less there is of it, the less
must a caller hold to get something: several that take all they can leave some for those who hold little or nothing.
Callers that are not known share what one caller may hold, as anybody can make up as many of them as there are places.
"""

from __future__ import annotations

from typing import NamedTuple

# How much faster than the reserve itself the part shrinks that a caller may hold: at half of the reserve it is a
# sixteenth. In proportion, four callers one after the other would have all but one in 256.
STEEPNESS = 4
# Sums of fractions like 0.1 miss whole numbers by less than this.
_ROUNDING = 1e-9


class Holder(NamedTuple):
    """Who holds something: the name of a caller, and whether it is known or may have been made up."""

    name: str
    known: bool = True

    @property
    def group(self) -> str:
        """The name under which it shares with others: its own, or one for all that are not known."""
        return self.name if self.known else ""


class NoShare(Exception):
    """There is nothing for this holder now. `own` tells whether that is because of what it holds itself."""

    def __init__(self, *, own: bool) -> None:
        super().__init__("over its share" if own else "all are taken")
        self.own = own


class FairShare:
    """One limit that callers share. What they take of it is counted, and so is how often there was nothing for them."""

    def __init__(self, limit: int, share: float = 1.0) -> None:
        """`share` is how much of the limit one caller may hold while no other holds any: 1 is everything."""
        self.limit = limit
        self.used = 0
        self.refused = 0
        self._share = share
        self._known: dict[str, int] = {}
        self._unknown: dict[str, int] = {}
        self._unknown_used = 0

    @property
    def full(self) -> bool:
        """Whether there is nothing left for anybody."""
        return self.used >= self.limit

    def reason(self, holder: Holder) -> NoShare | None:
        """Why there is nothing for this holder; None when it may take one."""
        left = self.limit - self.used - 1
        if left < 0:
            return NoShare(own=False)
        if holder.known:
            wanted = self._known.get(holder.name, 0) + 1
            # The first is always theirs, and nothing is kept back of what one may hold alone.
            if wanted == 1 or self._share >= 1 or wanted <= self._largest(self.limit, left):
                return None
            return NoShare(own=True)
        largest = self._largest(self.limit, left)
        left_of_group = largest - self._unknown_used - 1
        if left_of_group < 0:
            return NoShare(own=False)
        largest = self._largest(largest, left_of_group)
        return None if self._unknown.get(holder.name, 0) + 1 <= largest else NoShare(own=True)

    def check(self, holder: Holder) -> None:
        """Raise `NoShare` when there is nothing for this holder."""
        reason = self.reason(holder)
        if reason is not None:
            self.refused += 1
            raise reason

    def take(self, holder: Holder) -> Held:
        """Count one more of this holder's, until it is released. Raises `NoShare`."""
        reason = self.reason(holder)
        if reason is not None:
            self.refused += 1
            raise reason
        self._count(holder, 1)
        return Held(self, holder)

    def take_now(self, holder: Holder) -> Held | None:
        """The same where there is something for this holder; None, and no refusal, where there is nothing."""
        if self.reason(holder) is not None:
            return None
        self._count(holder, 1)
        return Held(self, holder)

    def _largest(self, limit: float, left: float) -> float:
        """How much of a limit one may hold with whom so much is left. The first is always theirs."""
        largest = limit * self._share
        reserve = limit - largest
        if left < reserve:
            largest *= (left / reserve) ** STEEPNESS
        largest += _ROUNDING
        return max(1.0, largest)

    def _count(self, holder: Holder, change: int) -> None:
        self.used += change
        if not holder.known:
            self._unknown_used += change
        counts = self._known if holder.known else self._unknown
        count = counts.get(holder.name, 0) + change
        if count:
            counts[holder.name] = count
        else:
            del counts[holder.name]


class Held:
    """One of a limit, held by somebody."""

    __slots__ = ("_holder", "_share")

    def __init__(self, share: FairShare, holder: Holder) -> None:
        """Given by `FairShare.take`."""
        self._share: FairShare | None = share
        self._holder = holder

    def release(self) -> None:
        """Give it back; once is enough, and more often does no harm."""
        share, self._share = self._share, None
        if share is not None:
            share._count(self._holder, -1)
