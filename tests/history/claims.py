"""What a recorded mutation claims about Square's data. Checks nothing and sends nothing.

A mutation makes one claim for each thing that it makes, sets, moves or ends; a bulk mutation one for each item.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass
from enum import Enum
from typing import Any

EVER_AFTER = math.inf


class Fate(Enum):
    """What the gateway said became of a write."""

    OK = "ok"
    REFUSED = "refused"  # nothing was done
    UNKNOWN = "unknown"  # it may have been done, or may still be


class Act(Enum):
    """What a write does to the data."""

    MAKE = "make"
    SET = "set"
    MOVE = "move"  # points of an account
    END = "end"  # delete, cancel, redeem


@dataclass
class Claim:
    """One effect of one mutation.

    `sort` is what it is about, `object` which one (an id, or the parts of a register's name), `value` what was
    written: a text no other claim writes, so that who finds it knows where it came from. `begun` and `ended`
    are places in the order of the clients' doings; a write of unknown fate has no end.
    """

    act: Act
    sort: str
    object: Hashable = None
    value: Any = None
    points: int = 0
    expected_version: int | None = None
    fate: Fate = Fate.UNKNOWN
    id: str | None = None
    begun: float = 0
    ended: float = EVER_AFTER


@dataclass
class Plan:
    """One mutation to be sent: the field, its variables, what it claims, and whether it takes an idempotency key."""

    field: str
    variables: dict[str, Any]
    claims: list[Claim]
    keyed: bool = False
    key: str | None = None


UNCERTAIN = frozenset({"UPSTREAM_AMBIGUOUS", "UPSTREAM_TIMEOUT"})


def fate_of_error(error: dict[str, Any]) -> Fate:
    """What a top-level error says: an error that advises on sending again does not know what was done."""
    extensions = error["extensions"]
    uncertain = extensions["code"] in UNCERTAIN or "retryable" in extensions
    return Fate.UNKNOWN if uncertain else Fate.REFUSED


def fate_of_user_errors(errors: list[dict[str, Any]]) -> Fate:
    """What user errors say; those of one item of a bulk mutation can be of unknown fate."""
    if not errors:
        return Fate.OK
    return Fate.UNKNOWN if any(error["code"].startswith("UPSTREAM_") for error in errors) else Fate.REFUSED


def read_answer(plan: Plan, answer: dict[str, Any]) -> list[tuple[Fate, Any]]:
    """For each claim of the plan its fate, and the payload or the bulk result that speaks of it."""
    if answer.get("errors"):
        assert all("code" in error["extensions"] for error in answer["errors"]), answer
        fates = {fate_of_error(error) for error in answer["errors"]}
        return [(Fate.UNKNOWN if Fate.UNKNOWN in fates else Fate.REFUSED, None)] * len(plan.claims)
    payload = answer["data"][plan.field]
    if "results" not in payload:
        return [(fate_of_user_errors(payload["userErrors"]), payload)] * len(plan.claims)
    if payload["userErrors"]:
        return [(Fate.REFUSED, payload)] * len(plan.claims)
    assert [result["index"] for result in payload["results"]] == list(range(len(plan.claims))), answer
    return [(fate_of_user_errors(result["userErrors"]), result) for result in payload["results"]]


def id_in(payload: Any) -> str | None:
    """The id of what a payload or a bulk result shows."""
    for name in ("customer", "group", "account", "reward", "promotion", "event", "customAttributeDefinition"):
        if isinstance(payload, dict) and isinstance(payload.get(name), dict):
            found = payload[name].get("id") or payload[name].get("key")
            return str(found)
    if isinstance(payload, dict) and payload.get("events"):
        return str(payload["events"][0]["id"])
    return None
