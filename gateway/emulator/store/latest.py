"""The latest of what is noted, by ids that go up: a bounded number, and of bounded size together. Decides nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

KEPT = 500


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """Something noted, its id, and the bytes that it takes."""

    id: int
    value: T
    size: int


class Latest(Generic[T]):
    """The latest entries. The oldest make room for newer ones."""

    def __init__(self, max_bytes: int) -> None:
        """There are none. All together may take so many bytes."""
        self._max_bytes = max_bytes
        self._kept: deque[Entry[T]] = deque()
        self._bytes = 0
        self._latest = 0

    def add(self, value: T, size: int) -> Entry[T]:
        """Note one of so many bytes."""
        self._latest += 1
        made = Entry(self._latest, value, size)
        self._kept.append(made)
        self._bytes += size
        while len(self._kept) > KEPT or self._bytes > self._max_bytes:
            self._bytes -= self._kept.popleft().size
        return made

    def after(self, id: int) -> Iterator[Entry[T]]:
        """Those with a higher id, newest first."""
        for each in reversed(self._kept):
            if each.id <= id:
                return
            yield each

    def get(self, id: int) -> Entry[T] | None:
        """The one with this id, if it is still there."""
        return next((each for each in self._kept if each.id == id), None)

    def clear(self) -> None:
        """Forget all of them. Ids go on."""
        self._kept.clear()
        self._bytes = 0
