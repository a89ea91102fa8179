"""The graph's own scalars. Values stay what they are on the wire; input is checked. No I/O."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal as Exact
from typing import Any, NewType

import strawberry
from graphql import FloatValueNode, IntValueNode, ValueNode, value_from_ast_untyped
from strawberry.scalars import JSON
from strawberry.types.scalar import ScalarDefinition

from gateway.exact_numbers import MAX_DIGITS, MAX_WHOLE_FLOAT, plain, read_number
from gateway.graph.errors import Refusal
from gateway.graph.schema.decode import INT64, read_scalar_as
from gateway.graph.schema.json_input import MAX_JSON_DEPTH, parse_json, parse_json_literal

Long = NewType("Long", int)
DateTime = NewType("DateTime", str)
Date = NewType("Date", str)
Birthday = NewType("Birthday", str)
Decimal = NewType("Decimal", str)

_DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LONG = re.compile(r"-?\d{1,19}", re.ASCII)
_DECIMAL = re.compile(rf"-?\d{{1,{MAX_DIGITS}}}(\.\d{{1,{MAX_DIGITS}}})?", re.ASCII)
_RFC_8259 = "https://www.rfc-editor.org/rfc/rfc8259"
# Years begin with 0000, which a birthday without one has.
_FULL_DATE = "https://www.rfc-editor.org/rfc/rfc3339#section-5.6"
_XML_TYPES = "https://www.w3.org/TR/xmlschema11-2/"
_BIRTHDAY = re.compile(r"(\d{4}-)?\d{2}-\d{2}", re.ASCII)


def _refused(name: str, expected: str) -> Refusal:
    return Refusal(f"Expected {name}: {expected}.")


def _parse_long(value: Any) -> int:
    """A number as `Int` takes it, of 64 bits; as a float only as far as floats tell whole numbers apart."""
    if (isinstance(value, str) and _LONG.fullmatch(value)) or (
        isinstance(value, float) and value.is_integer() and abs(value) <= MAX_WHOLE_FLOAT
    ):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not -INT64 <= value < INT64:
        raise _refused("a Long", "a whole number of at most 64 bits")
    return value


def _parse_long_literal(node: ValueNode, variables: Mapping[str, Any] | None = None) -> int:
    # Text of digits, so that none of thousands of digits is read; 10.0 is no whole number here, as it is none to `Int`.
    return _parse_long(node.value if isinstance(node, IntValueNode) else _other_than_number(node))


def _parse_decimal(value: Any) -> str:
    if isinstance(value, float | Exact):
        value = plain(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        value = plain(Exact(value))
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        raise _refused("a Decimal", "a number such as 10.5, as a string or a JSON number")
    return value


def _parse_decimal_literal(node: ValueNode, variables: Mapping[str, Any] | None = None) -> str:
    if isinstance(node, IntValueNode):
        return _parse_decimal(node.value)
    if isinstance(node, FloatValueNode):
        try:
            return _parse_decimal(read_number(node.value))
        except ValueError as error:
            raise _refused("a Decimal", "a number such as 10.5") from error
    return _parse_decimal(_other_than_number(node))


def _other_than_number(node: ValueNode) -> Any:
    return None if isinstance(node, FloatValueNode) else value_from_ast_untyped(node)


def _checked(name: str, pattern: re.Pattern[str], expected: str, read: Callable[[str], object]) -> Callable[[Any], str]:
    def parse(value: Any) -> str:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise _refused(name, expected)
        try:
            read(value)
        except ValueError as error:
            raise _refused(name, expected) from error
        return value

    return parse


def _read_date_time(value: str) -> datetime:
    # RFC 3339 allows a leap second, which Python's datetime does not.
    return datetime.fromisoformat(value.replace(":60", ":59", 1) if value[17:19] == "60" else value)


def _read_birthday(value: str) -> date:
    # 2000 is a leap year, so that 02-29 is a day without a year too.
    return date.fromisoformat(value if len(value) == 10 and not value.startswith("0000") else f"2000-{value[-5:]}")


def _same(value: Any) -> Any:
    return value


SCALARS: dict[object, ScalarDefinition] = {
    JSON: strawberry.scalar(
        name="JSON",
        description="Any JSON value. Input is sent as it is: whole numbers of at most 64 bits, other numbers that a "
        f"double holds exactly, at most {MAX_JSON_DEPTH} levels of nesting. Anything else is refused.",
        specified_by_url=_RFC_8259,
        serialize=_same,
        parse_value=parse_json,
        parse_literal=parse_json_literal,
    ),
    Long: strawberry.scalar(
        name="Long",
        description="A whole number of up to 64 bits, as a JSON number. Variables may give it as a string of digits, "
        "or with a fraction of 0 as in 10.0, up to 2^53.",
        specified_by_url=f"{_XML_TYPES}#long",
        serialize=_same,
        parse_value=_parse_long,
        parse_literal=_parse_long_literal,
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description="An exact decimal number as a string, as 10.5. Input may give it as a JSON number too: all its "
        f"digits are kept, at most {MAX_DIGITS} before and behind the point.",
        specified_by_url=f"{_XML_TYPES}#decimal",
        serialize=_same,
        parse_value=_parse_decimal,
        parse_literal=_parse_decimal_literal,
    ),
    DateTime: strawberry.scalar(
        name="DateTime",
        description="A moment in RFC 3339 form with its offset, as 2026-01-31T09:30:00Z.",
        specified_by_url="https://scalars.graphql.org/andimarek/date-time",
        serialize=_same,
        parse_value=_checked("a DateTime", _DATE_TIME, "a moment such as 2026-01-31T09:30:00Z", _read_date_time),
    ),
    Date: strawberry.scalar(
        name="Date",
        description="A calendar day, as 2026-01-31.",
        specified_by_url="https://scalars.graphql.org/andimarek/local-date",
        serialize=_same,
        parse_value=_checked("a Date", _DATE, "a day such as 2026-01-31", date.fromisoformat),
    ),
    Birthday: strawberry.scalar(
        name="Birthday",
        description="A birthday as YYYY-MM-DD, year 0000 when it is not known. Input may leave the year out: MM-DD.",
        specified_by_url=_FULL_DATE,
        serialize=_same,
        parse_value=_checked("a Birthday", _BIRTHDAY, "a day such as 1990-09-21 or 09-21", _read_birthday),
    ),
}

read_scalar_as(Long, "long")
read_scalar_as(DateTime, "text")
read_scalar_as(Date, "text")
read_scalar_as(Birthday, "text")
read_scalar_as(Decimal, "text")
read_scalar_as(JSON, "anything")

__all__ = ["JSON", "SCALARS", "Birthday", "Date", "DateTime", "Decimal", "Long"]
