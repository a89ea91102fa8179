"""What an operator can do with an event log, here one in a file, while gateways use it or not. Waits for no event.

Nothing personal can be seen, as none is kept.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from gateway.events.event import Stored
from gateway.events.stores.event_text import read_event
from gateway.events.stores.sqlite_file import SqliteFile

_KEPT = (
    "SELECT events.position, events.event, events.stored_at, dead_letters.reason, dead_letters.attempts "
    "FROM events LEFT JOIN dead_letters USING (position) WHERE events.event IS NOT NULL"
)


class NotKept(LookupError):
    """There is no such event. The message is what was asked for."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An event that is kept: since when (seconds since 1970), and why it is a dead letter, if it is one."""

    stored: Stored
    stored_at: float
    reason: str | None
    attempts: int | None


class AnyInspection(Protocol):
    """One log. Every method raises `NotStored` when it cannot be used, and `NotKept`."""

    async def close(self) -> None:
        """Let go of it."""
        ...

    async def latest(
        self, limit: int, *, types: Sequence[str] = (), merchant: str | None = None, dead: bool = False
    ) -> list[Kept]:
        """The latest events, the last one first."""
        ...

    async def one(self, name: str) -> Kept:
        """The event with this position or id."""
        ...

    async def replay(self, name: str) -> int:
        """Append an event once more; gives its new position."""
        ...

    async def drop(self, name: str) -> None:
        """Forget an event."""
        ...


class Inspection:
    """One log. Every method raises `NotStored` when it cannot be used. `close` it at the end."""

    def __init__(self, path: Path) -> None:
        """Make nothing: the file must be there."""
        self._file = SqliteFile(path)

    async def close(self) -> None:
        """Let go of the file."""
        await self._file.close()

    async def latest(
        self, limit: int, *, types: Sequence[str] = (), merchant: str | None = None, dead: bool = False
    ) -> list[Kept]:
        """The latest events, the last one first: of these types, of this seller, only dead letters."""
        clauses, values = [_KEPT], list[object]()
        if types:
            clauses.append(f"AND events.type IN ({', '.join('?' * len(types))})")
            values += types
        if merchant is not None:
            clauses.append("AND events.merchant = ?")
            values.append(merchant)
        if dead:
            clauses.append("AND dead_letters.position IS NOT NULL")
        clauses.append("ORDER BY events.position DESC LIMIT ?")
        values.append(limit)
        rows = await self._file.read(lambda db: db.execute(" ".join(clauses), values).fetchall())
        return [_kept(row) for row in rows]

    async def one(self, name: str) -> Kept:
        """The event with this position or id. Raises `NotKept`."""
        return await self._file.read(partial(_one, name))

    async def replay(self, name: str) -> int:
        """Append an event once more, so that subscribers are told of it; gives its new position. Raises `NotKept`.

        It leaves its old position: there is only one of each id.
        """
        return await self._file.write(partial(_replay, name))

    async def drop(self, name: str) -> None:
        """Forget an event, so that nobody is told of it any more. Its id stays known. Raises `NotKept`."""
        await self._file.write(partial(_drop, name))


def _kept(row: tuple[int, str, float, str | None, int | None]) -> Kept:
    position, text, stored_at, reason, attempts = row
    return Kept(Stored(position, read_event(text)), stored_at, reason, attempts)


def _one(name: str, db: sqlite3.Connection) -> Kept:
    # An SQLite integer has 19 digits at most.
    column = "position" if name.isascii() and name.isdigit() and len(name) < 19 else "event_id"
    row = db.execute(f"{_KEPT} AND events.{column} = ?", (int(name) if column == "position" else name,)).fetchone()
    if row is None:
        raise NotKept(name)
    return _kept(row)


def _replay(name: str, db: sqlite3.Connection) -> int:
    old = _one(name, db).stored.position
    columns = "event_id, merchant, type, event"
    row = db.execute(f"SELECT {columns} FROM events WHERE position = ?", (old,)).fetchone()  # noqa: S608 - a constant
    db.execute("DELETE FROM events WHERE position = ?", (old,))
    db.execute("DELETE FROM dead_letters WHERE position = ?", (old,))
    added = db.execute(f"INSERT INTO events ({columns}, stored_at) VALUES (?, ?, ?, ?, ?)", (*row, time.time()))  # noqa: S608
    position = added.lastrowid
    assert position is not None
    db.execute("UPDATE sellers SET last = ? WHERE merchant = ?", (position, row[1]))
    return position


def _drop(name: str, db: sqlite3.Connection) -> None:
    position = _one(name, db).stored.position
    db.execute("UPDATE events SET event = NULL, merchant = '', type = '' WHERE position = ?", (position,))
    db.execute("DELETE FROM dead_letters WHERE position = ?", (position,))
    db.execute("UPDATE log SET kept = kept - 1")
