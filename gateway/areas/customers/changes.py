"""What Square's webhooks tell of customers, and how the graph shows it."""

from collections.abc import Mapping, Sequence
from typing import Any

import strawberry

from gateway.areas.customers.endpoints import READ
from gateway.areas.customers.loaders import CustomerById
from gateway.areas.customers.types import Customer
from gateway.events.event import Event, Fact, Kind
from gateway.events.family import Change, Family, Json, Told
from gateway.graph.loading.context import Context
from gateway.graph.loading.loader import each_of
from gateway.graph.subscribing.change import ChangeFields, told
from gateway.graph.subscribing.payload import part, required, version

# Customers that one merge may have; Square names no bound.
MAX_MERGED = 100


@strawberry.type(description="A merge of several profiles into a new one.")
class CustomerMerge:
    from_ids: list[strawberry.ID] = strawberry.field(description="The ids of the profiles that were merged.")
    into_id: strawberry.ID = strawberry.field(description="The id of the new profile.")


@strawberry.type(description="A change of a customer profile.")
class CustomerChange(ChangeFields):
    customer_id: strawberry.ID = strawberry.field(description="Square's id of the customer.")
    customer: Customer | None = strawberry.field(description="The customer as it is now; null once it is deleted.")
    merge: CustomerMerge | None = strawberry.field(
        description="The merge that created or deleted this profile, if one did."
    )


def _told(data: Json) -> Told:
    found = part(data, "object", "customer")
    facts: dict[str, Fact] = {}
    merge = data["object"].get("event_context")
    merge = merge.get("merge") if isinstance(merge, dict) else None
    if isinstance(merge, dict):
        before = merge.get("from_customer_ids")
        listed = before[:MAX_MERGED] if isinstance(before, list) else []
        facts["merged_from"] = tuple(each for each in listed if isinstance(each, str))
        facts["merged_into"] = required(merge, "to_customer_id")
    return Told(required(found, "id"), version(found), facts)


async def _read(context: Context, changes: Sequence[Change]) -> Mapping[str, Any]:
    found = await each_of(context.loader(CustomerById), [each.event.object_id for each in changes])
    # The id of a profile that was merged reads as the new one.
    return {key: None if isinstance(each, Customer) and each.id != key else each for key, each in found.items()}


def _show(change: Change, found: Any, position: str) -> CustomerChange:
    return CustomerChange(
        **told(change, position),
        customer_id=strawberry.ID(change.event.object_id),
        customer=found,
        merge=_merge(change.event),
    )


def _merge(event: Event) -> CustomerMerge | None:
    before, into = event.facts.get("merged_from"), event.facts.get("merged_into")
    if not isinstance(before, tuple | list) or not isinstance(into, str):
        return None
    return CustomerMerge(from_ids=[strawberry.ID(each) for each in before], into_id=strawberry.ID(into))


CUSTOMERS = Family(
    name="customers",
    scope=READ,
    types={
        "customer.created": Kind.CREATED,
        "customer.updated": Kind.UPDATED,
        "customer.deleted": Kind.DELETED,
    },
    told=_told,
    read=_read,
    show=_show,
    version=lambda found: found.version,
)
