"""What an operation of the emulator is: data and one function. No I/O."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from gateway.emulator.api.changes import Change
from gateway.emulator.api.naming import ORIGINAL, Naming
from gateway.emulator.errors import SquareFault
from gateway.emulator.validation.shapes import Object

Json = dict[str, Any]


class Replay(Enum):
    """What a repeated idempotency key does at this endpoint."""

    NONE = "no key"
    STRICT = "the same data answers the stored response, other data is IDEMPOTENCY_KEY_REUSED"
    LOOSE = "the stored response, whatever the data"


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose token it is: one application acting for one seller, with its scopes."""

    token: str
    seller_id: str
    application_id: str
    scopes: frozenset[str]
    # In seconds since 1970 UTC; None for never.
    expires_at: float | None = None
    # Whether it is the application's own token, rather than one that a seller has granted.
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """One authorised, validated request, inside a transaction of `db`.

    `query` and `body` hold only declared parameters, already of the declared type.
    Explicit nulls in the body are kept as None. `now` is an aware UTC datetime.
    """

    caller: Caller
    path: dict[str, str]
    query: Json
    body: Json
    db: sqlite3.Connection
    now: datetime
    # How far list and search lag behind writes, in seconds (0 unless a fault switch says so).
    lag: float = 0.0
    # The most items that a page holds, whatever is asked: Square calls `limit` advisory (None: as many as asked).
    page: int | None = None
    # Whether custom attributes bring the definitions that are asked for (unless a switch says otherwise).
    definitions: bool = True
    # How sellers are told in what is answered.
    naming: Naming = ORIGINAL
    # What the rule has done so far, in this order.
    changes: list[Change] = field(default_factory=list)

    def limit(self, default: int) -> int:
        """How many items a page of this request holds, `default` where it does not say."""
        asked: int = self.query.get("limit") or self.body.get("limit") or default
        return asked if self.page is None else min(asked, self.page)

    def item(self, rule: Callable[[], Json]) -> Json:
        """Run one item of a bulk operation: its result, or {"errors"} with its writes undone."""
        self.db.execute("SAVEPOINT item")
        before = len(self.changes)
        try:
            result = rule()
        except SquareFault as fault:
            self.db.execute("ROLLBACK TO item")
            del self.changes[before:]
            return fault.body
        finally:
            self.db.execute("RELEASE item")
        return result


# The scope of what only the application's personal access token may call.
PERSONAL = "PERSONAL_ACCESS_TOKEN"

Rule = Callable[[Request], Json]


@dataclass(frozen=True, slots=True)
class Route:
    """One of Square's operations: where it is, who may call it, what it accepts, what it does."""

    operation: str
    method: str
    path: str
    scope: str
    rule: Rule
    query: Object | None = None
    body: Object | None = None
    body_required: bool = True
    replay: Replay = Replay.NONE
