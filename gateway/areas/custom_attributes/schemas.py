"""Square's JSON schemas of custom attributes: which data type one means, its options, and how to write one.

The data types of customer attributes are listed at
https://developer.squareup.com/docs/customer-custom-attributes-api/custom-attribute-definitions#specify-schema.
Checks no value and does no I/O.
"""

import re
from collections.abc import Sequence
from enum import Enum
from typing import Any
from uuid import uuid4

import strawberry

from gateway.graph.schema.same_values import same_json

_HOST = "https://developer-production-s.squarecdn.com"
_COMMON = f"{_HOST}/schemas/v1/common.json#squareup.common."
_SELECTION = f"{_HOST}/meta-schemas/v1/selection.json"
# The host differs between Square's environments, so only the path counts when reading.
_REFERENCE = re.compile(r"https://[^/#]+/schemas/v\d+/common\.json#squareup\.common\.(\w+)")
_META = re.compile(r"https://[^/#]+/meta-schemas/v\d+/selection\.json")


@strawberry.enum(description="What kind of value a custom attribute holds.")
class CustomAttributeDataType(Enum):
    UNKNOWN = strawberry.enum_value("UNKNOWN", description="A kind that this graph does not know yet.")
    STRING = strawberry.enum_value("STRING", description="Any text.")
    EMAIL = strawberry.enum_value("EMAIL", description="An e-mail address.")
    PHONE_NUMBER = strawberry.enum_value("PHONE_NUMBER", description="A phone number in E.164 form.")
    ADDRESS = strawberry.enum_value("ADDRESS", description="A postal address.")
    DATE = strawberry.enum_value("DATE", description="A calendar day.")
    BOOLEAN = strawberry.enum_value("BOOLEAN", description="True or false.")
    NUMBER = strawberry.enum_value("NUMBER", description="A whole or decimal number.")
    SELECTION = strawberry.enum_value("SELECTION", description="One or more of the options that the definition names.")


_TYPES = {
    "String": CustomAttributeDataType.STRING,
    "Email": CustomAttributeDataType.EMAIL,
    "PhoneNumber": CustomAttributeDataType.PHONE_NUMBER,
    "Address": CustomAttributeDataType.ADDRESS,
    "Date": CustomAttributeDataType.DATE,
    "Boolean": CustomAttributeDataType.BOOLEAN,
    "Number": CustomAttributeDataType.NUMBER,
}
_NAMES = {kind: name for name, kind in _TYPES.items()}


def data_type_of(schema: Any) -> CustomAttributeDataType:
    """The data type that a schema stands for; UNKNOWN for one that is none of Square's."""
    if not isinstance(schema, dict):
        return CustomAttributeDataType.UNKNOWN
    meta, reference = schema.get("$schema"), schema.get("$ref")
    if isinstance(meta, str) and _META.fullmatch(meta):
        return CustomAttributeDataType.SELECTION
    match = _REFERENCE.fullmatch(reference) if isinstance(reference, str) else None
    return _TYPES.get(match[1], CustomAttributeDataType.UNKNOWN) if match else CustomAttributeDataType.UNKNOWN


def options_of(schema: Any) -> list[tuple[str, str | None]]:
    """The id and the name of each option of a Selection, in Square's order; empty for any other schema.

    An option for which the schema has no name keeps its id.
    """
    items = schema.get("items") if isinstance(schema, dict) else None
    if not isinstance(items, dict):
        return []
    ids, names = items.get("enum"), items.get("names")
    if not isinstance(ids, list) or not isinstance(names, list):
        return []
    named = zip(ids, [*names, *[None] * len(ids)], strict=False)
    return [(each, name if isinstance(name, str) else None) for each, name in named if isinstance(each, str)]


def simple_schema(kind: CustomAttributeDataType) -> dict[str, Any]:
    """The schema of any data type but SELECTION."""
    return {"$ref": f"{_COMMON}{_NAMES[kind]}"}


def selection_schema(names: Sequence[str], max_selections: int) -> dict[str, Any]:
    """The schema of a Selection, of whose options a value may have `max_selections`. Square makes the ids."""
    return {
        "$schema": _SELECTION,
        "type": "array",
        "uniqueItems": True,
        "maxItems": max_selections,
        "items": {"names": list(names)},
    }


def changed_selection(
    schema: dict[str, Any], options: Sequence[tuple[str | None, str]] | None, max_selections: int | None
) -> dict[str, Any]:
    """A Selection's schema with other options (id or None, and name) or another limit; None keeps what there is.

    An option without an id keeps the id of the option that has its name now.
    """
    changed = {**schema} if max_selections is None else {**schema, "maxItems": max_selections}
    if options is None:
        return changed
    known = {name: each for each, name in options_of(schema)}
    items = {"names": [name for _, name in options]}
    if any(each for each, _ in options):
        # Names and ids go by position. A new option needs some id in its place; Square gives it one of its own.
        items["enum"] = [each or known.get(name) or str(uuid4()) for each, name in options]
    return {**changed, "items": items}


def same_schema(sent: Any, found: Any) -> bool:
    """Whether a new definition has the schema that was sent: its data type, and of a Selection what is chosen from."""
    if not isinstance(sent, dict) or not isinstance(found, dict):
        return True
    kind = data_type_of(sent)
    if kind is not data_type_of(found):
        return False
    if kind is CustomAttributeDataType.SELECTION:
        return same_selection(sent, found)
    # Of a data type that is known, there is no more to tell.
    return kind is not CustomAttributeDataType.UNKNOWN or all(
        same_json(each, found.get(name)) for name, each in sent.items()
    )


def same_selection(sent: dict[str, Any], found: Any) -> bool:
    """Whether a schema has the limit and the names of the options that were sent, as far as any were."""
    if not isinstance(found, dict):
        return True
    limit, items, listed = sent.get("maxItems"), sent.get("items"), found.get("items")
    if limit is not None and not same_json(limit, found.get("maxItems")):
        return False
    # The ids of new options are Square's own.
    return items is None or (
        isinstance(items, dict) and isinstance(listed, dict) and same_json(items.get("names"), listed.get("names"))
    )
