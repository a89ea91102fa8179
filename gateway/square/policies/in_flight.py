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


class Flight(Generic[T]):
    """One read that is under way: who began it, when it must be over, and who waits for it."""

    __slots__ = ("by", "deadline", "key", "task", "waiting")

    def __init__(self, key: Hashable, task: asyncio.Task[T], deadline: float, by: Hashable) -> None:
        """Nobody waits for it yet."""
        self.key = key
        self.task = task
        self.by = by
        self.deadline = deadline
        self.waiting: set[asyncio.Future[None]] = set()


class Flights(Generic[T]):
    """Reads that are under way; all but those that were left behind can be joined."""

    def __init__(self) -> None:
        self._joinable: dict[Hashable, Flight[T]] = {}
        self._under_way: dict[asyncio.Task[T], Flight[T]] = {}

    def __len__(self) -> int:
        return len(self._under_way)

    def joinable(self, key: Hashable) -> Flight[T] | None:
        """The read that could be joined under this key; None when there is none."""
        return self._joinable.get(key)

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
            task = asyncio.create_task(start())
            flight = self._joinable[key] = self._under_way[task] = Flight(key, task, deadline, by)
            task.add_done_callback(self._landed)
        # A future for each, which is less than a shield: cancelled, it leaves the task to the others.
        landed = asyncio.get_running_loop().create_future()
        flight.waiting.add(landed)
        try:
            await landed
        except BaseException:
            flight.waiting.discard(landed)
            if not flight.waiting and not flight.task.done():
                flight.task.cancel()
                self._forget(flight)
            raise
        return flight.task.result()

    def _landed(self, task: asyncio.Task[T]) -> None:
        if not task.cancelled():
            task.exception()  # seen, even if its last caller has just left
        flight = self._under_way.get(task)
        if flight is None:
            return
        self._forget(flight)
        for landed in flight.waiting:
            if not landed.done():
                landed.set_result(None)

    def _forget(self, flight: Flight[T]) -> None:
        self._under_way.pop(flight.task, None)
        # A newer flight may have taken the place of one that was cancelled or left behind.
        if self._joinable.get(flight.key) is flight:
            del self._joinable[flight.key]
