"""The custom attribute filters of SearchCustomers, as an SQL condition on a customer.

Square describes them with CustomerCustomAttributeFilters and at
https://developer.squareup.com/docs/customers-api/use-the-api/search-customers#search-by-custom-attribute.
A filter that does not fit the data type of its attribute is refused; Square does not document
what it does then. While searches lag behind writes, a newly set value is not found yet; a changed
one is found by its present value. The comparison of each data type is in `attribute_predicates`.
"""

from __future__ import annotations

from typing import Any

import orjson

from gateway.emulator.api.routes import Json, Request
from gateway.emulator.errors import SquareFault, bad_request
from gateway.emulator.rules.custom_attributes import attribute_predicates as predicates
from gateway.emulator.rules.custom_attributes.definition_visibility import Definition, find
from gateway.emulator.rules.customers.lag import horizon
from gateway.emulator.validation.shapes import TIME_RANGE, Array, Object, String

FIELD = "query.filter.custom_attribute.filters"

SHAPE = Object(
    {
        "filters": Array(
            Object(
                {"key": String(min=1), "filter": predicates.SHAPE, "updated_at": TIME_RANGE},
                required=("key",),
            ),
            max=10,
        )
    }
)

# The condition, and the beginning of every condition, that few customers meet.
BY_ID = "c.id IN (SELECT value FROM json_each(?))"

# Up to this many values, looking their customers up is faster than asking every customer.
_FEW = 2000


def condition(request: Request, filters: Json) -> tuple[str, list[Any]]:
    """The SQL condition, and its parameters, that all filters put on alias `c` of `customers`.

    `filters` has passed `SHAPE`. The condition starts with `BY_ID` when few values fit. Raises 400
    for a key that is repeated or not visible to the caller, and for a filter that is empty,
    ambiguous or of another data type.
    """
    parts: list[tuple[str, list[Any]]] = []
    seen: set[tuple[str, str]] = set()
    for index, each in enumerate(filters.get("filters") or []):
        field = f"{FIELD}[{index}]"
        definition = find(request, each["key"])
        if definition is None:
            raise bad_request(f"No custom attribute `{each['key']}` is visible.", f"{field}.key")
        if (definition.application, definition.key) in seen:
            raise bad_request("The keys of custom attribute filters must be unique.", f"{field}.key")
        seen.add((definition.application, definition.key))
        parts.append(_one(request, definition, each, field))
    parts.sort(key=lambda part: part[0] != BY_ID)
    return " AND ".join(sql for sql, _ in parts) or "1", [parameter for _, values in parts for parameter in values]


def _one(request: Request, definition: Definition, each: Json, field: str) -> tuple[str, list[Any]]:
    value, updated = each.get("filter"), each.get("updated_at")
    tests: list[predicates.Predicate] = []
    if value:
        tests.append(predicates.of_value(definition, value, f"{field}.filter"))
    if updated:
        tests.append(predicates.of_update(updated, f"{field}.updated_at"))
    if not tests:
        raise SquareFault(400, "MISSING_REQUIRED_PARAMETER", "Provide `filter`, `updated_at` or both.", field)
    where = " AND ".join(test.sql for test in tests)
    parameters = [parameter for test in tests for parameter in test.parameters]
    known = horizon(request)
    if known is not None:
        where += " AND v.created_at <= ?"
        parameters.append(known)
    key = [definition.application, definition.key, *parameters]
    rows = request.db.execute(
        f"SELECT v.customer_id FROM customer_attributes AS v INDEXED BY {tests[0].index}"  # noqa: S608 -- no value is part of the text
        f" WHERE v.seller = ? AND v.application = ? AND v.key = ? AND {where} LIMIT ?",
        [request.caller.seller_id, *key, _FEW + 1],
    ).fetchall()
    if len(rows) <= _FEW:
        return BY_ID, [orjson.dumps([row[0] for row in rows]).decode()]
    return (
        "EXISTS (SELECT 1 FROM customer_attributes AS v WHERE v.seller = c.seller AND v.customer_id = c.id"  # noqa: S608 -- likewise
        f" AND v.application = ? AND v.key = ? AND {where})"
    ), key
