"""The event log in an SQLite file: it outlives the process, whatever ends it, and several processes may use it.

Events that arrive together are written in one transaction, which is on the disk before `append` returns. No payload
of Square's is in it. How events leave it is in `sqlite_trimming`.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextvars import Context
from dataclasses import replace
from functools import partial
from pathlib import Path

from gateway.events.event import Event, Stored
from gateway.events.log import Bounds, DeadLetter, Figures, NotStored, OnStored
from gateway.events.stores.event_text import read_event, text_of
from gateway.events.stores.others import MAX_READ, NOTHING_SEEN, look
from gateway.events.stores.sqlite_file import Held, SqliteFile
from gateway.events.stores.sqlite_holding import hold
from gateway.events.stores.sqlite_tables import TABLES
from gateway.events.stores.sqlite_trimming import Keeping, trim
from gateway.events.stores.together import Together
from gateway.events.stores.waiting import Waiting

# Seconds between looks for what other processes have appended, while somebody waits.
LOOK_AGAIN = 0.2
# Seconds that others may hold the file while it is opened: all workers make it at once, on a disk that may be slow.
MAX_OPENING = 10.0


class SqliteLog:
    """Keeps at most `limit` events for `retention` seconds; `now` is the time in seconds."""

    def __init__(self, path: Path, retention: float, limit: int, now: Callable[[], float] = time.time) -> None:
        self._keeping = Keeping(retention, limit, now)
        self._writer = SqliteFile(path, TABLES)
        self._reader = SqliteFile(path)
        self._name = ""
        self._figures = Figures(0, 0)
        self._seen = NOTHING_SEEN
        self._together = Together(self._write)
        self._looking: asyncio.Task[None] | None = None
        self._waiting = Waiting()

    @property
    def name(self) -> str:
        """Made with the file."""
        return self._name

    @property
    def figures(self) -> Figures:
        """How much there was when this process last wrote or looked."""
        return self._figures

    def on_stored(self, listener: OnStored) -> None:
        """Tell this listener first, of what others append only while somebody waits; some of it twice then."""
        self._waiting.listen(listener)

    def on_missed(self, listener: Callable[[], None]) -> None:
        """See `EventLog`."""
        self._waiting.listen_missed(listener)

    async def open(self) -> None:
        """Make or read the file. Raises `NotStored`, for one that is busy not before others had time to make it."""
        until = time.monotonic() + MAX_OPENING
        while True:
            try:
                return await self._open()
            except Held:
                if time.monotonic() >= until:
                    raise

    async def _open(self) -> None:
        self._name = await self._writer.write(_name_of)
        self._figures = await self._writer.write(partial(trim, self._keeping, 0))
        self._seen = (await self._writer.read(partial(look, NOTHING_SEEN))).seen

    async def close(self) -> None:
        """Write what was given already, and let go of the file."""
        if self._looking is not None:
            self._looking.cancel()
        await self._together.close()
        await self._reader.close()
        await self._writer.close()

    async def append(self, events: Sequence[Event]) -> list[int | None]:
        """See `EventLog`. A caller that stops waiting before its events are being written takes them back."""
        return await self._together.append(events)

    async def read(self, merchant: str, after: int, limit: int) -> list[Stored]:
        """See `EventLog`."""
        rows = await self._reader.read(
            lambda db: db.execute(
                "SELECT position, event FROM events WHERE merchant = ? AND position > ? AND event IS NOT NULL "
                "ORDER BY position LIMIT ?",
                (merchant, after, limit),
            ).fetchall()
        )
        return [Stored(position, read_event(text)) for position, text in rows]

    async def bounds(self, merchant: str) -> Bounds:
        """See `EventLog`. What is too old by now is gone, even if nothing was appended since."""
        while await self._reader.read(self._keeping.overdue):
            self._figures = await self._writer.write(partial(trim, self._keeping, 0))
        row = await self._reader.read(
            lambda db: db.execute("SELECT gone, last FROM sellers WHERE merchant = ?", (merchant,)).fetchone()
        )
        return Bounds(0, 0) if row is None else Bounds(*row)

    async def changed(self, merchant: str, after: int) -> None:
        """See `EventLog`. A file that cannot be read has changed nothing yet."""
        while True:
            with self._waiting.one(merchant) as woken:
                if await self._last(merchant) > after:
                    return
                if self._looking is None or self._looking.done():
                    self._looking = asyncio.create_task(self._look(), context=Context())
                await woken

    async def bury(self, letter: DeadLetter) -> None:
        """See `EventLog`."""
        row = (letter.stored.position, letter.reason, letter.attempts, self._keeping.now())

        def work(db: sqlite3.Connection) -> Figures:
            # One whose event is gone meanwhile would say nothing.
            db.execute(
                "INSERT OR REPLACE INTO dead_letters SELECT ?1, ?2, ?3, ?4 "
                "WHERE EXISTS (SELECT 1 FROM events WHERE position = ?1 AND event IS NOT NULL)",
                row,
            )
            return trim(self._keeping, 0, db)

        self._figures = await self._writer.write(work)

    async def latest(self) -> str | None:
        """See `EventLog`."""
        found: str | None = await self._reader.read(lambda db: db.execute("SELECT latest FROM log").fetchone()[0])
        return found

    async def note(self, name: str) -> str | None:
        """See `EventLog`."""
        row = await self._reader.read(
            lambda db: db.execute("SELECT text FROM notes WHERE name = ?", (name,)).fetchone()
        )
        return None if row is None else str(row[0])

    async def set_note(self, name: str, text: str) -> None:
        """See `EventLog`."""
        await self._writer.write(lambda db: db.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (name, text)))

    async def hold(self, task: str, holder: str, seconds: float) -> bool:
        """See `EventLog`. One whose process has ended holds nothing."""
        return await self._writer.write(partial(hold, task, holder, seconds, self._keeping.now()))

    async def _last(self, merchant: str) -> int:
        try:
            row = await self._reader.read(
                lambda db: db.execute("SELECT last FROM sellers WHERE merchant = ?", (merchant,)).fetchone()
            )
        except NotStored:
            return 0
        return 0 if row is None else int(row[0])

    async def _write(self, events: Sequence[Event]) -> list[int | None]:
        positions, self._figures = await self._writer.write(partial(_insert, self._keeping, events))
        self._waiting.stored([event for event, position in zip(events, positions, strict=True) if position])
        return positions

    async def _look(self) -> None:
        """Tell of what other processes have appended, as long as anybody waits."""
        while self._waiting:
            await asyncio.sleep(LOOK_AGAIN)
            try:
                found = await self._writer.read(partial(look, self._seen))
            except NotStored:
                # With another connection the file has another version.
                self._seen = replace(self._seen, version=-1)
                continue
            self._seen = found.seen
            if found.figures is not None:
                self._figures = found.figures
                self._waiting.stored(found.events)
                if len(found.events) == MAX_READ:
                    # Of very many not all were read.
                    self._waiting.missed()


def _insert(keeping: Keeping, events: Sequence[Event], db: sqlite3.Connection) -> tuple[list[int | None], Figures]:
    # An id is good again once its event is too old.
    while keeping.overdue(db):
        trim(keeping, 0, db)
    moment = keeping.now()
    positions: list[int | None] = []
    last: dict[str, int] = {}
    latest = None
    for event in events:
        done = db.execute(
            # A conflict would use up a position, and ids are let go by how many positions there were since.
            "INSERT INTO events (event_id, stored_at, merchant, type, event) SELECT ?1, ?2, ?3, ?4, ?5 "
            "WHERE NOT EXISTS (SELECT 1 FROM events WHERE event_id = ?1)",
            (event.event_id, moment, event.merchant, event.type, text_of(event)),
        )
        position = done.lastrowid if done.rowcount else None
        positions.append(position)
        if position is not None:
            last[event.merchant], latest = position, event.created_at
    db.executemany(
        "INSERT INTO sellers (merchant, gone, last) VALUES (?, 0, ?) "
        "ON CONFLICT (merchant) DO UPDATE SET last = excluded.last",
        last.items(),
    )
    if latest is not None:
        db.execute("UPDATE log SET latest = ?", (latest,))
    return positions, trim(keeping, sum(1 for each in positions if each), db)


def _name_of(db: sqlite3.Connection) -> str:
    return str(db.execute("SELECT name FROM log").fetchone()[0])
