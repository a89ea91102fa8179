from __future__ import annotations

from typing import Any

import pytest

from tests.emulator import loyalty_shop as shop

ERRORS = "userErrors { __typename code field message }"
CREATE = f"""mutation ($input: LoyaltyAccountInput!, $key: String) {{
  createLoyaltyAccount(input: $input, idempotencyKey: $key) {{
    account {{ id programId balance customerId enrolledAt mapping {{ phoneNumber }} }} idempotencyKey {ERRORS}
  }}
}}"""


async def test_a_buyer_is_enrolled_with_all_that_can_be_said(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    _, body = await emulator.call("POST", "/v2/customers", {"given_name": "Ada"})
    number = shop.phone()
    given = {
        "phoneNumber": number,
        "programId": shop.PROGRAM,
        "customerId": body["customer"]["id"],
        "enrolledAt": "2020-01-01T00:00:00Z",
    }
    graph.reset()

    answer = (await graph.data(CREATE, {"input": given}))["createLoyaltyAccount"]

    assert answer["userErrors"] == []
    assert answer["idempotencyKey"]
    account = answer["account"]
    assert account.pop("id")
    assert account == {
        "programId": shop.PROGRAM,
        "balance": 0,
        "customerId": body["customer"]["id"],
        "enrolledAt": "2020-01-01T00:00:00Z",
        "mapping": {"phoneNumber": number},
    }
    assert graph.calls == {"CreateLoyaltyAccount": 1}


async def test_without_a_program_id_the_sellers_program_is_looked_up(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)

    answer = await graph.data(CREATE, {"input": {"phoneNumber": shop.phone(), "programId": None}})

    assert answer["createLoyaltyAccount"]["account"]["programId"] == shop.PROGRAM
    assert graph.calls == {"RetrieveLoyaltyProgram": 1, "CreateLoyaltyAccount": 1}


async def test_a_seller_without_a_program_cannot_enroll_anybody(graph: Any) -> None:
    answer = (await graph.data(CREATE, {"input": {"phoneNumber": shop.phone()}}))["createLoyaltyAccount"]

    assert answer["account"] is None
    (error,) = answer["userErrors"]
    assert (error["__typename"], error["field"]) == ("NotFoundError", ["input", "programId"])
    assert graph.calls == {"RetrieveLoyaltyProgram": 1}


async def test_a_phone_number_that_is_not_e164_costs_no_call(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)

    answer = (await graph.data(CREATE, {"input": {"phoneNumber": "415-555-0100"}}))["createLoyaltyAccount"]

    (error,) = answer["userErrors"]
    assert (error["__typename"], error["code"]) == ("ValidationError", "INVALID_PHONE_NUMBER")
    assert error["field"] == ["input", "phoneNumber"]
    assert not graph.calls


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"phoneNumber": "+99999999999"}, ["input", "phoneNumber"]),
        ({"enrolledAt": "2999-01-01T00:00:00Z"}, ["input", "enrolledAt"]),
    ],
)
async def test_an_account_that_square_refuses_names_the_input(
    graph: Any, emulator: Any, fields: dict[str, Any], path: list[str]
) -> None:
    shop.open_shop(emulator)
    given = {"phoneNumber": shop.phone(), "programId": shop.PROGRAM, **fields}

    answer = (await graph.data(CREATE, {"input": given}))["createLoyaltyAccount"]

    assert answer["account"] is None
    (error,) = answer["userErrors"]
    assert (error["__typename"], error["field"]) == ("ValidationError", path)


async def test_a_phone_number_has_one_account(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    number = shop.phone()
    await shop.enroll(emulator, mapping={"phone_number": number})

    answer = (await graph.data(CREATE, {"input": {"phoneNumber": number}}))["createLoyaltyAccount"]

    assert answer["account"] is None
    assert answer["userErrors"][0]["field"] == ["input", "phoneNumber"]


async def test_enrolling_again_with_the_key_gives_the_same_account(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    variables = {"input": {"phoneNumber": shop.phone(), "programId": shop.PROGRAM}, "key": "enroll-1"}

    first = (await graph.data(CREATE, variables))["createLoyaltyAccount"]
    again = (await graph.data(CREATE, variables))["createLoyaltyAccount"]
    changed = {**variables, "input": {"phoneNumber": shop.phone(), "programId": shop.PROGRAM}}
    other = (await graph.data(CREATE, changed))["createLoyaltyAccount"]

    assert first["idempotencyKey"] == "enroll-1"
    assert again["account"]["id"] == first["account"]["id"]
    (error,) = other["userErrors"]
    assert (error["__typename"], error["field"]) == ("IdempotencyError", ["idempotencyKey"])


@pytest.mark.parametrize(("key", "code"), [("", "VALUE_EMPTY"), ("k" * 129, "VALUE_TOO_LONG")])
async def test_a_key_has_1_to_128_characters(graph: Any, key: str, code: str) -> None:
    answer = (await graph.data(CREATE, {"input": {"phoneNumber": shop.phone()}, "key": key}))["createLoyaltyAccount"]

    (error,) = answer["userErrors"]
    assert (error["code"], error["field"]) == (code, ["idempotencyKey"])
    assert not graph.calls
