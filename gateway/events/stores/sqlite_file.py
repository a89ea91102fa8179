"""A connection to an SQLite file in a thread of its own, which never holds up the event loop. Knows no events."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic, sleep
from typing import TypeVar

from gateway.events.log import NotStored

# Seconds that a statement waits for another process that writes. Less than a notification may take.
MAX_LOCKED = 0.5
# Seconds before another attempt to open a file.
PAUSE = 0.005
# "SGel": so that no other program's file is taken for a log (https://www.sqlite.org/pragma.html#pragma_application_id).
APPLICATION_ID = 0x5347656C
VERSION = 1
# What goes by without another connection.
_PASSING = frozenset({"SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL"})

T = TypeVar("T")


class Held(NotStored):
    """Another process holds the file, for longer than was waited."""


class SqliteFile:
    """One connection, opened when it is needed, and again after a failure; always to the same file."""

    def __init__(self, path: Path, tables: Sequence[str] = ()) -> None:
        """`tables` are made where there are none; without them the file has to be there."""
        self._path = path
        self._tables = tables
        self._db: sqlite3.Connection | None = None
        # The file that was opened first, as the operating system knows it.
        self._first: tuple[int, int] | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="event-log")

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do this in the thread, as one transaction. Raises `NotStored`, and then nothing was written."""
        return await self._run(work, "BEGIN IMMEDIATE")

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do this in the thread, on one state of the file. Raises `NotStored`."""
        return await self._run(work, "BEGIN")

    async def close(self) -> None:
        """Close the connection once what was begun is done."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._drop)
        self._thread.shutdown(wait=False)

    async def _run(self, work: Callable[[sqlite3.Connection], T], begin: str) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._transaction, work, begin)

    def _transaction(self, work: Callable[[sqlite3.Connection], T], begin: str) -> T:
        try:
            db = self._opened()
            db.execute(begin)
            done = work(db)
            db.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            self._failed(error)
            reason = _reason(error)
            raise (Held if reason.startswith("SQLITE_BUSY") else NotStored)(reason) from None
        except BaseException:
            self._drop()
            raise
        return done

    def _opened(self) -> sqlite3.Connection:
        # SQLite goes on with a file that was removed, and all of it ends with the process.
        if self._first is not None and self._first != self._there():
            raise NotStored("its file was removed or replaced")
        if self._db is None:
            # `rw` does not make the file, so that nobody looks into a log that was never there.
            mode = "rwc" if self._tables and self._first is None else "rw"
            uri = f"{self._path.absolute().as_uri()}?mode={mode}"
            # Opened in the thread that uses it; closed there too.
            db = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=MAX_LOCKED)
            try:
                _prepare(db, self._tables)
            except BaseException:
                db.close()
                raise
            self._db, self._first = db, self._there()
        return self._db

    def _there(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino

    def _failed(self, error: Exception) -> None:
        if getattr(error, "sqlite_errorname", "") not in _PASSING or self._db is None:
            self._drop()
            return
        try:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
        except sqlite3.Error:
            self._drop()

    def _drop(self) -> None:
        if self._db is not None:
            with contextlib.suppress(sqlite3.Error):
                self._db.close()
            self._db = None


def _prepare(db: sqlite3.Connection, tables: Sequence[str]) -> None:
    until = monotonic() + MAX_LOCKED
    while True:
        try:
            _set_up(db, tables)
        except sqlite3.OperationalError as error:
            # SQLite does not wait by itself where several open a new file at the same moment.
            if error.sqlite_errorname != "SQLITE_BUSY" or monotonic() >= until:
                raise
        else:
            return
        if db.in_transaction:
            db.execute("ROLLBACK")
        sleep(PAUSE)


def _set_up(db: sqlite3.Connection, tables: Sequence[str]) -> None:
    # One state of the file, as another process may be making the tables just now.
    db.execute("BEGIN")
    _check(db, new=bool(tables))
    db.execute("COMMIT")
    # What is committed is on the disk, and readers do not wait for writers.
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    if not tables:
        return
    db.execute("BEGIN IMMEDIATE")
    # Another process may have been faster.
    if _check(db, new=True):
        for statement in (*tables, f"PRAGMA application_id={APPLICATION_ID}", f"PRAGMA user_version={VERSION}"):
            db.execute(statement)
    db.execute("COMMIT")


def _check(db: sqlite3.Connection, *, new: bool) -> bool:
    """Whether there is nothing in the file yet. Raises `NotStored` unless it is a log, or may be a `new` one."""
    found, version = db.execute("PRAGMA application_id").fetchone()[0], db.execute("PRAGMA user_version").fetchone()[0]
    empty = not db.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone()[0]
    if (found, version) != (APPLICATION_ID, VERSION) and not (empty and new):
        raise NotStored("it is not an event log of this version of the gateway")
    return empty


def _reason(error: Exception) -> str:
    """What failed, in SQLite's or the operating system's own name for it."""
    if isinstance(error, OSError):
        return (error.strerror or type(error).__name__).lower()
    return str(getattr(error, "sqlite_errorname", type(error).__name__))
