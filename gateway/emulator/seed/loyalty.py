"""Loyalty accounts with their past: who has one, or several by several telephones, and when its buyer came."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from itertools import islice

from gateway.emulator.api.clock import timestamp
from gateway.emulator.api.routes import Json
from gateway.emulator.rules.loyalty import ledger as loyalty_ledger
from gateway.emulator.rules.loyalty import orders
from gateway.emulator.rules.loyalty import rewards as loyalty_rewards
from gateway.emulator.seed.chance import Chance
from gateway.emulator.seed.history import History
from gateway.emulator.seed.months import OLDEST, moment
from gateway.emulator.seed.people import further_phone, regular
from gateway.emulator.seed.shops import COFFEE_SHOP, Shop
from gateway.emulator.validation.phones import e164


def insert_accounts(
    db: sqlite3.Connection, shop: Shop, now: datetime, numbered: list[tuple[int, Json]], most: int
) -> int:
    """Store accounts, with all that happened to them, for at most so many of some stored customers.

    The customers are given with their numbers; those without a telephone cannot join. Answers how many have
    joined: there are more accounts than that.
    """
    joined = ((number, doc) for number, doc in numbered if "phone_number" in doc and _joins(shop, number))
    members = list(islice(joined, most))
    histories = [
        _lived(shop, now, number, doc, phone) for number, doc in members for phone in range(_phones(shop, number))
    ]
    for history in histories:
        for order in history.orders:
            orders.insert_order(db, shop.seller, order)
    loyalty_ledger.insert_accounts(db, shop.seller, (history.account for history in histories))
    loyalty_ledger.insert_events(db, shop.seller, (event for history in histories for event in history.events))
    for history in histories:
        for reward, lots in history.rewards:
            loyalty_rewards.insert(db, shop.seller, reward, lots)
    return len(members)


def _joins(shop: Shop, number: int) -> bool:
    return regular(shop, number) or number % 5 < 3


def _phones(shop: Shop, number: int) -> int:
    """With how many telephones the customer has joined: an account belongs to one number."""
    if shop is not COFFEE_SHOP:
        return 1
    if number % 100 == 12:
        return 3
    return 2 if number % 40 == 6 else 1


def _lived(shop: Shop, now: datetime, number: int, doc: Json, phone: int) -> History:
    chance = Chance("account", shop.seller, number, *([phone] if phone else []))
    often = regular(shop, number) and not phone
    joined = chance.randrange(14 if often else 1, OLDEST)
    at = timestamp(moment(now, joined, 1, chance.randrange(300)))
    mapped = further_phone(number, phone) if phone else e164(doc["phone_number"])
    account: Json = {
        "id": chance.uuid(),
        "program_id": shop.program["id"],
        "balance": 0,
        "lifetime_points": 0,
        "customer_id": doc["id"],
        "created_at": at,
        "updated_at": at,
        "mapping": {"id": chance.uuid(), "created_at": at, "phone_number": mapped},
    }
    history = History(shop, now, chance, account)
    if not often and chance.happens(0.05):
        # Signed up and never came back.
        return history
    habit = 0.6 if often else chance.uniform(0.05, 0.3)
    for months_back in range(joined, 0, -1):
        history.expire(months_back)
        if months_back == joined or chance.happens(habit):
            _month(history, months_back)
    if often:
        history.visit(moment(now, 1, 28), 1)
    history.expire(0)
    return history


def _month(history: History, months_back: int) -> None:
    chance = history.chance
    for day in sorted(chance.sample(range(2, 28), chance.randrange(1, 3))):
        at = moment(history.now, months_back, day, chance.randrange(360))
        if chance.happens(0.06):
            history.correct(at)
        else:
            history.visit(at, months_back)
        if chance.happens(0.5):
            history.claim(moment(history.now, months_back, day, 370 + chance.randrange(60)), months_back)
