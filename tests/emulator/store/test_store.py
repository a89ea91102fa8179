from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from gateway.emulator.api.clock import Clock, timestamp
from gateway.emulator.store.store import Store
from gateway.emulator.store.tenants import Tenants, Token

KILLED = """
import os, signal, sys
from gateway.emulator.store.store import Store
store = Store(sys.argv[1])
with store.transaction() as db:
    db.execute("INSERT INTO idempotency_keys VALUES ('s', 'a', 'o', 'kept', x'00', '{}')")
store.db.execute("BEGIN IMMEDIATE")
store.db.execute("INSERT INTO idempotency_keys VALUES ('s', 'a', 'o', 'lost', x'00', '{}')")
os.kill(os.getpid(), signal.SIGKILL)
"""


def keys(store):
    return [row["key"] for row in store.db.execute("SELECT key FROM idempotency_keys")]


def put(db, key):
    db.execute("INSERT INTO idempotency_keys VALUES ('s', 'a', 'o', ?, x'00', '{}')", (key,))


@pytest.fixture
def store():
    store = Store()
    yield store
    store.close()


def test_a_transaction_keeps_its_writes(store):
    with store.transaction() as db:
        put(db, "a")

    assert keys(store) == ["a"]
    assert not store.db.in_transaction


def test_a_transaction_that_raises_keeps_none(store):
    def interrupted():
        with store.transaction() as db:
            put(db, "a")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert keys(store) == []
    assert not store.db.in_transaction


def test_foreign_keys_are_enforced(store):
    assert store.db.execute("PRAGMA foreign_keys").fetchone()[0] == 1


def test_a_file_is_found_again(tmp_path):
    first = Store(tmp_path / "square.db")
    Tenants(first.db).put(Token("mine", state="revoked"))
    put(first.db, "a")
    first.close()

    again = Store(tmp_path / "square.db")
    Tenants(again.db)

    assert keys(again) == ["a"]
    assert again.db.execute("SELECT state FROM tokens WHERE token = 'mine'").fetchone()[0] == "revoked"
    again.close()


def test_a_killed_process_loses_nothing_committed_and_keeps_nothing_else(tmp_path):
    path = str(tmp_path / "square.db")
    killed = subprocess.run([sys.executable, "-c", KILLED, path], check=False)

    store = Store(path)

    assert killed.returncode == -signal.SIGKILL
    assert keys(store) == ["kept"]
    assert store.db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    store.close()


def test_the_clock_moves_forward_only():
    clock = Clock(datetime(2026, 1, 1, tzinfo=UTC))

    clock.advance(90.5)

    assert timestamp(clock.now()) == "2026-01-01T00:01:30.500Z"
    with pytest.raises(ValueError, match="forward"):
        clock.advance(-1)


def test_the_clock_runs_by_itself_unless_it_is_fixed():
    clock = Clock()
    clock.advance(3600)

    assert (clock.now() - datetime.now(UTC)).total_seconds() == pytest.approx(3600, abs=5)


def test_no_two_readings_of_a_running_clock_are_in_one_millisecond():
    clock = Clock()

    readings = [timestamp(clock.now()) for _ in range(1000)]

    assert readings == sorted(set(readings))


def test_a_clock_that_is_read_often_is_moved_by_all_of_a_step():
    clock = Clock()
    before = [clock.now() for _ in range(1000)][-1]
    clock.advance(3600)

    assert (clock.now() - before).total_seconds() >= 3600


def test_a_file_from_before_there_were_personal_tokens_is_opened(tmp_path):
    path = tmp_path / "square.db"
    old = sqlite3.connect(path)
    old.execute(
        "CREATE TABLE tokens (token TEXT PRIMARY KEY, seller TEXT NOT NULL, application TEXT NOT NULL,"
        " scopes TEXT NOT NULL, state TEXT NOT NULL, expires_at REAL) WITHOUT ROWID"
    )
    old.execute("INSERT INTO tokens VALUES ('test-token', 'MLMINE', 'mine', 'CUSTOMERS_READ', 'active', NULL)")
    old.commit()
    old.close()

    store = Store(path)
    tenants = Tenants(store.db)

    now = Clock().now()
    mine, other = [tenants.caller(f"Bearer {token}", now) for token in ("test-token", "second-app-token")]
    assert (mine.seller_id, mine.personal, other.personal) == ("MLMINE", True, False)
    store.close()
