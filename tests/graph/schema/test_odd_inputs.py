"""Inputs at the edge of what can be: refused with a code and a place, or kept as they are."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import Source

from gateway.graph.documents.source_text import DocumentText
from tests.emulator import loyalty_shop as shop
from tests.emulator.customer_requests import create

ODD_IDS = [
    "", ".", "..", "../customers", "a/../../locations", "a/b", "a?limit=1", "a#b", "%2e%2e", "a%2fb", "a%00b", "a\\b",
    "a\r\nX-Evil: 1", "a\x00b", "a b", "{id}", "a;b", "ключ", "\u202eabc", "😀", "x" * 10_000,
]  # fmt: skip
BY_ID = {
    "customer": "BulkRetrieveCustomers",
    "group": "RetrieveCustomerGroup",
    "segment": "RetrieveCustomerSegment",
    "loyaltyAccount": "RetrieveLoyaltyAccount",
    "loyaltyReward": "RetrieveLoyaltyReward",
}


@pytest.mark.parametrize("field", BY_ID)
@pytest.mark.parametrize("odd", ODD_IDS, ids=lambda odd: ascii(odd[:20]))
async def test_an_odd_id_names_nothing_and_reaches_no_other_operation(graph: Any, field: str, odd: str) -> None:
    answer = await graph(f"query ($id: ID!) {{ {field}(id: $id) {{ __typename id }} }}", {"id": odd})

    codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
    assert answer["data"] == {field: None}
    assert codes <= {"BAD_USER_INPUT"}
    assert set(graph.calls) <= {BY_ID[field]}


@pytest.mark.parametrize("odd", ["", "..", "a/b", "a?b", "x" * 10_000], ids=lambda odd: odd[:20])
async def test_an_odd_id_of_a_write_is_a_user_error(graph: Any, odd: str) -> None:
    query = """mutation ($id: ID!) {
      a: updateCustomerGroup(id: $id, input: {name: "x"}) { userErrors { code field } }
      b: updateCustomer(id: $id, input: {note: "x"}) { userErrors { code field } }
    }"""

    data = await graph.data(query, {"id": odd})

    assert all(payload["userErrors"] for payload in data.values())
    assert set(graph.calls) <= {"UpdateCustomerGroup", "UpdateCustomer"}


@pytest.mark.parametrize(
    "text",
    [
        "\U0001d4b3" * 60,
        "😀👩‍👩‍👧‍👦🏳️‍🌈", "שלום עולם", "\u202edlrow", "e\u0301 is not é", "日本語", "a\tb\nc", "\ufeffx", "\u2028x",
        '"\\/<script>&amp;', "{{ }} ${x} %s", "null", "x" * 4096,
    ],
    ids=lambda text: ascii(text[:12]),
)  # fmt: skip
async def test_text_comes_back_as_it_was_given(graph: Any, text: str) -> None:
    made = await graph.data(
        "mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { customer { id note } "
        "userErrors { code } } }",
        {"input": {"givenName": "Ada", "note": text}},
    )
    payload = made["createCustomer"]
    assert payload["userErrors"] == []

    found = await graph.data("query ($id: ID!) { customer(id: $id) { note } }", {"id": payload["customer"]["id"]})

    assert payload["customer"]["note"] == found["customer"]["note"] == text


async def test_a_nul_is_refused_by_name_or_kept(graph: Any) -> None:
    data = await graph.data(
        "mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { customer { note } "
        "userErrors { code field } } }",
        {"input": {"givenName": "Ada", "note": "a\x00b"}},
    )

    payload = data["createCustomer"]
    assert payload["userErrors"] or payload["customer"]["note"] == "a\x00b"


@pytest.mark.parametrize(
    ("moment", "taken"),
    [
        ("2026-03-29T02:30:00+02:00", True),
        ("2026-03-29T02:30:00-03:30", True),
        ("9999-12-31T23:59:59Z", True),
        ("2026-02-30T00:00:00Z", False),
        ("0000-01-01T00:00:00Z", False),
        ("10000-01-01T00:00:00Z", False),
        ("2026-01-01T24:00:01Z", False),
        ("2026-01-01", False),
        ("2026-01-01T00:00:00", False),
        ("٢٠٢٦-01-01T00:00:00Z", False),
        ("now", False),
        (1767225600, False),
    ],
)
async def test_a_moment_has_an_offset_and_is_one(graph: Any, moment: Any, taken: bool) -> None:
    query = "query ($at: DateTime) { customers(filter: {createdAt: {startAt: $at}}) { nodes { id } } }"

    answer = await graph(query, {"at": moment})

    assert ("errors" not in answer) is taken
    assert bool(graph.calls) is taken
    assert taken or answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_a_leap_second_is_left_to_square_to_judge(graph: Any) -> None:
    query = '{ customers(filter: {createdAt: {startAt: "2016-12-31T23:59:60Z"}}) { nodes { id } } }'

    answer = await graph(query)

    assert graph.calls == {"SearchCustomers": 1}
    assert {error["extensions"]["code"] for error in answer.get("errors", ())} <= {"BAD_USER_INPUT"}


@pytest.mark.parametrize("first", [0, -1, 1001, 2**31 - 1, 2**31, 2**63, 10**100, None, 1.5, "1", True, [1]])
@pytest.mark.parametrize("field", ["customers", "groups", "segments", "loyaltyEvents", "customAttributeDefinitions"])
async def test_a_first_that_cannot_be_is_refused_before_any_call(graph: Any, field: str, first: Any) -> None:
    answer = await graph(
        f"query ($first: Int!) {{ {field}(first: $first) {{ nodes {{ __typename }} }} }}", {"first": first}
    )

    assert answer["errors"][0]["extensions"]["code"] in {"BAD_USER_INPUT", "COST_LIMIT_EXCEEDED"}
    assert not graph.calls


async def test_points_beyond_32_bits_are_kept_exactly(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    account = await shop.enroll(emulator)
    many = 2**53 - 1

    data = await graph.data(
        "mutation ($id: ID!, $points: Long!) { adjustLoyaltyPoints(accountId: $id, "
        'input: {points: $points, reason: "x"}) { account { balance } userErrors { code message } } }',
        {"id": account, "points": many},
    )

    payload = data["adjustLoyaltyPoints"]
    assert payload["userErrors"] or payload["account"]["balance"] == many


@pytest.mark.parametrize(
    "filter",
    ["{nobody: 1}", "{creationSource: {values: [NOBODY]}}", "{referenceId: {exact: 1, exact: 2}}", "[]", "5"],
)
async def test_an_input_that_the_schema_does_not_know_never_runs(graph: Any, filter: str) -> None:
    answer = await graph(f"{{ customers(filter: {filter}) {{ nodes {{ id }} }} }}")

    assert answer["errors"][0]["extensions"]["code"] in {"GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED"}
    assert not graph.calls


async def test_a_filter_that_chooses_nothing_is_one_page_of_all(graph: Any, emulator: Any) -> None:
    await create(emulator, given_name="Ada")
    graph.reset()

    answer = await graph("{ customers(first: 1, filter: {}) { nodes { givenName } } }")

    assert answer["data"]["customers"]["nodes"] == [{"givenName": "Ada"}]
    assert answer["extensions"]["cost"]["estimatedCalls"] == graph.calls.total() == 1


@pytest.mark.parametrize(
    ("literal", "variable"),
    [('birthday: "1990-13-01"', ("Birthday", "1990-13-01")), ('birthday: "soon"', ("Birthday", "soon"))],
)
async def test_a_value_that_a_scalar_refuses_is_shown_with_its_place(
    graph: Any, literal: str, variable: tuple[str, str]
) -> None:
    kind, value = variable
    mutation = 'mutation M($b: %s) { createCustomer(input: {givenName: "A", birthday: $b}) { customer { id } } }'

    written = await graph(
        f'mutation {{ createCustomer(input: {{givenName: "A", {literal}}}) {{ customer {{ id }} }} }}'
    )
    given = await graph(mutation % kind, {"b": value})

    for answer, code in ((written, "GRAPHQL_VALIDATION_FAILED"), (given, "BAD_USER_INPUT")):
        (error,) = answer["errors"]
        assert error["locations"]
        assert error["extensions"]["code"] == code
        assert "Birthday" in error["message"]
    assert not graph.calls


@pytest.mark.parametrize(
    ("filter", "path"),
    [
        ("groupIds: {any: []}", ["filter", "groupIds", "any"]),
        ("segmentIds: {any: []}", ["filter", "segmentIds", "any"]),
        ("creationSource: {values: []}", ["filter", "creationSource", "values"]),
    ],
)
async def test_an_empty_choice_does_not_widen_a_search_to_everybody(graph: Any, filter: str, path: list[str]) -> None:
    answer = await graph(f"{{ customers(filter: {{{filter}}}) {{ nodes {{ id }} }} }}")

    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": path}
    assert not graph.calls


@pytest.mark.parametrize("text", ["a", "\na", "\r\na", "\r\ra", "\n\r\n\ra b", "a\n\n  b\r\n c", "\u2028a\nb", "\n"])
def test_places_in_a_document_are_those_of_graphql(text: str) -> None:
    places = [place for place in range(len(text) + 1) if text[place - 1 : place + 1] != "\r\n"]

    assert [DocumentText(text).get_location(place) for place in places] == [
        Source(text).get_location(place) for place in places
    ]
