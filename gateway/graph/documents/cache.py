"""Documents: checked once, remembered, and checked in turn when they are new.

Takes text, gives a `Prepared` document. Executes nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from gateway.fairness.fair_cache import FairCache
from gateway.fairness.fair_queue import FairPlaces
from gateway.fairness.fair_share import Holder, NoShare
from gateway.graph.documents.cpu_budget import Share
from gateway.graph.documents.parser import Checker, Prepared
from gateway.graph.loading.shared_task import shared

CACHED_DOCUMENTS = 1000
# Characters of a document that is checked at once, in a few milliseconds at most.
SHORT_DOCUMENT = 300
# The share of one processor that checking new documents may take, and the seconds that may be taken at once: some
# twenty ordinary documents.
CHECKING_SHARE = 0.1
CHECKING_CREDIT = 0.05
BRIEF_PAUSE = 0.02
# How many wait, and the part of that which one caller may have while no other waits. The others are refused.
MAX_WAITING = 200
CALLER_SHARE = 0.1

# In whose name a turn is taken for callers that are not known, or none.
ANYBODY = Holder("")


class TooManyDocuments(Exception):
    """A document cannot be checked now. `own` tells whether the caller itself has too many waiting."""

    def __init__(self, *, own: bool) -> None:
        super().__init__("too many new documents wait")
        self.own = own


class Documents:
    """The documents of one schema."""

    def __init__(self, checker: Checker) -> None:
        """`checker` checks those that are new."""
        self._checker = checker
        self._prepared: FairCache[Prepared] = FairCache(CACHED_DOCUMENTS)
        self._aside = ThreadPoolExecutor(1, "documents")
        self._turns = FairPlaces(1, CALLER_SHARE, MAX_WAITING)
        # Callers that may be made up take turns among themselves, and together are one of those that are known.
        self._unknown_turns = FairPlaces(1, CALLER_SHARE, MAX_WAITING)
        # How often a document was remembered, and how often it was not and had to be checked.
        self.hits = self.misses = 0
        # How many documents were not checked because too many waited.
        self.refused = 0
        # What is being checked, for whom: who sends a text once more meanwhile waits for the same.
        self._checking: dict[tuple[Holder, str], asyncio.Task[Prepared]] = {}
        self._share = Share(CHECKING_SHARE, CHECKING_CREDIT)

    def __len__(self) -> int:
        """How many are remembered."""
        return len(self._prepared)

    def prepare(self, query: str, caller: Holder = ANYBODY) -> Prepared:
        """Parse and check a document; the last `CACHED_DOCUMENTS` good ones are remembered."""
        found = self._prepared.get(query, caller)
        if found is not None:
            self.hits += 1
            return found
        self.misses += 1
        return self._remember(query, self._checker.check(query), caller)

    async def prepare_aside(self, query: str, caller: Holder = ANYBODY) -> Prepared:
        """As `prepare`, but a document that is not remembered waits for its turn to be checked.

        One at a time, callers in rotation, a long one beside the event loop, and all together no more than a share
        of the processor: who sends documents to wear out the gateway waits, known documents do not.
        Raises `TooManyDocuments`.
        """
        found = self._prepared.get(query, caller)
        if found is not None:
            self.hits += 1
            return found
        if len(query) > self._checker.limits.characters:
            return self.prepare(query, caller)
        key = (caller, query)
        task = self._checking.get(key)
        if task is None:
            task = self._checking[key] = asyncio.ensure_future(self._take_turn(query, caller))
            task.add_done_callback(lambda _: self._checking.pop(key, None))
        try:
            return await shared(task)
        except NoShare as reason:
            self.refused += 1
            raise TooManyDocuments(own=reason.own) from None

    async def close(self) -> None:
        """Let go of what checks documents beside the event loop."""
        self._aside.shutdown(wait=False, cancel_futures=True)

    async def _take_turn(self, query: str, caller: Holder) -> Prepared:
        async with self._turn(caller):
            if query in self._prepared:
                return self.prepare(query, caller)
            self.misses += 1
            return self._remember(query, await self._check(query), caller)

    @asynccontextmanager
    async def _turn(self, caller: Holder) -> AsyncIterator[None]:
        if caller.known:
            async with self._turns.place(caller):
                yield
        else:
            async with self._unknown_turns.place(Holder(caller.name)), self._turns.place(ANYBODY):
                yield

    async def _check(self, query: str) -> Prepared:
        # Who sends one new document after the other hardly notices; a flood of them gets no more than the share.
        if pause := self._share.pause():
            waiting = self._turns.waiting or self._unknown_turns.waiting
            await asyncio.sleep(pause if waiting else min(pause, BRIEF_PAUSE))
        if len(query) <= SHORT_DOCUMENT:
            prepared, spent = _timed(self._checker.check, query)
        else:
            try:
                running = asyncio.get_running_loop().run_in_executor(self._aside, _timed, self._checker.check, query)
            except RuntimeError:  # the system gives no further thread
                prepared, spent = _timed(self._checker.check, query)
            else:
                prepared, spent = await running
        self._share.spend(spent)
        return prepared

    def _remember(self, query: str, prepared: Prepared, caller: Holder) -> Prepared:
        if not prepared.errors:
            self._prepared.put(query, prepared, caller)
        return prepared


def _timed(work: Callable[[str], Prepared], query: str) -> tuple[Prepared, float]:
    """The outcome of some work, and the seconds of processor time that it took."""
    began = time.thread_time()
    return work(query), time.thread_time() - began
