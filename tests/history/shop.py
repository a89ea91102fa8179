"""What the emulator's database really holds, read from its tables and not through any API."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from gateway.emulator.rules.loyalty.ledger import METADATA
from gateway.emulator.store.tenants import FIRST_SELLER

Json = dict[str, Any]


@dataclass
class Shop:
    """One seller's data: objects by id, and registers by what they belong to."""

    customers: dict[str, Json]
    groups: dict[str, str]
    members: set[tuple[str, str]]
    definitions: dict[str, Json]
    attributes: dict[tuple[str, str], str]
    accounts: dict[str, Json]
    events: list[Json]
    rewards: dict[str, Json]
    promotions: dict[str, Json]


def read_shop(db: sqlite3.Connection, seller: str = FIRST_SELLER) -> Shop:
    """Everything that mutations can change."""

    def rows(sql: str) -> list[Any]:
        return db.execute(sql, (seller,)).fetchall()

    def docs(table: str) -> dict[str, Json]:
        return {row[0]: json.loads(row[1]) for row in rows(f"SELECT id, doc FROM {table} WHERE seller = ?")}

    return Shop(
        customers=docs("customers"),
        groups={row[0]: row[1] for row in rows("SELECT id, name FROM customer_groups WHERE seller = ?")},
        members={
            (row[0], row[1])
            for row in rows("SELECT customer_id, group_id FROM customer_group_members WHERE seller = ?")
        },
        definitions={
            row[0]: json.loads(row[1])
            for row in rows("SELECT key, doc FROM customer_attribute_definitions WHERE seller = ?")
        },
        attributes={
            (row[0], row[1]): json.loads(row[2])
            for row in rows("SELECT customer_id, key, value FROM customer_attributes WHERE seller = ?")
        },
        accounts=docs("loyalty_accounts"),
        events=[
            json.loads(row[0]) for row in rows("SELECT doc FROM loyalty_events WHERE seller = ? ORDER BY sequence")
        ],
        rewards=docs("loyalty_rewards"),
        promotions=docs("loyalty_promotions"),
    )


def details(event: Json) -> Json:
    """What an event says beside when it was and whose."""
    found: Json = event[METADATA[event["type"]]]
    return found
