"""Answers with more entries than any can have: none of them is read. A respx router answers."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.areas.customers.endpoints import BULK_RETRIEVE_CUSTOMERS, LIST_CUSTOMERS
from gateway.areas.loyalty_accounts.endpoints import ACCUMULATE_LOYALTY_POINTS
from gateway.square.decode_report import UNREAD
from gateway.square.errors import BadResponse
from tests.square.square_api import SquareApi

READ = LIST_CUSTOMERS(query={"limit": 2})
CASES: list[tuple[str, str, Any, Any]] = [
    ("GET", "/v2/customers", {"customers": [None] * 10_001}, READ),
    (
        "POST",
        "/v2/customers/bulk-retrieve",
        {"responses": {str(number): {"customer": {}} for number in range(10_001)}},
        BULK_RETRIEVE_CUSTOMERS(body={}),
    ),
    (
        "POST",
        "/v2/loyalty/accounts/A1/accumulate",
        {"events": [None] * 10_001},
        ACCUMULATE_LOYALTY_POINTS(account_id="A1", body={"idempotency_key": "k"}),
    ),
]


@pytest.mark.parametrize(("method", "path", "body", "call"), CASES, ids=["page", "bulk", "list"])
async def test_of_an_absurdly_long_answer_nothing_is_read(
    square_api: SquareApi, method: str, path: str, body: Any, call: Any
) -> None:
    square_api.router.request(method, path).respond(json=body)
    before = UNREAD.count

    with pytest.raises(BadResponse):
        await square_api.square.send(call)

    # Every item of these is one that cannot be read, which would have been counted.
    assert UNREAD.count == before


async def test_far_more_than_asked_is_fine(square_api: SquareApi) -> None:
    customers = [{"id": f"C{number}"} for number in range(10_000)]
    square_api.router.get("/v2/customers").respond(json={"customers": customers})

    assert len((await square_api.square.send(READ)).items) == 10_000
