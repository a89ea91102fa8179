from __future__ import annotations

from typing import Any

import pytest

from tests.areas.people import make_customers, make_groups
from tests.emulator.customer_requests import retrieve

FIELDS = """customer { id version groupIds groups { name } } group { id name } userErrors { __typename code field }"""


def change(name: str, fields: str = FIELDS) -> str:
    return f"mutation ($customer: ID!, $group: ID!) {{ {name}(customerId: $customer, groupId: $group) {{ {fields} }} }}"


ADD, REMOVE = change("addGroupToCustomer"), change("removeGroupFromCustomer")


async def test_a_customer_joins_a_group_and_the_answer_shows_both_as_they_are_now(graph: Any, emulator: Any) -> None:
    (group,), (customer,) = make_groups(emulator, "Regulars"), make_customers(emulator, 1)

    payload = (await graph.data(ADD, {"customer": customer, "group": group}))["addGroupToCustomer"]

    assert payload == {
        "customer": {"id": customer, "version": 1, "groupIds": [group], "groups": [{"name": "Regulars"}]},
        "group": {"id": group, "name": "Regulars"},
        "userErrors": [],
    }
    assert graph.calls == {"AddGroupToCustomer": 1, "BulkRetrieveCustomers": 1, "RetrieveCustomerGroup": 1}


async def test_a_customer_leaves_a_group(graph: Any, emulator: Any) -> None:
    (group,) = make_groups(emulator, "Regulars")
    (customer,) = make_customers(emulator, 1, [group])

    payload = (await graph.data(REMOVE, {"customer": customer, "group": group}))["removeGroupFromCustomer"]

    assert payload["customer"] == {"id": customer, "version": 1, "groupIds": [], "groups": []}
    assert "group_ids" not in await retrieve(emulator, {"id": customer})


async def test_only_ids_of_a_membership_cost_the_write_alone(graph: Any, emulator: Any) -> None:
    (group,), (customer,) = make_groups(emulator, "Regulars"), make_customers(emulator, 1)
    query = change("addGroupToCustomer", "customer { id } group { id __typename }")

    payload = (await graph.data(query, {"customer": customer, "group": group}))["addGroupToCustomer"]

    assert payload == {"customer": {"id": customer}, "group": {"id": group, "__typename": "Group"}}
    assert graph.calls == {"AddGroupToCustomer": 1}


@pytest.mark.parametrize("query", [ADD, REMOVE])
async def test_doing_it_again_is_no_harm(graph: Any, emulator: Any, query: str) -> None:
    (group,), (customer,) = make_groups(emulator, "Regulars"), make_customers(emulator, 1)

    first = await graph.data(query, {"customer": customer, "group": group})
    again = await graph.data(query, {"customer": customer, "group": group})

    assert again == first


@pytest.mark.parametrize("name", ["addGroupToCustomer", "removeGroupFromCustomer"])
async def test_what_is_not_there_is_named_by_its_argument(graph: Any, emulator: Any, name: str) -> None:
    (group,), (customer,) = make_groups(emulator, "Regulars"), make_customers(emulator, 1)
    query = change(name)

    nobody = (await graph.data(query, {"customer": "NOBODY", "group": group}))[name]
    nowhere = (await graph.data(query, {"customer": customer, "group": "NOWHERE"}))[name]

    for payload, field in ((nobody, "customerId"), (nowhere, "groupId")):
        assert (payload["customer"], payload["group"]) == (None, None)
        assert payload["userErrors"] == [{"__typename": "NotFoundError", "code": "NOT_FOUND", "field": [field]}]


async def test_a_group_is_reached_from_its_members_and_back_without_asking_twice(graph: Any, emulator: Any) -> None:
    groups = make_groups(emulator, "Regulars", "Wholesale")
    make_customers(emulator, 3, groups)
    query = """{ groups { nodes { name customers { nodes { givenName groups { id name } } } } } }"""

    data = await graph.data(query)

    for group in data["groups"]["nodes"]:
        assert len(group["customers"]["nodes"]) == 3
        assert [each["name"] for each in group["customers"]["nodes"][0]["groups"]] == ["Regulars", "Wholesale"]
    assert graph.calls["SearchCustomers"] == 2
    assert graph.calls["ListCustomerGroups"] == 1


async def test_a_write_is_seen_by_the_reads_of_later_mutations(graph: Any, emulator: Any) -> None:
    groups, (customer,) = make_groups(emulator, "A", "B"), make_customers(emulator, 1)
    query = """mutation ($c: ID!, $a: ID!, $b: ID!) {
      one: addGroupToCustomer(customerId: $c, groupId: $a) { customer { groupIds version } }
      two: addGroupToCustomer(customerId: $c, groupId: $b) { customer { groupIds version } }
      off: removeGroupFromCustomer(customerId: $c, groupId: $a) { customer { groupIds version } }
    }"""

    data = await graph.data(query, {"c": customer, "a": groups[0], "b": groups[1]})

    assert data == {
        "one": {"customer": {"groupIds": [groups[0]], "version": 1}},
        "two": {"customer": {"groupIds": groups, "version": 2}},
        "off": {"customer": {"groupIds": [groups[1]], "version": 3}},
    }


async def test_members_come_in_pages_in_the_order_of_their_creation(graph: Any, emulator: Any) -> None:
    (group,) = make_groups(emulator, "Regulars")
    ids = make_customers(emulator, 7, [group])
    query = """query ($id: ID!, $after: String) { group(id: $id) { customers(first: 3, after: $after) {
      nodes { id } pageInfo { hasNextPage endCursor } } } }"""
    found: list[str] = []
    after = None

    for more in (True, True, False):
        page = (await graph.data(query, {"id": group, "after": after}))["group"]["customers"]
        found += [node["id"] for node in page["nodes"]]
        assert page["pageInfo"]["hasNextPage"] is more
        after = page["pageInfo"]["endCursor"]

    assert found == ids


async def test_the_cursor_of_one_group_is_none_of_another(graph: Any, emulator: Any) -> None:
    groups = make_groups(emulator, "A", "B")
    make_customers(emulator, 3, groups)
    query = """query ($id: ID!, $after: String) { group(id: $id) { customers(first: 1, after: $after) {
      pageInfo { endCursor } } } }"""
    cursor = (await graph.data(query, {"id": groups[0]}))["group"]["customers"]["pageInfo"]["endCursor"]
    graph.reset()

    answer = await graph(query, {"id": groups[1], "after": cursor})

    (error,) = answer["errors"]
    assert (error["path"], error["extensions"]["field"]) == (["group", "customers"], ["after"])
    assert graph.calls == {"RetrieveCustomerGroup": 1}
