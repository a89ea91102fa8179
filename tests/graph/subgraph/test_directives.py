"""What the federated SDL tells routers beyond the types."""

from __future__ import annotations

import re

from gateway.context import REGISTRY
from gateway.schema import build_schema
from gateway.tools.sdl import federated_sdl, public_sdl


def test_types_known_by_their_key_only_are_no_entities_here() -> None:
    [union] = re.findall(r"^union _Entity = (.+)$", federated_sdl(), re.MULTILINE)
    assert set(union.split(" | ")) == REGISTRY.entities.keys()
    assert 'type Order @key(fields: "id", resolvable: false)' in federated_sdl()


def test_every_list_that_is_sliced_says_by_which_argument_and_leaves_its_length_to_that() -> None:
    connections = re.findall(r"^  \)?[^\n]*: \w+Connection[^\n]*$", federated_sdl(), re.MULTILINE)
    assert len(connections) > 10
    for field in connections:
        assert 'slicingArguments: ["first"], sizedFields: ["nodes", "edges"]' in field
        assert "@cost(weight: 10)" in field
    assert "assumedSize" not in federated_sdl()


def test_value_types_may_be_defined_by_other_subgraphs_too() -> None:
    for name in ("Money", "Address", "PageInfo"):
        assert f"type {name} @shareable" in federated_sdl()


def test_directives_are_not_added_twice_and_stay_out_of_the_public_sdl() -> None:
    before = federated_sdl()
    build_schema.cache_clear()
    try:
        assert build_schema().sdl == before
    finally:
        build_schema.cache_clear()
    assert "@listSize" not in public_sdl()
