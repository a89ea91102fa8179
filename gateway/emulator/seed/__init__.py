"""What a new emulator holds: a believable shop to look at, or only what no operation of the API can create.

Ids, names and points are the same in every run. Profiles have fixed dates; the history of loyalty
and its promotions move with the clock, so that some points are good and some promotion is running
on any day. A database that holds anything already is left alone.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime
from itertools import islice

from gateway.emulator.api.clock import Clock
from gateway.emulator.rules.customers import table as customer_table
from gateway.emulator.seed.attributes import definitions, insert_definitions, insert_values
from gateway.emulator.seed.loyalty import insert_accounts
from gateway.emulator.seed.memberships import insert_groups, insert_segments, join
from gateway.emulator.seed.months import midnight
from gateway.emulator.seed.people import profile
from gateway.emulator.seed.promotions import insert_promotions
from gateway.emulator.seed.purchases import insert_samples
from gateway.emulator.seed.shops import BOOK_SHOP, COFFEE_SHOP, SHOPS, Shop, open_shop
from gateway.emulator.store.store import Store

_CHUNK = 1000
# Rows arrive in the order of no index: while they do, SQLite should not have to write pages out and fetch them again.
_CACHE_KIBIBYTES = 512 * 1024
_MAX_MEMBERS = 40_000
_BOOK_CUSTOMERS, _BOOK_MEMBERS = 30, 5

Progress = Callable[[int, int], None]


def seed_demo(store: Store, clock: Clock, customers: int = 1000, progress: Progress | None = None) -> bool:
    """Fill an empty database with two shops: the first with so many customers, the second with a few.

    Two of five customers have a loyalty account, up to 40,000 of them, and some of these have two or three.
    `progress` is told how many of the first shop's customers are stored, and how many there will be.
    All or nothing is stored; answers False for a database that is not empty, which stays as it is.
    """
    with store.transaction() as db:
        if _holds_anything(db):
            return False
        db.execute(f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}")
        now, members = clock.now(), min(customers * 2 // 5, _MAX_MEMBERS)
        _fill(db, COFFEE_SHOP, now, customers=customers, members=members, progress=progress)
        _fill(db, BOOK_SHOP, now, customers=_BOOK_CUSTOMERS, members=_BOOK_MEMBERS)
    store.db.execute("PRAGMA cache_size = -2000")
    return True


def seed_empty(store: Store, clock: Clock) -> bool:
    """Give both sellers of an empty database locations, a loyalty program, segments and sample orders.

    They have no customers. Answers False for a database that is not empty, which stays as it is.
    """
    with store.transaction() as db:
        if _holds_anything(db):
            return False
        for shop in SHOPS:
            open_shop(db, shop)
            insert_segments(db, shop, most=1)
            insert_samples(db, shop, midnight(clock.now()))
    return True


def _holds_anything(db: sqlite3.Connection) -> bool:
    tables = ("customers", "customer_groups", "customer_attribute_definitions", "loyalty_programs", "locations")
    return any(db.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() for table in tables)  # noqa: S608 - fixed names


def _fill(
    db: sqlite3.Connection,
    shop: Shop,
    now: datetime,
    *,
    customers: int,
    members: int,
    progress: Progress | None = None,
) -> None:
    open_shop(db, shop)
    insert_groups(db, shop)
    insert_segments(db, shop)
    insert_promotions(db, shop, now)
    defined = definitions(shop)
    insert_definitions(db, shop, defined)
    numbered = ((number, join(shop, number, profile(shop, number))) for number in range(customers))
    done, first = 0, [profile(shop, number)["id"] for number in range(min(customers, 3))]
    insert_samples(db, shop, midnight(now), first)
    while chunk := list(islice(numbered, _CHUNK)):
        customer_table.insert(db, shop.seller, [doc for _, doc in chunk])
        insert_values(db, shop, defined, chunk)
        members -= insert_accounts(db, shop, now, chunk, members)
        done += len(chunk)
        if progress is not None:
            progress(done, customers)
