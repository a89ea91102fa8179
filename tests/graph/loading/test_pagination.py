"""Pages over Square's pages, through the emulator."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from gateway.emulator.rules.customers import table as customer_table
from gateway.emulator.seed import seed_demo
from tests.areas.people import make_customers, make_groups, queries, sent

PAGE = """query ($first: Int! = 100, $after: String) { customers(first: $first, after: $after) {
  nodes { id } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""


async def page(graph: Any, **variables: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await graph.data(PAGE, variables))["customers"]
    assert [edge["node"] for edge in found["edges"]] == found["nodes"]
    return found


def ids(found: dict[str, Any]) -> list[str]:
    return [node["id"] for node in found["nodes"]]


async def test_more_than_one_of_squares_pages_can_be_asked_for(graph: Any, emulator: Any) -> None:
    everybody = make_customers(emulator, 230)

    found = await page(graph, first=150)
    rest = await page(graph, first=150, after=found["pageInfo"]["endCursor"])

    assert ids(found) == everybody[:150]
    assert ids(rest) == everybody[150:]
    assert found["pageInfo"] == {
        "hasNextPage": True,
        "hasPreviousPage": False,
        "startCursor": found["edges"][0]["cursor"],
        "endCursor": found["edges"][149]["cursor"],
    }
    assert (rest["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasPreviousPage"]) == (False, True)
    assert graph.calls == {"ListCustomers": 4}


@pytest.mark.parametrize("place", [0, 49, 98, 99, 100, 149, 199, 228])
@pytest.mark.parametrize("first", [1, 30, 150])
async def test_a_list_goes_on_behind_any_item_without_losing_or_repeating_one(
    graph: Any, emulator: Any, place: int, first: int
) -> None:
    everybody = make_customers(emulator, 230)
    found = await page(graph, first=230)

    rest = await page(graph, first=first, after=found["edges"][place]["cursor"])

    assert ids(rest) == everybody[place + 1 : place + 1 + first]
    assert rest["pageInfo"]["hasNextPage"] is (place + 1 + first < 230)


async def test_the_last_item_has_nothing_behind_it(graph: Any, emulator: Any) -> None:
    make_customers(emulator, 3)
    found = await page(graph)

    rest = await page(graph, after=found["pageInfo"]["endCursor"])

    assert rest["nodes"] == []
    assert rest["pageInfo"] == {
        "hasNextPage": False,
        "hasPreviousPage": True,
        "startCursor": None,
        "endCursor": None,
    }


async def test_a_page_that_is_exactly_full_knows_whether_more_follows(graph: Any, emulator: Any) -> None:
    make_customers(emulator, 100)

    assert (await page(graph, first=100))["pageInfo"]["hasNextPage"] is False
    assert (await page(graph, first=99))["pageInfo"]["hasNextPage"] is True


async def test_the_total_is_counted_only_when_it_is_asked_for(graph: Any, emulator: Any) -> None:
    make_customers(emulator, 120)

    without = await graph.data("{ customers(first: 110) { nodes { id } } }")
    counted = await graph.data("{ customers(first: 110) { totalCount pageInfo { hasNextPage } } }")
    spread = await graph.data("{ customers(first: 1) { ...C } } fragment C on CustomerConnection { totalCount }")

    assert len(without["customers"]["nodes"]) == 110
    assert counted["customers"] == {"totalCount": 120, "pageInfo": {"hasNextPage": True}}
    assert spread == {"customers": {"totalCount": 120}}
    assert ["count=true" in query for query in queries(emulator, "ListCustomers")] == [False, False, True, True, True]


async def test_somebody_new_between_two_pages_is_seen_once_and_hides_nobody(graph: Any, emulator: Any) -> None:
    everybody = make_customers(emulator, 5)
    found = await page(graph, first=2)
    newcomer = {
        "id": "NEW", "given_name": "Person 00000b", "creation_source": "THIRD_PARTY", "version": 0,
        "created_at": "2026-01-02T00:00:00.000Z", "updated_at": "2026-01-02T00:00:00.000Z",
    }  # fmt: skip
    customer_table.insert(emulator.store.db, emulator.seller, [newcomer])

    rest = await page(graph, first=10, after=found["pageInfo"]["endCursor"])

    assert ids(found) + ids(rest) == everybody


async def test_walking_the_demo_shop_gives_each_customer_once(graph: Any, emulator: Any) -> None:
    seed_demo(emulator.store, emulator.clock)
    found: list[str] = []
    variables: dict[str, Any] = {"first": 70}
    while True:
        reached = await page(graph, **variables)
        found += ids(reached)
        if not reached["pageInfo"]["hasNextPage"]:
            break
        variables["after"] = reached["pageInfo"]["endCursor"]

    assert len(found) == len(set(found)) == 1000
    assert graph.calls == {"ListCustomers": 15}
    every = await page(graph, first=1000)
    assert ids(every) == found


async def test_a_search_is_paged_by_the_identical_body_and_square_s_cursor(graph: Any, emulator: Any) -> None:
    (group,) = make_groups(emulator, "All")
    make_customers(emulator, 7, [group])
    query = """query ($id: ID!, $after: String) { customers(first: 3, after: $after, filter: {groupIds: {all: [$id]}}) {
      nodes { id } pageInfo { endCursor } } }"""
    first = (await graph.data(query, {"id": group}))["customers"]

    await graph.data(query, {"id": group, "after": first["pageInfo"]["endCursor"]})

    one, two = sent(emulator, "SearchCustomers")
    assert two == one | {"cursor": two["cursor"]}


REFUSED = {"code": "BAD_USER_INPUT", "field": ["after"]}


async def refusal(graph: Any, query: str, variables: dict[str, Any], **options: Any) -> Any:
    graph.reset()
    answer = await graph(query, variables, **options)
    assert answer["data"] == {"customers": None}
    (error,) = answer["errors"]
    assert error["path"] == ["customers"]
    assert not graph.calls
    return error["extensions"]


async def test_cursors_that_were_tampered_with_are_refused_before_any_call(graph: Any, emulator: Any) -> None:
    make_customers(emulator, 3)
    cursor = (await page(graph, first=1))["pageInfo"]["endCursor"]
    raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    flipped = [raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :] for place in (0, 11, 12, len(raw) - 2)]
    forged = [base64.urlsafe_b64encode(each).decode().rstrip("=") for each in flipped]

    for bad in [*forged, cursor[:-1], cursor + "A", cursor + cursor, "x", "é", "=", " ", "x" * 5000, "\u0000"]:
        assert await refusal(graph, PAGE, {"after": bad}) == REFUSED


async def test_cursors_of_other_lists_and_other_tenants_are_refused_before_any_call(graph: Any, emulator: Any) -> None:
    make_groups(emulator, "A", "B")
    make_customers(emulator, 3)
    cursor = (await page(graph, first=1))["pageInfo"]["endCursor"]
    groups = await graph.data("{ groups(first: 1) { pageInfo { endCursor } } }")
    foreign = groups["groups"]["pageInfo"]["endCursor"]
    sorted_otherwise = "query ($after: String) { customers(sort: {order: DESC}, after: $after) { nodes { id } } }"
    filtered = "query ($after: String) { customers(first: 1, filter: {}, after: $after) { nodes { id } } }"

    assert await refusal(graph, PAGE, {"after": foreign}) == REFUSED
    assert await refusal(graph, sorted_otherwise, {"after": cursor}) == REFUSED
    assert await refusal(graph, filtered, {"after": cursor}) == REFUSED
    assert await refusal(graph, PAGE, {"after": cursor}, token="second-seller-token") == REFUSED


@pytest.mark.parametrize("first", [0, -1, 1001, 2000, 20_001, 2**31 - 1])
async def test_a_first_that_cannot_be_is_refused_before_any_call(graph: Any, first: int) -> None:
    assert await refusal(graph, PAGE, {"first": first}) == {"code": "BAD_USER_INPUT", "field": ["first"]}


@pytest.mark.parametrize("first", [2**31, "ten", None, 1.5, True, [1]])
async def test_a_first_that_is_no_number_never_reaches_a_field(graph: Any, first: Any) -> None:
    answer = await graph(PAGE, {"first": first})

    assert answer.get("data") is None
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]
    assert not graph.calls


async def test_no_after_is_the_start(graph: Any, emulator: Any) -> None:
    everybody = make_customers(emulator, 2)

    assert ids(await page(graph, after=None)) == ids(await page(graph)) == everybody


LISTS = [
    "customers", "groups", "segments", "customAttributeDefinitions", "loyaltyAccounts", "loyaltyRewards",
    "loyaltyEvents",
]  # fmt: skip


@pytest.mark.parametrize(
    "document",
    [
        "{ customers { totalCount nodes { id } } }",
        '{ customers(filter: {referenceId: {exact: "nobody"}}) { totalCount nodes { id } } }',
        '{ customers(filter: {groupIds: {all: ["<group>"]}}, first: 300) { totalCount nodes { id } } }',
    ],
)
async def test_nobody_counts_zero(graph: Any, emulator: Any, document: str) -> None:
    (group,) = make_groups(emulator, "Empty")

    answer = await graph(document.replace("<group>", group))

    assert answer["data"] == {"customers": {"totalCount": 0, "nodes": []}}


async def test_a_group_without_members_counts_zero(graph: Any, emulator: Any) -> None:
    make_groups(emulator, "Empty")

    data = await graph.data("{ groups(first: 2) { nodes { customers { totalCount nodes { id } } } } }")

    assert data == {"groups": {"nodes": [{"customers": {"totalCount": 0, "nodes": []}}]}}


@pytest.mark.parametrize("field", LISTS)
async def test_what_clients_send_for_no_cursor_is_the_start_of_every_list(graph: Any, field: str) -> None:
    page = "nodes { __typename } pageInfo { hasPreviousPage }"
    plain = await graph(f"{{ {field} {{ {page} }} }}")
    written = [await graph(f"{{ {field}(after: {none}) {{ {page} }} }}") for none in ('""', "null")]
    asked = f"query ($a: String) {{ {field}(after: $a) {{ {page} }} }}"
    given = [await graph(asked, variables) for variables in ({"a": ""}, {"a": None}, {})]

    assert plain["data"][field] is None or plain["data"][field]["pageInfo"] == {"hasPreviousPage": False}
    # The data and the calls, planned and made.
    assert written + given == [plain] * 5


async def test_no_cursor_of_a_list_in_a_list_is_its_start(graph: Any, emulator: Any) -> None:
    make_customers(emulator, 2)

    answer = await graph('{ customers { nodes { customAttributes(after: "", first: null) { nodes { key } } } } }')

    assert answer["data"]["customers"]["nodes"] == [{"customAttributes": {"nodes": []}}] * 2
    assert answer["extensions"]["cost"]["estimatedCalls"] == 1 + 100
    assert graph.calls == {"ListCustomers": 1, "ListCustomerCustomAttributes": 2}
