"""All operations of Square: the field that reaches each, and the exact REST calls that it makes."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from gateway.context import REGISTRY
from tests.operations.row import Row
from tests.operations.world import ROWS, filled, world


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.operation)
async def test_the_field_of_an_operation_makes_exactly_its_calls(graph: Any, emulator: Any, row: Row) -> None:
    names = await world(emulator)
    emulator.recorded.clear()

    answer = await graph(filled(row.document, names))

    assert "errors" not in answer, answer["errors"]
    assert "'nodes': []" not in str(answer["data"]), "the document should find something"
    sent = {
        f"{call.method} {call.path}" + (f"?{call.query}" if call.query else ""): call.body
        for call in emulator.recorded.latest
    }
    assert sent == filled({**row.others, row.call: row.body}, names)
    assert emulator.calls[row.operation] == 1
    assert emulator.calls.total() == len(sent)


def test_every_operation_is_in_the_table_once() -> None:
    assert Counter(row.operation for row in ROWS) == Counter(row.name for row in REGISTRY.endpoints)
