"""Histories: whatever comes late, twice, stale or never, nobody is shown an older state, and all see the last one."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from gateway.events.event import Event, Kind
from gateway.events.family import Change, Family
from tests.events.feed_stage import Follower, Stage, Thing, open_stage
from tests.patience import PATIENCE

OBJECTS = ("A", "B", "C")
STEPS = 120


class World:
    """Objects that change at Square, and the webhooks about them. Each state has a number, which only grows."""

    def __init__(self, stage: Stage, chance: random.Random) -> None:
        self.stage = stage
        self.chance = chance
        self.number = 0
        self.late: list[Event] = []
        # The states of each object, by family and id: what a read gives, None when it is gone.
        self.states: dict[tuple[str, str], list[tuple[int, Thing | None]]] = {}
        self.stale: dict[tuple[str, str], int] = {}
        self.gone_for_good: set[tuple[str, str]] = set()
        self.families = {
            "versions": self._family("versions"),
            "values": self._family("values", recreated=True),
            "points": self._family("points", version=lambda found: None),
        }
        stage.shown = self._shown

    def _family(self, name: str, **options: Any) -> Family:
        family = self.stage.make_family(name, **options)

        async def read(context: Any, changes: Sequence[Change]) -> Mapping[str, Any]:
            await asyncio.sleep(0)
            return {each.event.object_id: self._read((name, each.event.object_id)) for each in changes}

        object.__setattr__(family, "read", read)
        return family

    def _shown(self, change: Change, found: Any) -> dict[str, Any]:
        assert not isinstance(found, Exception)
        number = int(found.text) if isinstance(found, Thing) else int(str(change.event.facts["number"]))
        states = self.states.get((change.event.family, change.event.object_id), [])
        if found is None and states and states[-1][1] is None:
            # By whatever delete it is gone now.
            number = states[-1][0]
        return {"kind": change.kind.name, "id": (change.event.family, change.event.object_id), "found": number}

    def _read(self, key: tuple[str, str]) -> Thing | None:
        """What is there, or, not three times in a row, what was there before."""
        states = self.states[key]
        if len(states) > 1 and self.stale.get(key, 0) < 2 and self.chance.random() < 0.15:
            before = states[-2][1]
            # An object that is gone and one that is new are known at once.
            if before is not None and states[-1][1] is not None and key[0] != "points":
                self.stale[key] = self.stale.get(key, 0) + 1
                return before
        self.stale[key] = 0
        return states[-1][1]

    def change(self) -> None:
        name, id = self.chance.choice(list(self.families)), self.chance.choice(OBJECTS)
        key = (name, id)
        if key in self.gone_for_good:
            return
        self.number += 1
        when = datetime.fromtimestamp(1_700_000_000 + self.number, UTC).isoformat()
        states = self.states.setdefault(key, [])
        last = states[-1][1] if states else None
        if last is not None and self.chance.random() < 0.1:
            states.append((self.number, None))
            kind, version = Kind.DELETED, last.version
            if name != "values":
                self.gone_for_good.add(key)
        else:
            version = 1 if last is None else (last.version or 0) + 1
            states.append((self.number, Thing(id, version, str(self.number), when)))
            kind = Kind.CREATED if last is None else Kind.UPDATED
        version = None if name == "points" else version
        event = Event(f"{self.number}", self._merchant, name, when, name, kind, id, version, self._facts)
        copies = [event]
        if self.chance.random() < 0.3:
            copies.append(self._again(event, "copy"))
        self.late += copies

    def _again(self, event: Event, what: str) -> Event:
        self.number += 1
        return Event(
            f"{what} {self.number}", event.merchant, event.type, event.created_at, event.family, event.kind,
            event.object_id, event.version, event.facts,
        )  # fmt: skip

    @property
    def _merchant(self) -> str:
        return "MLEMULATORSELLER1"

    @property
    def _facts(self) -> dict[str, str]:
        return {"number": str(self.number)}

    async def arrive(self, all_: bool = False) -> None:
        """Some of the webhooks that are under way, in any order."""
        self.chance.shuffle(self.late)
        count = len(self.late) if all_ else self.chance.randint(0, len(self.late))
        some, self.late = self.late[:count], self.late[count:]
        if some:
            await self.stage.tell(*some)


class Reader:
    """One who follows, leaves, and comes back where it was."""

    def __init__(self, world: World, name: str, family: str, wanted: str | None) -> None:
        self.world, self.name, self.family, self.wanted = world, name, family, wanted
        self.last: dict[Any, int] = {}
        self.gone: dict[Any, bool] = {}
        self.since: int | None = None
        self.follower: Follower | None = None
        self.position: str | None = None
        self.task: asyncio.Task[None] | None = None

    async def come(self) -> None:
        options: dict[str, Any] = {"object_id": self.wanted} if self.wanted else {}
        if self.position is not None:
            options["after"] = self.position
        else:
            self.since, self.last, self.gone = self.world.number, {}, {}
        family = self.world.families[self.family]
        self.follower = await self.world.stage.follow(group=self.name.split("/")[0], family=family, **options)
        self.task = asyncio.create_task(self._listen(self.follower))

    async def _listen(self, follower: Follower) -> None:
        while True:
            await follower.take()
            answer = follower.got[-1]
            before = self.last.get(answer["id"], 0)
            assert answer["found"] > before, (self.name, answer, before)
            self.last[answer["id"]] = answer["found"]
            self.gone[answer["id"]] = answer["kind"] == "DELETED"
            self.position = answer["position"]

    async def leave(self) -> None:
        assert self.task is not None
        assert self.follower is not None
        if self.task.done():
            self.task.result()
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)
        await self.follower.leave()
        self.task = self.follower = None

    def misses(self) -> list[Any]:
        """What it should have been shown by now."""
        wanted = self.wanted.split() if self.wanted else OBJECTS
        missed = []
        for (family, id), states in self.world.states.items():
            if family == self.family and id in wanted and self.since is not None and states[-1][0] > self.since:
                shown, last = self.last.get((family, id), 0), states[-1]
                # What came and went meanwhile is gone as before.
                knows = last[1] is None and self.gone.get((family, id), True)
                if shown < last[0] and not knows:
                    missed.append(((family, id), shown, last))
        return missed


@pytest.mark.parametrize("seed", range(8))
async def test_nobody_sees_an_older_state_and_all_see_the_last(seed: int) -> None:
    chance = random.Random(seed)
    async with open_stage() as stage:
        world = World(stage, chance)
        readers = [
            Reader(world, f"{family} {wanted}/{number}", family, wanted)
            for family in world.families
            for wanted in (None, "A", "B C")
            for number in range(2)
        ]
        for each in readers[::2]:
            await each.come()
        for _ in range(STEPS):
            what = chance.random()
            if what < 0.6:
                world.change()
            elif what < 0.8:
                await world.arrive()
            elif what < 0.9:
                each = chance.choice(readers)
                await (each.come() if each.task is None else each.leave())
            else:
                for _ in range(chance.randint(1, 30)):
                    await asyncio.sleep(0)
        for each in readers:
            if each.task is None:
                await each.come()
        await world.arrive(all_=True)
        await stage.settle()
        async with asyncio.timeout(PATIENCE):
            while any(each.misses() and not each.task.done() for each in readers if each.task):  # noqa: ASYNC110
                await asyncio.sleep(0)

        assert [each.misses() for each in readers] == [[]] * len(readers)
        for each in readers:
            await each.leave()
