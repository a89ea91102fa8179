"""What an execution waits for: answers of loaders, and resolvers that run. It is woken once for all that came together.

Nothing here knows what is done with what has come.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

from gateway.graph.execution.compiled_selection import CompiledField
from gateway.graph.execution.level import Level, Places
from gateway.graph.loading.in_flight import InFlight
from gateway.graph.loading.request import Request


@dataclass(slots=True, eq=False)
class Resolving:
    """A value of a field of an object that is still to come; `value` is what came, or why nothing did."""

    level: Level
    field: CompiledField
    number: int
    places: Places
    awaitable: Awaitable[Any]
    value: Any = None


@dataclass(slots=True, eq=False)
class Loading:
    """Requests that a loader has still to answer, and what is to be done when all are, or some of their keys are known.

    `then` is told which of both it is. What has come is `noted` until then.
    """

    loader: type
    left: int
    then: Callable[[bool], None]
    noted: bool = False

    def go_on(self) -> None:
        """Do with what has come what is to be done."""
        self.noted = False
        self.then(not self.left)


class Awaiting:
    """All that one execution waits for."""

    def __init__(self, in_flight: InFlight | None) -> None:
        """What is waited for is held in flight until `release`: its consequences are still to be asked for."""
        self._in_flight = in_flight
        self._unstarted: list[Resolving] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._loading = 0
        self._came: list[Resolving | Loading] = []
        self._wake: asyncio.Future[None] | None = None

    def __bool__(self) -> bool:
        return bool(self._unstarted or self._tasks or self._loading or self._came)

    def resolve(self, resolving: Resolving) -> None:
        """Wait for a resolver's awaitable."""
        self._unstarted.append(resolving)
        if self._in_flight is not None:
            self._in_flight.hold(resolving.field.source)

    def load(self, loader: type, requests: Iterable[Request[Any]], then: Callable[[bool], None]) -> None:
        """Wait until these requests of a loader are answered, at least one. Do what follows with each part of them."""
        loading = Loading(loader, 0, then)
        for request in requests:
            loading.left += 1
            request.answered.add_done_callback(lambda _: self._answered(loading))
            request.listeners.append(lambda: self._note(loading))
        self._loading += 1

    async def next(self) -> list[Resolving | Loading]:
        """What has come since the last time, at least one."""
        if len(self._unstarted) == 1 and not (self._tasks or self._loading or self._came):
            # What is alone needs no task.
            resolving = self._unstarted.pop()
            await _settle(resolving)
            return [resolving]
        for each in self._unstarted:
            self._start(each)
        self._unstarted.clear()
        if not self._came:
            self._wake = asyncio.get_running_loop().create_future()
            await self._wake
        came, self._came = self._came, []
        if self._in_flight is not None:
            self._in_flight.answers()
        return came

    def release(self, came: Resolving | Loading) -> None:
        """All that follows from this has been asked for."""
        if self._in_flight is not None:
            self._in_flight.release(came.field.source if isinstance(came, Resolving) else came.loader)

    def close(self) -> None:
        """Wait for nothing more."""
        for each in self._unstarted:
            if inspect.iscoroutine(each.awaitable):
                each.awaitable.close()
        self._unstarted.clear()
        for task in self._tasks:
            task.cancel()

    def _start(self, resolving: Resolving) -> None:
        task = asyncio.create_task(_settle(resolving))
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._resolved(done, resolving))

    def _resolved(self, task: asyncio.Task[None], resolving: Resolving) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            resolving.value = TimeoutError()
        self._came.append(resolving)
        self._be_woken()

    def _answered(self, loading: Loading) -> None:
        loading.left -= 1
        if not loading.left:
            self._loading -= 1
            self._note(loading)

    def _note(self, loading: Loading) -> None:
        if loading.noted:
            return
        loading.noted = True
        if self._in_flight is not None:
            self._in_flight.hold(loading.loader)
        self._came.append(loading)
        self._be_woken()

    def _be_woken(self) -> None:
        if self._wake is not None and not self._wake.done():
            self._wake.set_result(None)


async def _settle(resolving: Resolving) -> None:
    try:
        resolving.value = await resolving.awaitable
    except Exception as error:  # a resolver may raise whatever it likes
        resolving.value = error
