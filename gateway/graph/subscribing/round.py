"""The context of one round of reading, and of the operations that show what it read side by side.

They share the loaders, so that what is read for one of them is there for all. Each has its own selection.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from gateway.graph.loading.context import Context
from gateway.graph.loading.in_flight import InFlight, Waits
from gateway.graph.loading.loader import KeyedLoader
from gateway.graph.loading.page_source import PageSource
from gateway.graph.loading.shared_task import shared
from gateway.graph.loading.waits import together
from gateway.graph.loading.warning import Warnings
from gateway.square.endpoint import Call
from gateway.square.tenant_square import TenantSquare

if TYPE_CHECKING:
    from gateway.graph.subgraph.area import Registry
    from gateway.graph.subscribing.following import Feeds

T = TypeVar("T")
L = TypeVar("L", bound=KeyedLoader[Any, Any])
S = TypeVar("S", bound=PageSource[Any])


class Round(Context):
    """What is read for some events of one caller, once for all of its subscriptions."""

    # How many operations run, and what their batches wait for; those of one document have the same.
    _running = 0
    _planned: tuple[Waits, ...] = ()
    _begun = False

    def __init__(self, square: TenantSquare, registry: Registry, feeds: Feeds | None = None) -> None:
        """As every context."""
        super().__init__(square, registry, feeds)
        self._answers: dict[Hashable, asyncio.Task[dict[str, Any]]] = {}
        # Called when everything that it has read is told.
        self.over: Callable[[], None] = lambda: None

    def join(self, waits: Waits, calls: int, further: int) -> None:
        """Begin one more operation. What was planned for all of them adds up."""
        if self._begun:
            self.square.plan_more(calls + further)
        else:
            self._begun = True
            self.square.plan(calls, further)
        self._running += 1
        if not waits or any(each is waits for each in self._planned):
            return
        self._planned = (*self._planned, waits)
        merged = together(self._planned)
        if self._in_flight is None:
            self._in_flight = InFlight(merged, lambda: self.square.time_left() / 2)
        else:
            self._in_flight.wait_for(merged)

    async def once(self, key: Hashable, answer: Callable[[], Coroutine[Any, Any, dict[str, Any]]]) -> dict[str, Any]:
        """The answer with this key, which is worked out once however many ask for it."""
        task = self._answers.get(key)
        if task is None:
            task = self._answers[key] = asyncio.create_task(answer())
        return await shared(task)

    def leave(self) -> None:
        """One of the operations is over."""
        self._running -= 1
        if not self._running:
            self.close()
            self._in_flight, self._planned = None, ()


class Part(Context):
    """A round as one operation sees it."""

    def __init__(self, whole: Round) -> None:
        """Nothing is planned yet."""
        self._whole = whole
        self._joined = False
        self.square = whole.square
        self.registry = whole.registry
        self.feeds = whole.feeds
        self.following = None
        self.serial = {}
        self.warnings = Warnings()

    def loader(self, kind: type[L]) -> L:
        """The round's one loader of this class."""
        return self._whole.loader(kind)

    def source(self, kind: type[S]) -> S:
        """The round's one page source of this class."""
        return self._whole.source(kind)

    async def read(self, call: Call[T]) -> T:
        """Answer a read, asking Square once in the round."""
        return await self._whole.read(call)

    def plan(
        self, waits: Mapping[str | None, Waits], serial: Mapping[str, tuple[int, int]], calls: int, further: int
    ) -> None:
        """Keep to what was planned for the operation, beside what was for others."""
        self._joined = True
        self._whole.join(waits.get(None, {}), calls, further)

    @property
    def in_flight(self) -> InFlight | None:
        """What is in flight in the round."""
        return self._whole.in_flight

    def close(self) -> None:
        """The operation is over; the others go on."""
        if self._joined:
            self._joined = False
            self._whole.leave()

    def end(self) -> None:
        """The operation is over; what was read is there for the others."""
        self.close()

    def facts(self) -> dict[str, Any]:
        """What the round has taken so far, for all of its operations together."""
        return self._whole.facts()

    def warned(self) -> list[dict[str, Any]]:
        """What this operation, and what was read for all, does not show as Square has it."""
        return [*self._whole.warned(), *self.warnings.shown()]
