"""One tree says what is selected, over fragments, types and conditions: plan, calls and answer agree on it."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import parse

from gateway.graph.selection.document import read
from gateway.graph.selection.operation import selected, switches
from gateway.graph.selection.tree import Selection
from gateway.graph.subgraph.core_schema import core_schema
from gateway.schema import build_schema

SCHEMA = core_schema(build_schema())


def root(text: str, **variables: Any) -> Selection:
    document = read(parse(text))
    (operation,) = document.operations
    return selected(SCHEMA, operation, switches(operation, variables)).selection


def on(selection: Selection | None, name: str) -> dict[str, Any]:
    """What is selected on a type, as names of the answer with what is selected below each."""
    assert selection is not None
    fields: Any = SCHEMA.type_map[name]
    return {each.key: each.below for each in selection.of(fields).fields}


def test_fields_of_one_name_are_merged_over_fragments() -> None:
    query = root("""
      { group(id: "G") { id ...A ... on Group { customers { nodes { givenName } } } } }
      fragment A on Group { name customers { totalCount nodes { id } } }
    """)

    group = on(on(query, "Query")["group"], "Group")
    people = on(group["customers"], "CustomerConnection")

    assert list(group) == ["id", "name", "customers"]
    assert list(people) == ["totalCount", "nodes"]
    assert list(on(people["nodes"], "Customer")) == ["id", "givenName"]


def test_a_type_condition_inside_another_needs_both() -> None:
    query = root("""
      { loyaltyAccount(id: "A") { events { nodes {
        ... on AdjustPointsEvent { ...Any adjusted: id } ... on CreateRewardEvent { ...Any }
        ... on LoyaltyEvent { ... on AccumulatePointsEvent { points } } } } } }
      fragment Any on LoyaltyEvent { source ... on AdjustPointsEvent { reason } ... on CreateRewardEvent { points } }
    """)
    account = on(on(query, "Query")["loyaltyAccount"], "LoyaltyAccount")
    nodes = on(account["events"], "LoyaltyEventConnection")["nodes"]

    assert list(on(nodes, "AdjustPointsEvent")) == ["source", "reason", "adjusted"]
    assert list(on(nodes, "CreateRewardEvent")) == ["source", "points"]
    assert list(on(nodes, "AccumulatePointsEvent")) == ["points"]
    assert not on(nodes, "OtherEvent")


def test_what_is_selected_alike_on_several_types_is_one_selection() -> None:
    query = root("""
      { loyaltyAccount(id: "A") { events { nodes { ...Any ... on CreateRewardEvent { account { balance } } } } } }
      fragment Any on LoyaltyEvent { account { id } }
    """)
    account = on(on(query, "Query")["loyaltyAccount"], "LoyaltyAccount")
    nodes = on(account["events"], "LoyaltyEventConnection")["nodes"]
    adjusted, deleted, created = (
        on(nodes, name)["account"] for name in ("AdjustPointsEvent", "DeleteRewardEvent", "CreateRewardEvent")
    )

    assert adjusted is deleted
    assert list(on(adjusted, "LoyaltyAccount")) == ["id"]
    assert list(on(created, "LoyaltyAccount")) == ["id", "balance"]


@pytest.mark.parametrize(("yes", "names"), [(True, ["id", "name"]), (False, ["id"])])
def test_conditions_are_decided_by_the_variables_of_the_request(yes: bool, names: list[str]) -> None:
    query = root(
        "query Q($yes: Boolean!) { group(id: 1) { id ...A @include(if: $yes) } } fragment A on Group { name }", yes=yes
    )

    assert list(on(on(query, "Query")["group"], "Group")) == names


def test_a_default_decides_where_a_request_gives_no_value() -> None:
    query = root("query Q($no: Boolean = true) { group(id: 1) { id name @skip(if: $no) } }")

    assert list(on(on(query, "Query")["group"], "Group")) == ["id"]


async def test_a_condition_that_is_null_is_refused_before_any_call(graph: Any) -> None:
    text = "query Q($yes: Boolean = true) { groups { nodes { id name @include(if: $yes) } } }"

    answer = await graph(text, {"yes": None})

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]
    assert "`$yes`" in answer["errors"][0]["message"]
    assert not graph.calls


async def test_one_document_is_answered_by_each_requests_own_conditions(graph: Any) -> None:
    text = "query Q($all: Boolean!) { groups(first: 1) { __typename ... @include(if: $all) { nodes { id } } } }"

    shown = [(await graph(text, {"all": each}))["data"]["groups"] for each in (True, False, True)]

    assert [sorted(each) for each in shown] == [["__typename", "nodes"], ["__typename"], ["__typename", "nodes"]]


async def test_a_null_for_a_condition_of_another_operation_is_none_of_this_one(graph: Any) -> None:
    text = """query A($after: Boolean!) { groups { nodes { ...F } } }
      query B($after: String) { groups(after: $after) { nodes { id } } }
      fragment F on Group { id @include(if: $after) name }"""

    answer = await graph(text, {"after": None}, operationName="B")

    assert answer["data"]["groups"] == {"nodes": []}
