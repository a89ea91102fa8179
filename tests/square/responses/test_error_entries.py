"""Square's error entries as they come in: names are names, texts are short, and there are only so many."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.context import REGISTRY
from gateway.graph.engine import Engine
from gateway.graph.loading.context import Context
from gateway.schema import build_schema
from tests.planted import TOKEN
from tests.square.conftest import Client
from tests.square.fault_server import answer

ENGINE = Engine(build_schema(), REGISTRY)
RENAME = 'mutation { updateCustomerGroup(id: "G1", input: {name: "N"}) { userErrors { message code field } } }'
READ = "{ customers { nodes { id } } }"
ENTRY = {"category": "INVALID_REQUEST_ERROR", "code": "BAD_REQUEST", "detail": "No.", "field": "group.name"}


async def told(client: Client, query: str, *entries: dict[str, Any]) -> Any:
    """The user errors of a mutation or the errors of a query that Square refuses with these entries."""
    client.faults.otherwise = answer({"errors": [{**ENTRY, **entry} for entry in entries]}, 400)
    found = await ENGINE.run(query, Context(client.operation(), REGISTRY))
    return found["data"]["updateCustomerGroup"]["userErrors"] if query is RENAME else found["errors"]


@pytest.mark.parametrize("code", ["A", "INVALID_PHONE_NUMBER", "V1_ERROR", "X" * 64])
async def test_a_code_is_shown_as_square_gave_it(client: Client, code: str) -> None:
    [error] = await told(client, RENAME, {"code": code})

    assert error["code"] == code


@pytest.mark.parametrize("code", ["", "X" * 65, "two words", "A\nB", "A\n", "lower", "\u00c4", TOKEN, 7, None, ["X"]])
async def test_what_is_no_name_is_no_code(client: Client, code: Any) -> None:
    [error] = await told(client, RENAME, {"code": code})

    assert error["code"] == "UNKNOWN"


@pytest.mark.parametrize("field", ["x" * 257, "a b", "a\nb", "\u00e4", 7, [], {}])
async def test_what_is_no_name_is_no_field(client: Client, field: Any) -> None:
    [user_error] = await told(client, RENAME, {"field": field})
    [error] = await told(client, READ, {"field": field})

    assert user_error["field"] is None
    assert error["extensions"]["squareErrors"] == [{"category": "INVALID_REQUEST_ERROR", "code": "BAD_REQUEST"}]


async def test_a_token_in_a_field_is_not_repeated(client: Client) -> None:
    [user_error] = await told(client, RENAME, {"field": f"group.{TOKEN}"})
    [error] = await told(client, READ, {"field": f"filter.{TOKEN}"})

    assert TOKEN[4:] not in f"{user_error} {error}"
    assert error["extensions"]["squareErrors"][0]["field"] == "filter.[redacted]"


async def test_ten_entries_are_read(client: Client) -> None:
    errors = await told(client, RENAME, *({"code": f"CODE_{number}"} for number in range(1000)))

    assert [error["code"] for error in errors] == [f"CODE_{number}" for number in range(10)]


async def test_a_long_sentence_is_cut_and_no_half_of_a_token_left(client: Client) -> None:
    for before in range(200, 320, 3):
        [error] = await told(client, RENAME, {"detail": f"{'x' * before} {TOKEN} {TOKEN} {'y' * 2000}"})

        assert error["message"].startswith("xxx")
        assert len(error["message"]) <= 300
        assert TOKEN[4:13] not in error["message"]


async def test_the_field_at_fault_is_named_as_in_the_graph(client: Client) -> None:
    detail = "given_name and `given_name` are wrong, xgiven_name, given_names and family_name are not."

    [error] = await told(client, RENAME, {"field": "customer.given_name", "detail": detail})

    assert error["message"] == (
        "givenName and `givenName` are wrong, xgiven_name, given_names and family_name are not."
    )
