"""Reading loyalty accounts, rewards and events."""

from typing import Annotated, Any

import strawberry

from gateway.areas.loyalty_accounts.endpoints import SEARCH_LOYALTY_ACCOUNTS
from gateway.areas.loyalty_accounts.filters import LoyaltyAccountFilter, LoyaltyEventFilter
from gateway.areas.loyalty_accounts.inputs import E164_MESSAGE, LoyaltyRewardFilter, is_e164
from gateway.areas.loyalty_accounts.loaders import ACCOUNTS_PAGE, SEARCH_KEYS, LoyaltyAccountById, LoyaltyRewardById
from gateway.areas.loyalty_accounts.owners import READS_AS, owners_of
from gateway.areas.loyalty_accounts.searches import LoyaltyEventsOfAccount, LoyaltyRewardsOfAccount, search_body
from gateway.areas.loyalty_accounts.types import (
    PAGE_SIZE,
    LoyaltyAccount,
    LoyaltyAccountConnection,
    LoyaltyEventConnection,
    LoyaltyReward,
    LoyaltyRewardConnection,
)
from gateway.graph.errors import BadInput, refused_as_input
from gateway.graph.loading.context import Info
from gateway.graph.loading.pagination import After, First, window
from gateway.graph.schema.cost import costs
from gateway.graph.schema.encode import encode
from gateway.square.endpoint import Page

_FILTERS = {
    "query.customer_ids": ["filter", "customerIds"],
    "query.mappings": ["filter", "phoneNumbers"],
    # Each number is an object of its own on the wire.
    **{f"query.mappings[{index}].phone_number": ["filter", "phoneNumbers", str(index)] for index in range(SEARCH_KEYS)},
}


@strawberry.type
class LoyaltyAccountQuery:
    @strawberry.field(
        description="One loyalty account, null when there is none with this id. Needs LOYALTY_READ.",
        metadata=costs("RetrieveLoyaltyAccount", loader=LoyaltyAccountById),
    )
    def loyalty_account(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Square's id of the account.")]
    ) -> LoyaltyAccount | None:
        return info.context.loader(LoyaltyAccountById).later(id)

    @strawberry.field(
        description="Loyalty accounts, oldest first. Needs LOYALTY_READ.",
        metadata=costs("SearchLoyaltyAccounts", page_size=ACCOUNTS_PAGE, confirm=("customerIds", READS_AS)),
    )
    async def loyalty_accounts(
        self,
        info: Info,
        filter: Annotated[
            LoyaltyAccountFilter | None,
            strawberry.argument(description="Which accounts. All of the seller when absent."),
        ] = strawberry.UNSET,
        first: First = ACCOUNTS_PAGE,
        after: After = strawberry.UNSET,
    ) -> LoyaltyAccountConnection | None:
        query = _account_query(filter) if filter else None

        asked = (query or {}).get("customer_ids")

        async def fetch(cursor: str | None, limit: int) -> Page[LoyaltyAccount]:
            with refused_as_input(_FILTERS):
                page = await info.context.read(SEARCH_LOYALTY_ACCOUNTS(body=search_body(query, cursor, limit)))
            if asked is not None:
                await owners_of(info.context, asked, page, first=cursor is None)
            known = info.context.loader(LoyaltyAccountById)
            for account in page.items:
                known.prime(account.id, account)
            return page

        bound = ["loyaltyAccounts", query]
        found = await window(info, fetch, first=first, after=after, page_size=ACCOUNTS_PAGE, bound=bound)
        return LoyaltyAccountConnection.of(found)

    @strawberry.field(
        description="One loyalty reward, deleted ones too; null when there is none with this id. Needs LOYALTY_READ.",
        metadata=costs("RetrieveLoyaltyReward", loader=LoyaltyRewardById),
    )
    def loyalty_reward(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="Square's id of the reward.")]
    ) -> LoyaltyReward | None:
        return info.context.loader(LoyaltyRewardById).later(id)

    @strawberry.field(
        description="Loyalty rewards, the last changed first. Needs LOYALTY_READ.",
        metadata=costs("SearchLoyaltyRewards", page_size=PAGE_SIZE),
    )
    async def loyalty_rewards(
        self,
        info: Info,
        filter: Annotated[
            LoyaltyRewardFilter | None,
            strawberry.argument(description="Which rewards. All of the seller when absent, deleted ones too."),
        ] = strawberry.UNSET,
        first: First = PAGE_SIZE,
        after: After = strawberry.UNSET,
    ) -> LoyaltyRewardConnection | None:
        source = info.context.source(LoyaltyRewardsOfAccount)
        owner, status = (filter.account_id, filter.status) if filter else (None, None)
        path = ("filter", "status")
        return await source.search(owner, status.value if status else None, info, first, after, path=path)

    @strawberry.field(
        description="The entries of the ledgers of loyalty accounts, newest first. Needs LOYALTY_READ.",
        metadata=costs("SearchLoyaltyEvents", page_size=PAGE_SIZE),
    )
    async def loyalty_events(
        self,
        info: Info,
        filter: Annotated[
            LoyaltyEventFilter | None,
            strawberry.argument(description="Which events. All of the seller when absent."),
        ] = strawberry.UNSET,
        first: First = PAGE_SIZE,
        after: After = strawberry.UNSET,
    ) -> LoyaltyEventConnection | None:
        source = info.context.source(LoyaltyEventsOfAccount)
        return await source.search(None, filter or None, info, first, after)


def _account_query(given: LoyaltyAccountFilter) -> dict[str, Any]:
    """The query on the wire. Raises `BadInput` for a list that no search takes."""
    wanted = encode(given)
    (name, values), *_ = wanted.items()
    field = "customerIds" if name == "customer_ids" else "phoneNumbers"
    if not 1 <= len(values) <= SEARCH_KEYS:
        raise BadInput(f"Give 1 to {SEARCH_KEYS} values.", "filter", field)
    if name == "customer_ids":
        return {"customer_ids": values}
    for index, number in enumerate(values):
        if not is_e164(number):
            raise BadInput(E164_MESSAGE, "filter", field, str(index))
    return {"mappings": [{"phone_number": number} for number in values]}
