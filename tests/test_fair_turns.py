"""Whose operations wait while an event loop is late, on a loop and a clock that are held."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from gateway.fairness.fair_share import Holder
from gateway.fairness.fair_turns import (
    ACTIVE_SECONDS,
    CALM_SECONDS,
    FIRST_RUNNING,
    INTERVAL,
    MIN_BUSY,
    MIN_RUNNING,
    FairTurns,
    Turn,
)

FLOOD, SMALL = Holder("flood"), Holder("small")


class HeldLoop:
    """A loop whose turns and timer come when a test says so."""

    def __init__(self) -> None:
        self.now = self.used = 0.0
        self.soon: list[Callable[[], None]] = []
        self.timers: list[Callable[[], None]] = []

    def call_soon(self, callback: Callable[[], None]) -> None:
        self.soon.append(callback)

    def call_later(self, delay: float, callback: Callable[[], None]) -> None:
        assert delay == INTERVAL
        self.timers.append(callback)

    def turn(self) -> None:
        """Run what is ready."""
        ready, self.soon = self.soon, []
        for each in ready:
            each()

    def look(self, late: float = 0.0, *, busy: float = 1.0) -> None:
        """Let the timer come, so late; that share of the time this thread ran."""
        self.now += INTERVAL + late
        self.used += (INTERVAL + late) * busy
        [callback] = self.timers
        self.timers.clear()
        callback()


@pytest.fixture
def loop() -> HeldLoop:
    return HeldLoop()


@pytest.fixture
def turns(loop: HeldLoop) -> FairTurns:
    """Those of a loop that two callers keep busy."""
    turns = FairTurns(now=lambda: loop.now, used=lambda: loop.used, loop=lambda: loop)
    for holder in (SMALL, FLOOD):
        assert begin(turns, holder, MIN_BUSY) is None
    assert turns.watching
    return turns


def begin(turns: FairTurns, holder: Holder, running: int = 0) -> Turn | None:
    return turns.begin(holder, running)


def flood(turns: FairTurns, number: int) -> tuple[list[Turn], list[asyncio.Task[None]]]:
    """Begin so many operations of one caller: those that may run, and the lines of those that wait."""
    begun = [turn for turn in (begin(turns, FLOOD) for _ in range(number)) if turn is not None]
    return [turn for turn in begun if not turn.waits], [
        asyncio.create_task(turn.come()) for turn in begun if turn.waits
    ]


async def settle() -> None:
    """Let all go on that may: those that come in at once have one turn of the loop each."""
    for _ in range(100):
        await asyncio.sleep(0)


def ended(running: list[Turn]) -> None:
    for turn in running:
        turn.end()


async def test_who_has_much_waits_in_a_line_of_its_own_and_who_has_little_does_not(
    turns: FairTurns, loop: HeldLoop
) -> None:
    running, waiting = flood(turns, 64)
    await settle()

    assert (len(running), turns.waiting, turns.delayed) == (FIRST_RUNNING, 64 - FIRST_RUNNING, 64 - FIRST_RUNNING)
    for _ in range(10):
        loop.look(late=0.01)
        small = begin(turns, SMALL)
        assert small is not None
        assert not small.waits
        small.end()
        loop.turn()
    ended(running)
    loop.turn()
    await settle()

    assert [task.done() for task in waiting] == [True] * MIN_RUNNING + [False] * (len(waiting) - MIN_RUNNING)
    for task in waiting:
        task.cancel()


async def test_a_place_is_free_again_in_the_next_turn_only(turns: FairTurns, loop: HeldLoop) -> None:
    for _ in range(FIRST_RUNNING):
        turn = begin(turns, FLOOD)
        assert turn is not None
        assert not turn.waits
        turn.end()
        turn.end()
    late = begin(turns, FLOOD)
    assert late is not None
    assert late.waits

    loop.turn()

    now = begin(turns, FLOOD)
    assert now is not None
    assert not now.waits


async def test_those_who_wait_get_more_while_the_loop_is_early(turns: FairTurns, loop: HeldLoop) -> None:
    _, waiting = flood(turns, 200)
    await settle()
    counts = []
    for late in (0.0, 0.0, 0.003, 0.0, 0.0015, 0.0):
        loop.look(late)
        await settle()
        counts.append(FIRST_RUNNING + sum(task.done() for task in waiting))

    # Twice as many until it is late for the first time; then a third less, and after that one in eight more.
    assert counts == [8, 16, 16, 16, 16, 16]
    assert turns.waiting == 200 - 16
    for task in waiting:
        task.cancel()


async def test_a_loop_that_others_make_late_limits_nobody_more(turns: FairTurns, loop: HeldLoop) -> None:
    _, waiting = flood(turns, 64)
    await settle()

    loop.look(late=0.05, busy=0.01)
    await settle()

    assert sum(task.done() for task in waiting) == FIRST_RUNNING
    for task in waiting:
        task.cancel()


@pytest.mark.parametrize("calm", [ACTIVE_SECONDS, CALM_SECONDS])
async def test_nothing_is_limited_any_more_once_one_is_alone_or_nothing_waits(
    turns: FairTurns, loop: HeldLoop, calm: float
) -> None:
    running, waiting = flood(turns, 64 if calm == ACTIVE_SECONDS else 1)
    await settle()
    while loop.timers and loop.now < 2 * ACTIVE_SECONDS:
        loop.look(late=0.01 if waiting else 0.0)
    assert calm <= loop.now <= calm + 2 * INTERVAL
    await settle()

    assert not loop.timers
    assert not turns.watching
    assert turns.waiting == 0
    assert all(task.done() for task in waiting)
    assert begin(turns, FLOOD) is None
    ended(running)


async def test_callers_that_are_made_up_wait_for_one_another_in_rotation(turns: FairTurns) -> None:
    made_up = [turns.begin(Holder(f"made up {number % 20}", known=False), 0) for number in range(40)]

    assert [turn.waits for turn in made_up if turn is not None] == [False] * FIRST_RUNNING + [True] * (
        40 - FIRST_RUNNING
    )


async def test_who_stops_waiting_leaves_the_place_to_the_next(turns: FairTurns, loop: HeldLoop) -> None:
    running, waiting = flood(turns, FIRST_RUNNING + 2)
    await settle()
    waiting[0].cancel()
    await settle()
    running[0].end()
    loop.turn()
    await settle()

    assert waiting[0].cancelled()
    assert waiting[1].done()
    assert turns.waiting == 0


def test_a_caller_that_is_alone_is_never_watched() -> None:
    loop = HeldLoop()
    turns = FairTurns(now=lambda: loop.now, used=lambda: loop.used, loop=lambda: loop)

    assert [begin(turns, FLOOD, number) for number in range(200)] == [None] * 200
    assert not turns.watching


def test_callers_that_ask_for_little_are_not_watched() -> None:
    loop = HeldLoop()
    turns = FairTurns(now=lambda: loop.now, used=lambda: loop.used, loop=lambda: loop)
    for _ in range(100):
        loop.now += 0.1
        assert [begin(turns, holder, 2) for holder in (FLOOD, SMALL)] == [None, None]

    assert not turns.watching


async def test_who_becomes_known_while_much_of_theirs_waits_does_not_pass_for_one_with_little(loop: HeldLoop) -> None:
    turns = FairTurns(now=lambda: loop.now, used=lambda: loop.used, loop=lambda: loop)
    unknown, known = Holder("token", known=False), Holder("token")
    for holder in (SMALL, unknown):
        begin(turns, holder, MIN_BUSY)
    lines = [turn for turn in (begin(turns, unknown) for _ in range(40)) if turn is not None and turn.waits]
    waiting = [asyncio.create_task(turn.come()) for turn in lines]
    await settle()
    for holder in (known, known, SMALL):
        begin(turns, holder)

    loop.look(late=0.01)

    assert "small" in turns.steps.exempt
    assert "token" not in turns.steps.exempt
    for task in waiting:
        task.cancel()


async def test_steps_are_taken_only_while_the_loop_is_watched(turns: FairTurns, loop: HeldLoop) -> None:
    assert turns.steps.active

    for _ in range(int(ACTIVE_SECONDS / INTERVAL) + 1):
        if turns.watching:
            loop.look()

    assert not turns.steps.active
