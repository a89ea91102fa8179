"""What keeps a subscription from beginning, each told with a code and before anything is asked of Square."""

from __future__ import annotations

import pytest

from tests.conftest import Graph
from tests.following import Live

FOLLOW = "subscription($ids: [ID!], $after: String) { customerChanged(ids: $ids, after: $after) { kind } }"
LONG = [f"ID{number}" for number in range(1001)]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("customerChanged(ids: []) { kind }", ["ids"]),
        ('customerChanged(ids: ["A", "not an id"]) { kind }', ["ids", "1"]),
        ('customAttributeChanged(customerIds: [".."]) { kind }', ["customerIds", "0"]),
        ("customAttributeChanged(keys: []) { kind }", ["keys"]),
        ('loyaltyAccountChanged(ids: ["A"], customerIds: []) { kind }', ["customerIds"]),
        ("loyaltyEventCreated(accountIds: []) { kind }", ["accountIds"]),
        ("loyaltyEventCreated(types: []) { kind }", ["types"]),
        ('customerChanged(after: "no position") { kind }', ["after"]),
    ],
)
async def test_arguments_that_want_nothing_are_refused_by_their_path(live: Live, query: str, field: list[str]) -> None:
    async with live.follow(f"subscription {{ {query} }}", waits=False) as follower:
        error = await follower.refusal()

    assert error["extensions"] == {"code": "BAD_USER_INPUT", "field": field}
    assert error["path"] == [query.partition("(")[0]]
    assert not live.calls


async def test_more_ids_than_are_looked_through_are_refused(live: Live) -> None:
    async with live.follow(FOLLOW, {"ids": LONG}, waits=False) as follower:
        assert (await follower.refusal())["extensions"] == {"code": "BAD_USER_INPUT", "field": ["ids"]}
    async with live.follow(FOLLOW, {"ids": LONG[:1000]}) as follower:
        assert await live.subscribers() == 1


async def test_an_event_that_costs_too_much_is_refused_at_the_beginning(live: Live) -> None:
    lists = " ".join(f"a{number}: customAttributes(first: 1000) {{ nodes {{ key }} }}" for number in range(25))
    query = f"subscription {{ customerChanged {{ customer {{ {lists} }} }} }}"
    async with live.follow(query, waits=False) as follower:
        error = await follower.refusal()

    assert error["extensions"]["code"] == "COST_LIMIT_EXCEEDED"
    assert error["extensions"]["estimatedCalls"] == 251
    assert not live.calls


async def test_a_token_without_the_permission_is_told_which_one_it_lacks(live: Live) -> None:
    token = {"token": "loyalty-token", "scopes": ["LOYALTY_READ"]}
    await live.emulator.call("POST", "/_emulator/tokens", token)
    async with live.follow(FOLLOW, token="loyalty-token", waits=False) as follower:
        error = await follower.refusal()

    assert error["extensions"] == {"code": "FORBIDDEN", "permission": "CUSTOMERS_READ"}
    assert not live.calls


@pytest.mark.parametrize("token", ["expired-token", "revoked-token", "no-token-of-any-kind"])
async def test_a_token_that_is_not_taken_ends_the_socket(live: Live, token: str) -> None:
    async with live.follow(FOLLOW, token=token, waits=False) as follower:
        assert (await follower.refusal())["extensions"]["code"] == "UNAUTHENTICATED"
        assert await follower.close_code() == 4403


async def test_a_seller_that_square_does_not_tell_has_to_be_named(live: Live) -> None:
    live.emulator.faults.add("status", "RetrieveTokenStatus")
    async with live.follow(FOLLOW, waits=False) as follower:
        error = await follower.refusal()

    assert error["extensions"] == {"code": "SUBSCRIPTIONS_UNAVAILABLE"}
    assert "SQUARE_MERCHANT_ID" in error["message"]


async def test_without_webhooks_there_is_nothing_to_follow(graph: Graph) -> None:
    headers = {"Authorization": "Bearer test-token", "Accept": "text/event-stream"}
    async with graph.http.post(graph.url, json={"query": FOLLOW}, headers=headers) as response:
        text = await response.text()

    assert '"code":"SUBSCRIPTIONS_UNAVAILABLE"' in text
    assert "SQUARE_WEBHOOK_SIGNATURE_KEY" in text
    assert text.endswith("event: complete\ndata: \n\n")
