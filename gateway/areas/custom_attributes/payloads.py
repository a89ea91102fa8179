"""What mutations of custom attributes and their definitions answer."""

import strawberry

from gateway.areas.custom_attributes.types import CustomAttribute, CustomAttributeDefinition
from gateway.graph.schema.idempotency_key import KEY_DESCRIPTION
from gateway.graph.schema.user_errors import BULK_USER_ERRORS, USER_ERRORS, UserError


@strawberry.type(description="Return type of `createCustomerCustomAttributeDefinition`.")
class CreateCustomerCustomAttributeDefinitionPayload:
    custom_attribute_definition: CustomAttributeDefinition | None = strawberry.field(
        description="The new definition, null when there are user errors."
    )
    idempotency_key: str = strawberry.field(description=KEY_DESCRIPTION)
    user_errors: list[UserError] = strawberry.field(description=USER_ERRORS)


@strawberry.type(description="Return type of `updateCustomerCustomAttributeDefinition`.")
class UpdateCustomerCustomAttributeDefinitionPayload:
    custom_attribute_definition: CustomAttributeDefinition | None = strawberry.field(
        description="The definition as it is now, null when there are user errors."
    )
    idempotency_key: str = strawberry.field(description=KEY_DESCRIPTION)
    user_errors: list[UserError] = strawberry.field(description=USER_ERRORS)


@strawberry.type(description="Return type of `deleteCustomerCustomAttributeDefinition`.")
class DeleteCustomerCustomAttributeDefinitionPayload:
    deleted_key: strawberry.ID | None = strawberry.field(description="The key of the deleted definition.")
    user_errors: list[UserError] = strawberry.field(description=USER_ERRORS)


@strawberry.type(description="Return type of `upsertCustomerCustomAttribute`.")
class UpsertCustomerCustomAttributePayload:
    custom_attribute: CustomAttribute | None = strawberry.field(
        description="The attribute as it is now, null when there are user errors."
    )
    idempotency_key: str = strawberry.field(description=KEY_DESCRIPTION)
    user_errors: list[UserError] = strawberry.field(description=USER_ERRORS)


@strawberry.type(description="Result for one value of `bulkUpsertCustomerCustomAttributes`.")
class BulkUpsertCustomerCustomAttributeResult:
    index: int = strawberry.field(description="The position of the value in the input, from 0.")
    customer_id: strawberry.ID = strawberry.field(description="Square's id of the customer, as given.")
    key: strawberry.ID = strawberry.field(description="The key of the attribute's definition, as given.")
    idempotency_key: str = strawberry.field(description="The idempotency key that was sent for this value.")
    custom_attribute: CustomAttribute | None = strawberry.field(
        description="The attribute as it is now, null when there are user errors."
    )
    user_errors: list[UserError] = strawberry.field(description=USER_ERRORS)


@strawberry.type(description="Return type of `bulkUpsertCustomerCustomAttributes`.")
class BulkUpsertCustomerCustomAttributesPayload:
    results: list[BulkUpsertCustomerCustomAttributeResult] = strawberry.field(
        description="One result for each value, in their order."
    )
    idempotency_key: str = strawberry.field(
        description="Send this again with the same values to repeat the mutation without setting any twice."
    )
    user_errors: list[UserError] = strawberry.field(description=BULK_USER_ERRORS)


@strawberry.type(description="Return type of `deleteCustomerCustomAttribute`.")
class DeleteCustomerCustomAttributePayload:
    customer_id: strawberry.ID = strawberry.field(description="Square's id of the customer.")
    deleted_key: strawberry.ID | None = strawberry.field(description="The key of the deleted value.")
    user_errors: list[UserError] = strawberry.field(description=USER_ERRORS)
