from __future__ import annotations

import pytest

from tests.emulator import loyalty_shop as shop
from tests.emulator.attributes import READ_WRITE, customer, define, done, put
from tests.emulator.dashboard import MERGE, at, refused


@pytest.fixture
def seller(emulator):
    shop.open_shop(emulator)
    return emulator


async def test_merged_customers_are_a_new_one_with_all_that_they_had(seller):
    await define(seller, "field", visibility=READ_WRITE)
    await define(seller, "other", visibility=READ_WRITE)
    ann = await customer(seller, given_name="Ann", phone_number="+14155550001")
    annie = await customer(seller, given_name="Annie", email_address="annie@example.com")
    groups = []
    for name, member in (("A", ann), ("B", annie)):
        group = await done(seller.call("POST", "/v2/customers/groups", {"group": {"name": name}}))
        groups.append(group["group"]["id"])
        await seller.call("PUT", f"/v2/customers/{member}/groups/{groups[-1]}")
    await put(seller, ann, "field", "x")
    await put(seller, annie, "field", "y")
    await put(seller, annie, "other", "z")
    accounts = [await shop.enroll(seller, points=number, customer_id=each) for number, each in ((3, ann), (4, annie))]

    made = (await at(seller, "POST", MERGE, {"customer_ids": [ann, annie]}))["customer"]

    assert made["id"] not in (ann, annie)
    wanted = {
        "given_name": "Ann",
        "phone_number": "+14155550001",
        "email_address": "annie@example.com",
        "group_ids": sorted(groups),
        "creation_source": "MERGE",
        "version": 0,
    }
    assert {name: made[name] for name in wanted} == wanted
    values = await done(seller.call("GET", f"/v2/customers/{made['id']}/custom-attributes"))
    assert {each["key"]: each["value"] for each in values["custom_attributes"]} == {"field": "x", "other": "z"}
    for wanted in ([made["id"]], [ann], [annie, made["id"]]):
        found = await shop.succeed(seller, "POST", "/accounts/search", {"query": {"customer_ids": wanted}})
        assert [(each["id"], each["customer_id"]) for each in found["loyalty_accounts"]] == [
            (each, made["id"]) for each in accounts
        ]
    assert [(await shop.account(seller, each))["balance"] for each in accounts] == [3, 4]
    assert (await done(seller.call("GET", "/v2/customers", count=True)))["count"] == 1


async def test_the_id_of_a_merged_customer_reads_as_the_new_one_and_writes_to_nobody(seller):
    ann, bob, cid = [await customer(seller, given_name=name) for name in ("Ann", "Bob", "Cid")]
    first = (await at(seller, "POST", MERGE, {"customer_ids": [ann, bob]}))["customer"]["id"]
    second = (await at(seller, "POST", MERGE, {"customer_ids": [cid, first]}))["customer"]

    for each in (ann, bob, cid, first):
        assert await seller.call("GET", f"/v2/customers/{each}") == (200, {"customer": second})
        assert (await seller.call("PUT", f"/v2/customers/{each}", {"note": "x"}))[0] == 404
    bulk = await done(
        seller.call("POST", "/v2/customers/bulk-retrieve", {"customer_ids": [ann, second["id"], "NOBODY"]})
    )
    assert bulk["responses"][ann] == bulk["responses"][second["id"]] == {"customer": second}
    assert "errors" in bulk["responses"]["NOBODY"]
    await done(seller.call("DELETE", f"/v2/customers/{second['id']}"))
    assert (await seller.call("GET", f"/v2/customers/{ann}"))[0] == 404


@pytest.mark.parametrize(
    ("ids", "status", "code", "field"),
    [
        (["ANN"], 400, "ARRAY_EMPTY", "customer_ids"),
        (["ANN", "NOBODY"], 404, "NOT_FOUND", "customer_ids[1]"),
        (["ANN", "ANN"], 400, "INVALID_VALUE", "customer_ids[1]"),
    ],
)
async def test_customers_that_cannot_be_merged_stay(seller, ids, status, code, field):
    ann = await customer(seller)
    given = {"customer_ids": [ann if each == "ANN" else each for each in ids]}

    assert await refused(seller, "POST", MERGE, given) == (status, code, field)
    assert (await seller.call("GET", f"/v2/customers/{ann}"))[0] == 200
