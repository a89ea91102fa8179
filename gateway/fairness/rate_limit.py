"""So much a second for each caller, as a token bucket with debt. No I/O.

Something begins while the caller's bucket holds one or more, and what it then takes is taken, so that nothing stops
half way: a bucket may owe, and nothing begins before that is paid back. It holds one second's worth, and 1 at least.
Where several processes share a limit, each has a part of every bucket, which is found out elsewhere.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

from gateway.fairness.fair_share import Holder

# Callers of whom a bucket is kept; those that may have been made up are forgotten first.
REMEMBERED = 100_000
# Sums of fractions like 0.1 miss whole numbers by less than this.
_ROUNDING = 1e-9


class SharedRates(Protocol):
    """What shares buckets among processes. Nothing of it waits."""

    @property
    def processes(self) -> int:
        """How many processes share, as far as is known."""

    def used(self, bucket: Bucket) -> None:
        """Somebody asked for something in a bucket."""


class Bucket:
    """What one caller has left, in this process."""

    __slots__ = ("_at", "_level", "_limit", "asked", "known", "name", "share", "taken")

    def __init__(self, limit: RateLimit, name: str, share: float) -> None:
        """A full one, as far as its `share` goes."""
        self._limit = limit
        self.name = name
        # Others are not told of callers that anybody can make up.
        self.known = False
        self.share = share
        self._level = limit.burst * share
        self._at = limit.now()
        # Since other processes were told last: how often something was asked for, and how much was taken.
        self.asked = 0
        self.taken = 0.0

    @property
    def limit(self) -> RateLimit:
        """What it is a bucket of."""
        return self._limit

    @property
    def level(self) -> float:
        """What is left; less than nothing where more was taken than there was."""
        now, limit = self._limit.now(), self._limit
        self._level = min(limit.burst * self.share, self._level + (now - self._at) * limit.rate * self.share)
        self._at = now
        return self._level

    def wait(self) -> float:
        """Ask whether something may begin: the seconds until it may, 0 for now."""
        self.asked += 1
        if self.known and self._limit.shared is not None:
            self._limit.shared.used(self)
        # What all processes have left, by what this one has of it.
        lacking = 1 - self.level / self.share
        return lacking / self._limit.rate if lacking > _ROUNDING else 0.0

    def take(self) -> None:
        """Take one, whether it is there or not."""
        self.pay(1)

    def pay(self, amount: float) -> None:
        """Take so much, whether it is there or not."""
        self._level = self.level - amount
        self.taken += amount
        if self.known and self._limit.shared is not None:
            self._limit.shared.used(self)

    def settle(self, level: float, share: float) -> None:
        """Have a share of what all processes have left together. What is `taken` here is not in it yet."""
        self.share = share
        self._level = level * share - self.taken
        self._at = self._limit.now()


class RateLimit:
    """One limit, and the buckets of those who used it lately."""

    def __init__(self, rate: float, now: Callable[[], float], remembered: int = REMEMBERED, *, name: str = "") -> None:
        """`rate` is what each caller may have in a second; `now` gives seconds; `name` says of what."""
        self.name = name
        self.rate = rate
        self.burst = max(1.0, rate)
        self.now = now
        self.refused = 0
        # What shares it with other processes, if anything does.
        self.shared: SharedRates | None = None
        self._remembered = remembered
        self._known: OrderedDict[str, Bucket] = OrderedDict()
        self._unknown: OrderedDict[str, Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known) + len(self._unknown)

    def __contains__(self, name: str) -> bool:
        return name in self._known or name in self._unknown

    def bucket(self, holder: Holder) -> Bucket:
        """The bucket of a caller."""
        mine, other = (self._known, self._unknown) if holder.known else (self._unknown, self._known)
        bucket = mine.get(holder.name)
        if bucket is not None:
            mine.move_to_end(holder.name)
            return bucket
        bucket = other.pop(holder.name, None)
        if bucket is None:
            bucket = Bucket(self, holder.name, 1.0 if self.shared is None else 1 / self.shared.processes)
            if len(self) >= self._remembered:
                (self._unknown or self._known).popitem(last=False)
        mine[holder.name] = bucket
        bucket.known = holder.known
        return bucket

    def joined(self, name: str, other: str) -> None:
        """Let a caller go by another name, if it has gone by this one: what it has used it has used."""
        if name in self._known or name in self._unknown:
            bucket = self._known.pop(name, None) or self._unknown.pop(name)
            self.bucket(Holder(other)).pay(self.burst * bucket.share - bucket.level)
