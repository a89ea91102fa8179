"""The operations on groups."""

from __future__ import annotations

from typing import Any

from tests.areas.people import make_groups
from tests.operations.row import KEY, WITH_KEY, Row, mutation

GROUPS = "/v2/customers/groups"


async def prepare(emulator: Any, names: dict[str, str]) -> None:
    """One group."""
    (names["group"],) = make_groups(emulator, "Group")


ROWS = [
    Row("ListCustomerGroups", "{ groups { nodes { name } } }", f"GET {GROUPS}?limit=50"),
    Row("RetrieveCustomerGroup", '{ group(id: "<group>") { name } }', f"GET {GROUPS}/<group>"),
    Row(
        "CreateCustomerGroup",
        mutation(f'createCustomerGroup(input: {{name: "N"}}, {KEY})'),
        f"POST {GROUPS}",
        {**WITH_KEY, "group": {"name": "N"}},
    ),
    Row(
        "UpdateCustomerGroup",
        mutation('updateCustomerGroup(id: "<group>", input: {name: "N"})'),
        f"PUT {GROUPS}/<group>",
        {"group": {"name": "N"}},
    ),
    Row("DeleteCustomerGroup", mutation('deleteCustomerGroup(id: "<group>")'), f"DELETE {GROUPS}/<group>"),
]

ENTITIES = {"Group": ({"id": "<group>"}, "name")}
