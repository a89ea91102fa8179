"""Arguments of a field inside another one that cannot be right: nothing is read or written before they are refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator import loyalty_shop as shop
from tests.graph.loading.test_first import refusals

WRONG = {
    "rewards(status: UNKNOWN)": ["status"],
    "rewards(first: 301)": ["first"],
    "events(filter: {types: []})": ["filter", "types"],
    "events(filter: {types: [ACCUMULATE_POINTS, UNKNOWN]})": ["filter", "types"],
    "events(filter: {types: UNKNOWN})": ["filter", "types"],
    "events(filter: {locationIds: []})": ["filter", "locationIds"],
    "events(filter: {createdAt: {}})": ["filter", "createdAt"],
    "events(filter: {createdAt: {startAt: null}})": ["filter", "createdAt"],
    "program { promotions(status: UNKNOWN) { nodes { id } } } rewards": ["status"],
}
NO_MISTAKE = [
    "rewards(status: null)",
    "rewards(status: ISSUED)",
    "events(filter: null)",
    "events(filter: {types: null})",
    "events(filter: {types: ACCUMULATE_POINTS, locationIds: null, createdAt: null})",
]


@pytest.mark.parametrize("field", WRONG)
async def test_nothing_is_read_before_they_are_refused(graph: Any, emulator: Any, field: str) -> None:
    shop.open_shop(emulator)
    graph.reset()

    answer = await graph(f"{{ loyaltyAccounts(first: 2) {{ nodes {{ {field} {{ nodes {{ id }} }} }} }} }}")

    assert refusals(answer) == [("BAD_USER_INPUT", WRONG[field])]
    assert "data" not in answer
    assert not graph.calls


@pytest.mark.parametrize("field", WRONG)
async def test_nothing_is_written_before_they_are_refused(graph: Any, emulator: Any, field: str) -> None:
    shop.open_shop(emulator)
    account = await shop.enroll(emulator)
    graph.reset()

    answer = await graph(
        'mutation ($id: ID!) { adjustLoyaltyPoints(accountId: $id, input: {points: 5, reason: "Sorry"}) '
        f"{{ event {{ account {{ {field} {{ nodes {{ id }} }} }} }} }} }}",
        {"id": account},
    )

    assert refusals(answer) == [("BAD_USER_INPUT", WRONG[field])]
    assert not graph.calls


TYPES = "[LoyaltyEventType!]"


@pytest.mark.parametrize(
    ("declared", "variables"),
    [(TYPES, {"types": []}), (f"{TYPES} = []", {}), (TYPES, {"types": ["UNKNOWN"]})],
)
async def test_what_variables_hold_is_told_apart_each_time(
    graph: Any, emulator: Any, declared: str, variables: dict[str, Any]
) -> None:
    shop.open_shop(emulator)
    account = await shop.enroll(emulator)
    graph.reset()
    query = (
        f"query ($id: ID!, $types: {declared}) {{ loyaltyAccount(id: $id) "
        "{ events(filter: {types: $types}) { nodes { id } } } }"
    )
    for _ in range(2):
        good = await graph(query, {"id": account, "types": ["ACCUMULATE_POINTS"]})
        before = graph.calls.total()
        answer = await graph(query, {"id": account, **variables})

        assert "errors" not in good
        assert refusals(answer) == [("BAD_USER_INPUT", ["filter", "types"])]
        assert graph.calls.total() == before


@pytest.mark.parametrize("field", NO_MISTAKE)
async def test_what_says_nothing_is_no_mistake(graph: Any, emulator: Any, field: str) -> None:
    shop.open_shop(emulator)

    answer = await graph(f"{{ loyaltyAccounts(first: 2) {{ nodes {{ {field} {{ nodes {{ id }} }} }} }} }}")

    assert "errors" not in answer
