"""Groups and segments, and which customers are in them."""

from __future__ import annotations

import sqlite3
from functools import cache

from gateway.emulator.api.routes import Json
from gateway.emulator.rules.groups import groups, segments
from gateway.emulator.seed.chance import Chance
from gateway.emulator.seed.people import regular
from gateway.emulator.seed.shops import COFFEE_SHOP, Shop

_GROUP_NAMES = (
    "Morning regulars",
    "Whole-bean subscribers",
    "Office catering",
    "Friends and family",
    "Latte art class",
    "Wholesale",
    "Press and bloggers",
    "Founding members 2019",
)
_BOOK_GROUP_NAMES = ("Reading circle", "Teachers")
_CREATED = "2019-04-0{}T18:2{}:09.000Z"
_SEGMENT_CREATED = "2019-02-18T17:0{}:24.469Z"
_SEGMENT_UPDATED = "2024-04-13T21:47:04.000Z"


def group_ids(shop: Shop) -> list[str]:
    """The ids of the shop's groups, the largest group first."""
    return list(_group_ids(shop.seller, _group_names(shop)))


def _group_names(shop: Shop) -> tuple[str, ...]:
    return _GROUP_NAMES if shop is COFFEE_SHOP else _BOOK_GROUP_NAMES


@cache
def _group_ids(seller: str, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(Chance("group", seller, name).identifier() for name in names)


def _segments(shop: Shop) -> dict[str, str]:
    own = {f"{shop.seller}.REACHABLE": "Reachable"}
    if shop is not COFFEE_SHOP:
        return own
    return own | {
        f"{shop.seller}.LOYAL": "Regulars",
        f"{shop.seller}.CHURN_RISK": "Lapsed",
        "gv2:KF92J19VXN5FK30GX2E8HSGQ20": "Instant Profile",
        "gv2:8M3ZB6Q0D5W7T1XAYJ4NRC9VEH": "Birthday club",
    }


def insert_groups(db: sqlite3.Connection, shop: Shop) -> None:
    """Store the shop's groups, without members."""
    names = _group_names(shop)
    created = [_CREATED.format(number + 1, number) for number in range(len(names))]
    groups.insert(
        db,
        shop.seller,
        [
            {"id": group_id, "name": name, "created_at": at, "updated_at": at}
            for group_id, name, at in zip(group_ids(shop), names, created, strict=True)
        ],
    )


def insert_segments(db: sqlite3.Connection, shop: Shop, most: int | None = None) -> None:
    """Store the shop's segments, or the first ones only, without members."""
    made = [
        {"id": segment_id, "name": name, "created_at": _SEGMENT_CREATED.format(number), "updated_at": _SEGMENT_UPDATED}
        for number, (segment_id, name) in enumerate(_segments(shop).items())
    ]
    segments.insert(db, shop.seller, made[:most])


def join(shop: Shop, number: int, doc: Json) -> Json:
    """The profile with the groups and segments that the customer is in."""
    chance = Chance("memberships", shop.seller, number)
    known = group_ids(shop)
    joined = [group_id for rank, group_id in enumerate(known) if chance.happens(0.45 / (1 + rank / 2))]
    if regular(shop, number) and not joined:
        joined = [known[number % len(known)]]
    memberships = {"group_ids": joined, "segment_ids": _in_segments(shop, number, chance, doc)}
    return doc | {name: sorted(ids) for name, ids in memberships.items() if ids}


def _in_segments(shop: Shop, number: int, chance: Chance, doc: Json) -> list[str]:
    found = []
    if "email_address" in doc and not doc["preferences"]["email_unsubscribed"]:
        found.append(f"{shop.seller}.REACHABLE")
    if shop is not COFFEE_SHOP:
        return found
    # A quarter come often and some of the rest came once; nobody is both.
    habit = chance.random()
    if habit < 0.25 or (regular(shop, number) and not found):
        found.append(f"{shop.seller}.LOYAL")
    elif habit > 0.8:
        found.append(f"{shop.seller}.CHURN_RISK")
    if doc["creation_source"] == "INSTANT_PROFILE":
        found.append("gv2:KF92J19VXN5FK30GX2E8HSGQ20")
    if "birthday" in doc:
        found.append("gv2:8M3ZB6Q0D5W7T1XAYJ4NRC9VEH")
    return found
