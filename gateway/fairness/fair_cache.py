"""A bounded memory that callers share: what one of them adds pushes out nothing of those who have less. No I/O."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from gateway.fairness.fair_share import Holder

V = TypeVar("V")


class FairCache(Generic[V]):
    """Remembers what was used last, each entry being one caller's.

    When there is no room, the caller who has most gives up the one that was not used for the longest time.
    Callers that are not known count as one.
    """

    def __init__(self, size: int, *, weigh: Callable[[V], int] = lambda _: 1, own: int | None = None) -> None:
        """`size` is what all entries may weigh, each 1 unless `weigh` says otherwise; `own` what one caller's may."""
        self._size = size
        self._own = size if own is None else own
        self._weigh = weigh
        self._weight = 0
        self._weights: Counter[str] = Counter()
        self._owners: dict[Hashable, str] = {}
        # The entries of each owner, the longest unused first.
        self._entries: dict[str, OrderedDict[Hashable, V]] = {}

    def __len__(self) -> int:
        return len(self._owners)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._owners

    def peek(self, key: Hashable) -> V | None:
        """What is remembered under this key, which is not used by that."""
        owner = self._owners.get(key)
        return None if owner is None else self._entries[owner][key]

    def get(self, key: Hashable, holder: Holder) -> V | None:
        """What is remembered under this key, for anybody who knows it.

        What somebody unknown had added belongs from now on to a known caller who uses it.
        """
        owner = self._owners.get(key)
        if owner is None:
            return None
        entries = self._entries[owner]
        value = entries[key]
        if holder.known and not owner:
            self._remove(key)
            self._add(key, value, holder.group)
        else:
            entries.move_to_end(key)
        return value

    def put(self, key: Hashable, value: V, holder: Holder) -> None:
        """Remember something of this holder's. What weighs more than all may is not remembered."""
        owner = self._owners.get(key, holder.group)
        if key in self._owners:
            self._remove(key)
        self._add(key, value, owner)
        while self._weights[owner] > self._own:
            self._remove(next(iter(self._entries[owner])))
        while self._weight > self._size:
            largest = max(self._weights, key=self._weights.__getitem__)
            self._remove(next(iter(self._entries[largest])))

    def discard(self, key: Hashable) -> None:
        """Forget what is remembered under this key, if anything is."""
        if key in self._owners:
            self._remove(key)

    def _add(self, key: Hashable, value: V, owner: str) -> None:
        self._owners[key] = owner
        self._entries.setdefault(owner, OrderedDict())[key] = value
        weight = self._weigh(value)
        self._weight += weight
        self._weights[owner] += weight

    def _remove(self, key: Hashable) -> None:
        owner = self._owners.pop(key)
        entries = self._entries[owner]
        weight = self._weigh(entries.pop(key))
        self._weight -= weight
        self._weights[owner] -= weight
        if not entries:
            del self._entries[owner]
            del self._weights[owner]
