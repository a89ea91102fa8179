"""The shapes of Square's requests, and the check that answers a wrong one with Square's code.

A shape takes a decoded JSON value and the dotted name of its field, and either returns the
value or raises `SquareFault`. Read-only fields of Square's objects are accepted and dropped,
as Square's clients send whole objects back. Fields that Square does not know are dropped as well,
except by the shapes that `strict` makes. No I/O.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from gateway.emulator.errors import SquareFault, chosen, missing
from gateway.emulator.validation.currencies import CURRENCIES

INT64 = 2**63
# Characters of a text that is searched for: more than any text that is searched has.
MAX_SEARCH_LENGTH = 1024


class Shape(Protocol):
    """Anything that checks one JSON value."""

    def check(self, value: Any, name: str) -> Any:
        """Return the value to use, or raise `SquareFault`."""
        ...


def _wrong(code: str, name: str, expected: str) -> SquareFault:
    return SquareFault(400, code, f"Expected {expected}.", name)


@dataclass(frozen=True, slots=True)
class String:
    """A JSON string; lengths are in characters."""

    max: int | None = None
    min: int = 0

    def check(self, value: Any, name: str) -> str:
        if not isinstance(value, str):
            raise _wrong("EXPECTED_STRING", name, "a string value")
        if len(value) < self.min:
            raise SquareFault(
                400,
                "VALUE_EMPTY" if not value else "VALUE_TOO_SHORT",
                f"Field must not be shorter than {self.min} characters.",
                name,
            )
        if self.max is not None and len(value) > self.max:
            raise SquareFault(400, "VALUE_TOO_LONG", f"Field must not be greater than {self.max} characters.", name)
        return value


@dataclass(frozen=True, slots=True)
class Integer:
    """A JSON integer of at most 64 bits."""

    min: int | None = None
    max: int | None = None

    def check(self, value: Any, name: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not -INT64 <= value < INT64:
            raise _wrong("EXPECTED_INTEGER", name, "an integer value")
        if self.min is not None and value < self.min:
            raise SquareFault(400, "VALUE_TOO_LOW", f"Field must be greater than or equal to {self.min}.", name)
        if self.max is not None and value > self.max:
            raise SquareFault(400, "VALUE_TOO_HIGH", f"Field must be less than or equal to {self.max}.", name)
        return value


@dataclass(frozen=True, slots=True)
class Boolean:
    """A JSON boolean."""

    def check(self, value: Any, name: str) -> bool:
        if not isinstance(value, bool):
            raise _wrong("EXPECTED_BOOLEAN", name, "a boolean value")
        return value


@dataclass(frozen=True, slots=True)
class Choice:
    """One of Square's enum values."""

    values: frozenset[str]
    code: str = "INVALID_ENUM_VALUE"

    def check(self, value: Any, name: str) -> str:
        if not isinstance(value, str):
            raise _wrong("EXPECTED_STRING", name, "a string value")
        if value not in self.values:
            raise SquareFault(400, self.code, f"`{value[:60]}` is not a valid enum value for `{name}`.", name)
        return value


def choice(*values: str, code: str = "INVALID_ENUM_VALUE") -> Choice:
    """A `Choice` of the given values."""
    return Choice(frozenset(values), code)


@dataclass(frozen=True, slots=True)
class Anything:
    """Any JSON value; the rule checks it."""

    def check(self, value: Any, name: str) -> Any:
        return value


@dataclass(frozen=True, slots=True)
class AnyObject:
    """A JSON object whose content the rule checks."""

    def check(self, value: Any, name: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise _wrong("EXPECTED_OBJECT", name, "an object")
        return value


@dataclass(frozen=True, slots=True)
class Array:
    """A JSON array of one shape; lengths in items."""

    item: Shape
    max: int | None = None
    min: int = 0

    def check(self, value: Any, name: str) -> list[Any]:
        if not isinstance(value, list):
            raise _wrong("EXPECTED_ARRAY", name, "an array")
        if len(value) < self.min:
            raise chosen("array_empty", f"Field must not be empty: at least {self.min} expected.", name)
        if self.max is not None and len(value) > self.max:
            raise chosen("array_too_long", f"Array must not be longer than {self.max}.", name)
        return [self.item.check(each, f"{name}[{index}]") for index, each in enumerate(value)]


@dataclass(frozen=True, slots=True)
class Map:
    """A JSON object with free keys. With `lazy`, the values are left for the rule to check per item."""

    item: Shape
    max: int
    min: int = 1
    lazy: bool = False

    def check(self, value: Any, name: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise _wrong("EXPECTED_MAP", name, "a map")
        if not self.min <= len(value) <= self.max:
            raise chosen("too_many_map_entries", f"Map must have {self.min} to {self.max} entries.", name)
        if self.lazy:
            return value
        return {key: self.item.check(each, f"{name}.{key}") for key, each in value.items()}


@dataclass(frozen=True, slots=True)
class Object:
    """A JSON object with declared fields.

    `fields` are writable, `required` is a subset of them, `read_only` names are accepted and
    dropped, `not_null` names refuse an explicit null. A null of any other field stays None.
    Other names are dropped, or refused with the code `unknown`.
    """

    fields: Mapping[str, Shape]
    required: tuple[str, ...] = ()
    read_only: frozenset[str] = field(default_factory=frozenset)
    not_null: frozenset[str] = field(default_factory=frozenset)
    unknown: str | None = None

    def check(self, value: Any, name: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise _wrong("EXPECTED_OBJECT", name, "an object")
        prefix = f"{name}." if name else ""
        result: dict[str, Any] = {}
        for key, each in value.items():
            shape = self.fields.get(key)
            if shape is None:
                if key in self.read_only or self.unknown is None:
                    continue
                raise SquareFault(400, self.unknown, f"Unknown parameter `{prefix}{key}`.", f"{prefix}{key}")
            if each is None:
                if key in self.required:
                    raise missing(f"{prefix}{key}")
                if key in self.not_null:
                    shape.check(each, f"{prefix}{key}")
                result[key] = None
            else:
                result[key] = shape.check(each, f"{prefix}{key}")
        for key in self.required:
            if key not in result:
                raise missing(f"{prefix}{key}")
        return result


def strict(shape: Object) -> Object:
    """The same shape, that refuses what it does not know, at any depth, with UNKNOWN_BODY_PARAMETER.

    So do CreateCustomer, SearchCustomers, CreateCustomerGroup and UpdateCustomerGroup
    (https://developer.squareup.com/docs/changelog/connect-logs/2022-03-16).
    """
    fields = {name: _strict(each) for name, each in shape.fields.items()}
    return replace(shape, fields=fields, unknown="UNKNOWN_BODY_PARAMETER")


def _strict(shape: Shape) -> Shape:
    if isinstance(shape, Object):
        return strict(shape)
    return replace(shape, item=_strict(shape.item)) if isinstance(shape, Array | Map) else shape


MONEY = Object({"amount": Integer(), "currency": Choice(CURRENCIES)})
TIME_RANGE = Object({"start_at": String(), "end_at": String()})
