"""Snapshots: everything that is stored, in one file, and back as it was then."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.emulator.command import serve_emulator
from gateway.emulator.http.app import create_app
from gateway.emulator.http.server import start
from gateway.emulator.seed import seed_demo
from gateway.emulator.store import snapshot
from gateway.emulator.store.store import Store
from gateway.emulator.tools.client import NotDone
from gateway.emulator.tools.snapshot import load, save
from gateway.emulator.tools.trigger import trigger
from tests.emulator.conftest import Emulator, running_emulator
from tests.emulator.webhooks.receiver import receiving
from tests.patience import PATIENCE
from tests.test_cli import refused, run

PATH = "/_emulator/snapshot"


async def answers(emulator: Emulator, token: str = "test-token") -> list[Any]:
    """What a client can see of the shop."""
    seen = [("GET", "/v2/customers"), ("GET", "/v2/customers/groups"), ("POST", "/v2/loyalty/accounts/search"),
            ("POST", "/v2/loyalty/events/search"), ("GET", "/v2/loyalty/programs/main")]  # fmt: skip
    found = [(await emulator.call(*each, token=token))[1] for each in seen]
    # A cursor ends with the process that made it.
    return [{name: value for name, value in each.items() if name != "cursor"} for each in found]


async def days_ahead(emulator: Emulator) -> int:
    """By how many days the clock was moved."""
    _, clock = await emulator.call("GET", "/_emulator/clock")
    return round((datetime.fromisoformat(clock["now"]) - datetime.now(UTC)) / timedelta(days=1))


async def test_a_snapshot_brings_back_shop_tokens_and_clock_and_leaves_the_rest(
    emulator: Emulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "snapshot.db"
    seed_demo(emulator.store, emulator.clock, customers=30)
    await emulator.call("POST", "/_emulator/tokens", {"token": "mine"})
    await emulator.call("POST", "/_emulator/clock", {"advance_seconds": 86_400})
    before = await answers(emulator, "mine")
    await save(emulator.url, file)

    await emulator.call("POST", "/v2/customers", {"given_name": "Later"})
    await emulator.call("POST", "/_emulator/tokens/revoke", {"token": "mine"})
    await emulator.call("POST", "/_emulator/clock", {"advance_seconds": 40 * 86_400})
    emulator.faults.page = 50
    counted = dict(emulator.calls)
    await load(emulator.url, file)

    assert dict(emulator.calls) == counted
    assert emulator.faults.page == 50
    assert await answers(emulator, "mine") == before
    assert await days_ahead(emulator) == 1
    saved, loaded = capsys.readouterr().out.splitlines()
    assert saved == f"Saved {file.stat().st_size / 1_000_000:.1f} MB to {file}"
    assert loaded.startswith(f"Loaded {file}: the emulator's time is ")
    assert os.listdir(tmp_path) == [file.name]
    async with running_emulator() as another:
        await load(another.url, file)
        assert await answers(another, "mine") == before
        assert await days_ahead(another) == 1


async def test_a_database_in_a_file_is_saved_loaded_forked_and_served_like_one_in_memory(tmp_path: Path) -> None:
    kept, file = tmp_path / "kept.db", tmp_path / "snapshot.db"
    store = Store(kept)
    running = await start(create_app(store), store=store)
    async with running_emulator() as emulator:
        seed_demo(emulator.store, emulator.clock, customers=5)
        shop = await answers(emulator)
        await save(emulator.url, file)
        await load(running.url, file)
        for done in (save, load):
            with pytest.raises(NotDone, match="a database in use"):
                await done(running.url, kept)
        await save(running.url, file)
        emulator.running = running
        made = (await emulator.call("POST", "/_emulator/forks"))[1]["fork"]
        assert await answers(emulator, made["token"]) == shop
        await running.close()
        for database in (kept, file):
            emulator.running = await serve_emulator(port=0, db=database)
            assert await answers(emulator) == shop
            await emulator.running.close()


async def test_subscriptions_are_those_of_the_emulator_and_nothing_of_the_snapshot_is_sent(emulator: Emulator) -> None:
    async with receiving() as before, receiving() as receiver:
        emulator.running.subscribe(before.url)
        before.statuses = [503]
        await emulator.call("POST", "/v2/customers", {"given_name": "Ada"})
        await before.wait(1)
        saved = snapshot.save(emulator.store)
        async with running_emulator() as another:
            another.running.subscribe(receiver.url, key="k")
            status, _ = await another.call("PUT", PATH)
            assert status == 400
            response = await another.send("PUT", PATH, data=saved)
            assert response.status == 200, await response.text()
            await another.call("POST", "/v2/customers", {"given_name": "Zoe"})
            await receiver.wait(1)
            await another.call("POST", "/_emulator/webhooks/idle")
            _, found = await another.call("GET", "/_emulator/webhooks/subscriptions")
            _, events = await another.call("POST", "/v2/events")

    assert [each["notification_url"] for each in found["subscriptions"]] == [receiver.url]
    assert [each["data"]["object"]["customer"]["given_name"] for each in receiver.events] == ["Zoe"]
    assert receiver.received[0].signed("k", receiver.url)
    assert len(before.received) == 1
    assert [each["data"]["object"]["customer"]["given_name"] for each in events["events"]] == ["Zoe", "Ada"]


async def test_a_fork_has_snapshots_of_its_own(emulator: Emulator) -> None:
    made = (await emulator.call("POST", "/_emulator/forks"))[1]["fork"]
    saved = snapshot.save(emulator.store)
    for token in ("test-token", made["token"]):
        await emulator.call("POST", "/v2/customers", {"given_name": "Ada"}, token=token)
    response = await emulator.send("PUT", PATH, data=saved, headers={"Authorization": f"Bearer {made['token']}"})

    assert response.status == 200
    assert "customers" not in (await answers(emulator, made["token"]))[0]
    assert len((await answers(emulator))[0]["customers"]) == 1


def _foreign(tmp_path: Path) -> bytes:
    with sqlite3.connect(tmp_path / "foreign.db") as db:
        db.execute("CREATE TABLE customers (id TEXT)")
    return (tmp_path / "foreign.db").read_bytes()


def _changed(sql: str, before: str = "") -> Callable[[Path], bytes]:
    """A snapshot of an empty shop that was written to by hand, `before` anything else or afterwards."""

    def made(tmp_path: Path) -> bytes:
        with sqlite3.connect(tmp_path / "other.db") as db:
            db.executescript(before)
        store = Store(tmp_path / "other.db")
        store.db.executescript(sql)
        saved = snapshot.save(store)
        store.close()
        return saved

    return made


@pytest.mark.parametrize(
    "content",
    [
        lambda _: b"",
        lambda _: b"not a database" * 100,
        lambda _: snapshot.save(Store())[:-4096],
        _foreign,
        _changed("CREATE TRIGGER t AFTER INSERT ON tokens BEGIN DELETE FROM tokens; END"),
        _changed("DROP TABLE clock_steps; CREATE TABLE clock_steps (seconds REAL NOT NULL CHECK (seconds < 0))"),
        _changed("DELETE FROM webhook_dispatched"),
        _changed("INSERT INTO clock_steps VALUES (9e999)"),
        _changed("", "PRAGMA encoding = 'UTF-16le'; CREATE TABLE t (a); DROP TABLE t"),
        _changed("", "PRAGMA page_size = 8192; CREATE TABLE t (a); DROP TABLE t"),
    ],
    ids=["empty", "no database", "cut", "foreign", "trigger", "check", "no place", "endless", "UTF-16", "other pages"],
)
async def test_what_is_no_snapshot_is_refused_and_changes_nothing(
    emulator: Emulator, tmp_path: Path, content: Any
) -> None:
    await emulator.call("POST", "/v2/customers", {"given_name": "Ada"})
    file = tmp_path / "file.db"
    file.write_bytes(content(tmp_path))

    with pytest.raises(NotDone, match=r"PUT /_emulator/snapshot: This is no "):
        await load(emulator.url, file)

    assert len((await answers(emulator))[0]["customers"]) == 1
    assert await days_ahead(emulator) == 0


async def test_the_commands_are_for_the_fork_whose_token_they_have(emulator: Emulator, tmp_path: Path) -> None:
    made = (await emulator.call("POST", "/_emulator/forks"))[1]["fork"]
    await save(emulator.url, tmp_path / "file", made["token"])
    await trigger(emulator.url, "customer.created", made["token"])
    triggered = (await answers(emulator, made["token"]))[0]
    await load(emulator.url, tmp_path / "file", made["token"])
    counted = [
        (await emulator.call("GET", "/_emulator/calls", token=each))[1] for each in ("test-token", made["token"])
    ]

    assert len(triggered["customers"]) == 1
    assert (await answers(emulator, made["token"]))[0] == {}
    assert [each["count"].get("CreateCustomer") for each in counted] == [None, 1]
    with pytest.raises(NotDone, match="There is no fork of this token"):
        await save(emulator.url, tmp_path / "file", "fork-of-nobody")
    with pytest.raises(NotDone, match="--token: "):
        await save(emulator.url, tmp_path / "file", "two\nlines")


def test_a_command_that_cannot_do_it_says_so_in_one_line(tmp_path: Path) -> None:
    there = ["--url", "http://127.0.0.1:9"]

    assert "no emulator answers at http://127.0.0.1:9" in refused(
        run("emulator", "snapshot", "save", str(tmp_path / "file"), *there)
    )
    assert "no such file or directory" in refused(run("emulator", "snapshot", "load", str(tmp_path / "file"), *there))


async def test_a_snapshot_is_written_through_a_link_and_into_a_pipe_and_no_other_file_goes(
    emulator: Emulator, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file, link, pipe, other = (tmp_path / name for name in ("file.db", "link.db", "pipe", "link.db.part"))
    file.touch(mode=0o600)
    link.symlink_to(file.name)
    other.write_text("of somebody else")
    os.mkfifo(pipe)
    reading = asyncio.create_task(asyncio.to_thread(pipe.read_bytes))
    await save(emulator.url, link)
    # Opening a pipe waits for its other end, and the emulator answers in this thread.
    await asyncio.wait_for(save(emulator.url, pipe), PATIENCE)

    assert file.read_bytes() == (await reading) == snapshot.save(emulator.store)
    assert (link.is_symlink(), pipe.is_fifo(), file.stat().st_mode & 0o777) == (True, True, 0o600)
    assert (other.read_text(), len(os.listdir(tmp_path))) == ("of somebody else", 4)
    # Where the pipe is the standard output, what is said is not in the file.
    assert [each.count("Saved ") for each in capfd.readouterr()] == [1, 1]


def test_a_file_without_a_name_is_refused(tmp_path: Path) -> None:
    for command in ("save", "load"):
        assert "expected the name of a file" in refused(run("emulator", "snapshot", command, ""))
