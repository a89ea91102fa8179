"""Loyalty programs: one per seller, made in Square's Dashboard and only read here.

The rules of the program that others apply (accrual, expiry, tiers) live with what applies them.
"""

from __future__ import annotations

import sqlite3

import orjson

from gateway.emulator.api.routes import Json, Request, Route
from gateway.emulator.errors import chosen, not_found

TABLES = """
CREATE TABLE IF NOT EXISTS loyalty_programs (
    seller TEXT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL,
    doc TEXT NOT NULL
) WITHOUT ROWID;
"""

# Square documents the keyword for RetrieveLoyaltyProgram; chosen here to work in every path.
MAIN = "main"


def insert(db: sqlite3.Connection, seller: str, program: Json) -> None:
    """Store a seller's one program, or replace it. Its tiers are kept as Square answers them: by ascending points."""
    tiers = program.get("reward_tiers")
    doc = {**program, "reward_tiers": sorted(tiers, key=lambda tier: tier["points"])} if tiers else program
    db.execute(
        "INSERT OR REPLACE INTO loyalty_programs VALUES (?, ?, ?)", (seller, doc["id"], orjson.dumps(doc).decode())
    )


def find(request: Request, program_id: str = MAIN) -> Json | None:
    """The seller's program, if it has one and `program_id` is its id or the keyword `main`."""
    row = request.db.execute(
        "SELECT id, doc FROM loyalty_programs WHERE seller = ?", (request.caller.seller_id,)
    ).fetchone()
    if row is None or program_id not in (MAIN, row["id"]):
        return None
    doc: Json = orjson.loads(row["doc"])
    return doc


def require(request: Request, program_id: str = MAIN) -> Json:
    """The seller's program with this id (or `main`). Raises 404 NOT_FOUND."""
    program = find(request, program_id)
    if program is None:
        raise not_found("Loyalty program", program_id)
    return program


def writable(request: Request, program_id: str = MAIN) -> Json:
    """The program for a write. Loyalty writes of an INACTIVE program fail with 404 NOT_FOUND.

    See https://developer.squareup.com/docs/loyalty/overview.
    """
    program = require(request, program_id)
    if program.get("status") == "INACTIVE":
        raise chosen("program_inactive", "The loyalty program is not active.")
    return program


def _retrieve(request: Request) -> Json:
    return {"program": require(request, request.path["program_id"])}


ROUTES = (Route("RetrieveLoyaltyProgram", "GET", "/v2/loyalty/programs/{program_id}", "LOYALTY_READ", _retrieve),)
