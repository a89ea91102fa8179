"""What other processes have done to an event log in a file since one looked last. Waits for nothing."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from gateway.events.event import Event
from gateway.events.log import Figures
from gateway.events.stores.event_text import read_event

# Events that are read at a time, the latest.
MAX_READ = 1000


@dataclass(frozen=True, slots=True)
class Seen:
    """How a file was when one looked: SQLite's version of it for this connection, and the position given last."""

    version: int
    position: int


NOTHING_SEEN = Seen(-1, 0)


@dataclass(frozen=True, slots=True)
class Found:
    """How a file is now. `events` are new ones, and `figures` None unless another process has written."""

    seen: Seen
    events: list[Event]
    figures: Figures | None


def look(before: Seen, db: sqlite3.Connection) -> Found:
    """What another process has written since; some of the events may be one's own."""
    # It changes with the commits of other connections alone: https://www.sqlite.org/pragma.html#pragma_data_version
    [version] = db.execute("PRAGMA data_version").fetchone()
    row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'events'").fetchone()
    seen = Seen(version, row[0] if row else 0)
    if version == before.version:
        return Found(seen, [], None)
    texts = db.execute(
        "SELECT event FROM events WHERE position > ? AND event IS NOT NULL ORDER BY position DESC LIMIT ?",
        (before.position, MAX_READ),
    ).fetchall()
    [kept] = db.execute("SELECT kept FROM log").fetchone()
    [dead] = db.execute("SELECT COUNT(*) FROM dead_letters").fetchone()
    return Found(seen, [read_event(text) for [text] in reversed(texts)], Figures(kept, dead))
