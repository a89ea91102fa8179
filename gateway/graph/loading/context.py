"""What a resolver can reach while one GraphQL operation runs: the caller's Square and the loaders.

Made new for every operation, and for every event of a subscription. Knows no area.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, TypeVar, cast

import strawberry

from gateway.graph.loading.in_flight import InFlight, Source, Waits
from gateway.graph.loading.shared_task import observe, shared
from gateway.graph.loading.warning import Warned, Warnings
from gateway.graph.selection.tree import Selection
from gateway.square.endpoint import Call
from gateway.square.tenant_square import TenantSquare

if TYPE_CHECKING:
    from gateway.graph.loading.loader import KeyedLoader
    from gateway.graph.loading.page_source import PageSource
    from gateway.graph.subgraph.area import Registry
    from gateway.graph.subscribing.following import Feeds, Following

T = TypeVar("T")
L = TypeVar("L", bound="KeyedLoader[Any, Any]")
S = TypeVar("S", bound="PageSource[Any]")


class Context:
    """One running operation: its loaders live and die with it.

    `selected` is what it selects, from its root; the engine says so before anything is resolved.
    """

    selected: Selection
    # Of a subscription that begins: as whom and with what its field follows the feeds.
    following: Following | None = None
    # Whether the executor holds what fields call for until it has shown it.
    holds = False

    def __init__(self, square: TenantSquare, registry: Registry, feeds: Feeds | None = None) -> None:
        """`registry` holds what the areas declare. `feeds` are what subscriptions follow, None where there are none."""
        self.square = square
        self.registry = registry
        self.feeds = feeds
        self._loaders: dict[type, Any] = {}
        self._sources: dict[type, Any] = {}
        self._reads: dict[object, asyncio.Future[Any]] = {}
        # Of a mutation: the calls planned for each field, by its name in the answer, and how many of them are writes.
        self.serial: Mapping[str, tuple[int, int]] = {}
        self.warnings = Warnings()
        # What batches wait for, by the name of a mutation's field, None for a query.
        self._waits: Mapping[str | None, Waits] = {}
        self._in_flight: InFlight | None = None
        # Told of every batch that a loader asks for: Square's operation, and how many keys.
        self.batched: Callable[[str, int], None] | None = None
        # How often something wanted was known already, so that no call was made for it.
        self.hits = 0

    @property
    def in_flight(self) -> InFlight | None:
        """What is in flight, if any batch waits for any of it."""
        return self._in_flight

    def loader(self, kind: type[L]) -> L:
        """The operation's one loader of this class."""
        found: L | None = self._loaders.get(kind)
        if found is None:
            found = self._loaders[kind] = kind(self)
        return found

    def source(self, kind: type[S]) -> S:
        """The operation's one page source of this class."""
        found: S | None = self._sources.get(kind)
        if found is None:
            found = self._sources[kind] = kind(self)
        return found

    async def read(self, call: Call[T]) -> T:
        """Answer a read, asking Square once however often this operation wants it."""
        while (begun := self._reads.get(call.key)) is not None:
            self.hits += 1
            try:
                return cast(T, await shared(begun))
            except TimeoutError:
                # Who had begun was cancelled, which is no concern of this one.
                if not begun.cancelled():
                    raise
        if (found := self.recall(call)) is not None:
            return found
        return await self._ask(call)

    async def _ask(self, call: Call[T]) -> T:
        answer = self._reads[call.key] = asyncio.get_running_loop().create_future()
        try:
            found = await self.square.send(call)
        except asyncio.CancelledError:
            if self._reads.get(call.key) is answer:
                del self._reads[call.key]
            answer.cancel()
            raise
        except Exception as error:
            answer.set_exception(error)
            observe(answer)
            raise
        answer.set_result(found)
        return found

    def recall(self, call: Call[T]) -> T | None:
        """What is remembered for a read, from other operations; None when it has to be read."""
        found = self.square.recall(call)
        if found is not None:
            # Whatever changes meanwhile, this operation goes on with the same.
            self._reads[call.key] = known = asyncio.get_running_loop().create_future()
            known.set_result(found)
        return found

    async def write(self, call: Call[T]) -> T:
        """Send a write. Whatever was read before is forgotten, so that later fields see the write.

        The write is carried out to its end even if the caller goes away.
        """
        try:
            return await self.square.send(call)
        finally:
            self.forget()

    def plan(
        self, waits: Mapping[str | None, Waits], serial: Mapping[str, tuple[int, int]], calls: int, further: int
    ) -> None:
        """Keep to what was planned.

        That is which batches wait for what, the calls of each field of a mutation, and those of the whole operation,
        with so many `further` ones.
        """
        self._waits, self.serial = waits, serial
        self.square.plan(calls, further)
        self._begin(None)

    def begins(self, name: object) -> None:
        """Begin with a field of a mutation: it may make the calls that were planned for it, whatever others made."""
        planned = self.serial.get(str(name))
        if planned is not None:
            self.square.plan_next(*planned)
            self._begin(str(name))

    def _begin(self, name: str | None) -> None:
        self.close()
        waits = self._waits.get(name)
        self._in_flight = InFlight(waits, lambda: self.square.time_left() / 2) if waits else None

    def calling(self, source: Source) -> AbstractContextManager[None]:
        """While this lasts, calls of a source are in flight: batches wait for what it may lead to."""
        in_flight = self.in_flight
        return nullcontext() if in_flight is None or self.holds else in_flight.calling(source)

    def close(self) -> None:
        """Nothing waits any more for what is in flight."""
        if self._in_flight is not None:
            self._in_flight.close()

    def end(self) -> None:
        """The operation is over. What it holds is let go here, and is not left to Python's search for cycles."""
        self.close()
        for each in self._loaders.values():
            each.end()
        self.forget()
        self._sources.clear()

    def facts(self) -> dict[str, Any]:
        """What the operation really took, for `extensions.cost`."""
        usage = self.square.usage
        return {
            "actualCalls": usage.calls,
            "retries": usage.retries,
            # What the request of another operation answered, then or earlier, was no call of this one either.
            "cacheHits": self.hits + usage.coalesced + usage.remembered,
            "throttleStatus": self.square.throttle_status(),
        }

    def warned(self) -> list[dict[str, Any]]:
        """What is not shown as Square has it, for `extensions.warnings`."""
        usage = self.square.usage
        self.warnings.add(Warned.VALUES_NOT_READABLE, usage.unreadable)
        usage.unreadable = 0
        return self.warnings.shown()

    def forget(self) -> None:
        """Drop everything read so far."""
        self._reads.clear()
        self._loaders.clear()


Info = strawberry.Info[Context, None]
