"""The seller whose data change through the gateway alone: what its subscribers must have been told.

Each object may have any number of writers, so that states have no order but Square's own: the version of a customer,
and the ledger, of which each entry is told once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp

from gateway.emulator.store.tenants import SECOND_SELLER
from gateway.events.position import Positions
from tests.history.shop import Shop, read_shop
from tests.history.tenancy import TOKENS
from tests.live.checks import check_ledger, check_positions, without_repeats
from tests.live.objects import GONE, KINDS
from tests.live.subscribers import Subscriber


def _version(change: dict[str, Any]) -> int | None:
    return None if change["customer"] is None else int(change["customer"]["version"])


_ASKED = (KINDS["ledger"], replace(KINDS["customer"], carried=_version))


def subscribers(url: str, http: aiohttp.ClientSession, count: int) -> list[Subscriber]:
    """So many who follow everything of the second seller."""
    token = TOKENS[SECOND_SELLER]
    # WebSockets and event streams of either kind.
    return [Subscriber(number, _ASKED[number // 2 % 2], None, url, http, token) for number in range(count)]


def read(database: Path) -> Shop:
    """What the seller has now."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as db:
        shop = read_shop(db, SECOND_SELLER)
    db.close()
    return shop


def entries(shop: Shop) -> set[str]:
    """The ids of the ledger."""
    return {event["id"] for event in shop.events}


def missing(subscriber: Subscriber, ledger: set[str], early: set[str]) -> bool:
    """Whether a subscriber to the ledger has not been told yet of an entry that is not `early`."""
    return subscriber.kind.name == "ledger" and not ledger - early <= subscriber.seen.keys()


def violations(
    followers: Sequence[Subscriber], ledger: set[str], early: set[str], positions: Positions
) -> Iterator[str]:
    """What is wrong with what they were told."""
    for each in followers:
        yield from (f"seller 2, subscriber {each.number}: {error}" for error in each.errors)
        yield from (f"seller 2, {wrong}" for wrong in check_positions(each, positions))
        if each.kind.name == "ledger":
            yield from (f"seller 2, {wrong}" for wrong in check_ledger(each, ledger, early))
        else:
            yield from (f"seller 2, subscriber {each.number}: {wrong}" for wrong in _versions(each))


def _versions(subscriber: Subscriber) -> Iterator[str]:
    for id in subscriber.seen:
        seen = without_repeats(subscriber, id)
        if GONE in seen[:-1]:
            yield f"customer {id} went on after it was deleted: {seen}"
        if (there := [each for each in seen if each != GONE]) != sorted(there):
            yield f"customer {id} went back: {seen}"
