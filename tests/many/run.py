"""One run from beginning to end: load, subscribers, kills and a Redis that hangs, then every check.

The first seller's objects are changed at Square itself, each by one writer, so that the order of its states is known.
The second seller's are changed through the gateway, by clients that do not know what became of a lost request.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from gateway.emulator.seed.shops import BOOK_SHOP
from gateway.emulator.store.tenants import FIRST_SELLER, SECOND_SELLER
from tests.history.checks.data import check_shop, let_linger
from tests.history.checks.ledger import check_ledger
from tests.history.clients import Clients
from tests.history.tenancy import foreign, owners_in
from tests.live.checks import repeated_after_resume
from tests.live.figures import figure
from tests.live.histories import missing, subscribers, until, violations
from tests.live.stage import positions
from tests.live.subscribers import Subscriber
from tests.live.writers import Writers
from tests.many import second_seller
from tests.many.callers import Callers
from tests.many.outages import Outages, hang_redis, kill_replicas
from tests.many.plan import Plan
from tests.many.report import Followers, Report
from tests.many.stage import Stage, stage

WRITERS, MUTATORS, ASKING = 8, 8, 12
# Seconds until all follow, and between one who begins and the next.
PATIENCE, APART = 120.0, 0.004
# Of ten subscribers so many are the second seller's.
OF_TEN = 1

# How far a run is: seconds since it began, and what happens.
Progress = Callable[[float, str], None]


async def many_history(folder: Path, plan: Plan, progress: Progress = lambda seconds, what: None) -> Report:
    """Play one run, with everything that it keeps in a folder."""
    async with stage(folder, replicas=plan.replicas, workers=plan.workers, store=plan.store) as on:
        return await _Run(on, plan, progress).play()


class _Run:
    def __init__(self, on: Stage, plan: Plan, progress: Progress) -> None:
        self.on, self.plan, self.progress = on, plan, progress
        self.callers, self.outages = Callers(on.url, on.http), Outages()
        self.writers = Writers(on.square, on.http, plan.seed, WRITERS / plan.changes)
        self.mutators = Clients(self.callers.writes(SECOND_SELLER, MUTATORS / plan.mutations), plan.seed, BOOK_SHOP)
        self.first: list[Subscriber] = []
        self.second: list[Subscriber] = []

    async def play(self) -> Report:
        await self.writers.prepare(self.plan.objects)
        await self.mutators.prepare()
        tasks: list[asyncio.Task[None]] = []
        try:
            await self._follow(tasks)
            await self._begin()
            early = set().union(*(await self.writers.ledgers()).values())
            early_second = second_seller.entries(second_seller.read(self.on.database))
            await self._load()
            self.progress(self.plan.seconds, "until all are told")
            ended = time.monotonic()
            await self.writers.delete_some()
            ledgers = await self.writers.ledgers()
            shop = second_seller.read(self.on.database)
            second = second_seller.entries(shop)
            await until(
                lambda: (
                    not any(missing(each, self.writers, ledgers, early) for each in self.first)
                    and not any(second_seller.missing(each, second, early_second) for each in self.second)
                )
            )
            settling = time.monotonic() - ended
        finally:
            for task in tasks:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
        broken = [end for end in ends if not isinstance(end, asyncio.CancelledError)]
        assert not broken, broken[0]
        first_positions = await positions(self.on.store, FIRST_SELLER)
        second_positions = await positions(self.on.store, SECOND_SELLER)
        let_linger(self.mutators.history.claims, None)
        history = self.mutators.history
        found = [
            *violations(self.first, self.writers, ledgers, early, first_positions, again=True),
            *second_seller.violations(self.second, second, early_second, second_positions),
            *history.violations,
            *check_shop(history.claims, shop),
            *check_ledger(history.claims, shop),
            *self._foreign(),
        ]
        return Report(
            self.plan, self.outages, self.callers, history, shop, self.writers.written, self._followers(settling), found
        )

    async def _follow(self, tasks: list[asyncio.Task[None]]) -> None:
        plan, url = self.plan, f"{self.on.url}/graphql"
        second = max(4, plan.subscribers * OF_TEN // 10)
        self.first = subscribers(
            url, self.on.http, self.writers, seed=plan.seed, count=plan.subscribers - second, filters=plan.filters
        )
        self.second = second_seller.subscribers(url, self.on.http, second)
        for each in [*self.first, *self.second]:
            tasks.append(asyncio.create_task(each.run()))
            await asyncio.sleep(APART)
        async with asyncio.timeout(PATIENCE):
            while await self._following() < plan.subscribers:  # noqa: ASYNC110 - other processes
                await asyncio.sleep(0.1)

    async def _following(self) -> float:
        found = [await figure(self.on.http, each.url, "gateway_subscribers") for each in self.on.replicas]
        return sum(found)

    async def _begin(self) -> None:
        """Change and write until every subscriber has a position, without which there is none to go on from."""
        self.progress(0, "until all have a position")
        await self.writers.round()
        deadline = time.monotonic() + PATIENCE

        def told(_: int = 0) -> bool:
            return all(each.positions for each in [*self.first, *self.second]) or time.monotonic() > deadline

        await self.mutators.run(MUTATORS, told)
        assert all(each.positions for each in [*self.first, *self.second]), "not everybody was told of the first change"

    async def _load(self) -> None:
        """Everything at once, for as long as the plan says."""
        plan, begun = self.plan, time.monotonic()
        end = begun + plan.seconds

        def over(_: int) -> bool:
            return time.monotonic() > end

        asking = [
            asyncio.create_task(self.callers.ask(self._known, ASKING / plan.queries, Random(f"{plan.seed}:{number}")))
            for number in range(ASKING)
        ]
        telling = asyncio.create_task(self._tell(begun))
        outages = [kill_replicas(self.on, self.outages, plan.kill_every, plan.seed, end)] if plan.kill_every else []
        if plan.hang_every:
            outages.append(hang_redis(self.on, self.outages, plan.hang_every, plan.hang_for, plan.seed, end))
        try:
            await asyncio.gather(self.writers.run(WRITERS, over), self.mutators.run(MUTATORS, over), *outages)
        finally:
            for each in [*asking, telling]:
                each.cancel()
            ends = await asyncio.gather(*asking, telling, return_exceptions=True)
        broken = [each for each in ends if not isinstance(each, asyncio.CancelledError)]
        assert not broken, broken[0]

    async def _tell(self, begun: float) -> None:
        while True:
            told = (
                f"{len(self.callers.answered)} answers, {len(self.callers.lost)} lost, {self.writers.written} changes"
            )
            self.progress(time.monotonic() - begun, f"{len(self.outages.kills)} kills, {told}")
            await asyncio.sleep(0.5)

    def _known(self, seller: str) -> list[str]:
        if seller == FIRST_SELLER:
            return list(self.writers.objects)
        known = self.mutators.known
        return [*known["customer"], *known["group"], *known["account"]]

    def _foreign(self) -> list[str]:
        with sqlite3.connect(f"file:{self.on.database}?mode=ro", uri=True) as db:
            owners = owners_in(db)
        db.close()
        for seller, followers in ((FIRST_SELLER, self.first), (SECOND_SELLER, self.second)):
            for each in followers:
                self.callers.words[seller].update(each.seen)
        return [line for seller, words in self.callers.words.items() for line in foreign(seller, words, owners)]

    def _followers(self, settling: float) -> Followers:
        followers = [*self.first, *self.second]
        return Followers(
            len(followers),
            sum(len(seen) for each in followers for seen in each.seen.values()),
            sum(each.restarts for each in followers),
            sum(len(repeated_after_resume(each, id)) for each in followers for id in each.seen),
            [refusal for each in followers for refusal in each.refusals],
            settling,
        )
