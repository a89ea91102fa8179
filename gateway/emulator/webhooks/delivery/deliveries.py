"""Sends what is due, and again what failed, until it is delivered or given up. What it does is in its table first.

Each subscription has lanes of its own, by object: one after the other within a lane, so that notifications about one
object normally come in order, and no slow endpoint holds up another's. A retry queues like everything else.
"""

from __future__ import annotations

import asyncio
import heapq
import logging
import sqlite3
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from zlib import crc32

import orjson

from gateway.emulator.api.clock import Clock, timestamp
from gateway.emulator.api.naming import ORIGINAL, Naming
from gateway.emulator.store.store import Store
from gateway.emulator.store.tenants import withdrawn
from gateway.emulator.webhooks import event_types
from gateway.emulator.webhooks.delivery import table
from gateway.emulator.webhooks.delivery.dispatch import dispatch, waiting
from gateway.emulator.webhooks.delivery.post import Attempt, Outcome, Poster
from gateway.emulator.webhooks.delivery.schedule import Pace
from gateway.emulator.webhooks.delivery.switches import Switches
from gateway.emulator.webhooks.delivery.table import DELIVERED, DROPPED, Due

# How many notifications are on their way to one subscription at once.
LANES = 16
# Seconds until a database that refused is tried again.
AGAIN_SECONDS = 1.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Attempted:
    """One attempt that has ended, after so many `milliseconds`; `retries` says how many there were before it."""

    subscription: str
    event_id: str
    type: str
    retries: int
    outcome: Outcome
    milliseconds: float
    attempt: Attempt


class Deliveries:
    """The deliveries of one emulator, sent between `start` and `close`."""

    def __init__(self, store: Store, clock: Clock, pace: Pace | None = None, naming: Naming = ORIGINAL) -> None:
        self._store, self._clock, self._naming = store, clock, naming
        self.pace = pace or Pace()
        self.switches = Switches()
        self._poster = Poster()
        self._heap: list[Due] = []
        self._lanes: dict[tuple[str, int], deque[Due]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._turning = False
        # As many changes as the database had when events were last looked for.
        self._changes = 0
        self._timer: asyncio.TimerHandle | None = None
        self._idle = asyncio.Event()
        # Called with each attempt that has ended.
        self.attempted: list[Callable[[Attempted], object]] = []

    async def start(self) -> None:
        """Send from now on, beginning with what a process before this one left."""
        self._loop = asyncio.get_running_loop()
        self._heap = table.pending(self._store.db)
        heapq.heapify(self._heap)
        self._store.committed.append(self._committed)
        self._clock.moved.append(self.wake)
        self._turn()

    async def close(self) -> None:
        """Stop. What is on its way stays pending, and is sent once more by the next process or `start`."""
        if self._loop is None:
            return
        self._loop = None
        self._store.committed.remove(self._committed)
        self._clock.moved.remove(self.wake)
        if self._timer is not None:
            self._timer.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._lanes.clear()
        await self._poster.close()

    async def idle(self) -> None:
        """Wait until nothing is due or on its way. What waits for its next attempt is not waited for."""
        self._turn()
        await self._idle.wait()

    async def attempt(self, attempt: Attempt) -> Outcome:
        """Send this once, and never again."""
        return await self._poster.post(attempt, self.pace.timeout)

    @property
    def now(self) -> datetime:
        """The time by the emulator's clock."""
        return self._clock.peek()

    def wake(self) -> None:
        """Look for what is due, soon. May be called from any thread."""
        if self._loop is not None and not self._turning:
            self._turning = True
            self._idle.clear()
            self._loop.call_soon_threadsafe(self._turn)

    def _committed(self) -> None:
        # Every request ends with a transaction, and most only read: those must not pay for notifications.
        changes = self._store.db.total_changes
        if changes == self._changes:
            return
        self._changes = changes
        if not self._turning and waiting(self._store.db):
            self.wake()

    def _turn(self) -> None:
        """Make deliveries of what happened, start those that are due, and set the timer for the next one."""
        self._turning = False
        if self._loop is None:
            return
        try:
            if waiting(self._store.db):
                self._dispatch()
        except sqlite3.Error as error:
            logger.error("Events cannot be read: %s", type(error).__name__)
            self._loop.call_later(AGAIN_SECONDS, self.wake)
        now = self._clock.peek().timestamp()
        while self._heap and self._heap[0].due <= now:
            self._enqueue(heapq.heappop(self._heap))
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._heap:
            self._timer = self._loop.call_later(max(self._heap[0].due - now, 0.001), self.wake)
        self._note_idle()

    def _dispatch(self) -> None:
        now = self._clock.peek().timestamp()
        with self._store.transaction() as db:
            made = dispatch(db, now, self.switches)
        for each in made:
            heapq.heappush(self._heap, each)
        if waiting(self._store.db):
            self.wake()

    def _enqueue(self, due: Due) -> None:
        lane = due.subscription, crc32(due.object.encode()) % LANES
        if lane in self._lanes:
            self._lanes[lane].append(due)
            return
        self._lanes[lane] = deque([due])
        task = asyncio.ensure_future(self._run(lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, lane: tuple[str, int]) -> None:
        queue = self._lanes[lane]
        while queue:
            due = queue.popleft()
            try:
                await self._deliver(due)
            except Exception as error:  # The edge of this lane, which goes on; a message may hold data.
                logger.error("A delivery failed and is tried again: %s", type(error).__name__)
                self._again(due, self._clock.peek().timestamp() + AGAIN_SECONDS)
        del self._lanes[lane]
        self._note_idle()

    async def _deliver(self, due: Due) -> None:
        row = table.to_send(self._store.db, due.id)
        if row is None:
            return
        if not row["enabled"]:
            self._end(row, DROPPED, row["status"], "disabled")
            return
        if self._withdrawn(row):
            self._end(row, DROPPED, row["status"], "no token")
            return
        sent = self._naming.body(row["body"]).encode(), row["initial"], row["attempts"], row["reason"]
        began = perf_counter()
        attempt = Attempt(row["notification_url"], row["signature_key"], *sent)
        outcome = await self.attempt(attempt)
        self._tell(row, outcome, (perf_counter() - began) * 1000, attempt)
        if outcome.delivered:
            if row["failing_since"] is not None:
                self._note_failing(row["subscription"], None)
            self._end(row, DELIVERED, outcome.status, None, attempts=1)
            return
        self._failed(due, row, outcome)

    def _withdrawn(self, row: sqlite3.Row) -> bool:
        """Whether the application may learn of it no more: its tokens may have ended since it happened."""
        seller, scope = orjson.loads(row["body"])["merchant_id"], event_types.scope(row["type"])
        return withdrawn(self._store.db, row["application"], seller, scope, self._clock.peek())

    def _tell(self, row: sqlite3.Row, outcome: Outcome, milliseconds: float, attempt: Attempt) -> None:
        if self.attempted:
            ended = row["subscription"], row["event_id"], row["type"], row["attempts"], outcome, milliseconds, attempt
            for call in self.attempted:
                call(Attempted(*ended))

    def _failed(self, due: Due, row: sqlite3.Row, outcome: Outcome) -> None:
        now, attempts = self._clock.peek(), row["attempts"] + 1
        assert outcome.reason is not None
        wait = self.pace.before_retry(attempts)
        if wait is None:
            self._end(row, DROPPED, outcome.status, outcome.reason, attempts=1)
        else:
            again = now.timestamp() + wait
            table.postpone(
                self._store.db, due.id, again, attempts=attempts, status=outcome.status, reason=outcome.reason
            )
            self._again(due, again)
        if row["failing_since"] is None:
            self._note_failing(row["subscription"], timestamp(now))
        elif (now - datetime.fromisoformat(row["failing_since"])).total_seconds() >= self.pace.max_failing:
            self._give_up(row["subscription"])

    def _end(self, row: sqlite3.Row, state: str, status: int | None, reason: str | None, attempts: int = 0) -> None:
        table.end(self._store.db, row["id"], state, attempts=row["attempts"] + attempts, status=status, reason=reason)

    def _again(self, due: Due, when: float) -> None:
        heapq.heappush(self._heap, Due(when, due.id, due.subscription, due.object))
        self.wake()

    def _note_failing(self, subscription: str, since: str | None) -> None:
        self._store.db.execute("UPDATE webhook_subscriptions SET failing_since = ? WHERE id = ?", (since, subscription))

    def _give_up(self, subscription: str) -> None:
        """Disable a subscription to which nothing could be delivered for too long."""
        with self._store.transaction() as db:
            db.execute("UPDATE webhook_subscriptions SET enabled = 0 WHERE id = ?", (subscription,))
            table.drop_all(db, subscription)

    def _note_idle(self) -> None:
        if self._lanes or self._turning:
            self._idle.clear()
        else:
            self._idle.set()
