"""Loyalty accounts: create, search, retrieve (https://developer.squareup.com/docs/loyalty-api/loyalty-accounts).

Points are moved elsewhere (loyalty_points, loyalty_rewards); no operation changes or deletes an account.
"""

from __future__ import annotations

import re
import uuid

import orjson
import phonenumbers

from gateway.emulator.api.changes import ACCOUNT, CREATED, Change
from gateway.emulator.api.clock import timestamp
from gateway.emulator.api.paging import cursor, position
from gateway.emulator.api.routes import Json, Replay, Request, Route
from gateway.emulator.errors import SquareFault, bad_request, chosen
from gateway.emulator.rules.customers import customers, merged
from gateway.emulator.rules.instants import require_instant
from gateway.emulator.rules.loyalty import ledger as loyalty_ledger
from gateway.emulator.rules.loyalty import programs as loyalty_programs
from gateway.emulator.validation.shapes import Array, Integer, Object, String

TABLES = loyalty_ledger.ACCOUNTS
insert = loyalty_ledger.insert_account

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_PHONE = "loyalty_account.mapping.phone_number"
# Where Square sells Loyalty: Australia, Canada, France, Ireland, Japan, Spain, the United Kingdom and the
# United States (https://developer.squareup.com/docs/loyalty/overview).
_COUNTRY_CODES = frozenset({1, 33, 34, 44, 61, 81, 353})
_MAX_KEYS = 30


def _mapped(mapping: Json) -> str:
    """The phone number of a mapping, in whose old form (`type`, `value`) it is not looked for. Raises 400 BAD_REQUEST.

    The error is one that was recorded (https://github.com/square/connect-api-examples/issues/267).
    """
    if not mapping.get("phone_number"):
        raise bad_request("Must provide phone_number in the mapping field")
    number: str = mapping["phone_number"]
    return number


def _phone(text: str) -> str:
    """A mapping's phone number, which Square wants in E.164. Raises 400 INVALID_PHONE_NUMBER."""
    if _E164.fullmatch(text):
        try:
            number = phonenumbers.parse(text)
        except phonenumbers.NumberParseException:
            number = phonenumbers.PhoneNumber()
        if number.country_code in _COUNTRY_CODES and phonenumbers.is_possible_number(number):
            return text
    raise _invalid(_PHONE)


def _invalid(field: str) -> SquareFault:
    return SquareFault(400, "INVALID_PHONE_NUMBER", "The provided phone number is invalid.", field)


def _create(request: Request) -> Json:
    given = request.body["loyalty_account"]
    program = loyalty_programs.writable(request, given["program_id"])
    phone = _phone(_mapped(given["mapping"]))
    enrolled_at = given.get("enrolled_at")
    if enrolled_at is not None and require_instant(enrolled_at, "loyalty_account.enrolled_at") > request.now:
        raise SquareFault(
            400, "INVALID_VALUE", "The enrollment cannot be in the future.", "loyalty_account.enrolled_at"
        )
    if _enrolled(request, phone):
        raise chosen("phone_already_enrolled", "A loyalty account already exists for the phone number.", _PHONE)
    now = timestamp(request.now)
    account: Json = {
        "id": str(uuid.uuid4()),
        "program_id": program["id"],
        "balance": 0,
        "lifetime_points": 0,
        "customer_id": _customer(request, given.get("customer_id"), phone),
        "created_at": now,
        "updated_at": now,
        "mapping": {"id": str(uuid.uuid4()), "created_at": now, "phone_number": phone},
    }
    if enrolled_at is not None:
        account["enrolled_at"] = enrolled_at
    insert(request.db, request.caller.seller_id, account)
    request.changes.append(Change(ACCOUNT, CREATED, account))
    return {"loyalty_account": account}


def _enrolled(request: Request, phone: str) -> bool:
    return bool(
        request.db.execute(
            "SELECT 1 FROM loyalty_accounts WHERE seller = ? AND phone = ?", (request.caller.seller_id, phone)
        ).fetchone()
    )


def _customer(request: Request, customer_id: str | None, phone: str) -> str:
    """The customer of a new account: the one named, else the one with the phone number, else a new one.

    Undocumented; chosen here: of several customers with the number, the first that was created.
    """
    if customer_id:
        customers.require(request, customer_id)
        return customer_id
    row = request.db.execute(
        "SELECT id FROM customers WHERE seller = ? AND phone = ? ORDER BY created_at, id",
        (request.caller.seller_id, phone),
    ).fetchone()
    if row is not None:
        return str(row["id"])
    return str(customers.create(request, {"phone_number": phone}, creation_source="LOYALTY")["id"])


def _retrieve(request: Request) -> Json:
    return {"loyalty_account": loyalty_ledger.require(request, request.path["account_id"])}


def _search(request: Request) -> Json:
    query = request.body.get("query") or {}
    limit = request.limit(30)
    conditions, parameters = ["seller = ?"], [request.caller.seller_id]
    table, keys = "loyalty_accounts", _keys(request, query)
    if keys is not None:
        column, wanted = keys
        # Left alone, SQLite reads all accounts in their order rather than sort a few.
        table += f" INDEXED BY loyalty_accounts_{column}"
        conditions.append(f"{column} IN (SELECT value FROM json_each(?))")  # noqa: S608 - fixed text
        parameters.append(orjson.dumps(wanted).decode())
    after = position(request, "SearchLoyaltyAccounts", query, request.body.get("cursor"))
    if after is not None:
        conditions.append("(created_at, sequence) > (?, ?)")
        parameters += after
    loyalty_ledger.settle(request)
    rows = request.db.execute(
        f"SELECT created_at, sequence, doc FROM {table} WHERE {' AND '.join(conditions)}"  # noqa: S608 - fixed text
        " ORDER BY created_at, sequence LIMIT ?",
        (*parameters, limit + 1),
    ).fetchall()
    answer: Json = {}
    if rows:
        answer["loyalty_accounts"] = [orjson.loads(row["doc"]) for row in rows[:limit]]
    if len(rows) > limit:
        last = rows[limit - 1]
        answer["cursor"] = cursor(request, "SearchLoyaltyAccounts", query, [last["created_at"], last["sequence"]])
    return answer


def _keys(request: Request, query: Json) -> tuple[str, list[str]] | None:
    """The column and values that a query searches by; None for all accounts.

    An empty list is as good as none. A number that is not in E.164 form raises 400 INVALID_PHONE_NUMBER.
    Undocumented; chosen here: the id of a merged customer finds the accounts of the new one, as Square's staff
    say of cards (https://developer.squareup.com/forums/t/28327).
    """
    mappings, customer_ids = query.get("mappings"), query.get("customer_ids")
    if mappings and customer_ids:
        raise chosen("conflicting_parameters", "Search by `mappings` or by `customer_ids`, not both.", "query")
    if mappings:
        numbers = [_mapped(mapping) for mapping in mappings]
        for index, number in enumerate(numbers):
            if not _E164.fullmatch(number):
                raise _invalid(f"query.mappings[{index}].phone_number")
        return "phone", numbers
    if not customer_ids:
        return None
    become = merged.become(request.db, request.caller.seller_id, customer_ids)
    return "customer_id", [*customer_ids, *become.values()]


_MAPPING = Object({"phone_number": String()}, read_only=frozenset({"id", "created_at"}))
_ACCOUNT = Object(
    {
        "program_id": String(min=1, max=36),
        "mapping": _MAPPING,
        "customer_id": String(),
        "enrolled_at": String(),
    },
    required=("program_id", "mapping"),
    read_only=frozenset({"id", "balance", "lifetime_points", "created_at", "updated_at", "expiring_point_deadlines"}),
)
_CREATE = Object(
    {"loyalty_account": _ACCOUNT, "idempotency_key": String(min=1, max=128)},
    required=("loyalty_account", "idempotency_key"),
)
_SEARCH = Object(
    {
        "query": Object({"mappings": Array(_MAPPING, max=_MAX_KEYS), "customer_ids": Array(String(), max=_MAX_KEYS)}),
        "limit": Integer(min=1, max=200),
        "cursor": String(),
    }
)
_ALL = "/v2/loyalty/accounts"

ROUTES = (
    Route("CreateLoyaltyAccount", "POST", _ALL, "LOYALTY_WRITE", _create, body=_CREATE, replay=Replay.STRICT),
    Route(
        "SearchLoyaltyAccounts", "POST", f"{_ALL}/search", "LOYALTY_READ", _search, body=_SEARCH, body_required=False
    ),
    Route("RetrieveLoyaltyAccount", "GET", f"{_ALL}/{{account_id}}", "LOYALTY_READ", _retrieve),
)
