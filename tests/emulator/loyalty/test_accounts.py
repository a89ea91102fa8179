from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.emulator.api.clock import timestamp
from gateway.emulator.rules.loyalty import accounts as loyalty_accounts
from gateway.emulator.store.tenants import FIRST_SELLER
from tests.emulator import loyalty_shop as shop

PHONE = "loyalty_account.mapping.phone_number"


@pytest.fixture(autouse=True)
def _open(emulator):
    shop.open_shop(emulator)


async def customer(emulator, **fields):
    status, body = await emulator.call("POST", "/v2/customers", fields)
    assert status == 200
    return body["customer"]["id"]


async def found(emulator, **body):
    page = await shop.succeed(emulator, "POST", "/accounts/search", body)
    return [each["id"] for each in page.get("loyalty_accounts", [])], page.get("cursor")


async def test_a_new_account_starts_empty_and_unenrolled(emulator):
    body = await shop.succeed(emulator, "POST", "/accounts", shop.enrollment("+14155551234"))

    account = body["loyalty_account"]
    assert set(account) == {
        "id",
        "program_id",
        "balance",
        "lifetime_points",
        "customer_id",
        "created_at",
        "updated_at",
        "mapping",
    }
    assert (account["balance"], account["lifetime_points"], account["program_id"]) == (0, 0, shop.PROGRAM)
    assert account["mapping"]["phone_number"] == "+14155551234"
    assert account["mapping"]["created_at"] == account["created_at"] == account["updated_at"]
    assert await shop.account(emulator, account["id"]) == account
    assert await shop.events(emulator, account["id"]) == []


async def test_the_account_is_linked_to_the_customer_with_the_phone_number(emulator):
    ann = await customer(emulator, given_name="Ann", phone_number="(415) 555-1234")

    account_id = await shop.enroll(emulator, number="+14155551234")

    assert (await shop.account(emulator, account_id))["customer_id"] == ann


async def test_a_customer_is_made_when_none_has_the_phone_number(emulator):
    account_id = await shop.enroll(emulator, number="+14155551234")

    account = await shop.account(emulator, account_id)
    _, body = await emulator.call("GET", f"/v2/customers/{account['customer_id']}")
    assert body["customer"]["phone_number"] == "+14155551234"
    assert body["customer"]["creation_source"] == "LOYALTY"


async def test_a_named_customer_may_have_another_phone_number(emulator):
    ann = await customer(emulator, given_name="Ann", phone_number="+14155550001")

    account_id = await shop.enroll(emulator, customer_id=ann)

    assert (await shop.account(emulator, account_id))["customer_id"] == ann
    unknown = shop.enrollment(customer_id="NOBODY")
    assert await shop.refuse(emulator, "POST", "/accounts", unknown) == (404, "NOT_FOUND", None)


async def test_an_account_outlives_its_customer(emulator):
    ann = await customer(emulator, given_name="Ann")
    account_id = await shop.enroll(emulator, points=7, customer_id=ann)

    await emulator.call("DELETE", f"/v2/customers/{ann}")

    assert (await shop.account(emulator, account_id))["balance"] == 7


async def test_a_phone_number_has_one_account(emulator):
    await shop.enroll(emulator, number="+14155551234")

    refused = await shop.refuse(emulator, "POST", "/accounts", shop.enrollment("+14155551234"))

    assert refused == (400, "BAD_REQUEST", PHONE)


@pytest.mark.parametrize(
    "number",
    [
        "hello",
        "+1415555",
        "4155551234",
        "+1 415 555 1234",
        "+141555512345",
        "+99912345678",
        "+380441234567",
        "+0123456789",
    ],
)
async def test_a_phone_number_must_be_e164_of_a_country_where_loyalty_is_sold(emulator, number):
    refused = await shop.refuse(emulator, "POST", "/accounts", shop.enrollment(number))

    assert refused == (400, "INVALID_PHONE_NUMBER", PHONE)


@pytest.mark.parametrize("number", ["+447911123456", "+33612345678", "+353851234567", "+819012345678", "+61412345678"])
async def test_phone_numbers_of_other_countries_where_loyalty_is_sold_are_taken(emulator, number):
    account_id = await shop.enroll(emulator, number=number)

    assert (await shop.account(emulator, account_id))["mapping"]["phone_number"] == number


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "loyalty_account"),
        (
            {"loyalty_account": {"program_id": shop.PROGRAM, "mapping": {"phone_number": "+14155551234"}}},
            "idempotency_key",
        ),
        ({"idempotency_key": "k", "loyalty_account": {"mapping": {}}}, "loyalty_account.program_id"),
        ({"idempotency_key": "k", "loyalty_account": {"program_id": shop.PROGRAM}}, "loyalty_account.mapping"),
    ],
)
async def test_what_an_account_needs_must_be_there(emulator, body, field):
    assert await shop.refuse(emulator, "POST", "/accounts", body) == (400, "MISSING_REQUIRED_PARAMETER", field)


@pytest.mark.parametrize(("key", "code"), [("", "VALUE_EMPTY"), ("k" * 129, "VALUE_TOO_LONG")])
async def test_an_idempotency_key_has_1_to_128_characters(emulator, key, code):
    body = shop.enrollment() | {"idempotency_key": key}

    assert await shop.refuse(emulator, "POST", "/accounts", body) == (400, code, "idempotency_key")


async def test_a_repeated_key_answers_the_first_account_and_refuses_other_data(emulator):
    body = shop.enrollment()
    first = await shop.succeed(emulator, "POST", "/accounts", body)

    again = await shop.succeed(emulator, "POST", "/accounts", body)
    other = shop.enrollment() | {"idempotency_key": body["idempotency_key"]}

    assert again == first
    assert (await shop.refuse(emulator, "POST", "/accounts", other))[:2] == (400, "IDEMPOTENCY_KEY_REUSED")


async def test_the_enrollment_may_be_dated_back_but_not_ahead(emulator):
    account_id = await shop.enroll(emulator, enrolled_at="2019-02-03T04:05:06Z")
    ahead = shop.enrollment(enrolled_at=timestamp(emulator.clock.now() + timedelta(hours=1)))
    garbled = shop.enrollment(enrolled_at="yesterday")
    impossible = shop.enrollment(enrolled_at="2019-02-30T04:05:06Z")

    field = "loyalty_account.enrolled_at"
    assert (await shop.account(emulator, account_id))["enrolled_at"] == "2019-02-03T04:05:06Z"
    assert await shop.refuse(emulator, "POST", "/accounts", ahead) == (400, "INVALID_VALUE", field)
    assert await shop.refuse(emulator, "POST", "/accounts", garbled) == (400, "INVALID_TIME", field)
    assert await shop.refuse(emulator, "POST", "/accounts", impossible) == (400, "INVALID_TIME", field)


async def test_what_square_fills_in_is_not_taken_from_the_request(emulator):
    account_id = await shop.enroll(
        emulator, id="mine", balance=500, lifetime_points=900, created_at="2001-01-01T00:00:00Z"
    )

    account = await shop.account(emulator, account_id)
    assert account_id != "mine"
    assert (account["balance"], account["lifetime_points"]) == (0, 0)


async def test_another_sellers_program_and_accounts_are_unknown(emulator):
    account_id = await shop.enroll(emulator)
    token = "second-seller-token"

    assert await shop.refuse(emulator, "GET", f"/accounts/{account_id}", token=token) == (404, "NOT_FOUND", None)
    assert await shop.succeed(emulator, "POST", "/accounts/search", {}, token=token) == {}
    refused = await shop.refuse(emulator, "POST", "/accounts", shop.enrollment(), token=token)
    assert refused == (404, "NOT_FOUND", None)
    assert await shop.refuse(emulator, "GET", "/accounts/unknown") == (404, "NOT_FOUND", None)


async def test_all_accounts_come_in_order_of_creation_page_by_page(emulator):
    ids = [await shop.enroll(emulator) for _ in range(5)]

    first, cursor = await found(emulator, limit=2)
    second, cursor = await found(emulator, limit=2, cursor=cursor)
    third, end = await found(emulator, limit=2, cursor=cursor)

    assert (first + second + third, end) == (ids, None)
    assert await found(emulator, query={}) == (ids, None)
    assert await found(emulator, query={"mappings": [], "customer_ids": None}, limit=200) == (ids, None)


async def test_a_page_of_accounts_has_30_unless_told_otherwise(emulator):
    for number in range(31):
        loyalty_accounts.insert(
            emulator.store.db,
            FIRST_SELLER,
            {
                "id": f"A{number}",
                "program_id": shop.PROGRAM,
                "balance": 0,
                "lifetime_points": 0,
                "created_at": "2021-01-01T00:00:00Z",
            },
        )

    page, cursor = await found(emulator)
    rest, end = await found(emulator, cursor=cursor)

    assert page == [f"A{number}" for number in range(30)]
    assert (rest, end) == (["A30"], None)


@pytest.mark.parametrize(
    "mapping",
    [{}, {"phone_number": None}, {"phone_number": ""}, {"type": "PHONE", "value": "+14155551234"}],
)
async def test_a_mapping_without_its_phone_number_is_refused_in_squares_words(emulator, mapping):
    account = {"program_id": shop.PROGRAM, "mapping": mapping}

    answer = await emulator.call("POST", "/v2/loyalty/accounts", {"idempotency_key": "k", "loyalty_account": account})

    detail = "Must provide phone_number in the mapping field"
    error = {"category": "INVALID_REQUEST_ERROR", "code": "BAD_REQUEST", "detail": detail}
    assert answer == (400, {"errors": [error]})


async def test_the_old_type_of_a_mapping_does_no_harm(emulator):
    number = "+14155551234"
    body = shop.enrollment(number)
    body["loyalty_account"]["mapping"]["type"] = "PHONE"
    made = (await shop.succeed(emulator, "POST", "/accounts", body))["loyalty_account"]

    query = {"mappings": [{"type": "PHONE", "phone_number": number}]}

    assert (made["mapping"]["phone_number"], "type" in made["mapping"]) == (number, False)
    assert await found(emulator, query=query) == ([made["id"]], None)


async def test_accounts_are_found_by_phone_numbers_or_by_customers(emulator):
    ids = [await shop.enroll(emulator) for _ in range(3)]
    accounts = [await shop.account(emulator, each) for each in ids]
    numbers = [each["mapping"]["phone_number"] for each in accounts]
    customers = [each["customer_id"] for each in accounts]

    mappings = [{"phone_number": number} for number in (numbers[2], numbers[0], "+14159999999", "+4930123456")]

    assert await found(emulator, query={"mappings": mappings}) == ([ids[0], ids[2]], None)
    assert await found(emulator, query={"customer_ids": [customers[1], "NOBODY"]}) == ([ids[1]], None)
    both = {"query": {"mappings": mappings, "customer_ids": customers}}
    assert await shop.refuse(emulator, "POST", "/accounts/search", both) == (400, "CONFLICTING_PARAMETERS", "query")


async def test_a_search_that_matches_nothing_answers_an_empty_object(emulator):
    body = {"query": {"customer_ids": ["NOBODY"]}}

    assert await shop.succeed(emulator, "POST", "/accounts/search", body) == {}


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"limit": 0}, "VALUE_TOO_LOW", "limit"),
        ({"limit": 201}, "VALUE_TOO_HIGH", "limit"),
        ({"query": {"customer_ids": ["C"] * 31}}, "ARRAY_LENGTH_TOO_LONG", "query.customer_ids"),
        ({"query": {"mappings": [{"phone_number": "+1"}] * 31}}, "ARRAY_LENGTH_TOO_LONG", "query.mappings"),
        ({"query": {"mappings": [{}]}}, "BAD_REQUEST", None),
        ({"query": {"mappings": [{"type": "PHONE", "value": "+14155551234"}]}}, "BAD_REQUEST", None),
        *(
            (
                {"query": {"mappings": [{"phone_number": "+14155551234"}, {"phone_number": number}]}},
                "INVALID_PHONE_NUMBER",
                "query.mappings[1].phone_number",
            )
            for number in (
                "4155551234",
                "(415) 555-1234",
                "+1 415 555 1234",
                "+1-415-555-1234",
                "nonsense",
                "+0123456789",
            )
        ),
        ({"cursor": "nonsense"}, "INVALID_CURSOR", "cursor"),
    ],
)
async def test_a_search_outside_the_limits_is_refused(emulator, body, code, field):
    assert await shop.refuse(emulator, "POST", "/accounts/search", body) == (400, code, field)
