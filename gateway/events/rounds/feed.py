"""One feed: the log of one seller, followed for those who may be told the same. Knows no GraphQL and no HTTP.

There is one round at a time. Who has missed something stands in a line of its own, whose rounds alternate with those of
the line in front, until nothing is missed any more.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
from bisect import bisect_right
from collections.abc import Callable, Mapping
from operator import itemgetter

from gateway.events.log import EventLog, NotStored
from gateway.events.rounds.line import Line
from gateway.events.rounds.marks import Mark, mark
from gateway.events.rounds.memory import Memory, Shown
from gateway.events.rounds.round import Rounds
from gateway.events.rounds.subscriber import Pace, Subscriber, end_all
from gateway.events.rounds.tokens import Replaced, Tokens
from gateway.events.subscription import Expired
from gateway.keys import Keys
from gateway.square.clock import Timing

# Events that are read from the log at once.
PAGE = 512
# Objects of one round, at most.
MAX_OBJECTS = 64
# Seconds that those who keep up are waited for after a round.
PACE_SECONDS = 0.25
# Seconds in which those who have missed something gather, to be told together: after a loss of connection many come.
GATHER_SECONDS = 0.05
# Seconds until the log is asked again after it could not be read.
RETRY_AFTER = 1.0

log = logging.getLogger(__name__)


class Feed:
    """Follows the log while anybody listens."""

    def __init__(  # noqa: PLR0917 - the parts of one feed
        self,
        merchant: str,
        position: int,
        log: EventLog,
        rounds: Rounds,
        tokens: Tokens,
        timing: Timing,
        keys: Keys,
        queue: int,
        remembered: Callable[[], int],
    ) -> None:
        """Begin behind `position`. At most `queue` answers wait for a subscriber."""
        self.tokens = tokens
        self.rounds = rounds
        self.pace = Pace()
        self.count = 0
        self._merchant = merchant
        self._log = log
        self._name = log.name
        self._timing = timing
        self._keys = keys
        self._limit = max(1, min(MAX_OBJECTS, queue - queue // 2))
        self._remembered = remembered
        self._front = Line(position, Memory(remembered))
        self._missing: Line | None = None
        self._arriving: list[Subscriber] = []
        self._gathering: asyncio.TimerHandle | None = None
        self._poke: asyncio.Future[None] | None = None
        # In no request's context, though a request has opened it.
        self._task = asyncio.create_task(self._run(), context=contextvars.Context())

    @property
    def position(self) -> int:
        """What comes behind this is told to those who join now: a round under way may show what happens only now."""
        return self._front.position

    def add(self, subscriber: Subscriber) -> None:
        """Take a subscriber in, which goes on from its `since`."""
        self.count += 1
        subscriber.token.members[subscriber] = None
        if subscriber.since >= self._front.reached:
            self._front.add(subscriber)
            return
        self._arriving.append(subscriber)
        if self._gathering is None and self._missing is None:
            self._gathering = asyncio.get_running_loop().call_later(GATHER_SECONDS, self._gathered)

    def remove(self, subscriber: Subscriber) -> None:
        """Let a subscriber go."""
        self.count -= 1
        self.tokens.remove(subscriber)
        self.pace.caught_up(subscriber)
        if subscriber.line is not None:
            subscriber.line.groups.remove(subscriber)
        elif subscriber in self._arriving:
            self._arriving.remove(subscriber)

    def _gathered(self) -> None:
        self._gathering = None
        if self._poke is not None and not self._poke.done():
            self._poke.set_result(None)

    def stop(self) -> asyncio.Task[None]:
        """Follow the log no more."""
        if self._gathering is not None:
            self._gathering.cancel()
        self._task.cancel()
        return self._task

    async def _run(self) -> None:
        while True:
            try:
                if not await self._step():
                    await self._wait()
            except NotStored:
                await self._timing.sleep(RETRY_AFTER)
            except Replaced as replaced:
                for each in [*self._front.groups, *(self._missing.groups if self._missing else ()), *self._arriving]:
                    each.end(Replaced(replaced.since))
                return
            except Exception:  # a fault of this program: the subscribers hear of it, and may go on behind it
                log.exception("A round of events failed")
                for line in (self._front, self._missing):
                    if line is not None:
                        end_all(line.groups, lambda: RuntimeError("A round of events failed."))
                        line.position = line.reached
                await self._timing.sleep(RETRY_AFTER)

    async def _wait(self) -> None:
        """Until there is something to do: an event, a subscriber who has missed some, a token that expires."""
        self._poke = asyncio.get_running_loop().create_future()
        changed = asyncio.ensure_future(self._log.changed(self._merchant, self._front.position))
        try:
            seconds = self.tokens.until_next_end()
            await asyncio.wait({changed, self._poke}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if changed.done():
                changed.result()
        finally:
            changed.cancel()
            self._poke = None
        self.tokens.end_expired()

    async def _step(self) -> bool:
        """One round of each line. Whether there may be more to do at once."""
        moved = await self._advance(self._front)
        line = self._admit()
        if line is not None:
            await self._catch_up(line)
        if moved or line is not None:
            await self.pace.wait(PACE_SECONDS)
            # The round of one feed at a time, however much there is.
            await asyncio.sleep(0)
        return moved or self._missing is not None or self._ready

    async def _advance(self, line: Line) -> bool:
        events = await self._log.read(self._merchant, line.position, PAGE)
        # Afterwards, as events can go at any time, and however few are kept.
        last = await self._say_what_is_lost(line)
        if not events and line is self._front and last > line.position:
            # They were dropped by hand, or have come just now.
            events = await self._log.read(self._merchant, line.position, PAGE)
            if not events:
                line.position = line.reached = last
        if line is self._missing:
            events = [each for each in events if each.position <= self._front.position]
        if not events:
            return False
        await self.rounds.run(line, events, self._limit)
        return True

    async def _say_what_is_lost(self, line: Line) -> int:
        """Gives the position of the last event that there was. Raises `Replaced`."""
        bounds = await self._log.bounds(self._merchant)
        if self._log.name != self._name:
            raise Replaced(0)
        if bounds.last < line.position:
            # A replica that was behind has taken its server's place, and its clock may be behind too.
            raise Replaced(bounds.last)
        gone = bounds.gone
        if gone > line.position:
            for each in line.groups:
                if each.since < gone:
                    each.put(gone, EXPIRED)
            line.position = line.reached = gone
        return bounds.last

    @property
    def _ready(self) -> bool:
        """Whether there are some who have missed something, and had time to become more."""
        return bool(self._arriving) and self._gathering is None

    def _admit(self) -> Line | None:
        """Those who are behind; of those who arrive, the ones that are not behind these."""
        if self._missing is None and self._ready:
            first = min(each.since for each in self._arriving)
            self._missing = Line(first, Memory(self._remembered), self._front.memory)
        line = self._missing
        if line is not None:
            joining = [each for each in self._arriving if each.since >= line.position]
            self._arriving = [each for each in self._arriving if each.since < line.position]
            for each in joining:
                line.add(each)
        return line

    async def _catch_up(self, line: Line) -> None:
        if line.groups:
            moved = await self._advance(line)
            if moved and line.position < self._front.position:
                return
        self._missing = None
        if not self._front.groups:
            self._front.memory, self._front.recent = line.memory, line.recent
        # The line in front was shown it by itself, or was not.
        seen = _Seen({mark(self._keys, key): shown for key, shown in line.memory})
        for each in line.groups:
            line.groups.remove(each)
            each.saw(seen.by(each.since))
            each.since = max(each.since, self._front.position)
            self._front.add(each)


class _Seen:
    """What a line was shown, by where each of its subscribers had begun.

    Something newer than its event tells of was not shown to those who were past that event.
    """

    def __init__(self, shown: Mapping[Mark, Shown]) -> None:
        self._shown = shown
        self._ahead = sorted((each.position, name) for name, each in shown.items() if each.ahead)
        self._found: dict[int, Mapping[Mark, Shown]] = {0: shown}

    def by(self, since: int) -> Mapping[Mark, Shown]:
        """What somebody was shown who began with what comes behind `since`."""
        count = bisect_right(self._ahead, since, key=itemgetter(0))
        if count not in self._found:
            unseen = {name for _, name in self._ahead[:count]}
            self._found[count] = {name: each for name, each in self._shown.items() if name not in unseen}
        return self._found[count]


EXPIRED = Expired()
