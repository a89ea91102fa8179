"""Reading groups."""

from typing import Annotated

import strawberry

from gateway.areas.groups.endpoints import LIST_GROUPS
from gateway.areas.groups.loaders import PAGE_SIZE, GroupById
from gateway.areas.groups.types import Group, GroupConnection
from gateway.graph.errors import refused_as_input
from gateway.graph.loading.context import Info
from gateway.graph.loading.pagination import After, First
from gateway.graph.schema.cost import costs

_ARGUMENTS = {"group_id": ["id"]}


@strawberry.type
class GroupQuery:
    @strawberry.field(
        description="One group, null when there is none with this id. Needs CUSTOMERS_READ.",
        metadata=costs("RetrieveCustomerGroup", loader=GroupById),
    )
    async def group(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Square's id of the group.")]
    ) -> Group | None:
        with refused_as_input(_ARGUMENTS):
            return await info.context.loader(GroupById).load(id)

    @strawberry.field(
        description="All groups of the seller. Needs CUSTOMERS_READ.",
        metadata=costs("ListCustomerGroups", page_size=PAGE_SIZE),
    )
    async def groups(
        self, info: Info, first: First = PAGE_SIZE, after: After = strawberry.UNSET
    ) -> GroupConnection | None:
        return await GroupConnection.read(
            info,
            lambda cursor, limit: LIST_GROUPS(query={"limit": limit, "cursor": cursor}),
            first=first,
            after=after,
            page_size=PAGE_SIZE,
            bound=["groups"],
        )
