"""The emulator's state: one SQLite connection and its transactions. Holds no rules.

The tables belong to the rules modules, which own what is in them. A file database survives a
killed process: committed transactions are in the write-ahead log.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway.emulator.api import idempotency
from gateway.emulator.operations import TABLES
from gateway.emulator.store import tenants, webhook_tables

# By how many seconds the clock was moved forward each time: what is stored knows the time it had then.
_TABLES = "CREATE TABLE IF NOT EXISTS clock_steps (seconds REAL NOT NULL);"


class Store:
    """An open database with all tables in place.

    Takes ":memory:" or the path of a file, which is made when it is missing. With a `source`, another
    store's connection, it holds what is there instead. Raises DatabaseError for a file that holds something else.
    """

    def __init__(self, path: str | Path = ":memory:", *, source: sqlite3.Connection | None = None) -> None:
        # Called after each transaction that was committed.
        self.committed: list[Callable[[], None]] = []
        # Only one thread uses the connection at a time, but not always the thread that opened it.
        self.db = sqlite3.connect(str(path), isolation_level=None, check_same_thread=False)
        self.db.row_factory = sqlite3.Row
        if not _is_ours(self.db):
            self.db.close()
            raise sqlite3.DatabaseError("it holds something else already, and stays as it is")
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=NORMAL")
        self.db.execute("PRAGMA temp_store=MEMORY")
        self.db.execute("PRAGMA foreign_keys=ON")
        if source is not None:
            source.backup(self.db)
            return
        for tables in (_TABLES, tenants.TABLES, webhook_tables.TABLES, idempotency.TABLES, *TABLES):
            self.db.executescript(tables)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of the block's writes, or none of them when it raises."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield self.db
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")
        for call in self.committed:
            call()

    @property
    def seconds_ahead(self) -> float:
        """By how much the clock of what is stored is ahead of the machine's."""
        return float(self.db.execute("SELECT TOTAL(seconds) FROM clock_steps").fetchone()[0])

    def note_step(self, seconds: float) -> None:
        """Remember that the clock was moved forward."""
        self.db.execute("INSERT INTO clock_steps VALUES (?)", (seconds,))

    def close(self) -> None:
        """Close the database; an in-memory one is gone."""
        self.db.close()


def _is_ours(db: sqlite3.Connection) -> bool:
    """Whether there is nothing in a database, or what all of the emulator's have had from the beginning."""
    empty = db.execute("SELECT 1 FROM sqlite_master").fetchone() is None
    columns = {column["name"] for column in db.execute("PRAGMA table_info(tokens)")}
    return empty or columns >= {"token", "seller", "application"}
