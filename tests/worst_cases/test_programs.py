"""Ids that are no program's are planned for, and take nothing from other fields."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator import loyalty_shop as shop


async def test_ids_of_no_program_are_planned_one_by_one(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    fields = " ".join(f'p{number}: loyaltyProgram(id: "NONE{number}") {{ id }}' for number in range(8))
    graph.reset()

    answer = await graph(f"{{ {fields} main: loyaltyProgram {{ id }} }}")

    assert answer["data"] == {**{f"p{number}": None for number in range(8)}, "main": {"id": shop.PROGRAM}}
    assert graph.calls.total() == answer["extensions"]["cost"]["estimatedCalls"] == 9


async def test_references_to_no_program_are_planned_one_by_one(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    graph.reset()

    answer = await graph(
        "query ($of: [_Any!]!) { _entities(representations: $of) { ... on LoyaltyProgram { status } } }",
        {"of": [{"__typename": "LoyaltyProgram", "id": id} for id in ("NONE", "NIL", shop.PROGRAM)]},
    )

    assert answer["data"]["_entities"] == [None, None, {"status": "ACTIVE"}]
    assert graph.calls.total() == 3
    assert answer["extensions"]["cost"]["estimatedCalls"] == 4


@pytest.mark.parametrize(
    ("named", "calls"),
    [
        ('loyaltyProgram(id: "NONE") { id }', 4),
        ('loyaltyProgram(id: "NONE") { id } other: loyaltyProgram(id: "NIL") { id }', 5),
        ('_entities(representations: {__typename: "LoyaltyProgram", id: "NONE"}) { __typename }', 4),
    ],
)
async def test_the_id_of_no_program_takes_nothing_from_what_needs_the_sellers(
    graph: Any, emulator: Any, named: str, calls: int
) -> None:
    shop.open_shop(emulator)
    account = await shop.enroll(emulator, points=30)
    reward = (await shop.reward(emulator, account))["id"]
    graph.reset()

    answer = await graph(
        f"""{{ {named} loyaltyReward(id: "{reward}") {{ rewardTier {{ points }} }}
          loyaltyAccounts {{ nodes {{ program {{ status }} }} }} }}"""
    )

    assert "errors" not in answer, answer["errors"]
    assert answer["data"]["loyaltyAccounts"]["nodes"] == [{"program": {"status": "ACTIVE"}}]
    assert answer["data"]["loyaltyReward"]["rewardTier"]
    assert graph.calls.total() == answer["extensions"]["cost"]["estimatedCalls"] == calls


async def test_two_ids_of_no_program_are_both_nothing(graph: Any, emulator: Any) -> None:
    shop.open_shop(emulator)
    graph.reset()

    answer = await graph('{ a: loyaltyProgram(id: "NONE") { id } b: loyaltyProgram(id: "NIL") { id } }')

    assert answer["data"] == {"a": None, "b": None}
    assert "errors" not in answer
    assert graph.calls.total() == answer["extensions"]["cost"]["estimatedCalls"] == 3
