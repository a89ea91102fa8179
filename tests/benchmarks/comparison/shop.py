"""The shop of the canned Square: 10,000 customers and what they have, as bytes that are made once. Keeps no state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

import orjson

CUSTOMERS = 10_000
GROUPS, SEGMENTS = 5, 3
CREATED, UPDATED = "2016-03-23T20:21:54.859Z", "2016-03-23T20:21:55Z"
GIVEN = ("Amelia", "Grace", "Ada", "Katherine", "Bessie", "Valentina", "Sally")
FAMILY = ("Earhart", "Hopper", "Lovelace", "Johnson", "Coleman", "Tereshkova", "Ride", "Jemison", "Ochoa")
TIER = {"id": "TIER", "points": 10, "name": "10% off", "created_at": CREATED}
DEFINITION = {
    "key": "drink",
    "name": "Drink",
    "version": 1,
    "visibility": "VISIBILITY_READ_WRITE_VALUES",
    "schema": {
        "$ref": "https://developer-production-s.squarecdn.com/schemas/v1/common.json#squareup.common.String",
    },
    "created_at": CREATED,
    "updated_at": UPDATED,
}


def number_of(id: str) -> int:
    """The number of a customer, an account or a reward: what its id ends with."""
    return int(id[-5:])


def customer(number: int) -> dict[str, Any]:
    given, family = GIVEN[number % len(GIVEN)], FAMILY[number % len(FAMILY)]
    return {
        "id": f"CUSTOMER-{number:05}",
        "created_at": CREATED,
        "updated_at": UPDATED,
        "given_name": given,
        "family_name": family,
        "email_address": f"{given}.{family}.{number}@example.com".lower(),
        "address": {
            "address_line_1": f"{number} Electric Ave",
            "address_line_2": "Suite 600",
            "locality": "New York",
            "administrative_district_level_1": "NY",
            "postal_code": f"{10_000 + number % 100}",
            "country": "US",
        },
        "phone_number": f"+1212555{number % 10_000:04}",
        "reference_id": f"REFERENCE-{number}",
        "note": "a customer",
        "preferences": {"email_unsubscribed": number % 2 == 0},
        "creation_source": "THIRD_PARTY",
        "group_ids": [f"GROUP-{each % GROUPS}" for each in (number, number + 1)],
        "segment_ids": [f"SEGMENT-{number % SEGMENTS}"],
        "version": number % 4,
    }


def named(kind: str, number: int) -> dict[str, Any]:
    return {"id": f"{kind}-{number}", "name": f"{kind} {number}", "created_at": CREATED, "updated_at": UPDATED}


def account(number: int) -> dict[str, Any]:
    return {
        "id": f"ACCOUNT-{number:05}",
        "program_id": "PROGRAM",
        "balance": number % 300,
        "lifetime_points": number % 300 + 20,
        "customer_id": f"CUSTOMER-{number:05}",
        "enrolled_at": CREATED,
        "created_at": CREATED,
        "updated_at": UPDATED,
        "mapping": {"id": f"M{number}", "phone_number": f"+1212555{number % 10_000:04}", "created_at": CREATED},
    }


def reward(letter: str, number: int) -> dict[str, Any]:
    return {
        "id": f"REWARD-{letter}-{number:05}",
        "status": "ISSUED",
        "loyalty_account_id": f"ACCOUNT-{number:05}",
        "reward_tier_id": TIER["id"],
        "points": 10,
        "created_at": CREATED,
        "updated_at": UPDATED,
    }


PROGRAM = {
    "id": "PROGRAM",
    "status": "ACTIVE",
    "reward_tiers": [TIER],
    "terminology": {"one": "Point", "other": "Points"},
    "location_ids": ["LOCATION"],
    "accrual_rules": [],
    "created_at": CREATED,
    "updated_at": UPDATED,
}
ATTRIBUTE = {
    "key": "drink",
    "value": "Double-shot breve",
    "version": 1,
    "visibility": "VISIBILITY_READ_WRITE_VALUES",
    "created_at": CREATED,
    "updated_at": UPDATED,
}


@cache
def customer_bytes(number: int) -> bytes:
    return orjson.dumps(customer(number))


@cache
def account_bytes(number: int) -> bytes:
    return orjson.dumps(account(number))


@cache
def rewards_bytes(number: int) -> bytes:
    return orjson.dumps({"rewards": [reward(letter, number) for letter in "AB"]})


@cache
def members(group: str) -> Sequence[int]:
    """The numbers of the customers of a group."""
    return [number for number in range(CUSTOMERS) if group in customer(number)["group_ids"]]


def page(under: str, each: Callable[[int], bytes], all_of: Sequence[int], cursor: str | None, limit: int) -> bytes:
    """A page of a list, whose cursor is the place where the next one begins."""
    start = int(cursor or 0)
    end = start + limit
    items = b",".join(map(each, all_of[start:end]))
    return b'{"%s":[%s]%s}' % (under.encode(), items, b',"cursor":"%d"' % end if end < len(all_of) else b"")


def bulk(ids: Iterable[str]) -> bytes:
    """Customers by id."""
    return b'{"responses":{%s}}' % b",".join(
        b'"%s":{"customer":%s}' % (id.encode(), customer_bytes(number_of(id))) for id in ids
    )
