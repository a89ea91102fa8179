"""Which profile a merged one has become. Nothing is merged here.

The id of a profile that was deleted by a merge reads as the new profile, as Square's staff say
(https://developer.squareup.com/forums/t/10676); to change it, the new id must be used.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import orjson

from gateway.emulator.api.routes import Json
from gateway.emulator.rules.customers import table as customer_table

TABLES = """
CREATE TABLE IF NOT EXISTS merged_customers (
    seller TEXT NOT NULL,
    id TEXT NOT NULL,
    merged_into TEXT NOT NULL,
    PRIMARY KEY (seller, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS merged_customers_by_target ON merged_customers (seller, merged_into);
"""


def note(db: sqlite3.Connection, seller: str, ids: Sequence[str], target: str) -> None:
    """Remember that profiles, and all that they are merged from, are `target` now."""
    for each in ids:
        db.execute(
            "UPDATE merged_customers SET merged_into = ? WHERE seller = ? AND merged_into = ?", (target, seller, each)
        )
        db.execute("INSERT INTO merged_customers VALUES (?, ?, ?)", (seller, each, target))


def become(db: sqlite3.Connection, seller: str, ids: Sequence[str]) -> dict[str, str]:
    """The ids of the profiles that some of these have become."""
    rows = db.execute(
        "SELECT id, merged_into FROM merged_customers WHERE seller = ? AND id IN (SELECT value FROM json_each(?))",
        (seller, orjson.dumps(ids).decode()),
    )
    return {row["id"]: row["merged_into"] for row in rows}


def find(db: sqlite3.Connection, seller: str, ids: Sequence[str]) -> dict[str, Json]:
    """As `table.find`, with the new profile under the id of one that was merged into it."""
    found = customer_table.find(db, seller, ids)
    missing = [each for each in ids if each not in found]
    if not missing:
        return found
    targets = become(db, seller, missing)
    profiles = customer_table.find(db, seller, list(set(targets.values()))) if targets else {}
    return found | {key: profiles[target] for key, target in targets.items() if target in profiles}
