"""Answers become types: whatever is wrong with one field costs that field. Answers come from a respx router."""

from __future__ import annotations

import logging
from enum import Enum
from typing import Any

import httpx
import pytest
import strawberry

from gateway.areas.customers.endpoints import (
    BULK_DELETE_CUSTOMERS,
    BULK_RETRIEVE_CUSTOMERS,
    DELETE_CUSTOMER,
    LIST_CUSTOMERS,
    RETRIEVE_CUSTOMER,
    SEARCH_CUSTOMERS,
)
from gateway.areas.customers.types import Customer, CustomerCreationSource
from gateway.areas.loyalty_accounts.endpoints import ACCUMULATE_LOYALTY_POINTS, SEARCH_LOYALTY_EVENTS
from gateway.areas.loyalty_accounts.event_types import AccumulatePointsEvent, UnknownLoyaltyEvent
from gateway.areas.loyalty_programs.endpoints import CALCULATE_LOYALTY_POINTS, RETRIEVE_LOYALTY_PROGRAM
from gateway.graph.scalars import JSON, Long
from gateway.square.endpoint import Nothing
from gateway.square.errors import (
    BadResponse,
    Conflict,
    NotFound,
    RateLimited,
    Rejected,
    Unavailable,
    error_for,
    problems_of,
)
from gateway.square.wire import Undecodable, decode, decode_answer, encode, wired
from tests.square.square_api import SquareApi

CALL = RETRIEVE_CUSTOMER(customer_id="C1")
FULL = {
    "id": "C1",
    "created_at": "2026-01-31T09:30:00Z",
    "given_name": "Ada",
    "birthday": "0000-12-10",
    "address": {"address_line_1": "1 Main St", "country": "GB"},
    "preferences": {"email_unsubscribed": False},
    "creation_source": "THIRD_PARTY",
    "group_ids": ["G1", "G2"],
    "version": 7,
}


async def customer(api: SquareApi, **changes: Any) -> Customer:
    """FULL with these fields changed, as it comes through the client; a field that is ... is left out."""
    body = {name: value for name, value in {**FULL, **changes}.items() if value is not ...}
    api.router.get("/v2/customers/C1").respond(json={"customer": body})
    return await api.square.send(CALL)


def shown(customer: Customer) -> dict[str, Any]:
    return {name: value for name, value in vars(customer).items() if not name.startswith("_")}


async def test_a_whole_object_arrives_whole(square_api: SquareApi) -> None:
    found = await customer(square_api)

    assert (found.id, found.given_name, found.version, found.group_ids) == ("C1", "Ada", 7, ["G1", "G2"])
    assert (found.created_at, found.birthday) == ("2026-01-31T09:30:00Z", "0000-12-10")
    assert found.address is not None
    assert (found.address.address_line_1, found.address.locality) == ("1 Main St", None)
    assert found.preferences is not None
    assert found.preferences.email_unsubscribed is False
    assert found.creation_source is CustomerCreationSource.THIRD_PARTY


async def test_the_request_is_recorded_by_respx(square_api: SquareApi) -> None:
    route = square_api.router.post("/v2/customers/search").respond(json={})

    await square_api.square.send(SEARCH_CUSTOMERS(body={"limit": 100}))

    request: httpx.Request = route.calls.last.request
    assert (request.read(), request.headers["square-version"]) == (b'{"limit":100}', "2025-08-20")


@pytest.mark.parametrize(
    ("field", "wrong", "instead"),
    [
        ("given_name", 7, None),
        ("given_name", ["Ada"], None),
        ("given_name", {}, None),
        ("given_name", True, None),
        ("given_name", None, None),
        ("given_name", ..., None),
        ("version", "7", 7),
        ("version", "-7", -7),
        ("version", "--7", None),
        ("version", "seven", None),
        ("version", "9" * 5000, None),
        ("version", "٣", None),
        ("version", 7.5, None),
        ("version", True, None),
        ("version", 2**63 - 1, 2**63 - 1),
        ("version", 2**63, None),
        ("version", {}, None),
        ("address", [{"country": "GB"}], None),
        ("address", "1 Main St", None),
        ("preferences", {"email_unsubscribed": "no"}, "an empty object"),
        ("group_ids", None, []),
        ("group_ids", ..., []),
        ("group_ids", {"G1": 1}, []),
        ("group_ids", "G1", []),
        ("group_ids", ["G1", None, 7, ["G2"], "G3"], ["G1", "G3"]),
        ("creation_source", "INVENTED_TOMORROW", CustomerCreationSource.UNKNOWN),
        ("creation_source", 7, CustomerCreationSource.UNKNOWN),
        ("creation_source", ..., None),
        ("birthday", 19900101, None),
    ],
    ids=repr,
)
async def test_what_is_wrong_with_one_field_costs_that_field(
    square_api: SquareApi, field: str, wrong: Any, instead: Any
) -> None:
    whole = shown(await customer(square_api))

    found = shown(await customer(square_api, **{field: wrong}))

    assert {name for name in whole if found[name] != whole[name]} <= {field, f"raw_{field}"}
    if instead == "an empty object":
        assert found[field].email_unsubscribed is None
    else:
        assert found[field] == instead


async def test_an_unknown_enum_value_stays_readable(square_api: SquareApi) -> None:
    found = await customer(square_api, creation_source="INVENTED_TOMORROW")

    assert found.raw_creation_source == "INVENTED_TOMORROW"


async def test_fields_nobody_knows_are_ignored(square_api: SquareApi) -> None:
    found = await customer(square_api, invented={"deep": [1, None]}, groups=[{"id": "G1"}])

    assert shown(found) == shown(await customer(square_api))


@pytest.mark.parametrize("wrong", [None, 7, ...])
async def test_an_object_without_its_id_is_no_object(square_api: SquareApi, wrong: Any) -> None:
    with pytest.raises(BadResponse):
        await customer(square_api, id=wrong)


async def test_a_broken_item_of_a_list_is_left_out_and_the_others_stay(
    square_api: SquareApi, caplog: pytest.LogCaptureFixture
) -> None:
    broken = [{"id": "C1"}, None, {"given_name": "no id: planted"}, 7, "C3", [], {"id": "C2", "version": {}}]
    square_api.router.get("/v2/customers").respond(json={"customers": broken, "cursor": "next", "count": 9})

    page = await square_api.square.send(LIST_CUSTOMERS())

    assert [each.id for each in page.items] == ["C1", "C2"]
    assert (page.cursor, page.count) == ("next", 9)
    assert "planted" not in caplog.text
    assert caplog.messages.count("left out an item that could not be read") == 5


@pytest.mark.parametrize(
    ("body", "cursor", "count"),
    [
        ({}, None, None),
        ({"customers": None}, None, None),
        ({"customers": [], "cursor": ""}, None, None),
        ({"cursor": 7, "count": "9"}, None, None),
        ({"cursor": None, "count": 0}, None, 0),
    ],
)
async def test_an_empty_page_has_no_list_at_all(square_api: SquareApi, body: Any, cursor: Any, count: Any) -> None:
    square_api.router.get("/v2/customers").respond(json=body)

    page = await square_api.square.send(LIST_CUSTOMERS())

    assert (page.items, page.cursor, page.count) == ([], cursor, count)


@pytest.mark.parametrize("wrong", [{"C1": {"id": "C1"}}, "C1", 7])
async def test_something_else_in_the_place_of_a_list_is_no_empty_list(square_api: SquareApi, wrong: Any) -> None:
    square_api.router.get("/v2/customers").respond(json={"customers": wrong})

    with pytest.raises(BadResponse):
        await square_api.square.send(LIST_CUSTOMERS())


@pytest.mark.parametrize("body", [{}, {"customer": None}, {"customer": []}, {"customer": "C1"}, {"group": FULL}])
async def test_a_missing_result_is_a_bad_response(square_api: SquareApi, body: Any) -> None:
    square_api.router.get("/v2/customers/C1").respond(json=body)

    with pytest.raises(BadResponse):
        await square_api.square.send(CALL)


async def test_every_item_of_a_bulk_answer_has_its_own_end(square_api: SquareApi) -> None:
    not_found = {"errors": [{"category": "INVALID_REQUEST_ERROR", "code": "NOT_FOUND", "field": "id"}]}
    stale = {"errors": [{"category": "INVALID_REQUEST_ERROR", "code": "VERSION_MISMATCH"}]}
    slow = {"errors": [{"category": "RATE_LIMIT_ERROR", "code": "RATE_LIMITED"}]}
    responses = {
        "A": {"customer": {"id": "A"}},
        "B": not_found,
        "C": stale,
        "D": slow,
        "E": {"customer": {}},
        "F": {},
        "G": None,
        "H": [],
        "I": {"errors": [], "customer": {"id": "I"}},
    }
    square_api.router.post("/v2/customers/bulk-retrieve").respond(json={"responses": responses})

    found = await square_api.square.send(BULK_RETRIEVE_CUSTOMERS(body={"customer_ids": list(responses)}))

    kinds = {"A": Customer, "B": NotFound, "C": Conflict, "D": RateLimited, "I": Customer}
    assert {key: type(item) for key, item in found.items.items()} == {
        **dict.fromkeys("EFGH", BadResponse),
        **kinds,
    }
    assert list(found.items) == list(responses)


@pytest.mark.parametrize("body", [{}, {"responses": None}, {"responses": []}])
async def test_a_bulk_answer_without_items_has_none(square_api: SquareApi, body: Any) -> None:
    square_api.router.post("/v2/customers/bulk-retrieve").respond(json=body)

    assert (await square_api.square.send(BULK_RETRIEVE_CUSTOMERS(body={}))).items == {}


async def test_empty_successes_of_a_bulk_answer_are_nothing(square_api: SquareApi) -> None:
    square_api.router.post("/v2/customers/bulk-delete").respond(json={"responses": {"A": {}, "B": {"errors": [{}]}}})

    found = await square_api.square.send(BULK_DELETE_CUSTOMERS(body={"customer_ids": ["A", "B"]}))

    assert found.items["A"] is None
    assert isinstance(found.items["B"], Rejected)


async def test_errors_beside_nothing_are_errors_and_beside_a_result_are_not(square_api: SquareApi) -> None:
    errors = [{"category": "INVALID_REQUEST_ERROR", "code": "NOT_FOUND", "detail": "No such customer."}]
    route = square_api.router.get("/v2/customers/C1")
    route.side_effect = [
        httpx.Response(200, json={"errors": errors}),
        httpx.Response(200, json={"errors": errors, "customer": FULL}),
    ]

    with pytest.raises(NotFound):
        await square_api.square.send(CALL)

    assert (await square_api.square.send(CALL)).id == "C1"


async def test_an_answer_without_a_result_needs_none(square_api: SquareApi) -> None:
    square_api.router.delete("/v2/customers/C1").respond(json={})

    assert isinstance(await square_api.square.send(DELETE_CUSTOMER(customer_id="C1")), Nothing)


async def test_a_catalog_version_may_be_a_string(square_api: SquareApi) -> None:
    tier = {"id": "T1", "pricing_rule_reference": {"object_id": "O1", "catalog_version": "1605486402527"}}
    square_api.router.get("/v2/loyalty/programs/main").respond(json={"program": {"id": "P1", "reward_tiers": [tier]}})

    program = await square_api.square.send(RETRIEVE_LOYALTY_PROGRAM(program_id="main"))

    reference = program.reward_tiers[0].pricing_rule_reference
    assert reference is not None
    assert reference.catalog_version == 1_605_486_402_527


async def test_a_result_may_be_the_whole_body(square_api: SquareApi) -> None:
    square_api.router.post("/v2/loyalty/programs/P1/calculate").respond(json={"points": 6, "promotion_points": "3"})

    points = await square_api.square.send(CALCULATE_LOYALTY_POINTS(program_id="P1", body={}))

    assert (points.points, points.promotion_points) == (6, 3)


async def test_an_event_is_shown_by_its_kind_and_an_unknown_kind_does_not_cost_the_list(square_api: SquareApi) -> None:
    events = [
        {"id": "E1", "type": "ACCUMULATE_POINTS", "accumulate_points": {"points": 5, "loyalty_program_id": "P1"}},
        {"id": "E2", "type": "INVENTED_TOMORROW", "invented": {}},
        {"id": "E3", "type": "ACCUMULATE_POINTS", "accumulate_points": "nonsense"},
        {"id": "E4", "type": ["ACCUMULATE_POINTS"]},
        "nonsense",
    ]
    square_api.router.post("/v2/loyalty/events/search").respond(json={"events": events})

    page = await square_api.square.send(SEARCH_LOYALTY_EVENTS(body={}))

    first, second, third = page.items
    assert isinstance(first, AccumulatePointsEvent)
    assert (first.points, first.program_id) == (5, "P1")
    assert isinstance(second, UnknownLoyaltyEvent)
    assert second.raw_type == "INVENTED_TOMORROW"
    assert isinstance(third, AccumulatePointsEvent)
    assert third.points is None


async def test_a_plain_list_is_a_list(square_api: SquareApi) -> None:
    path = "/v2/loyalty/accounts/A1/accumulate"
    square_api.router.post(path).respond(json={"events": [{"id": "E1", "type": "OTHER"}]})
    call = ACCUMULATE_LOYALTY_POINTS(account_id="A1", body={"idempotency_key": "k"})

    assert [event.id for event in await square_api.square.send(call)] == ["E1"]


async def test_a_request_that_no_route_matches_fails(square_api: SquareApi) -> None:
    with pytest.raises(Unavailable):
        await square_api.square.send(CALL)


class Shade(Enum):
    DARK = "DARK"


@strawberry.type
class Sample:
    shade: Shade | None
    small: int | None
    share: float | None
    anything: JSON | None
    deep: str | None = wired("a.b.c")
    many: list[list[int]] = strawberry.field(default_factory=list)

    @strawberry.field
    def computed(self) -> str:
        return "never read from the wire"


@pytest.mark.parametrize(
    ("data", "field", "value"),
    [
        ({"shade": "DARK"}, "shade", Shade.DARK),
        ({"shade": "PALE"}, "shade", None),
        ({"small": 2**31}, "small", None),
        ({"small": "12"}, "small", 12),
        ({"share": 1}, "share", 1.0),
        ({"share": "1"}, "share", None),
        ({"share": True}, "share", None),
        ({"anything": [1, {"x": None}]}, "anything", [1, {"x": None}]),
        ({"a": {"b": {"c": "found"}}}, "deep", "found"),
        ({"a": {"b": []}}, "deep", None),
        ({"a": {"b": {"c": 7}}}, "deep", None),
        ({"many": [[1, "2"], None, 3, [None]]}, "many", [[1, 2], []]),
    ],
)
def test_leaves_are_read_or_null(data: dict[str, Any], field: str, value: Any) -> None:
    assert getattr(decode(Sample, data), field) == value


def test_what_is_no_object_is_undecodable() -> None:
    with pytest.raises(Undecodable):
        decode(Sample, ["shade"])


def test_a_body_that_is_no_object_is_a_bad_response() -> None:
    with pytest.raises(BadResponse):
        decode_answer("X", Sample, "sample", [])


@strawberry.input
class SampleInner:
    note: strawberry.Maybe[str | None]


@strawberry.input
class SampleInput:
    name: str
    shade: Shade
    inner: SampleInner
    tags: strawberry.Maybe[list[str]]
    number: Long | None = strawberry.UNSET
    placed: strawberry.Maybe[str] = wired("outer.place", default=None)


def test_inputs_become_json_absent_stays_absent_and_null_stays_null() -> None:
    given = SampleInput(
        name="x",
        shade=Shade.DARK,
        inner=SampleInner(note=strawberry.Some(None)),
        tags=strawberry.Some(["a"]),
        placed=strawberry.Some("there"),
    )

    assert encode(given) == {
        "name": "x",
        "shade": "DARK",
        "inner": {"note": None},
        "tags": ["a"],
        "outer": {"place": "there"},
    }
    assert encode(given, nulls=False)["inner"] == {}


def test_a_warning_about_a_field_names_it_and_not_its_value(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)

    decode(Customer, {"id": "C1", "email_address": {"planted": "ada@example.com"}})

    assert caplog.messages == ["could not read Customer.email_address"]


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (None, "NOT_FOUND", NotFound),
        (None, "", Rejected),
        (200, "SERVICE_UNAVAILABLE", Unavailable),
        (418, "", Rejected),
    ],
)
def test_the_narrowest_error_is_chosen(status: int | None, code: str, kind: type[Exception]) -> None:
    problems = problems_of([{"code": code}] if code else [])

    assert type(error_for("X", status, problems)) is kind
