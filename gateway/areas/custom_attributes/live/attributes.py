"""What Square's webhooks tell of the values of custom attributes, and how the graph shows it."""

from collections.abc import Mapping, Sequence
from typing import Any

import strawberry

from gateway.areas.custom_attributes.endpoints import READ
from gateway.areas.custom_attributes.live.keys import key_facts, names, qualified_key, shown_key, visible
from gateway.areas.custom_attributes.loaders import CustomAttributeByKey
from gateway.areas.custom_attributes.types import CustomAttribute
from gateway.events.event import Kind
from gateway.events.family import Change, Family, Json, Told, Unreadable
from gateway.graph.loading.context import Context, Info
from gateway.graph.loading.loader import each_of
from gateway.graph.subscribing.change import ChangeFields, told
from gateway.graph.subscribing.payload import part, required, version

# What stands between the key and the customer's id in the id of such an event.
_BETWEEN = ":CUSTOMER:"
_CUSTOMER_ID = "customer_id"
_NAME = "customer.custom_attribute"


@strawberry.type(description="A change of the value of a custom attribute.")
class CustomAttributeChange(ChangeFields):
    qualified_key: strawberry.Private[str]
    customer_id: strawberry.ID = strawberry.field(description="Square's id of the customer.")
    custom_attribute: CustomAttribute | None = strawberry.field(
        description="The attribute as it is now; null once it is deleted."
    )

    @strawberry.field(description="The key of the attribute's definition.")
    def key(self, info: Info) -> strawberry.ID:
        return shown_key(self.qualified_key, info.context)


def _told(data: Json) -> Told:
    # The payload names the customer nowhere else.
    object_id, found = required(data, "id"), part(data, "object")
    key, between, customer_id = object_id.rpartition(_BETWEEN)
    if not between or not key or not customer_id:
        raise Unreadable("a notification of a custom attribute without its customer")
    return Told(object_id, version(found), {**key_facts(key, found), _CUSTOMER_ID: customer_id})


async def _read(context: Context, changes: Sequence[Change]) -> Mapping[str, Any]:
    keys = {
        each.event.object_id: (str(each.event.facts[_CUSTOMER_ID]), shown_key(qualified_key(each.event), context), None)
        for each in changes
    }
    found = await each_of(context.loader(CustomAttributeByKey), list(keys.values()))
    return {object_id: found[key] for object_id, key in keys.items()}


def _show(change: Change, found: Any, position: str) -> CustomAttributeChange:
    return CustomAttributeChange(
        **told(change, position),
        qualified_key=qualified_key(change.event),
        customer_id=strawberry.ID(str(change.event.facts[_CUSTOMER_ID])),
        custom_attribute=found,
    )


CUSTOM_ATTRIBUTES = Family(
    name="custom_attributes",
    scope=READ,
    # The last two forms are deprecated; all that are subscribed to tell of the same change.
    types={
        f"{_NAME}.{form}{verb}": kind
        for form in ("visible.", "owned.", "public.", "")
        for verb, kind in (("updated", Kind.UPDATED), ("deleted", Kind.DELETED))
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
