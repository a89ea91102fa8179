"""Access tokens: which seller and application each stands for, and what it may do. No HTTP.

Square's errors for tokens are described at
https://developer.squareup.com/docs/build-basics/general-considerations/handling-errors.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from gateway.emulator.api.naming import ORIGINAL, Naming
from gateway.emulator.api.routes import PERSONAL, Caller
from gateway.emulator.errors import AUTHENTICATION, SquareFault, chosen
from gateway.emulator.operations import ROUTES

TABLES = """
CREATE TABLE IF NOT EXISTS tokens (
    token TEXT PRIMARY KEY,
    seller TEXT NOT NULL,
    application TEXT NOT NULL,
    scopes TEXT NOT NULL,
    state TEXT NOT NULL,
    expires_at REAL,
    personal INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tokens_by_application ON tokens (application, seller);
"""

FIRST_SELLER = "MLEMULATORSELLER1"
SECOND_SELLER = "MLEMULATORSELLER2"
FIRST_APPLICATION = "sq0idp-demo-app"
SECOND_APPLICATION = "sq0idp-second-app"

ALL_SCOPES = tuple(sorted({route.scope for route in ROUTES}))
ACTIVE, EXPIRED, REVOKED = "active", "expired", "revoked"
STATES = (ACTIVE, EXPIRED, REVOKED)


@dataclass(frozen=True, slots=True)
class Token:
    """One access token; `expires_at` is in seconds since 1970 UTC, or None for never.

    A `personal` one is the application's own, which alone may ask about the application itself.
    """

    token: str
    seller: str = FIRST_SELLER
    application: str = FIRST_APPLICATION
    scopes: tuple[str, ...] = ALL_SCOPES
    state: str = ACTIVE
    expires_at: float | None = None
    personal: bool = False


TOKENS = (
    Token("test-token", personal=True),
    Token("read-only-token", scopes=tuple(scope for scope in ALL_SCOPES if scope.endswith("_READ"))),
    Token("second-seller-token", seller=SECOND_SELLER),
    Token("second-app-token", application=SECOND_APPLICATION),
    Token("expired-token", state=EXPIRED),
    Token("revoked-token", state=REVOKED),
)


class Tenants:
    """The tokens of one database, to begin with those of `TOKENS`."""

    def __init__(self, db: sqlite3.Connection, naming: Naming = ORIGINAL) -> None:
        self._db, self._naming = db, naming
        if "personal" not in {column["name"] for column in db.execute("PRAGMA table_info(tokens)")}:
            self._add_personal()
        for token in TOKENS:
            self._write("INSERT OR IGNORE", token)

    def put(self, token: Token) -> None:
        """Add a token, or give a known one other rights or another state."""
        self._write("INSERT OR REPLACE", token)

    def revoke(self, token: str) -> bool:
        """Revoke a token; answers whether there is one."""
        return self._db.execute("UPDATE tokens SET state = 'revoked' WHERE token = ?", (token,)).rowcount > 0

    def seller(self, token: str) -> str:
        """Whose this stored token is. Raises 404."""
        row = self._db.execute("SELECT seller FROM tokens WHERE token = ?", (token,)).fetchone()
        if row is None:
            raise chosen("not_found", "There is no such token.", "token")
        return str(row["seller"])

    def _add_personal(self) -> None:
        """Tell the personal tokens of a file that was made before there were any."""
        self._db.execute("ALTER TABLE tokens ADD COLUMN personal INTEGER NOT NULL DEFAULT 0")
        personal = [(token.token,) for token in TOKENS if token.personal]
        self._db.executemany("UPDATE tokens SET personal = 1 WHERE token = ?", personal)

    def _write(self, verb: str, token: Token) -> None:
        scopes = " ".join(token.scopes)
        row = (token.token, token.seller, token.application, scopes, token.state, token.expires_at, token.personal)
        self._db.execute(f"{verb} INTO tokens VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def caller(self, authorization: str | None, now: datetime) -> Caller:
        """Who sends this Authorization header. Raises 401 for nobody, an expired or a revoked token."""
        scheme, _, secret = (authorization or "").partition(" ")
        row = None
        if scheme.lower() == "bearer" and secret.isascii():
            token = self._naming.stored_token(secret.strip())
            row = self._db.execute("SELECT * FROM tokens WHERE token = ?", (token,)).fetchone()
        if row is None:
            raise _unauthorized("UNAUTHORIZED", "This request could not be authorized.")
        if row["state"] == REVOKED:
            raise _unauthorized("ACCESS_TOKEN_REVOKED", "The access token has been revoked.")
        if not _alive(row, now):
            raise _unauthorized("ACCESS_TOKEN_EXPIRED", "The access token has expired.")
        scopes = frozenset(row["scopes"].split())
        return Caller(row["token"], row["seller"], row["application"], scopes, row["expires_at"], bool(row["personal"]))


def granted(db: sqlite3.Connection, application: str, seller: str, now: datetime) -> frozenset[str]:
    """What an application may do for a seller by all its tokens that count now; nothing without one."""
    return _scopes(_tokens(db, application, seller), now)


def withdrawn(db: sqlite3.Connection, application: str, seller: str, scope: str, now: datetime) -> bool:
    """Whether an application has tokens for a seller, and none of them that counts now has this scope."""
    rows = _tokens(db, application, seller)
    return bool(rows) and scope not in _scopes(rows, now)


def _tokens(db: sqlite3.Connection, application: str, seller: str) -> list[sqlite3.Row]:
    return db.execute(
        "SELECT scopes, state, expires_at FROM tokens WHERE application = ? AND seller = ?", (application, seller)
    ).fetchall()


def _scopes(rows: Iterable[sqlite3.Row], now: datetime) -> frozenset[str]:
    return frozenset(scope for row in rows if _alive(row, now) for scope in row["scopes"].split())


def _alive(row: sqlite3.Row, now: datetime) -> bool:
    ended = row["expires_at"] is not None and row["expires_at"] <= now.timestamp()
    return row["state"] == ACTIVE and not ended


def demand(caller: Caller, scope: str) -> None:
    """Raise 403 INSUFFICIENT_SCOPES unless the caller has the scope, and 403 FORBIDDEN unless it has to be personal."""
    if scope == PERSONAL:
        if not caller.personal:
            raise chosen("personal_token_required", "Only the application's personal access token may do that.")
        return
    if scope not in caller.scopes:
        raise SquareFault(
            403,
            "INSUFFICIENT_SCOPES",
            "The merchant has not given your application sufficient permissions to do that. "
            f"The merchant must authorize your application for the following scopes: {scope}",
            category=AUTHENTICATION,
        )


def _unauthorized(code: str, detail: str) -> SquareFault:
    return SquareFault(401, code, detail, category=AUTHENTICATION)
