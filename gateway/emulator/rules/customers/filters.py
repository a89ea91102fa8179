"""The filters of SearchCustomers as SQL on `customers AS c`, and the index that answers them best.

Square describes them with CustomerFilter (https://developer.squareup.com/reference/square/objects/CustomerFilter).
All filters must hold. Custom attribute filters are in `attribute_filters`. It chooses no order and no page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gateway.emulator.api.routes import Json, Request
from gateway.emulator.errors import SquareFault, bad_request, chosen
from gateway.emulator.rules.custom_attributes import attribute_filters
from gateway.emulator.rules.customers.table import folded, membership, tokens
from gateway.emulator.rules.instants import boundary, require_instant
from gateway.emulator.validation.phones import e164
from gateway.emulator.validation.shapes import MAX_SEARCH_LENGTH, TIME_RANGE, Array, Object, String, choice

_FILTER = "query.filter"
_TEXT = Object({"exact": String(max=MAX_SEARCH_LENGTH), "fuzzy": String(max=MAX_SEARCH_LENGTH)})
_TERM = Array(String(), max=100)
_IDS = Object({"any": _TERM, "all": _TERM, "none": _TERM})
_SOURCES = choice(
    "OTHER",
    "APPOINTMENTS",
    "COUPON",
    "DELETION_RECOVERY",
    "DIRECTORY",
    "EGIFTING",
    "EMAIL_COLLECTION",
    "FEEDBACK",
    "IMPORT",
    "INVOICES",
    "LOYALTY",
    "MARKETING",
    "MERGE",
    "ONLINE_STORE",
    "INSTANT_PROFILE",
    "TERMINAL",
    "THIRD_PARTY",
    "THIRD_PARTY_IMPORT",
    "UNMERGE_RECOVERY",
)

SHAPE = Object(
    {
        "creation_source": Object({"values": Array(_SOURCES), "rule": choice("INCLUDE", "EXCLUDE")}),
        "created_at": TIME_RANGE,
        "updated_at": TIME_RANGE,
        "email_address": _TEXT,
        "phone_number": _TEXT,
        "reference_id": _TEXT,
        "group_ids": _IDS,
        "segment_ids": _IDS,
        "custom_attribute": attribute_filters.SHAPE,
    }
)

# Up to this many members, looking each of them up is faster than asking every customer.
_FEW = 4000
# SQLite's own index of the primary key (seller, id).
_BY_ID = "sqlite_autoindex_customers_1"
# Nobody searches for this many words, and SQLite limits the terms of an expression.
_MAX_TOKENS = 50


@dataclass(slots=True)
class Condition:
    """An SQL condition with its parameters; `index` is set when few rows can hold it and that index finds them."""

    sql: list[str] = field(default_factory=list)
    parameters: list[Any] = field(default_factory=list)
    index: str | None = None

    def add(self, sql: str, *parameters: Any, index: str | None = None) -> None:
        """Ask for one more thing; `index` is an index that finds its few rows."""
        self.sql.append(sql)
        self.parameters.extend(parameters)
        self.index = self.index or index


def of(request: Request, filters: Json) -> Condition:
    """What `filters`, which has passed `SHAPE`, ask of a customer. Raises 400 for a filter that cannot be asked."""
    given = {name: value for name, value in filters.items() if value is not None}
    condition = Condition()
    _texts(condition, given)
    _memberships(request, condition, given)
    _creation_source(condition, given.get("creation_source") or {})
    for column in ("created_at", "updated_at"):
        _time_range(condition, column, given.get(column) or {})
    if "custom_attribute" in given:
        sql, parameters = attribute_filters.condition(request, given["custom_attribute"])
        # Few customers have such a value when the condition lists their ids.
        few = sql.startswith("c.id IN (")
        condition.add(f"({sql})", *parameters, index=_BY_ID if few else None)
    return condition


def _texts(condition: Condition, given: Json) -> None:
    for name, column in (("email_address", "email"), ("phone_number", "phone"), ("reference_id", "reference")):
        text, where = given.get(name) or {}, f"{_FILTER}.{name}"
        exact, fuzzy = text.get("exact"), text.get("fuzzy")
        if exact is not None and fuzzy is not None:
            raise chosen("conflicting_parameters", "Provide `exact` or `fuzzy`, not both.", where)
        if exact is not None:
            value = _phone(exact, f"{where}.exact") if column == "phone" else folded(exact)
            condition.add(f"c.{column} = ?", value, index=f"customers_by_{column}")
        elif fuzzy is not None:
            # A phone number is searched as one run of digits: `415` is found in +1 (551) 234-1567.
            haystack = "c.phone" if column == "phone" else f"c.{column}_tokens"
            _fuzzy(condition, haystack, tokens(fuzzy), f"{where}.fuzzy")


def _phone(text: str, where: str) -> str:
    number = e164(text) if text.startswith("+") else None
    if number is None:
        raise SquareFault(400, "INVALID_PHONE_NUMBER", "Expected a phone number in E.164 form.", where)
    return number


def _fuzzy(condition: Condition, haystack: str, needles: list[str], where: str) -> None:
    if not needles:
        raise SquareFault(400, "VALUE_EMPTY", "Expected letters or digits to search for.", where)
    if len(needles) > _MAX_TOKENS:
        raise SquareFault(400, "VALUE_TOO_LONG", f"Expected at most {_MAX_TOKENS} words.", where)
    for needle in dict.fromkeys(needles):
        condition.add(f"instr({haystack}, ?)", needle)


def _memberships(request: Request, condition: Condition, given: Json) -> None:
    groups, segments = given.get("group_ids") or {}, given.get("segment_ids") or {}
    named = {
        kind: [each for ids in terms.values() for each in ids or ()]
        for kind, terms in (("group", groups), ("segment", segments))
    }
    if len(named["segment"]) > 3:
        raise chosen("array_too_long", "At most three segment IDs can be provided.", f"{_FILTER}.segment_ids")
    for unknown in _unknown(request, "segment", named["segment"]):
        raise bad_request(f"Segment with ID `{unknown[:255]}` not found.", f"{_FILTER}.segment_ids")
    # Square documents an empty result for an unknown group, whichever term names it.
    if _unknown(request, "group", named["group"]):
        # A literal 0 would make SQLite drop the terms that the chosen index needs, and then refuse the index.
        condition.add("?", 0)
    _membership(request, condition, "group", groups)
    _membership(request, condition, "segment", segments)


def _unknown(request: Request, kind: str, ids: list[str]) -> list[str]:
    sql = f"SELECT 1 FROM customer_{kind}s WHERE seller = ? AND id = ?"  # noqa: S608 - fixed names
    return [each for each in ids if request.db.execute(sql, (request.caller.seller_id, each)).fetchone() is None]


def _membership(request: Request, condition: Condition, kind: str, terms: Json) -> None:
    if terms.get("any"):
        _member_of_any(request, condition, kind, terms["any"])
    for each in terms.get("all") or ():
        _member_of_any(request, condition, kind, [each])
    for each in terms.get("none") or ():
        condition.add("NOT instr(c.memberships, ?)", membership(kind, each))


def _member_of_any(request: Request, condition: Condition, kind: str, ids: list[str]) -> None:
    marks = ", ".join("?" * len(ids))
    members = f"SELECT m.customer_id FROM customer_{kind}_members AS m WHERE m.seller = ? AND m.{kind}_id IN ({marks})"  # noqa: S608 - fixed names
    seller = request.caller.seller_id
    count = request.db.execute(f"SELECT count(*) FROM ({members} LIMIT ?)", (seller, *ids, _FEW + 1)).fetchone()[0]  # noqa: S608 - as above
    if count <= _FEW:
        condition.add(f"c.id IN ({members})", seller, *ids, index=_BY_ID)
    else:
        found = " OR ".join(["instr(c.memberships, ?)"] * len(ids))
        condition.add(f"({found})", *(membership(kind, each) for each in ids))


def _creation_source(condition: Condition, source: Json) -> None:
    values = set(source.get("values") or ())
    if values:
        negation = "NOT " if source.get("rule") == "EXCLUDE" else ""
        condition.add(f"c.creation_source {negation}IN ({', '.join('?' * len(values))})", *values)


def _time_range(condition: Condition, column: str, times: Json) -> None:
    """Undocumented; chosen here: the start is inclusive, the end exclusive. Integrations page by adjoining spans."""
    where = f"{_FILTER}.{column}"
    given = {name: require_instant(text, f"{where}.{name}") for name, text in times.items() if text is not None}
    start, end = given.get("start_at"), given.get("end_at")
    if start is not None and end is not None and end < start:
        raise SquareFault(400, "INVALID_TIME_RANGE", "`end_at` must not be before `start_at`.", where)
    if start is not None:
        condition.add(f"c.{column} >= ?", boundary(start))
    if end is not None:
        condition.add(f"c.{column} < ?", boundary(end))
