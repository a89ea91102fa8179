"""The idempotency keys of writes under way and just before: whether two of them have the same one. Sends nothing.

Of two such writes Square carries out one, and answers both with it. Knows the writes of this process only.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

# Seconds for which a use is remembered: by less than this Square's clock may be ahead of the one here.
REMEMBERED_SECONDS = 60.0
MAX_REMEMBERED = 10_000
Place = tuple[str, str, str]


@dataclass(eq=False, slots=True)
class KeyUse:
    """One write with a key; `alone` as long as no other write had the key at the same time, or just before."""

    alone: bool = True


class KeysInUse:
    """The uses of each key, by the caller, the operation and the key."""

    def __init__(self, now: Callable[[], float]) -> None:
        """No key is in use. `now` tells the time in seconds."""
        self._now = now
        self._uses: dict[Place, list[KeyUse]] = {}
        # When the latest write with a key has ended, the earliest end first.
        self._ended: OrderedDict[Place, float] = OrderedDict()

    @contextmanager
    def use(self, caller: str, operation: str, key: str, *, chosen: bool) -> Iterator[KeyUse]:
        """While a write with this key is carried out. One that the caller has `chosen` may come again."""
        place = (caller, operation, key)
        use = KeyUse(alone=not self._was_used(place))
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
                self._ended[place] = self._now()
                self._ended.move_to_end(place)
                self._forget()

    def _was_used(self, place: Place) -> bool:
        self._forget()
        return place in self._ended

    def _forget(self) -> None:
        oldest = self._now() - REMEMBERED_SECONDS
        while self._ended:
            place, ended = next(iter(self._ended.items()))
            if ended > oldest and len(self._ended) <= MAX_REMEMBERED:
                return
            del self._ended[place]
