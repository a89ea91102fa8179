from __future__ import annotations

import re

import pytest

from tests.emulator.customer_requests import AMELIA, CUSTOMERS, create, error, retrieve, update


async def test_a_new_customer_has_version_zero_and_is_echoed_as_sent(emulator):
    customer = await create(emulator, **AMELIA)

    assert {name: customer[name] for name in AMELIA} == AMELIA
    assert re.fullmatch("[0-9A-Z]{26}", customer["id"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", customer["created_at"])
    assert customer["updated_at"] == customer["created_at"]
    assert customer["version"] == 0
    assert customer["creation_source"] == "THIRD_PARTY"
    assert customer["preferences"] == {"email_unsubscribed": False}
    assert not {"group_ids", "segment_ids", "birthday", "nickname"} & customer.keys()


async def test_a_created_customer_is_retrieved_as_created(emulator):
    customer = await create(emulator, **AMELIA)

    assert await retrieve(emulator, customer) == customer


async def test_every_writable_field_is_kept_in_any_script(emulator):
    data = {
        "given_name": "Zoë 🦊",
        "family_name": "李",
        "company_name": "Ünïcode GmbH",
        "nickname": "ז",
        "email_address": "zoë@bücher.example.com",
        "phone_number": "4086577161",
        "reference_id": "№ 1",
        "note": "line 1\nline 2 \u202e",
        "birthday": "1998-09-21",
        "address": {
            "address_line_1": "1",
            "address_line_2": "2",
            "address_line_3": "3",
            "locality": "4",
            "sublocality": "5",
            "sublocality_2": "6",
            "sublocality_3": "7",
            "administrative_district_level_1": "8",
            "administrative_district_level_2": "9",
            "administrative_district_level_3": "10",
            "postal_code": "11",
            "country": "FR",
        },
        "tax_ids": {"eu_vat": "IE3426675K"},
    }
    customer = await create(emulator, **data)

    assert {name: customer[name] for name in data} == data


@pytest.mark.parametrize("field", ["given_name", "family_name", "company_name", "email_address", "phone_number"])
async def test_any_one_of_the_five_public_fields_is_enough(emulator, field):
    customer = await create(emulator, **{field: AMELIA.get(field, "Acme")})

    assert customer[field] == AMELIA.get(field, "Acme")


@pytest.mark.parametrize("data", [{}, {"note": "x"}, {"given_name": None}, {"given_name": "", "nickname": "x"}])
async def test_a_customer_needs_one_of_the_five_public_fields(emulator, data):
    status, body = await emulator.call("POST", CUSTOMERS, json=data)

    assert status == 400
    assert body["errors"] == [
        {
            "category": "INVALID_REQUEST_ERROR",
            "code": "BAD_REQUEST",
            "detail": "At least one of `given_name`, `family_name`, `company_name`, `email_address`, or "
            "`phone_number` is required for a customer.",
        }
    ]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("given_name", "x" * 301, "VALUE_TOO_LONG"),
        ("family_name", "x" * 301, "VALUE_TOO_LONG"),
        ("company_name", "x" * 501, "VALUE_TOO_LONG"),
        ("nickname", "x" * 101, "VALUE_TOO_LONG"),
        ("email_address", "x" * 250 + "@example.com", "VALUE_TOO_LONG"),
        ("reference_id", "x" * 101, "VALUE_TOO_LONG"),
        ("given_name", 1, "EXPECTED_STRING"),
        ("address", "500 Electric Ave", "EXPECTED_OBJECT"),
        ("email_address", "amelia", "INVALID_EMAIL_ADDRESS"),
        ("email_address", "amelia@", "INVALID_EMAIL_ADDRESS"),
        ("email_address", "amelia earhart@example.com", "INVALID_EMAIL_ADDRESS"),
        ("phone_number", "12345678", "INVALID_PHONE_NUMBER"),
        ("phone_number", "12345678901234567", "INVALID_PHONE_NUMBER"),
        ("phone_number", "call me maybe", "INVALID_PHONE_NUMBER"),
        ("birthday", "1998-02-30", "INVALID_TIME"),
        ("birthday", "13-01", "INVALID_TIME"),
        ("birthday", "1997-02-29", "INVALID_TIME"),
        ("birthday", "21/09/1998", "INVALID_TIME"),
        ("birthday", "1998-09-21T00:00:00Z", "INVALID_TIME"),
    ],
)
async def test_a_bad_field_is_refused_by_name(emulator, field, value, code):
    customer = await create(emulator, **AMELIA)

    assert error(await emulator.call("POST", CUSTOMERS, json={**AMELIA, field: value})) == (400, code, field)
    assert error(await update(emulator, customer, **{field: value})) == (400, code, field)
    assert await retrieve(emulator, customer) == customer


@pytest.mark.parametrize(
    ("data", "code", "field"),
    [
        ({"address": {"country": "USA"}}, "INVALID_ENUM_VALUE", "address.country"),
        ({"address": {"planet": "Mars"}}, "UNKNOWN_BODY_PARAMETER", "address.planet"),
        ({"tax_ids": {"eu_vat": "IE 3426675K"}}, "INVALID_VALUE", "tax_ids.eu_vat"),
        ({"tax_ids": {"eu_vat": "1" * 21}}, "VALUE_TOO_LONG", "tax_ids.eu_vat"),
    ],
)
async def test_a_bad_nested_field_is_refused_by_its_path(emulator, data, code, field):
    assert error(await emulator.call("POST", CUSTOMERS, json={**AMELIA, **data})) == (400, code, field)


async def test_the_longest_values_are_accepted(emulator):
    data = {
        "given_name": "é" * 300,
        "family_name": "x" * 300,
        "company_name": "x" * 500,
        "nickname": "x" * 100,
        "reference_id": "x" * 100,
        "tax_ids": {"eu_vat": "1" * 20},
    }
    customer = await create(emulator, **data)

    assert {name: customer[name] for name in data} == data


@pytest.mark.parametrize(
    "phone",
    ["1-212-444-4240", "4086577161", "+1-212-555-4240", "+1 (206) 222-3333", "+44 20 7946 0958", "123456789"],
)
async def test_a_phone_number_is_returned_verbatim(emulator, phone):
    assert (await create(emulator, phone_number=phone))["phone_number"] == phone


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("1998-09-21", "1998-09-21"), ("09-21", "0000-09-21"), ("02-29", "0000-02-29"), ("0000-09-21", "0000-09-21")],
)
async def test_a_birthday_without_a_year_gets_the_year_zero(emulator, sent, kept):
    assert (await create(emulator, given_name="Ann", birthday=sent))["birthday"] == kept


async def test_the_names_in_an_address_and_read_only_fields_are_ignored(emulator):
    customer = await create(
        emulator,
        given_name="Ann",
        id="MINE",
        version=7,
        created_at="2001-01-01T00:00:00Z",
        group_ids=["X"],
        address={"locality": "Paris", "first_name": "A", "last_name": "B"},
    )

    assert customer["address"] == {"locality": "Paris"}
    assert customer["id"] != "MINE"
    assert customer["version"] == 0
    assert "group_ids" not in customer


async def test_a_null_on_create_is_the_same_as_nothing(emulator):
    customer = await create(emulator, given_name="Ann", note=None, address=None, tax_ids={"eu_vat": None})

    assert not {"note", "address", "tax_ids"} & customer.keys()


async def test_duplicates_are_different_customers(emulator):
    first, second = await create(emulator, **AMELIA), await create(emulator, **AMELIA)

    assert first["id"] != second["id"]


async def test_a_repeated_idempotency_key_answers_the_first_customer_even_after_its_deletion(emulator):
    first = await create(emulator, idempotency_key="key", **AMELIA)
    await emulator.call("DELETE", f"{CUSTOMERS}/{first['id']}")

    assert await create(emulator, idempotency_key="key", **AMELIA) == first


async def test_an_idempotency_key_cannot_be_reused_for_other_data(emulator):
    await create(emulator, idempotency_key="key", given_name="Ann")
    status, body = await emulator.call("POST", CUSTOMERS, json={"idempotency_key": "key", "given_name": "Bob"})

    assert error((status, body)) == (400, "IDEMPOTENCY_KEY_REUSED", "idempotency_key")
    assert body["errors"][0]["detail"] == "The idempotency key can only be retried with the same request data."


async def test_a_failed_creation_does_not_spend_its_key(emulator):
    assert error(await emulator.call("POST", CUSTOMERS, json={"idempotency_key": "key"}))[0] == 400

    assert (await create(emulator, idempotency_key="key", given_name="Ann"))["given_name"] == "Ann"


async def test_a_deleted_customer_is_gone(emulator):
    customer = await create(emulator, **AMELIA)
    path = f"{CUSTOMERS}/{customer['id']}"

    assert await emulator.call("DELETE", path) == (200, {})
    for method in ("GET", "DELETE"):
        status, body = await emulator.call(method, path)
        assert status == 404
        assert body["errors"] == [
            {
                "category": "INVALID_REQUEST_ERROR",
                "code": "NOT_FOUND",
                "detail": f"Customer with ID `{customer['id']}` not found.",
            }
        ]
    assert error(await update(emulator, customer, note="x")) == (404, "NOT_FOUND", None)


async def test_a_deletion_may_name_the_version(emulator):
    customer = await create(emulator, **AMELIA)
    await update(emulator, customer, note="changed")
    path = f"{CUSTOMERS}/{customer['id']}"

    assert error(await emulator.call("DELETE", path, version=0)) == (400, "VERSION_MISMATCH", "version")
    assert await emulator.call("DELETE", path, version=1) == (200, {})


async def test_sellers_never_meet(emulator):
    customer = await create(emulator, **AMELIA)
    path, other = f"{CUSTOMERS}/{customer['id']}", "second-seller-token"

    assert error(await emulator.call("GET", path, token=other)) == (404, "NOT_FOUND", None)
    assert error(await emulator.call("PUT", path, json={"note": "x"}, token=other)) == (404, "NOT_FOUND", None)
    assert error(await emulator.call("DELETE", path, token=other)) == (404, "NOT_FOUND", None)
    assert await emulator.call("GET", CUSTOMERS, token=other) == (200, {})
    assert await retrieve(emulator, customer) == customer


async def test_applications_of_one_seller_share_customers(emulator):
    customer = await create(emulator, **AMELIA)

    status, body = await emulator.call("GET", f"{CUSTOMERS}/{customer['id']}", token="second-app-token")

    assert (status, body["customer"]) == (200, customer)


async def test_a_reading_token_cannot_write(emulator):
    customer = await create(emulator, **AMELIA)
    path = f"{CUSTOMERS}/{customer['id']}"

    assert (await emulator.call("GET", path, token="read-only-token"))[0] == 200
    for method, at in (("POST", CUSTOMERS), ("PUT", path), ("DELETE", path)):
        body = None if method == "DELETE" else {"note": "x"}
        assert error(await emulator.call(method, at, json=body, token="read-only-token"))[:2] == (
            403,
            "INSUFFICIENT_SCOPES",
        )
