"""The log in a file: killed processes, several processes, locks, full disks, and files that are none of ours."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest

from gateway.events.log import Bounds, DeadLetter, NotStored
from gateway.events.stores import sqlite
from gateway.events.stores.sqlite import SqliteLog
from tests.disk import MAX_LOCKED
from tests.events.signed import MERCHANT, event
from tests.patience import PATIENCE
from tests.patient_loop import by_the_machines_clock

ROOT = Path(__file__).parents[3]


def log_in(file: Path, limit: int = 100_000) -> SqliteLog:
    return SqliteLog(file, 1000, limit)


async def start(file: Path, *given: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.events.stores.appending", str(file), *given, cwd=ROOT, stdout=PIPE
    )


async def ids(file: Path) -> list[str]:
    log = log_in(file)
    await log.open()
    found = [each.event.event_id for each in await log.read(MERCHANT, 0, 1_000_000)]
    await log.close()
    return found


async def test_what_was_acknowledged_survives_a_killed_process(file: Path) -> None:
    process = await start(file, "mine")
    assert process.stdout is not None
    acknowledged: list[str] = []
    while len(acknowledged) < 500:
        acknowledged += (await process.stdout.readline()).decode().split()
    process.kill()
    acknowledged += (await process.stdout.read()).decode().split()
    await process.wait()
    whole = [each for each in acknowledged if each.count("-") == 2]

    assert (await ids(file))[: len(whole)] == whole


async def test_a_log_goes_on_under_its_name_with_what_was_in_it(file: Path) -> None:
    first = log_in(file)
    await first.open()
    [position] = await first.append([event("e-1")])
    [stored] = await first.read(MERCHANT, 0, 10)
    await first.bury(DeadLetter(stored, "UPSTREAM_TIMEOUT", 5))
    await first.close()
    second = log_in(file)
    await second.open()

    assert second.name == first.name
    assert second.figures == first.figures
    assert await second.append([event("e-1")]) == [None]
    assert await second.bounds(MERCHANT) == Bounds(0, position or 0)
    await second.close()


async def test_two_logs_have_two_names(tmp_path: Path) -> None:
    names = set()
    for number in range(2):
        log = log_in(tmp_path / f"{number}.db")
        await log.open()
        names.add(log.name)
        await log.close()

    assert len(names) == 2


async def test_two_processes_append_to_one_file_and_no_event_is_lost(file: Path) -> None:
    one, two = await start(file, "one"), await start(file, "two")
    lines: list[bytes] = []
    for process in (one, two):
        assert process.stdout is not None
        lines += [await process.stdout.readline() for _ in range(40)]
    for process in (one, two):
        process.kill()
        await process.wait()
    acknowledged = b" ".join(lines).decode().split()
    kept = await ids(file)

    assert len(acknowledged) == 400
    assert set(acknowledged) <= set(kept)
    assert len(kept) == len(set(kept))


@pytest.mark.usefixtures("files_are_held")
async def test_opening_waits_for_others_who_make_the_file_at_the_same_moment_on_a_slow_disk(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "MAX_OPENING", PATIENCE)
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    log = log_in(file)
    opening = asyncio.create_task(log.open())
    with by_the_machines_clock():
        done, _ = await asyncio.wait({opening}, timeout=2 * MAX_LOCKED)
    holder.execute("ROLLBACK")
    holder.close()

    assert not done
    await opening
    assert await log.append([event("e-1")]) == [1]
    await log.close()


async def test_what_another_process_appends_is_noticed_by_those_who_wait(file: Path) -> None:
    log = log_in(file)
    await log.open()
    waiting = asyncio.create_task(log.changed(MERCHANT, 0))
    process = await start(file, "other")

    await asyncio.wait_for(waiting, PATIENCE)
    process.kill()
    await process.wait()
    await log.close()


async def test_listeners_hear_of_what_other_processes_do_while_somebody_waits(file: Path) -> None:
    ours, theirs = log_in(file), log_in(file)
    await ours.open()
    await theirs.open()
    heard = asyncio.Event()
    ours.on_stored(lambda stored: heard.set() if "theirs" in {each.event_id for each in stored} else None)
    waiting = asyncio.create_task(ours.changed("of nobody", 0))
    await ours.append([event("ours")])
    await theirs.append([event("theirs")])
    async with asyncio.timeout(PATIENCE):
        await heard.wait()

    assert ours.figures.events == 2
    waiting.cancel()
    for log in (ours, theirs):
        await log.close()


@pytest.mark.usefixtures("files_are_held")
async def test_while_another_process_holds_the_file_nothing_is_acknowledged_and_afterwards_it_is(file: Path) -> None:
    log = log_in(file)
    await log.open()
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(NotStored, match="SQLITE_BUSY"):
        await log.append([event("e-1")])
    assert await log.read(MERCHANT, 0, 10) == []
    holder.execute("ROLLBACK")

    assert await log.append([event("e-1")]) == [1]
    holder.close()
    await log.close()


@pytest.mark.usefixtures("files_are_held")
async def test_whoever_stops_waiting_takes_its_event_back(file: Path) -> None:
    log = log_in(file)
    await log.open()
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    first = asyncio.create_task(log.append([event("e-1")]))
    await asyncio.sleep(0)
    second = asyncio.create_task(log.append([event("e-2")]))
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(NotStored):
        await first
    holder.execute("ROLLBACK")
    await log.append([event("e-3")])

    assert [each.event.event_id for each in await log.read(MERCHANT, 0, 10)] == ["e-3"]
    holder.close()
    await log.close()


async def test_on_a_full_disk_nothing_is_acknowledged_that_is_not_kept(file: Path) -> None:
    process = await start(file, "mine", "300000")
    assert process.stdout is not None
    *lines, last = (await process.stdout.read()).decode().splitlines()
    await process.wait()

    assert last.startswith("refused SQLITE_")
    assert lines
    assert await ids(file) == " ".join(lines).split()


async def test_a_file_that_is_no_log_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    text, other = tmp_path / "text", tmp_path / "other.db"
    text.write_text("something else entirely, and long enough to be a header of a database" * 20)
    with sqlite3.connect(other) as db:
        db.execute("CREATE TABLE things (id)")
    db.close()
    before = (text.read_bytes(), other.read_bytes())

    for file in (text, other, tmp_path, tmp_path / "missing" / "events.db"):
        log = log_in(file)
        with pytest.raises(NotStored):
            await log.open()
        await log.close()
    assert (text.read_bytes(), other.read_bytes()) == before


async def test_a_log_that_could_not_be_used_is_used_as_soon_as_it_can(tmp_path: Path) -> None:
    log = log_in(tmp_path / "later" / "events.db")
    with pytest.raises(NotStored):
        await log.open()
    (tmp_path / "later").mkdir()
    await log.open()

    assert await log.append([event("e-1")]) == [1]
    await log.close()


async def test_a_limit_that_was_lowered_is_reached_with_the_next_events(file: Path) -> None:
    log = log_in(file)
    await log.open()
    await log.append([event(f"e-{number}") for number in range(3000)])
    await log.close()
    lower = log_in(file, limit=100)
    await lower.open()
    for number in range(3):
        await lower.append([event(f"f-{number}")])

    assert lower.figures.events == 100
    await lower.close()


async def test_ids_are_let_go_when_they_are_many_more_than_events(file: Path) -> None:
    log = log_in(file, limit=10)
    await log.open()
    for start_at in range(0, 400, 20):
        await log.append([event(f"e-{number}") for number in range(start_at, start_at + 20)])
    known = await log.append([event("e-0"), event("e-399"), event("e-300")])

    assert [each is None for each in known] == [False, True, True]
    await log.close()


async def test_nothing_is_acknowledged_once_the_file_is_removed_or_replaced_by_another(file: Path) -> None:
    aside, next_to = file.with_name("aside.db"), file.with_name("other.db")
    log, other = log_in(file), log_in(next_to)
    for each in (log, other):
        await each.open()
    await other.close()
    await log.append([event("e-1")])
    shutil.move(file, aside)
    with pytest.raises(NotStored, match="removed"):
        await log.append([event("e-2")])
    shutil.move(next_to, file)
    with pytest.raises(NotStored, match="replaced"):
        await log.append([event("e-2")])
    shutil.move(aside, file)

    assert await log.append([event("e-2")]) == [2]
    await log.close()


async def test_repetitions_push_out_neither_events_nor_their_ids(file: Path) -> None:
    log = log_in(file, limit=10)
    await log.open()
    await log.append([event("e-1")])
    for _ in range(20):
        await log.append([event("e-1")] * 10)

    assert await log.append([event("e-2")]) == [2]
    assert [each.event.event_id for each in await log.read(MERCHANT, 0, 10)] == ["e-1", "e-2"]
    assert await log.append([event("e-1")]) == [None]
    await log.close()
