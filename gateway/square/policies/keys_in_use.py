"""The idempotency keys of writes under way and just before: whether two of them have the same one. Sends nothing.

Of two such writes Square carries out one, and answers both with it. Knows the writes of this process only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from gateway.fairness.fair_cache import FairCache
from gateway.fairness.fair_share import Holder

# Seconds for which a use is remembered: by less than this Square's clock may be ahead of the one here.
REMEMBERED_SECONDS = 60.0
MAX_REMEMBERED = 10_000
# A caller, an operation and a key.
Place = tuple[str, str, str]


@dataclass(eq=False, slots=True)
class KeyUse:
    """One write with a key; `alone` as long as no other write had the key at the same time, or just before."""

    alone: bool = True


class KeysInUse:
    """The uses of each key."""

    def __init__(self, now: Callable[[], float]) -> None:
        """No key is in use. `now` tells the time in seconds."""
        self._now = now
        self._uses: dict[Place, list[KeyUse]] = {}
        # When the latest write with a key has ended.
        self._ended: FairCache[float] = FairCache(MAX_REMEMBERED)

    @contextmanager
    def use(self, place: Place, holder: Holder, *, chosen: bool) -> Iterator[KeyUse]:
        """While a write is carried out with the key at this place, for a holder.

        One that the caller has `chosen` may come again.
        """
        ended = self._ended.get(place, holder)
        use = KeyUse(alone=ended is None or self._now() - ended >= REMEMBERED_SECONDS)
        uses = self._uses.setdefault(place, [])
        uses.append(use)
        if uses[1:]:
            for each in uses:
                each.alone = False
        try:
            yield use
        finally:
            uses.remove(use)
            if not uses:
                del self._uses[place]
            if chosen:
                self._ended.put(place, self._now(), holder)
