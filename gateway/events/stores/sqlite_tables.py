"""The tables of an event log in a file. What is in them is written by `sqlite` and `sqlite_trimming`.

A row of `events` without an `event` only keeps its id known. `log` has one row: the name of the log, how many events
are kept, the position up to which none is, and when the event that came last was created.
"""

TABLES = (
    """CREATE TABLE events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT NOT NULL UNIQUE,
    stored_at REAL NOT NULL,
    merchant TEXT NOT NULL,
    type TEXT NOT NULL,
    event TEXT
)""",
    "CREATE INDEX events_of_seller ON events (merchant, position) WHERE event IS NOT NULL",
    "CREATE TABLE sellers (merchant TEXT PRIMARY KEY, gone INTEGER NOT NULL, last INTEGER NOT NULL) WITHOUT ROWID",
    """CREATE TABLE dead_letters (
    position INTEGER PRIMARY KEY, reason TEXT NOT NULL, attempts INTEGER NOT NULL, buried_at REAL NOT NULL
)""",
    "CREATE TABLE log (name TEXT NOT NULL, kept INTEGER NOT NULL, gone INTEGER NOT NULL, latest TEXT)",
    "INSERT INTO log VALUES (lower(hex(randomblob(8))), 0, 0, NULL)",
    "CREATE TABLE notes (name TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID",
)
