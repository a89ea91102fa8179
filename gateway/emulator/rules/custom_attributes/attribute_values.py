"""The values of custom attributes: whether one fits its data type, and how it is searched.

The wire forms are Square's
(https://developer.squareup.com/docs/customer-custom-attributes-api/custom-attributes#value-data-types):
everything is a JSON string except Boolean (a boolean), Address (an object) and Selection (an
array of option UUIDs). Values are stored as sent, never normalised. No I/O.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from email_validator import EmailNotValidError, validate_email

from gateway.emulator.api.routes import Json
from gateway.emulator.errors import SquareFault, chosen
from gateway.emulator.rules.custom_attributes import attribute_schemas as schemas
from gateway.emulator.validation.addresses import ADDRESS
from gateway.emulator.validation.phones import e164
from gateway.emulator.validation.shapes import strict

FIELD = "custom_attribute.value"
MAX_STRING_LENGTH = 1000
MAX_EMAIL_LENGTH = 254

# Square keeps numbers with five decimals in 64 bits: (2^63-1)/10^5 is its documented bound.
NUMBER_SCALE = 10**5
MAX_NUMBER = 92_233_720_368_547

_ADDRESS = strict(ADDRESS)
_NUMBER = re.compile(r"-?[0-9]{1,14}(\.[0-9]{1,5})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WORD = re.compile(r"\w+(?:['\u2019]\w+)*")


class Searchable(NamedTuple):
    """The columns under which a value is found.

    `text` holds the case-folded string, e-mail address, E.164 number or postal code, the ISO
    date, or a Selection's UUIDs; `tokens` the words of a string or the country of an address
    (UUIDs and words have a space on both sides); `number` a scaled number or 0 or 1.
    """

    text: str | None = None
    tokens: str | None = None
    number: int | None = None


def mismatch(expected: str) -> SquareFault:
    """The fault for a value that does not fit its definition's schema."""
    return chosen("value_mismatch", f"The value does not match the schema: expected {expected}.", FIELD)


def words(text: str) -> list[str]:
    """The case-folded words of a text."""
    return _WORD.findall(text.casefold())


def scaled(text: str) -> int | None:
    """A decimal of at most five places in units of 10^-5, or None when it is not one."""
    if not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text)
    return int(number * NUMBER_SCALE) if abs(number) <= MAX_NUMBER else None


def calendar_date(text: str) -> str | None:
    """The text when it is an existing day as YYYY-MM-DD, else None."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def spaced(parts: list[str]) -> str:
    """The parts with a space on both sides of each, so that each can be found whole."""
    return f" {' '.join(parts)} "


def _text(value: Any, expected: str) -> str:
    if not isinstance(value, str):
        raise mismatch(expected)
    return value


def _string(value: Any, schema: Json) -> Searchable:
    expected = f"a string of at most {MAX_STRING_LENGTH} characters"
    text = _text(value, expected)
    if len(text) > MAX_STRING_LENGTH:
        raise mismatch(expected)
    return Searchable(text.casefold(), spaced(words(text)))


def _email(value: Any, schema: Json) -> Searchable:
    expected = "an email address"
    text = _text(value, expected)
    if len(text) > MAX_EMAIL_LENGTH:
        raise mismatch(expected)
    try:
        validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise mismatch(expected) from error
    return Searchable(text.casefold())


def _phone_number(value: Any, schema: Json) -> Searchable:
    expected = "a phone number in E.164 format"
    text = _text(value, expected)
    number = e164(text) if text.startswith("+") else None
    if number is None:
        raise mismatch(expected)
    return Searchable(number)


def _address(value: Any, schema: Json) -> Searchable:
    try:
        checked = _ADDRESS.check(value, FIELD)
    except SquareFault as fault:
        raise mismatch("an address") from fault
    parts = {name: each for name, each in checked.items() if each is not None}
    if not parts:
        raise mismatch("an address")
    return Searchable(parts.get("postal_code", "").casefold(), parts.get("country", ""))


def _date(value: Any, schema: Json) -> Searchable:
    expected = "a date as YYYY-MM-DD"
    day = calendar_date(_text(value, expected))
    if day is None:
        raise mismatch(expected)
    return Searchable(day)


def _boolean(value: Any, schema: Json) -> Searchable:
    if not isinstance(value, bool):
        raise mismatch("a boolean")
    return Searchable(number=int(value))


def _number(value: Any, schema: Json) -> Searchable:
    expected = "a string with an integer, or a decimal of at most 5 places"
    number = scaled(_text(value, expected))
    if number is None:
        raise mismatch(expected)
    return Searchable(number=number)


def _selection(value: Any, schema: Json) -> Searchable:
    # The schema has no `minItems`, so none of the options is a value as well.
    most = schema["maxItems"]
    if not isinstance(value, list) or len(value) > most:
        raise mismatch(f"an array of at most {most} option UUIDs")
    known = set(schema["items"]["enum"])
    if not all(isinstance(each, str) and each in known for each in value) or len(set(value)) < len(value):
        raise mismatch("different UUIDs of the schema's items.enum")
    return Searchable(spaced(value))


_BY_TYPE: dict[str, Callable[[Any, Json], Searchable]] = {
    schemas.STRING: _string,
    schemas.EMAIL: _email,
    schemas.PHONE_NUMBER: _phone_number,
    schemas.ADDRESS: _address,
    schemas.DATE: _date,
    schemas.BOOLEAN: _boolean,
    schemas.NUMBER: _number,
    schemas.SELECTION: _selection,
}


def searchable(value: Any, data_type: str, schema: Json) -> Searchable:
    """How a value is searched. Raises 400 when it does not fit the definition's data type and schema."""
    return _BY_TYPE[data_type](value, schema)
