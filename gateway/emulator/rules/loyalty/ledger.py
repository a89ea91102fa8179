"""The ledger: loyalty accounts with their balances, and the events that explain every change of them.

Only this module writes either table. It decides no amounts and validates no requests.
See https://developer.squareup.com/docs/loyalty-api/loyalty-events.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterable

import orjson

from gateway.emulator.api.changes import ACCOUNT, CREATED, EVENT, UPDATED, Change
from gateway.emulator.api.clock import timestamp
from gateway.emulator.api.routes import Json, Request
from gateway.emulator.errors import bad_request, not_found
from gateway.emulator.rules.instants import sortable
from gateway.emulator.rules.loyalty import lots as loyalty_lots

ACCOUNTS = """
CREATE TABLE IF NOT EXISTS loyalty_accounts (
    seller TEXT NOT NULL,
    id TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    phone TEXT,
    customer_id TEXT,
    created_at TEXT NOT NULL,
    next_deadline TEXT,
    doc TEXT NOT NULL,
    PRIMARY KEY (seller, id)
);
CREATE UNIQUE INDEX IF NOT EXISTS loyalty_accounts_sequence ON loyalty_accounts (seller, sequence);
CREATE UNIQUE INDEX IF NOT EXISTS loyalty_accounts_phone ON loyalty_accounts (seller, phone);
CREATE INDEX IF NOT EXISTS loyalty_accounts_created ON loyalty_accounts (seller, created_at, sequence);
CREATE INDEX IF NOT EXISTS loyalty_accounts_customer_id ON loyalty_accounts (seller, customer_id);
CREATE INDEX IF NOT EXISTS loyalty_accounts_deadline ON loyalty_accounts (seller, next_deadline)
    WHERE next_deadline IS NOT NULL;
"""

# The index by time holds what a search without an account filters by, so that a rare type is found in it alone.
EVENTS = """
CREATE TABLE IF NOT EXISTS loyalty_events (
    seller TEXT NOT NULL,
    id TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    account_id TEXT NOT NULL,
    type TEXT NOT NULL,
    location_id TEXT,
    order_id TEXT,
    promotion_id TEXT,
    created_at TEXT NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (seller, id),
    FOREIGN KEY (seller, account_id) REFERENCES loyalty_accounts (seller, id)
);
CREATE UNIQUE INDEX IF NOT EXISTS loyalty_events_sequence ON loyalty_events (seller, sequence);
CREATE INDEX IF NOT EXISTS loyalty_events_created ON loyalty_events (seller, created_at, sequence, type, location_id);
CREATE INDEX IF NOT EXISTS loyalty_events_account ON loyalty_events (seller, account_id, created_at, sequence);
CREATE INDEX IF NOT EXISTS loyalty_events_order ON loyalty_events (seller, order_id, created_at, sequence)
    WHERE order_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS loyalty_events_promotion ON loyalty_events (seller, promotion_id, account_id, created_at)
    WHERE promotion_id IS NOT NULL;
"""

# The name of an event's metadata; Square's names follow the type but for one.
METADATA = {
    "ACCUMULATE_POINTS": "accumulate_points",
    "ACCUMULATE_PROMOTION_POINTS": "accumulate_promotion_points",
    "ADJUST_POINTS": "adjust_points",
    "CREATE_REWARD": "create_reward",
    "DELETE_REWARD": "delete_reward",
    "EXPIRE_POINTS": "expire_points",
    "OTHER": "other_event",
    "REDEEM_REWARD": "redeem_reward",
}
# What counts towards `lifetime_points`, the points accrued: returned points were counted before.
_ACCRUING = frozenset({"ACCUMULATE_POINTS", "ACCUMULATE_PROMOTION_POINTS", "ADJUST_POINTS"})
# Square's `integer` without a format has 32 bits.
MAX_POINTS = 2**31 - 1

_ACCOUNT = """
INSERT INTO loyalty_accounts (seller, id, sequence, phone, customer_id, created_at, next_deadline, doc)
VALUES (?1, ?2, (SELECT COALESCE(MAX(sequence), 0) + 1 FROM loyalty_accounts WHERE seller = ?1), ?3, ?4, ?5, ?6, ?7)
"""
_EVENT = """
INSERT INTO loyalty_events
    (seller, id, sequence, account_id, type, location_id, order_id, promotion_id, created_at, doc)
VALUES
    (?1, ?2, (SELECT COALESCE(MAX(sequence), 0) + 1 FROM loyalty_events WHERE seller = ?1), ?3, ?4, ?5, ?6, ?7, ?8, ?9)
"""


def encode(doc: Json) -> str:
    """The text that a row keeps of a JSON object."""
    return orjson.dumps(doc).decode()


def insert_account(db: sqlite3.Connection, seller: str, account: Json) -> None:
    """Store a LoyaltyAccount as Square would answer it. Raises sqlite3.IntegrityError for a second one of a phone."""
    insert_accounts(db, seller, [account])


def insert_accounts(db: sqlite3.Connection, seller: str, accounts: Iterable[Json]) -> None:
    """Store many LoyaltyAccounts as `insert_account` does one."""
    db.executemany(
        _ACCOUNT,
        (
            (
                seller,
                account["id"],
                (account.get("mapping") or {}).get("phone_number"),
                account.get("customer_id"),
                sortable(account["created_at"]),
                loyalty_lots.next_deadline(account),
                encode(account),
            )
            for account in accounts
        ),
    )


def insert_event(db: sqlite3.Connection, seller: str, event: Json, order_id: str | None = None) -> None:
    """Store a LoyaltyEvent of a stored account as Square would answer it; balances are the caller's.

    `order_id` is for the events that concern an order but do not show it (CREATE_REWARD, DELETE_REWARD).
    """
    insert_events(db, seller, [(event, order_id)])


def insert_events(db: sqlite3.Connection, seller: str, events: Iterable[tuple[Json, str | None]]) -> None:
    """Store many LoyaltyEvents, each with its `order_id` or None, as `insert_event` does one."""
    db.executemany(_EVENT, (_event_row(seller, event, order_id) for event, order_id in events))


def _event_row(seller: str, event: Json, order_id: str | None) -> tuple[str | None, ...]:
    metadata = event.get(METADATA[event["type"]], {})
    return (
        seller,
        event["id"],
        event["loyalty_account_id"],
        event["type"],
        event.get("location_id"),
        metadata.get("order_id") or order_id,
        metadata.get("loyalty_promotion_id"),
        sortable(event["created_at"]),
        encode(event),
    )


def require(request: Request, account_id: str) -> Json:
    """The seller's account, points past their deadline already expired. Raises 404 NOT_FOUND."""
    settle(request)
    row = request.db.execute(
        "SELECT doc FROM loyalty_accounts WHERE seller = ? AND id = ?", (request.caller.seller_id, account_id)
    ).fetchone()
    if row is None:
        raise not_found("Loyalty account", account_id)
    account: Json = orjson.loads(row["doc"])
    return account


def sellers(db: sqlite3.Connection) -> list[str]:
    """The sellers that have accounts whose points may expire."""
    rows = db.execute("SELECT DISTINCT seller FROM loyalty_accounts WHERE next_deadline IS NOT NULL")
    return [row["seller"] for row in rows]


def settle(request: Request) -> None:
    """Expire what is due in any account of the seller: called before whatever reads accounts or events.

    An EXPIRE_POINTS event is dated at its deadline, as if a job had run then, so the ledger stays in
    order of time. Undocumented; chosen here: its points are negative (as CREATE_REWARD's are) and its
    source is SQUARE.
    """
    now = timestamp(request.now)
    rows = request.db.execute(
        "SELECT doc FROM loyalty_accounts WHERE seller = ? AND next_deadline <= ? ORDER BY next_deadline, sequence",
        (request.caller.seller_id, now),
    ).fetchall()
    for row in rows:
        account = orjson.loads(row["doc"])
        for expires_at, points in loyalty_lots.expire(account, now):
            details = {"loyalty_program_id": account["program_id"], "points": -points}
            _write(request, account, "EXPIRE_POINTS", details, at=expires_at, source="SQUARE")
            account["updated_at"] = expires_at
        _save(request, account)


def earn(
    request: Request,
    account: Json,
    kind: str,
    details: Json,
    lots: Iterable[loyalty_lots.Lot],
    *,
    location_id: str | None = None,
    order_id: str | None = None,
) -> Json:
    """Add points to an account, in place and in the store; answers the event. `lots` hold the points of `details`.

    Raises 400 BAD_REQUEST when the account could not hold them.
    """
    loyalty_lots.credit(account, lots)
    if kind in _ACCRUING:
        account["lifetime_points"] += details["points"]
    if max(account["balance"], account["lifetime_points"]) > MAX_POINTS:
        raise bad_request("The account cannot hold that many points.")
    return _changed(request, account, kind, details, location_id=location_id, order_id=order_id)


def spend(
    request: Request, account: Json, kind: str, details: Json, *, order_id: str | None = None
) -> tuple[Json, list[loyalty_lots.Lot]]:
    """Take the (negative) points of `details` from an account; answers the event and the lots they came from.

    Raises 400 BAD_REQUEST when the debt would be too large to write down.
    """
    taken = loyalty_lots.spend(account, -details["points"])
    if account["balance"] < -MAX_POINTS:
        raise bad_request("The account cannot owe that many points.")
    return _changed(request, account, kind, details, location_id=None, order_id=order_id), taken


def give(request: Request, customer_id: str, new_id: str) -> None:
    """Make a customer's accounts those of another one."""
    mine = (request.caller.seller_id, customer_id)
    rows = request.db.execute("SELECT doc FROM loyalty_accounts WHERE seller = ? AND customer_id = ?", mine).fetchall()
    for row in rows:
        _save(request, {**orjson.loads(row["doc"]), "customer_id": new_id, "updated_at": timestamp(request.now)})
    request.db.execute(
        "UPDATE loyalty_accounts SET customer_id = ? WHERE seller = ? AND customer_id = ?", (new_id, *mine)
    )


def note(request: Request, account: Json, kind: str, details: Json, *, location_id: str) -> Json:
    """Write an event that leaves the account as it is; answers the event."""
    return _write(request, account, kind, details, location_id=location_id)


def enroll(request: Request, account: Json) -> None:
    """Mark the buyer's first action on the account, in place: only accumulating points and creating a reward count."""
    if "enrolled_at" not in account:
        account["enrolled_at"] = timestamp(request.now)


def _changed(
    request: Request, account: Json, kind: str, details: Json, *, location_id: str | None, order_id: str | None
) -> Json:
    account["updated_at"] = timestamp(request.now)
    event = _write(request, account, kind, details, location_id=location_id, order_id=order_id)
    _save(request, account)
    return event


def _write(
    request: Request,
    account: Json,
    kind: str,
    details: Json,
    *,
    at: str | None = None,
    location_id: str | None = None,
    order_id: str | None = None,
    source: str = "LOYALTY_API",
) -> Json:
    event: Json = {
        "id": str(uuid.uuid4()),
        "type": kind,
        "created_at": at or timestamp(request.now),
        METADATA[kind]: details,
        "loyalty_account_id": account["id"],
        "source": source,
    }
    if location_id is not None:
        event["location_id"] = location_id
    insert_event(request.db, request.caller.seller_id, event, order_id)
    request.changes.append(Change(EVENT, CREATED, event))
    return event


def _save(request: Request, account: Json) -> None:
    request.db.execute(
        "UPDATE loyalty_accounts SET next_deadline = ?, doc = ? WHERE seller = ? AND id = ?",
        (loyalty_lots.next_deadline(account), encode(account), request.caller.seller_id, account["id"]),
    )
    # A copy, since the account may be changed further.
    request.changes.append(Change(ACCOUNT, UPDATED, dict(account)))
