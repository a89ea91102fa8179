from __future__ import annotations

import hashlib
from collections import Counter
from datetime import UTC, datetime

import pytest

from gateway.emulator.api.clock import Clock
from gateway.emulator.seed import seed_demo, seed_empty
from gateway.emulator.store.store import Store
from tests.emulator.listings import FIRST, counts, done, read

SECOND = "second-seller-token"
DAY = 86_400


def content(store):
    """A digest of every row of every table."""
    digest = hashlib.sha256()
    for (table,) in store.db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall():
        for row in sorted(map(repr, map(tuple, store.db.execute(f"SELECT * FROM {table}")))):
            digest.update(f"{table}{row}".encode())
    return digest.hexdigest()


def test_two_seedings_at_one_time_make_the_same_content():
    clock = Clock(datetime(2026, 11, 22, 9, 30, tzinfo=UTC))
    stores = [Store(), Store()]

    assert all(seed_demo(store, clock, customers=200) for store in stores)

    assert content(stores[0]) == content(stores[1])


def test_ids_names_and_balances_do_not_depend_on_the_day():
    def lasting(now):
        store = Store()
        seed_demo(store, Clock(now), customers=200)
        customers = store.db.execute("SELECT * FROM customers ORDER BY seller, id").fetchall()
        accounts = store.db.execute(
            "SELECT id, customer_id, phone, doc ->> 'balance', doc ->> 'lifetime_points' FROM loyalty_accounts"
            " ORDER BY seller, id"
        ).fetchall()
        return [[tuple(row) for row in rows] for rows in (customers, accounts)]

    assert lasting(datetime(2026, 11, 30, tzinfo=UTC)) == lasting(datetime(2029, 2, 28, 23, 59, tzinfo=UTC))


def test_a_larger_demo_begins_with_the_same_customers():
    small, large = Store(), Store()
    seed_demo(small, Clock(), customers=50)
    seed_demo(large, Clock(), customers=2100)

    missing = {row["id"] for row in small.db.execute("SELECT id FROM customers")} - {
        row["id"] for row in large.db.execute("SELECT id FROM customers")
    }
    assert missing == set()


def test_the_progress_ends_with_everyone():
    told = []
    store = Store()

    seed_demo(store, Clock(), customers=2100, progress=lambda done, total: told.append((done, total)))

    assert told == [(1000, 2100), (2000, 2100), (2100, 2100)]


def test_two_of_five_customers_are_members_and_some_of_them_several_times():
    store = Store()

    seed_demo(store, Clock(), customers=2100)

    assert store.db.execute("SELECT count(*) FROM loyalty_accounts").fetchone()[0] == 909

    members = "SELECT count(DISTINCT customer_id) FROM loyalty_accounts"
    assert store.db.execute(members).fetchone()[0] == 840 + 5


@pytest.mark.parametrize("seed", [seed_demo, seed_empty])
def test_a_file_that_holds_data_is_not_seeded_again(tmp_path, seed):
    file = tmp_path / "square.db"
    store = Store(file)
    assert seed(store, Clock())
    store.db.execute("DELETE FROM customers WHERE seller = 'MLEMULATORSELLER1'")
    before = content(store)
    store.close()

    again = Store(file)

    assert not seed_demo(again, Clock())
    assert not seed_empty(again, Clock())
    assert content(again) == before
    again.close()


@pytest.mark.parametrize("days", [0, 9, 40, 100, 366, 1000])
async def test_points_are_good_and_promotions_run_whenever_it_is_seeded(emulator, days):
    emulator.clock.advance(days * DAY)
    seed_demo(emulator.store, emulator.clock, customers=60)
    before = emulator.store.db.execute("SELECT count(*) FROM loyalty_events").fetchone()[0]
    found = await read(emulator)
    now = emulator.clock.now().isoformat()

    statuses = Counter(promotion["status"] for promotion in found["LoyaltyPromotion"])
    assert statuses == {"ACTIVE": 2, "SCHEDULED": 1, "ENDED": 1, "CANCELED": 1}
    assert emulator.store.db.execute("SELECT count(*) FROM loyalty_events").fetchone()[0] == before
    assert all(event["created_at"] < now for event in found["LoyaltyEvent"])
    deadlines = [
        lot["expires_at"] for each in found["LoyaltyAccount"] for lot in each.get("expiring_point_deadlines", ())
    ]
    assert deadlines
    assert min(deadlines) > now


@pytest.mark.parametrize("token", [FIRST, SECOND])
async def test_an_empty_seller_has_only_what_the_api_cannot_create(emulator, token):
    assert seed_empty(emulator.store, emulator.clock)

    found = await read(emulator, token)
    calculation = await done(
        emulator.call("POST", "/v2/loyalty/programs/main/calculate", {"order_id": "demo-order-1"}, token=token)
    )

    assert {name: count for name, count in counts(found).items() if count} == {
        "CustomerSegment": 1,
        "LoyaltyProgram": 1,
    }
    assert found["LoyaltyProgram"][0]["reward_tiers"]
    assert calculation["points"] > 0
