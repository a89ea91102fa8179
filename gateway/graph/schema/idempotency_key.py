"""Idempotency keys: the caller's, or one made here; the same key for every attempt of one mutation."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import uuid4

import strawberry

from gateway.graph.schema.user_errors import IdempotencyError, UserError, ValidationError

IdempotencyKey = Annotated[
    str | None,
    strawberry.argument(
        description="Makes it safe to send this mutation again: the same key never does the work twice. "
        "Generated when absent, and returned in the payload."
    ),
]
KEY_DESCRIPTION = "The idempotency key that was sent to Square: use it to send the same mutation again."


# Of mutations whose key Square answers without looking at what is sent with it.
REPLAYS = (
    "An `idempotencyKey` that was used for something else is an IdempotencyError; finding out may take one more read."
)
MAX_LENGTH = 128
# Square's own code, where it finds out itself.
KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"


@dataclass(frozen=True, slots=True)
class KeyToSend:
    """The key that a mutation is sent with, what is wrong with it, and whether the caller gave it.

    Only a key that was given can have been used before.
    """

    value: str
    errors: list[UserError]
    given: bool = True


def key_to_send(
    given: str | None, max_length: int = MAX_LENGTH, path: Sequence[str] = ("idempotencyKey",)
) -> KeyToSend:
    """The caller's key, which is at `path`, or a new one. Square takes 1 to `max_length` characters."""
    if not isinstance(given, str):
        return KeyToSend(str(uuid4()), [], given=False)
    # A payload tells the key that could be sent again: an empty one cannot.
    return KeyToSend(given or str(uuid4()), key_errors(given, max_length, *path))


def key_errors(key: str, max_length: int, *path: str) -> list[UserError]:
    """What is wrong with the length of a key; `path` leads to it."""
    if 1 <= len(key) <= max_length:
        return []
    code = "VALUE_TOO_LONG" if key else "VALUE_EMPTY"
    message = f"The idempotency key must have 1 to {max_length} characters."
    return [ValidationError(message=message, code=code, field=[*path])]


def used_before(path: Sequence[str]) -> UserError:
    """The error for a key that Square answered with what was written under it before: something else, or gone since."""
    message = (
        "This idempotency key was used before: what it wrote is something else, or not there any more. "
        "Give another one to write this."
    )
    return IdempotencyError(message=message, code=KEY_REUSED, field=[*path])


def given_twice(path: Sequence[str]) -> UserError:
    """The error for a key that stands for several items of one mutation."""
    message = "This idempotency key is given to more than one item. None of them was sent."
    return IdempotencyError(message=message, code=KEY_REUSED, field=[*path])
