"""What one custom attribute filter asks of a row `v` of `customer_attributes`, per data type.

The rules are those of CustomerCustomAttributeFilterValue in Square's API description: ranges are
inclusive; email, phone and text ignore case; selection is case-sensitive. It runs no query.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gateway.emulator.api.clock import timestamp
from gateway.emulator.api.routes import Json
from gateway.emulator.errors import SquareFault, bad_request, chosen
from gateway.emulator.rules.custom_attributes import attribute_schemas as schemas
from gateway.emulator.rules.custom_attributes.attribute_values import calendar_date, scaled, spaced, words
from gateway.emulator.rules.custom_attributes.definition_visibility import Definition
from gateway.emulator.rules.instants import boundary, require_instant
from gateway.emulator.validation.addresses import COUNTRY
from gateway.emulator.validation.phones import e164
from gateway.emulator.validation.shapes import MAX_SEARCH_LENGTH, TIME_RANGE, Array, Boolean, Object, String

_TEXT = Object({"exact": String(max=MAX_SEARCH_LENGTH), "fuzzy": String(max=MAX_SEARCH_LENGTH)})
_TERMS = Array(String(), max=100)

SHAPE = Object(
    {
        "email": _TEXT,
        "phone": _TEXT,
        "text": _TEXT,
        "selection": Object({"any": _TERMS, "all": _TERMS, "none": _TERMS}),
        "date": TIME_RANGE,
        "number": Object({"start_at": String(), "end_at": String()}),
        "boolean": Boolean(),
        "address": Object({"postal_code": _TEXT, "country": COUNTRY}),
    }
)

# SQLite refuses deeper expressions at 1,000 terms; nobody searches for this many words.
_MAX_TOKENS = 50
_ALPHANUMERIC = re.compile(r"[^\W_]+")
# A constant would leave no use for the index that the query demands.
_NO_SELECTION = "v.text = ''"


@dataclass(frozen=True, slots=True)
class Predicate:
    """An SQL condition on `v`, its parameters, and the index that finds its rows."""

    sql: str
    parameters: list[Any]
    index: str


def _on_text(sql: str, *parameters: Any) -> Predicate:
    return Predicate(f"v.text IS NOT NULL AND {sql}", list(parameters), "customer_attributes_by_text")


def of_value(definition: Definition, value: Json, field: str) -> Predicate:
    """The predicate of a `filter`. Raises 400 unless it has exactly the kind that fits the data type."""
    kind, build = _KINDS[definition.data_type]
    given = {name for name, each in value.items() if each is not None}
    if given != {kind}:
        raise bad_request(f"A {definition.data_type} attribute is searched with `{kind}` and nothing else.", field)
    return build(value[kind], definition, f"{field}.{kind}")


def of_update(updated: Json, field: str) -> Predicate:
    """The predicate of `updated_at`, a range of RFC 3339 timestamps."""
    bounds = _bounds(updated, field, require_instant, "INVALID_TIME_RANGE")
    written = {name: boundary(each) if name == "start_at" else timestamp(each) for name, each in bounds.items()}
    sql, parameters = _between("v.updated_at", written)
    return Predicate(sql, parameters, "customer_attributes_by_update")


def _one_of(text: Json, field: str) -> tuple[str, str]:
    """The mode of a text filter, exact or fuzzy, and its query."""
    given = [(mode, query) for mode, query in text.items() if query is not None]
    if len(given) > 1:
        raise chosen("conflicting_parameters", "Provide `exact` or `fuzzy`, not both.", field)
    if not given:
        raise SquareFault(400, "MISSING_REQUIRED_PARAMETER", "Provide `exact` or `fuzzy`.", field)
    return given[0]


def _contains(column: str, tokens: list[str], field: str) -> Predicate:
    unique = list(dict.fromkeys(tokens))
    if not unique:
        raise SquareFault(400, "VALUE_EMPTY", "Expected letters or digits to search for.", f"{field}.fuzzy")
    if len(unique) > _MAX_TOKENS:
        raise SquareFault(400, "VALUE_TOO_LONG", f"A query has at most {_MAX_TOKENS} words.", f"{field}.fuzzy")
    return _on_text(" AND ".join(f"instr({column}, ?)" for _ in unique), *unique)


def _email(text: Json, definition: Definition, field: str) -> Predicate:
    mode, query = _one_of(text, field)
    if mode == "exact":
        return _on_text("v.text = ?", query.casefold())
    return _contains("v.text", _ALPHANUMERIC.findall(query.casefold()), field)


def _phone(text: Json, definition: Definition, field: str) -> Predicate:
    mode, query = _one_of(text, field)
    if mode == "exact":
        number = e164(query) if query.startswith("+") else None
        if number is None:
            raise SquareFault(400, "INVALID_PHONE_NUMBER", "Expected a phone number in E.164 form.", f"{field}.exact")
        return _on_text("v.text = ?", number)
    return _contains("v.text", _ALPHANUMERIC.findall(query.casefold()), field)


def _text(text: Json, definition: Definition, field: str) -> Predicate:
    mode, query = _one_of(text, field)
    if mode == "exact":
        return _on_text("v.text = ?", query.casefold())
    return _contains("v.tokens", [spaced([word]) for word in words(query)], field)


def _selection(terms: Json, definition: Definition, field: str) -> Predicate:
    if terms.get("none"):
        raise bad_request("The `none` condition is not supported.", f"{field}.none")
    known = schemas.options(definition.doc["schema"])
    clauses: list[str] = []
    parameters: list[str] = []
    for rule, joint in (("any", " OR "), ("all", " AND ")):
        names = dict.fromkeys(terms.get(rule) or ())
        if not names:
            continue
        found = [spaced([known[name]]) for name in names if name in known]
        if not found or (rule == "all" and len(found) < len(names)):
            clauses.append(_NO_SELECTION)
            continue
        clauses.append("(" + joint.join("instr(v.text, ?)" for _ in found) + ")")
        parameters += found
    if not clauses:
        raise SquareFault(400, "MISSING_REQUIRED_PARAMETER", "Provide `any`, `all` or both.", field)
    return _on_text(" AND ".join(clauses), *parameters)


def _date(bounds: Json, definition: Definition, field: str) -> Predicate:
    sql, parameters = _between("v.text", _bounds(bounds, field, _day, "INVALID_TIME_RANGE"))
    return _on_text(sql, *parameters)


def _number(bounds: Json, definition: Definition, field: str) -> Predicate:
    sql, parameters = _between("v.number", _bounds(bounds, field, _decimal, "BAD_REQUEST"))
    return Predicate(f"v.number IS NOT NULL AND {sql}", parameters, "customer_attributes_by_number")


def _boolean(wanted: bool, definition: Definition, field: str) -> Predicate:
    return Predicate("v.number = ?", [int(wanted)], "customer_attributes_by_number")


def _address(address: Json, definition: Definition, field: str) -> Predicate:
    clauses: list[str] = []
    parameters: list[str] = []
    if address.get("postal_code") is not None:
        mode, query = _one_of(address["postal_code"], f"{field}.postal_code")
        if mode != "exact":
            raise bad_request("A postal code is matched with `exact` only.", f"{field}.postal_code.fuzzy")
        clauses.append("v.text = ?")
        parameters.append(query.casefold())
    if address.get("country") is not None:
        clauses.append("v.tokens = ?")
        parameters.append(address["country"])
    if not clauses:
        raise SquareFault(400, "MISSING_REQUIRED_PARAMETER", "Provide `postal_code`, `country` or both.", field)
    return _on_text(" AND ".join(clauses), *parameters)


def _bounds(range_: Json, field: str, read: Callable[[str, str], Any], inverted: str) -> dict[str, Any]:
    found = {name: read(each, f"{field}.{name}") for name, each in range_.items() if each is not None}
    if not found:
        raise SquareFault(400, "MISSING_REQUIRED_PARAMETER", "Provide `start_at`, `end_at` or both.", field)
    if len(found) > 1 and found["end_at"] < found["start_at"]:
        raise SquareFault(400, inverted, "The range ends before it starts.", field)
    return found


def _between(column: str, bounds: dict[str, Any]) -> tuple[str, list[Any]]:
    signs = {"start_at": ">=", "end_at": "<="}
    return " AND ".join(f"{column} {signs[name]} ?" for name in bounds), list(bounds.values())


def _day(text: str, field: str) -> str:
    """The day of a date or, as it is written there, of a timestamp."""
    day = calendar_date(text[:10])
    if day is None:
        raise SquareFault(400, "INVALID_TIME", "Expected YYYY-MM-DD or an RFC 3339 timestamp.", field)
    if len(text) > 10:
        require_instant(text, field)
    return day


def _decimal(text: str, field: str) -> int:
    number = scaled(text)
    if number is None:
        raise SquareFault(400, "INVALID_VALUE", "Expected a decimal of at most 5 places.", field)
    return number


_KINDS: dict[str, tuple[str, Callable[[Any, Definition, str], Predicate]]] = {
    schemas.EMAIL: ("email", _email),
    schemas.PHONE_NUMBER: ("phone", _phone),
    schemas.STRING: ("text", _text),
    schemas.SELECTION: ("selection", _selection),
    schemas.DATE: ("date", _date),
    schemas.NUMBER: ("number", _number),
    schemas.BOOLEAN: ("boolean", _boolean),
    schemas.ADDRESS: ("address", _address),
}
