"""Custom fields that a seller defines for its customers. No application owns them, and all may write their values.

Square describes them with custom attributes
(https://developer.squareup.com/docs/customer-custom-attributes-api/custom-attribute-definitions): their key is
`square:<uuid>` and their visibility VISIBILITY_READ_WRITE_VALUES.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from gateway.emulator.api.routes import Json, Request
from gateway.emulator.errors import SquareFault, chosen, missing, not_found
from gateway.emulator.rules.custom_attributes import attribute_schemas as schemas
from gateway.emulator.rules.custom_attributes import definition_changes, definitions
from gateway.emulator.rules.custom_attributes.definition_visibility import (
    READ_WRITE_VALUES,
    SELLER,
    Definition,
    find,
)
from gateway.emulator.validation.shapes import Array, Integer, Object, String, choice

_TYPES = (
    schemas.STRING,
    schemas.EMAIL,
    schemas.PHONE_NUMBER,
    schemas.ADDRESS,
    schemas.DATE,
    schemas.BOOLEAN,
    schemas.NUMBER,
    schemas.SELECTION,
)
SHAPE = Object(
    {
        "key": String(min=1),
        "type": choice(*_TYPES),
        "name": String(min=1, max=255),
        "description": String(max=255),
        "options": Array(String(min=1, max=255), min=1, max=100),
        "max_selections": Integer(min=1),
    }
)
_FIELD = f"{definition_changes.FIELD}."
_SHOWN = {"schema": "type", "schema.items.names": "options", "schema.maxItems": "max_selections"}


def put(request: Request) -> Json:
    """Define a field, or change the one with that `key` (`square:<uuid>`): its name, description or options.

    Raises 400 with the field that is wrong, and 404 for no such key.
    """
    given = {name: value for name, value in request.body.items() if value is not None}
    known = _known(request, given["key"]) if "key" in given else None
    if known is None:
        for name in ("type", "name"):
            if name not in given:
                raise missing(name)
    elif given.get("type", known.data_type) != known.data_type:
        raise chosen("immutable_field", "The type of a field cannot change.", "type")
    kind = known.data_type if known else given["type"]
    body: Json = {name: given[name] for name in ("name", "description") if name in given}
    schema = _schema(kind, given, known)
    if schema is not None:
        body["schema"] = schema
    try:
        if known is None:
            body = {"description": given["name"], "visibility": READ_WRITE_VALUES, **body, "key": str(uuid.uuid4())}
            made = definition_changes.create(_about(request, body))
        else:
            made = definition_changes.update(_about(request, body, known.key))
    except SquareFault as fault:
        raise _in_our_words(fault) from fault
    definition = made[definition_changes.FIELD]
    return {definition_changes.FIELD: {**definition, "key": f"{SELLER}:{definition['key']}"}}


def delete(request: Request) -> Json:
    """Remove a field and its values on every customer. Raises 404 for no such key."""
    known = _known(request, request.path["key"])
    return definitions.delete(_about(request, {}, known.key))


def _known(request: Request, key: str) -> Definition:
    found = find(request, key)
    if found is None or found.application != SELLER:
        raise not_found("Custom field", key)
    return found


def _schema(kind: str, given: Json, known: Definition | None) -> Json | None:
    """The schema to send; None for one that stays as it is."""
    choices = [name for name in ("options", "max_selections") if name in given]
    if kind != schemas.SELECTION:
        if choices:
            raise chosen("conflicting_parameters", "Only a Selection has options.", choices[0])
        return schemas.simple(kind)
    old: Json = known.doc["schema"] if known else {"items": {"names": None}, "maxItems": 1}
    names = given.get("options") or old["items"]["names"]
    if names is None:
        raise missing("options")
    most: int = given.get("max_selections") or old["maxItems"]
    return {**schemas.selection(names, (), most=most), "items": {"names": names}}


def _about(request: Request, body: Json, key: str | None = None) -> Request:
    path = {} if key is None else {"key": key}
    return replace(request, path=path, body={definition_changes.FIELD: body})


def _in_our_words(fault: SquareFault) -> SquareFault:
    error: dict[str, Any] = fault.errors[0]
    field = str(error.get("field", "")).removeprefix(_FIELD)
    return SquareFault(fault.status, error["code"], error.get("detail", ""), _SHOWN.get(field, field))
