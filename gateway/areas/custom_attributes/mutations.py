"""Writing custom attributes and their definitions."""

from typing import Annotated

import strawberry

from gateway.areas.custom_attributes.endpoints import DELETE_ATTRIBUTE
from gateway.graph.cost import costs
from gateway.graph.operation import Info
from gateway.graph.user_errors import UserError, attempt

CustomerId = Annotated[strawberry.ID, strawberry.argument(description="Square's id of the customer.")]
Key = Annotated[strawberry.ID, strawberry.argument(description="The key of the attribute's definition.")]


@strawberry.type(description="What became of `deleteCustomerCustomAttribute`.")
class DeleteCustomerCustomAttributePayload:
    customer_id: strawberry.ID = strawberry.field(description="Square's id of the customer.")
    deleted_key: strawberry.ID | None = strawberry.field(description="The key whose value is gone.")
    user_errors: list[UserError] = strawberry.field(description="What the caller can mend; empty on success.")


@strawberry.type
class CustomAttributeMutation:
    @strawberry.mutation(
        description="Remove the value of a custom attribute from a customer. Needs CUSTOMERS_WRITE.",
        metadata=costs("DeleteCustomerCustomAttribute"),
    )
    async def delete_customer_custom_attribute(
        self, info: Info, customer_id: CustomerId, key: Key
    ) -> DeleteCustomerCustomAttributePayload:
        outcome = await attempt(
            info.context,
            DELETE_ATTRIBUTE(customer_id=customer_id, key=key),
            {"customer_id": ["customerId"], "key": ["key"]},
        )
        return DeleteCustomerCustomAttributePayload(
            customer_id=customer_id, deleted_key=None if outcome.errors else key, user_errors=outcome.errors
        )
