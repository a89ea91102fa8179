from __future__ import annotations

from typing import Any

import pytest

from tests.areas.custom_attributes.test_definitions import ERRORS, answer, only, stored
from tests.emulator.attributes import define, selection
from tests.emulator.conftest import Emulator

UPDATE = f"""
    mutation ($key: ID!, $input: UpdateCustomerCustomAttributeDefinitionInput!, $idempotencyKey: String) {{
      answer: updateCustomerCustomAttributeDefinition(key: $key, input: $input, idempotencyKey: $idempotencyKey) {{
        customAttributeDefinition {{
          name description visibility version maxSelections selectionOptions {{ id name }}
        }}
        {ERRORS}
      }}
    }}
"""


async def test_absent_keeps_and_null_clears(graph: Any, emulator: Emulator) -> None:
    await define(emulator, "a", name="Name", description="Words")
    graph.reset()

    changed = await answer(graph, UPDATE, key="a", input={"name": None})

    shown = changed["customAttributeDefinition"]
    assert (shown["name"], shown["description"], shown["version"]) == (None, "Words", 2)
    assert graph.calls == {"UpdateCustomerCustomAttributeDefinition": 1}


async def test_a_stale_version_is_a_conflict_with_the_current_one(graph: Any, emulator: Emulator) -> None:
    await define(emulator, "a")
    await answer(graph, UPDATE, key="a", input={"name": "One"})

    changed = await answer(graph, UPDATE, key="a", input={"name": "Two", "version": 1})

    (error,) = changed["userErrors"]
    assert (error["__typename"], error["field"], error["currentVersion"]) == ("ConflictError", ["input", "version"], 2)
    assert (await stored(emulator, "a"))["name"] == "One"


async def test_options_that_stay_keep_their_ids(graph: Any, emulator: Emulator) -> None:
    tea, coffee = (await define(emulator, "drinks", selection("Tea", "Coffee")))["schema"]["items"]["enum"]
    graph.reset()

    changed = await answer(
        graph,
        UPDATE,
        key="drinks",
        input={"selection": {"options": [{"name": "Milk"}, {"name": "Coffee"}, {"name": "Green tea", "id": tea}]}},
    )

    assert changed["userErrors"] == []
    milk, *kept = changed["customAttributeDefinition"]["selectionOptions"]
    assert kept == [{"id": coffee, "name": "Coffee"}, {"id": tea, "name": "Green tea"}]
    assert milk["name"] == "Milk"
    assert milk["id"] not in (tea, coffee)
    assert changed["customAttributeDefinition"]["maxSelections"] == 2
    assert graph.calls == {
        "RetrieveCustomerCustomAttributeDefinition": 1,
        "UpdateCustomerCustomAttributeDefinition": 1,
    }


async def test_how_many_can_be_chosen_changes_alone(graph: Any, emulator: Emulator) -> None:
    ids = (await define(emulator, "drinks", selection("Tea", "Coffee")))["schema"]["items"]["enum"]

    changed = await answer(graph, UPDATE, key="drinks", input={"selection": {"maxSelections": 1}})

    shown = changed["customAttributeDefinition"]
    assert shown["maxSelections"] == 1
    assert [each["id"] for each in shown["selectionOptions"]] == ids


@pytest.mark.parametrize(
    ("kind", "change", "code", "path"),
    [
        ("String", {"maxSelections": 1}, "INVALID_VALUE", []),
        (selection("A"), {"options": [{"name": "B", "id": "no-such"}]}, "INVALID_VALUE", ["options", "0", "id"]),
        (selection("A"), {"options": []}, "ARRAY_EMPTY", ["options"]),
        (selection("A"), {"maxSelections": 0}, "VALUE_TOO_LOW", ["maxSelections"]),
    ],
)
async def test_changes_that_do_not_fit_the_definition_change_nothing(
    graph: Any, emulator: Emulator, kind: Any, change: dict[str, Any], code: str, path: list[str]
) -> None:
    await define(emulator, "a", kind)
    graph.reset()

    changed = await answer(graph, UPDATE, key="a", input={"selection": change})

    assert only(changed) == ("ValidationError", code, ["input", "selection", *path])
    assert graph.calls["UpdateCustomerCustomAttributeDefinition"] == 0


@pytest.mark.parametrize("change", [{"name": "Name"}, {"selection": {"maxSelections": 1}}])
async def test_changing_a_definition_that_is_not_there_is_a_user_error(graph: Any, change: dict[str, Any]) -> None:
    changed = await answer(graph, UPDATE, key="nothing", input=change)

    assert only(changed)[:2] == ("NotFoundError", "NOT_FOUND")


async def test_changing_what_another_application_defined_is_forbidden(graph: Any, emulator: Emulator) -> None:
    await define(emulator, "a", visibility="VISIBILITY_READ_ONLY")
    variables = {"key": "sq0idp-demo-app:a", "input": {"name": "Mine"}}

    changed = await graph(UPDATE, variables, token="second-app-token")

    assert changed["errors"][0]["extensions"]["code"] == "FORBIDDEN"
