"""The two sellers' shops: places, goods and loyalty programs, which no operation of the API can create.

Data only, but for putting it into the tables. Customers, groups and the rest are elsewhere.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from gateway.emulator.api.routes import Json
from gateway.emulator.rules.loyalty import orders
from gateway.emulator.rules.loyalty import programs as loyalty_programs
from gateway.emulator.store.tenants import FIRST_SELLER, SECOND_SELLER

_OPENED = "2019-02-18T17:00:00.000Z"
_CHANGED = "2023-01-09T18:30:12.000Z"


@dataclass(frozen=True, slots=True)
class Item:
    """Something that is sold: one variation of a catalog item, with its price in cents."""

    variation_id: str
    category_id: str
    name: str
    price: int


@dataclass(frozen=True, slots=True)
class Shop:
    """One seller's shop."""

    seller: str
    locations: tuple[Json, ...]
    items: tuple[Item, ...]
    program: Json

    @property
    def location_ids(self) -> list[str]:
        """The shop's places, the main one first."""
        return [location["id"] for location in self.locations]


DRINKS, PASTRIES, WHOLE_BEANS, GIFT_CARDS = "CATEGORY-DRINKS", "CATEGORY-PASTRIES", "CATEGORY-BEANS", "CATEGORY-GIFTS"
DELIVERY = "VARIATION-DELIVERY"

COFFEE_SHOP = Shop(
    seller=FIRST_SELLER,
    locations=(
        {"id": "LROASTERY", "name": "Roastery on Folsom", "timezone": "America/Los_Angeles"},
        {"id": "LBAKERY", "name": "Bakery on Noe", "timezone": "America/Los_Angeles"},
    ),
    items=(
        Item("VARIATION-DRIP", DRINKS, "Drip coffee", 350),
        Item("VARIATION-LATTE", DRINKS, "Latte", 525),
        Item("VARIATION-CORTADO", DRINKS, "Cortado", 475),
        Item("VARIATION-CROISSANT", PASTRIES, "Almond croissant", 450),
        Item("VARIATION-BUN", PASTRIES, "Morning bun", 400),
        Item("VARIATION-LOAF", PASTRIES, "Sourdough loaf", 900),
        Item("VARIATION-BAG", WHOLE_BEANS, "House blend, 12 oz", 1800),
        Item("VARIATION-SINGLE-ORIGIN", WHOLE_BEANS, "Yirgacheffe, 12 oz", 2200),
        Item("VARIATION-GIFT-CARD", GIFT_CARDS, "Gift card", 2500),
        Item(DELIVERY, "CATEGORY-SERVICES", "Delivery", 600),
    ),
    program={
        "id": "0f5a1c52-6d0e-4f43-9a38-2f3f7a6f9c01",
        "status": "ACTIVE",
        "reward_tiers": [
            {
                "id": "7d1f5b3c-1f0e-4d8a-8f6b-0c6a4a3e1001",
                "points": 40,
                "name": "Free drip coffee",
                "created_at": _OPENED,
                "pricing_rule_reference": {"object_id": "PRICING-RULE-DRIP", "catalog_version": "1550509200000"},
            },
            {
                "id": "7d1f5b3c-1f0e-4d8a-8f6b-0c6a4a3e1002",
                "points": 75,
                "name": "Pastry on the house",
                "created_at": _OPENED,
                "pricing_rule_reference": {"object_id": "PRICING-RULE-PASTRY", "catalog_version": "1550509200000"},
            },
            {
                "id": "7d1f5b3c-1f0e-4d8a-8f6b-0c6a4a3e1003",
                "points": 160,
                "name": "$20 off whole beans",
                "created_at": _CHANGED,
                "pricing_rule_reference": {"object_id": "PRICING-RULE-BEANS", "catalog_version": "1673289012000"},
            },
        ],
        "expiration_policy": {"expiration_duration": "P12M"},
        "terminology": {"one": "Bean", "other": "Beans"},
        "location_ids": ["LROASTERY", "LBAKERY"],
        "created_at": _OPENED,
        "updated_at": _CHANGED,
        "accrual_rules": [
            {
                "accrual_type": "SPEND",
                "points": 1,
                "spend_data": {
                    "amount_money": {"amount": 100, "currency": "USD"},
                    "excluded_category_ids": [GIFT_CARDS],
                    "excluded_item_variation_ids": [DELIVERY],
                    "tax_mode": "BEFORE_TAX",
                },
            },
            {"accrual_type": "CATEGORY", "points": 25, "category_data": {"category_id": WHOLE_BEANS}},
        ],
    },
)

BOOK_SHOP = Shop(
    seller=SECOND_SELLER,
    locations=({"id": "LBOOKS", "name": "Books on Fourth", "timezone": "America/New_York"},),
    items=(
        Item("VARIATION-PAPERBACK", "CATEGORY-BOOKS", "Paperback", 1600),
        Item("VARIATION-HARDCOVER", "CATEGORY-BOOKS", "Hardcover", 2900),
        Item("VARIATION-POSTCARD", "CATEGORY-PAPER", "Postcard", 200),
        Item("VARIATION-NOTEBOOK", "CATEGORY-PAPER", "Notebook", 1100),
    ),
    program={
        "id": "0f5a1c52-6d0e-4f43-9a38-2f3f7a6f9c02",
        "status": "ACTIVE",
        "reward_tiers": [
            {
                "id": "7d1f5b3c-1f0e-4d8a-8f6b-0c6a4a3e2001",
                "points": 10,
                "name": "A paperback",
                "created_at": _OPENED,
                "pricing_rule_reference": {"object_id": "PRICING-RULE-BOOK", "catalog_version": "1550509200000"},
            }
        ],
        "terminology": {"one": "Stamp", "other": "Stamps"},
        "location_ids": ["LBOOKS"],
        "created_at": _OPENED,
        "updated_at": _OPENED,
        "accrual_rules": [
            {
                "accrual_type": "VISIT",
                "points": 1,
                "visit_data": {
                    "minimum_amount_money": {"amount": 1000, "currency": "USD"},
                    "tax_mode": "AFTER_TAX",
                },
            }
        ],
    },
)

SHOPS = (COFFEE_SHOP, BOOK_SHOP)


def open_shop(db: sqlite3.Connection, shop: Shop) -> None:
    """Store the shop's locations and its loyalty program."""
    for location in shop.locations:
        orders.insert_location(db, shop.seller, location)
    loyalty_programs.insert(db, shop.seller, shop.program)
