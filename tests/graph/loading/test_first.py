"""`first` where it cannot be: refused with a code, and with the path of the argument where it is a number at all."""

from __future__ import annotations

from typing import Any

import pytest

from tests.areas.people import make_customers
from tests.emulator import loyalty_shop as shop

LISTS = {
    "customers": 1000, "groups": 500, "segments": 500, "customAttributeDefinitions": 1000, "loyaltyAccounts": 2000,
    "loyaltyRewards": 300, "loyaltyEvents": 300,
}  # fmt: skip
NO_INT = ["2147483648", "-2147483649", "9" * 400, "1.5", "1e999", '"1"', "true", "[1]", "{}", "TEN"]


def refusals(answer: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(error["extensions"]["code"], error["extensions"].get("field")) for error in answer["errors"]]


@pytest.mark.parametrize("field", LISTS)
async def test_a_first_out_of_bounds_is_refused_at_its_argument(graph: Any, field: str) -> None:
    for first in (0, -1, LISTS[field] + 1, 2**31 - 1, -(2**31)):
        written = await graph(f"{{ {field}(first: {first}) {{ nodes {{ __typename }} }} }}")
        given = await graph(
            f"query ($first: Int) {{ {field}(first: $first) {{ nodes {{ __typename }} }} }}", {"first": first}
        )

        assert refusals(written) == refusals(given) == [("BAD_USER_INPUT", ["first"])]
        assert written["errors"][0]["message"] == f"`first` must be between 1 and {LISTS[field]}."
    assert not graph.calls


@pytest.mark.parametrize("first", NO_INT, ids=lambda first: first[:12])
@pytest.mark.parametrize("field", ["customers", "loyaltyEvents"])
async def test_a_literal_that_is_no_int_is_an_invalid_document(graph: Any, field: str, first: str) -> None:
    for document in (
        f"{{ {field}(first: {first}) {{ nodes {{ __typename }} }} }}",
        f"query ($first: Int! = {first}) {{ {field}(first: $first) {{ nodes {{ __typename }} }} }}",
    ):
        answer = await graph(document)

        assert [error["extensions"]["code"] for error in answer["errors"]] == ["GRAPHQL_VALIDATION_FAILED"]
    assert not graph.calls


async def test_a_literal_of_thousands_of_digits_is_refused_in_plain_words(graph: Any) -> None:
    answer = await graph(f"{{ customers(first: {'1' * 5_000}) {{ nodes {{ id }} }} }}")

    (error,) = answer["errors"]
    assert error["message"] == "A whole number of the input has too many digits."
    assert (error["extensions"], error["locations"]) == (
        {"code": "GRAPHQL_VALIDATION_FAILED"},
        [{"line": 1, "column": 20}],
    )


@pytest.mark.parametrize("field", LISTS)
async def test_a_first_that_is_null_is_one_page_of_every_list(graph: Any, field: str) -> None:
    plain = await graph(f"{{ {field} {{ nodes {{ __typename }} }} }}")
    written = await graph(f"{{ {field}(first: null) {{ nodes {{ __typename }} }} }}")
    given = [
        await graph(f"query ($first: {declared}) {{ {field}(first: $first) {{ nodes {{ __typename }} }} }}", variables)
        for declared, variables in (("Int", {"first": None}), ("Int", {}), ("Int = 5", {"first": None}))
    ]

    # The data and the calls, planned and made.
    assert [written, *given] == [plain] * 4


async def test_a_first_that_is_null_asks_square_for_one_full_page(graph: Any, emulator: Any) -> None:
    await graph.data("query ($first: Int = 5) { customers(first: $first) { nodes { id } } }", {"first": None})

    assert [call.query for call in emulator.recorded.latest] == ["limit=100"]


@pytest.mark.parametrize("first", [0, -1])
async def test_a_first_of_a_list_in_a_list_is_refused_before_any_call(graph: Any, emulator: Any, first: int) -> None:
    make_customers(emulator, 2)
    graph.reset()

    answer = await graph(
        "query ($first: Int!) { customers(first: 2) { nodes { customAttributes(first: $first) { nodes { key } } } } }",
        {"first": first},
    )

    assert refusals(answer) == [("BAD_USER_INPUT", ["first"])]
    assert answer["errors"][0]["message"] == "`first` must be between 1 and 1000."
    assert answer["errors"][0]["locations"] == [{"line": 1, "column": 54}]
    assert "data" not in answer
    assert not graph.calls


@pytest.mark.parametrize("field", ["events", "rewards"])
@pytest.mark.parametrize("first", [0, 301])
async def test_a_first_of_a_list_of_one_object_is_refused_before_any_call(
    graph: Any, emulator: Any, field: str, first: int
) -> None:
    shop.open_shop(emulator)
    account = await shop.enroll(emulator)
    graph.reset()

    answer = await graph(
        "query ($id: ID!, $first: Int!) { loyaltyAccount(id: $id) { "
        f"{field}(first: $first) {{ nodes {{ id }} }} }} }}",
        {"id": account, "first": first},
    )

    assert refusals(answer) == [("BAD_USER_INPUT", ["first"])]
    assert "data" not in answer
    assert not graph.calls


async def test_a_first_in_what_a_write_answers_is_refused_before_it_is_written(graph: Any) -> None:
    answer = await graph(
        'mutation { createCustomer(input: {givenName: "Amelia"}) '
        "{ customer { customAttributes(first: 0) { nodes { key } } } } }"
    )

    assert refusals(answer) == [("BAD_USER_INPUT", ["first"])]
    assert not graph.calls


async def test_a_first_that_is_left_out_of_the_operation_is_refused_by_nothing(graph: Any, emulator: Any) -> None:
    make_customers(emulator, 1)

    found = await graph.data(
        "query ($with: Boolean!) { customers(first: 1) { nodes { "
        "givenName customAttributes(first: 0) @include(if: $with) { nodes { key } } } } }",
        {"with": False},
    )

    assert len(found["customers"]["nodes"]) == 1


@pytest.mark.parametrize("first", [2**31, -(2**31) - 1, None, 10**100])
async def test_a_variable_that_is_no_int_stops_lists_in_lists_before_any_call(
    graph: Any, emulator: Any, first: Any
) -> None:
    make_customers(emulator, 2)
    graph.reset()

    answer = await graph(
        "query ($first: Int!) { customers(first: 1) { nodes { customAttributes(first: $first) { nodes { key } } } } }",
        {"first": first},
    )

    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert "'$first' has invalid value" in error["message"]
    assert not graph.calls
