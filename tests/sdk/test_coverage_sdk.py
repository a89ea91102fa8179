"""No operation is left out of these flows."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from gateway.areas import AREAS
from gateway.graph.subgraph.area import Area

# The client's method for each endpoint of an area.
METHODS = {
    "customers": [
        "customers.list",
        "customers.create",
        "customers.batch_create",
        "customers.bulk_delete_customers",
        "customers.bulk_retrieve_customers",
        "customers.bulk_update_customers",
        "customers.search",
        "customers.delete",
        "customers.get",
        "customers.update",
        "groups.add",
        "groups.remove",
    ],
    "groups": [
        "groups.list",
        "groups.create",
        "groups.delete",
        "groups.get",
        "groups.update",
    ],
    "segments": [
        "segments.list",
        "segments.get",
    ],
    "custom_attributes": [
        "custom_attribute_definitions.list",
        "custom_attribute_definitions.create",
        "custom_attribute_definitions.delete",
        "custom_attribute_definitions.get",
        "custom_attribute_definitions.update",
        "custom_attribute_definitions.batch_upsert",
        "custom_attributes.list",
        "custom_attributes.delete",
        "custom_attributes.get",
        "custom_attributes.upsert",
    ],
    "loyalty_programs": [
        "programs.get",
        "programs.calculate",
        "promotions.list",
        "promotions.create",
        "promotions.get",
        "promotions.cancel",
    ],
    "loyalty_accounts": [
        "accounts.create",
        "accounts.search",
        "accounts.get",
        "accounts.accumulate_points",
        "accounts.adjust",
        "loyalty.search_events",
        "rewards.create",
        "rewards.search",
        "rewards.delete",
        "rewards.get",
        "rewards.redeem",
    ],
}
SHORT = {"definitions": "custom_attribute_definitions", "attributes": "custom_attributes"}


def called() -> set[str]:
    found = set()
    for path in Path(__file__).parent.glob("test_*_sdk.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute):
                owner = getattr(node.value, "attr", getattr(node.value, "id", ""))
                found.add(f"{SHORT.get(owner, owner)}.{node.attr}")
    return found


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
def test_every_operation_of_an_area_is_called_through_the_official_client(area: Area) -> None:
    methods = METHODS.get(area.name, [])

    assert len(methods) == len(area.endpoints), f"list the client's methods of {area.name} in METHODS, and call them"
    assert set(methods) <= called()
