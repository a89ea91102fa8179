"""The kinds of objects that are watched: how a state is written, what a subscriber asks, and what it sees.

Every state of an object has a number that only grows, and the object itself carries it: a loyalty account by its
balance, which goes up and down and never comes back to one that it had.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

# A state that is none: the object is deleted.
GONE = -1
# What an object carries that nobody here has written.
STRANGE = -2


@dataclass
class Watched:
    """One object, and all the states it was given, in the order in which Square took them."""

    kind: str
    id: str
    customer: str = ""
    states: list[int] = field(default_factory=list)
    # The number of a state by what the object carries.
    numbers: dict[Any, int] = field(default_factory=dict)
    gone: bool = False

    @property
    def last(self) -> int:
        """The number of the state in which the object was left."""
        return GONE if self.gone else len(self.states) - 1

    def wrote(self, carried: int) -> None:
        """Square has taken a state that carries this."""
        self.numbers[carried] = len(self.states)
        self.states.append(carried)


@dataclass(frozen=True)
class Kind:
    """What is asked of one root field: `key` gives the object's id of a change, `carried` what its state carries."""

    name: str
    query: str
    field: str
    key: Callable[[dict[str, Any]], str]
    carried: Callable[[dict[str, Any]], int | None]


def _state(text: str) -> int:
    return int(text) if text.isdecimal() else STRANGE


def _customer(change: dict[str, Any]) -> int | None:
    found = change["customer"]
    # Square makes customers for loyalty accounts, which nobody here writes.
    return None if found is None or found["note"] is None else _state(found["note"])


def _account(change: dict[str, Any]) -> int | None:
    found = change["account"]
    return None if found is None else int(found["balance"])


def _attribute(change: dict[str, Any]) -> int | None:
    found = change["customAttribute"]
    return None if found is None else _state(found["rawValue"])


def _ledger(change: dict[str, Any]) -> int | None:
    return None if change["event"] is None else 0


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "customer",
            "subscription ($ids: [ID!], $after: String) { customerChanged(ids: $ids, after: $after) "
            "{ kind customerId position customer { note version } } }",
            "customerChanged",
            lambda change: str(change["customerId"]),
            _customer,
        ),
        Kind(
            "account",
            "subscription ($ids: [ID!], $after: String) { loyaltyAccountChanged(ids: $ids, after: $after) "
            "{ kind accountId position account { balance } } }",
            "loyaltyAccountChanged",
            lambda change: str(change["accountId"]),
            _account,
        ),
        Kind(
            "attribute",
            "subscription ($ids: [ID!], $after: String) { customAttributeChanged(customerIds: $ids, after: $after) "
            "{ kind customerId key position customAttribute { rawValue } } }",
            "customAttributeChanged",
            lambda change: str(change["customerId"]),
            _attribute,
        ),
        Kind(
            "ledger",
            "subscription ($ids: [ID!], $after: String) { loyaltyEventCreated(accountIds: $ids, after: $after) "
            "{ kind eventId position event { id } } }",
            "loyaltyEventCreated",
            lambda change: str(change["eventId"]),
            _ledger,
        ),
    )
}
