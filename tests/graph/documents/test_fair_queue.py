"""Turns are taken one at a time and in rotation among callers."""

from __future__ import annotations

import asyncio

import pytest

from gateway.graph.documents.fair_queue import NoTurn, Turns


async def settle() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


class Scene:
    """Callers who ask for turns while one is taken, and the order in which they get them."""

    def __init__(self, each: int = 5, most: int = 10) -> None:
        self.turns = Turns(each, most)
        self.order: list[str] = []
        self.tasks: list[asyncio.Task[None]] = []

    async def _take(self, caller: str) -> None:
        async with self.turns.turn(caller):
            self.order.append(caller)
            await asyncio.sleep(0)

    async def ask(self, callers: str) -> list[str]:
        """Ask while the turn is taken; who got one, in order."""
        async with self.turns.turn("holder"):
            for caller in callers:
                self.tasks.append(asyncio.create_task(self._take(caller)))
                await settle()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        return self.order

    @property
    def refused(self) -> int:
        return sum(isinstance(task.exception(), NoTurn) for task in self.tasks)


async def test_callers_take_turns_however_many_one_of_them_asks_for() -> None:
    assert await Scene().ask("aaaabc") == ["a", "b", "c", "a", "a", "a"]


async def test_one_at_a_time() -> None:
    turns, inside = Turns(5, 10), 0

    async def take() -> None:
        nonlocal inside
        async with turns.turn("a"):
            inside += 1
            await settle()
            assert inside == 1
            inside -= 1

    await asyncio.gather(*(take() for _ in range(5)))
    assert not turns.waiting
    assert not turns.taken


async def test_one_caller_has_so_many_places() -> None:
    scene = Scene(each=3)

    assert await scene.ask("aaaaab") == ["a", "b", "a", "a"]
    assert scene.refused == 2


async def test_when_all_places_are_taken_the_greediest_makes_room() -> None:
    scene = Scene(each=5, most=5)

    assert sorted(await scene.ask("aaaaabc")) == ["a", "a", "a", "b", "c"]
    assert scene.refused == 2


async def test_when_nobody_has_more_than_one_who_comes_later_is_refused() -> None:
    scene = Scene(each=5, most=3)

    assert await scene.ask("abcd") == ["a", "b", "c"]
    assert scene.refused == 1


async def test_a_turn_that_fails_is_over() -> None:
    turns = Turns(1, 1)

    with pytest.raises(ValueError, match="inside"):
        async with turns.turn("a"):
            raise ValueError("inside")

    assert not turns.taken
