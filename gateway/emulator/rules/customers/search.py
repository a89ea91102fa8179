"""ListCustomers and SearchCustomers: pages of profiles that have public information.

What a search asks of a profile is in `customer_filters`; how lists lag is in `customer_lag`.
"""

from __future__ import annotations

from gateway.emulator.api import paging
from gateway.emulator.api.routes import Json, Request, Route
from gateway.emulator.rules.customers import counts as customer_counts
from gateway.emulator.rules.customers import filters as customer_filters
from gateway.emulator.rules.customers import lag as customer_lag
from gateway.emulator.rules.customers import table as customer_table
from gateway.emulator.validation.shapes import Boolean, Integer, Object, Shape, String, choice, strict

_FIELD = choice("DEFAULT", "CREATED_AT")
_ORDER = choice("ASC", "DESC", code="INVALID_SORT_ORDER")
_PAGE: dict[str, Shape] = {"cursor": String(), "limit": Integer(min=1, max=100), "count": Boolean()}

_LIST = Object({**_PAGE, "sort_field": _FIELD, "sort_order": _ORDER}, unknown="UNKNOWN_QUERY_PARAMETER")
_SEARCH = Object(
    {
        **_PAGE,
        "query": Object({"filter": customer_filters.SHAPE, "sort": Object({"field": _FIELD, "order": _ORDER})}),
    }
)

# Per sort field: the column that orders, then ids break ties; and the index in that order.
_SORTS = {"DEFAULT": ("sort_key", "customers_by_name"), "CREATED_AT": ("created_at", "customers_by_creation")}


def _list(request: Request) -> Json:
    sort = {"field": request.query.get("sort_field"), "order": request.query.get("sort_order")}
    return _answer(request, "ListCustomers", request.query, {}, sort)


def _search(request: Request) -> Json:
    query = request.body.get("query") or {}
    return _answer(request, "SearchCustomers", request.body, query.get("filter") or {}, query.get("sort") or {})


def _answer(request: Request, operation: str, page: Json, filters: Json, sort: Json) -> Json:
    field, order = sort.get("field") or "DEFAULT", sort.get("order") or "ASC"
    bound = [filters, field, order]
    after = paging.position(request, operation, bound, page.get("cursor"))
    column, index = _SORTS[field]
    condition = customer_filters.of(request, filters)
    known = customer_lag.horizon(request)
    if known is not None:
        condition.add("c.created_at <= ?", known)
    source = f"FROM customers AS c INDEXED BY {condition.index or index} WHERE c.seller = ? AND c.public = 1"
    where = "".join(f" AND {each}" for each in condition.sql)
    seller, limit = request.caller.seller_id, request.limit(100)
    beyond = f" AND (c.{column}, c.id) {'>' if order == 'ASC' else '<'} (?, ?)"
    rows = request.db.execute(
        f"SELECT c.id, c.{column} {source}{beyond if after else ''}{where}"
        f" ORDER BY c.{column} {order}, c.id {order} LIMIT ?",
        [seller, *(after or ()), *condition.parameters, limit + 1],
    ).fetchall()
    more, rows = len(rows) > limit, rows[:limit]
    last = [rows[-1][column], rows[-1]["id"]] if more else []
    response: Json = {}
    if rows:
        found = customer_table.find(request.db, seller, [row["id"] for row in rows])
        response["customers"] = customer_lag.as_listed(request, list(found.values()))
    if more:
        response["cursor"] = paging.cursor(request, operation, bound, last)
    if page.get("count") and not condition.sql:
        response["count"] = customer_counts.public(request.db, seller)
    elif page.get("count"):
        # A first page has counted its own rows: at most those beyond it are left to count.
        counted, start = (0, []) if after else (len(rows), last)
        if after or more:
            sql = f"SELECT count(*) {source}{beyond if start else ''}{where}"
            counted += request.db.execute(sql, [seller, *start, *condition.parameters]).fetchone()[0]
        response["count"] = counted
    return response


ROUTES = (
    Route("ListCustomers", "GET", "/v2/customers", "CUSTOMERS_READ", _list, query=_LIST),
    Route("SearchCustomers", "POST", "/v2/customers/search", "CUSTOMERS_READ", _search, body=strict(_SEARCH)),
)
