"""What is in flight of one operation, so that a batch waits for the keys that this may still bring.

What comes one by one, in several chunks or in several pages comes at its own times. Without waiting, what is loaded for
it would be asked in as many calls as there are answers, different each time. Nothing waits for what cannot bring it
keys, and nothing that cannot be asked in fewer calls waits at all. Sends nothing.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

# What is in flight: the batch of a loader, by its class, or the pages of a connection, see `source_of`.
Source = type | str
# The turns of the event loop in which what an answer leads to is asked for.
TURNS = 20


def source_of(owner: str | None, name: str | int) -> Source:
    """The connection of this name in the answer, on objects of this type: many lists may be of one field."""
    return f"{owner}.{name}"


@dataclass(frozen=True, slots=True)
class Awaited:
    """What the batch of a loader waits for: calls in flight, and batches that wait but come before it."""

    calls: frozenset[Source]
    batches: frozenset[Source]


Waits = Mapping[type, Awaited]


@dataclass(slots=True)
class _Waiting:
    begun: asyncio.Future[None]
    until: float


class InFlight:
    """Lets batches begin when no key of theirs can come any longer, all that can at the same time.

    A call never waits for a batch, so that there always is one that can begin.
    """

    def __init__(self, waits: Waits, patience: Callable[[], float]) -> None:
        """`waits` says of each loader that waits for what; `patience` gives the seconds that it may take."""
        self._waits = waits
        self._patience = patience
        self._calls: Counter[Source] = Counter()
        self._waiting: dict[type, _Waiting] = {}
        # The loaders of which a batch began though more keys may still come.
        self._parted: set[type] = set()
        self._answered = False
        self._ended = 0
        self._change: asyncio.Future[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._closed = False

    def waits(self, loader: type) -> bool:
        """Whether the batch of a loader has anything to wait for.

        Before the first answer there are only keys of the root's own fields, all at once.
        """
        return self._answered and loader in self._waits

    def parted(self, loader: type) -> bool:
        """Whether a batch of a loader has begun without all of its keys, as these took too long."""
        return loader in self._parted

    def wait_for(self, waits: Waits) -> None:
        """From now on batches wait for this."""
        self._waits = waits
        self._wake()

    @contextmanager
    def calling(self, source: Source) -> Iterator[None]:
        """While this lasts, calls of a source are in flight."""
        self._calls[source] += 1
        try:
            yield
        finally:
            self._end(source)

    async def turn(self, loader: type) -> None:
        """Wait until the batch of a loader can begin; until `end_turn`, it counts as in flight.

        Raises `TimeoutError` when the operation is over.
        """
        if self._closed:
            raise TimeoutError
        loop = asyncio.get_running_loop()
        self._waiting[loader] = waiting = _Waiting(loop.create_future(), loop.time() + self._patience())
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch())
        self._wake()
        await waiting.begun

    def end_turn(self, loader: type) -> None:
        """The calls of the batch were made."""
        self._end(loader)

    def close(self) -> None:
        """The operation is over: what still waits is not sent."""
        self._closed = True
        if self._watching is not None:
            self._watching.cancel()
        for waiting in self._waiting.values():
            waiting.begun.cancel()
        self._waiting.clear()

    def _end(self, source: Source) -> None:
        self._answered = True
        self._calls[source] -= 1
        if not self._calls[source]:
            self._ended += 1
            self._wake()

    def _wake(self) -> None:
        if self._change is not None and not self._change.done():
            self._change.set_result(None)

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            ended = self._ended
            for _ in range(TURNS):
                await asyncio.sleep(0)
            if ended != self._ended:
                continue
            now = loop.time()
            complete = {loader for loader in self._waiting if self._can_begin(loader)}
            late = {loader for loader, each in self._waiting.items() if each.until <= now} - complete
            self._parted |= late
            for loader in complete | late:
                self._calls[loader] += 1
                self._waiting.pop(loader).begun.set_result(None)
            if self._waiting:
                self._change = loop.create_future()
                soonest = min(each.until for each in self._waiting.values())
                await asyncio.wait([self._change], timeout=max(0.0, soonest - now))

    def _can_begin(self, loader: type) -> bool:
        awaited = self._waits[loader]
        return not any(self._calls[each] for each in awaited.calls) and awaited.batches.isdisjoint(self._waiting)
