"""What customer mutations answer."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from gateway.areas.customers.loaders import CustomerById
from gateway.areas.customers.types import Customer
from gateway.graph.loading.relation import relation
from gateway.graph.schema.idempotency_key import KEY_DESCRIPTION
from gateway.graph.schema.lazy import Lazy
from gateway.graph.schema.user_errors import BULK_USER_ERRORS, USER_ERRORS, UserError

if TYPE_CHECKING:
    from gateway.areas.groups.types import Group

_READ = "Read from Square when more than its id is selected."


@strawberry.type(description="Return type of `createCustomer`.")
class CreateCustomerPayload:
    customer: Customer | None = strawberry.field(description="The new customer, null when there are user errors.")
    idempotency_key: str = strawberry.field(description=KEY_DESCRIPTION)
    user_errors: list[UserError] = strawberry.field(description=USER_ERRORS)


@strawberry.type(description="Return type of `updateCustomer`.")
class UpdateCustomerPayload:
    customer: Customer | None = strawberry.field(description="The customer as it is now, null on user errors.")
    user_errors: list[UserError] = strawberry.field(description=USER_ERRORS)


@strawberry.type(description="Return type of `deleteCustomer`.")
class DeleteCustomerPayload:
    deleted_id: strawberry.ID | None = strawberry.field(description="The id of the deleted customer.")
    user_errors: list[UserError] = strawberry.field(description=USER_ERRORS)


@strawberry.type(description="Result for one customer of a bulk mutation.")
class BulkCustomerResult:
    index: int = strawberry.field(description="The position of the item in the input, from 0.")
    key: strawberry.ID = strawberry.field(
        description="The idempotency key of a new customer, otherwise the customer's id."
    )
    customer: Customer | None = strawberry.field(description="The customer as it is now, null on user errors.")
    user_errors: list[UserError] = strawberry.field(description=USER_ERRORS)


@strawberry.type(description="Result for one customer of `bulkDeleteCustomers`.")
class BulkDeleteCustomerResult:
    index: int = strawberry.field(description="The position of the id in the input, from 0.")
    key: strawberry.ID = strawberry.field(description="The id given.")
    deleted_id: strawberry.ID | None = strawberry.field(description="The id when the customer was deleted.")
    user_errors: list[UserError] = strawberry.field(description=USER_ERRORS)


@strawberry.type(description="Return type of `bulkCreateCustomers`.")
class BulkCreateCustomersPayload:
    results: list[BulkCustomerResult] = strawberry.field(description="One result for each input, in its order.")
    idempotency_key: str = strawberry.field(
        description="Send this again with the same customers to repeat the mutation without creating any twice."
    )
    user_errors: list[UserError] = strawberry.field(description=BULK_USER_ERRORS)


@strawberry.type(description="Return type of `bulkUpdateCustomers`.")
class BulkUpdateCustomersPayload:
    results: list[BulkCustomerResult] = strawberry.field(description="One result for each input, in its order.")
    user_errors: list[UserError] = strawberry.field(description=BULK_USER_ERRORS)


@strawberry.type(description="Return type of `bulkDeleteCustomers`.")
class BulkDeleteCustomersPayload:
    results: list[BulkDeleteCustomerResult] = strawberry.field(description="One result for each id, in its order.")
    user_errors: list[UserError] = strawberry.field(description=BULK_USER_ERRORS)


@strawberry.type(description="Return type of `addGroupToCustomer`.")
class AddGroupToCustomerPayload:
    customer_id: strawberry.Private[str | None]
    group_id: strawberry.Private[str | None]
    customer: Customer | None = relation(
        CustomerById,
        key="customer_id",
        stub=True,
        description="The customer as it is now. Read from Square when more than its id is selected.",
    )
    group: Annotated["Group", strawberry.lazy("gateway.areas.groups.types")] | None = relation(
        Lazy("gateway.areas.groups.loaders:GroupById"),
        key="group_id",
        stub=True,
        description=f"The group. {_READ}",
    )
    user_errors: list[UserError] = strawberry.field(description=USER_ERRORS)


@strawberry.type(description="Return type of `removeGroupFromCustomer`.")
class RemoveGroupFromCustomerPayload:
    customer_id: strawberry.Private[str | None]
    group_id: strawberry.Private[str | None]
    customer: Customer | None = relation(
        CustomerById,
        key="customer_id",
        stub=True,
        description="The customer as it is now. Read from Square when more than its id is selected.",
    )
    group: Annotated["Group", strawberry.lazy("gateway.areas.groups.types")] | None = relation(
        Lazy("gateway.areas.groups.loaders:GroupById"),
        key="group_id",
        stub=True,
        description=f"The group. {_READ}",
    )
    user_errors: list[UserError] = strawberry.field(description=USER_ERRORS)
