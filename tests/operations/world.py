"""The rows of all areas, and a world with one of everything that they name.

The module of an area is named after it: `ROWS` holds a row for each of its endpoints,
`prepare` adds to the names, `ENTITIES` has for each of its entities a reference and a field that is not null.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

from gateway.areas import AREAS
from tests.operations.row import Row

MODULES = [import_module(f"tests.operations.{area.name}") for area in AREAS]
ROWS: list[Row] = [row for module in MODULES for row in module.ROWS]
ENTITIES: dict[str, tuple[dict[str, str], str]] = {
    name: known for module in MODULES for name, known in module.ENTITIES.items()
}


async def world(emulator: Any) -> dict[str, str]:
    """One of everything: the ids by the names that the rows have for them."""
    names: dict[str, str] = {}
    for module in MODULES:
        await module.prepare(emulator, names)
    return names


def filled(value: Any, names: dict[str, str]) -> Any:
    """The value with every `<name>` replaced."""
    if isinstance(value, dict):
        return {filled(key, names): filled(each, names) for key, each in value.items()}
    if isinstance(value, list):
        return [filled(each, names) for each in value]
    if isinstance(value, str):
        return re.sub(r"<(\w+)>", lambda found: names.get(found[1], found[0]), value)
    return value
