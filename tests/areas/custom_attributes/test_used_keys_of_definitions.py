"""Keys of definitions that were used before: Square answers with what was written then, not with what is asked now."""

from __future__ import annotations

from typing import Any

import pytest

from tests.areas.used_keys import CHANGE, DEFINE, answer, refusal
from tests.conftest import Graph

SIZE = {
    "key": "size",
    "name": "Size",
    "description": "Of shoes",
    "visibility": "VISIBILITY_READ_ONLY",
    "dataType": "NUMBER",
}
TASTE = {"key": "taste", "dataType": "SELECTION", "selection": {"options": ["Sweet", "Sour"], "maxSelections": 2}}


@pytest.mark.parametrize(
    ("first", "change"),
    [
        (SIZE, {"key": "weight"}),
        (SIZE, {"name": "Length"}),
        (SIZE, {"description": "Of hats"}),
        (SIZE, {"visibility": "VISIBILITY_READ_WRITE_VALUES"}),
        (SIZE, {"visibility": "VISIBILITY_HIDDEN", "name": None}),
        (SIZE, {"dataType": "STRING"}),
        (SIZE, TASTE),
        (TASTE, {"selection": {"options": ["Sweet"], "maxSelections": 2}}),
        (TASTE, {"selection": {"options": ["Sour", "Sweet"], "maxSelections": 2}}),
        (TASTE, {"selection": {"options": ["Sweet", "Sour"], "maxSelections": 1}}),
        (TASTE, {"visibility": "VISIBILITY_READ_ONLY", "name": "Taste", "description": "Of tea"}),
    ],
)
async def test_a_key_of_another_definition_shows_none(graph: Graph, first: Any, change: dict[str, Any]) -> None:
    made = await answer(graph, DEFINE, input=first, key="k")
    calls = dict(graph.calls)

    other = await answer(graph, DEFINE, input={**first, **change}, key="k")
    again = await answer(graph, DEFINE, input=first, key="k")

    assert (made["userErrors"], calls) == ([], {"CreateCustomerCustomAttributeDefinition": 1})
    assert other == {"customAttributeDefinition": None, "userErrors": refusal()}
    assert again == made


@pytest.mark.parametrize(
    ("change", "other"),
    [
        ({"name": "Length"}, {"name": "Width"}),
        ({"name": "Length"}, {"name": None, "visibility": "VISIBILITY_HIDDEN"}),
        ({"description": "Of hats"}, {"description": "Of gloves"}),
        ({"visibility": "VISIBILITY_HIDDEN"}, {"visibility": "VISIBILITY_READ_WRITE_VALUES"}),
        ({"name": "Length", "version": 1}, {"name": "Length", "version": 3}),
        ({"description": "Of hats"}, {"name": "Width"}),
    ],
)
async def test_a_key_of_another_change_of_a_definition_shows_none(
    graph: Graph, change: dict[str, Any], other: dict[str, Any]
) -> None:
    await answer(graph, DEFINE, input=SIZE)
    first = await answer(graph, CHANGE, of="size", input=change, key="k")
    await answer(graph, CHANGE, of="size", input={"name": "Later", "description": "Later"})

    refused = await answer(graph, CHANGE, of="size", input=other, key="k")
    again = await answer(graph, CHANGE, of="size", input=change, key="k")

    assert first["customAttributeDefinition"]["version"] == 2
    assert refused == {"customAttributeDefinition": None, "userErrors": refusal()}
    assert again == first


async def test_a_key_of_a_change_of_another_definition_shows_none(graph: Graph) -> None:
    await answer(graph, DEFINE, input=SIZE)
    await answer(graph, DEFINE, input=TASTE)
    await answer(graph, CHANGE, of="size", input={"description": "New"}, key="k")

    other = await answer(graph, CHANGE, of="taste", input={"description": "New"}, key="k")

    assert other == {"customAttributeDefinition": None, "userErrors": refusal()}
    assert graph.calls["UpdateCustomerCustomAttributeDefinition"] == 2


async def test_a_change_of_options_is_answered_again_after_later_changes(graph: Graph) -> None:
    await answer(graph, DEFINE, input=TASTE)
    fewer = {"selection": {"maxSelections": 1}}
    first = await answer(graph, CHANGE, of="taste", input=fewer, key="k")
    await answer(graph, CHANGE, of="taste", input={"selection": {"options": [{"name": "Salty"}], "maxSelections": 3}})

    again = await answer(graph, CHANGE, of="taste", input=fewer, key="k")
    other = await answer(graph, CHANGE, of="taste", input={"selection": {"maxSelections": 2}}, key="k")
    names = await answer(graph, CHANGE, of="taste", input={"selection": {"options": [{"name": "Sour"}]}}, key="k")

    assert first["userErrors"] == []
    assert again == first
    assert other["userErrors"] == names["userErrors"] == refusal()


async def test_a_definition_that_is_gone_is_not_shown_again(graph: Graph) -> None:
    await answer(graph, DEFINE, input=SIZE, key="k")
    await graph.data('mutation { deleteCustomerCustomAttributeDefinition(key: "size") { userErrors { code } } }')

    gone = await answer(graph, DEFINE, input=SIZE, key="k")

    assert gone == {"customAttributeDefinition": None, "userErrors": refusal()}
