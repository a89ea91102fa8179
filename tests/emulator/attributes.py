"""Schemas, requests and answers that several tests of custom attributes share."""

from __future__ import annotations

from typing import Any

DEFINITIONS = "/v2/customers/custom-attribute-definitions"
HIDDEN, READ_ONLY, READ_WRITE = "VISIBILITY_HIDDEN", "VISIBILITY_READ_ONLY", "VISIBILITY_READ_WRITE_VALUES"
OWNER, OTHER = "sq0idp-demo-app", "second-app-token"


def schema(data_type: str) -> dict[str, Any]:
    host = "https://developer-production-s.squarecdn.com"
    return {"$ref": f"{host}/schemas/v1/common.json#squareup.common.{data_type}"}


def selection(*names: str, most: int = 2) -> dict[str, Any]:
    return {
        "$schema": "https://developer-production-s.squarecdn.com/meta-schemas/v1/selection.json",
        "type": "array",
        "uniqueItems": True,
        "maxItems": most,
        "items": {"names": list(names)},
    }


async def refused(answer: Any, status: int, code: str, field: str | None = None) -> dict[str, Any]:
    """The one error of an answer, after checking its status, code and field."""
    actual, body = await answer
    error: dict[str, Any] = body["errors"][0]

    assert (actual, error["code"], error.get("field")) == (status, code, field)
    return error


async def done(answer: Any) -> dict[str, Any]:
    """The body of a successful answer."""
    status, body = await answer

    assert status == 200, body
    return body


async def customer(emulator: Any, **data: Any) -> str:
    body = await done(emulator.call("POST", "/v2/customers", {"given_name": "Ada", **data}))
    identifier: str = body["customer"]["id"]
    return identifier


async def define(
    emulator: Any, key: str, kind: Any = "String", token: str = "test-token", **more: Any
) -> dict[str, Any]:
    """A new definition; one that is not hidden gets a name and a description unless given."""
    if more.get("visibility", HIDDEN) != HIDDEN:
        more = {"name": f"Name of {key}", "description": "For tests", **more}
    body = {"key": key, "schema": schema(kind) if isinstance(kind, str) else kind, **more}
    answer = await done(emulator.call("POST", DEFINITIONS, {"custom_attribute_definition": body}, token=token))
    made: dict[str, Any] = answer["custom_attribute_definition"]
    return made


async def put(emulator: Any, customer_id: str, key: str, value: Any, /, **more: Any) -> dict[str, Any]:
    answer = await done(set_value(emulator, customer_id, key, value, **more))
    attribute: dict[str, Any] = answer["custom_attribute"]
    return attribute


def set_value(emulator: Any, customer_id: str, key: str, value: Any, /, token: str = "test-token", **more: Any) -> Any:
    """The unchecked answer, to be awaited, of an upsert."""
    path = f"/v2/customers/{customer_id}/custom-attributes/{key}"
    return emulator.call("POST", path, {"custom_attribute": {"value": value, **more}}, token=token)
