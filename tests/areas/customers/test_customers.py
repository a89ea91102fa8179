from __future__ import annotations

from typing import Any

import pytest

from gateway.emulator.store.tenants import Tenants, Token
from tests.areas.people import make_customers, make_groups, make_segments, queries, sent
from tests.emulator.customer_requests import AMELIA, create

EVERYTHING = """query ($id: ID!) { customer(id: $id) {
  id createdAt updatedAt givenName familyName nickname companyName emailAddress phoneNumber birthday referenceId note
  address { addressLine1 addressLine2 locality administrativeDistrictLevel1 postalCode country }
  preferences { emailUnsubscribed } creationSource rawCreationSource groupIds segmentIds version taxIds { euVat }
} }"""

PAGE = """query ($first: Int! = 100, $after: String, $sort: CustomerSort) {
  customers(first: $first, after: $after, sort: $sort) {
    nodes { id } edges { cursor node { givenName } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}"""


async def test_a_customer_shows_everything_square_says_about_it(graph: Any, emulator: Any) -> None:
    made = await create(
        emulator,
        **AMELIA,
        nickname="Meeley",
        company_name="Airways",
        birthday="07-24",
        tax_ids={"eu_vat": "IE3426675K"},
    )
    graph.reset()

    customer = (await graph.data(EVERYTHING, {"id": made["id"]}))["customer"]

    assert customer == {
        "id": made["id"],
        "createdAt": made["created_at"],
        "updatedAt": made["updated_at"],
        "givenName": "Amelia",
        "familyName": "Earhart",
        "nickname": "Meeley",
        "companyName": "Airways",
        "emailAddress": "Amelia.Earhart@example.com",
        "phoneNumber": "+1-212-555-4240",
        "birthday": "0000-07-24",
        "referenceId": "YOUR_REFERENCE_ID",
        "note": "a customer",
        "address": {
            "addressLine1": "500 Electric Ave",
            "addressLine2": None,
            "locality": "New York",
            "administrativeDistrictLevel1": None,
            "postalCode": None,
            "country": "US",
        },
        "preferences": {"emailUnsubscribed": False},
        "creationSource": "THIRD_PARTY",
        "rawCreationSource": "THIRD_PARTY",
        "groupIds": [],
        "segmentIds": [],
        "version": 0,
        "taxIds": {"euVat": "IE3426675K"},
    }
    assert graph.calls == {"BulkRetrieveCustomers": 1}


async def test_what_a_customer_lacks_is_null_or_an_empty_list(graph: Any, emulator: Any) -> None:
    (id,) = make_customers(emulator, 1)

    customer = (await graph.data(EVERYTHING, {"id": id}))["customer"]

    assert {name for name, value in customer.items() if value is None} == {
        "familyName", "nickname", "companyName", "emailAddress", "phoneNumber", "birthday", "referenceId", "note",
        "address", "taxIds",
    }  # fmt: skip
    assert (customer["groupIds"], customer["segmentIds"]) == ([], [])


@pytest.mark.parametrize("id", ["NOBODY", "", "../groups", "a/b?c#d", "%2e%2e", "X" * 300, "\u0000", "\u202e名"])
async def test_an_id_that_nobody_has_is_null_and_takes_no_neighbour_along(graph: Any, emulator: Any, id: str) -> None:
    (known,) = make_customers(emulator, 1)
    query = "query ($a: ID!, $b: ID!) { a: customer(id: $a) { id } b: customer(id: $b) { givenName } }"

    data = await graph.data(query, {"a": id, "b": known})

    assert data == {"a": None, "b": {"givenName": "Person 00000"}}
    assert graph.calls == {"BulkRetrieveCustomers": 1}


async def test_only_ids_that_cannot_be_ids_make_no_call(graph: Any) -> None:
    data = await graph.data("query ($ids: [ID!]!) { customersById(ids: $ids) { id } }", {"ids": ["", "X" * 256]})

    assert data == {"customersById": [None, None]}
    assert not graph.calls


async def test_customers_by_id_come_in_the_order_asked_with_gaps_and_repetitions(graph: Any, emulator: Any) -> None:
    a, b, c = make_customers(emulator, 3)
    query = "query ($ids: [ID!]!) { customersById(ids: $ids) { id } }"

    data = await graph.data(query, {"ids": [c, "NOBODY", a, c, b]})

    assert data["customersById"] == [{"id": c}, None, {"id": a}, {"id": c}, {"id": b}]
    assert sent(emulator, "BulkRetrieveCustomers") == [{"customer_ids": [c, "NOBODY", a, b]}]


async def test_no_ids_are_no_customers_and_too_many_are_refused_before_any_call(graph: Any) -> None:
    query = "query ($ids: [ID!]!) { customersById(ids: $ids) { id } }"

    none = await graph.data(query, {"ids": []})
    refused = await graph(query, {"ids": [f"C{number}" for number in range(1001)]})

    assert none == {"customersById": []}
    (error,) = refused["errors"]
    assert error["path"] == ["customersById"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "field": ["ids"]}
    assert not graph.calls


async def test_customers_are_listed_by_name(graph: Any, emulator: Any) -> None:
    ids = make_customers(emulator, 3)

    page = (await graph.data(PAGE, {"first": 2}))["customers"]

    assert page["nodes"] == [{"id": ids[0]}, {"id": ids[1]}]
    assert [edge["node"]["givenName"] for edge in page["edges"]] == ["Person 00000", "Person 00001"]
    assert page["pageInfo"] == {
        "hasNextPage": True,
        "hasPreviousPage": False,
        "startCursor": page["edges"][0]["cursor"],
        "endCursor": page["edges"][1]["cursor"],
    }
    assert queries(emulator, "ListCustomers") == ["limit=2"]


@pytest.mark.parametrize(
    ("sort", "query"),
    [
        ({}, "limit=100&sort_field=DEFAULT&sort_order=ASC"),
        ({"field": "CREATED_AT"}, "limit=100&sort_field=CREATED_AT&sort_order=ASC"),
        ({"field": "CREATED_AT", "order": "DESC"}, "limit=100&sort_field=CREATED_AT&sort_order=DESC"),
        ({"order": "DESC"}, "limit=100&sort_field=DEFAULT&sort_order=DESC"),
    ],
)
async def test_the_order_is_asked_of_square(graph: Any, emulator: Any, sort: dict[str, str], query: str) -> None:
    ids = make_customers(emulator, 3)

    page = (await graph.data(PAGE, {"sort": sort}))["customers"]

    wanted = ids[::-1] if sort.get("order") == "DESC" else ids
    assert [node["id"] for node in page["nodes"]] == wanted
    assert queries(emulator, "ListCustomers") == [query]


async def test_a_seller_without_customers_has_an_empty_page(graph: Any) -> None:
    page = (await graph.data(PAGE))["customers"]

    assert (page["nodes"], page["edges"]) == ([], [])
    assert page["pageInfo"] == {
        "hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None
    }  # fmt: skip


async def test_groups_and_segments_of_a_customer_are_followed(graph: Any, emulator: Any) -> None:
    groups, segments = make_groups(emulator, "Regulars", "Wholesale"), make_segments(emulator, "Reachable")
    (id,) = make_customers(emulator, 1, groups, segments)
    query = """query ($id: ID!) { customer(id: $id) {
      groupIds groups { id name createdAt } segmentIds segments { id name updatedAt }
    } }"""

    customer = (await graph.data(query, {"id": id}))["customer"]

    assert customer["groupIds"] == [group["id"] for group in customer["groups"]] == groups
    assert [group["name"] for group in customer["groups"]] == ["Regulars", "Wholesale"]
    assert customer["segmentIds"] == segments
    assert customer["segments"][0]["name"] == "Reachable"
    assert graph.calls == {"BulkRetrieveCustomers": 1, "ListCustomerGroups": 1, "RetrieveCustomerSegment": 1}


@pytest.mark.parametrize(
    ("operation", "lost"), [("ListCustomerGroups", "groups"), ("RetrieveCustomerSegment", "segments")]
)
async def test_an_edge_that_fails_costs_that_edge_only(graph: Any, emulator: Any, operation: str, lost: str) -> None:
    groups, segments = make_groups(emulator, "Regulars", "Wholesale"), make_segments(emulator, "Reachable")
    (id,) = make_customers(emulator, 1, groups, segments)
    emulator.faults.add("status", operation, status=503)
    query = "query ($id: ID!) { customer(id: $id) { givenName groups { name } segments { name } } }"

    answer = await graph(query, {"id": id})

    customer = answer["data"]["customer"]
    assert customer["givenName"] == "Person 00000"
    assert {name for name, value in customer.items() if value is None} == {lost}
    (error,) = answer["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["customer", lost], "UPSTREAM_UNAVAILABLE")


async def test_a_seller_never_sees_the_customers_of_another(graph: Any, emulator: Any) -> None:
    (id,) = make_customers(emulator, 1)
    query = "query ($id: ID!) { customer(id: $id) { id } customers { nodes { id } } }"

    mine = await graph.data(query, {"id": id})
    theirs = await graph.data(query, {"id": id}, token="second-seller-token")

    assert mine == {"customer": {"id": id}, "customers": {"nodes": [{"id": id}]}}
    assert theirs == {"customer": None, "customers": {"nodes": []}}


async def test_a_token_without_the_permission_is_told_so_per_field(graph: Any, emulator: Any) -> None:
    (id,) = make_customers(emulator, 1)
    Tenants(emulator.store.db).put(Token("loyalty-only", scopes=("LOYALTY_READ",)))

    answer = await graph("query ($id: ID!) { customer(id: $id) { id } }", {"id": id}, token="loyalty-only")

    assert answer["data"] == {"customer": None}
    (error,) = answer["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["customer"], "FORBIDDEN")
