"""The schemas of custom attribute definitions: which data type one means, and Selection's options.

The eight types that customer attributes have are listed at
https://developer.squareup.com/docs/customer-custom-attributes-api/custom-attribute-definitions#specify-schema.
No values are checked here and nothing is stored.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from typing import Any

from gateway.emulator.api.routes import Json
from gateway.emulator.errors import SquareFault, chosen

STRING = "String"
EMAIL = "Email"
PHONE_NUMBER = "PhoneNumber"
ADDRESS = "Address"
DATE = "Date"
BOOLEAN = "Boolean"
NUMBER = "Number"
SELECTION = "Selection"

FIELD = "custom_attribute_definition.schema"

_HOST = "https://developer-production-s.squarecdn.com"

_SIMPLE = frozenset({STRING, EMAIL, PHONE_NUMBER, ADDRESS, DATE, BOOLEAN, NUMBER})
_COMMON = re.compile(r"https://[a-z0-9-]+\.squarecdn\.com/schemas/v1/common\.json#squareup\.common\.(\w+)")
_SELECTION = re.compile(r"https://[a-z0-9-]+\.squarecdn\.com/meta-schemas/v1/selection\.json")
_SELECTION_FIELDS = frozenset({"$schema", "type", "uniqueItems", "maxItems", "items"})


def simple(kind: str) -> Json:
    """The schema of a data type that is no Selection."""
    return {"$ref": f"{_HOST}/schemas/v1/common.json#squareup.common.{kind}"}


def selection(names: Sequence[str], enum: Sequence[str], *, most: int) -> Json:
    """The schema of a Selection of at most so many options, with their display names and UUIDs."""
    return {
        "$schema": f"{_HOST}/meta-schemas/v1/selection.json",
        "type": "array",
        "uniqueItems": True,
        "maxItems": most,
        "items": {"names": list(names), "enum": list(enum)},
    }


def _unsupported(detail: str, field: str = FIELD) -> SquareFault:
    return chosen("unsupported_schema", detail, field)


def data_type(schema: Json) -> str:
    """The data type that a schema stands for. Raises 400 for any that customer attributes lack."""
    if "$schema" in schema:
        _check_selection(schema)
        return SELECTION
    reference = schema.get("$ref")
    match = _COMMON.fullmatch(reference) if isinstance(reference, str) else None
    if match is None or match[1] not in _SIMPLE or len(schema) > 1:
        raise _unsupported("The schema is not supported for customer custom attributes.")
    return match[1]


def _check_selection(schema: Json) -> None:
    meta, items, most = schema["$schema"], schema.get("items"), schema.get("maxItems")
    if not isinstance(meta, str) or not _SELECTION.fullmatch(meta) or schema.keys() - _SELECTION_FIELDS:
        raise _unsupported("The schema is not supported for customer custom attributes.")
    if schema.get("type") != "array" or schema.get("uniqueItems") is not True:
        raise _unsupported("A Selection is an array of unique items.")
    if isinstance(most, bool) or not isinstance(most, int) or most < 1:
        raise _unsupported("A Selection allows at least one item.", f"{FIELD}.maxItems")
    names = items.get("names") if isinstance(items, dict) else None
    if not _are_texts(names) or not names or not all(names) or len(set(names)) < len(names):
        raise _unsupported("The names of a Selection must be unique strings.", f"{FIELD}.items.names")


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def with_options(schema: Json, previous: Json | None = None) -> Json:
    """A checked Selection schema with `items.enum`: one UUID for each name, in the names' order.

    Args:
        schema: What the caller sent. An `enum` in it counts only for renaming: a name that is new
            takes the UUID at its position when that belongs to the `previous` schema and is free.
        previous: The schema that is being replaced; the names that stay keep their UUIDs.

    """
    names: list[str] = schema["items"]["names"]
    known = options(previous) if previous else {}
    sent = schema["items"].get("enum")
    proposed = sent if _are_texts(sent) and len(sent) == len(names) else [""] * len(names)
    free = set(known.values()) - {known[name] for name in names if name in known}
    enum: list[str] = []
    for name, proposal in zip(names, proposed, strict=True):
        if name in known:
            enum.append(known[name])
        elif proposal in free:
            free.remove(proposal)
            enum.append(proposal)
        else:
            enum.append(str(uuid.uuid4()))
    return {**schema, "items": {**schema["items"], "names": names, "enum": enum}}


def options(schema: Json) -> dict[str, str]:
    """The UUID of each display name of a stored Selection schema."""
    return dict(zip(schema["items"]["names"], schema["items"]["enum"], strict=True))
