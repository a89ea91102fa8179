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
from functools import partial

# What is in flight: the batch of a loader, by its class, or the pages of a connection, see `source_of`.
Source = type | str
# The turns of the event loop in which a resolver asks for what follows from an answer that it has waited for. Of the
# executor it is known when it has.
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
        # The requests for keys of each loader of which it is not known yet whether their batch begins or waits.
        self._asked: Counter[type] = Counter()
        # Whether something that somebody else than the executor waits for has just been answered.
        self._loose = False
        self._ended = 0
        self._change: asyncio.Future[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._closed = False

    def asked(self, loader: type) -> None:
        """There is a request for keys of a loader: its batch will begin soon, or wait."""
        self._asked[loader] += 1

    def begins(self, loader: type, requests: int, *, behind: bool) -> bool:
        """Whether the batch of a loader begins at once; then it is in flight until it has `ended`.

        Not when it is `behind` one that waits. Before the first answer there are only keys of the root's own fields,
        all at once. It is for so many of the `requests` that were asked.
        """
        exact = not self._loose and self._can_begin(loader) if loader in self._waits else True
        begins = not behind and (exact or not self._answered)
        self._asked[loader] = max(0, self._asked[loader] - requests)
        if begins:
            self._calls[loader] += 1
        elif behind:
            self._wake()
        return begins

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
            self._end(source, loose=True)

    def hold(self, source: Source) -> None:
        """Calls of a source are in flight, or what they have led to is still to be asked for, until it is released."""
        self._calls[source] += 1

    def release(self, source: Source) -> None:
        """All that the calls of a source have led to has been asked for."""
        self._end(source, loose=False)

    def answers(self) -> None:
        """There is a first answer."""
        self._answered = True

    def ended(self, loader: type, *, loose: bool) -> None:
        """The calls of a batch were made. Who waits for them is told first, and can still hold it.

        It is `loose` if it is not known when those who wait will have asked for what follows.
        """
        asyncio.get_running_loop().call_soon(partial(self._end, loader, loose=loose))

    async def turn(self, loader: type) -> None:
        """Wait until the batch of a loader can begin; then it is in flight until it has `ended`.

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

    def close(self) -> None:
        """The operation is over: what still waits is not sent."""
        self._closed = True
        if self._watching is not None:
            self._watching.cancel()
        for waiting in self._waiting.values():
            waiting.begun.cancel()
        self._waiting.clear()

    def _end(self, source: Source, *, loose: bool) -> None:
        self._answered = True
        self._loose = self._loose or loose
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
            for _ in range(TURNS if self._loose else 1):
                await asyncio.sleep(0)
            if ended != self._ended:
                continue
            self._loose = False
            now = loop.time()
            # What has just been asked of the same loader comes with it.
            complete = {loader for loader in self._waiting if not self._asked[loader] and self._can_begin(loader)}
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
        if any(self._calls[each] for each in awaited.calls):
            return False
        return not any(each in self._waiting or self._asked[each] for each in awaited.batches)  # type: ignore[index]
