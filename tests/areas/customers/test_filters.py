from __future__ import annotations

from typing import Any

import pytest

from tests.areas.people import make_customers, make_groups, make_segments, queries, sent
from tests.emulator.attributes import define, put, selection
from tests.emulator.customer_requests import create

SEARCH = """query ($filter: CustomerFilter, $sort: CustomerSort, $first: Int! = 100, $after: String) {
  customers(filter: $filter, sort: $sort, first: $first, after: $after) {
    nodes { givenName } edges { cursor } pageInfo { hasNextPage endCursor }
  }
}"""


async def found(graph: Any, filter: dict[str, Any], **variables: Any) -> list[str]:
    page = (await graph.data(SEARCH, {"filter": filter, **variables}))["customers"]
    return [node["givenName"] for node in page["nodes"]]


async def people(emulator: Any) -> dict[str, str]:
    """Ada and Bob by name: Ada is a regular who drinks tea, Bob is nobody special."""
    ada = await create(
        emulator, given_name="Ada", email_address="Ada@Example.com", phone_number="(212) 555-4240", reference_id="No-7"
    )
    bob = await create(emulator, given_name="Bob", email_address="bob@example.org", phone_number="+1 415 123 4567")
    return {"Ada": ada["id"], "Bob": bob["id"]}


YEAR = {"startAt": "2020-01-01T00:00:00Z", "endAt": "2999-01-01T00:00:00Z"}
WIRE_YEAR = {"start_at": "2020-01-01T00:00:00Z", "end_at": "2999-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("given", "wire", "who"),
    [
        ({}, {}, ["Ada", "Bob"]),
        ({"emailAddress": None, "createdAt": {"endAt": None}}, {"created_at": {}}, ["Ada", "Bob"]),
        ({"emailAddress": {"exact": "ada@example.com"}}, {"email_address": {"exact": "ada@example.com"}}, ["Ada"]),
        ({"emailAddress": {"fuzzy": "example org"}}, {"email_address": {"fuzzy": "example org"}}, ["Bob"]),
        ({"phoneNumber": {"exact": "+12125554240"}}, {"phone_number": {"exact": "+12125554240"}}, ["Ada"]),
        ({"phoneNumber": {"fuzzy": "415 123"}}, {"phone_number": {"fuzzy": "415 123"}}, ["Bob"]),
        ({"referenceId": {"exact": "no-7"}}, {"reference_id": {"exact": "no-7"}}, ["Ada"]),
        ({"referenceId": {"fuzzy": "7"}}, {"reference_id": {"fuzzy": "7"}}, ["Ada"]),
        ({"createdAt": YEAR}, {"created_at": WIRE_YEAR}, ["Ada", "Bob"]),
        (
            {"updatedAt": {"endAt": "2020-01-01T00:00:00+02:00"}},
            {"updated_at": {"end_at": "2020-01-01T00:00:00+02:00"}},
            [],
        ),
        (
            {"creationSource": {"values": ["THIRD_PARTY", "IMPORT"]}},
            {"creation_source": {"values": ["THIRD_PARTY", "IMPORT"], "rule": "INCLUDE"}},
            ["Ada", "Bob"],
        ),
        (
            {"creationSource": {"values": ["THIRD_PARTY"], "rule": "EXCLUDE"}},
            {"creation_source": {"values": ["THIRD_PARTY"], "rule": "EXCLUDE"}},
            [],
        ),
        (
            {"emailAddress": {"fuzzy": "example"}, "createdAt": YEAR, "phoneNumber": {"fuzzy": "212"}},
            {"email_address": {"fuzzy": "example"}, "created_at": WIRE_YEAR, "phone_number": {"fuzzy": "212"}},
            ["Ada"],
        ),
    ],
)
async def test_a_filter_is_sent_as_square_takes_it(
    graph: Any, emulator: Any, given: dict[str, Any], wire: dict[str, Any], who: list[str]
) -> None:
    await people(emulator)
    graph.reset()

    names = await found(graph, given)

    assert names == who
    assert sent(emulator, "SearchCustomers") == [{"query": {"filter": wire}, "limit": 100}]
    assert graph.calls == {"SearchCustomers": 1}


@pytest.mark.parametrize("filter", [None, "absent"])
async def test_without_a_filter_customers_are_listed(graph: Any, emulator: Any, filter: str | None) -> None:
    make_customers(emulator, 1)

    page = await graph.data(SEARCH, {} if filter else {"filter": None})

    assert page["customers"]["nodes"] == [{"givenName": "Person 00000"}]
    assert graph.calls == {"ListCustomers": 1}
    assert queries(emulator, "ListCustomers") == ["limit=100"]


async def test_order_page_and_count_go_into_the_search(graph: Any, emulator: Any) -> None:
    await people(emulator)
    sort = {"field": "CREATED_AT", "order": "DESC"}
    query = """query ($sort: CustomerSort, $after: String) {
      customers(filter: {}, sort: $sort, first: 1, after: $after) {
        totalCount nodes { givenName } pageInfo { endCursor } } }"""

    first = (await graph.data(query, {"sort": sort}))["customers"]
    second = (await graph.data(query, {"sort": sort, "after": first["pageInfo"]["endCursor"]}))["customers"]

    assert [first["nodes"], second["nodes"]] == [[{"givenName": "Bob"}], [{"givenName": "Ada"}]]
    assert (first["totalCount"], second["totalCount"]) == (2, 2)
    body = {"query": {"filter": {}, "sort": {"field": "CREATED_AT", "order": "DESC"}}, "limit": 1, "count": True}
    one, two = sent(emulator, "SearchCustomers")
    assert one == body
    assert two == body | {"cursor": two["cursor"]}


async def test_members_of_groups_and_segments_are_combined(graph: Any, emulator: Any) -> None:
    groups, segments = make_groups(emulator, "Tea", "Coffee"), make_segments(emulator, "Loyal", "Gone")
    ids = await people(emulator)
    for group in groups:
        await emulator.call("PUT", f"/v2/customers/{ids['Ada']}/groups/{group}")
    await emulator.call("PUT", f"/v2/customers/{ids['Bob']}/groups/{groups[1]}")
    graph.reset()

    every = await found(graph, {"groupIds": {"all": groups}})
    any_of = await found(graph, {"groupIds": {"any": groups}, "segmentIds": {"none": segments}})
    neither = await found(graph, {"groupIds": {"all": [groups[1]], "none": [groups[0]]}})
    unknown = await found(graph, {"groupIds": {"any": ["NOWHERE"]}})

    assert (every, any_of, neither, unknown) == (["Ada"], ["Ada", "Bob"], ["Bob"], [])
    assert [body["query"]["filter"] for body in sent(emulator, "SearchCustomers")] == [
        {"group_ids": {"all": groups}},
        {"group_ids": {"any": groups}, "segment_ids": {"none": segments}},
        {"group_ids": {"all": [groups[1]], "none": [groups[0]]}},
        {"group_ids": {"any": ["NOWHERE"]}},
    ]


ATTRIBUTES = [
    ("Email", "a@b.co", {"email": {"exact": "a@b.co"}}, {"email": {"exact": "a@b.co"}}),
    ("PhoneNumber", "+14155551234", {"phone": {"fuzzy": "415"}}, {"phone": {"fuzzy": "415"}}),
    ("String", "double shot", {"text": {"fuzzy": "shot"}}, {"text": {"fuzzy": "shot"}}),
    (
        "Date",
        "2026-02-03",
        {"date": {"startAt": "2026-02-03", "endAt": "2026-02-04"}},
        {"date": {"start_at": "2026-02-03", "end_at": "2026-02-04"}},
    ),
    ("Number", "10.5", {"number": {"startAt": "10.5", "endAt": 11}}, {"number": {"start_at": "10.5", "end_at": "11"}}),
    ("Boolean", True, {"boolean": True}, {"boolean": True}),
    (
        "Address",
        {"postal_code": "10003", "country": "US"},
        {"address": {"postalCode": {"exact": "10003"}, "country": "US"}},
        {"address": {"postal_code": {"exact": "10003"}, "country": "US"}},
    ),
]


@pytest.mark.parametrize(("kind", "value", "given", "wire"), ATTRIBUTES)
async def test_custom_attributes_of_every_type_are_searched(
    graph: Any, emulator: Any, kind: str, value: Any, given: dict[str, Any], wire: dict[str, Any]
) -> None:
    ids = await people(emulator)
    await define(emulator, "mine", kind)
    await put(emulator, ids["Ada"], "mine", value)

    names = await found(graph, {"customAttributes": [{"key": "mine", "filter": given}]})

    assert names == ["Ada"]
    (body,) = sent(emulator, "SearchCustomers")
    assert body["query"]["filter"] == {"custom_attribute": {"filters": [{"key": "mine", "filter": wire}]}}


async def test_chosen_options_and_the_time_of_a_change_are_searched(graph: Any, emulator: Any) -> None:
    ids = await people(emulator)
    made = await define(emulator, "drink", selection("Tea", "Coffee"))
    tea = made["schema"]["items"]["enum"][0]
    await put(emulator, ids["Ada"], "drink", [tea])

    chosen = await found(
        graph, {"customAttributes": [{"key": "drink", "filter": {"selection": {"any": ["Tea"]}}, "updatedAt": YEAR}]}
    )
    changed = await found(graph, {"customAttributes": [{"key": "drink", "updatedAt": YEAR}]})

    assert chosen == changed == ["Ada"]
    assert [body["query"]["filter"] for body in sent(emulator, "SearchCustomers")] == [
        {
            "custom_attribute": {
                "filters": [{"key": "drink", "filter": {"selection": {"any": ["Tea"]}}, "updated_at": WIRE_YEAR}]
            }
        },
        {"custom_attribute": {"filters": [{"key": "drink", "updated_at": WIRE_YEAR}]}},
    ]


BACKWARDS = {"startAt": "2026-01-02T00:00:00Z", "endAt": "2026-01-01T00:00:00Z"}
TEXT = {"text": {"exact": "x"}}


@pytest.mark.parametrize(
    ("filter", "field"),
    [
        ({"segmentIds": {"all": ["A", "B"], "none": ["C", "D"]}}, ["filter", "segmentIds"]),
        ({"createdAt": BACKWARDS}, ["filter", "createdAt"]),
        ({"updatedAt": BACKWARDS}, ["filter", "updatedAt"]),
        ({"customAttributes": [{"key": str(n), "filter": TEXT} for n in range(11)]}, ["filter", "customAttributes"]),
        (
            {"customAttributes": [{"key": "k", "filter": TEXT}, {"key": "k", "filter": TEXT}]},
            ["filter", "customAttributes", "1", "key"],
        ),
        ({"customAttributes": [{"key": "k"}]}, ["filter", "customAttributes", "0"]),
        (
            {"customAttributes": [{"key": "k", "updatedAt": BACKWARDS}]},
            ["filter", "customAttributes", "0", "updatedAt"],
        ),
        ({"creationSource": {"values": ["UNKNOWN"]}}, ["filter", "creationSource", "values", "0"]),
    ],
)
async def test_a_filter_that_square_would_not_take_is_refused_before_any_call(
    graph: Any, filter: dict[str, Any], field: list[str]
) -> None:
    answer = await graph(SEARCH, {"filter": filter})

    assert answer["data"] == {"customers": None}
    (error,) = answer["errors"]
    assert (error["path"], error["extensions"]) == (["customers"], {"code": "BAD_USER_INPUT", "field": field})
    assert not graph.calls


@pytest.mark.parametrize(
    ("filter", "code", "field"),
    [
        ({"phoneNumber": {"exact": "415"}}, "INVALID_PHONE_NUMBER", ["filter", "phoneNumber", "exact"]),
        ({"emailAddress": {"fuzzy": "--"}}, "VALUE_EMPTY", ["filter", "emailAddress", "fuzzy"]),
        ({"segmentIds": {"any": ["NOWHERE"]}}, "BAD_REQUEST", ["filter", "segmentIds"]),
        (
            {"createdAt": {"startAt": "2026-01-02T00:00:00+01:00", "endAt": "2026-01-01T00:00:00Z"}},
            "INVALID_TIME_RANGE",
            ["filter", "createdAt"],
        ),
        (
            {"customAttributes": [{"key": "nowhere", "filter": TEXT}]},
            None,
            ["filter", "customAttributes", "0", "key"],
        ),
    ],
)
async def test_what_square_refuses_names_the_input(
    graph: Any, filter: dict[str, Any], code: str | None, field: list[str]
) -> None:
    answer = await graph(SEARCH, {"filter": filter})

    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["extensions"]["field"] == field
    assert code in (None, error["extensions"]["squareErrors"][0]["code"])
    assert graph.calls == {"SearchCustomers": 1}


@pytest.mark.parametrize(
    "filter",
    [
        {"emailAddress": {}},
        {"emailAddress": {"exact": "a@b.co", "fuzzy": "a"}},
        {"emailAddress": {"exact": None}},
        {"createdAt": {"startAt": "yesterday"}},
        {"createdAt": {"startAt": "2026-02-30T00:00:00Z"}},
        {"customAttributes": [{"key": "k", "filter": {"boolean": True, "text": {"exact": "x"}}}]},
        {"customAttributes": [{"key": "k", "filter": {"number": {"startAt": "ten"}}}]},
        {"creationSource": {"values": ["ELSEWHERE"]}},
        {"location": "here"},
    ],
)
async def test_a_filter_of_the_wrong_form_is_a_coded_error(graph: Any, filter: dict[str, Any]) -> None:
    answer = await graph(SEARCH, {"filter": filter})

    assert answer.get("data") is None
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"BAD_USER_INPUT"}
    assert not graph.calls
