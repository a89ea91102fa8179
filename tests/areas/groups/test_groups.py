from __future__ import annotations

from typing import Any

import pytest

from gateway.graph.loading.list_loader import MAX_FURTHER
from tests.areas.people import make_customers, make_groups, queries, sent
from tests.throttle import UNUSED

CREATE = """mutation ($name: String!, $key: String) { createCustomerGroup(input: {name: $name}, idempotencyKey: $key) {
  idempotencyKey group { id name createdAt updatedAt } userErrors { __typename code field } } }"""
UPDATE = """mutation ($id: ID!, $name: String!) { updateCustomerGroup(id: $id, input: {name: $name}) {
  group { id name } userErrors { __typename code field } } }"""
DELETE = "mutation ($id: ID!) { deleteCustomerGroup(id: $id) { deletedId userErrors { __typename code field } } }"
ONE = "query ($id: ID!) { group(id: $id) { id name createdAt updatedAt } }"
LIST = """query ($first: Int! = 50, $after: String) { groups(first: $first, after: $after) {
  nodes { id name } pageInfo { hasNextPage endCursor } } }"""


async def test_a_group_is_made_read_renamed_and_deleted(graph: Any, emulator: Any) -> None:
    made = (await graph.data(CREATE, {"name": "Regulars", "key": "mine"}))["createCustomerGroup"]
    id = made["group"]["id"]

    read = (await graph.data(ONE, {"id": id}))["group"]
    renamed = (await graph.data(UPDATE, {"id": id, "name": "Friends"}))["updateCustomerGroup"]
    gone = (await graph.data(DELETE, {"id": id}))["deleteCustomerGroup"]

    assert (made["idempotencyKey"], made["group"]["name"], made["userErrors"]) == ("mine", "Regulars", [])
    assert read == made["group"]
    assert renamed == {"group": {"id": id, "name": "Friends"}, "userErrors": []}
    assert gone == {"deletedId": id, "userErrors": []}
    assert (await graph.data(ONE, {"id": id}))["group"] is None
    assert sent(emulator, "CreateCustomerGroup") == [{"idempotency_key": "mine", "group": {"name": "Regulars"}}]
    assert sent(emulator, "UpdateCustomerGroup") == [{"group": {"name": "Friends"}}]


async def test_the_same_key_makes_one_group(graph: Any) -> None:
    first = (await graph.data(CREATE, {"name": "Regulars"}))["createCustomerGroup"]

    again = (await graph.data(CREATE, {"name": "Regulars", "key": first["idempotencyKey"]}))["createCustomerGroup"]
    other = (await graph.data(CREATE, {"name": "Friends", "key": first["idempotencyKey"]}))["createCustomerGroup"]

    assert again == first
    assert other["group"] is None
    assert other["userErrors"] == [
        {"__typename": "IdempotencyError", "code": "IDEMPOTENCY_KEY_REUSED", "field": ["idempotencyKey"]}
    ]
    assert len((await graph.data(LIST))["groups"]["nodes"]) == 1


@pytest.mark.parametrize(("name", "code"), [("", "VALUE_EMPTY"), ("  ", "VALUE_EMPTY"), ("Taken", "BAD_REQUEST")])
async def test_a_name_that_is_empty_or_taken_is_refused(graph: Any, emulator: Any, name: str, code: str) -> None:
    id = make_groups(emulator, "Taken", "Mine")[1]

    made = (await graph.data(CREATE, {"name": name}))["createCustomerGroup"]
    renamed = (await graph.data(UPDATE, {"id": id, "name": name}))["updateCustomerGroup"]

    refused = [{"__typename": "ValidationError", "code": code, "field": ["input", "name"]}]
    assert (made["group"], made["userErrors"]) == (None, refused)
    assert (renamed["group"], renamed["userErrors"]) == (None, refused)


@pytest.mark.parametrize(("key", "code"), [("", "VALUE_EMPTY"), ("k" * 129, "VALUE_TOO_LONG")])
async def test_a_key_that_square_would_not_take_is_refused_before_any_call(graph: Any, key: str, code: str) -> None:
    payload = (await graph.data(CREATE, {"name": "Regulars", "key": key}))["createCustomerGroup"]

    assert payload["userErrors"] == [{"__typename": "ValidationError", "code": code, "field": ["idempotencyKey"]}]
    assert not graph.calls


@pytest.mark.parametrize("id", ["NOWHERE", "", "../customers", "x" * 300])
async def test_a_group_that_is_not_there_is_null_to_read_and_a_user_error_to_write(graph: Any, id: str) -> None:
    missing = [{"__typename": "NotFoundError", "code": "NOT_FOUND", "field": ["id"]}]

    assert await graph.data(ONE, {"id": id}) == {"group": None}
    assert (await graph.data(UPDATE, {"id": id, "name": "x"}))["updateCustomerGroup"]["userErrors"] == missing
    assert (await graph.data(DELETE, {"id": id}))["deleteCustomerGroup"] == {"deletedId": None, "userErrors": missing}


async def test_a_deleted_group_leaves_its_members(graph: Any, emulator: Any) -> None:
    (group,) = make_groups(emulator, "Regulars")
    (customer,) = make_customers(emulator, 1, [group])
    before = "query ($id: ID!) { customer(id: $id) { groupIds groups { name } } }"

    await graph.data(DELETE, {"id": group})

    assert await graph.data(before, {"id": customer}) == {"customer": {"groupIds": [], "groups": []}}


async def test_groups_are_listed_fifty_a_call_and_more_when_asked(graph: Any, emulator: Any) -> None:
    names = [f"Group {number:02}" for number in range(60)]
    make_groups(emulator, *names)

    page = (await graph.data(LIST))["groups"]
    rest = (await graph.data(LIST, {"after": page["pageInfo"]["endCursor"]}))["groups"]
    graph.reset()
    every = (await graph.data(LIST, {"first": 60}))["groups"]

    assert [node["name"] for node in page["nodes"] + rest["nodes"]] == names
    assert [node["name"] for node in every["nodes"]] == names
    assert (len(page["nodes"]), page["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (50, True, False)
    assert graph.calls == {"ListCustomerGroups": 2}
    assert queries(emulator, "ListCustomerGroups")[0] == "limit=50"


@pytest.mark.parametrize(("count", "calls"), [(1, {"RetrieveCustomerGroup": 1}), (2, {"ListCustomerGroups": 1})])
async def test_one_group_is_retrieved_and_several_are_listed(
    graph: Any, emulator: Any, count: int, calls: dict[str, int]
) -> None:
    ids = make_groups(emulator, *[f"G{number}" for number in range(count)])
    query = " ".join(f'g{number}: group(id: "{id}") {{ name }}' for number, id in enumerate(ids))

    data = await graph.data(f"{{ {query} }}")

    assert [group["name"] for group in data.values()] == [f"G{number}" for number in range(count)]
    assert graph.calls == calls


async def test_groups_that_the_list_lacks_are_retrieved_before_they_are_said_not_to_exist(
    graph: Any, emulator: Any
) -> None:
    (id,) = make_groups(emulator, "Regulars")
    unknown = " ".join(f'u{number}: group(id: "NO{number}") {{ name }}' for number in range(3))

    answer = await graph(f'{{ known: group(id: "{id}") {{ name }} {unknown} }}')

    assert answer["data"] == {"known": {"name": "Regulars"}, "u0": None, "u1": None, "u2": None}
    assert "errors" not in answer
    cost = {"estimatedCalls": 5, "actualCalls": 4, "retries": 0, "cacheHits": 0, "throttleStatus": UNUSED}
    assert answer["extensions"] == {"cost": cost}
    assert graph.calls == {"ListCustomerGroups": 1, "RetrieveCustomerGroup": 3}


async def test_more_unknown_groups_than_are_retrieved_are_null_with_a_warning(graph: Any, emulator: Any) -> None:
    (id,) = make_groups(emulator, "Regulars")
    unknown = " ".join(f'u{number}: group(id: "NO{number}") {{ name }}' for number in range(20))

    answer = await graph(f'{{ known: group(id: "{id}") {{ name }} {unknown} }}')

    assert answer["data"].pop("known") == {"name": "Regulars"}
    assert set(answer["data"].values()) == {None}
    assert "errors" not in answer
    assert graph.calls == {"ListCustomerGroups": 1, "RetrieveCustomerGroup": MAX_FURTHER}
    (warning,) = answer["extensions"]["warnings"]
    assert (warning["code"], warning["count"]) == ("ABSENCE_NOT_CONFIRMED", 20 - MAX_FURTHER)


async def test_a_group_beyond_the_first_page_of_the_list_is_found(graph: Any, emulator: Any) -> None:
    ids = make_groups(emulator, *[f"Group {number:03}" for number in range(120)])

    query = """query ($a: ID!, $b: ID!, $c: ID!) {
      a: group(id: $a) { name } b: group(id: $b) { name } c: group(id: $c) { name } }"""

    data = await graph.data(query, {"a": ids[0], "b": ids[70], "c": ids[119]})

    assert [group["name"] for group in data.values()] == ["Group 000", "Group 070", "Group 119"]
    # The first two pages leave one: retrieving it costs no more than a third page.
    assert graph.calls == {"ListCustomerGroups": 2, "RetrieveCustomerGroup": 1}


async def test_groups_far_behind_in_the_list_are_found(graph: Any, emulator: Any) -> None:
    ids = make_groups(emulator, *[f"Group {number:03}" for number in range(600)])

    query = """query ($a: ID!, $b: ID!, $c: ID!, $d: ID!) {
      a: group(id: $a) { name } b: group(id: $b) { name } c: group(id: $c) { name } d: group(id: $d) { name } }"""

    data = await graph.data(query, {"a": ids[0], "b": ids[550], "c": ids[599], "d": "NOWHERE"})

    assert [group and group["name"] for group in data.values()] == ["Group 000", "Group 550", "Group 599", None]
    # No more than retrieving all four would have cost, and the first page.
    assert graph.calls == {"ListCustomerGroups": 2, "RetrieveCustomerGroup": 3}
