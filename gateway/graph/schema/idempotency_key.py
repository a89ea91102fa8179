"""Idempotency keys: the caller's, or one made here; the same key for every attempt of one mutation."""

from typing import Annotated
from uuid import uuid4

import strawberry

from gateway.graph.schema.user_errors import UserError, ValidationError

IdempotencyKey = Annotated[
    str | None,
    strawberry.argument(
        description="Makes it safe to send this mutation again: the same key never does the work twice. "
        "Made by the gateway and returned in the payload when absent."
    ),
]
KEY_DESCRIPTION = "The idempotency key that was sent to Square: use it to send the same mutation again."


def key_or_new(given: str | None) -> str:
    """The caller's key, or a new one."""
    return given or str(uuid4())


def key_errors(given: str | None, longest: int) -> list[UserError]:
    """What is wrong with the caller's key: Square takes 1 to `longest` characters."""
    if not isinstance(given, str) or 1 <= len(given) <= longest:
        return []
    code = "VALUE_TOO_LONG" if given else "VALUE_EMPTY"
    message = f"The idempotency key must have 1 to {longest} characters."
    return [ValidationError(message=message, code=code, field=["idempotencyKey"])]
