"""What mutations of custom attributes and their definitions answer."""

import strawberry

from gateway.areas.custom_attributes.types import CustomAttribute, CustomAttributeDefinition
from gateway.graph.schema.idempotency_key import KEY_DESCRIPTION
from gateway.graph.schema.user_errors import UserError

_ERRORS = "What the caller can mend; empty on success."


@strawberry.type(description="What became of `createCustomerCustomAttributeDefinition`.")
class CreateCustomerCustomAttributeDefinitionPayload:
    custom_attribute_definition: CustomAttributeDefinition | None = strawberry.field(
        description="The new definition, null when there are user errors."
    )
    idempotency_key: str = strawberry.field(description=KEY_DESCRIPTION)
    user_errors: list[UserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="What became of `updateCustomerCustomAttributeDefinition`.")
class UpdateCustomerCustomAttributeDefinitionPayload:
    custom_attribute_definition: CustomAttributeDefinition | None = strawberry.field(
        description="The definition as it is now, null when there are user errors."
    )
    idempotency_key: str = strawberry.field(description=KEY_DESCRIPTION)
    user_errors: list[UserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="What became of `deleteCustomerCustomAttributeDefinition`.")
class DeleteCustomerCustomAttributeDefinitionPayload:
    deleted_key: strawberry.ID | None = strawberry.field(description="The key that names no definition any more.")
    user_errors: list[UserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="What became of `upsertCustomerCustomAttribute`.")
class UpsertCustomerCustomAttributePayload:
    custom_attribute: CustomAttribute | None = strawberry.field(
        description="The attribute as it is now, null when there are user errors."
    )
    idempotency_key: str = strawberry.field(description=KEY_DESCRIPTION)
    user_errors: list[UserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="What became of one value of `bulkUpsertCustomerCustomAttributes`.")
class BulkUpsertCustomerCustomAttributeResult:
    index: int = strawberry.field(description="The place of the value in the input, from 0.")
    customer_id: strawberry.ID = strawberry.field(description="Square's id of the customer, as given.")
    key: strawberry.ID = strawberry.field(description="The key of the attribute's definition, as given.")
    idempotency_key: str = strawberry.field(description="The idempotency key that was sent for this value.")
    custom_attribute: CustomAttribute | None = strawberry.field(
        description="The attribute as it is now, null when there are user errors."
    )
    user_errors: list[UserError] = strawberry.field(description=_ERRORS)


@strawberry.type(description="What became of `bulkUpsertCustomerCustomAttributes`.")
class BulkUpsertCustomerCustomAttributesPayload:
    results: list[BulkUpsertCustomerCustomAttributeResult] = strawberry.field(
        description="One result for each value, in their order."
    )
    idempotency_key: str = strawberry.field(
        description="Give this again with the same values to repeat the mutation without setting any twice."
    )
    user_errors: list[UserError] = strawberry.field(description="What is wrong with the mutation as a whole.")


@strawberry.type(description="What became of `deleteCustomerCustomAttribute`.")
class DeleteCustomerCustomAttributePayload:
    customer_id: strawberry.ID = strawberry.field(description="Square's id of the customer.")
    deleted_key: strawberry.ID | None = strawberry.field(description="The key that has no value any more.")
    user_errors: list[UserError] = strawberry.field(description=_ERRORS)
