"""Customer profiles: who they are and how to reach them. Groups, segments and points are elsewhere.

All dates lie before 2025, whatever the clock says, so a profile never changes between runs.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, timedelta

from gateway.emulator.api.clock import timestamp
from gateway.emulator.api.routes import Json
from gateway.emulator.seed import names
from gateway.emulator.seed.chance import Chance
from gateway.emulator.seed.shops import COFFEE_SHOP, Shop

FIRST_DAY = datetime(2019, 3, 1, 15, tzinfo=UTC)
_DAYS = 2000
_LATER_DAYS = 120

_SOURCES = (
    "THIRD_PARTY",
    "DIRECTORY",
    "LOYALTY",
    "ONLINE_STORE",
    "IMPORT",
    "INSTANT_PROFILE",
    "TERMINAL",
    "INVOICES",
    "EMAIL_COLLECTION",
    "APPOINTMENTS",
)
_WEIGHTS = (30, 20, 15, 10, 8, 7, 4, 2, 2, 2)
_AREAS = (415, 510, 628, 650, 707, 408, 831, 916, 925, 209, 530, 559, 619, 661, 714, 760, 805, 818, 858, 909)
_FORMATS = ("+1{}555{:04}", "({}) 555-{:04}", "{}-555-{:04}", "+1 {} 555 {:04}")


def regular(shop: Shop, number: int) -> bool:
    """Whether the customer is one of the first in the order of names, who have everything that the demo shows."""
    return shop is COFFEE_SHOP and number < len(names.REGULARS)


def profile(shop: Shop, number: int) -> Json:
    """The shop's customer with this number, from 0: always the same one."""
    chance = Chance("customer", shop.seller, number)
    created = FIRST_DAY + timedelta(days=chance.randrange(_DAYS), seconds=chance.randrange(36_000))
    updated = created + timedelta(days=chance.randrange(_LATER_DAYS), seconds=chance.randrange(36_000))
    doc: Json = {"id": chance.identifier(), "created_at": timestamp(created), "updated_at": timestamp(updated)}
    bare = not regular(shop, number) and chance.happens(0.03)
    doc |= _bare(chance, number) if bare else _full(chance, shop, number)
    return doc | {
        "preferences": {"email_unsubscribed": not bare and chance.happens(0.12)},
        "creation_source": chance.choices(_SOURCES, _WEIGHTS)[0],
        "version": 0 if bare else chance.randrange(6),
    }


def _bare(chance: Chance, number: int) -> Json:
    """Somebody of whom one thing is known."""
    given = chance.choice(names.GIVEN)
    if chance.happens(0.5):
        return {"given_name": given}
    return {"email_address": f"{_ascii(given) or 'guest'}{number}@example.com"}


def _full(chance: Chance, shop: Shop, number: int) -> Json:
    doc = _name(chance, shop, number)
    local = ".".join(filter(None, (_ascii(doc.get("given_name", "")), _ascii(doc.get("family_name", "")))))
    if regular(shop, number) or chance.happens(0.92):
        doc["email_address"] = f"{local or 'guest'}{number}@example.com"
    if chance.happens(0.65):
        doc["address"] = _address(chance)
    if regular(shop, number) or chance.happens(0.92):
        doc["phone_number"] = _phone(chance, number)
    if chance.happens(0.3):
        doc["reference_id"] = f"POS-{number + 1:06}"
    if chance.happens(0.25):
        doc["note"] = chance.choice(names.NOTES)
    if "given_name" in doc and chance.happens(0.5):
        year = 0 if chance.happens(0.35) else chance.randrange(1940, 2006)
        doc["birthday"] = f"{year:04}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
    if "company_name" in doc and chance.happens(0.4):
        doc["tax_ids"] = {"eu_vat": f"IE{chance.randrange(10**6, 10**7)}{chance.choice('ABCDEFGH')}A"}
    return doc


def _name(chance: Chance, shop: Shop, number: int) -> Json:
    if regular(shop, number):
        given, family = names.REGULARS[number]
    elif chance.happens(0.04):
        return {"company_name": chance.choice(names.COMPANIES)}
    elif chance.happens(0.03):
        given, family = chance.choice(names.OTHER_SCRIPTS)
    else:
        given, family = chance.choice(names.GIVEN), chance.choice(names.FAMILY)
    doc: Json = {"given_name": given, "family_name": family}
    if chance.happens(0.06):
        doc["company_name"] = chance.choice(names.COMPANIES)
    if chance.happens(0.08):
        doc["nickname"] = chance.choice(names.NICKNAMES)
    return doc


def _ascii(text: str) -> str:
    """What an e-mail address keeps of a name: its letters from a to z."""
    decomposed = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ø", "o").replace("\u0131", "i"))
    return "".join(letter for letter in decomposed.lower() if "a" <= letter <= "z")


def _phone(chance: Chance, number: int) -> str:
    """Nobody else's number, in one of the forms that people type."""
    if number % 101 == 100:
        return f"+44 20 7946 {number // 101 % 1000:04}"
    return chance.choice(_FORMATS).format(_AREAS[number % len(_AREAS)], number // len(_AREAS) % 10_000)


def further_phone(number: int, rank: int) -> str:
    """One more number of that customer, and nobody else's, in E.164: `rank` is 1 for the second, 2 for the third."""
    return f"+1{_AREAS[number % len(_AREAS)]}{555 + rank}{number // len(_AREAS) % 10_000:04}"


def _address(chance: Chance) -> Json:
    locality, state, postal_code = chance.choice(names.CITIES)
    address = {"address_line_1": f"{chance.randrange(1, 3000)} {chance.choice(names.STREETS)}"}
    if chance.happens(0.25):
        address["address_line_2"] = f"Apt {chance.randrange(1, 40)}"
    return address | {
        "locality": locality,
        "administrative_district_level_1": state,
        "postal_code": postal_code,
        "country": "US",
    }
