"""Custom attributes: one definition of each data type, two of them another application's, and customers' values.

The coffee shop has two custom fields of its seller's as well, which no application can define.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import timedelta

from gateway.emulator.api.clock import timestamp
from gateway.emulator.api.routes import Json
from gateway.emulator.rules.custom_attributes import attribute_schemas as schemas
from gateway.emulator.rules.custom_attributes import attribute_upserts, definition_changes
from gateway.emulator.rules.custom_attributes.definition_visibility import (
    HIDDEN,
    READ_ONLY,
    READ_WRITE_VALUES,
    SELLER,
    Definition,
)
from gateway.emulator.seed import names
from gateway.emulator.seed.chance import Chance
from gateway.emulator.seed.people import FIRST_DAY, regular
from gateway.emulator.seed.shops import COFFEE_SHOP, Shop
from gateway.emulator.store.tenants import FIRST_APPLICATION, SECOND_APPLICATION

_CREATED = "2020-05-04T16:12:0{}.000Z"
_ROASTS = ("Light", "Medium", "Dark", "Decaf")
# Application, key, data type, visibility, name, description.
_DEFINITIONS = (
    (FIRST_APPLICATION, "usual-order", schemas.STRING, READ_WRITE_VALUES, "Usual order", "What they always have"),
    (FIRST_APPLICATION, "roasts", schemas.SELECTION, READ_WRITE_VALUES, "Roasts", "Up to two favourite roasts"),
    (FIRST_APPLICATION, "member-since", schemas.DATE, READ_ONLY, "Member since", "First day in the coffee club"),
    (FIRST_APPLICATION, "billing-email", schemas.EMAIL, HIDDEN, "Billing e-mail", "Where invoices are sent"),
    (FIRST_APPLICATION, "pickup-phone", schemas.PHONE_NUMBER, READ_ONLY, "Pickup phone", "Texted when it is ready"),
    (FIRST_APPLICATION, "delivery-address", schemas.ADDRESS, HIDDEN, "Delivery address", "For weekly deliveries"),
    (SECOND_APPLICATION, "newsletter", schemas.BOOLEAN, READ_WRITE_VALUES, "Newsletter", "Wants the monthly letter"),
    (SECOND_APPLICATION, "review-score", schemas.NUMBER, READ_ONLY, "Review score", "Average of their reviews"),
)
_BOOK_SHOP_KEYS = ("usual-order", "newsletter")
_CUPS = ("Paper", "Own cup", "Porcelain")
_MILK, _CUP = "1d7f3a52-0b7e-4c7d-9a55-6a1c3f0e8b01", "1d7f3a52-0b7e-4c7d-9a55-6a1c3f0e8b02"
# Made in Square's Dashboard: key, data type, name, description.
_FIELDS = (
    (_MILK, schemas.STRING, "Milk", "Which milk goes in"),
    (_CUP, schemas.SELECTION, "Cup", "What they drink from"),
)


def definitions(shop: Shop) -> list[Definition]:
    """The shop's definitions, those of applications first."""
    made = [
        _definition(shop, number, application, key=key, kind=kind, visibility=visibility, name=name, description=text)
        for number, (application, key, kind, visibility, name, text) in enumerate(_DEFINITIONS)
        if shop is COFFEE_SHOP or key in _BOOK_SHOP_KEYS
    ]
    if shop is not COFFEE_SHOP:
        return made
    return made + [
        _definition(shop, number, SELLER, key=key, kind=kind, visibility=READ_WRITE_VALUES, name=name, description=text)
        for number, (key, kind, name, text) in enumerate(_FIELDS, len(_DEFINITIONS))
    ]


def _definition(
    shop: Shop, number: int, application: str, *, key: str, kind: str, visibility: str, name: str, description: str
) -> Definition:
    at = _CREATED.format(number)
    doc: Json = {
        "key": key,
        "schema": _schema(shop, application, kind),
        "name": name,
        "description": description,
        "visibility": visibility,
        "version": 1,
        "created_at": at,
        "updated_at": at,
    }
    return Definition(application, key, kind, visibility, doc)


def _schema(shop: Shop, application: str, kind: str) -> Json:
    if kind != schemas.SELECTION:
        return schemas.simple(kind)
    if application == SELLER:
        return schemas.selection(_CUPS, [Chance("cup", shop.seller, name).uuid() for name in _CUPS], most=1)
    return schemas.selection(_ROASTS, [Chance("roast", shop.seller, name).uuid() for name in _ROASTS], most=2)


def insert_definitions(db: sqlite3.Connection, shop: Shop, found: list[Definition]) -> None:
    """Store the shop's definitions."""
    for each in found:
        definition_changes.insert(db, shop.seller, each)


def insert_values(
    db: sqlite3.Connection, shop: Shop, found: list[Definition], numbered: list[tuple[int, Json]]
) -> None:
    """Store the values of stored customers, each given with its number."""
    attribute_upserts.insert(
        db, shop.seller, (each for number, doc in numbered for each in _values(shop, found, number, doc))
    )


def _values(shop: Shop, found: list[Definition], number: int, doc: Json) -> Iterator[tuple[str, Definition, Json]]:
    # One customer in seven has none; the very first one has everything.
    if number % 7 == 3 and not regular(shop, number):
        return
    fields = [each for each in found if each.application == SELLER]
    others = [each for each in found if each.application != SELLER]
    chance = Chance("attributes", shop.seller, number)
    chosen = others if number == 0 else chance.some(others, 0.4) or [others[number % len(others)]]
    yield from _drawn(chance, chosen, number, doc)
    chance = Chance("fields", shop.seller, number)
    yield from _drawn(chance, fields if number == 0 else chance.some(fields, 0.3), number, doc)


def _drawn(chance: Chance, chosen: list[Definition], number: int, doc: Json) -> Iterator[tuple[str, Definition, Json]]:
    for each in chosen:
        at = timestamp(FIRST_DAY + timedelta(days=2050, minutes=chance.randrange(60 * 24 * 60)))
        value = _value(chance, each, number, doc)
        yield doc["id"], each, {"value": value, "version": chance.randrange(1, 4), "created_at": at, "updated_at": at}


def _value(chance: Chance, found: Definition, number: int, doc: Json) -> str | bool | list[str] | Json:
    match found.data_type:
        case schemas.STRING:
            return chance.choice(names.MILKS if found.application == SELLER else names.USUAL_ORDERS)
        case schemas.SELECTION:
            options: list[str] = found.doc["schema"]["items"]["enum"]
            return chance.sample(options, chance.randrange(1, found.doc["schema"]["maxItems"] + 1))
        case schemas.DATE:
            return f"{chance.randrange(2020, 2025)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
        case schemas.EMAIL:
            return f"billing{number}@example.com"
        case schemas.PHONE_NUMBER:
            return f"+1415555{number % 10_000:04}"
        case schemas.ADDRESS:
            return doc.get("address") or {"postal_code": "94110", "country": "US"}
        case schemas.BOOLEAN:
            return chance.happens(0.6)
        case _:
            return f"{chance.randrange(10, 51) / 10}"
