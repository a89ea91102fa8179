"""Writing groups."""

from typing import Annotated

import strawberry

from gateway.areas.groups.endpoints import CREATE_GROUP, DELETE_GROUP, RETRIEVE_GROUP, UPDATE_GROUP
from gateway.areas.groups.inputs import CustomerGroupInput
from gateway.areas.groups.loaders import GroupById
from gateway.areas.groups.types import Group
from gateway.graph.loading.context import Info
from gateway.graph.schema.cost import costs
from gateway.graph.schema.encode import encode
from gateway.graph.schema.idempotency_key import KEY_DESCRIPTION, REPLAYS, IdempotencyKey, key_to_send
from gateway.graph.schema.same_values import same_text
from gateway.graph.schema.user_errors import USER_ERRORS, UserError
from gateway.graph.writing.replay import ReplayCheck
from gateway.graph.writing.write import attempt

RENAMES = {"group": ["input"], "group_id": ["id"]}
Id = Annotated[strawberry.ID, strawberry.argument(description="Square's id of the group.")]
Input = Annotated[CustomerGroupInput, strawberry.argument(description="Fields of the group.")]


@strawberry.type(description="Return type of `createCustomerGroup`.")
class CreateCustomerGroupPayload:
    group: Group | None = strawberry.field(description="The new group, null when there are user errors.")
    idempotency_key: str = strawberry.field(description=KEY_DESCRIPTION)
    user_errors: list[UserError] = strawberry.field(description=USER_ERRORS)


@strawberry.type(description="Return type of `updateCustomerGroup`.")
class UpdateCustomerGroupPayload:
    group: Group | None = strawberry.field(description="The group as it is now, null when there are user errors.")
    user_errors: list[UserError] = strawberry.field(description=USER_ERRORS)


@strawberry.type(description="Return type of `deleteCustomerGroup`.")
class DeleteCustomerGroupPayload:
    deleted_id: strawberry.ID | None = strawberry.field(description="The id of the deleted group.")
    user_errors: list[UserError] = strawberry.field(description=USER_ERRORS)


@strawberry.type
class GroupMutation:
    @strawberry.mutation(
        description=f"Create a group. {REPLAYS} Needs CUSTOMERS_WRITE.",
        metadata=costs("CreateCustomerGroup", replay="RetrieveCustomerGroup"),
    )
    async def create_customer_group(
        self, info: Info, input: Input, idempotency_key: IdempotencyKey = strawberry.UNSET
    ) -> CreateCustomerGroupPayload | None:
        key = key_to_send(idempotency_key)
        call = CREATE_GROUP(body={"idempotency_key": key.value, "group": encode(input)})

        def has_name(group: Group) -> bool:
            return same_text(input.name, group.name or input.name)

        replay = ReplayCheck(has_name, lambda group: RETRIEVE_GROUP(group_id=group.id)) if key.given else None
        outcome = await attempt(info, call, errors=key.errors, renames=RENAMES, replay=replay)
        return CreateCustomerGroupPayload(group=outcome.value, idempotency_key=key.value, user_errors=outcome.errors)

    @strawberry.mutation(description="Rename a group. Needs CUSTOMERS_WRITE.", metadata=costs("UpdateCustomerGroup"))
    async def update_customer_group(self, info: Info, id: Id, input: Input) -> UpdateCustomerGroupPayload | None:

        async def renamed() -> Group | None:
            group = await info.context.loader(GroupById).load(id)
            return group if group is not None and group.name == input.name else None

        call = UPDATE_GROUP(group_id=id, body={"group": encode(input)})
        outcome = await attempt(info, call, renames=RENAMES, seen=renamed)
        return UpdateCustomerGroupPayload(group=outcome.value, user_errors=outcome.errors)

    @strawberry.mutation(
        description="Delete a group; its members stay customers. Needs CUSTOMERS_WRITE.",
        metadata=costs("DeleteCustomerGroup"),
    )
    async def delete_customer_group(self, info: Info, id: Id) -> DeleteCustomerGroupPayload | None:
        outcome = await attempt(info, DELETE_GROUP(group_id=id), renames=RENAMES)
        return DeleteCustomerGroupPayload(deleted_id=outcome.when_done(id), user_errors=outcome.errors)
