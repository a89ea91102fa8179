"""Pages, bulk answers, errors and results: bodies read by the row of their endpoint. A respx router answers."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from gateway.areas.customers.endpoints import (
    BULK_DELETE_CUSTOMERS,
    BULK_RETRIEVE_CUSTOMERS,
    DELETE_CUSTOMER,
    LIST_CUSTOMERS,
    RETRIEVE_CUSTOMER,
)
from gateway.areas.customers.types import Customer
from gateway.areas.loyalty_accounts.endpoints import ACCUMULATE_LOYALTY_POINTS, SEARCH_LOYALTY_EVENTS
from gateway.areas.loyalty_accounts.event_types import AccumulatePointsEvent, UnknownLoyaltyEvent
from gateway.areas.loyalty_programs.endpoints import CALCULATE_LOYALTY_POINTS, RETRIEVE_LOYALTY_PROGRAM
from gateway.square.endpoint import Nothing
from gateway.square.errors import (
    BadResponse,
    Conflict,
    NotFound,
    RateLimited,
    Rejected,
    Unauthenticated,
    Unavailable,
    Unexpected,
    error_for,
    problems_of,
)
from gateway.square.response import decode_answer
from tests.square.square_api import SquareApi

CALL = RETRIEVE_CUSTOMER(customer_id="C1")
FULL = {"id": "C1", "given_name": "Ada", "version": 7}


async def test_a_broken_item_of_a_list_is_left_out_and_the_others_stay(
    square_api: SquareApi, caplog: pytest.LogCaptureFixture
) -> None:
    broken = [{"id": "C1"}, None, {"given_name": "no id: planted"}, 7, "C3", [], {"id": "C2", "version": {}}]
    square_api.router.get("/v2/customers").respond(json={"customers": broken, "cursor": "next", "count": 9})

    page = await square_api.square.send(LIST_CUSTOMERS())

    assert [each.id for each in page.items] == ["C1", "C2"]
    assert (page.cursor, page.count) == ("next", 9)
    assert "planted" not in caplog.text
    assert [each for each in caplog.messages if "could not be read" in each] == [
        "ListCustomers: of the answer could not be read 1 fields (Customer.version) and 5 items of lists"
    ]


@pytest.mark.parametrize(
    ("body", "cursor", "count"),
    [
        ({}, None, 0),
        ({"customers": None}, None, 0),
        ({"customers": [], "cursor": ""}, None, 0),
        ({"cursor": "next"}, "next", None),
        ({"count": True}, None, None),
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


@pytest.mark.parametrize("body", [{}, {"responses": None}, {"responses": []}, {"responses": "A"}, {"customer": FULL}])
async def test_a_bulk_answer_without_its_items_is_a_bad_response(square_api: SquareApi, body: Any) -> None:
    square_api.router.post("/v2/customers/bulk-retrieve").respond(json=body)

    with pytest.raises(BadResponse):
        await square_api.square.send(BULK_RETRIEVE_CUSTOMERS(body={}))


async def test_an_empty_bulk_answer_has_no_items(square_api: SquareApi) -> None:
    square_api.router.post("/v2/customers/bulk-retrieve").respond(json={"responses": {}})

    assert (await square_api.square.send(BULK_RETRIEVE_CUSTOMERS(body={}))).items == {}


async def test_empty_successes_of_a_bulk_answer_are_nothing(square_api: SquareApi) -> None:
    square_api.router.post("/v2/customers/bulk-delete").respond(json={"responses": {"A": {}, "B": {"errors": [{}]}}})

    found = await square_api.square.send(BULK_DELETE_CUSTOMERS(body={"customer_ids": ["A", "B"]}))

    assert found.items["A"] is None
    assert isinstance(found.items["B"], Unexpected)


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


ERRORS = [{"category": "RATE_LIMIT_ERROR", "code": "RATE_LIMITED"}]


@pytest.mark.parametrize("customers", [[{"id": "C1"}], [], None])
async def test_a_page_beside_errors_is_no_page(square_api: SquareApi, customers: Any) -> None:
    square_api.router.get("/v2/customers").respond(json={"customers": customers, "errors": ERRORS})

    with pytest.raises(RateLimited):
        await square_api.square.send(LIST_CUSTOMERS())


@pytest.mark.parametrize("errors", [None, [], {}])
async def test_no_errors_beside_a_page_are_none(square_api: SquareApi, errors: Any) -> None:
    square_api.router.get("/v2/customers").respond(json={"customers": [{"id": "C1"}], "errors": errors})

    assert [each.id for each in (await square_api.square.send(LIST_CUSTOMERS())).items] == ["C1"]


async def test_what_a_write_has_done_beside_errors_is_neither_refused_nor_known(square_api: SquareApi) -> None:
    refused = {"category": "INVALID_REQUEST_ERROR", "code": "BAD_REQUEST"}
    route = square_api.router.post("/v2/loyalty/accounts/A1/accumulate")
    route.respond(json={"events": [{"id": "E1", "type": "OTHER"}], "errors": [refused]})

    with pytest.raises(BadResponse) as caught:
        await square_api.square.send(ACCUMULATE_LOYALTY_POINTS(account_id="A1", body={"idempotency_key": "k"}))

    assert (caught.value.maybe_processed, caught.value.retryable, caught.value.code) == (True, True, "BAD_REQUEST")


async def test_items_of_a_bulk_answer_stay_beside_errors(square_api: SquareApi) -> None:
    body = {"responses": {"A": {"customer": {"id": "A"}}, "B": {"errors": ERRORS}}, "errors": ERRORS}
    square_api.router.post("/v2/customers/bulk-retrieve").respond(json=body)

    found = await square_api.square.send(BULK_RETRIEVE_CUSTOMERS(body={"customer_ids": ["A", "B"]}))

    assert {key: type(item) for key, item in found.items.items()} == {"A": Customer, "B": RateLimited}


@pytest.mark.parametrize("beside", [{}, {"responses": {}}, {"responses": None}])
async def test_a_bulk_answer_of_errors_alone_is_an_error(square_api: SquareApi, beside: Any) -> None:
    square_api.router.post("/v2/customers/bulk-retrieve").respond(json={**beside, "errors": ERRORS})

    with pytest.raises(RateLimited):
        await square_api.square.send(BULK_RETRIEVE_CUSTOMERS(body={"customer_ids": ["A"]}))


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


def test_a_body_that_is_no_object_is_a_bad_response() -> None:
    with pytest.raises(BadResponse):
        decode_answer(RETRIEVE_LOYALTY_PROGRAM, [])


@pytest.mark.parametrize(
    ("status", "category", "code", "kind", "done"),
    [
        (None, "INVALID_REQUEST_ERROR", "NOT_FOUND", NotFound, False),
        (None, "INVALID_REQUEST_ERROR", "NEW", Rejected, False),
        (None, "API_ERROR", "NEW", Unexpected, True),
        (None, "NEW", "NEW", Unexpected, True),
        (None, "", "", Unexpected, True),
        (200, "API_ERROR", "SERVICE_UNAVAILABLE", Unavailable, True),
        (200, "API_ERROR", "NEW", Unexpected, True),
        (200, "", "", Unexpected, True),
        (400, "INVALID_REQUEST_ERROR", "NEW", Rejected, False),
        (400, "PAYMENT_METHOD_ERROR", "NEW", Rejected, False),
        (400, "NEW", "BAD_REQUEST", Unexpected, False),
        (400, "API_ERROR", "NEW", Unexpected, False),
        (400, "NEW", "VERSION_MISMATCH", Conflict, False),
        (401, "NEW", "NEW", Unauthenticated, False),
        (404, "API_ERROR", "NEW", NotFound, False),
        (418, "", "", Rejected, False),
        (500, "INVALID_REQUEST_ERROR", "NOT_FOUND", Unavailable, True),
    ],
)
def test_the_narrowest_error_is_chosen(
    status: int | None, category: str, code: str, kind: type[Exception], done: bool
) -> None:
    error = error_for("X", status, problems_of([{"category": category, "code": code}] if code else []))

    assert (type(error), error.maybe_processed) == (kind, done)
