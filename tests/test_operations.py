"""All 46 operations of Square: the field that reaches each, and the exact REST calls that it makes."""

from __future__ import annotations

import re
from typing import Any

import pytest

from gateway.emulator.operations import ROUTES
from tests.areas.people import crowd, make_groups, make_segments
from tests.emulator import loyalty_shop as shop
from tests.emulator.attributes import define, put
from tests.operations import customers, loyalty
from tests.operations.row import Row

ROWS = [*customers.ROWS, *loyalty.ROWS]


async def world(emulator: Any) -> dict[str, str]:
    """One of everything."""
    shop.open_shop(emulator)
    (group,), (segment,) = make_groups(emulator, "Group"), make_segments(emulator, "Segment")
    (customer,) = crowd(emulator, 1)
    account = await shop.enroll(emulator, points=30, customer_id=customer)
    await define(emulator, "mine", visibility="VISIBILITY_READ_ONLY")
    await put(emulator, customer, "mine", "x")
    return {
        "customer": customer, "group": group, "segment": segment, "account": account,
        "promotion": (await shop.promote(emulator))["id"], "reward": (await shop.reward(emulator, account))["id"],
        "order": shop.order(emulator),
    }  # fmt: skip


def filled(value: Any, names: dict[str, str]) -> Any:
    """The value with every `<name>` replaced."""
    if isinstance(value, dict):
        return {filled(key, names): filled(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [filled(each, names) for each in value]
    if isinstance(value, str):
        return re.sub(r"<(\w+)>", lambda found: names.get(found[1], found[0]), value)
    return value


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.operation)
async def test_the_field_of_an_operation_makes_exactly_its_calls(graph: Any, emulator: Any, row: Row) -> None:
    names = await world(emulator)
    emulator.recorded.clear()

    answer = await graph(filled(row.document, names))

    assert "errors" not in answer, answer["errors"]
    sent = {
        f"{call.method} {call.path}" + (f"?{call.query}" if call.query else ""): call.body
        for call in emulator.recorded.latest
    }
    assert sent == filled({**row.others, row.call: row.body}, names)
    assert emulator.calls[row.operation] == 1
    assert emulator.calls.total() == len(sent)


def test_every_operation_is_in_the_table_once() -> None:
    assert sorted(row.operation for row in ROWS) == sorted(route.operation for route in ROUTES)
