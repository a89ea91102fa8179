"""Feeds over a real log and the emulator's tokens, with families whose objects a test holds in its hand."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.emulator.store.tenants import FIRST_SELLER
from gateway.events.event import Event, Fact, Kind
from gateway.events.family import Change, Family, Told
from gateway.events.feeds import Feeds
from gateway.events.log import EventLog
from gateway.events.stores.memory import MemoryLog
from gateway.events.subscription import Expired, Subscription
from gateway.identity import Identity
from gateway.keys import Keys
from gateway.tenant import Tenant
from tests.square.identity_shop import Shop, open_shop

SCOPE = "CUSTOMERS_READ"
KEYS = Keys("the secret of a stage")


@dataclass(frozen=True)
class Thing:
    """An object at Square."""

    id: str
    version: int | None = 1
    text: str = ""
    updated: str | None = None


@dataclass
class Round:
    """The context of one round of reading."""

    tenant: Tenant
    reads: int = 0

    def over(self) -> None:
        """What it has read is told."""


class Follower:
    """One subscriber, who takes answers when told to."""

    def __init__(self, answers: AsyncGenerator[dict[str, Any] | Expired, None]) -> None:
        self.answers = answers
        self.got: list[Any] = []
        # As a server does, it waits for the next answer at all times.
        self.next = asyncio.ensure_future(anext(answers))

    async def take(self, count: int = 1) -> list[Any]:
        """The next answers, each as (kind, id, version or text)."""
        taken = []
        for _ in range(count):
            taken.append(await self.next)
            self.next = asyncio.ensure_future(anext(self.answers))
        self.got += taken
        return [_short(each) for each in taken]

    async def until(self, is_last: Callable[[Any], bool]) -> list[Any]:
        """All answers up to one."""
        taken: list[Any] = []
        while not taken or not is_last(taken[-1]):
            taken += await self.take()
        return taken

    @property
    def position(self) -> str:
        """That of the last answer."""
        return self.got[-1]["position"]

    async def leave(self) -> None:
        self.next.cancel()
        await asyncio.gather(self.next, return_exceptions=True)
        await self.answers.aclose()


def _short(answer: Any) -> Any:
    return "expired" if isinstance(answer, Expired) else (answer["kind"], answer["id"], answer["found"])


class Stage:
    """What happens at Square, and who follows it."""

    def __init__(self, shop: Shop, **options: Any) -> None:
        self.shop = shop
        kept = MemoryLog(1e9, options.pop("kept", 1_000_000))
        self.log: EventLog = options.pop("log", kept)
        self.objects: dict[str, Any] = {}
        # Told of each read: may change, wait or raise.
        self.reading: Callable[[Sequence[Change]], Any] = lambda changes: None
        # Instead of what is shown otherwise.
        self.shown: Callable[[Change, Any], dict[str, Any]] | None = None
        self.rounds: list[Round] = []
        self.answers = 0
        self.visible: Callable[[Event, Identity], bool] = lambda event, identity: True
        self.family = self.make_family("things")
        self.marker = self.make_family("markers")
        self.feeds = Feeds(self.log, shop.square, KEYS, self._open, **{"queue": 128, **options})
        self._ids = itertools.count(1)
        self._clock = itertools.count(1_700_000_000)
        self._followers: list[Follower] = []

    def make_family(self, name: str, **options: Any) -> Family:
        async def read(context: Round, changes: Sequence[Change]) -> Mapping[str, Any]:
            context.reads += len(changes)
            waits = self.reading(changes)
            if waits is not None:
                await waits
            return {each.event.object_id: self.objects.get(each.event.object_id) for each in changes}

        def show(change: Change, found: Any, position: str) -> Any:
            if self.shown is not None:
                return {**self.shown(change, found), "position": position}
            told: Any = found
            if isinstance(found, Thing):
                told = found.text if found.version is None else found.version
            elif isinstance(found, Exception):
                told = type(found).__name__
            return {
                "kind": change.kind.name, "id": change.event.object_id, "found": told, "position": position
            }  # fmt: skip

        given = {"version": lambda found: found.version, "updated": lambda found: found.updated, **options}
        return Family(
            name=name,
            scope=SCOPE,
            types={},
            told=lambda data: Told(""),
            read=read,
            show=show,
            visible=lambda event, identity: self.visible(event, identity),  # noqa: PLW0108 - it may be replaced
            **given,
        )

    def _open(self, tenant: Tenant, causes: Sequence[str]) -> Round:
        self.rounds.append(Round(tenant))
        return self.rounds[-1]

    @property
    def reads(self) -> int:
        return sum(each.reads for each in self.rounds)

    def event(
        self,
        id: str,
        version: int | None = 1,
        kind: Kind = Kind.UPDATED,
        *,
        at: float | None = None,
        merchant: str = FIRST_SELLER,
        family: Family | None = None,
        facts: Mapping[str, Fact] | None = None,
    ) -> Event:
        when = datetime.fromtimestamp(next(self._clock) if at is None else at, UTC).isoformat()
        name = (family or self.family).name
        return Event(f"event-{next(self._ids)}", merchant, name, when, name, kind, id, version, facts or {})

    async def tell(self, *events: Event) -> None:
        """Webhooks arrive, together."""
        await self.log.append(events)

    async def write(self, id: str, version: int | None = 1, text: str = "", **options: Any) -> None:
        """An object changes at Square, and its webhook arrives."""
        self.objects[id] = Thing(id, version, text)
        await self.tell(self.event(id, version, **options))

    async def delete(self, id: str, version: int | None = None, **options: Any) -> None:
        self.objects.pop(id, None)
        await self.tell(self.event(id, version, Kind.DELETED, **options))

    def tenant(self, token: str = "test-token") -> Tenant:
        return Tenant(token, "sandbox", "2025-08-20", keys=KEYS)

    def subscription(
        self, token: str = "test-token", group: str = "all", family: Family | None = None, **wanted: str
    ) -> Subscription:
        async def answer(context: Round, shown: Any) -> dict[str, Any]:
            self.answers += 1
            return {**shown, "group": group}

        after = wanted.pop("after", None)
        asked = {name: frozenset(values.split()) for name, values in wanted.items()}
        return Subscription(self.tenant(token), family or self.family, group, answer, asked, after)

    async def follow(self, token: str = "test-token", group: str = "all", **options: Any) -> Follower:
        """A subscriber who is there: what happens from now on reaches it."""
        before = self.feeds.subscribers
        follower = Follower(self.feeds.follow(self.subscription(token, group, **options)))
        self._followers.append(follower)
        while self.feeds.subscribers == before and not follower.next.done():  # noqa: ASYNC110 - of public parts only
            await asyncio.sleep(0)
        return follower

    async def settle(self) -> None:
        """All that was told has been dealt with."""
        marker = await self.follow(group="marker", family=self.marker)
        self.objects["marker"] = Thing("marker", None, str(next(self._ids)))
        await self.tell(self.event("marker", None, family=self.marker))
        await marker.take()
        await marker.leave()

    async def close(self) -> None:
        for each in self._followers:
            await each.leave()
        await self.feeds.close()


@asynccontextmanager
async def open_stage(**options: Any) -> AsyncIterator[Stage]:
    async with open_shop() as shop:
        stage = Stage(shop, **options)
        try:
            yield stage
        finally:
            await stage.close()


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with open_stage() as stage:
        yield stage


__all__ = ["Kind", "Stage", "Thing", "open_stage", "replace", "stage"]
