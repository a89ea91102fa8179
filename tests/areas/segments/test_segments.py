from __future__ import annotations

from typing import Any

import pytest

from tests.areas.people import make_customers, make_segments, queries, sent

ONE = "query ($id: ID!) { segment(id: $id) { id name createdAt updatedAt } }"
LIST = """query ($first: Int! = 50, $after: String) { segments(first: $first, after: $after) {
  nodes { id name } pageInfo { hasNextPage endCursor } } }"""
MEMBERS = """query ($id: ID!, $first: Int! = 100) { segment(id: $id) { customers(first: $first) {
  totalCount nodes { givenName segments { id } } } } }"""


async def test_a_segment_is_read(graph: Any, emulator: Any) -> None:
    (id,) = make_segments(emulator, "Reachable")

    segment = (await graph.data(ONE, {"id": id}))["segment"]

    moment = "2026-01-01T00:00:00.000Z"
    assert segment == {"id": id, "name": "Reachable", "createdAt": moment, "updatedAt": moment}
    assert graph.calls == {"RetrieveCustomerSegment": 1}


@pytest.mark.parametrize("id", ["NOWHERE", "", "..", "x" * 300])
async def test_a_segment_that_is_not_there_is_null(graph: Any, id: str) -> None:
    assert await graph.data(ONE, {"id": id}) == {"segment": None}


async def test_a_segment_of_another_seller_is_not_there(graph: Any, emulator: Any) -> None:
    (id,) = make_segments(emulator, "Reachable")

    assert await graph.data(ONE, {"id": id}, token="second-seller-token") == {"segment": None}


async def test_segments_are_listed_fifty_a_call(graph: Any, emulator: Any) -> None:
    names = [f"Segment {number:02}" for number in range(52)]
    make_segments(emulator, *names)

    page = (await graph.data(LIST))["segments"]
    rest = (await graph.data(LIST, {"after": page["pageInfo"]["endCursor"]}))["segments"]

    assert [node["name"] for node in page["nodes"] + rest["nodes"]] == names
    assert (page["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)
    assert queries(emulator, "ListCustomerSegments")[0] == "limit=50"


async def test_members_are_found_by_a_search_that_counts_when_asked(graph: Any, emulator: Any) -> None:
    (id,) = make_segments(emulator, "Reachable")
    make_customers(emulator, 3, segments=[id])

    members = (await graph.data(MEMBERS, {"id": id, "first": 2}))["segment"]["customers"]

    assert members == {
        "totalCount": 3,
        "nodes": [{"givenName": f"Person 0000{number}", "segments": [{"id": id}]} for number in range(2)],
    }
    assert sent(emulator, "SearchCustomers") == [
        {
            "query": {"filter": {"segment_ids": {"all": [id]}}, "sort": {"field": "CREATED_AT", "order": "ASC"}},
            "limit": 2,
            "count": True,
        }
    ]
    assert graph.calls == {"RetrieveCustomerSegment": 1, "SearchCustomers": 1}


async def test_several_segments_cost_one_list(graph: Any, emulator: Any) -> None:
    ids = make_segments(emulator, "A", "B", "C")
    query = """query ($a: ID!, $b: ID!, $c: ID!) {
      a: segment(id: $a) { name } b: segment(id: $b) { name } c: segment(id: $c) { name } }"""

    data = await graph.data(query, dict(zip("abc", ids, strict=True)))

    assert [segment["name"] for segment in data.values()] == ["A", "B", "C"]
    assert graph.calls == {"ListCustomerSegments": 1}
