"""Points with a deadline: which points an account spends first, and when the rest expire.

The lots of an account are its `expiring_point_deadlines`, so what Square documents of that field
(it sums to `balance`, and is absent when nothing is due to expire) holds by construction.
Undocumented; chosen here: the points that expire first are spent first, and points earned on a
negative balance settle the debt before they become a lot. No I/O.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from gateway.emulator.api.clock import timestamp
from gateway.emulator.api.routes import Json

# A deadline, or None for points that never expire, with a number of points.
Lot = tuple[str | None, int]

_DEADLINES = "expiring_point_deadlines"
_MONTHS = re.compile(r"P(\d{1,4})M")


def deadline(program: Json, earned_at: datetime) -> str | None:
    """When points earned now expire: the first of the month (UTC) after `expiration_duration` months.

    With P12M, points earned on July 6, 2020 expire on August 1, 2021
    (https://developer.squareup.com/reference/square/objects/LoyaltyProgramExpirationPolicy).
    """
    policy = program.get("expiration_policy")
    if not policy:
        return None
    match = _MONTHS.fullmatch(policy["expiration_duration"])
    if match is None:
        raise ValueError("expiration_duration must be P<n>M")
    years, month = divmod(earned_at.month + int(match[1]), 12)
    return timestamp(datetime(earned_at.year + years, month + 1, 1, tzinfo=UTC))


def lots(account: Json) -> list[tuple[str, int]]:
    """The lots of an account, the first to expire first."""
    return [(each["expires_at"], each["points"]) for each in account.get(_DEADLINES, ())]


def credit(account: Json, added: Iterable[Lot]) -> None:
    """Add points to an account in place."""
    held = dict(lots(account))
    for expires_at, points in added:
        owned = points - min(points, max(0, -account["balance"]))
        account["balance"] += points
        if expires_at and owned:
            held[expires_at] = held.get(expires_at, 0) + owned
    _store(account, held)


def spend(account: Json, points: int) -> list[Lot]:
    """Take points from an account in place; answers the lots they came from."""
    held = dict(lots(account))
    account["balance"] -= points
    taken: list[Lot] = []
    for expires_at in sorted(held):
        part = min(points, held[expires_at])
        held[expires_at] -= part
        points -= part
        if part:
            taken.append((expires_at, part))
    if points:
        taken.append((None, points))
    _store(account, held)
    return taken


def expire(account: Json, now: str) -> list[tuple[str, int]]:
    """Take the points whose deadline has passed from an account in place; answers them, the oldest first."""
    due = [(expires_at, points) for expires_at, points in lots(account) if expires_at and expires_at <= now]
    account["balance"] -= sum(points for _, points in due)
    _store(account, dict(lots(account)[len(due) :]))
    return due


def next_deadline(account: Json) -> str | None:
    """When the account's first points expire."""
    held = lots(account)
    return held[0][0] if held else None


def _store(account: Json, held: dict[str, int]) -> None:
    kept = [{"points": held[key], "expires_at": key} for key in sorted(held) if held[key]]
    if kept:
        account[_DEADLINES] = kept
    else:
        account.pop(_DEADLINES, None)
