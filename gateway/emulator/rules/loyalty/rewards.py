"""Loyalty rewards: points exchanged for a tier's discount (https://developer.squareup.com/docs/loyalty-api/loyalty-rewards).

Creating a reward takes its points from the balance at once. Nothing here prices an order: a reward
and its discount are only noted on it.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Sequence

import orjson

from gateway.emulator.api.clock import timestamp
from gateway.emulator.api.paging import cursor, position
from gateway.emulator.api.routes import Json, Replay, Request, Route
from gateway.emulator.errors import chosen, missing, not_found
from gateway.emulator.rules.instants import sortable
from gateway.emulator.rules.loyalty import ledger as loyalty_ledger
from gateway.emulator.rules.loyalty import lots as loyalty_lots
from gateway.emulator.rules.loyalty import orders
from gateway.emulator.rules.loyalty import programs as loyalty_programs
from gateway.emulator.validation.shapes import Integer, Object, String, choice

# `sequence` is renewed with every update, so that rewards of one millisecond keep their order.
# `lots` are the deadlines of the locked points, for the day they are given back.
TABLES = """
CREATE TABLE IF NOT EXISTS loyalty_rewards (
    seller TEXT NOT NULL,
    id TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    account_id TEXT NOT NULL,
    status TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    lots TEXT NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (seller, id),
    FOREIGN KEY (seller, account_id) REFERENCES loyalty_accounts (seller, id)
);
CREATE UNIQUE INDEX IF NOT EXISTS loyalty_rewards_sequence ON loyalty_rewards (seller, sequence);
CREATE INDEX IF NOT EXISTS loyalty_rewards_updated ON loyalty_rewards (seller, updated_at, sequence);
CREATE INDEX IF NOT EXISTS loyalty_rewards_account
    ON loyalty_rewards (seller, account_id, updated_at, sequence, status);
"""

_NEXT = "(SELECT COALESCE(MAX(sequence), 0) + 1 FROM loyalty_rewards WHERE seller = ?1)"


def insert(db: sqlite3.Connection, seller: str, reward: Json, lots: Sequence[loyalty_lots.Lot] = ()) -> None:
    """Store a LoyaltyReward of a stored account as Square would answer it; balance and events are the caller's.

    Without `lots` its points, if given back, count as earned on that day.
    """
    db.execute(
        f"INSERT INTO loyalty_rewards VALUES (?1, ?2, {_NEXT}, ?3, ?4, ?5, ?6, ?7)",  # noqa: S608 - fixed text
        (
            seller,
            reward["id"],
            reward["loyalty_account_id"],
            reward["status"],
            sortable(reward["updated_at"]),
            orjson.dumps(lots or [(None, reward["points"])]).decode(),
            loyalty_ledger.encode(reward),
        ),
    )


def _create(request: Request) -> Json:
    program = loyalty_programs.writable(request)
    given = request.body["reward"]
    account = loyalty_ledger.require(request, given["loyalty_account_id"])
    tier = _tier(program, given["reward_tier_id"])
    order_id = given.get("order_id") or None
    order = orders.require_order(request, order_id, "reward.order_id") if order_id else None
    if account["balance"] < tier["points"]:
        raise chosen("insufficient_points", "The account does not have enough points.", "reward.reward_tier_id")
    now = timestamp(request.now)
    reward: Json = {
        "id": str(uuid.uuid4()),
        "status": "ISSUED",
        "loyalty_account_id": account["id"],
        "reward_tier_id": tier["id"],
        "points": tier["points"],
        "created_at": now,
        "updated_at": now,
    }
    if order is not None:
        reward["order_id"] = order_id
        _attach(request, order, reward, tier)
    loyalty_ledger.enroll(request, account)
    details = _details(program, reward) | {"points": -tier["points"]}
    _, lots = loyalty_ledger.spend(request, account, "CREATE_REWARD", details, order_id=order_id)
    insert(request.db, request.caller.seller_id, reward, lots)
    return {"reward": reward}


def _tier(program: Json, tier_id: str) -> Json:
    for tier in program.get("reward_tiers") or ():
        if tier["id"] == tier_id:
            found: Json = tier
            return found
    raise not_found("Reward tier", tier_id)


def _details(program: Json, reward: Json) -> Json:
    return {"loyalty_program_id": program["id"], "reward_id": reward["id"]}


def _attach(request: Request, order: Json, reward: Json, tier: Json) -> None:
    """Add the reward and its discount to the order, as Square documents."""
    discount = {"uid": reward["id"], "name": tier.get("name", ""), "reward_ids": [reward["id"]]}
    order["rewards"] = [*order.get("rewards", ()), {"id": reward["id"], "reward_tier_id": tier["id"]}]
    order["discounts"] = [*order.get("discounts", ()), discount]
    orders.insert_order(request.db, request.caller.seller_id, order)


def _detach(request: Request, reward: Json) -> None:
    order = orders.order(request, reward["order_id"]) if "order_id" in reward else None
    if order is not None:
        order["rewards"] = [each for each in order.get("rewards", ()) if each["id"] != reward["id"]]
        order["discounts"] = [
            each for each in order.get("discounts", ()) if reward["id"] not in each.get("reward_ids", ())
        ]
        orders.insert_order(request.db, request.caller.seller_id, order)


def _find(request: Request) -> sqlite3.Row:
    reward_id = request.path["reward_id"]
    row: sqlite3.Row | None = request.db.execute(
        "SELECT doc, lots FROM loyalty_rewards WHERE seller = ? AND id = ?", (request.caller.seller_id, reward_id)
    ).fetchone()
    if row is None:
        raise not_found("Loyalty reward", reward_id)
    return row


def _issued(request: Request) -> tuple[Json, list[loyalty_lots.Lot]]:
    """The reward to change, with the lots of its points. REDEEMED and DELETED are terminal."""
    row = _find(request)
    reward: Json = orjson.loads(row["doc"])
    if reward["status"] != "ISSUED":
        raise chosen("wrong_reward_state", f"The reward is {reward['status']}; only an issued one can change.")
    return reward, [(expires_at, points) for expires_at, points in orjson.loads(row["lots"])]


def _update(request: Request, reward: Json) -> None:
    reward["updated_at"] = timestamp(request.now)
    request.db.execute(
        f"UPDATE loyalty_rewards SET sequence = {_NEXT}, status = ?3, updated_at = ?4, doc = ?5"  # noqa: S608 - fixed text
        " WHERE seller = ?1 AND id = ?2",
        (
            request.caller.seller_id,
            reward["id"],
            reward["status"],
            reward["updated_at"],
            loyalty_ledger.encode(reward),
        ),
    )


def _retrieve(request: Request) -> Json:
    return {"reward": orjson.loads(_find(request)["doc"])}


def _delete(request: Request) -> Json:
    """Give the points back, with the deadlines they had; those past theirs count as earned today.

    The latter is undocumented and chosen here: a reward never expires, so neither do its points.
    """
    program = loyalty_programs.writable(request)
    reward, lots = _issued(request)
    account = loyalty_ledger.require(request, reward["loyalty_account_id"])
    today, now = loyalty_lots.deadline(program, request.now), timestamp(request.now)
    returned = [(expires_at if expires_at and expires_at > now else today, points) for expires_at, points in lots]
    details = _details(program, reward) | {"points": reward["points"]}
    loyalty_ledger.earn(request, account, "DELETE_REWARD", details, returned, order_id=reward.get("order_id"))
    _detach(request, reward)
    reward["status"] = "DELETED"
    _update(request, reward)
    return {}


def _redeem(request: Request) -> Json:
    program = loyalty_programs.writable(request)
    reward, _ = _issued(request)
    location_id = request.body["location_id"]
    orders.require_location(request, location_id)
    return {"event": _use(request, program, reward, location_id)}


def _use(request: Request, program: Json, reward: Json, location_id: str) -> Json:
    """Mark an issued reward as redeemed; answers the event."""
    account = loyalty_ledger.require(request, reward["loyalty_account_id"])
    reward |= {"status": "REDEEMED", "redeemed_at": timestamp(request.now)}
    _update(request, reward)
    details = _details(program, reward)
    if "order_id" in reward:
        details["order_id"] = reward["order_id"]
    return loyalty_ledger.note(request, account, "REDEEM_REWARD", details, location_id=location_id)


def redeem_on(request: Request, order: Json) -> None:
    """Redeem the issued rewards on an order that is being paid, as Square documents; others on it stay as they are."""
    for each in order.get("rewards", ()):
        row = request.db.execute(
            "SELECT doc FROM loyalty_rewards WHERE seller = ? AND id = ? AND status = 'ISSUED'",
            (request.caller.seller_id, each["id"]),
        ).fetchone()
        if row is not None:
            _use(request, loyalty_programs.require(request), orjson.loads(row["doc"]), order["location_id"])


def _search(request: Request) -> Json:
    query, limit = _asked(request.body.get("query") or {}), request.limit(30)
    conditions, parameters = ["seller = ?"], [request.caller.seller_id]
    if query:
        conditions.append("account_id = ?")
        parameters.append(query["loyalty_account_id"])
    if "status" in query:
        conditions.append("status = ?")
        parameters.append(query["status"])
    after = position(request, "SearchLoyaltyRewards", query, request.body.get("cursor"))
    if after is not None:
        conditions.append("(updated_at, sequence) < (?, ?)")
        parameters += after
    rows = request.db.execute(
        f"SELECT updated_at, sequence, doc FROM loyalty_rewards WHERE {' AND '.join(conditions)}"  # noqa: S608 - fixed text
        " ORDER BY updated_at DESC, sequence DESC LIMIT ?",
        (*parameters, limit + 1),
    ).fetchall()
    answer: Json = {"rewards": [orjson.loads(row["doc"]) for row in rows[:limit]]} if rows else {}
    if len(rows) > limit:
        last = rows[limit - 1]
        answer["cursor"] = cursor(request, "SearchLoyaltyRewards", query, [last["updated_at"], last["sequence"]])
    return answer


def _asked(query: Json) -> Json:
    """What the query asks. An empty one asks for all rewards, any other has to name an account, as Square documents."""
    given = {name: value for name, value in query.items() if value is not None}
    if given and "loyalty_account_id" not in given:
        raise missing("query.loyalty_account_id")
    return given


_KEY = String(min=1, max=128)
_ID = String(min=1, max=36)
_CREATE = Object(
    {
        "reward": Object(
            {"loyalty_account_id": _ID, "reward_tier_id": _ID, "order_id": String()},
            required=("loyalty_account_id", "reward_tier_id"),
            read_only=frozenset({"id", "status", "points", "created_at", "updated_at", "redeemed_at"}),
        ),
        "idempotency_key": _KEY,
    },
    required=("reward", "idempotency_key"),
)
_REDEEM = Object({"idempotency_key": _KEY, "location_id": String(min=1)}, required=("idempotency_key", "location_id"))
_SEARCH = Object(
    {
        "query": Object(
            {"loyalty_account_id": String(min=1), "status": choice("ISSUED", "REDEEMED", "DELETED")},
        ),
        "limit": Integer(min=1, max=30),
        "cursor": String(),
    }
)
_ALL = "/v2/loyalty/rewards"
_ONE = f"{_ALL}/{{reward_id}}"

ROUTES = (
    Route("CreateLoyaltyReward", "POST", _ALL, "LOYALTY_WRITE", _create, body=_CREATE, replay=Replay.STRICT),
    Route("SearchLoyaltyRewards", "POST", f"{_ALL}/search", "LOYALTY_READ", _search, body=_SEARCH, body_required=False),
    Route("DeleteLoyaltyReward", "DELETE", _ONE, "LOYALTY_WRITE", _delete),
    Route("RetrieveLoyaltyReward", "GET", _ONE, "LOYALTY_READ", _retrieve),
    Route(
        "RedeemLoyaltyReward", "POST", f"{_ONE}/redeem", "LOYALTY_WRITE", _redeem, body=_REDEEM, replay=Replay.STRICT
    ),
)
