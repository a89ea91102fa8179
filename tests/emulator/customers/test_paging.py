from __future__ import annotations

import pytest

from gateway.emulator.rules.customers import counts as customer_counts
from gateway.emulator.rules.customers import table as customer_table
from gateway.emulator.store.store import Store
from tests.emulator.customer_requests import CUSTOMERS, create, error, group, names, search, update

ORDERED = [
    {"given_name": "abel"},
    {"given_name": "Abel", "family_name": "Zed"},
    {"company_name": "Acme"},
    {"email_address": "Adam@example.com"},
    {"given_name": "Anna", "company_name": "Zebra"},
    {"family_name": "Baker", "email_address": "a@example.com"},
    {"given_name": "Zoë"},
    {"given_name": "ÅSE"},
    {"given_name": "åse", "family_name": "A"},
    {"given_name": "李"},
]


async def listed(emulator, **params):
    status, body = await emulator.call("GET", CUSTOMERS, **params)
    assert status == 200, body
    return body


async def walk(emulator, path, limit, *, query=None, **params):
    """Every page of a list (or of a search, with `query`) from first to last."""
    cursor, pages = {}, []
    while True:
        if query is None:
            body = await listed(emulator, limit=limit, **params, **cursor)
        else:
            body = await search(emulator, query=query, limit=limit, **params, **cursor)
        pages.append(body["customers"])
        if "cursor" not in body:
            return pages
        cursor = {"cursor": body["cursor"]}


async def test_no_customers_list_as_an_empty_object(emulator):
    assert await listed(emulator) == {}
    assert await listed(emulator, count=True) == {"count": 0}


async def test_the_default_order_is_by_name_then_company_email_and_phone_whatever_their_case(emulator):
    phone = await create(emulator, phone_number="+14155550100")
    created = [await create(emulator, **data) for data in reversed(ORDERED)][::-1]
    expected = [phone, *created]

    assert (await listed(emulator))["customers"] == expected
    assert (await listed(emulator, sort_order="ASC", sort_field="DEFAULT"))["customers"] == expected
    assert (await listed(emulator, sort_order="DESC"))["customers"] == expected[::-1]
    assert (await search(emulator))["customers"] == expected
    assert (await search(emulator, query={"sort": {"order": "DESC"}}))["customers"] == expected[::-1]


async def test_customers_of_one_name_are_in_the_order_of_their_ids(emulator):
    ids = [(await create(emulator, given_name="Ann"))["id"] for _ in range(7)]

    pages = await walk(emulator, CUSTOMERS, 3)

    assert [customer["id"] for page in pages for customer in page] == sorted(ids)


async def test_customers_sort_by_creation(emulator):
    for name in ("Cid", "Ann", "Bob"):
        await create(emulator, given_name=name)
        emulator.clock.advance(1)

    assert names(await listed(emulator, sort_field="CREATED_AT")) == ["Cid", "Ann", "Bob"]
    assert names(await listed(emulator, sort_field="CREATED_AT", sort_order="DESC")) == ["Bob", "Ann", "Cid"]
    sort = {"field": "CREATED_AT", "order": "DESC"}
    assert names(await search(emulator, query={"sort": sort})) == ["Bob", "Ann", "Cid"]


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
@pytest.mark.parametrize("order", ["ASC", "DESC"])
@pytest.mark.parametrize("field", ["DEFAULT", "CREATED_AT"])
async def test_pages_hold_everybody_once_and_in_order(emulator, limit, order, field):
    for number in range(7):
        await create(emulator, given_name=f"N{number % 3}")
    whole = (await listed(emulator, sort_field=field, sort_order=order))["customers"]

    pages = await walk(emulator, CUSTOMERS, limit, sort_field=field, sort_order=order)
    assert [customer for page in pages for customer in page] == whole
    assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)

    pages = await walk(emulator, CUSTOMERS, limit, query={"sort": {"field": field, "order": order}})
    assert [customer for page in pages for customer in page] == whole


async def test_a_page_defaults_to_a_hundred_customers(emulator):
    for start in (0, 100):
        customers = {f"key{start + number}": {"given_name": f"N{number:03}"} for number in range(100)}
        await emulator.call("POST", f"{CUSTOMERS}/bulk-create", json={"customers": customers})
    await create(emulator, given_name="Z")

    assert [len(page) for page in await walk(emulator, CUSTOMERS, 100)] == [100, 100, 1]
    assert len((await listed(emulator))["customers"]) == 100
    assert len((await search(emulator))["customers"]) == 100


async def test_the_count_is_of_all_pages_and_only_on_request(emulator):
    for name in ("Ann", "Bob", "Cid"):
        await create(emulator, given_name=name, reference_id=name[0])

    first = await listed(emulator, limit=2, count=True)
    second = await listed(emulator, limit=2, count=True, cursor=first["cursor"])
    assert (first["count"], second["count"]) == (3, 3)
    assert "count" not in await listed(emulator, limit=2)
    assert "count" not in await listed(emulator, limit=2, count=False)
    found = await search(emulator, query={"filter": {"reference_id": {"fuzzy": "b"}}}, count=True)
    assert (names(found), found["count"]) == (["Bob"], 1)


async def test_the_count_follows_every_way_to_come_and_go(emulator):
    async def count(**more):
        found = await listed(emulator, limit=1, count=True, **more)
        everyone = {"filter": {"updated_at": {"start_at": "2000-01-01T00:00:00Z"}}}
        scanned = await search(emulator, query=everyone, count=True)
        assert found["count"] == scanned["count"]
        return found["count"]

    ann, bob = await create(emulator, given_name="Ann"), await create(emulator, given_name="Bob")
    assert await count() == 2
    await emulator.call("POST", f"{CUSTOMERS}/bulk-create", json={"customers": {"c": {"company_name": "C"}, "d": {}}})
    assert await count() == 3
    await update(emulator, ann, given_name=None)
    assert await count() == 2
    await update(emulator, ann, note="unseen")
    assert await count() == 2
    await update(emulator, ann, email_address="ann@example.com")
    assert await count() == 3
    await update(emulator, bob, given_name=None)
    await emulator.call("POST", f"{CUSTOMERS}/bulk-delete", json={"customer_ids": [ann["id"], bob["id"]]})
    assert await count() == 1
    assert await listed(emulator, count=True, token="second-seller-token") == {"count": 0}


def test_the_customers_of_an_older_file_are_counted_when_it_is_opened(tmp_path):
    path = tmp_path / "older.db"
    store = Store(path)
    now = "2026-01-01T00:00:00.000Z"
    dates = {"created_at": now, "updated_at": now}
    customer_table.insert(store.db, "S", [{"id": "A", "given_name": "Ann", **dates}, {"id": "B", **dates}])
    store.db.execute("DELETE FROM customer_counts")
    store.close()

    opened = [Store(path), Store(path)]

    assert [customer_counts.public(each.db, "S") for each in opened] == [1, 1]
    for each in opened:
        each.close()


async def test_a_customer_who_comes_or_goes_while_paging_moves_nobody_else(emulator):
    customers = {name: await create(emulator, given_name=name) for name in "BDFH"}
    first = await listed(emulator, limit=2)
    await create(emulator, given_name="A")
    await create(emulator, given_name="E")
    await emulator.call("DELETE", f"{CUSTOMERS}/{customers['D']['id']}")

    assert names(first) == ["B", "D"]
    assert names(await listed(emulator, cursor=first["cursor"])) == ["E", "F", "H"]


async def test_a_cursor_belongs_to_its_query_and_sort_but_not_to_a_limit(emulator):
    for name in "ABCD":
        await create(emulator, given_name=name, reference_id="R")
    filters = {"reference_id": {"exact": "R"}}
    page = await search(emulator, query={"filter": filters}, limit=1)
    cursor = page["cursor"]

    assert names(await search(emulator, query={"filter": filters}, cursor=cursor, limit=2, count=True)) == ["B", "C"]
    assert names(await search(emulator, query={"filter": filters, "sort": {}}, cursor=cursor)) == ["B", "C", "D"]
    for query in ({}, {"filter": {"reference_id": {"exact": "r"}}}, {"filter": filters, "sort": {"order": "DESC"}}):
        answer = await emulator.call("POST", f"{CUSTOMERS}/search", json={"query": query, "cursor": cursor})
        assert error(answer) == (400, "INVALID_CURSOR", "cursor")
    assert error(await emulator.call("GET", CUSTOMERS, cursor=cursor)) == (400, "INVALID_CURSOR", "cursor")


async def test_a_cursor_expires(emulator):
    for name in "AB":
        await create(emulator, given_name=name)
    cursor = (await listed(emulator, limit=1))["cursor"]
    emulator.clock.advance(16 * 60)

    assert error(await emulator.call("GET", CUSTOMERS, cursor=cursor)) == (400, "INVALID_CURSOR", "cursor")


async def test_a_cursor_that_was_changed_is_refused_wherever_it_was(emulator):
    for name in ("Ann", "Bob"):
        await create(emulator, given_name=name)
    cursor = (await listed(emulator, limit=1))["cursor"]

    for place in range(0, len(cursor) - 4, 3):
        changed = f"{cursor[:place]}{'B' if cursor[place] == 'A' else 'A'}{cursor[place + 1 :]}"
        assert error(await emulator.call("GET", CUSTOMERS, cursor=changed)) == (400, "INVALID_CURSOR", "cursor")


async def test_a_cursor_of_another_seller_is_refused(emulator):
    for name in "AB":
        await create(emulator, given_name=name)
    cursor = (await listed(emulator, limit=1))["cursor"]

    answer = await emulator.call("GET", CUSTOMERS, cursor=cursor, token="second-seller-token")

    assert error(answer) == (400, "INVALID_CURSOR", "cursor")


@pytest.mark.parametrize(
    ("params", "code", "field"),
    [
        ({"limit": 0}, "VALUE_TOO_LOW", "limit"),
        ({"limit": 101}, "VALUE_TOO_HIGH", "limit"),
        ({"limit": "ten"}, "EXPECTED_INTEGER", "limit"),
        ({"sort_order": "UP"}, "INVALID_SORT_ORDER", "sort_order"),
        ({"sort_field": "NAME"}, "INVALID_ENUM_VALUE", "sort_field"),
        ({"count": "maybe"}, "EXPECTED_BOOLEAN", "count"),
        ({"cursor": "nonsense"}, "INVALID_CURSOR", "cursor"),
        ({"colour": "red"}, "UNKNOWN_QUERY_PARAMETER", "colour"),
    ],
)
async def test_a_wrong_list_is_refused(emulator, params, code, field):
    assert error(await emulator.call("GET", CUSTOMERS, **params)) == (400, code, field)


async def test_lists_that_lag_show_new_customers_later(emulator):
    emulator.faults.lag = 30
    ann = await create(emulator, given_name="Ann")

    assert await listed(emulator, count=True) == {"count": 0}
    assert await search(emulator) == {}
    status, body = await emulator.call("GET", f"{CUSTOMERS}/{ann['id']}")
    assert (status, body["customer"]) == (200, ann)
    emulator.clock.advance(30)
    assert await listed(emulator) == await search(emulator) == {"customers": [ann]}


async def test_lists_that_lag_show_changed_customers_as_they_were(emulator):
    emulator.faults.lag = 30
    ann = await create(emulator, given_name="Ann")
    emulator.clock.advance(100)
    changed = []
    for note in ("first", "second", "third"):
        _, body = await update(emulator, ann, note=note)
        changed.append(body["customer"])
        emulator.clock.advance(20)

    assert (await listed(emulator))["customers"] == [changed[1]]
    assert (await search(emulator))["customers"] == [changed[1]]
    emulator.clock.advance(10)
    assert (await listed(emulator))["customers"] == [changed[2]]
    emulator.faults.lag = 0
    assert (await listed(emulator))["customers"] == [changed[2]]


async def test_lists_that_lag_show_group_members_as_they_were(emulator):
    ann = await create(emulator, given_name="Ann")
    emulator.clock.advance(100)
    emulator.faults.lag = 30
    one = await group(emulator, "1", ann)

    assert (await listed(emulator))["customers"] == [ann]
    emulator.clock.advance(30)
    assert (await listed(emulator))["customers"][0]["group_ids"] == [one]


async def test_a_change_from_before_the_lag_began_is_seen_at_once(emulator):
    ann = await create(emulator, given_name="Ann")
    emulator.clock.advance(100)
    _, body = await update(emulator, ann, note="changed")
    emulator.faults.lag = 30

    assert (await listed(emulator))["customers"] == [body["customer"]]
