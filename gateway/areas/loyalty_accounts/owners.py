"""Whose the accounts are that a search by customers has found, as customers may have been merged.

The id of a merged customer still finds its accounts, which belong to the new customer. That they were asked for is
known once Square says, of the id that was asked for, that it reads as the new customer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gateway.areas.loyalty_accounts.types import LoyaltyAccount
from gateway.graph.loading.context import Context
from gateway.graph.loading.warning import Warned
from gateway.square.endpoint import Bulk, Endpoint, Page, is_id
from gateway.square.errors import AnotherObject, SquareError

# The operation of another area that tells which customer an id reads as.
READS_AS = "BulkRetrieveCustomers"

Owners = dict[str | None, list[str]]


async def owners_of(context: Context, asked: Sequence[str], page: Page[LoyaltyAccount], *, first: bool) -> Owners:
    """The ids that were asked for, by the id of the customer that an account has.

    Accounts that were not asked for are taken out of the page, with a warning. When it is the `first` page and all of
    them are such, it answers something else: raises `AnotherObject`.
    """
    owners: Owners = {each: [each] for each in asked}
    if all(account.customer_id in owners for account in page.items):
        return owners
    for old, new in (await _merged(context, asked)).items():
        owners.setdefault(new, []).append(old)
    kept = [account for account in page.items if account.customer_id in owners]
    if first and not kept:
        raise AnotherObject("SearchLoyaltyAccounts")
    context.warnings.add(Warned.ITEMS_NOT_ASKED_FOR, len(page.items) - len(kept))
    page.items = kept
    return owners


async def _merged(context: Context, asked: Sequence[str]) -> dict[str, str]:
    """The new ids of those customers that were merged, as far as Square tells and the operation may ask."""
    row: Endpoint[Bulk[Any]] = next(each for each in context.registry.endpoints if each.name == READS_AS)
    # Not through the loader of customers: it may wait for the very search that this belongs to.
    call = row(body={"customer_ids": [each for each in asked if is_id(each)]})
    try:
        found = (await context.read(call)).items
    except SquareError:
        return {}
    return {
        old: customer.id
        for old, customer in found.items()
        if customer is not None and not isinstance(customer, Exception) and customer.id != old
    }
