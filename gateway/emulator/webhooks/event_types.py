"""The types of Square's notifications about customers and loyalty: which there are, and who is told of what.

https://developer.squareup.com/docs/webhooks/v2webhook-events-tech-ref. A change of a definition or a custom attribute
is told to its owner as `.owned` and, unless it is hidden, to every application as `.visible`. The older names, without
either, and `.public` are deprecated and still sent to who asks for them.
"""

from __future__ import annotations

from collections.abc import Iterator

from gateway.emulator.api.changes import (
    ACCOUNT,
    ATTRIBUTE,
    CREATED,
    CUSTOMER,
    DEFINITION,
    DELETED,
    EVENT,
    PROGRAM,
    PROMOTION,
    UPDATED,
    Change,
)
from gateway.emulator.rules.custom_attributes.definition_visibility import HIDDEN

OWNED, VISIBLE, PUBLIC = "owned", "visible", "public"
# The actions of each kind, and since which version of Square's API they are told.
_SINCE = {
    CUSTOMER: dict.fromkeys((CREATED, UPDATED, DELETED), "2021-02-26"),
    ACCOUNT: dict.fromkeys((CREATED, UPDATED, DELETED), "2020-05-28"),
    EVENT: {CREATED: "2020-05-28"},
    PROGRAM: {CREATED: "2021-04-21", UPDATED: "2020-05-28"},
    PROMOTION: dict.fromkeys((CREATED, UPDATED), "2022-08-17"),
}
_OF_APPLICATIONS = {DEFINITION: (CREATED, UPDATED, DELETED), ATTRIBUTE: (UPDATED, DELETED)}
_CURRENT_SINCE, _DEPRECATED_SINCE = "2022-08-17", "2022-05-12"


def _types(since: str, *audiences: str) -> dict[str, str]:
    return {
        ".".join(filter(None, (kind, audience, action))): since
        for kind, actions in _OF_APPLICATIONS.items()
        for audience in audiences
        for action in actions
    }


# Each type with the version of Square's API since which it is there.
CURRENT = {f"{kind}.{action}": since for kind, actions in _SINCE.items() for action, since in actions.items()}
CURRENT |= _types(_CURRENT_SINCE, OWNED, VISIBLE)
DEPRECATED = _types(_DEPRECATED_SINCE, "", PUBLIC)
ALL = CURRENT | DEPRECATED


def scope(event_type: str) -> str:
    """The permission that an application needs to be told."""
    return "LOYALTY_READ" if event_type.startswith("loyalty.") else "CUSTOMERS_READ"


def told(change: Change, application: str) -> Iterator[str]:
    """The types as which an application is told of a change, if it asks for them and has the scope."""
    if change.kind not in _OF_APPLICATIONS:
        yield f"{change.kind}.{change.action}"
        return
    owned = change.object["key"].rpartition(":")[0] == application
    shown = change.object["visibility"] != HIDDEN
    if owned:
        yield f"{change.kind}.{OWNED}.{change.action}"
        yield f"{change.kind}.{change.action}"
    if owned or shown:
        yield f"{change.kind}.{VISIBLE}.{change.action}"
    if shown:
        yield f"{change.kind}.{PUBLIC}.{change.action}"
