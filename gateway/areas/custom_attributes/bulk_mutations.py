"""Setting many custom attributes at once: split at Square's 25, every value answered in its place."""

from collections.abc import Sequence
from typing import Annotated, Any

import strawberry
from strawberry import Maybe

from gateway.areas.custom_attributes.definition_loaders import (
    known_definitions,
    remembering_definitions,
)
from gateway.areas.custom_attributes.definitions import MAX_FURTHER_DEFINITIONS
from gateway.areas.custom_attributes.endpoints import BULK_UPSERT_ATTRIBUTES
from gateway.areas.custom_attributes.payloads import (
    BulkUpsertCustomerCustomAttributeResult,
    BulkUpsertCustomerCustomAttributesPayload,
)
from gateway.areas.custom_attributes.types import CustomAttributeDefinition, WireCustomAttribute
from gateway.areas.custom_attributes.value_inputs import (
    MAX_KEY,
    CustomAttributeValueInput,
    path_of,
    tells_value,
    wire_value,
)
from gateway.graph.loading.context import Info
from gateway.graph.schema.cost import costs
from gateway.graph.schema.idempotency_key import IdempotencyKey, key_errors, key_to_send
from gateway.graph.schema.personal_data import PERSONAL
from gateway.graph.schema.scalars import Long
from gateway.graph.schema.user_errors import ValidationError
from gateway.graph.writing.bulk import MAX_CALLS, Item, Path, refuse_equal_keys, send_in_parts, size_errors
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
    version: Maybe[Long | None] = strawberry.field(
        description="The expected version: when the value has changed since, it stays as it is."
    )
    idempotency_key: Maybe[str | None] = strawberry.field(
        description="A key for this value alone, at most 45 characters, which no other value of the list may have. "
        "Derived from the mutation's when absent."
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
        own = [_own_key(each) for each in values]
        keys = [f"{key.value}-{index}" if each is None else each for index, each in enumerate(own)]
        items = [Item[WireCustomAttribute](index, str(index)) for index in range(len(values))]

        def renames(item: Item[Any]) -> dict[str, Sequence[str]]:
            place = ["values", str(item.index)]
            given = values[item.index]
            return {
                "": place,
                "custom_attribute": place,
                "custom_attribute.value": path_of(given.value, *place, "value"),
                "idempotency_key": ["idempotencyKey"] if own[item.index] is None else [*place, "idempotencyKey"],
            }

        _check_keys(items, values, keys, renames)
        sent = [each for each, item in zip(values, items, strict=True) if not item.errors]
        definitions = await known_definitions(info.context, [(each.key, each.value) for each in sent]) if sent else {}
        for item, given, own_key in zip(items, values, keys, strict=True):
            _fill(item, given, definitions, own_key, may_be_used=key.given or own[item.index] is not None)

        def call(part: Sequence[Item[WireCustomAttribute]]) -> Call[Bulk[WireCustomAttribute]]:
            return BULK_UPSERT_ATTRIBUTES(body={"values": {item.key: item.data for item in part}})

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


def _own_key(given: BulkUpsertCustomerCustomAttributeInput) -> str | None:
    return None if given.idempotency_key is None else given.idempotency_key.value


def _check_keys(
    items: Sequence[Item[WireCustomAttribute]],
    values: Sequence[BulkUpsertCustomerCustomAttributeInput],
    keys: Sequence[str],
    renames: Path,
) -> None:
    """Note what is wrong with idempotency keys, and customers and keys that come again."""
    seen: set[tuple[str, str]] = set()
    for item, given, key in zip(items, values, keys, strict=True):
        item.errors += key_errors(key, MAX_KEY, *renames(item)["idempotency_key"])
        if (given.customer_id, given.key) in seen:
            message = "This customer and key are in the list more than once; only their first place counts."
            place = ["values", str(item.index), "key"]
            item.errors.append(ValidationError(message=message, code="DUPLICATE_ID", field=place))
        seen.add((given.customer_id, given.key))
    refuse_equal_keys(items, keys, renames)


def _fill(
    item: Item[WireCustomAttribute],
    given: BulkUpsertCustomerCustomAttributeInput,
    definitions: dict[str, CustomAttributeDefinition],
    key: str,
    *,
    may_be_used: bool,
) -> None:
    definition = definitions.get(given.key)
    value, errors = wire_value(given.value, definition, "values", str(item.index), "value")
    version = None if given.version is None else given.version.value
    attribute = {"key": given.key, "value": value, **({} if version is None else {"version": version})}
    item.data = {"customer_id": given.customer_id, "custom_attribute": attribute, "idempotency_key": key}
    item.errors += errors

    def fits(found: WireCustomAttribute) -> bool:
        # One's own attribute may be asked for by a longer key, but is not listed under that.
        another = definition is not None and found.key != given.key
        return not another and tells_value(given.value, value, version, found)

    item.fits = fits if may_be_used else None
