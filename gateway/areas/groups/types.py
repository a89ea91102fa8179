"""Customer groups as the graph shows them."""

from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry.federation import type as entity

from gateway.graph.loading.page_source import pages
from gateway.graph.loading.pagination import Connection
from gateway.graph.schema.lazy import Lazy
from gateway.graph.schema.scalars import DateTime

if TYPE_CHECKING:
    from gateway.areas.customers.types import CustomerConnection


@entity(keys=["id"], description="A set of customers that the seller selected manually. Needs CUSTOMERS_READ.")
class Group:
    id: strawberry.ID = strawberry.field(description="Square's id of the group.")
    name: str | None = strawberry.field(description="The name, unique for the seller.")
    created_at: DateTime | None = strawberry.field(description="When the group was created.")
    updated_at: DateTime | None = strawberry.field(description="When the group last changed.")

    customers: Annotated["CustomerConnection", strawberry.lazy("gateway.areas.customers.types")] | None = pages(
        Lazy("gateway.areas.customers.loaders:CustomersOfGroup"),
        "SearchCustomers",
        key="id",
        page_size=100,
        description="The members, oldest profile first. A search: it may lag behind writes for some seconds.",
    )


@strawberry.type(description="A page of groups.")
class GroupConnection(Connection[Group]):
    pass
