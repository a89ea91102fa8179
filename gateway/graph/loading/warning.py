"""What an answer does not show as Square has it, told to the caller in `extensions.warnings`. No I/O."""

from __future__ import annotations

from enum import Enum
from typing import Any


class Warned(Enum):
    """The kinds of warnings: each name is a code for clients, each value the sentence for people."""

    ABSENCE_NOT_CONFIRMED = (
        "Shown as null because a complete list of Square's lacks them. Lists may lag, and these were too many to ask "
        "for one by one."
    )
    ITEMS_NOT_ASKED_FOR = (
        "Left out because they belong to none of the objects asked for, as after customers were merged."
    )
    REPLAY_NOT_CONFIRMED = (
        "Shown as the answers to idempotency keys that may have been used before. This token may not read, so they may "
        "be of other objects, or of such as are gone."
    )
    VALUES_NOT_READABLE = (
        "Square sent these in a form that this gateway cannot read: fields are null, items are left out of their lists."
    )
    VALUES_OF_ANOTHER_TYPE = (
        "Custom attributes whose value is not of the type of their definition: `value` is null, `rawValue` shows it."
    )


class Warnings:
    """The warnings of one operation, counted by kind."""

    def __init__(self) -> None:
        """None yet."""
        self._counts: dict[Warned, int] = {}

    def add(self, kind: Warned, count: int = 1) -> None:
        """Count so many more of a kind."""
        if count:
            self._counts[kind] = self._counts.get(kind, 0) + count

    def shown(self) -> list[dict[str, Any]]:
        """What the client gets: `code`, `message` and `count` of each kind that there is any of."""
        return [{"code": kind.name, "message": kind.value, "count": count} for kind, count in self._counts.items()]
