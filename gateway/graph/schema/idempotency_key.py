"""Idempotency keys: the caller's, or one made here; the same key for every attempt of one mutation."""

from dataclasses import dataclass
from typing import Annotated
from uuid import uuid4

import strawberry

from gateway.graph.schema.user_errors import UserError, ValidationError

IdempotencyKey = Annotated[
    str | None,
    strawberry.argument(
        description="Makes it safe to send this mutation again: the same key never does the work twice. "
        "Generated when absent, and returned in the payload."
    ),
]
KEY_DESCRIPTION = "The idempotency key that was sent to Square: use it to send the same mutation again."


MAX_LENGTH = 128


@dataclass(frozen=True, slots=True)
class KeyToSend:
    """The key that a mutation is sent with, and what is wrong with the one that the caller gave."""

    value: str
    errors: list[UserError]


def key_to_send(given: str | None, max_length: int = MAX_LENGTH) -> KeyToSend:
    """The caller's key, or a new one. Square takes 1 to `max_length` characters."""
    if not isinstance(given, str):
        return KeyToSend(str(uuid4()), [])
    if 1 <= len(given) <= max_length:
        return KeyToSend(given, [])
    code = "VALUE_TOO_LONG" if given else "VALUE_EMPTY"
    message = f"The idempotency key must have 1 to {max_length} characters."
    # A payload tells the key that could be sent again: an empty one cannot.
    return KeyToSend(given or str(uuid4()), [ValidationError(message=message, code=code, field=["idempotencyKey"])])
