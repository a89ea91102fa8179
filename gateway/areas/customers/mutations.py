"""Writing customers, one at a time, and their membership in groups."""

from typing import Annotated

import strawberry

from gateway.areas.customers.bulk_mutations import BulkCustomerMutation
from gateway.areas.customers.endpoints import (
    ADD_GROUP_TO_CUSTOMER,
    CREATE_CUSTOMER,
    DELETE_CUSTOMER,
    REMOVE_GROUP_FROM_CUSTOMER,
    RETRIEVE_CUSTOMER,
    UPDATE_CUSTOMER,
)
from gateway.areas.customers.inputs import CreateCustomerInput, UpdateCustomerInput, changes
from gateway.areas.customers.payloads import (
    AddGroupToCustomerPayload,
    CreateCustomerPayload,
    DeleteCustomerPayload,
    RemoveGroupFromCustomerPayload,
    UpdateCustomerPayload,
)
from gateway.graph.loading.context import Info
from gateway.graph.schema.cost import costs
from gateway.graph.schema.idempotency_key import IdempotencyKey, key_errors, key_or_new
from gateway.graph.schema.scalars import Long
from gateway.graph.schema.user_errors import UserError, attempt, with_current_version
from gateway.square.decode import encode

Id = Annotated[strawberry.ID, strawberry.argument(description="Square's id of the customer.")]
GroupId = Annotated[strawberry.ID, strawberry.argument(description="Square's id of the group.")]
Version = Annotated[
    Long | None,
    strawberry.argument(description="Delete only this version: when the profile has changed since, it stays."),
]


@strawberry.type
class CustomerMutation(BulkCustomerMutation):
    @strawberry.mutation(
        description="Make a customer. Square allows duplicates. Needs CUSTOMERS_WRITE.",
        metadata=costs("CreateCustomer"),
    )
    async def create_customer(
        self,
        info: Info,
        input: Annotated[CreateCustomerInput, strawberry.argument(description="What the profile is to hold.")],
        idempotency_key: IdempotencyKey = strawberry.UNSET,
    ) -> CreateCustomerPayload | None:
        key = key_or_new(idempotency_key)
        if errors := key_errors(idempotency_key, 128):
            return CreateCustomerPayload(customer=None, idempotency_key=key, user_errors=errors)
        body = {"idempotency_key": key, **encode(input, nulls=False)}
        outcome = await attempt(info.context, CREATE_CUSTOMER(body=body), {"idempotency_key": ["idempotencyKey"]})
        return CreateCustomerPayload(customer=outcome.value, idempotency_key=key, user_errors=outcome.errors)

    @strawberry.mutation(
        description="Change a customer: what is absent stays, null clears. Needs CUSTOMERS_WRITE.",
        metadata=costs("UpdateCustomer", conflict="RetrieveCustomer"),
    )
    async def update_customer(
        self,
        info: Info,
        id: Id,
        input: Annotated[UpdateCustomerInput, strawberry.argument(description="What is to change.")],
    ) -> UpdateCustomerPayload | None:
        call = UPDATE_CUSTOMER(customer_id=id, body=changes(input))
        outcome = await attempt(info.context, call, {"customer_id": ["id"]})
        errors = await _versioned(info, id, outcome.errors)
        return UpdateCustomerPayload(customer=outcome.value, user_errors=errors)

    @strawberry.mutation(
        description="Delete a customer for good. Loyalty accounts stay. Needs CUSTOMERS_WRITE.",
        metadata=costs("DeleteCustomer", conflict="RetrieveCustomer"),
    )
    async def delete_customer(
        self, info: Info, id: Id, version: Version = strawberry.UNSET
    ) -> DeleteCustomerPayload | None:
        query = {"version": version} if isinstance(version, int) else None
        renames = {"customer_id": ["id"], "version": ["version"]}
        outcome = await attempt(info.context, DELETE_CUSTOMER(customer_id=id, query=query), renames)
        errors = await _versioned(info, id, outcome.errors)
        return DeleteCustomerPayload(deleted_id=None if errors else id, user_errors=errors)

    @strawberry.mutation(
        description="Put a customer into a group; no harm when it is in there already. Needs CUSTOMERS_WRITE.",
        metadata=costs("AddGroupToCustomer"),
    )
    async def add_group_to_customer(
        self, info: Info, customer_id: Id, group_id: GroupId
    ) -> AddGroupToCustomerPayload | None:
        call = ADD_GROUP_TO_CUSTOMER(customer_id=customer_id, group_id=group_id)
        errors = (await attempt(info.context, call, _MEMBERSHIP)).errors
        done = None if errors else (customer_id, group_id)
        return AddGroupToCustomerPayload(customer_id=done and done[0], group_id=done and done[1], user_errors=errors)

    @strawberry.mutation(
        description="Take a customer out of a group; no harm when it is not in there. Needs CUSTOMERS_WRITE.",
        metadata=costs("RemoveGroupFromCustomer"),
    )
    async def remove_group_from_customer(
        self, info: Info, customer_id: Id, group_id: GroupId
    ) -> RemoveGroupFromCustomerPayload | None:
        call = REMOVE_GROUP_FROM_CUSTOMER(customer_id=customer_id, group_id=group_id)
        errors = (await attempt(info.context, call, _MEMBERSHIP)).errors
        done = None if errors else (customer_id, group_id)
        return RemoveGroupFromCustomerPayload(
            customer_id=done and done[0], group_id=done and done[1], user_errors=errors
        )


_MEMBERSHIP = {"customer_id": ["customerId"], "group_id": ["groupId"]}


async def _versioned(info: Info, id: str, errors: list[UserError]) -> list[UserError]:
    """The errors, a conflict with the version that the customer has now."""
    return await with_current_version(info, errors, lambda: info.context.read(RETRIEVE_CUSTOMER(customer_id=id)))
