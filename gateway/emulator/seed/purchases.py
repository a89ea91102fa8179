"""Orders of a shop: those that history mentions, and some with well-known ids for trying things out."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime

from gateway.emulator.api.clock import timestamp
from gateway.emulator.api.routes import Json
from gateway.emulator.rules.loyalty import orders
from gateway.emulator.seed.shops import BOOK_SHOP, COFFEE_SHOP, Item, Shop

# What one buys in `demo-order-1`, `demo-order-2`, ...: positions in the shop's items, with quantities.
_SAMPLES: dict[str, tuple[tuple[tuple[int, int], ...], ...]] = {
    COFFEE_SHOP.seller: (
        ((1, 1), (3, 1)),
        ((0, 1),),
        ((6, 2),),
        ((8, 1),),
        ((5, 2), (9, 1)),
        ((1, 12), (4, 12)),
        ((7, 1), (2, 1)),
        ((8, 2), (0, 1)),
        ((1, 1), (5, 1)),
    ),
    BOOK_SHOP.seller: (((0, 1),), ((2, 1),), ((1, 2), (3, 1))),
}
# The one that nobody has paid yet.
_OPEN = "demo-order-9"
_TAX_PERCENT = 8


def order(
    shop: Shop, id: str, lines: Iterable[tuple[Item, int]], *, at: datetime, location_id: str, customer_id: str | None
) -> Json:
    """A paid order of some items, each with its quantity."""
    items = [_line(f"line-{number}", item, quantity) for number, (item, quantity) in enumerate(lines, 1)]
    doc: Json = {"id": id, "location_id": location_id}
    if customer_id is not None:
        doc["customer_id"] = customer_id
    return doc | {
        "created_at": timestamp(at),
        "line_items": items,
        "total_money": _usd(sum(line["total_money"]["amount"] for line in items)),
        "total_tax_money": _usd(sum(line["total_tax_money"]["amount"] for line in items)),
        "state": "COMPLETED",
    }


def _line(uid: str, item: Item, quantity: int) -> Json:
    price = item.price * quantity
    tax = price * _TAX_PERCENT // 100
    return {
        "uid": uid,
        "name": item.name,
        "catalog_object_id": item.variation_id,
        "category_ids": [item.category_id],
        "quantity": str(quantity),
        "base_price_money": _usd(item.price),
        "total_tax_money": _usd(tax),
        "total_money": _usd(price + tax),
    }


def _usd(amount: int) -> Json:
    return {"amount": amount, "currency": "USD"}


def insert_samples(db: sqlite3.Connection, shop: Shop, today: datetime, customer_ids: Sequence[str] = ()) -> None:
    """Store `demo-order-1` and so on: paid as the day began but for the ninth, and not yet used for points.

    The first ones are the customers'.
    """
    for number, lines in enumerate(_SAMPLES[shop.seller]):
        doc = order(
            shop,
            f"demo-order-{number + 1}",
            [(shop.items[position], quantity) for position, quantity in lines],
            at=today,
            location_id=shop.location_ids[number % len(shop.locations)],
            customer_id=customer_ids[number] if number < len(customer_ids) else None,
        )
        orders.insert_order(db, shop.seller, {**doc, "state": "OPEN"} if doc["id"] == _OPEN else doc)
