from __future__ import annotations

from typing import Any

from tests.emulator import loyalty_shop as shop
from tests.emulator.attributes import customer, define, put
from tests.emulator.dashboard import MERGE, at

CUSTOMER = """query ($id: ID!) { customer(id: $id) {
  id givenName creationSource loyaltyAccounts { balance } customAttributes { nodes { key rawValue } } } }"""


async def test_the_id_of_a_merged_customer_shows_the_new_one_with_all_it_has(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    ann, bob = await customer(emulator, given_name="Ann"), await customer(emulator, given_name="Bob")
    await define(emulator, "field")
    await put(emulator, bob, "field", "x")
    for owner, points in ((ann, 3), (bob, 4)):
        await shop.enroll(emulator, points=points, customer_id=owner)
    made = (await at(emulator, "POST", MERGE, {"customer_ids": [ann, bob]}))["customer"]["id"]
    graph.reset()

    found = [(await graph.data(CUSTOMER, {"id": each}))["customer"] for each in (ann, bob, made)]

    assert found[0] == found[1] == found[2]
    assert found[0] == {
        "id": made,
        "givenName": "Ann",
        "creationSource": "MERGE",
        "loyaltyAccounts": [{"balance": 3}, {"balance": 4}],
        "customAttributes": {"nodes": [{"key": "field", "rawValue": "x"}]},
    }
    assert graph.calls == {
        "BulkRetrieveCustomers": 3,
        "SearchLoyaltyAccounts": 3,
        "ListCustomerCustomAttributes": 3,
    }


async def test_a_write_to_a_merged_customer_is_refused(graph: Any, emulator: Any) -> None:
    ann, bob = await customer(emulator, given_name="Ann"), await customer(emulator, given_name="Bob")
    await at(emulator, "POST", MERGE, {"customer_ids": [ann, bob]})

    answer = await graph.data(
        """mutation ($id: ID!) { updateCustomer(id: $id, input: { note: "x" }) {
          customer { id } userErrors { __typename code } } }""",
        {"id": ann},
    )

    assert answer["updateCustomer"] == {
        "customer": None,
        "userErrors": [{"__typename": "NotFoundError", "code": "NOT_FOUND"}],
    }
