"""What can be batched about loyalty accounts and rewards. Square reads accounts and rewards only one by one."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.areas.loyalty_accounts.endpoints import (
    RETRIEVE_LOYALTY_ACCOUNT,
    RETRIEVE_LOYALTY_REWARD,
    SEARCH_LOYALTY_ACCOUNTS,
)
from gateway.areas.loyalty_accounts.owners import owners_of
from gateway.areas.loyalty_accounts.types import LoyaltyAccount, LoyaltyReward
from gateway.graph.loading.context import Context
from gateway.graph.loading.loader import KeyedLoader, one_by_one
from gateway.square.endpoint import Page
from gateway.square.errors import BadResponse, CallsUsedUp, SquareError

ACCOUNTS_PAGE = 200
# How many customers or phone numbers one search takes.
SEARCH_KEYS = 30
# Beside an account for each customer an operation is planned for two more, and for one more of so many customers.
MORE_ACCOUNTS, CUSTOMERS_WITH_ONE_MORE = 2, 3
# How many pages of accounts one operation follows at most, beyond the first of each search.
MAX_FURTHER_PAGES = 10


class LoyaltyAccountById(KeyedLoader[str, LoyaltyAccount]):
    """Accounts by id, one a call."""

    operation_name = "RetrieveLoyaltyAccount"
    batch_size = 1
    gathers = False
    type = LoyaltyAccount

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, LoyaltyAccount | SquareError | None]:
        """Retrieve each account."""
        return await one_by_one(keys, lambda key: self.context.read(RETRIEVE_LOYALTY_ACCOUNT(account_id=key)))


class LoyaltyAccountsByCustomer(KeyedLoader[str, list[LoyaltyAccount]]):
    """The accounts of customers, oldest first, thirty customers a call; a customer without one has an empty list."""

    operation_name = further_name = "SearchLoyaltyAccounts"
    batch_size = SEARCH_KEYS

    def __init__(self, context: Context) -> None:
        """Begin with no page that was followed."""
        super().__init__(context)
        self._asked = self._followed = 0

    @classmethod
    def further_calls(cls, keys: int, parents: int) -> int:
        """A further page of accounts for each customer and one more, but no more than ten."""
        return min(keys + 1, MAX_FURTHER_PAGES)

    @classmethod
    def objects_for(cls, keys: int) -> int:
        """An account for each customer, and some more: one has as many as phone numbers, and Square gives no bound."""
        return keys + MORE_ACCOUNTS + keys // CUSTOMERS_WITH_ONE_MORE if keys else 0

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, list[LoyaltyAccount] | SquareError | None]:
        """Search for the accounts of these customers, page by page, and keep each for its own id too.

        An account that moves to another page meanwhile comes twice: it counts once.
        """
        accounts: dict[str, list[LoyaltyAccount]] = {}
        seen: set[tuple[str, str]] = set()
        by_id = self.context.loader(LoyaltyAccountById)
        body: dict[str, Any] = {"query": {"customer_ids": list(keys)}, "limit": ACCOUNTS_PAGE}

        self._asked += len(keys)

        async def read(cursor: str | None) -> Page[LoyaltyAccount]:
            if cursor is not None:
                if self._followed >= self.further_calls(self._asked, 1):
                    raise CallsUsedUp(self.operation_name)
                self._followed += 1
            sent = body if cursor is None else {**body, "cursor": cursor}
            return await self.context.read(SEARCH_LOYALTY_ACCOUNTS(body=sent))

        cursor, visited = None, set[str]()
        while True:
            page = await read(cursor)
            owners = await owners_of(self.context, keys, page, first=cursor is None)
            for account in page.items:
                by_id.prime(account.id, account)
                for key in owners[account.customer_id]:
                    if (key, account.id) not in seen:
                        seen.add((key, account.id))
                        accounts.setdefault(key, []).append(account)
            cursor = page.cursor
            if cursor is None:
                break
            if cursor in visited:
                raise BadResponse(self.operation_name)
            visited.add(cursor)
        return {key: accounts.get(key, []) for key in keys}


class LoyaltyRewardById(KeyedLoader[str, LoyaltyReward]):
    """Rewards by id, one a call; deleted ones can still be read."""

    operation_name = "RetrieveLoyaltyReward"
    batch_size = 1
    gathers = False
    type = LoyaltyReward

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, LoyaltyReward | SquareError | None]:
        """Retrieve each reward."""
        return await one_by_one(keys, lambda key: self.context.read(RETRIEVE_LOYALTY_REWARD(reward_id=key)))
