"""One history from beginning to end: writers, a bad network, subscribers, deaths of the gateway, then every check."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from gateway.events.position import Positions
from tests.live.checks import behind, check, check_ledger, check_positions
from tests.live.figures import all_follow
from tests.live.objects import KINDS, Watched
from tests.live.stage import Stage, stage
from tests.live.subscribers import Subscriber
from tests.live.writers import Writers

# Seconds for everything to arrive after the last write, and between two looks.
PATIENCE, LOOK = 60.0, 0.1
IDS = 5
Progress = Callable[[int], None]
Ledgers = dict[str, set[str]]


@dataclass(frozen=True)
class Plan:
    """How much of everything. `filters` are the different ones, `lost` drops what is sent while the gateway is dead."""

    seed: int
    events: int
    subscribers: int
    objects: int = 200
    writers: int = 16
    filters: int = 40
    deaths: int = 0
    lost: bool = False
    spread: float = 0.5


@dataclass
class Report:
    """What a history was, and what is wrong with it."""

    plan: Plan
    violations: list[str]
    network: Counter[str]
    written: int
    shown: int
    restarts: int
    refusals: Counter[str]
    writing: float
    settling: float
    # What the gateway has said lately.
    logged: str

    def summary(self) -> list[str]:
        """Some lines for people."""
        return [
            f"seed {self.plan.seed}: {self.written} writes in {self.writing:.1f} s, seen {self.settling:.1f} s later",
            f"network {dict(self.network)}",
            f"{self.plan.subscribers} subscribers were shown {self.shown} changes, began again {self.restarts} times",
            f"refused to begin {dict(self.refusals)}",
            f"violations {len(self.violations)}",
            *self.violations[:20],
            *(self.logged.splitlines()[-20:] if self.violations else ()),
        ]


async def live_history(folder: Path, plan: Plan, progress: Progress = lambda done: None) -> Report:
    """Play one history, with the events of the gateway in a folder."""
    async with stage(folder, plan.seed, search=plan.lost, spread=plan.spread) as on:
        writers = Writers(on.square, on.http, plan.seed)
        await writers.prepare(plan.objects)
        before = await writers.ledgers()
        url = f"{on.gateway.url}/graphql"
        followers = subscribers(url, on.http, writers, seed=plan.seed, count=plan.subscribers, filters=plan.filters)
        tasks: list[asyncio.Task[None]] = []
        try:
            for each in followers:
                tasks.append(asyncio.create_task(each.run()))
                # Some hundred a second.
                await asyncio.sleep(0.005)
            await all_follow(on.http, on.gateway.url, plan.subscribers, 2 * PATIENCE)
            # Without a position yet there is none to go on from.
            await writers.round()
            await until(lambda: all(each.positions for each in followers))
            begun, start = time.monotonic(), writers.written
            dying = asyncio.create_task(_deaths(on, plan, writers, start))

            def enough(written: int) -> bool:
                progress(written - start)
                return written - start >= plan.events

            await writers.run(plan.writers, enough)
            await writers.delete_some()
            await dying
            writing = time.monotonic() - begun
            await on.network.idle()
            ledgers = await writers.ledgers()
            early = set().union(*before.values())
            await until(lambda: not any(missing(each, writers, ledgers, early) for each in followers))
            settling = time.monotonic() - begun - writing
        finally:
            for task in tasks:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
        broken = [end for end in ends if not isinstance(end, asyncio.CancelledError)]
        assert not broken, broken[0]
        logged = on.gateway.process.written if on.gateway.process else ""
        return Report(
            plan,
            violations(followers, writers, ledgers, early, await on.positions()),
            on.network.count,
            writers.written,
            sum(len(seen) for each in followers for seen in each.seen.values()),
            sum(each.restarts for each in followers),
            Counter(code for each in followers for _, code in each.refusals),
            writing,
            settling,
            logged,
        )


def subscribers(
    url: str, http: aiohttp.ClientSession, writers: Writers, *, seed: int, count: int, filters: int
) -> list[Subscriber]:
    """So many subscribers with so many different subscriptions of all kinds."""
    chance, asked = random.Random(seed), []
    names = list(KINDS)
    for number in range(filters):
        kind = KINDS[names[number % len(names)]]
        ids = [each.id for each in writers.objects.values() if each.kind == _objects(kind.name)]
        # The first of each kind follows everything.
        asked.append((kind, None if number < len(names) else chance.sample(ids, min(IDS, len(ids)))))
    return [Subscriber(number, *asked[number % filters], url, http) for number in range(count)]


def _objects(kind: str) -> str:
    """The kind of object that a subscriber's ids name."""
    return "account" if kind == "ledger" else kind


async def _deaths(on: Stage, plan: Plan, writers: Writers, start: int) -> None:
    """Kill the gateway when so much was written, and start it again when a little more was."""
    share = plan.events / (plan.deaths + 1)
    for death in range(1, plan.deaths + 1):
        await until(lambda: writers.written - start >= share * death, None)  # noqa: B023 - awaited in the loop
        on.network.dropping = plan.lost
        await on.gateway.kill()
        await until(lambda: writers.written - start >= min(plan.events, share * (death + 0.3)), None)  # noqa: B023
        await on.gateway.start()
        on.network.dropping = False


async def until(true: Callable[[], bool], seconds: float | None = PATIENCE) -> bool:
    """Wait until something is true; whether it was in time, if there is one."""
    deadline = None if seconds is None else time.monotonic() + seconds
    while not true():
        if deadline is not None and time.monotonic() > deadline:
            return False
        await asyncio.sleep(LOOK)
    return True


def missing(subscriber: Subscriber, writers: Writers, ledgers: Ledgers, early: set[str]) -> bool:
    """Whether a subscriber has not been told yet of the last state, or of a ledger event that is not `early`."""
    if subscriber.kind.name == "ledger":
        return not entries(subscriber, ledgers) - early <= subscriber.seen.keys()
    return next(behind(subscriber, _watched(subscriber, writers)), None) is not None


def violations(
    followers: list[Subscriber],
    writers: Writers,
    ledgers: Ledgers,
    early: set[str],
    positions: Positions,
    *,
    again: bool = False,
) -> list[str]:
    """What is wrong with what subscribers were told; `again` as in `check`."""
    # Square never failed, and nobody was slow.
    found = [f"subscriber {each.number}: {error}" for each in followers for error in each.errors]
    for each in followers:
        found += check_positions(each, positions)
        if each.kind.name == "ledger":
            found += check_ledger(each, entries(each, ledgers), early)
        else:
            found += check(each, _watched(each, writers), again=again)
    return found


def _watched(subscriber: Subscriber, writers: Writers) -> dict[str, Watched]:
    return {id: each for id, each in writers.objects.items() if each.kind == subscriber.kind.name}


def entries(subscriber: Subscriber, ledgers: Ledgers) -> set[str]:
    """The ledger events that a subscriber asks for."""
    return {event for account, events in ledgers.items() if subscriber.wants(account) for event in events}
