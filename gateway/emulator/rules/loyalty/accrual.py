"""What a purchase earns in the base program: the accrual rules, applied to an order or to an amount.

Of several rules the one that grants the most points counts, as Square documents for
AccumulateLoyaltyPoints. Promotions come afterwards, in loyalty_offers. No I/O.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from gateway.emulator.api.routes import Json


@dataclass(frozen=True, slots=True)
class Earned:
    """Base points, with what promotions need to know of the rule that granted them."""

    points: int
    # The purchase in minor units, with or without tax as the rule has it.
    amount: int = 0
    currency: str | None = None
    # The line items that the rule did not exclude.
    lines: tuple[Json, ...] = ()


def by_amount(program: Json, money: Json) -> int:
    """The points for a purchase amount. Item and category rules need an order, so they grant none.

    Taxes are the caller's business: Square asks applications to follow `tax_mode` themselves.
    """
    purchase = {"total_money": money}
    return max((_points(rule, purchase).points for rule in _rules(program)), default=0)


def by_order(program: Json, order: Json) -> Earned:
    """The points for an order, by the rule that grants the most."""
    return max((_points(rule, order) for rule in _rules(program)), key=lambda earned: earned.points, default=Earned(0))


def categories(line: Json) -> set[str]:
    """The catalog categories of a line item."""
    return set(line.get("category_ids") or ())


def _rules(program: Json) -> list[Json]:
    rules: list[Json] = program.get("accrual_rules") or []
    return rules


def _points(rule: Json, order: Json) -> Earned:
    kind, points = rule["accrual_type"], rule.get("points") or 0
    lines = tuple(order.get("line_items") or ())
    currency = (order.get("total_money") or {}).get("currency")
    if kind == "VISIT":
        data = rule.get("visit_data") or {}
        amount = _amount(order, data.get("tax_mode"))
        minimum = data.get("minimum_amount_money") or {}
        enough = not minimum or (minimum["currency"] == currency and amount >= minimum["amount"])
        return Earned(points if enough else 0, amount, currency, lines)
    if kind == "SPEND":
        return _spent(rule, order, lines, currency)
    if kind == "ITEM_VARIATION":
        wanted = rule["item_variation_data"]["item_variation_id"]
        matching = [line for line in lines if line.get("catalog_object_id") == wanted]
    else:
        wanted = rule["category_data"]["category_id"]
        matching = [line for line in lines if wanted in categories(line)]
    return Earned(points * _quantity(matching), _amount(order, "BEFORE_TAX"), currency, lines)


def _spent(rule: Json, order: Json, lines: tuple[Json, ...], currency: str | None) -> Earned:
    data = rule["spend_data"]
    variations = set(data.get("excluded_item_variation_ids") or ())
    excluded_categories = set(data.get("excluded_category_ids") or ())

    def excluded(line: Json) -> bool:
        return line.get("catalog_object_id") in variations or bool(categories(line) & excluded_categories)

    amount = _amount(order, data["tax_mode"])
    spent = amount - sum(_amount(line, data["tax_mode"]) for line in lines if excluded(line))
    per = data["amount_money"]
    granted = max(0, spent) // per["amount"] * (rule.get("points") or 0) if per["currency"] == currency else 0
    return Earned(granted, amount, currency, tuple(line for line in lines if not excluded(line)))


def _amount(priced: Json, tax_mode: str | None) -> int:
    """The total of an order or a line item, in minor units; Square's totals include the tax."""
    total: int = (priced.get("total_money") or {}).get("amount") or 0
    tax: int = (priced.get("total_tax_money") or {}).get("amount") or 0
    return total if tax_mode == "AFTER_TAX" else total - tax


def _quantity(lines: list[Json]) -> int:
    """How many units were bought, fractions dropped: undocumented, chosen here to earn points by the unit."""
    total = Decimal(0)
    for line in lines:
        try:
            total += Decimal(line.get("quantity") or "1")
        except InvalidOperation:
            total += 1
    return int(total)
