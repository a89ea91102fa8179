"""Setting many custom attributes at once: split at Square's 25, every value answered in its place."""

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry
from strawberry import Maybe

from gateway.areas.custom_attributes.definition_loaders import (
    MAX_FURTHER_DEFINITIONS,
    known_definitions,
    remembering_definitions,
)
from gateway.areas.custom_attributes.endpoints import BULK_UPSERT_ATTRIBUTES
from gateway.areas.custom_attributes.payloads import (
    BulkUpsertCustomerCustomAttributeResult,
    BulkUpsertCustomerCustomAttributesPayload,
)
from gateway.areas.custom_attributes.types import CustomAttributeDefinition, WireCustomAttribute
from gateway.areas.custom_attributes.value_inputs import MAX_KEY, CustomAttributeValueInput, path_of, wire_value
from gateway.graph.loading.bulk import MAX_CALLS, Item, send_in_parts, size_errors
from gateway.graph.loading.context import Info
from gateway.graph.schema.cost import costs
from gateway.graph.schema.idempotency_key import IdempotencyKey, key_to_send
from gateway.graph.schema.personal_data import PERSONAL
from gateway.graph.schema.scalars import Long
from gateway.graph.schema.user_errors import UserError, ValidationError
from gateway.square.endpoint import Bulk, Call

SIZE = 25
MAX_ITEMS = SIZE * MAX_CALLS
# Each value's own key is the mutation's with the place of the value behind it.
MAX_SHARED_KEY = MAX_KEY - len(f"-{MAX_ITEMS - 1}")


@strawberry.input(description="One value to set.", directives=PERSONAL)
class BulkUpsertCustomerCustomAttributeInput:
    customer_id: strawberry.ID = strawberry.field(description="Square's id of the customer.")
    key: strawberry.ID = strawberry.field(description="The key of the attribute's definition.")
    value: CustomAttributeValueInput = strawberry.field(description="What to set it to.")
    version: Maybe[Long] = strawberry.field(
        description="The expected version: when the value has changed since, it stays as it is."
    )
    idempotency_key: Maybe[str] = strawberry.field(
        description="A key for this value alone, at most 45 characters. Derived from the mutation's when absent."
    )


@strawberry.type
class BulkCustomAttributeMutation:
    @strawberry.mutation(
        directives=PERSONAL,
        description=f"Set up to {MAX_ITEMS} custom attributes of any customers, {SIZE} a call; each is set or refused "
        "on its own. Needs CUSTOMERS_WRITE, and CUSTOMERS_READ to check values against their definitions.",
        metadata=costs(
            "BulkUpsertCustomerCustomAttributes",
            batch=SIZE,
            argument="values",
            before=("ListCustomerCustomAttributeDefinitions",),
            further=MAX_FURTHER_DEFINITIONS,
            kept=True,
        ),
    )
    async def bulk_upsert_customer_custom_attributes(
        self,
        info: Info,
        values: Annotated[
            list[BulkUpsertCustomerCustomAttributeInput],
            strawberry.argument(description="The values, each customer and key once."),
        ],
        idempotency_key: IdempotencyKey = strawberry.UNSET,
    ) -> BulkUpsertCustomerCustomAttributesPayload | None:
        key = key_to_send(idempotency_key, MAX_SHARED_KEY)
        if errors := [*key.errors, *size_errors("values", values, MAX_ITEMS)]:
            return BulkUpsertCustomerCustomAttributesPayload(results=[], idempotency_key=key.value, user_errors=errors)
        definitions = await known_definitions(info.context, [(each.key, each.value) for each in values])
        items = _items(values, definitions, key.value)

        def call(part: Sequence[Item[WireCustomAttribute]]) -> Call[Bulk[WireCustomAttribute]]:
            return BULK_UPSERT_ATTRIBUTES(body={"values": {item.key: item.data for item in part}})

        def renames(item: Item[Any]) -> dict[str, Sequence[str]]:
            place = ["values", str(item.index)]
            value = path_of(values[item.index].value, *place, "value")
            return {"": place, "custom_attribute": place, "custom_attribute.value": value}

        with remembering_definitions(info.context):
            await send_in_parts(info.context, items, call, size=SIZE, renames=renames, key=key.value)
        results = [
            BulkUpsertCustomerCustomAttributeResult(
                index=item.index,
                customer_id=given.customer_id,
                key=given.key,
                idempotency_key=item.data["idempotency_key"],
                custom_attribute=item.value.of(given.customer_id, definitions.get(given.key)) if item.value else None,
                user_errors=item.errors,
            )
            for item, given in zip(items, values, strict=True)
        ]
        return BulkUpsertCustomerCustomAttributesPayload(results=results, idempotency_key=key.value, user_errors=[])


def _items(
    values: Sequence[BulkUpsertCustomerCustomAttributeInput],
    definitions: dict[str, CustomAttributeDefinition],
    key: str,
) -> list[Item[WireCustomAttribute]]:
    items = []
    seen: set[tuple[str, str]] = set()
    for index, each in enumerate(values):
        place = ["values", str(index)]
        value, errors = wire_value(each.value, definitions.get(each.key), *place, "value")
        attribute: dict[str, Any] = {"key": each.key, "value": value}
        if each.version is not None:
            attribute["version"] = each.version.value
        own_key = each.idempotency_key.value if each.idempotency_key is not None else f"{key}-{index}"
        if not 1 <= len(own_key) <= MAX_KEY:
            errors.append(
                _error("1 to 45 characters.", "VALUE_TOO_LONG" if own_key else "VALUE_EMPTY", place, "idempotencyKey")
            )
        if (each.customer_id, each.key) in seen:
            message = "This customer and key are in the list more than once; only their first place counts."
            errors.append(_error(message, "DUPLICATE_ID", place, "key"))
        seen.add((each.customer_id, each.key))
        data = {"customer_id": each.customer_id, "custom_attribute": attribute, "idempotency_key": own_key}
        items.append(Item[WireCustomAttribute](index, str(index), data, errors=errors))
    return items


def _error(message: str, code: str, place: list[str], field: str) -> UserError:
    return ValidationError(message=message, code=code, field=[*place, field])
