"""The pages of rewards and events: of one account, or of all when the owner is None."""

from collections.abc import Sequence
from typing import Any

from gateway.areas.loyalty_accounts.endpoints import SEARCH_LOYALTY_EVENTS, SEARCH_LOYALTY_REWARDS
from gateway.areas.loyalty_accounts.event_types import LoyaltyEvent, LoyaltyEventConnection
from gateway.areas.loyalty_accounts.filters import LoyaltyAccountEventFilter, refused_filter
from gateway.areas.loyalty_accounts.loaders import LoyaltyRewardById
from gateway.areas.loyalty_accounts.types import PAGE_SIZE, LoyaltyReward, LoyaltyRewardConnection, LoyaltyRewardStatus
from gateway.graph.loading.context import Info
from gateway.graph.loading.page_source import PageSource
from gateway.graph.loading.pagination import refused_status
from gateway.graph.schema.encode import encode
from gateway.square.endpoint import Page

_FILTERS = {
    "query.filter.type_filter.types": ["filter", "types"],
    "query.filter.location_filter.location_ids": ["filter", "locationIds"],
    "query.filter.order_filter.order_id": ["filter", "orderId"],
    "query.filter.date_time_filter.created_at": ["filter", "createdAt"],
    "query.filter.loyalty_account_filter.loyalty_account_id": ["filter", "accountId"],
}


class LoyaltyRewardsOfAccount(PageSource[LoyaltyReward]):
    """Rewards, the last changed first: all that Square lists, deleted ones too, or those with one status."""

    page_size = PAGE_SIZE
    connection = LoyaltyRewardConnection

    async def search(
        self,
        owner: str | None,
        status: LoyaltyRewardStatus | None,
        info: Info,
        first: int | None,
        after: str | None,
        *,
        path: Sequence[str] = ("status",),
    ) -> LoyaltyRewardConnection:
        """The connection of the rewards with this status, or of all for None.

        `path` leads to the argument that holds the status, and with it the owner's when it is a field of an input.
        """
        if refused := refused_status(status.value if status else None, *path):
            raise refused
        query: dict[str, Any] | None = {"loyalty_account_id": owner} if owner is not None else None
        if query and status:
            query["status"] = status.value
        renames = {"query.status": path}
        if path[1:]:
            renames["query.loyalty_account_id"] = [*path[:-1], "accountId"]

        return await LoyaltyRewardConnection.read(
            info,
            lambda cursor, limit: SEARCH_LOYALTY_REWARDS(body=search_body(query, cursor, limit)),
            first=first,
            after=after,
            page_size=PAGE_SIZE,
            bound=["loyaltyRewards", query],
            renames=renames,
            shown=self._known,
        )

    def _known(self, page: Page[LoyaltyReward]) -> Page[LoyaltyReward]:
        """The page; its rewards need not be read again by their ids."""
        loader = self.context.loader(LoyaltyRewardById)
        for reward in page.items:
            loader.prime(reward.id, reward)
        return page


class LoyaltyEventsOfAccount(PageSource[LoyaltyEvent]):
    """Events, newest first."""

    page_size = PAGE_SIZE
    connection = LoyaltyEventConnection

    async def search(
        self,
        owner: str | None,
        filter: LoyaltyAccountEventFilter | None,
        info: Info,
        first: int | None,
        after: str | None,
    ) -> LoyaltyEventConnection:
        """The connection of the events that pass the filter, and are the owner's if there is one."""
        wanted = _event_filter(filter) if filter else {}
        if owner is not None:
            wanted["loyalty_account_filter"] = {"loyalty_account_id": owner}

        query = {"filter": wanted} if wanted else None
        return await LoyaltyEventConnection.read(
            info,
            lambda cursor, limit: SEARCH_LOYALTY_EVENTS(body=search_body(query, cursor, limit)),
            first=first,
            after=after,
            page_size=PAGE_SIZE,
            bound=["loyaltyEvents", wanted],
            renames=_FILTERS,
        )


def _event_filter(given: LoyaltyAccountEventFilter) -> dict[str, Any]:
    """The filter on the wire. Raises `BadInput` for what no event can pass or what says nothing."""
    wanted: dict[str, Any] = encode(given, nulls=False)
    types = wanted.get("type_filter", {}).get("types")
    location_ids = wanted.get("location_filter", {}).get("location_ids")
    created_at = wanted.get("date_time_filter", {}).get("created_at")
    if refused := refused_filter({"filter": {"types": types, "locationIds": location_ids, "createdAt": created_at}}):
        raise refused
    return wanted


def search_body(query: dict[str, Any] | None, cursor: str | None, limit: int) -> dict[str, Any]:
    """The body of a search: what is looked for, if anything, and which page."""
    body: dict[str, Any] = {"limit": limit}
    if query:
        body["query"] = query
    if cursor is not None:
        body["cursor"] = cursor
    return body
