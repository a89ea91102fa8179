"""Writes that cannot be sent again and whose answer was lost: what they left behind tells whether they were done."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator import loyalty_shop as shop
from tests.emulator.customer_requests import AMELIA, create

RENAME = """mutation ($id: ID!) {
  updateCustomerGroup(id: $id, input: {name: "Old friends"}) { group { id name } userErrors { code } }
}"""
GIVE_UP = "mutation ($id: ID!) { deleteLoyaltyReward(id: $id) { deletedId userErrors { code } } }"
CANCEL = "mutation ($id: ID!) { cancelLoyaltyPromotion(id: $id) { promotion { id status } userErrors { code } } }"
DELETE = """mutation ($ids: [ID!]!) {
  bulkDeleteCustomers(ids: $ids) { results { deletedId userErrors { code } } userErrors { code } }
}"""


def code(answer: dict[str, Any]) -> str:
    return str(answer["errors"][0]["extensions"]["code"])


async def group(graph: Any) -> str:
    made = await graph.data('mutation { createCustomerGroup(input: {name: "Friends"}) { group { id } } }')
    return str(made["createCustomerGroup"]["group"]["id"])


async def test_a_group_that_has_the_new_name_was_renamed(graph: Any, emulator: Any) -> None:
    id = await group(graph)
    graph.reset()
    emulator.faults.add("reset_after", "UpdateCustomerGroup", count=1)

    payload = (await graph.data(RENAME, {"id": id}))["updateCustomerGroup"]

    assert payload == {"group": {"id": id, "name": "Old friends"}, "userErrors": []}
    assert graph.calls == {"UpdateCustomerGroup": 1, "RetrieveCustomerGroup": 1}


async def test_a_group_that_has_the_old_name_stays_in_doubt(graph: Any, emulator: Any) -> None:
    id = await group(graph)
    graph.reset()
    emulator.faults.add("reset_before", "UpdateCustomerGroup", count=1)

    answer = await graph(RENAME, {"id": id})

    assert code(answer) == "UPSTREAM_AMBIGUOUS"
    assert graph.calls == {"UpdateCustomerGroup": 1, "RetrieveCustomerGroup": 1}


async def test_what_cannot_be_read_back_stays_in_doubt(graph: Any, emulator: Any) -> None:
    id = await group(graph)
    emulator.faults.add("reset_after", "UpdateCustomerGroup", count=1)
    emulator.faults.add("status", "RetrieveCustomerGroup", status=403)

    assert code(await graph(RENAME, {"id": id})) == "UPSTREAM_AMBIGUOUS"


@pytest.mark.parametrize(("fault", "gone"), [("reset_after", True), ("reset_before", False)])
async def test_customers_that_are_gone_were_deleted(graph: Any, emulator: Any, fault: str, gone: bool) -> None:
    ids = [(await create(emulator, **AMELIA))["id"] for _ in range(3)]
    graph.reset()
    emulator.faults.add(fault, "BulkDeleteCustomers", count=1)

    answer = await graph(DELETE, {"ids": ids})

    assert graph.calls["BulkDeleteCustomers"] == 1
    assert graph.calls["BulkRetrieveCustomers"] == 1
    if gone:
        assert [each["deletedId"] for each in answer["data"]["bulkDeleteCustomers"]["results"]] == ids
    else:
        assert code(answer) == "UPSTREAM_AMBIGUOUS"


@pytest.mark.parametrize(("fault", "gone"), [("reset_after", True), ("reset_before", False)])
async def test_a_reward_that_is_deleted_was_given_up(graph: Any, emulator: Any, fault: str, gone: bool) -> None:
    shop.open_shop(emulator)
    account = await shop.enroll(emulator, points=100)
    id = (await shop.reward(emulator, account))["id"]
    graph.reset()
    emulator.faults.add(fault, "DeleteLoyaltyReward", count=1)

    answer = await graph(GIVE_UP, {"id": id})

    assert graph.calls == {"DeleteLoyaltyReward": 1, "RetrieveLoyaltyReward": 1}
    if gone:
        assert answer["data"]["deleteLoyaltyReward"] == {"deletedId": id, "userErrors": []}
    else:
        assert code(answer) == "UPSTREAM_AMBIGUOUS"


@pytest.mark.parametrize(("fault", "done"), [("reset_after", True), ("reset_before", False)])
async def test_a_promotion_that_is_cancelled_was_called_off(graph: Any, emulator: Any, fault: str, done: bool) -> None:
    shop.open_shop(emulator)
    id = (await shop.promote(emulator))["id"]
    graph.reset()
    emulator.faults.add(fault, "CancelLoyaltyPromotion", count=1)

    answer = await graph(CANCEL, {"id": id})

    assert graph.calls["CancelLoyaltyPromotion"] == 1
    assert graph.calls["RetrieveLoyaltyPromotion"] == 1
    if done:
        expected = {"promotion": {"id": id, "status": "CANCELED"}, "userErrors": []}
        assert answer["data"]["cancelLoyaltyPromotion"] == expected
    else:
        assert code(answer) == "UPSTREAM_AMBIGUOUS"
