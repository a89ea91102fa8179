"""Loyalty promotions: list, create, retrieve, cancel; none is ever updated.

A status is not stored but told by the clock, so SCHEDULED, ACTIVE and ENDED need no job and leave
`updated_at` alone. Dates are the local ones of the program's first location.
See https://developer.squareup.com/docs/loyalty-api/loyalty-promotions.
"""

from __future__ import annotations

import sqlite3
import uuid
from datetime import UTC, datetime, time, tzinfo

import orjson

from gateway.emulator.api.changes import CREATED, PROMOTION, UPDATED, Change
from gateway.emulator.api.clock import timestamp
from gateway.emulator.api.paging import cursor, position
from gateway.emulator.api.routes import Json, Replay, Request, Route
from gateway.emulator.errors import chosen, not_found
from gateway.emulator.rules.instants import sortable
from gateway.emulator.rules.loyalty import orders
from gateway.emulator.rules.loyalty import programs as loyalty_programs
from gateway.emulator.rules.loyalty import promotion_terms as loyalty_promotion_terms
from gateway.emulator.rules.loyalty import schedules as loyalty_schedules
from gateway.emulator.validation.shapes import Integer, Object, String, choice

TABLES = """
CREATE TABLE IF NOT EXISTS loyalty_promotions (
    seller TEXT NOT NULL,
    id TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    program_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    starts_at TEXT NOT NULL,
    ends_at TEXT,
    canceled_at TEXT,
    doc TEXT NOT NULL,
    PRIMARY KEY (seller, id)
);
CREATE INDEX IF NOT EXISTS loyalty_promotions_created
    ON loyalty_promotions (seller, program_id, created_at, sequence);
"""

_STATUS = """CASE WHEN canceled_at IS NOT NULL THEN 'CANCELED' WHEN ends_at <= :now THEN 'ENDED'
WHEN starts_at > :now THEN 'SCHEDULED' ELSE 'ACTIVE' END"""
_MAX_OPEN = 10


def insert(db: sqlite3.Connection, seller: str, promotion: Json, timezone: tzinfo = UTC) -> None:
    """Store a LoyaltyPromotion as Square would answer it; its status follows from its periods and `canceled_at`.

    `timezone` is the one of the program's first location.
    """
    periods = [loyalty_schedules.parse(text) for text in promotion["available_time"]["time_periods"]]
    end = loyalty_schedules.ends(periods)
    starts_at = datetime.combine(loyalty_schedules.starts(periods), time.min, timezone)
    db.execute(
        """INSERT INTO loyalty_promotions VALUES (?1, ?2,
        (SELECT COALESCE(MAX(sequence), 0) + 1 FROM loyalty_promotions WHERE seller = ?1), ?3, ?4, ?5, ?6, ?7, ?8)""",
        (
            seller,
            promotion["id"],
            promotion["loyalty_program_id"],
            sortable(promotion["created_at"]),
            timestamp(starts_at),
            timestamp(end[1].replace(tzinfo=timezone)) if end else None,
            promotion.get("canceled_at"),
            orjson.dumps({**promotion, "status": None}).decode(),
        ),
    )


def active(request: Request, program_id: str) -> list[Json]:
    """The program's ACTIVE promotions, the most recently created first."""
    return [_doc(row) for row in _rows(request, program_id, "ACTIVE")]


def _rows(
    request: Request,
    program_id: str,
    status: str | None = None,
    *,
    where: str = "TRUE",
    limit: int = -1,
    **values: object,
) -> list[sqlite3.Row]:
    parameters = {
        "seller": request.caller.seller_id,
        "program": program_id,
        "now": timestamp(request.now),
        "status": status,
        "limit": limit,
        **values,
    }
    return request.db.execute(
        f"""SELECT *, {_STATUS} AS status FROM loyalty_promotions
        WHERE seller = :seller AND program_id = :program AND (:status IS NULL OR {_STATUS} = :status) AND ({where})
        ORDER BY created_at DESC, sequence DESC LIMIT :limit""",  # noqa: S608 - fixed text
        parameters,
    ).fetchall()


def _doc(row: sqlite3.Row) -> Json:
    return {**orjson.loads(row["doc"]), "status": row["status"]}


def _list(request: Request) -> Json:
    program = loyalty_programs.require(request, request.path["program_id"])
    status, limit = request.query.get("status"), request.limit(30)
    bound = [program["id"], status]
    after = position(request, "ListLoyaltyPromotions", bound, request.query.get("cursor"))
    created_at, sequence = after or (None, None)
    rows = _rows(
        request,
        program["id"],
        status,
        where=":created_at IS NULL OR (created_at, sequence) < (:created_at, :sequence)",
        limit=limit + 1,
        created_at=created_at,
        sequence=sequence,
    )
    answer: Json = {"loyalty_promotions": [_doc(row) for row in rows[:limit]]} if rows else {}
    if len(rows) > limit:
        last = rows[limit - 1]
        answer["cursor"] = cursor(request, "ListLoyaltyPromotions", bound, [last["created_at"], last["sequence"]])
    return answer


def _create(request: Request) -> Json:
    program = loyalty_programs.writable(request, request.path["program_id"])
    terms = loyalty_promotion_terms.answered(request.body["loyalty_promotion"], program)
    now = timestamp(request.now)
    promotion = {
        "id": f"loypromo_{uuid.uuid4()}",
        **terms,
        "created_at": now,
        "updated_at": now,
        "loyalty_program_id": program["id"],
    }
    insert(request.db, request.caller.seller_id, promotion, _timezone(request, program))
    created = _find(request, program, promotion["id"])
    if created["status"] == "ENDED":
        raise chosen(
            "wrong_promotion_state", "The promotion would already have ended.", "loyalty_promotion.available_time"
        )
    still_open = len(_rows(request, program["id"], "ACTIVE")) + len(_rows(request, program["id"], "SCHEDULED"))
    if still_open > _MAX_OPEN:
        raise chosen("too_many_promotions", f"A program can have {_MAX_OPEN} active and scheduled promotions.")
    request.changes.append(Change(PROMOTION, CREATED, created))
    return {"loyalty_promotion": created}


def _timezone(request: Request, program: Json) -> tzinfo:
    return orders.timezone(request, next(iter(program.get("location_ids") or ()), None))


def _find(request: Request, program: Json, promotion_id: str) -> Json:
    rows = _rows(request, program["id"], where="id = :id", id=promotion_id)
    if not rows:
        raise not_found("Loyalty promotion", promotion_id)
    return _doc(rows[0])


def _retrieve(request: Request) -> Json:
    program = loyalty_programs.require(request, request.path["program_id"])
    return {"loyalty_promotion": _find(request, program, request.path["promotion_id"])}


def _cancel(request: Request) -> Json:
    program = loyalty_programs.writable(request, request.path["program_id"])
    promotion = _find(request, program, request.path["promotion_id"])
    if promotion["status"] not in ("ACTIVE", "SCHEDULED"):
        raise chosen("wrong_promotion_state", "Only an active or scheduled promotion can be canceled.")
    now = timestamp(request.now)
    promotion |= {"status": "CANCELED", "canceled_at": now, "updated_at": now}
    request.db.execute(
        "UPDATE loyalty_promotions SET canceled_at = ?, doc = ? WHERE seller = ? AND id = ?",
        (now, orjson.dumps(promotion).decode(), request.caller.seller_id, promotion["id"]),
    )
    request.changes.append(Change(PROMOTION, UPDATED, promotion))
    return {"loyalty_promotion": promotion}


_QUERY = Object(
    {
        "status": choice("ACTIVE", "ENDED", "CANCELED", "SCHEDULED"),
        "cursor": String(),
        "limit": Integer(min=1, max=30),
    },
    unknown="UNKNOWN_QUERY_PARAMETER",
)
_CREATE = Object(
    {"loyalty_promotion": loyalty_promotion_terms.SHAPE, "idempotency_key": String(min=1, max=128)},
    required=("loyalty_promotion", "idempotency_key"),
)
_ALL = "/v2/loyalty/programs/{program_id}/promotions"
_ONE = f"{_ALL}/{{promotion_id}}"

ROUTES = (
    Route("ListLoyaltyPromotions", "GET", _ALL, "LOYALTY_READ", _list, query=_QUERY),
    Route("CreateLoyaltyPromotion", "POST", _ALL, "LOYALTY_WRITE", _create, body=_CREATE, replay=Replay.STRICT),
    Route("RetrieveLoyaltyPromotion", "GET", _ONE, "LOYALTY_READ", _retrieve),
    Route("CancelLoyaltyPromotion", "POST", f"{_ONE}/cancel", "LOYALTY_WRITE", _cancel),
)
