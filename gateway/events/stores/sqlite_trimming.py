"""How events leave a log in a file: the oldest first, a bounded number with each write, and ids later than events."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from gateway.events.log import Figures

# For each event that may be kept, how many ids are known: a repetition may come when the event is gone already.
IDS_FOR_EACH = 10
# Events that leave with one write, at most.
MAX_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long events are kept in seconds, how many of them, and what time it is."""

    retention: float
    limit: int
    now: Callable[[], float]

    def overdue(self, db: sqlite3.Connection) -> bool:
        """Whether anything is kept that is too old."""
        oldest = db.execute("SELECT stored_at FROM events ORDER BY position LIMIT 1").fetchone()
        return oldest is not None and oldest[0] < self.now() - self.retention


def trim(keeping: Keeping, added: int, db: sqlite3.Connection) -> Figures:
    """Note that events were added and let others go; to be called in every transaction that adds some."""
    kept, gone = db.execute("SELECT kept, gone FROM log").fetchone()
    before = (kept, gone)
    kept += added
    if kept > keeping.limit:
        upto = _position(db, gone, min(kept - keeping.limit, MAX_AT_ONCE))
        kept, gone = kept - _let_go(db, gone, upto), upto
    if keeping.overdue(db):
        row = db.execute(
            "SELECT MAX(position) FROM (SELECT position, stored_at FROM events ORDER BY position LIMIT ?) "
            "WHERE stored_at < ?",
            (MAX_AT_ONCE, keeping.now() - keeping.retention),
        ).fetchone()
        if row[0] > gone:
            kept, gone = kept - _let_go(db, gone, row[0]), row[0]
        db.execute("DELETE FROM events WHERE position <= ?", (row[0],))
    _forget_ids(db, keeping.limit * (IDS_FOR_EACH + 1))
    if (kept, gone) != before:
        db.execute("UPDATE log SET kept = ?, gone = ?", (kept, gone))
    [dead] = db.execute("SELECT COUNT(*) FROM dead_letters").fetchone()
    return Figures(kept, dead)


def _position(db: sqlite3.Connection, gone: int, number: int) -> int:
    """The position of the last of so many events that are kept, from the oldest on."""
    row = db.execute(
        "SELECT position FROM events WHERE position > ? AND event IS NOT NULL ORDER BY position LIMIT 1 OFFSET ?",
        (gone, number - 1),
    ).fetchone()
    return int(row[0])


def _let_go(db: sqlite3.Connection, gone: int, upto: int) -> int:
    """Keep only the ids of the events up to a position, and give how many there were."""
    between = (gone, upto)
    db.execute(
        "INSERT INTO sellers SELECT merchant, MAX(position), MAX(position) FROM events "
        "WHERE position > ? AND position <= ? AND event IS NOT NULL GROUP BY merchant "
        "ON CONFLICT (merchant) DO UPDATE SET gone = excluded.gone",
        between,
    )
    db.execute("DELETE FROM dead_letters WHERE position > ? AND position <= ?", between)
    emptied = db.execute(
        "UPDATE events SET event = NULL, merchant = '', type = '' "
        "WHERE position > ? AND position <= ? AND event IS NOT NULL",
        between,
    )
    return emptied.rowcount


def _forget_ids(db: sqlite3.Connection, most: int) -> None:
    first, last = db.execute("SELECT MIN(position), MAX(position) FROM events").fetchone()
    if first is not None and last - first >= most:
        db.execute("DELETE FROM events WHERE position <= ?", (min(last - most, first + MAX_AT_ONCE),))
