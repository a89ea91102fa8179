"""Customers as they are followed: what is told of each write at Square, and the calls that this takes."""

from __future__ import annotations

import pytest

from tests.areas.people import make_groups
from tests.emulator.attributes import customer, done
from tests.emulator.conftest import Emulator
from tests.events.signed import notification, sign
from tests.following import Live, live_gateway

CHANGED = """subscription($ids: [ID!]) { customerChanged(ids: $ids) {
    kind customerId occurredAt position merge { fromIds intoId } %s } }"""
NAME = "customer { givenName version }"


async def test_a_customer_is_followed_from_its_creation_to_its_end(live: Live) -> None:
    live.reset()
    async with live.follow(CHANGED % NAME) as follower:
        ada = await customer(live.emulator, given_name="Ada")
        created = await follower.change()
        await done(live.emulator.call("PUT", f"/v2/customers/{ada}", {"given_name": "Bea"}))
        updated = await follower.change()
        await done(live.emulator.call("DELETE", f"/v2/customers/{ada}"))
        deleted = await follower.change()

    shown = [(each["kind"], each["customerId"], each["customer"]) for each in (created, updated, deleted)]
    assert shown == [
        ("CREATED", ada, {"givenName": "Ada", "version": 0}),
        ("UPDATED", ada, {"givenName": "Bea", "version": 1}),
        ("DELETED", ada, None),
    ]
    assert created["merge"] is None
    # Of a customer that is gone nothing is read.
    assert live.calls == {"CreateCustomer": 1, "UpdateCustomer": 1, "DeleteCustomer": 1, "BulkRetrieveCustomers": 2}


async def test_only_the_customers_that_are_named_are_told_of_and_read(live: Live) -> None:
    ada, bea = await customer(live.emulator), await customer(live.emulator)
    async with live.follow(CHANGED % NAME, {"ids": [ada]}) as follower:
        live.reset()
        for each in (bea, ada):
            await done(live.emulator.call("PUT", f"/v2/customers/{each}", {"given_name": "Eve"}))

        assert (await follower.change())["customerId"] == ada
        assert live.calls == {"UpdateCustomer": 2, "BulkRetrieveCustomers": 1}


async def test_what_is_selected_of_a_customer_is_read_beside_it(live: Live) -> None:
    (regulars,) = make_groups(live.emulator, "Regulars")
    ada = await customer(live.emulator)
    selected = "customer { groups { name } loyaltyAccounts { balance } }"
    async with live.follow(CHANGED % selected) as follower:
        live.reset()
        await done(live.emulator.call("PUT", f"/v2/customers/{ada}/groups/{regulars}"))

        change = await follower.change()

    assert change["customer"] == {"groups": [{"name": "Regulars"}], "loyaltyAccounts": []}
    assert live.calls == {
        "AddGroupToCustomer": 1,
        "BulkRetrieveCustomers": 1,
        "RetrieveCustomerGroup": 1,
        "SearchLoyaltyAccounts": 1,
    }


async def test_a_merge_names_the_old_profiles_and_the_new_one(live: Live) -> None:
    ada, bea = await customer(live.emulator), await customer(live.emulator)
    async with live.follow(CHANGED % "customer { id }") as follower:
        merged = await done(live.emulator.call("POST", "/_emulator/customers/merge", {"customer_ids": [ada, bea]}))
        new = merged["customer"]["id"]
        changes = {(each["kind"], each["customerId"]): each for each in [await follower.change() for _ in range(3)]}

    assert set(changes) == {("CREATED", new), ("DELETED", ada), ("DELETED", bea)}
    for change in changes.values():
        assert (set(change["merge"]["fromIds"]), change["merge"]["intoId"]) == ({ada, bea}, new)
    assert changes["CREATED", new]["customer"] == {"id": new}
    assert changes["DELETED", ada]["customer"] is None


@pytest.mark.parametrize("version", [2**63, 2**64 - 1])
async def test_a_version_that_no_count_has_keeps_nobody_from_what_is_told(emulator: Emulator, version: int) -> None:
    told = {"type": "customer", "id": "ADA", "object": {"customer": {"id": "ADA", "version": version}}}
    body = notification("customer.deleted", merchant_id="MLEMULATORSELLER1", data=told)
    async with live_gateway(emulator, square_webhook_signature_key=("key",)) as live:
        url = f"{live.gateway.url}/webhooks/square"
        signed = {"x-square-hmacsha256-signature": sign(body, "key", url)}
        async with live.follow(CHANGED % NAME) as follower:
            async with live.http.post(url, data=body, headers=signed) as response:
                assert response.status == 200
            deleted = await follower.change()

    assert (deleted["kind"], deleted["customerId"]) == ("DELETED", "ADA")
