"""`gateway events`: what an operator sees of the event log, and does about it."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.events.log import Bounds, DeadLetter
from gateway.events.stores.sqlite import SqliteLog
from gateway.keys import Keys
from tests.events.signed import MERCHANT, event
from tests.events.stores.conftest import redis_log
from tests.patience import PATIENCE
from tests.test_cli import refused, run

Command = Callable[..., Any]
EVENTS = ["e-0", "e-1", "e-2"]
# What a table could take for markup.
ODD = "[bold]:smile:"
SECRET = "the-secret-that-all-replicas-have-together"


def log_in(file: Path) -> SqliteLog:
    return SqliteLog(file, 1000, 1000)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A log with three events of a seller, of which the middle one is a dead letter, and one of another seller."""

    async def fill() -> None:
        log = log_in(tmp_path / "events.db")
        await log.open()
        await log.append([*(event(each) for each in EVENTS), event("other", "MERCHANT-2", facts={}, object_id=ODD)])
        [_, middle, _] = await log.read(MERCHANT, 0, 3)
        await log.bury(DeadLetter(middle, "UPSTREAM_TIMEOUT", attempts=5))
        await log.close()

    asyncio.run(fill())
    return tmp_path / "events.db"


@pytest.fixture
def events(file: Path) -> Command:
    def command(*given: str) -> Any:
        return run("events", *given, env={"GATEWAY_STORE": f"sqlite:{file}"})

    return command


def listed(events: Command, *given: str) -> list[str]:
    result = events("list", "--json", *given)
    assert result.exit_code == 0, result.output
    return [each["eventId"] for each in json.loads(result.stdout)]


def test_the_latest_come_first_and_can_be_chosen(events: Command) -> None:
    assert listed(events) == ["other", "e-2", "e-1", "e-0"]
    assert listed(events, "--limit", "1") == ["other"]
    assert listed(events, "--merchant", MERCHANT) == ["e-2", "e-1", "e-0"]
    assert listed(events, "--dead") == ["e-1"]
    assert listed(events, "--type", "customer.updated", "--limit", "2") == ["other", "e-2"]
    assert listed(events, "--type", "customer.created") == []


def test_a_table_shows_what_is_kept_whole_and_why_a_letter_is_dead(events: Command) -> None:
    everything, dead = events("list").stdout, events("list", "--dead").stdout

    assert all(shown in everything for shown in ("customer.updated", "CUSTOMER-1", MERCHANT, "e-0", ODD))
    assert "UPSTREAM_TIMEOUT, 5 attempts" in dead
    assert "e-0" not in dead
    assert events("list", "--type", "customer.created").stdout == "There is no such event.\n"


def test_what_is_kept_says_nothing_to_a_terminal(events: Command, file: Path) -> None:
    async def append() -> None:
        log = log_in(file)
        await log.open()
        facts = {"key": "\x1b[2J"}
        await log.append([event("e-3", object_id="\x1b]0;title\x07", facts=facts), event("e-4", object_id="\u202eA")])
        await log.close()

    asyncio.run(append())

    shown = events("list").stdout + events("show", "e-3").stdout + events("show", "e-4").stdout
    assert all(each.isprintable() for each in shown.splitlines())
    assert r"\x1b]0;title\x07" in shown
    assert r"key=\x1b[2J" in shown


def test_a_position_is_shown_whole_in_a_narrow_terminal(file: Path) -> None:
    with sqlite3.connect(file) as db:
        db.execute("UPDATE sqlite_sequence SET seq = 1883195664831086591")

    async def append() -> None:
        log = log_in(file)
        await log.open()
        await log.append([event("a-long-name-of-an-event-in-a-narrow-terminal")])
        await log.close()

    asyncio.run(append())
    narrow = {"GATEWAY_STORE": f"sqlite:{file}", "COLUMNS": "80", "FORCE_COLOR": "1", "TERM": "dumb"}

    shown = run("events", "list", "--limit", "1", env=narrow).stdout
    assert " 1883195664831086592 " in shown
    assert "…" not in shown


@pytest.mark.parametrize("name", ["2", "e-1"])
def test_one_event_is_found_by_its_position_and_by_its_id(events: Command, name: str) -> None:
    found = json.loads(events("show", name, "--json").stdout)

    assert (found["position"], found["eventId"], found["version"]) == (2, "e-1", 3)
    assert found["facts"] == {"one": "a", "several": ["b", "c"]}
    assert found["deadLetter"] == {"reason": "UPSTREAM_TIMEOUT", "attempts": 5}
    assert "several=b | c" in events("show", name).stdout


def test_a_replayed_event_comes_once_more_behind_all_others(events: Command, file: Path) -> None:
    assert events("replay", "e-1", "1").exit_code == 0

    async def look() -> tuple[list[str], Bounds, list[int | None]]:
        log = log_in(file)
        await log.open()
        kept = [each.event.event_id for each in await log.read(MERCHANT, 0, 10)]
        found = kept, await log.bounds(MERCHANT), await log.append([event("e-1")])
        await log.close()
        return found

    assert asyncio.run(look()) == (["e-2", "e-1", "e-0"], Bounds(gone=0, last=6), [None])
    assert listed(events, "--dead") == []


def test_a_replay_wakes_those_who_wait_in_a_running_gateway(events: Command, file: Path) -> None:
    async def wait() -> None:
        log = log_in(file)
        await log.open()
        last = (await log.bounds(MERCHANT)).last
        waiting = asyncio.create_task(log.changed(MERCHANT, last))
        result = await asyncio.to_thread(events, "replay", "e-0")
        assert result.exit_code == 0, result.output
        async with asyncio.timeout(PATIENCE):
            await waiting
        await log.close()

    asyncio.run(wait())


def test_a_dropped_event_is_told_to_nobody_and_not_taken_again(events: Command, file: Path) -> None:
    assert events("drop", "e-1", "e-2").stdout == "e-1: dropped\ne-2: dropped\n"

    async def look() -> tuple[list[str], int, list[int | None]]:
        log = log_in(file)
        await log.open()
        kept = [each.event.event_id for each in await log.read(MERCHANT, 0, 10)]
        found = kept, log.figures.events, await log.append([event("e-1")])
        await log.close()
        return found

    assert asyncio.run(look()) == (["e-0"], 2, [None])
    assert listed(events, "--dead") == []


@pytest.mark.parametrize("given", [["show", "e-9"], ["replay", "e-9"], ["drop", "99"], ["show", "9" * 5000]])
def test_what_is_not_in_the_log_is_said_in_one_line(events: Command, given: list[str]) -> None:
    assert f"there is no event {given[1]} in the log" in refused(events(*given))


def test_a_log_that_cannot_be_seen_is_said_in_one_line(tmp_path: Path) -> None:
    missing = tmp_path / "missing.db"
    text = tmp_path / "text"
    text.write_text("not a database, and long enough to be the header of one" * 20)

    assert "GATEWAY_STORE is memory" in refused(run("events", "list"))
    assert "GATEWAY_STORE must be" in refused(run("events", "list", env={"GATEWAY_STORE": "postgres://localhost"}))
    away = run("events", "list", env={"GATEWAY_STORE": "redis://127.0.0.1:1", "GATEWAY_SECRET": SECRET})
    assert "The Redis of GATEWAY_STORE cannot be used: ConnectionRefusedError" in refused(away)
    for file in (missing, text):
        assert f"{file} cannot be used" in refused(run("events", "list", env={"GATEWAY_STORE": f"sqlite:{file}"}))
    assert not missing.exists()


def test_a_log_in_redis_is_seen_and_changed_the_same_way(redis_url: str) -> None:
    def events(*given: str) -> Any:
        settings = {"GATEWAY_STORE": redis_url, "GATEWAY_SECRET": SECRET, "GATEWAY_REDIS_PREFIX": "test"}
        return run("events", *given, env=settings)

    async def fill() -> list[int | None]:
        async with redis_log(redis_url, keys=Keys(SECRET)) as log:
            positions = await log.append([event(each) for each in EVENTS])
            [_, middle, _] = await log.read(MERCHANT, 0, 3)
            await log.bury(DeadLetter(middle, "UPSTREAM_TIMEOUT", attempts=5))
            return positions

    async def look() -> tuple[list[str], int, list[int | None]]:
        async with redis_log(redis_url, keys=Keys(SECRET)) as log:
            kept = [each.event.event_id for each in await log.read(MERCHANT, 0, 10)]
            return kept, log.figures.events, await log.append([event("e-2")])

    positions = asyncio.run(fill())
    shown = json.loads(events("show", str(positions[1]), "--json").stdout)

    assert (shown["eventId"], shown["deadLetter"]) == ("e-1", {"reason": "UPSTREAM_TIMEOUT", "attempts": 5})
    assert listed(events, "--dead") == ["e-1"]
    assert events("replay", "e-1").exit_code == events("drop", "e-2").exit_code == 0
    assert listed(events) == ["e-1", "e-0"]
    assert listed(events, "--dead") == []
    assert asyncio.run(look()) == (["e-0", "e-1"], 2, [None])
    assert "there is no event e-2 in the log" in refused(events("show", "e-2"))
