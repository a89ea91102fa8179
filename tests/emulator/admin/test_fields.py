from __future__ import annotations

import pytest

from tests.emulator.attributes import DEFINITIONS, READ_WRITE, customer, define, done
from tests.emulator.dashboard import FIELDS, at, refused


async def test_a_custom_field_is_seen_by_every_application_and_changed_by_its_seller_alone(emulator):
    given = {"type": "Selection", "name": "Cup", "options": ["Paper", "Glass"]}
    made = (await at(emulator, "POST", FIELDS, given))["custom_attribute_definition"]
    key = made["key"]
    changed = (await at(emulator, "POST", FIELDS, {"key": key, "name": "Mug", "options": ["Glass", "Tin"]}))[
        "custom_attribute_definition"
    ]

    ada = await customer(emulator)
    for token in ("test-token", "second-app-token"):
        seen = await done(emulator.call("GET", f"{DEFINITIONS}/{key}", token=token))
        assert seen["custom_attribute_definition"] == changed
        value = {"custom_attribute": {"value": changed["schema"]["items"]["enum"][:1]}}
        await done(emulator.call("POST", f"/v2/customers/{ada}/custom-attributes/{key}", value, token=token))
        assert (await emulator.call("DELETE", f"{DEFINITIONS}/{key}", token=token))[0] == 403
    assert key.startswith("square:")
    assert (made["visibility"], made["version"], changed["version"]) == (READ_WRITE, 1, 2)
    kept = [definition["schema"]["items"]["enum"] for definition in (made, changed)]
    assert (kept[0][1], changed["name"], changed["schema"]["items"]["names"]) == (kept[1][0], "Mug", ["Glass", "Tin"])

    await at(emulator, "DELETE", f"{FIELDS}/{key}")

    assert await emulator.call("GET", DEFINITIONS) == (200, {})
    assert await emulator.call("GET", f"/v2/customers/{ada}/custom-attributes") == (200, {})


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({"name": "x"}, 400, "MISSING_REQUIRED_PARAMETER", "type"),
        ({"type": "String"}, 400, "MISSING_REQUIRED_PARAMETER", "name"),
        ({"type": "Money", "name": "x"}, 400, "INVALID_ENUM_VALUE", "type"),
        ({"type": "Selection", "name": "x"}, 400, "MISSING_REQUIRED_PARAMETER", "options"),
        ({"type": "Selection", "name": "x", "options": ["A", "A"]}, 400, "BAD_REQUEST", "options"),
        ({"type": "Date", "name": "x", "options": ["A"]}, 400, "CONFLICTING_PARAMETERS", "options"),
        ({"type": "Date", "name": "Taken"}, 400, "BAD_REQUEST", "name"),
        ({"key": "square:unknown", "name": "x"}, 404, "NOT_FOUND", None),
        ({"key": "sq0idp-demo-app:mine", "name": "x"}, 404, "NOT_FOUND", None),
    ],
)
async def test_a_custom_field_that_cannot_be_is_refused_by_what_is_wrong(emulator, body, status, code, field):
    await define(emulator, "mine", visibility=READ_WRITE, name="Taken")

    assert await refused(emulator, "POST", FIELDS, body) == (status, code, field)
