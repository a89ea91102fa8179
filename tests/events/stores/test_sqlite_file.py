"""An SQLite file that several processes make at the same moment, as the workers of a gateway that was just started."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

from gateway.events.stores.sqlite_file import SqliteFile

TABLES = ("CREATE TABLE one (number)", "CREATE TABLE other (number)")


def add(db: sqlite3.Connection) -> None:
    db.execute("INSERT INTO one VALUES (1)")


def count(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT COUNT(*) FROM one").fetchone()[0])


async def test_a_new_file_may_be_opened_by_many_at_once(tmp_path: Path) -> None:
    for attempt in range(20):
        files = [SqliteFile(tmp_path / str(attempt), TABLES) for _ in range(6)]
        await asyncio.gather(*(file.write(add) for file in files))
        assert await files[0].read(count) == 6
        await asyncio.gather(*(file.close() for file in files))
