"""The pages of rewards and events: of one account, or of all when the owner is None."""

from collections.abc import Sequence
from typing import Any

from gateway.areas.loyalty_accounts.endpoints import SEARCH_LOYALTY_EVENTS, SEARCH_LOYALTY_REWARDS
from gateway.areas.loyalty_accounts.event_types import LoyaltyEvent, LoyaltyEventConnection, LoyaltyEventType
from gateway.areas.loyalty_accounts.filters import LoyaltyAccountEventFilter
from gateway.areas.loyalty_accounts.loaders import LoyaltyRewardById
from gateway.areas.loyalty_accounts.types import PAGE_SIZE, LoyaltyReward, LoyaltyRewardConnection, LoyaltyRewardStatus
from gateway.graph.errors import BadInput, refused_as_input
from gateway.graph.loading.context import Info
from gateway.graph.loading.page_source import PageSource
from gateway.graph.loading.pagination import window
from gateway.square.decode import encode
from gateway.square.endpoint import Page

_FILTERS = {
    "query.filter.type_filter.types": ["filter", "types"],
    "query.filter.location_filter.location_ids": ["filter", "locationIds"],
    "query.filter.order_filter.order_id": ["filter", "orderId"],
    "query.filter.date_time_filter.created_at": ["filter", "createdAt"],
    "query.filter.loyalty_account_filter.loyalty_account_id": ["filter", "accountId"],
}


class LoyaltyRewardsOfAccount(PageSource[LoyaltyReward]):
    """Rewards, the last changed first. Square gives deleted ones too: they are left out unless asked for by status."""

    page_size = PAGE_SIZE
    connection = LoyaltyRewardConnection

    async def page(self, owner: str, cursor: str | None, limit: int, info: Info) -> Page[LoyaltyReward]:
        """One page of an account's rewards."""
        return await self._page({"loyalty_account_id": owner}, cursor, limit)

    async def search(
        self,
        owner: str | None,
        status: LoyaltyRewardStatus | None,
        info: Info,
        first: int,
        after: str | None,
        *,
        path: Sequence[str] = ("status",),
    ) -> LoyaltyRewardConnection:
        """The connection of the rewards with this status; with None, of all that are not deleted.

        `path` leads to the argument that holds the status, and with it the owner's when it is a field of an input.
        """
        if status is LoyaltyRewardStatus.UNKNOWN:
            raise BadInput("UNKNOWN is not a status that Square can look for.", *path)
        query = {"loyalty_account_id": owner} if owner else None
        if query and status:
            query["status"] = status.value

        async def fetch(cursor: str | None, limit: int) -> Page[LoyaltyReward]:
            return await self._page(query, cursor, limit)

        bound = ["loyaltyRewards", query]
        arguments = {"query.status": path}
        if path[1:]:
            arguments["query.loyalty_account_id"] = [*path[:-1], "accountId"]
        with refused_as_input(arguments):
            found = await window(info, fetch, first=first, after=after, page_size=PAGE_SIZE, bound=bound)
        return LoyaltyRewardConnection.of(found)

    async def _page(self, query: dict[str, str] | None, cursor: str | None, limit: int) -> Page[LoyaltyReward]:
        # Where some are left out a whole page is read: a smaller one costs the same call and shows fewer.
        whole = not (query and "status" in query)
        body = _body(query, cursor, PAGE_SIZE if whole else limit)
        page = await self.operation.read(SEARCH_LOYALTY_REWARDS(body=body))
        known = self.operation.loader(LoyaltyRewardById)
        for reward in page.items:
            known.prime(reward.id, reward)
        if not whole:
            return page
        kept = [reward for reward in page.items if reward.status is not LoyaltyRewardStatus.DELETED]
        return Page(kept, page.cursor, page.count)


class LoyaltyEventsOfAccount(PageSource[LoyaltyEvent]):
    """Events, newest first."""

    page_size = PAGE_SIZE
    connection = LoyaltyEventConnection

    async def page(self, owner: str, cursor: str | None, limit: int, info: Info) -> Page[LoyaltyEvent]:
        """One page of an account's events."""
        return await self._page({"loyalty_account_filter": {"loyalty_account_id": owner}}, cursor, limit)

    async def search(
        self, owner: str | None, filter: LoyaltyAccountEventFilter | None, info: Info, first: int, after: str | None
    ) -> LoyaltyEventConnection:
        """The connection of the events that pass the filter, and are the owner's if there is one."""
        wanted = _event_filter(filter) if filter else {}
        if owner:
            wanted["loyalty_account_filter"] = {"loyalty_account_id": owner}

        async def fetch(cursor: str | None, limit: int) -> Page[LoyaltyEvent]:
            return await self._page(wanted, cursor, limit)

        bound = ["loyaltyEvents", wanted]
        with refused_as_input(_FILTERS):
            found = await window(info, fetch, first=first, after=after, page_size=PAGE_SIZE, bound=bound)
        return LoyaltyEventConnection.of(found)

    async def _page(self, wanted: dict[str, Any], cursor: str | None, limit: int) -> Page[LoyaltyEvent]:
        query = {"filter": wanted} if wanted else None
        return await self.operation.read(SEARCH_LOYALTY_EVENTS(body=_body(query, cursor, limit)))


def _event_filter(given: LoyaltyAccountEventFilter) -> dict[str, Any]:
    """The filter on the wire. Raises `BadInput` for what no event can pass or what says nothing."""
    wanted: dict[str, Any] = encode(given, nulls=False)
    types = wanted.get("type_filter", {}).get("types")
    if types is not None and (not types or LoyaltyEventType.UNKNOWN.value in types):
        raise BadInput("Give at least one kind of event, and none that is UNKNOWN.", "filter", "types")
    if wanted.get("location_filter", {}).get("location_ids") == []:
        raise BadInput("Give at least one location.", "filter", "locationIds")
    if wanted.get("date_time_filter", {}).get("created_at") == {}:
        raise BadInput("Give at least one end of the span of time.", "filter", "createdAt")
    return wanted


def _body(query: dict[str, Any] | None, cursor: str | None, limit: int) -> dict[str, Any]:
    body: dict[str, Any] = {"limit": limit}
    if query:
        body["query"] = query
    if cursor is not None:
        body["cursor"] = cursor
    return body
