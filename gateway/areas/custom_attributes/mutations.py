"""Writing custom attributes, one at a time."""

from typing import Annotated, Any

import strawberry

from gateway.areas.custom_attributes.bulk_mutations import BulkCustomAttributeMutation
from gateway.areas.custom_attributes.definition_mutations import LONGEST_KEY, CustomAttributeDefinitionMutation
from gateway.areas.custom_attributes.endpoints import DELETE_ATTRIBUTE, RETRIEVE_ATTRIBUTE, UPSERT_ATTRIBUTE
from gateway.areas.custom_attributes.known_definitions import known_definitions, remembering_definitions
from gateway.areas.custom_attributes.loaders import MAX_FURTHER_DEFINITIONS
from gateway.areas.custom_attributes.payloads import (
    DeleteCustomerCustomAttributePayload,
    UpsertCustomerCustomAttributePayload,
)
from gateway.areas.custom_attributes.value_inputs import CustomAttributeValueInput, path_of, wire_value
from gateway.graph.loading.context import Info
from gateway.graph.schema.cost import costs
from gateway.graph.schema.idempotency_key import IdempotencyKey, key_errors, key_or_new
from gateway.graph.schema.scalars import Long
from gateway.graph.schema.user_errors import attempt, with_current_version

CustomerId = Annotated[strawberry.ID, strawberry.argument(description="Square's id of the customer.")]
Key = Annotated[strawberry.ID, strawberry.argument(description="The key of the attribute's definition.")]
Value = Annotated[CustomAttributeValueInput, strawberry.argument(description="What to set it to.")]
Version = Annotated[
    Long | None,
    strawberry.argument(
        description="The version the change is meant for: when the value has changed since, nothing is written and "
        "a ConflictError is reported."
    ),
]


@strawberry.type
class CustomAttributeMutation(CustomAttributeDefinitionMutation, BulkCustomAttributeMutation):
    @strawberry.mutation(
        description="Set a custom attribute of a customer. The customer's own version does not change. "
        "Needs CUSTOMERS_WRITE, and CUSTOMERS_READ to check the value against its definition.",
        metadata=costs(
            "UpsertCustomerCustomAttribute",
            before=("ListCustomerCustomAttributeDefinitions",),
            further=MAX_FURTHER_DEFINITIONS,
            kept=True,
            conflict="RetrieveCustomerCustomAttribute",
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
        sent_key = key_or_new(idempotency_key)
        if errors := key_errors(idempotency_key, LONGEST_KEY):
            return UpsertCustomerCustomAttributePayload(
                custom_attribute=None, idempotency_key=sent_key, user_errors=errors
            )
        definition = (await known_definitions(info.context, [(key, value)])).get(key)
        sent, errors = wire_value(value, definition, "value")
        attribute = None
        if not errors:
            data: dict[str, Any] = {"value": sent}
            if isinstance(version, int):
                data["version"] = version
            renames = {
                "custom_attribute": [],
                "custom_attribute.value": path_of(value, "value"),
                "customer_id": ["customerId"],
                "idempotency_key": ["idempotencyKey"],
                "key": ["key"],
                "version": ["version"],
            }
            body = {"idempotency_key": sent_key, "custom_attribute": data}
            call = UPSERT_ATTRIBUTE(customer_id=customer_id, key=key, body=body)
            with remembering_definitions(info.context):
                outcome = await attempt(info.context, call, renames)
            attribute = outcome.value.of(customer_id, definition) if outcome.value else None
            errors = await with_current_version(
                info, outcome.errors, lambda: info.context.read(RETRIEVE_ATTRIBUTE(customer_id=customer_id, key=key))
            )
        return UpsertCustomerCustomAttributePayload(
            custom_attribute=attribute, idempotency_key=sent_key, user_errors=errors
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
            outcome = await attempt(info.context, call, {"customer_id": ["customerId"], "key": ["key"]})
        return DeleteCustomerCustomAttributePayload(
            customer_id=customer_id, deleted_key=None if outcome.errors else key, user_errors=outcome.errors
        )
