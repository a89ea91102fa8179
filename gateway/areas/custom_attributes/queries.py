"""Reading custom attributes and their definitions."""

from typing import Annotated

import strawberry

from gateway.areas.custom_attributes.definition_loaders import PAGE_SIZE, CustomAttributeDefinitionByKey
from gateway.areas.custom_attributes.endpoints import LIST_DEFINITIONS, RETRIEVE_DEFINITION
from gateway.areas.custom_attributes.loaders import CustomAttributeByKey
from gateway.areas.custom_attributes.types import (
    CustomAttribute,
    CustomAttributeDefinition,
    CustomAttributeDefinitionConnection,
)
from gateway.graph.errors import refused_as_input
from gateway.graph.loading.context import Info
from gateway.graph.loading.pagination import After, First
from gateway.graph.schema.cost import costs
from gateway.graph.schema.scalars import Long
from gateway.square.errors import NotFound

_ARGUMENTS = {"version": ["version"]}

Key = Annotated[strawberry.ID, strawberry.argument(description="The key of the definition.")]
Version = Annotated[
    Long | None,
    strawberry.argument(
        description="A version that is known to exist: the answer is that one or a newer one, never an older."
    ),
]
CustomerId = Annotated[strawberry.ID, strawberry.argument(description="Square's id of the customer.")]


@strawberry.type
class CustomAttributeQuery:
    @strawberry.field(
        description="All definitions of custom attributes that the caller may see. Needs CUSTOMERS_READ.",
        metadata=costs("ListCustomerCustomAttributeDefinitions", page_size=PAGE_SIZE),
    )
    async def custom_attribute_definitions(
        self, info: Info, first: First = PAGE_SIZE, after: After = strawberry.UNSET
    ) -> CustomAttributeDefinitionConnection | None:
        return await CustomAttributeDefinitionConnection.read(
            info,
            lambda cursor, limit: LIST_DEFINITIONS(query={"limit": limit, "cursor": cursor}),
            first=first,
            after=after,
            page_size=PAGE_SIZE,
            bound=["customAttributeDefinitions"],
        )

    @strawberry.field(
        description="One definition, null when there is none with this key. Needs CUSTOMERS_READ.",
        metadata=costs("RetrieveCustomerCustomAttributeDefinition", loader=CustomAttributeDefinitionByKey),
    )
    async def custom_attribute_definition(
        self, info: Info, key: Key, version: Version = strawberry.UNSET
    ) -> CustomAttributeDefinition | None:
        if version is None or version is strawberry.UNSET:
            return await info.context.loader(CustomAttributeDefinitionByKey).load(key)
        try:
            with refused_as_input(_ARGUMENTS):
                return await info.context.read(RETRIEVE_DEFINITION(key=key, query={"version": version}))
        except NotFound:
            return None

    @strawberry.field(
        description="One custom attribute of one customer, null when it is not set. Needs CUSTOMERS_READ.",
        metadata=costs("RetrieveCustomerCustomAttribute", loader=CustomAttributeByKey),
    )
    async def custom_attribute(
        self, info: Info, customer_id: CustomerId, key: Key, version: Version = strawberry.UNSET
    ) -> CustomAttribute | None:
        wanted = (customer_id, key, None if version is strawberry.UNSET else version)
        with refused_as_input(_ARGUMENTS):
            return await info.context.loader(CustomAttributeByKey).load(wanted, info)
