"""What several tests of SearchCustomers share: stored customers, segments and the names found."""

from __future__ import annotations

from gateway.emulator.api.identifiers import identifier
from gateway.emulator.rules.customers import table as customer_table
from gateway.emulator.rules.groups import segments
from tests.emulator.customer_requests import CUSTOMERS, error, names, search

T = "2026-0{}-01T00:00:00.000Z"


def seed(emulator, *docs):
    """Store complete customers as a seed does, each a dictionary of what matters."""
    complete = [
        {"id": identifier(), "created_at": T.format(1), "updated_at": T.format(1), "version": 0, **doc} for doc in docs
    ]
    with emulator.store.transaction() as db:
        customer_table.insert(db, emulator.seller, complete)


def seed_segments(emulator, *ids):
    with emulator.store.transaction() as db:
        docs = [{"id": each, "name": each, "created_at": T.format(1), "updated_at": T.format(1)} for each in ids]
        segments.insert(db, emulator.seller, docs)


async def found(emulator, **filters):
    return names(await search(emulator, query={"filter": filters}))


async def refused(emulator, **filters):
    return error(await emulator.call("POST", f"{CUSTOMERS}/search", json={"query": {"filter": filters}}))
