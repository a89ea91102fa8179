"""Identical reads that are under way at the same time share one request.

The tenant is not in the keys because every tenant has flights of its own; those of reference data have in their keys
who may see it. Nothing is kept once it has been answered: this is no cache. A write leaves the reads before it
behind: what is read after it must show it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class _Flight(Generic[T]):
    def __init__(self, task: asyncio.Task[T], deadline: float, by: Hashable) -> None:
        self.task = task
        self.by = by
        self.deadline = deadline
        self.waiting = 0


class Flights(Generic[T]):
    """Reads that are under way; all but those that were left behind can be joined."""

    def __init__(self) -> None:
        self._joinable: dict[Hashable, _Flight[T]] = {}
        self._under_way: set[_Flight[T]] = set()

    def __len__(self) -> int:
        return len(self._under_way)

    def deadline(self, key: Hashable) -> float | None:
        """When the read that could be joined under this key must be over; None when there is none."""
        flight = self._joinable.get(key)
        return None if flight is None else flight.deadline

    def begun_by(self, key: Hashable) -> Hashable | None:
        """Who began the read that could be joined under this key."""
        flight = self._joinable.get(key)
        return None if flight is None else flight.by

    def leave_behind(self, key: Hashable | None = None) -> None:
        """Let nobody join what is under way now, as it may give what is no longer so. Who waits is answered.

        With a `key`, only what is under way for that.
        """
        if key is None:
            self._joinable.clear()
        else:
            self._joinable.pop(key, None)

    async def join(
        self, key: Hashable, deadline: float, start: Callable[[], Coroutine[Any, Any, T]], by: Hashable = None
    ) -> T:
        """The result of the read that is under way, or of a new one that must be over at `deadline`, begun `by` this.

        A caller that is cancelled leaves the others their answer; with the last caller the request ends.
        """
        flight = self._joinable.get(key)
        if flight is None:
            flight = self._joinable[key] = _Flight(asyncio.create_task(start()), deadline, by)
            self._under_way.add(flight)
            flight.task.add_done_callback(lambda _: self._landed(key, flight))
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if not flight.waiting and not flight.task.done():
                flight.task.cancel()
                self._landed(key, flight)

    def _landed(self, key: Hashable, flight: _Flight[T]) -> None:
        self._under_way.discard(flight)
        # A newer flight may have taken the place of one that was cancelled or left behind.
        if self._joinable.get(key) is flight:
            del self._joinable[key]
        if flight.task.done() and not flight.task.cancelled():
            flight.task.exception()  # seen, even if its last caller has just left
