from __future__ import annotations

import pytest

from tests.emulator.attributes import (
    DEFINITIONS,
    HIDDEN,
    OTHER,
    OWNER,
    READ_ONLY,
    READ_WRITE,
    customer,
    define,
    done,
    put,
    refused,
    schema,
    set_value,
)

QUALIFIED = f"{OWNER}:movie"


@pytest.fixture
async def ada(emulator):
    return await customer(emulator)


async def forbidden(answer):
    await refused(answer, 403, "FORBIDDEN")


async def absent(answer):
    await refused(answer, 404, "NOT_FOUND")


async def keys(emulator, path, name):
    body = await done(emulator.call("GET", path, token=OTHER))
    return [each["key"] for each in body.get(name, [])]


async def test_a_hidden_definition_and_its_values_do_not_exist_for_others(emulator, ada):
    await define(emulator, "movie", visibility=HIDDEN)
    await put(emulator, ada, "movie", "Dune")
    path = f"/v2/customers/{ada}/custom-attributes"

    await absent(emulator.call("GET", f"{DEFINITIONS}/{QUALIFIED}", token=OTHER))
    await absent(emulator.call("PUT", f"{DEFINITIONS}/{QUALIFIED}", {"custom_attribute_definition": {}}, token=OTHER))
    await absent(emulator.call("GET", f"{path}/{QUALIFIED}", token=OTHER))
    await absent(emulator.call("DELETE", f"{path}/{QUALIFIED}", token=OTHER))
    await absent(set_value(emulator, ada, QUALIFIED, "Alien", token=OTHER))
    assert await keys(emulator, DEFINITIONS, "custom_attribute_definitions") == []
    assert await keys(emulator, path, "custom_attributes") == []
    assert await done(emulator.call("DELETE", f"{DEFINITIONS}/{QUALIFIED}", token=OTHER)) == {}
    assert (await done(emulator.call("GET", f"{path}/movie")))["custom_attribute"]["value"] == "Dune"


@pytest.mark.parametrize("visibility", [READ_ONLY, READ_WRITE])
async def test_a_visible_definition_and_its_values_are_read_by_the_qualified_key(emulator, ada, visibility):
    made = await define(emulator, "movie", visibility=visibility)
    value = await put(emulator, ada, "movie", "Dune")
    path = f"/v2/customers/{ada}/custom-attributes"

    definition = await done(emulator.call("GET", f"{DEFINITIONS}/{QUALIFIED}", token=OTHER))
    attribute = await done(emulator.call("GET", f"{path}/{QUALIFIED}", token=OTHER, with_definition=True))

    assert definition["custom_attribute_definition"] == {**made, "key": QUALIFIED}
    assert attribute["custom_attribute"] == {**value, "key": QUALIFIED, "definition": {**made, "key": QUALIFIED}}
    assert await keys(emulator, DEFINITIONS, "custom_attribute_definitions") == [QUALIFIED]
    assert await keys(emulator, path, "custom_attributes") == [QUALIFIED]
    await absent(emulator.call("GET", f"{DEFINITIONS}/movie", token=OTHER))
    await absent(emulator.call("GET", f"{path}/movie", token=OTHER))


@pytest.mark.parametrize("visibility", [READ_ONLY, READ_WRITE])
async def test_only_the_owner_changes_or_deletes_a_definition(emulator, visibility):
    await define(emulator, "movie", visibility=visibility)
    path = f"{DEFINITIONS}/{QUALIFIED}"

    await forbidden(emulator.call("PUT", path, {"custom_attribute_definition": {"name": "Mine"}}, token=OTHER))
    await forbidden(emulator.call("DELETE", path, token=OTHER))
    assert await done(emulator.call("DELETE", path)) == {}
    await absent(emulator.call("GET", f"{DEFINITIONS}/movie"))


async def test_read_only_values_are_written_by_the_owner_only(emulator, ada):
    await define(emulator, "movie", visibility=READ_ONLY)
    await put(emulator, ada, QUALIFIED, "Dune")

    await forbidden(set_value(emulator, ada, QUALIFIED, "Alien", token=OTHER))
    await forbidden(emulator.call("DELETE", f"/v2/customers/{ada}/custom-attributes/{QUALIFIED}", token=OTHER))
    body = {"values": {"a": {"customer_id": ada, "custom_attribute": {"key": QUALIFIED, "value": "Alien"}}}}
    path = "/v2/customers/custom-attributes/bulk-upsert"
    items = (await done(emulator.call("POST", path, body, token=OTHER)))["values"]
    assert items["a"]["errors"][0]["code"] == "FORBIDDEN"


async def test_read_write_values_are_written_and_deleted_by_others(emulator, ada):
    await define(emulator, "movie", visibility=READ_WRITE)
    path = f"/v2/customers/{ada}/custom-attributes"

    written = await put(emulator, ada, QUALIFIED, "Dune", token=OTHER, key=QUALIFIED)

    assert written["key"] == QUALIFIED
    own = (await done(emulator.call("GET", f"{path}/movie")))["custom_attribute"]
    assert own == {**written, "key": "movie"}
    assert await done(emulator.call("DELETE", f"{path}/{QUALIFIED}", token=OTHER)) == {}
    await absent(emulator.call("GET", f"{path}/movie"))


async def test_a_change_of_visibility_reaches_the_values_at_once(emulator, ada):
    await define(emulator, "movie", name="Movie", description="Favourite")
    made = await put(emulator, ada, "movie", "Dune")
    body = {"custom_attribute_definition": {"visibility": READ_ONLY}}

    await done(emulator.call("PUT", f"{DEFINITIONS}/movie", body))

    path = f"/v2/customers/{ada}/custom-attributes/{QUALIFIED}"
    seen = (await done(emulator.call("GET", path, token=OTHER)))["custom_attribute"]
    assert seen == {**made, "key": QUALIFIED, "visibility": READ_ONLY}


async def test_becoming_visible_must_not_duplicate_a_visible_name(emulator):
    await define(emulator, "movie", name="Movie", description="Favourite")
    await define(emulator, "film", visibility=READ_ONLY, name="Movie", token=OTHER)
    path = f"{DEFINITIONS}/movie"

    await done(emulator.call("PUT", path, {"custom_attribute_definition": {"description": "Seen"}}))
    answer = emulator.call("PUT", path, {"custom_attribute_definition": {"visibility": READ_ONLY}})
    await refused(answer, 400, "BAD_REQUEST", "custom_attribute_definition.name")


async def test_two_applications_use_the_same_simple_key_side_by_side(emulator, ada):
    await define(emulator, "movie", visibility=READ_ONLY, name="First")
    await define(emulator, "movie", "Number", visibility=READ_ONLY, name="Second", token=OTHER)
    await put(emulator, ada, "movie", "Dune")
    await put(emulator, ada, "movie", "5", token=OTHER)

    path = f"/v2/customers/{ada}/custom-attributes"
    body = await done(emulator.call("GET", path, token=OTHER))

    found = {each["key"]: each["value"] for each in body["custom_attributes"]}
    assert found == {"movie": "5", QUALIFIED: "Dune"}


async def test_a_sellers_attributes_are_invisible_to_another_seller(emulator, ada):
    await define(emulator, "movie", visibility=READ_WRITE)
    await put(emulator, ada, "movie", "Dune")
    token = "second-seller-token"

    assert await done(emulator.call("GET", DEFINITIONS, token=token)) == {}
    await absent(emulator.call("GET", f"{DEFINITIONS}/movie", token=token))
    await absent(emulator.call("GET", f"/v2/customers/{ada}/custom-attributes", token=token))
    await absent(set_value(emulator, ada, "movie", "Alien", token=token))


async def test_a_percent_encoded_qualified_key_is_the_same_key(emulator):
    await define(emulator, "movie", visibility=READ_ONLY)

    response = await emulator.send(
        "GET", f"{DEFINITIONS}/{OWNER}%3Amovie", headers={"Authorization": f"Bearer {OTHER}"}
    )

    assert response.status == 200
    assert (await response.json())["custom_attribute_definition"]["schema"] == schema("String")
