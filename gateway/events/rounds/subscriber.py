"""One subscriber: the answers that wait for it, at most so many, and how its subscription ends. Reads nothing."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from gateway.events.rounds.marks import Mark
from gateway.events.rounds.memory import Shown
from gateway.events.subscription import Expired, SlowSubscriber, Subscription

if TYPE_CHECKING:
    from gateway.events.rounds.line import Line
    from gateway.events.rounds.tokens import Token

Answer = dict[str, Any] | Expired
_NOTHING: Mapping[Mark, Shown] = {}


class Pace:
    """Whether the subscribers of a feed keep up: for those that do, the next round waits a little."""

    __slots__ = ("_behind", "_waiter")

    def __init__(self) -> None:
        """Nobody is behind."""
        self._behind: set[Subscriber] = set()
        self._waiter: asyncio.Future[None] | None = None

    def fell_behind(self, subscriber: Subscriber) -> None:
        """More waits for a subscriber than the next round may add to."""
        self._behind.add(subscriber)

    def caught_up(self, subscriber: Subscriber) -> None:
        """A subscriber has room again, or is gone."""
        self._behind.discard(subscriber)
        if not self._behind and self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def wait(self, seconds: float) -> None:
        """Wait for those that are behind, at most so long. Who is behind even then is not waited for again."""
        if not self._behind:
            return
        self._waiter = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                await self._waiter
        except TimeoutError:
            for each in self._behind:
                each.lags = True
            self._behind.clear()
        finally:
            self._waiter = None


class Subscriber:
    """One subscriber, who stands in a line. It gets what comes behind `since`, but what it has `seen` already."""

    __slots__ = (
        "_ended",
        "_limit",
        "_pace",
        "_passed",
        "_room",
        "_seen",
        "_waiter",
        "_waiting",
        "lags",
        "line",
        "resumed",
        "since",
        "subscription",
        "token",
    )

    def __init__(self, subscription: Subscription, token: Token, since: int, limit: int, pace: Pace) -> None:
        """At most `limit` answers wait."""
        self.subscription = subscription
        self.token = token
        self.since = since
        self.line: Line | None = None
        # Whether it was shown something elsewhere before, of which no more than the last is known.
        self.resumed = False
        self._seen = _NOTHING
        # Of what it has seen, what has changed since.
        self._passed: set[Mark] = set()
        self.lags = False
        self._limit = limit
        self._room = limit // 2
        self._pace = pace
        self._waiting: deque[tuple[int, Answer]] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._ended: Exception | None = None

    def saw(self, seen: Mapping[Mark, Shown]) -> None:
        """It was shown these, elsewhere, beside what it was shown so far."""
        self.resumed = True
        if seen or self._seen:
            older = self.seen
            self._seen, self._passed = {**older, **seen} if older else seen, set()

    @property
    def seen(self) -> Mapping[Mark, Shown]:
        """What it has seen elsewhere, and has not changed since."""
        return {name: shown for name, shown in self._seen.items() if name not in self._passed}

    def knows(self, name: Mark, shown: Shown | None) -> bool:
        """Whether it has seen an object like this already, or as it was later."""
        seen = self.has_seen(name)
        return seen is not None and shown is not None and (seen.covers(shown) or seen.is_later_than(shown))

    def has_seen(self, name: Mark) -> Shown | None:
        """What it was shown of an object elsewhere, and last of all."""
        return self._seen.get(name) if self._seen and name not in self._passed else None

    @property
    def ended(self) -> bool:
        """Whether nothing more comes."""
        return self._ended is not None

    def put(self, number: int, answer: Answer, name: Mark = b"") -> None:
        """Let the answer to an event about an object wait, or end with `SlowSubscriber` when too many do."""
        if self._ended is not None:
            return
        if len(self._waiting) >= self._limit:
            self.end(SlowSubscriber())
            return
        self._waiting.append((number, answer))
        if name in self._seen:
            self._passed.add(name)
        if len(self._waiting) > self._room and not self.lags:
            self._pace.fell_behind(self)
        self._wake()

    def end(self, error: Exception) -> None:
        """Raise this where the next answer is awaited; what waits is dropped. Only the first end counts.

        Going on from `since` gets what was dropped.
        """
        if self._ended is None:
            self._ended = error
            if self._waiting:
                self.since = self._waiting[0][0] - 1
            elif self.line is not None:
                self.since = max(self.since, self.line.position)
            self._waiting.clear()
            self._pace.caught_up(self)
            self._wake()

    async def next(self) -> Answer:
        """The answer that has waited longest. Raises what the subscriber was ended with."""
        while True:
            if self._ended is not None:
                raise self._ended
            if self._waiting:
                _, answer = self._waiting.popleft()
                if len(self._waiting) == self._room:
                    self.lags = False
                    self._pace.caught_up(self)
                return answer
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


def end_all(subscribers: Iterable[Subscriber], error: Callable[[], Exception]) -> None:
    """End each with an error of its own."""
    for each in list(subscribers):
        each.end(error())
