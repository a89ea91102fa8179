"""What Square accepts as customer data (https://developer.squareup.com/reference/square/objects/Customer).

The shapes check single fields. Rules that need the stored profile are elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from email_validator import EmailNotValidError, validate_email

from gateway.emulator.errors import SquareFault
from gateway.emulator.validation.addresses import CUSTOMER_ADDRESS
from gateway.emulator.validation.phones import e164
from gateway.emulator.validation.shapes import Integer, Object, Shape, String

_BIRTHDAY = re.compile(r"(?:([0-9]{4})-)?([0-9]{2})-([0-9]{2})")
_LEAP_YEAR = 2000


@dataclass(frozen=True, slots=True)
class EmailAddress:
    """An address by its form; whether its domain exists is not asked. An empty string means no value."""

    def check(self, value: Any, name: str) -> str:
        """The address as sent, or 400 INVALID_EMAIL_ADDRESS."""
        text = String(max=254).check(value, name)
        if text:
            try:
                validate_email(text, check_deliverability=False, test_environment=True)
            except EmailNotValidError as error:
                detail = f"Expected {name} to be a valid email address"
                raise SquareFault(400, "INVALID_EMAIL_ADDRESS", detail, name) from error
        return text


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """9 to 16 digits with punctuation and an optional plus sign. An empty string means no value."""

    def check(self, value: Any, name: str) -> str:
        """The number exactly as sent, or 400 INVALID_PHONE_NUMBER."""
        text = String().check(value, name)
        if text and e164(text) is None:
            raise SquareFault(400, "INVALID_PHONE_NUMBER", f"Expected {name} to be a valid phone number", name)
        return text


@dataclass(frozen=True, slots=True)
class Birthday:
    """A real day as `YYYY-MM-DD` or `MM-DD`. An empty string means no value."""

    def check(self, value: Any, name: str) -> str:
        """The day as `YYYY-MM-DD`, with the year 0000 where none is known, or 400 INVALID_TIME."""
        text = String().check(value, name)
        if not text:
            return text
        match = _BIRTHDAY.fullmatch(text)
        try:
            if match is None:
                raise ValueError
            year, month, day = int(match[1] or 0), int(match[2]), int(match[3])
            date(year or _LEAP_YEAR, month, day)
        except ValueError as error:
            detail = f"Expected {name} to be a date in YYYY-MM-DD or MM-DD format"
            raise SquareFault(400, "INVALID_TIME", detail, name) from error
        return f"{year:04}-{month:02}-{day:02}"


@dataclass(frozen=True, slots=True)
class Vat:
    """An EU VAT number: at most 20 letters and digits. An empty string means no value."""

    def check(self, value: Any, name: str) -> str:
        """The number as sent, or 400 INVALID_VALUE."""
        text = String(max=20).check(value, name)
        if text and not (text.isascii() and text.isalnum()):
            raise SquareFault(400, "INVALID_VALUE", f"Expected {name} to be alphanumeric", name)
        return text


DATA: dict[str, Shape] = {
    "given_name": String(max=300),
    "family_name": String(max=300),
    "company_name": String(max=500),
    "nickname": String(max=100),
    "email_address": EmailAddress(),
    "address": CUSTOMER_ADDRESS,
    "phone_number": PhoneNumber(),
    "reference_id": String(max=100),
    "note": String(),
    "birthday": Birthday(),
    "tax_ids": Object({"eu_vat": Vat()}),
}

_READ_ONLY = frozenset(
    {"id", "created_at", "updated_at", "preferences", "creation_source", "group_ids", "segment_ids"},
)

CREATE_ITEM = Object(DATA, read_only=_READ_ONLY | {"version"})
CREATE = Object({"idempotency_key": String(), **DATA}, read_only=CREATE_ITEM.read_only)
UPDATE = Object({"version": Integer(), **DATA}, read_only=_READ_ONLY)

NESTED = ("address", "tax_ids")


def merged(doc: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """A new profile: `doc` changed by sparse `data`.

    Absent keeps, null or an empty string removes, a value sets; `address` and `tax_ids` merge
    field by field. Neither argument is changed.
    """
    result = dict(doc)
    for name, value in data.items():
        new = merged(result.get(name, {}), value) if name in NESTED and value is not None else value
        if new in (None, "", {}):
            result.pop(name, None)
        else:
            result[name] = new
    return result
