from __future__ import annotations

import pytest

from tests.emulator.attributes import (
    DEFINITIONS,
    HIDDEN,
    READ_ONLY,
    READ_WRITE,
    customer,
    define,
    done,
    put,
    refused,
    schema,
    selection,
)

FIELD = "custom_attribute_definition"


def creation(emulator, **data):
    return emulator.call("POST", DEFINITIONS, {FIELD: {"key": "movie", "schema": schema("String"), **data}})


def change(emulator, key, /, **data):
    return emulator.call("PUT", f"{DEFINITIONS}/{key}", {FIELD: data})


async def test_a_new_definition_is_hidden_and_of_version_1(emulator):
    made = await define(emulator, "movie")

    assert made.pop("created_at") == made.pop("updated_at")
    assert made == {"key": "movie", "schema": schema("String"), "visibility": HIDDEN, "version": 1}


@pytest.mark.parametrize("kind", ["String", "Email", "PhoneNumber", "Address", "Date", "Boolean", "Number"])
async def test_the_schema_comes_back_unchanged(emulator, kind):
    made = await define(emulator, "movie", kind)

    assert made["schema"] == schema(kind)


@pytest.mark.parametrize("data", [{"key": None}, {"schema": None}])
async def test_key_and_schema_are_required(emulator, data):
    await refused(creation(emulator, **data), 400, "MISSING_REQUIRED_PARAMETER", f"{FIELD}.{next(iter(data))}")


@pytest.mark.parametrize("key", ["a b", "app:key", "x" * 61, "naïve"])
async def test_a_key_has_up_to_60_plain_characters(emulator, key):
    await refused(creation(emulator, key=key), 400, "VALUE_REGEX_MISMATCH", f"{FIELD}.key")
    await define(emulator, "A-z.0_" + "x" * 54)


async def test_a_key_is_unique_within_its_application_and_seller(emulator):
    await define(emulator, "movie")

    await refused(creation(emulator), 400, "BAD_REQUEST", f"{FIELD}.key")
    await define(emulator, "movie", token="second-app-token")
    await define(emulator, "movie", token="second-seller-token")


@pytest.mark.parametrize(
    "unsupported",
    [
        schema("DateTime"),
        schema("Duration"),
        {},
        {"$ref": 5},
        {"$ref": "https://example.com/common.json#squareup.common.String"},
        {**schema("String"), "maxLength": 3},
        {"type": "string"},
        {**selection("A"), "$schema": "https://example.com/selection.json"},
        {**selection("A"), "minItems": 1},
        {**selection("A"), "type": "object"},
        {**selection("A"), "uniqueItems": False},
    ],
)
async def test_other_schemas_are_refused(emulator, unsupported):
    await refused(creation(emulator, schema=unsupported), 400, "BAD_REQUEST", f"{FIELD}.schema")


@pytest.mark.parametrize("most", [0, True, "1", None])
async def test_a_selection_allows_at_least_one_item(emulator, most):
    answer = creation(emulator, schema={**selection("A"), "maxItems": most})

    await refused(answer, 400, "BAD_REQUEST", f"{FIELD}.schema.maxItems")


@pytest.mark.parametrize("items", [None, {}, {"names": []}, {"names": ["A", "A"]}, {"names": [1]}, {"names": [""]}])
async def test_a_selection_has_unique_names(emulator, items):
    answer = creation(emulator, schema={**selection("A"), "items": items})

    await refused(answer, 400, "BAD_REQUEST", f"{FIELD}.schema.items.names")


async def test_a_selection_answers_one_uuid_per_name(emulator):
    made = await define(emulator, "sizes", selection("Small", "Large"))
    enum = made["schema"]["items"].pop("enum")

    assert made["schema"] == selection("Small", "Large")
    assert [len(each) for each in enum] == [36, 36]
    assert enum[0] != enum[1]


@pytest.mark.parametrize("visibility", [READ_ONLY, READ_WRITE])
@pytest.mark.parametrize("field", ["name", "description"])
async def test_a_visible_definition_needs_name_and_description(emulator, visibility, field):
    data = {"visibility": visibility, "name": "Movie", "description": "Favourite", field: None}

    await refused(creation(emulator, **data), 400, "MISSING_REQUIRED_PARAMETER", f"{FIELD}.{field}")


async def test_names_are_unique_and_case_sensitive_among_what_the_caller_sees(emulator):
    await define(emulator, "one", visibility=READ_ONLY, name="Movie", token="second-app-token")
    await define(emulator, "two", name="Book", token="second-app-token")

    await refused(creation(emulator, name="Movie"), 400, "BAD_REQUEST", f"{FIELD}.name")
    await define(emulator, "three", name="movie")
    await define(emulator, "four", name="Book")
    await refused(change(emulator, "four", name="movie"), 400, "BAD_REQUEST", f"{FIELD}.name")
    await define(emulator, "one", name="Movie", token="second-seller-token")


@pytest.mark.parametrize("field", ["name", "description"])
async def test_texts_have_at_most_255_characters(emulator, field):
    await refused(creation(emulator, **{field: "x" * 256}), 400, "VALUE_TOO_LONG", f"{FIELD}.{field}")


async def test_an_application_has_at_most_100_definitions_per_seller(emulator):
    for number in range(100):
        await define(emulator, f"key{number}")

    await refused(creation(emulator), 400, "BAD_REQUEST", FIELD)
    await define(emulator, "movie", token="second-app-token")


async def test_a_repeated_idempotency_key_answers_the_first_definition(emulator):
    def repeated(key):
        body = {FIELD: {"key": key, "schema": schema("String")}, "idempotency_key": "once"}
        return emulator.call("POST", DEFINITIONS, body)

    first = await done(repeated("movie"))

    assert await done(repeated("other")) == first
    await refused(emulator.call("GET", f"{DEFINITIONS}/other"), 404, "NOT_FOUND")


async def test_an_idempotency_key_has_at_most_45_characters(emulator):
    body = {FIELD: {"key": "movie", "schema": schema("String")}, "idempotency_key": "x" * 46}

    await refused(emulator.call("POST", DEFINITIONS, body), 400, "VALUE_TOO_LONG", "idempotency_key")


async def test_a_read_may_ask_for_a_version_up_to_the_current_one(emulator):
    made = await define(emulator, "movie")

    assert await done(emulator.call("GET", f"{DEFINITIONS}/movie", version=1)) == {FIELD: made}
    assert await done(emulator.call("GET", f"{DEFINITIONS}/movie", version=0)) == {FIELD: made}
    await refused(emulator.call("GET", f"{DEFINITIONS}/movie", version=2), 400, "BAD_REQUEST", "version")


async def test_no_definitions_are_an_empty_object(emulator):
    assert await done(emulator.call("GET", DEFINITIONS)) == {}


async def test_definitions_come_by_key_twenty_at_a_time(emulator):
    for number in reversed(range(21)):
        await define(emulator, f"key{number:02}")

    first = await done(emulator.call("GET", DEFINITIONS))
    second = await done(emulator.call("GET", DEFINITIONS, cursor=first["cursor"]))

    found = [each["key"] for page in (first, second) for each in page["custom_attribute_definitions"]]
    assert found == [f"key{number:02}" for number in range(21)]
    assert len(first["custom_attribute_definitions"]) == 20
    assert "cursor" not in second


@pytest.mark.parametrize(("limit", "code"), [(0, "VALUE_TOO_LOW"), (101, "VALUE_TOO_HIGH")])
async def test_a_limit_is_1_to_100(emulator, limit, code):
    await refused(emulator.call("GET", DEFINITIONS, limit=limit), 400, code, "limit")


async def test_a_foreign_cursor_is_refused(emulator):
    await refused(emulator.call("GET", DEFINITIONS, cursor="bm9uZQ=="), 400, "INVALID_CURSOR", "cursor")


async def test_deleting_a_definition_that_does_not_exist_succeeds(emulator):
    assert await done(emulator.call("DELETE", f"{DEFINITIONS}/movie")) == {}


async def test_deleting_a_definition_deletes_its_values_everywhere(emulator):
    ids = [await customer(emulator) for _ in range(2)]
    await define(emulator, "movie")
    for each in ids:
        await put(emulator, each, "movie", "Dune")

    assert await done(emulator.call("DELETE", f"{DEFINITIONS}/movie")) == {}

    await refused(emulator.call("GET", f"{DEFINITIONS}/movie"), 404, "NOT_FOUND")
    await define(emulator, "movie")
    for each in ids:
        assert await done(emulator.call("GET", f"/v2/customers/{each}/custom-attributes")) == {}
