"""What Square's webhooks tell of loyalty accounts and the entries of their ledgers, and how the graph shows it."""

from collections.abc import Mapping, Sequence
from typing import Any

import strawberry

from gateway.areas.loyalty_accounts.endpoints import READ
from gateway.areas.loyalty_accounts.event_types import LoyaltyEvent
from gateway.areas.loyalty_accounts.loaders import LoyaltyAccountById
from gateway.areas.loyalty_accounts.new_events import AccountEvent, new_events
from gateway.areas.loyalty_accounts.types import LoyaltyAccount
from gateway.events.event import Event, Kind
from gateway.events.family import Change, Family, Json, Told
from gateway.graph.loading.context import Context
from gateway.graph.loading.loader import each_of
from gateway.graph.subscribing.change import ChangeFields, told
from gateway.graph.subscribing.payload import facts, part, required


@strawberry.type(description="A change of a loyalty account.")
class LoyaltyAccountChange(ChangeFields):
    account_id: strawberry.ID = strawberry.field(description="Square's id of the account.")
    account: LoyaltyAccount | None = strawberry.field(
        description="The account as it is now, however late Square tells of it; null once it is deleted."
    )


@strawberry.type(description="A new entry in the ledger of a loyalty account.")
class LoyaltyEventCreation(ChangeFields):
    event_id: strawberry.ID = strawberry.field(description="Square's id of the event.")
    account_id: strawberry.ID | None = strawberry.field(description="The id of the account that it happened to.")
    event: LoyaltyEvent | None = strawberry.field(description="The event.")


def _account_told(data: Json) -> Told:
    # Its times and balance say nothing: such notifications may be older than they look.
    found = part(data, "object", "loyalty_account")
    return Told(required(found, "id"), None, facts(found, "customer_id", "program_id"))


async def _read_accounts(context: Context, changes: Sequence[Change]) -> Mapping[str, Any]:
    return await each_of(context.loader(LoyaltyAccountById), [each.event.object_id for each in changes])


def _show_account(change: Change, found: Any, position: str) -> LoyaltyAccountChange:
    return LoyaltyAccountChange(
        **told(change, position), account_id=strawberry.ID(change.event.object_id), account=found
    )


LOYALTY_ACCOUNTS = Family(
    name="loyalty_accounts",
    scope=READ,
    types={
        "loyalty.account.created": Kind.CREATED,
        "loyalty.account.updated": Kind.UPDATED,
        "loyalty.account.deleted": Kind.DELETED,
    },
    told=_account_told,
    read=_read_accounts,
    show=_show_account,
    updated=lambda found: found.updated_at,
)


def _event_told(data: Json) -> Told:
    # The id beside the object may be another one in Square's examples.
    found = part(data, "object", "loyalty_event")
    kept = {**facts(found, "type", "created_at"), "account_id": required(found, "loyalty_account_id")}
    return Told(required(found, "id"), None, kept)


def _account_id(event: Event) -> str:
    return str(event.facts["account_id"])


async def _read_events(context: Context, changes: Sequence[Change]) -> Mapping[str, Any]:
    wanted = [
        AccountEvent(each.event.object_id, _account_id(each.event), str(each.event.facts.get("created_at", "")))
        for each in changes
    ]
    return await new_events(context, wanted)


def _show_event(change: Change, found: Any, position: str) -> LoyaltyEventCreation:
    return LoyaltyEventCreation(
        **told(change, position),
        event_id=strawberry.ID(change.event.object_id),
        account_id=strawberry.ID(_account_id(change.event)),
        event=found,
    )


LOYALTY_EVENTS = Family(
    name="loyalty_events",
    scope=READ,
    types={"loyalty.event.created": Kind.CREATED},
    told=_event_told,
    read=_read_events,
    show=_show_event,
    single=True,
)
