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
from gateway.areas.customers.inputs import CreateCustomerInput, UpdateCustomerInput, changes, new_customer
from gateway.areas.customers.payloads import (
    AddGroupToCustomerPayload,
    CreateCustomerPayload,
    DeleteCustomerPayload,
    RemoveGroupFromCustomerPayload,
    UpdateCustomerPayload,
)
from gateway.graph.loading.context import Info
from gateway.graph.schema.cost import costs
from gateway.graph.schema.idempotency_key import IdempotencyKey, key_to_send
from gateway.graph.schema.personal_data import PERSONAL
from gateway.graph.schema.scalars import Long
from gateway.graph.schema.user_errors import ValidationError
from gateway.graph.writing.write import attempt

Id = Annotated[strawberry.ID, strawberry.argument(description="Square's id of the customer.")]
GroupId = Annotated[strawberry.ID, strawberry.argument(description="Square's id of the group.")]
Version = Annotated[
    Long | None,
    strawberry.argument(description="Delete only this version: when the profile has changed since, it stays."),
]
_MEMBERSHIP = {"customer_id": ["customerId"], "group_id": ["groupId"]}


@strawberry.type
class CustomerMutation(BulkCustomerMutation):
    @strawberry.mutation(
        directives=PERSONAL,
        description="Create a customer. Square allows duplicates. Needs CUSTOMERS_WRITE.",
        metadata=costs("CreateCustomer"),
    )
    async def create_customer(
        self,
        info: Info,
        input: Annotated[CreateCustomerInput, strawberry.argument(description="The new profile.")],
        idempotency_key: IdempotencyKey = strawberry.UNSET,
    ) -> CreateCustomerPayload | None:
        data, own_key = new_customer(input)
        path = ["idempotencyKey"] if own_key is None else ["input", "idempotencyKey"]
        key = key_to_send(idempotency_key if own_key is None else own_key, path=path)
        errors = [*key.errors]
        if own_key is not None and isinstance(idempotency_key, str) and idempotency_key != own_key:
            message = "Another idempotency key is given beside the input."
            errors.append(ValidationError(message=message, code="CONFLICTING_PARAMETERS", field=path))
        call = CREATE_CUSTOMER(body={"idempotency_key": key.value, **data})
        outcome = await attempt(info, call, errors=errors, renames={"idempotency_key": path})
        return CreateCustomerPayload(customer=outcome.value, idempotency_key=key.value, user_errors=outcome.errors)

    @strawberry.mutation(
        directives=PERSONAL,
        description="Change a customer: omitted fields stay, null clears a field. Needs CUSTOMERS_WRITE.",
        metadata=costs("UpdateCustomer", conflict="RetrieveCustomer"),
    )
    async def update_customer(
        self,
        info: Info,
        id: Id,
        input: Annotated[UpdateCustomerInput, strawberry.argument(description="The changes.")],
    ) -> UpdateCustomerPayload | None:
        call = UPDATE_CUSTOMER(customer_id=id, body=changes(input))
        current = RETRIEVE_CUSTOMER(customer_id=id)
        outcome = await attempt(info, call, renames={"customer_id": ["id"]}, current=current)
        return UpdateCustomerPayload(customer=outcome.value, user_errors=outcome.errors)

    @strawberry.mutation(
        description="Delete a customer for good. Loyalty accounts stay. Needs CUSTOMERS_WRITE.",
        metadata=costs("DeleteCustomer", conflict="RetrieveCustomer"),
    )
    async def delete_customer(
        self, info: Info, id: Id, version: Version = strawberry.UNSET
    ) -> DeleteCustomerPayload | None:
        call = DELETE_CUSTOMER(customer_id=id, query={"version": version} if isinstance(version, int) else None)
        renames = {"customer_id": ["id"], "version": ["version"]}
        outcome = await attempt(info, call, renames=renames, current=RETRIEVE_CUSTOMER(customer_id=id))
        return DeleteCustomerPayload(deleted_id=outcome.when_done(id), user_errors=outcome.errors)

    @strawberry.mutation(
        description="Add a customer to a group. Adding a member again changes nothing. Needs CUSTOMERS_WRITE.",
        metadata=costs("AddGroupToCustomer"),
    )
    async def add_group_to_customer(
        self, info: Info, customer_id: Id, group_id: GroupId
    ) -> AddGroupToCustomerPayload | None:
        call = ADD_GROUP_TO_CUSTOMER(customer_id=customer_id, group_id=group_id)
        outcome = await attempt(info, call, renames=_MEMBERSHIP)
        return AddGroupToCustomerPayload(
            customer_id=outcome.when_done(customer_id),
            group_id=outcome.when_done(group_id),
            user_errors=outcome.errors,
        )

    @strawberry.mutation(
        description="Remove a customer from a group. Removing a non-member changes nothing. Needs CUSTOMERS_WRITE.",
        metadata=costs("RemoveGroupFromCustomer"),
    )
    async def remove_group_from_customer(
        self, info: Info, customer_id: Id, group_id: GroupId
    ) -> RemoveGroupFromCustomerPayload | None:
        call = REMOVE_GROUP_FROM_CUSTOMER(customer_id=customer_id, group_id=group_id)
        outcome = await attempt(info, call, renames=_MEMBERSHIP)
        return RemoveGroupFromCustomerPayload(
            customer_id=outcome.when_done(customer_id),
            group_id=outcome.when_done(group_id),
            user_errors=outcome.errors,
        )
