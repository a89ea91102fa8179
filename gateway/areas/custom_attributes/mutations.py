"""Writing custom attributes, one at a time."""

from functools import partial
from typing import Annotated

import strawberry

from gateway.areas.custom_attributes.bulk_mutations import BulkCustomAttributeMutation
from gateway.areas.custom_attributes.definition_loaders import (
    known_definitions,
    remembering_definitions,
)
from gateway.areas.custom_attributes.definition_mutations import CustomAttributeDefinitionMutation
from gateway.areas.custom_attributes.definitions import MAX_FURTHER_DEFINITIONS
from gateway.areas.custom_attributes.endpoints import DELETE_ATTRIBUTE, RETRIEVE_ATTRIBUTE, UPSERT_ATTRIBUTE
from gateway.areas.custom_attributes.payloads import (
    DeleteCustomerCustomAttributePayload,
    UpsertCustomerCustomAttributePayload,
)
from gateway.areas.custom_attributes.types import WireCustomAttribute
from gateway.areas.custom_attributes.value_inputs import (
    MAX_KEY,
    CustomAttributeValueInput,
    path_of,
    tells_value,
    wire_value,
)
from gateway.graph.loading.context import Info
from gateway.graph.schema.cost import costs
from gateway.graph.schema.idempotency_key import REPLAYS, IdempotencyKey, key_to_send
from gateway.graph.schema.personal_data import PERSONAL
from gateway.graph.schema.scalars import Long
from gateway.graph.writing.replay import ReplayCheck
from gateway.graph.writing.write import attempt

CustomerId = Annotated[strawberry.ID, strawberry.argument(description="Square's id of the customer.")]
Key = Annotated[strawberry.ID, strawberry.argument(description="The key of the attribute's definition.")]
Value = Annotated[CustomAttributeValueInput, strawberry.argument(description="What to set it to.")]
Version = Annotated[
    Long | None,
    strawberry.argument(
        description="The expected version: when the value has changed since, nothing is written and "
        "a ConflictError is reported."
    ),
]


@strawberry.type
class CustomAttributeMutation(CustomAttributeDefinitionMutation, BulkCustomAttributeMutation):
    @strawberry.mutation(
        directives=PERSONAL,
        description="Set a custom attribute of a customer. The customer's own version does not change. "
        f"{REPLAYS} Needs CUSTOMERS_WRITE, and CUSTOMERS_READ to check the value against its definition.",
        metadata=costs(
            "UpsertCustomerCustomAttribute",
            before=("ListCustomerCustomAttributeDefinitions",),
            further=MAX_FURTHER_DEFINITIONS,
            kept=True,
            conflict="RetrieveCustomerCustomAttribute",
            replay="RetrieveCustomerCustomAttribute",
        ),
    )
    async def upsert_customer_custom_attribute(
        self,
        info: Info,
        customer_id: CustomerId,
        key: Key,
        value: Value,
        *,
        version: Version = strawberry.UNSET,
        idempotency_key: IdempotencyKey = strawberry.UNSET,
    ) -> UpsertCustomerCustomAttributePayload | None:
        sent_key = key_to_send(idempotency_key, MAX_KEY)
        known = {} if sent_key.errors else await known_definitions(info.context, [(key, value)])
        definition = known.get(key)
        data, errors = wire_value(value, definition, "value")
        attribute = {"value": data, **({"version": version} if isinstance(version, int) else {})}
        call = UPSERT_ATTRIBUTE(
            customer_id=customer_id,
            key=key,
            body={"idempotency_key": sent_key.value, "custom_attribute": attribute},
        )
        renames = {
            "custom_attribute": [],
            "custom_attribute.value": path_of(value, "value"),
            "customer_id": ["customerId"],
            "key": ["key"],
            "version": ["version"],
        }
        current = RETRIEVE_ATTRIBUTE(customer_id=customer_id, key=key)
        fits = partial(tells_value, value, data, attribute.get("version"))
        # The answer does not tell whose value it is.
        replay: ReplayCheck[WireCustomAttribute] = ReplayCheck(fits, lambda _: current, WireCustomAttribute.became)
        with remembering_definitions(info.context):
            outcome = await attempt(
                info,
                call,
                errors=[*sent_key.errors, *errors],
                renames=renames,
                current=current,
                replay=replay if sent_key.given else None,
            )
        return UpsertCustomerCustomAttributePayload(
            custom_attribute=outcome.value.of(customer_id, definition) if outcome.value else None,
            idempotency_key=sent_key.value,
            user_errors=outcome.errors,
        )

    @strawberry.mutation(
        description="Remove a custom attribute from a customer. One that is not set is no error. "
        "Needs CUSTOMERS_WRITE.",
        metadata=costs("DeleteCustomerCustomAttribute"),
    )
    async def delete_customer_custom_attribute(
        self, info: Info, customer_id: CustomerId, key: Key
    ) -> DeleteCustomerCustomAttributePayload | None:
        call = DELETE_ATTRIBUTE(customer_id=customer_id, key=key)
        with remembering_definitions(info.context):
            outcome = await attempt(info, call, renames={"customer_id": ["customerId"], "key": ["key"]})
        return DeleteCustomerCustomAttributePayload(
            customer_id=customer_id, deleted_key=outcome.when_done(key), user_errors=outcome.errors
        )
