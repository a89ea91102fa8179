"""A customer filter without a condition matches everybody: only who says how many gets them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.areas.people import make_customers, make_groups, sent

SEARCH = """query ($filter: CustomerFilter, $first: Int) {
  customers(filter: $filter, first: $first) { nodes { id } } }"""
EMPTY: list[dict[str, Any]] = [
    {},
    {"groupIds": {}},
    {"groupIds": {"all": []}},
    {"groupIds": {"none": []}, "segmentIds": {"all": [], "none": []}},
    {"createdAt": {}},
    {"createdAt": {"startAt": None, "endAt": None}, "updatedAt": {}},
    {"emailAddress": None, "groupIds": None},
    {"customAttributes": []},
]


@pytest.mark.parametrize("filter", EMPTY, ids=str)
async def test_an_empty_filter_alone_is_refused_before_any_call(graph: Any, filter: dict[str, Any]) -> None:
    answer = await graph(SEARCH, {"filter": filter})

    (error,) = answer["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "field": ["filter"]}
    assert error["message"] == (
        "An empty filter matches every customer: give `first` to ask for them, or leave the filter out."
    )
    assert answer["data"] == {"customers": None}
    assert not graph.calls


@pytest.mark.parametrize("filter", EMPTY, ids=str)
async def test_an_empty_filter_with_first_gives_that_many(graph: Any, emulator: Any, filter: dict[str, Any]) -> None:
    everybody = make_customers(emulator, 3)

    data = await graph.data(SEARCH, {"filter": filter, "first": 2})

    assert [node["id"] for node in data["customers"]["nodes"]] == everybody[:2]
    assert graph.calls == {"SearchCustomers": 1}


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{ customers(filter: {}, first: 100) { nodes { id } } }", {}),
        ("query ($n: Int! = 100) { customers(filter: {}, first: $n) { nodes { id } } }", {}),
        ("query ($n: Int) { customers(filter: {}, first: $n) { nodes { id } } }", {"n": 100}),
        ("query ($n: Int!) { ...All } fragment All on Query { customers(filter: {}, first: $n) { nodes { id } } }",
         {"n": 100}),
    ],
)  # fmt: skip
async def test_first_may_be_given_in_any_way(graph: Any, emulator: Any, query: str, variables: dict[str, Any]) -> None:
    everybody = make_customers(emulator, 2)

    data = await graph.data(query, variables)

    assert [node["id"] for node in data["customers"]["nodes"]] == everybody


@pytest.mark.parametrize(
    "query",
    [
        "{ customers(filter: {}) { nodes { id } } }",
        "{ customers(filter: {createdAt: {}}, sort: {order: DESC}) { nodes { id } } }",
        "query ($n: Int) { customers(filter: {}, first: $n) { nodes { id } } }",
        "query ($at: DateTime) { customers(filter: {createdAt: {startAt: $at}}) { nodes { id } } }",
    ],
)
async def test_a_value_that_is_left_out_does_not_count(graph: Any, query: str) -> None:
    answer = await graph(query)

    assert [error["extensions"].get("field") for error in answer["errors"]] == [["filter"]]
    assert not graph.calls


async def test_one_condition_is_enough_and_no_filter_is_a_list(graph: Any, emulator: Any) -> None:
    (group,) = make_groups(emulator, "All")
    everybody = make_customers(emulator, 2, [group])
    graph.reset()

    found = await graph.data(SEARCH, {"filter": {"groupIds": {"all": [group]}, "createdAt": {}}})
    listed = [await graph.data(SEARCH, {"filter": None}), await graph.data("{ customers { nodes { id } } }")]

    for data in (found, *listed):
        assert [node["id"] for node in data["customers"]["nodes"]] == everybody
    assert sent(emulator, "SearchCustomers")[0]["query"]["filter"] == {"group_ids": {"all": [group]}, "created_at": {}}
    assert graph.calls == {"SearchCustomers": 1, "ListCustomers": 2}


@pytest.mark.parametrize(
    "condition",
    [{"number": {}}, {"number": {"startAt": None}}, {"date": {"endAt": None}}, {"selection": {"any": []}},
     {"address": {"country": None}}],
    ids=str,
)  # fmt: skip
async def test_a_condition_on_an_attribute_that_says_nothing_is_refused_before_any_call(
    graph: Any, condition: dict[str, Any]
) -> None:
    answer = await graph(SEARCH, {"filter": {"customAttributes": [{"key": "it", "filter": condition}]}, "first": 1})

    (error,) = answer["errors"]
    path = ["filter", "customAttributes", "0", "filter", *condition]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "field": path}
    assert error["message"] == "Give at least one condition."
    assert not graph.calls
