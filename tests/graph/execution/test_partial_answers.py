"""Bulk answers that tell of some and not of others: nobody is nobody unless Square says so. A respx router answers."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.context import REGISTRY
from gateway.graph.engine import Engine
from gateway.graph.loading.context import Context
from gateway.schema import build_schema
from tests.square.square_api import serve_router

ENGINE = Engine(build_schema(), REGISTRY)
QUERY = '{ a: customer(id: "A") { givenName } b: customer(id: "B") { givenName } }'
ADA = {"A": {"customer": {"id": "A", "given_name": "Ada"}}}
NOT_FOUND = {"errors": [{"category": "INVALID_REQUEST_ERROR", "code": "NOT_FOUND"}]}
SLOW = [{"category": "RATE_LIMIT_ERROR", "code": "RATE_LIMITED"}]


async def read(body: Any) -> tuple[Any, dict[str, str]]:
    """The data, and the code of each field that failed."""
    async with serve_router() as api:
        api.router.post("/v2/customers/bulk-retrieve").respond(json=body)
        answer = await ENGINE.run(QUERY, Context(api.square, REGISTRY))
    return answer["data"], {each["path"][0]: each["extensions"]["code"] for each in answer.get("errors", ())}


@pytest.mark.parametrize("errors", [[], SLOW])
async def test_whom_the_answer_does_not_mention_is_an_error_and_not_nobody(errors: Any) -> None:
    data, codes = await read({"responses": ADA, "errors": errors})

    assert data == {"a": {"givenName": "Ada"}, "b": None}
    assert codes == {"b": "UPSTREAM_BAD_RESPONSE"}


async def test_whom_the_answer_calls_not_found_is_nobody() -> None:
    data, codes = await read({"responses": {**ADA, "B": NOT_FOUND}})

    assert (data, codes) == ({"a": {"givenName": "Ada"}, "b": None}, {})


@pytest.mark.parametrize("responses", [{}, {"responses": None}])
async def test_errors_alone_are_everybodys(responses: Any) -> None:
    data, codes = await read({**responses, "errors": SLOW})

    assert (data, codes) == ({"a": None, "b": None}, {"a": "RATE_LIMITED", "b": "RATE_LIMITED"})


@pytest.mark.parametrize("body", [{}, {"responses": []}, {"responses": None}, {"responses": {}}])
async def test_an_answer_about_nobody_does_not_say_that_there_is_nobody(body: Any) -> None:
    data, codes = await read(body)

    assert (data, codes) == ({"a": None, "b": None}, dict.fromkeys("ab", "UPSTREAM_BAD_RESPONSE"))


async def test_whom_nobody_asked_for_is_counted_and_not_shown() -> None:
    async with serve_router() as api:
        both = {each: {"customer": {"id": each, "given_name": each}} for each in "ABX"}
        api.router.post("/v2/customers/bulk-retrieve").respond(json={"responses": both})
        answer = await ENGINE.run(QUERY, Context(api.square, REGISTRY))

    assert answer["data"] == {"a": {"givenName": "A"}, "b": {"givenName": "B"}}
    (warning,) = answer["extensions"]["warnings"]
    assert (warning["code"], warning["count"]) == ("ITEMS_NOT_ASKED_FOR", 1)
