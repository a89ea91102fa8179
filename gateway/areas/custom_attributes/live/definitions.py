"""What Square's webhooks tell of the definitions of custom attributes, and how the graph shows it."""

from collections.abc import Mapping, Sequence
from typing import Any

import strawberry

from gateway.areas.custom_attributes.definitions import CustomAttributeDefinition
from gateway.areas.custom_attributes.endpoints import READ, RETRIEVE_DEFINITION
from gateway.areas.custom_attributes.live.keys import key_facts, names, qualified_key, shown_key, visible
from gateway.events.event import Kind
from gateway.events.family import Change, Family, Json, Told
from gateway.graph.loading.context import Context, Info
from gateway.graph.loading.loader import one_by_one
from gateway.graph.subscribing.change import ChangeFields, told
from gateway.graph.subscribing.payload import part, required, version

_NAME = "customer.custom_attribute_definition"


@strawberry.type(description="A change of the definition of a custom attribute.")
class CustomAttributeDefinitionChange(ChangeFields):
    qualified_key: strawberry.Private[str]
    custom_attribute_definition: CustomAttributeDefinition | None = strawberry.field(
        description="The definition as it is now; null once it is deleted."
    )

    @strawberry.field(description="The key of the definition.")
    def key(self, info: Info) -> strawberry.ID:
        return shown_key(self.qualified_key, info.context)


def _told(data: Json) -> Told:
    found = part(data, "object")
    key = required(found, "key")
    return Told(key, version(found), key_facts(key, found))


async def _read(context: Context, changes: Sequence[Change]) -> Mapping[str, Any]:
    # Each by itself, as the list may lag.
    return await one_by_one(
        [each.event.object_id for each in changes],
        lambda key: context.read(RETRIEVE_DEFINITION(key=shown_key(key, context))),
    )


def _show(change: Change, found: Any, position: str) -> CustomAttributeDefinitionChange:
    return CustomAttributeDefinitionChange(
        **told(change, position), qualified_key=qualified_key(change.event), custom_attribute_definition=found
    )


CUSTOM_ATTRIBUTE_DEFINITIONS = Family(
    name="custom_attribute_definitions",
    shared_ids=True,
    scope=READ,
    # The last two forms are deprecated; all that are subscribed to tell of the same change.
    types={
        f"{_NAME}.{form}{verb}": kind
        for form in ("visible.", "owned.", "public.", "")
        for verb, kind in (("created", Kind.CREATED), ("updated", Kind.UPDATED), ("deleted", Kind.DELETED))
    },
    told=_told,
    read=_read,
    show=_show,
    version=lambda found: found.version,
    visible=visible,
    facts=names,
    recreated=True,
    updated=lambda found: found.updated_at,
)
