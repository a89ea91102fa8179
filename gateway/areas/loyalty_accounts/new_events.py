"""Entries of ledgers that were just told of, found by a search: Square retrieves none by its id."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from gateway.areas.loyalty_accounts.endpoints import SEARCH_LOYALTY_EVENTS
from gateway.areas.loyalty_accounts.event_types import LoyaltyEvent
from gateway.areas.loyalty_accounts.searches import search_body
from gateway.areas.loyalty_accounts.types import PAGE_SIZE
from gateway.graph.loading.context import Context
from gateway.graph.subscribing.payload import moment
from gateway.square.errors import BadResponse, SquareError

# Pages of the events of one account that are read at most for one round.
MAX_PAGES = 10
# Webhooks cut the moments of events to whole seconds, and the end of a search is not in it.
_AROUND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class AccountEvent:
    """What is known of an event that is looked for; `created_at` is RFC 3339, empty when unknown."""

    id: str
    account_id: str
    created_at: str


async def new_events(
    context: Context, wanted: Sequence[AccountEvent]
) -> Mapping[str, LoyaltyEvent | SquareError | None]:
    """Events by their ids: one search for each account, side by side.

    An event that is not there yet is an error that may be tried again: none is ever taken away.
    """
    by_account: dict[str, list[AccountEvent]] = defaultdict(list)
    for each in wanted:
        by_account[each.account_id].append(each)
    answers = await asyncio.gather(*(_of_account(context, listed) for listed in by_account.values()))
    return {key: found for answer in answers for key, found in answer.items()}


async def _of_account(context: Context, wanted: Sequence[AccountEvent]) -> dict[str, LoyaltyEvent | SquareError | None]:
    missing = {each.id for each in wanted}
    found: dict[str, LoyaltyEvent | SquareError | None] = {}
    query, cursor = {"filter": _filter(wanted)}, None
    try:
        for _ in range(MAX_PAGES):
            page = await context.read(SEARCH_LOYALTY_EVENTS(body=search_body(query, cursor, PAGE_SIZE)))
            for event in page.items:
                if event.id in missing:
                    found[event.id] = event
                    missing.discard(event.id)
            cursor = page.cursor
            if not missing or cursor is None:
                break
    except SquareError as error:
        return {**dict.fromkeys(missing, error), **found}
    return {**dict.fromkeys(missing, BadResponse(SEARCH_LOYALTY_EVENTS.name)), **found}


def _filter(wanted: Sequence[AccountEvent]) -> dict[str, Any]:
    found: dict[str, Any] = {"loyalty_account_filter": {"loyalty_account_id": wanted[0].account_id}}
    moments = [moment(each.created_at) for each in wanted]
    known = [each for each in moments if each is not None]
    if len(known) == len(moments):
        span = {"start_at": _text(min(known) - _AROUND), "end_at": _text(max(known) + 2 * _AROUND)}
        found["date_time_filter"] = {"created_at": span}
    return found


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
