"""What holds of the schema as a whole: its text, its words, its relations, and Square's fields in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLSchema,
    graphql_sync,
    is_enum_type,
    is_introspection_type,
    is_scalar_type,
    is_specified_scalar_type,
)
from strawberry.federation.schema_directives import Key
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.enum import StrawberryEnumDefinition

from gateway.context import REGISTRY
from gateway.graph.schema.decode import WIRE
from gateway.graph.subgraph.core_schema import core_schema
from gateway.schema import build_schema
from gateway.tools.sdl import federated_sdl, public_schema
from tests.square_spec import load

ROOT = Path(__file__).parent.parent
# Prescribed by Apollo Federation, word for word; the root types are described by their fields.
PRESCRIBED = {"_Any", "_Entity", "_Service", "_FieldSet", "link__Purpose", "link__Import", "federation__FieldSet"}
ROOTS = {"Query", "Mutation", "Subscription"}
# Whose values are the gateway's own, and none of Square's.
OUR_ENUMS = {"ChangeKind"}


def core() -> GraphQLSchema:
    return core_schema(build_schema())


def objects() -> Iterator[StrawberryObjectDefinition]:
    for each in build_schema().schema_converter.type_map.values():
        if isinstance(each.definition, StrawberryObjectDefinition):
            yield each.definition


def test_the_schema_file_is_what_the_gateway_serves() -> None:
    assert (ROOT / "schema.graphql").read_text() == federated_sdl(), "run: gateway schema --write"


def test_the_schema_says_what_it_is_and_people_find_the_fields_of_routers_last() -> None:
    told = "__schema { description queryType { fields { name } } }"
    answer = graphql_sync(core(), f"{{ {told} }}").data["__schema"]

    assert answer["description"].startswith("Square's customers")
    assert answer["description"] in federated_sdl()
    assert [each["name"] for each in answer["queryType"]["fields"]][-2:] == ["_entities", "_service"]


def test_everything_in_the_schema_is_described() -> None:
    silent = []
    for name, kind in core().type_map.items():
        if is_introspection_type(kind) or name in PRESCRIBED:
            continue
        if not kind.description and name not in ROOTS:
            silent.append(name)
        for field_name, field in getattr(kind, "fields", {}).items():
            if field_name == "_entities":
                continue
            parts = {field_name: field, **getattr(field, "args", {})}
            silent += [f"{name}.{field_name} {part}" for part, each in parts.items() if not each.description]
        if is_enum_type(kind):
            silent += [f"{name}.{value}" for value, each in kind.values.items() if not each.description]

    assert silent == []


def test_descriptions_are_sentences_without_loose_ends() -> None:
    texts = [
        (f"{name}.{field_name}", field.description or "")
        for name, kind in core().type_map.items()
        if not is_introspection_type(kind) and name not in PRESCRIBED
        for field_name, field in getattr(kind, "fields", {}).items()
        if not field_name.startswith("_")
    ]

    assert len(texts) > 300
    assert [place for place, text in texts if not text.rstrip().endswith((".", "`", ")"))] == []
    assert [place for place, text in texts if "  " in text or "TODO" in text] == []


def test_every_scalar_says_where_its_form_is_specified() -> None:
    own = {name: kind for name, kind in public_schema().type_map.items() if is_scalar_type(kind)}
    own = {name: kind for name, kind in own.items() if not is_specified_scalar_type(kind)}

    assert own.keys() == {"JSON", "Long", "Decimal", "DateTime", "Date", "Birthday"}
    assert all((kind.specified_by_url or "").startswith("https://") for kind in own.values())


def test_types_known_by_their_key_alone_are_no_entities() -> None:
    keys = {
        definition.name: [each for each in definition.directives or () if isinstance(each, Key)]
        for definition in objects()
        if not definition.is_interface
    }
    stubs = {name for name, found in keys.items() if any(each.resolvable is False for each in found)}

    assert stubs
    assert not stubs & REGISTRY.entities.keys()


def test_enums_that_square_answers_can_be_something_new() -> None:
    shown: set[str] = set()
    for definition in objects():
        if definition.is_input:
            continue
        for field in definition.fields:
            kind = field.type
            while hasattr(kind, "of_type"):
                kind = kind.of_type
            if isinstance(kind, StrawberryEnumDefinition):
                if kind.name in OUR_ENUMS:
                    continue
                shown.add(kind.name)
                values = {value.name for value in kind.values}
                assert "UNKNOWN" in values, kind.name
                if field.base_resolver is None:
                    raw = {each.metadata.get(WIRE) for each in definition.fields}
                    assert field.python_name in raw, f"{definition.name}.{field.python_name} has no raw text beside it"

    assert len(shown) > 10


@pytest.mark.parametrize("name", ["Customer", "LoyaltyAccount", "CustomAttribute"])
def test_entities_say_which_permission_they_need(name: str) -> None:
    assert "_READ" in (core().type_map[name].description or "")


# Square's schemas that have another name or place here: the types, and where their fields lie.
PLACES: dict[str, tuple[tuple[str, ...], str]] = {
    "CustomerGroup": (("Group",), ""),
    "CustomerSegment": (("Segment",), ""),
    "LoyaltyPromotionIncentivePointsAdditionData": (("LoyaltyPromotionIncentive",), "points_addition_data."),
    "LoyaltyPromotionIncentivePointsMultiplierData": (("LoyaltyPromotionIncentive",), "points_multiplier_data."),
    **{
        f"LoyaltyEvent{schema}": ((f"{kind}Event",), f"{place}.")
        for schema, kind, place in (
            ("AccumulatePoints", "AccumulatePoints", "accumulate_points"),
            ("AccumulatePromotionPoints", "AccumulatePromotionPoints", "accumulate_promotion_points"),
            ("AdjustPoints", "AdjustPoints", "adjust_points"),
            ("CreateReward", "CreateReward", "create_reward"),
            ("DeleteReward", "DeleteReward", "delete_reward"),
            ("ExpirePoints", "ExpirePoints", "expire_points"),
            ("Other", "Other", "other_event"),
            ("RedeemReward", "RedeemReward", "redeem_reward"),
        )
    },
}
# What of an answer is shown in another way than as a field of the object it is about.
LEFT_OUT = {
    "errors": "as user errors or errors of the field",
    "cursor": "inside the cursors of the connection",
    "count": "as totalCount of the connection",
    "customer_id": "of a bulk upsert: known from the request",
}


def paths_of(*names: str) -> set[str]:
    types = {definition.name: definition for definition in objects()}
    found = {field.metadata.get(WIRE, field.python_name) for name in names for field in types[name].fields}
    if names == ("LoyaltyEvent",):
        found |= paths_of(*(places[0] for schema, (places, _) in PLACES.items() if schema.startswith("LoyaltyEvent")))
    return found


def reached(document: dict[str, Any]) -> dict[str, Any]:
    """The object schemas that an answer can hold, deprecated properties left out."""
    schemas = document["components"]["schemas"]
    waiting = [
        operation["responses"]["200"]["content"]["application/json"]["schema"]
        for methods in document["paths"].values()
        for operation in methods.values()
    ]
    found: dict[str, Any] = {}
    while waiting:
        schema = waiting.pop()
        name = schema.get("$ref", "").rpartition("/")[2]
        if name and name not in found:
            properties = schemas[name].get("properties", {})
            found[name] = {
                key: each for key, each in properties.items() if each.get("x-release-status") != "DEPRECATED"
            }
            waiting += found[name].values()
            waiting += [each for each in [schemas[name].get("additionalProperties")] if isinstance(each, dict)]
        waiting += [each for key in ("items", "additionalProperties") if isinstance(each := schema.get(key), dict)]
        waiting += schema.get("allOf", [])
    return {name: properties for name, properties in found.items() if properties}


def test_every_field_of_squares_answers_is_in_the_graph() -> None:
    shown = {definition.name for definition in objects()}
    unders = {part for row in REGISTRY.endpoints for part in row.under.split(".")}
    missing = []
    found = reached(load())
    for name, properties in found.items():
        if name == "Error":
            continue
        types, place = PLACES.get(name, ((name,), ""))
        if name.endswith("Response") and name != "CalculateLoyaltyPointsResponse":
            missing += [f"{name}.{key}" for key in properties if key not in unders and key not in LEFT_OUT]
            continue
        types = ("CalculatedLoyaltyPoints",) if name == "CalculateLoyaltyPointsResponse" else types
        assert set(types) <= shown, name
        paths = paths_of(*types)
        for key in properties:
            path = f"{place}{key}"
            if key != "errors" and not any(each == path or each.startswith(f"{path}.") for each in paths):
                missing.append(f"{name}.{key}")

    assert missing == []
    assert len(found) > 80
