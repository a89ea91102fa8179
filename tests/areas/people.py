"""Customers, groups and segments that several tests arrange, and the calls that reached the emulator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gateway.emulator.rules.customers import table as customer_table
from gateway.emulator.rules.groups import groups, segments

MOMENT = "2026-01-01T00:00:00.000Z"


def make_customers(emulator: Any, count: int, groups: Sequence[str] = (), segments: Sequence[str] = ()) -> list[str]:
    """The ids of so many new customers, in the order of their creation and of their names; all in the same sets."""
    docs = [
        {
            "id": f"CUSTOMER{number:05}",
            "created_at": f"2026-01-01T{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}.000Z",
            "updated_at": MOMENT,
            "given_name": f"Person {number:05}",
            **({"group_ids": sorted(groups)} if groups else {}),
            **({"segment_ids": sorted(segments)} if segments else {}),
            "preferences": {"email_unsubscribed": False},
            "creation_source": "THIRD_PARTY",
            "version": 0,
        }
        for number in range(count)
    ]
    with emulator.store.transaction() as db:
        customer_table.insert(db, emulator.seller, docs)
    return [doc["id"] for doc in docs]


def make_groups(emulator: Any, *names: str) -> list[str]:
    """The ids of new groups without members."""
    return _make(emulator, groups, names)


def make_segments(emulator: Any, *names: str) -> list[str]:
    """The ids of new segments without members."""
    return _make(emulator, segments, names)


def _make(emulator: Any, table: Any, names: Sequence[str]) -> list[str]:
    docs = [
        {"id": f"ID-{name}".replace(" ", "-"), "name": name, "created_at": MOMENT, "updated_at": MOMENT}
        for name in names
    ]
    with emulator.store.transaction() as db:
        table.insert(db, emulator.seller, docs)
    return [doc["id"] for doc in docs]


def sent(emulator: Any, operation: str) -> list[Any]:
    """The JSON bodies that this operation was called with, oldest first."""
    return [call.body for call in emulator.recorded.latest if call.operation == operation]


def queries(emulator: Any, operation: str) -> list[str]:
    """The query strings that this operation was called with, oldest first."""
    return [call.query for call in emulator.recorded.latest if call.operation == operation]
