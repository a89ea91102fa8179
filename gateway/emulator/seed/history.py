"""The life of one loyalty account: what its buyer did, as events, with the balance and lots that follow.

It moves points by the rules of `loyalty_lots` and `loyalty_accrual` and stores nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gateway.emulator.api.clock import timestamp
from gateway.emulator.api.routes import Json
from gateway.emulator.rules.loyalty import accrual as loyalty_accrual
from gateway.emulator.rules.loyalty import lots as loyalty_lots
from gateway.emulator.rules.loyalty.ledger import METADATA
from gateway.emulator.seed import purchases
from gateway.emulator.seed.chance import Chance
from gateway.emulator.seed.months import first_of_month
from gateway.emulator.seed.promotions import earned_besides
from gateway.emulator.seed.shops import Shop

_REASONS = ("Goodwill for a long wait", "Missed points from last visit", "Corrected by the shop")
# How many months back a reward may have been claimed and still wait to be used.
_UNUSED_MONTHS = 4


@dataclass(slots=True)
class History:
    """An account with everything that happened to it, in the order of time."""

    shop: Shop
    now: datetime
    chance: Chance
    account: Json
    events: list[tuple[Json, str | None]] = field(default_factory=list)
    rewards: list[tuple[Json, list[loyalty_lots.Lot]]] = field(default_factory=list)
    orders: list[Json] = field(default_factory=list)

    def expire(self, months_back: int) -> None:
        """Let expire what is due when that month begins."""
        for expires_at, points in loyalty_lots.expire(self.account, first_of_month(self.now, months_back)):
            self._event("EXPIRE_POINTS", {"points": -points}, expires_at, source="SQUARE")
            self.account["updated_at"] = expires_at

    def visit(self, at: datetime, months_back: int) -> None:
        """Buy something: by an order, or by an amount that the seller typed in."""
        location_id = self.chance.choice(self.shop.location_ids)
        self.account.setdefault("enrolled_at", timestamp(at))
        if not self.chance.happens(0.3):
            money = {"amount": self.chance.randrange(1000, 4000), "currency": "USD"}
            points = loyalty_accrual.by_amount(self.shop.program, money)
            self._earn("ACCUMULATE_POINTS", {"points": points}, at, location_id=location_id)
            return
        order = self._order(at, location_id)
        earned = loyalty_accrual.by_order(self.shop.program, order)
        if earned.points < 1:
            return
        bought = {"order_id": order["id"]}
        self._earn("ACCUMULATE_POINTS", {"points": earned.points} | bought, at, location_id=location_id)
        extra = earned_besides(self.shop, months_back, earned)
        if extra is not None:
            details = {"loyalty_promotion_id": extra[0], "points": extra[1]} | bought
            self._earn("ACCUMULATE_PROMOTION_POINTS", details, at, location_id=location_id)

    def correct(self, at: datetime) -> None:
        """Have the seller add some points, or take some of those that are there."""
        details: Json = {"points": self.chance.randrange(5, 25), "reason": self.chance.choice(_REASONS)}
        if self.chance.happens(0.3) and self.account["balance"] >= details["points"]:
            details["points"] *= -1
            self._spend("ADJUST_POINTS", details, at)
        else:
            self._earn("ADJUST_POINTS", details, at)

    def claim(self, at: datetime, months_back: int) -> None:
        """Exchange points for a reward that they suffice for, then use it, return it or keep it."""
        tiers = [tier for tier in self.shop.program["reward_tiers"] if tier["points"] <= self.account["balance"]]
        if not tiers:
            return
        tier = self.chance.choice(tiers)
        location_id = self.chance.choice(self.shop.location_ids)
        reward: Json = {
            "id": self.chance.uuid(),
            "status": "ISSUED",
            "loyalty_account_id": self.account["id"],
            "reward_tier_id": tier["id"],
            "points": tier["points"],
            "created_at": timestamp(at),
            "updated_at": timestamp(at),
        }
        details: Json = {"reward_id": reward["id"]}
        bought: Json = {}
        if self.chance.happens(0.3):
            order = self._order(at, location_id)
            order["rewards"] = [{"id": reward["id"], "reward_tier_id": tier["id"]}]
            bought = {"order_id": order["id"]}
            reward |= bought
        lots = self._spend("CREATE_REWARD", details | {"points": -tier["points"]}, at, **bought)
        self.rewards.append((reward, lots))
        if months_back <= _UNUSED_MONTHS and self.chance.happens(0.4):
            return
        at += timedelta(minutes=self.chance.randrange(2, 9))
        reward["updated_at"] = timestamp(at)
        if self.chance.happens(0.2):
            reward["status"] = "DELETED"
            self._earn("DELETE_REWARD", details | {"points": tier["points"]}, at, lots=lots, **bought)
        else:
            reward |= {"status": "REDEEMED", "redeemed_at": timestamp(at)}
            self._event("REDEEM_REWARD", details | bought, timestamp(at), location_id=location_id)

    def _order(self, at: datetime, location_id: str) -> Json:
        items = self.chance.sample(self.shop.items, self.chance.randrange(1, 4))
        order = purchases.order(
            self.shop,
            self.chance.identifier(),
            [(item, self.chance.choice((1, 1, 1, 2))) for item in items],
            at=at,
            location_id=location_id,
            customer_id=self.account["customer_id"],
        )
        self.orders.append(order)
        return order

    def _earn(
        self,
        kind: str,
        details: Json,
        at: datetime,
        *,
        lots: list[loyalty_lots.Lot] | None = None,
        location_id: str | None = None,
        order_id: str | None = None,
    ) -> None:
        points: int = details["points"]
        loyalty_lots.credit(self.account, lots or [(loyalty_lots.deadline(self.shop.program, at), points)])
        if kind != "DELETE_REWARD":
            self.account["lifetime_points"] += points
        self._changed(kind, details, at, location_id=location_id, order_id=order_id)

    def _spend(self, kind: str, details: Json, at: datetime, order_id: str | None = None) -> list[loyalty_lots.Lot]:
        taken = loyalty_lots.spend(self.account, -details["points"])
        self._changed(kind, details, at, order_id=order_id)
        return taken

    def _changed(
        self, kind: str, details: Json, at: datetime, *, location_id: str | None = None, order_id: str | None = None
    ) -> None:
        self.account["updated_at"] = timestamp(at)
        source = self.chance.choice(("SQUARE", "SQUARE", "LOYALTY_API"))
        self._event(kind, details, timestamp(at), source=source, location_id=location_id, order_id=order_id)

    def _event(
        self,
        kind: str,
        details: Json,
        at: str,
        *,
        source: str = "SQUARE",
        location_id: str | None = None,
        order_id: str | None = None,
    ) -> None:
        event: Json = {
            "id": self.chance.uuid(),
            "type": kind,
            "created_at": at,
            METADATA[kind]: {"loyalty_program_id": self.shop.program["id"], **details},
            "loyalty_account_id": self.account["id"],
            "source": source,
        }
        if location_id is not None:
            event["location_id"] = location_id
        self.events.append((event, order_id))
