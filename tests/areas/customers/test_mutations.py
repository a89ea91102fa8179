from __future__ import annotations

from typing import Any

import pytest

from tests.areas.people import make_customers, sent
from tests.emulator.customer_requests import AMELIA, create, retrieve

ERRORS = "userErrors { __typename code field message ... on ConflictError { currentVersion } }"
CREATE = f"""mutation ($input: CreateCustomerInput!, $key: String) {{
  createCustomer(input: $input, idempotencyKey: $key) {{ idempotencyKey customer {{ id givenName version }} {ERRORS} }}
}}"""
UPDATE = f"""mutation ($id: ID!, $input: UpdateCustomerInput!) {{
  updateCustomer(id: $id, input: $input) {{ customer {{ id givenName note version }} {ERRORS} }}
}}"""
DELETE = f"""mutation ($id: ID!, $version: Long) {{
  deleteCustomer(id: $id, version: $version) {{ deletedId {ERRORS} }}
}}"""


def only(payload: dict[str, Any]) -> dict[str, Any]:
    """The one user error of a payload, without its sentence, which must be there."""
    (error,) = payload["userErrors"]
    assert error.pop("message")
    found: dict[str, Any] = error
    return found


async def test_a_customer_is_made_from_everything_that_can_be_given(graph: Any, emulator: Any) -> None:
    given = {
        "givenName": "Amelia", "familyName": "Earhart", "companyName": "Airways", "nickname": "Meeley",
        "emailAddress": "amelia@example.com", "phoneNumber": "1-212-555-4240", "referenceId": "7", "note": "né 🛩️",
        "birthday": "07-24", "taxIds": {"euVat": "IE3426675K"},
        "address": {"addressLine1": "500 Electric Ave", "administrativeDistrictLevel1": "NY", "country": "US"},
    }  # fmt: skip

    payload = (await graph.data(CREATE, {"input": given, "key": "mine"}))["createCustomer"]

    assert payload["userErrors"] == []
    assert payload["idempotencyKey"] == "mine"
    assert sent(emulator, "CreateCustomer") == [
        {
            "idempotency_key": "mine", "given_name": "Amelia", "family_name": "Earhart", "company_name": "Airways",
            "nickname": "Meeley", "email_address": "amelia@example.com", "phone_number": "1-212-555-4240",
            "reference_id": "7", "note": "né 🛩️", "birthday": "07-24", "tax_ids": {"eu_vat": "IE3426675K"},
            "address": {
                "address_line_1": "500 Electric Ave", "administrative_district_level_1": "NY", "country": "US"
            },
        }
    ]  # fmt: skip
    assert (await retrieve(emulator, payload["customer"]))["birthday"] == "0000-07-24"
    assert graph.calls["CreateCustomer"] == 1


async def test_messages_call_the_field_as_the_graph_does(graph: Any) -> None:
    payload = (await graph.data(CREATE, {"input": {"phoneNumber": "12"}}))["createCustomer"]

    assert [each["message"] for each in payload["userErrors"]] == ["Expected phoneNumber to be a valid phone number"]


async def test_null_is_absent_when_a_customer_is_made(graph: Any, emulator: Any) -> None:
    given = {"givenName": "Ada", "note": None, "address": None, "taxIds": {"euVat": None}}

    payload = (await graph.data(CREATE, {"input": given}))["createCustomer"]

    assert payload["customer"]["givenName"] == "Ada"
    (body,) = sent(emulator, "CreateCustomer")
    assert body == {"idempotency_key": payload["idempotencyKey"], "given_name": "Ada", "tax_ids": {}}


async def test_the_same_key_makes_one_customer_and_other_data_is_refused(graph: Any, emulator: Any) -> None:
    first = (await graph.data(CREATE, {"input": {"givenName": "Ada"}}))["createCustomer"]
    key = first["idempotencyKey"]

    again = (await graph.data(CREATE, {"input": {"givenName": "Ada"}, "key": key}))["createCustomer"]
    other = (await graph.data(CREATE, {"input": {"givenName": "Bob"}, "key": key}))["createCustomer"]

    assert again == first
    assert other["customer"] is None
    assert only(other) == {
        "__typename": "IdempotencyError", "code": "IDEMPOTENCY_KEY_REUSED", "field": ["idempotencyKey"]
    }  # fmt: skip
    _, listed = await emulator.call("GET", "/v2/customers")
    assert [customer["given_name"] for customer in listed["customers"]] == ["Ada"]


@pytest.mark.parametrize(("key", "code"), [("", "VALUE_EMPTY"), ("k" * 129, "VALUE_TOO_LONG")])
async def test_a_key_that_square_would_not_take_is_refused_before_any_call(graph: Any, key: str, code: str) -> None:
    payload = (await graph.data(CREATE, {"input": {"givenName": "Ada"}, "key": key}))["createCustomer"]

    assert only(payload) == {"__typename": "ValidationError", "code": code, "field": ["idempotencyKey"]}
    assert not graph.calls


WRONG = [
    ({"phoneNumber": "12"}, "INVALID_PHONE_NUMBER", ["input", "phoneNumber"]),
    ({"emailAddress": "nobody"}, "INVALID_EMAIL_ADDRESS", ["input", "emailAddress"]),
    ({"givenName": "x" * 301}, "VALUE_TOO_LONG", ["input", "givenName"]),
    ({"nickname": "x" * 101}, "VALUE_TOO_LONG", ["input", "nickname"]),
    ({"taxIds": {"euVat": "x" * 21}}, "VALUE_TOO_LONG", ["input", "taxIds", "euVat"]),
    ({"address": {"country": "Wonderland"}}, "INVALID_ENUM_VALUE", ["input", "address", "country"]),
]


@pytest.mark.parametrize(("wrong", "code", "field"), WRONG)
async def test_what_square_refuses_is_a_user_error_with_its_place(
    graph: Any, emulator: Any, wrong: dict[str, Any], code: str, field: list[str]
) -> None:
    ada = await create(emulator, given_name="Ada")

    made = (await graph.data(CREATE, {"input": {"familyName": "Lovelace", **wrong}}))["createCustomer"]
    changed = (await graph.data(UPDATE, {"id": ada["id"], "input": wrong}))["updateCustomer"]

    for payload in (made, changed):
        assert payload["customer"] is None
        assert only(payload) == {"__typename": "ValidationError", "code": code, "field": field}
    assert await retrieve(emulator, ada) == ada


async def test_what_concerns_no_field_has_no_place(graph: Any, emulator: Any) -> None:
    ada = await create(emulator, given_name="Ada")

    nobody = (await graph.data(CREATE, {"input": {"note": "nameless"}}))["createCustomer"]
    nothing = (await graph.data(UPDATE, {"id": ada["id"], "input": {}}))["updateCustomer"]

    refused = {"__typename": "ValidationError", "code": "BAD_REQUEST", "field": None}
    assert (only(nobody), only(nothing)) == (refused, refused)


@pytest.mark.parametrize("birthday", ["02-30", "1990-13-01", "soon", "", "1990-1-1"])
async def test_a_birthday_that_is_no_day_never_leaves(graph: Any, birthday: str) -> None:
    answer = await graph(CREATE, {"input": {"givenName": "Ada", "birthday": birthday}})

    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]
    assert not graph.calls


async def test_absent_keeps_null_clears_and_a_value_sets(graph: Any, emulator: Any) -> None:
    made = await create(emulator, **AMELIA)
    given = {"note": None, "familyName": "Putnam", "address": {"locality": None, "postalCode": "10003"}}

    payload = (await graph.data(UPDATE, {"id": made["id"], "input": given}))["updateCustomer"]

    assert payload["customer"] == {"id": made["id"], "givenName": "Amelia", "note": None, "version": 1}
    assert sent(emulator, "UpdateCustomer") == [
        {"note": None, "family_name": "Putnam", "address": {"locality": None, "postal_code": "10003"}}
    ]
    stored = await retrieve(emulator, made)
    assert stored["address"] == {"address_line_1": "500 Electric Ave", "country": "US", "postal_code": "10003"}
    assert "note" not in stored
    assert (stored["family_name"], stored["email_address"]) == ("Putnam", made["email_address"])


@pytest.mark.parametrize(
    "field",
    ["familyName", "companyName", "nickname", "emailAddress", "address", "phoneNumber", "referenceId", "note",
     "birthday", "taxIds"],
)  # fmt: skip
async def test_null_clears_any_field(graph: Any, emulator: Any, field: str) -> None:
    made = await create(
        emulator, **AMELIA, company_name="Airways", nickname="M", birthday="1897-07-24", tax_ids={"eu_vat": "IE1"}
    )
    wire = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in field)

    await graph.data(UPDATE, {"id": made["id"], "input": {field: None}})

    stored = await retrieve(emulator, made)
    assert made.keys() - stored.keys() == {wire}


@pytest.mark.parametrize("version", [{}, {"version": None}])
async def test_without_a_version_the_newest_is_changed(graph: Any, emulator: Any, version: dict[str, None]) -> None:
    ada = await create(emulator, given_name="Ada")

    payload = (await graph.data(UPDATE, {"id": ada["id"], "input": {"note": "x", **version}}))["updateCustomer"]

    assert payload["customer"]["version"] == 1
    assert sent(emulator, "UpdateCustomer") == [{"note": "x"}]


async def test_a_stale_version_changes_nothing_and_says_which_one_is_current(graph: Any, emulator: Any) -> None:
    ada = await create(emulator, given_name="Ada")
    fresh = (await graph.data(UPDATE, {"id": ada["id"], "input": {"note": "1", "version": 0}}))["updateCustomer"]

    stale = (await graph.data(UPDATE, {"id": ada["id"], "input": {"note": "2", "version": 0}}))["updateCustomer"]
    kept = (await graph.data(DELETE, {"id": ada["id"], "version": 0}))["deleteCustomer"]

    assert (fresh["userErrors"], fresh["customer"]["version"]) == ([], 1)
    conflict = {"__typename": "ConflictError", "code": "VERSION_MISMATCH", "field": ["input", "version"]}
    assert (stale["customer"], kept["deletedId"]) == (None, None)
    assert only(stale) == conflict | {"currentVersion": 1}
    assert only(kept) == conflict | {"field": ["version"], "currentVersion": 1}
    assert (await retrieve(emulator, ada))["note"] == "1"
    assert graph.calls["RetrieveCustomer"] == 2 + 1  # one more by the line above


async def test_a_conflict_is_reported_even_when_the_current_version_cannot_be_read(graph: Any, emulator: Any) -> None:
    ada = await create(emulator, given_name="Ada")
    emulator.faults.add("status", "RetrieveCustomer", status=503)

    payload = (await graph.data(UPDATE, {"id": ada["id"], "input": {"note": "1", "version": 7}}))["updateCustomer"]

    assert only(payload)["currentVersion"] is None


async def test_a_customer_that_is_not_there_is_a_user_error(graph: Any, emulator: Any) -> None:
    missing = {"__typename": "NotFoundError", "code": "NOT_FOUND", "field": ["id"]}
    for id in ("NOBODY", "", "../NOBODY", "x" * 300):
        changed = (await graph.data(UPDATE, {"id": id, "input": {"note": "x"}}))["updateCustomer"]
        deleted = (await graph.data(DELETE, {"id": id}))["deleteCustomer"]

        assert (changed["customer"], deleted["deletedId"]) == (None, None)
        assert (only(changed), only(deleted)) == (missing, missing)


async def test_a_deleted_customer_is_gone(graph: Any, emulator: Any) -> None:
    ids = make_customers(emulator, 2)

    payload = (await graph.data(DELETE, {"id": ids[0], "version": 0}))["deleteCustomer"]

    assert payload == {"deletedId": ids[0], "userErrors": []}
    assert (await emulator.call("GET", f"/v2/customers/{ids[0]}"))[0] == 404


async def test_mutations_run_in_order_and_each_sees_the_ones_before_it(graph: Any, emulator: Any) -> None:
    ada = await create(emulator, given_name="Ada")
    query = """mutation ($id: ID!) {
      one: updateCustomer(id: $id, input: {note: "1"}) { customer { note version } }
      bad: updateCustomer(id: $id, input: {emailAddress: "no"}) { userErrors { code } }
      two: updateCustomer(id: $id, input: {note: "2", version: 1}) { customer { note version } }
      gone: deleteCustomer(id: $id) { deletedId }
      late: updateCustomer(id: $id, input: {note: "3"}) { customer { id } userErrors { code } }
    }"""

    data = await graph.data(query, {"id": ada["id"]})

    assert data == {
        "one": {"customer": {"note": "1", "version": 1}},
        "bad": {"userErrors": [{"code": "INVALID_EMAIL_ADDRESS"}]},
        "two": {"customer": {"note": "2", "version": 2}},
        "gone": {"deletedId": ada["id"]},
        "late": {"customer": None, "userErrors": [{"code": "NOT_FOUND"}]},
    }


async def test_what_the_caller_cannot_mend_is_an_error_of_the_field(graph: Any, emulator: Any) -> None:
    answer = await graph(CREATE, {"input": {"givenName": "Ada"}}, token="read-only-token")

    (error,) = answer["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["createCustomer"], "FORBIDDEN")
