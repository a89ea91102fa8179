"""Square's error envelope, and the one table of choices where Square documents no code.

Every error of the emulator is a `SquareFault`. No I/O.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

INVALID_REQUEST = "INVALID_REQUEST_ERROR"
AUTHENTICATION = "AUTHENTICATION_ERROR"
RATE_LIMIT = "RATE_LIMIT_ERROR"
API = "API_ERROR"


class SquareFault(Exception):
    """One answer that is not a success: an HTTP status and one or more Square errors."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str = "",
        field: str | None = None,
        *,
        category: str = INVALID_REQUEST,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        error: dict[str, Any] = {"category": category, "code": code}
        if detail:
            error["detail"] = detail
        if field is not None:
            error["field"] = field
        self.status = status
        self.errors: list[dict[str, Any]] = [error]
        self.headers = headers or {}

    @property
    def body(self) -> dict[str, Any]:
        """The JSON body that Square would send."""
        return {"errors": self.errors}


@dataclass(frozen=True, slots=True)
class Choice:
    """An undocumented answer of Square, chosen here so that one line changes it everywhere."""

    status: int
    code: str


# Square's documents state no status or code for these. Each is this emulator's choice: a plain
# 400 unless something else is recorded in public, and never 409, because Square's official
# clients repeat a 409 and a conflict would be sent three times.
CHOICES: dict[str, Choice] = {
    "version_conflict": Choice(400, "VERSION_MISMATCH"),
    "unknown_version": Choice(400, "API_VERSION_INCOMPATIBLE"),
    "version_ahead": Choice(400, "BAD_REQUEST"),
    "duplicate_definition_key": Choice(400, "BAD_REQUEST"),
    "duplicate_definition_name": Choice(400, "BAD_REQUEST"),
    "too_many_definitions": Choice(400, "BAD_REQUEST"),
    "unsupported_schema": Choice(400, "BAD_REQUEST"),
    "immutable_field": Choice(400, "BAD_REQUEST"),
    "definition_not_owned": Choice(403, "FORBIDDEN"),
    "personal_token_required": Choice(403, "FORBIDDEN"),
    "value_read_only": Choice(403, "FORBIDDEN"),
    "value_mismatch": Choice(400, "INVALID_VALUE"),
    "duplicate_group_name": Choice(400, "BAD_REQUEST"),
    "empty_group_name": Choice(400, "VALUE_EMPTY"),
    "phone_already_enrolled": Choice(400, "BAD_REQUEST"),
    "program_inactive": Choice(404, "NOT_FOUND"),
    "insufficient_points": Choice(400, "BAD_REQUEST"),
    "no_points_earned": Choice(400, "BAD_REQUEST"),
    "order_already_accumulated": Choice(400, "BAD_REQUEST"),
    "order_not_paid": Choice(400, "BAD_REQUEST"),
    "wrong_order_state": Choice(400, "BAD_REQUEST"),
    "unknown_order": Choice(400, "BAD_REQUEST"),
    "unknown_location": Choice(400, "BAD_REQUEST"),
    "wrong_reward_state": Choice(400, "BAD_REQUEST"),
    "wrong_promotion_state": Choice(400, "BAD_REQUEST"),
    "too_many_promotions": Choice(400, "BAD_REQUEST"),
    "too_many_forks": Choice(400, "BAD_REQUEST"),
    "not_a_snapshot": Choice(400, "INVALID_VALUE"),
    "conflicting_parameters": Choice(400, "CONFLICTING_PARAMETERS"),
    "too_many_map_entries": Choice(400, "TOO_MANY_MAP_ENTRIES"),
    "array_too_long": Choice(400, "ARRAY_LENGTH_TOO_LONG"),
    "array_empty": Choice(400, "ARRAY_EMPTY"),
    "invalid_cursor": Choice(400, "INVALID_CURSOR"),
    "not_found": Choice(404, "NOT_FOUND"),
}


def chosen(name: str, detail: str, field: str | None = None) -> SquareFault:
    """The fault that `CHOICES` holds under `name`."""
    choice = CHOICES[name]
    return SquareFault(choice.status, choice.code, detail, field)


def bad_request(detail: str, field: str | None = None) -> SquareFault:
    """400 BAD_REQUEST."""
    return SquareFault(400, "BAD_REQUEST", detail, field)


def missing(field: str) -> SquareFault:
    """400 MISSING_REQUIRED_PARAMETER for the named field."""
    return SquareFault(400, "MISSING_REQUIRED_PARAMETER", f"Missing required parameter `{field}`.", field)


def not_found(what: str, key: str) -> SquareFault:
    """404 NOT_FOUND in Square's words: Customer with ID `X` not found."""
    return chosen("not_found", f"{what} with ID `{key}` not found.")


def version_conflict(field: str = "version") -> SquareFault:
    """The answer to a write that carries a stale version."""
    return chosen("version_conflict", "The object version does not match the latest database version.", field)
