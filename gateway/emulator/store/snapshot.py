"""A snapshot: everything that is stored, as at one moment, in the bytes of one SQLite database. Knows no HTTP.

It holds the shop, the tokens, and by how much the clock was moved. Whatever is only in memory is not in it: recorded
calls, and what goes wrong on purpose.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from gateway.emulator.api.clock import seconds_to_end
from gateway.emulator.errors import chosen
from gateway.emulator.store.store import Store

# Bytes of a snapshot that is loaded: some 100,000 customers of the demo shop.
MAX_BYTES = 1024 * 1024 * 1024
# Of the deployment and not of the shop: where notifications go, with which keys, and whose events are kept.
_OF_THE_RUNNING = ("webhook_subscriptions", "event_settings")


def save(store: Store) -> bytes:
    """What is stored now."""
    with _file() as path:
        with closing(sqlite3.connect(path)) as target:
            store.db.backup(target)
            # A copy of a database with a log beside it says that it has one as well.
            target.execute("PRAGMA journal_mode=DELETE")
        return path.read_bytes()


@contextmanager
def opened(content: bytes, store: Store) -> Iterator[sqlite3.Connection]:
    """A copy of a snapshot that `store` can load, to be changed before. Raises 400 INVALID_VALUE for anything else."""
    with _file() as path:
        path.write_bytes(content)
        with closing(sqlite3.connect(path, isolation_level=None)) as source:
            try:
                same = source.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok" and _shape(source) == _shape(
                    store.db
                )
                known = same and _known(source)
            except sqlite3.DatabaseError:
                raise chosen("not_a_snapshot", "This is no SQLite database, or a part of one.") from None
            if not known:
                raise chosen("not_a_snapshot", "This is no snapshot of an emulator of this version.")
            yield source


def load(store: Store, source: sqlite3.Connection) -> None:
    """Have what the snapshot has, in place of everything but the subscriptions to notifications: at once, or not."""
    for name in _OF_THE_RUNNING:
        source.execute(f"DELETE FROM {name}")  # noqa: S608 - fixed names
        for row in store.db.execute(f"SELECT * FROM {name}"):  # noqa: S608 - fixed names
            source.execute(f"INSERT INTO {name} VALUES ({', '.join('?' * len(row))})", tuple(row))  # noqa: S608 - fixed names
    source.backup(store.db)


@contextmanager
def _file() -> Iterator[Path]:
    with TemporaryDirectory(prefix="gateway-emulator-") as folder:
        yield Path(folder, "snapshot.db")


def _shape(db: sqlite3.Connection) -> set[tuple[str, ...]]:
    """What there is, as it was made, and how it is laid out: a copy onto another layout cannot be read."""
    layout = {(name, str(db.execute(f"PRAGMA {name}").fetchone()[0])) for name in ("encoding", "page_size")}
    made = db.execute("SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").fetchall()
    # A column that was added later is written with other spaces.
    return layout | {(kind, name, "".join((sql or "").split())) for kind, name, sql in made}


def _known(db: sqlite3.Connection) -> bool:
    """Whether what everything depends on is there: how far notifications came, and a time that a clock can show."""
    places = db.execute("SELECT TYPEOF(sequence) FROM webhook_dispatched").fetchall()
    seconds = float(db.execute("SELECT TOTAL(seconds) FROM clock_steps").fetchone()[0])
    return places == [("integer",)] and 0 <= seconds <= seconds_to_end()
