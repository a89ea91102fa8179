"""The custom attribute operations through Square's official client."""

from __future__ import annotations

import pytest
from square import AsyncSquare
from square.core.api_error import ApiError

STRING = {"$ref": "https://developer-production-s.squarecdn.com/schemas/v1/common.json#squareup.common.String"}


async def define(square: AsyncSquare, key: str) -> None:
    await square.customers.custom_attribute_definitions.create(
        custom_attribute_definition={
            "key": key,
            "name": key.title(),
            "description": "A field of the tests",
            "visibility": "VISIBILITY_READ_WRITE_VALUES",
            "schema": STRING,
        },
        idempotency_key=f"define-{key}",
    )


async def test_create_get_list_update_and_delete_a_definition(square: AsyncSquare) -> None:
    definitions = square.customers.custom_attribute_definitions
    await define(square, "drink")

    got = (await definitions.get(key="drink")).custom_attribute_definition
    changed = (
        await definitions.update(key="drink", custom_attribute_definition={"name": "Beverage", "version": 1})
    ).custom_attribute_definition
    listed = [each.key async for each in await definitions.list()]
    await definitions.delete(key="drink")
    again = await definitions.delete(key="drink")

    assert (got.version, got.schema_ or got.schema) == (1, STRING)
    assert (changed.name, changed.version) == ("Beverage", 2)
    assert listed == ["drink"]
    assert again.errors is None


async def test_upsert_get_list_and_delete_a_value(square: AsyncSquare) -> None:
    await define(square, "drink")
    id = (await square.customers.create(given_name="Amelia")).customer.id
    attributes = square.customers.custom_attributes

    put = await attributes.upsert(customer_id=id, key="drink", custom_attribute={"value": "Tea"})
    again = await attributes.upsert(customer_id=id, key="drink", custom_attribute={"value": "Coffee", "version": 1})
    got = await attributes.get(customer_id=id, key="drink", with_definition=True)
    listed = [each.value async for each in await attributes.list(customer_id=id, with_definitions=True)]
    await attributes.delete(customer_id=id, key="drink")
    with pytest.raises(ApiError) as gone:
        await attributes.get(customer_id=id, key="drink")

    assert put.custom_attribute.version == 1
    assert again.custom_attribute.version == 2
    assert got.custom_attribute.definition.name == "Drink"
    assert listed == ["Coffee"]
    assert gone.value.status_code == 404


async def test_bulk_upsert_answers_each_item(square: AsyncSquare) -> None:
    await define(square, "drink")
    id = (await square.customers.create(given_name="Amelia")).customer.id

    answer = await square.customers.custom_attribute_definitions.batch_upsert(
        values={
            "one": {"customer_id": id, "custom_attribute": {"key": "drink", "value": "Tea"}},
            "two": {"customer_id": "NOBODY", "custom_attribute": {"key": "drink", "value": "Tea"}},
        }
    )

    assert answer.values["one"].custom_attribute.value == "Tea"
    assert answer.values["two"].errors
