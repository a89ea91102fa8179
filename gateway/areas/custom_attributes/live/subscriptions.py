"""Following what changes about custom attributes and their definitions."""

from collections.abc import AsyncGenerator
from typing import Annotated

import strawberry

from gateway.areas.custom_attributes.live.attributes import CUSTOM_ATTRIBUTES, CustomAttributeChange
from gateway.areas.custom_attributes.live.definitions import (
    CUSTOM_ATTRIBUTE_DEFINITIONS,
    CustomAttributeDefinitionChange,
)
from gateway.areas.custom_attributes.loaders import CustomAttributeByKey
from gateway.graph.loading.context import Info
from gateway.graph.schema.cost import costs
from gateway.graph.subscribing.following import MAX_WANTED, After, follow, wanted_ids


@strawberry.type
class CustomAttributeSubscription:
    @strawberry.subscription(
        description="Values of custom attributes that are set, changed or deleted, by any application: those of your "
        "application's definitions, those whose visibility lets others read them, and those of the seller's own "
        "fields. A value that is set for the first time is UPDATED as well. Not for the values that go "
        "with their customer or definition. One event costs a call for all who follow with the same "
        "rights. Needs CUSTOMERS_READ.",
        metadata=costs("RetrieveCustomerCustomAttribute", loader=CustomAttributeByKey),
    )
    def custom_attribute_changed(
        self,
        info: Info,
        customer_ids: Annotated[
            list[strawberry.ID] | None,
            strawberry.argument(
                description=f"Only those of these customers, at most {MAX_WANTED}. Of all when absent."
            ),
        ] = strawberry.UNSET,
        keys: Annotated[
            list[strawberry.ID] | None,
            strawberry.argument(
                description=f"Only those of these definitions, at most {MAX_WANTED}. Your application's own may be "
                "given with its name and without. Of all when absent."
            ),
        ] = strawberry.UNSET,
        after: After = strawberry.UNSET,
    ) -> AsyncGenerator[CustomAttributeChange, None]:
        wanted = {"customer_id": wanted_ids(customer_ids, "customerIds"), "key": wanted_ids(keys, "keys")}
        return follow(info, CUSTOM_ATTRIBUTES, after, wanted)

    @strawberry.subscription(
        description="Definitions of custom attributes that are created, changed or deleted: your application's own, "
        "those whose visibility lets others read them, and the seller's own fields. One event costs a call for all who "
        "follow with the same rights. Needs CUSTOMERS_READ.",
        metadata=costs("RetrieveCustomerCustomAttributeDefinition"),
    )
    def custom_attribute_definition_changed(
        self, info: Info, after: After = strawberry.UNSET
    ) -> AsyncGenerator[CustomAttributeDefinitionChange, None]:
        return follow(info, CUSTOM_ATTRIBUTE_DEFINITIONS, after, {})
