"""How a subscription's field follows the events of its caller: what it wants, as the feeds take it.

Reads no event and executes nothing itself.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import strawberry
from graphql import GraphQLError

from gateway.events.family import Family
from gateway.events.subscription import Expired, Subscription
from gateway.graph.errors import BadInput
from gateway.square.endpoint import is_id

if TYPE_CHECKING:
    from gateway.graph.loading.context import Info

UNAVAILABLE = "SUBSCRIPTIONS_UNAVAILABLE"
MAX_WANTED = 1000

After = Annotated[
    str | None,
    strawberry.argument(
        description="The `position` of a change that was received before: what has changed since is sent first. What "
        "is kept no longer is told by one error with the code EVENTS_EXPIRED. From now on when absent."
    ),
]


class Feeds(Protocol):
    """What subscriptions follow."""

    def follow(self, subscription: Subscription) -> AsyncGenerator[dict[str, Any] | Expired, None]:
        """The responses to what changes, until it is closed. Raises what `gateway.events.subscription` names."""
        ...


@dataclass(frozen=True, slots=True)
class Following:
    """What the engine knows of a subscription that begins.

    `group` and `answer` are those of `Subscription`; `after` goes on from a position if the field names none.
    """

    group: Hashable
    answer: Callable[[Any, Any], Awaitable[dict[str, Any]]]
    after: str | None = None


def follow(
    info: Info, family: Family, after: str | None, wanted: Mapping[str, frozenset[str] | None]
) -> AsyncGenerator[Any, None]:
    """The changes of a family that have one of the wanted values of every fact; None is any. Raises `GraphQLError`."""
    context = info.context
    if context.feeds is None or context.following is None:
        message = (
            "This gateway receives no webhooks from Square, so it has nothing to tell: set "
            "SQUARE_WEBHOOK_SIGNATURE_KEY and SQUARE_WEBHOOK_URL."
        )
        raise GraphQLError(message, extensions={"code": UNAVAILABLE})
    following = context.following
    return context.feeds.follow(
        Subscription(
            tenant=context.square.tenant,
            family=family,
            group=following.group,
            answer=following.answer,
            wanted={name: values for name, values in wanted.items() if values is not None},
            after=after if isinstance(after, str) else following.after,
        )
    )


def wanted_ids(given: Sequence[str] | None, argument: str) -> frozenset[str] | None:
    """The ids in an argument, None for one that is absent. Raises `BadInput` for what can be nobody's."""
    if given is None or given is strawberry.UNSET:
        return None
    bounded(given, argument)
    for index, each in enumerate(given):
        if not is_id(each):
            raise BadInput("This cannot be an id of Square's.", argument, str(index))
    return frozenset(map(str, given))


def bounded(given: Sequence[Any], argument: str) -> None:
    """Raise `BadInput` for a list that is empty or too long."""
    if not given:
        raise BadInput("An empty list wants nothing: leave it out for all, or give at least one.", argument)
    if len(given) > MAX_WANTED:
        raise BadInput(f"At most {MAX_WANTED} can be given.", argument)
