"""Square's memory of events: what happened in the last 28 days, for the application's own token. Keeps nothing.

Only the application's personal access token may ask, for the events of all its sellers. None is kept at Square before
that is switched on, and what happens while it is off is never found. Only those are searched for that come by webhook
as well: Square tells of one change under several types, with an id for each, and a second one would be told twice.
https://developer.squareup.com/docs/events-api/overview
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Any, TypeVar

from gateway.square.client import Square
from gateway.square.decode_report import Undecodable
from gateway.square.endpoint import Call, Endpoint, Nothing, Page, Repeat
from gateway.square.errors import BadResponse, Forbidden, NotFound, Rejected
from gateway.square.expected_answer import Unnamed
from gateway.square.usage import Usage
from gateway.tenant import Tenant

T = TypeVar("T")
# A notification of Square's as JSON; what reads webhooks reads it.
Envelope = dict[str, Any]
# The most that Square gives at a time.
PAGE_SIZE = 100
# Of one search; more than a million events in 28 days are none of a seller's loyalty and customers.
MAX_PAGES = 10_000


class _Unread(Endpoint[T]):
    """An endpoint whose items stay as they are."""

    def reader(self, kind: Any) -> Callable[[Any], Any]:
        return _envelope


# Not among the areas' rows: no field of the graph makes these calls, and no scope allows them.
SEARCH_EVENTS = _Unread(
    name="SearchEvents",
    method="POST",
    path="/v2/events",
    returns=Page[Envelope],
    under="events",
    repeat=Repeat.SAFE,
    scope="",
    identity=Unnamed("events are asked for by type and time"),
)
LIST_SUBSCRIPTIONS = _Unread(
    name="ListWebhookSubscriptions",
    method="GET",
    path="/v2/webhooks/subscriptions",
    returns=Page[Envelope],
    under="subscriptions",
    repeat=Repeat.SAFE,
    scope="",
    identity=Unnamed("all subscriptions are asked for"),
)
ENABLE_EVENTS = Endpoint(
    name="EnableEvents",
    method="PUT",
    path="/v2/events/enable",
    returns=Nothing,
    under="",
    # As a read: one that is left behind at the end of the process need not be carried out, as the next start sends it.
    repeat=Repeat.SAFE,
    scope="",
    identity=Unnamed("an empty object"),
)


class EventSearch:
    """SearchEvents for one application. Raises `SquareError`."""

    def __init__(
        self, square: Square, application: Tenant, types: Iterable[str], url: str, merchant: str | None = None
    ) -> None:
        """`application` has the application's own token, `types` are those of use, `url` is where webhooks come to.

        Only the events of one `merchant` are searched for if it is given.
        """
        # Another one has other events.
        self.environment = application.environment
        self._square = square
        self._application = application
        self._known = frozenset(types)
        self._url = url
        self._merchants = {} if merchant is None else {"merchant_ids": [merchant]}
        self._types = sorted(_distinct(self._known))

    async def prepare(self) -> bool:
        """Have Square keep events from now on, and see which types come by webhook; whether any do."""
        await self._send(ENABLE_EVENTS())
        try:
            page = await self._send(LIST_SUBSCRIPTIONS(query={"limit": PAGE_SIZE}))
        except (NotFound, Forbidden, Rejected):
            return True
        told = [each for each in page.items if each.get("enabled") and each.get("notification_url") == self._url]
        if not all(each.get("event_types") for each in told):
            # One that names no types is told of all.
            return True
        by_webhook = {name for name in self._known for each in told if name in each["event_types"]}
        if by_webhook:
            self._types = sorted(by_webhook)
        return bool(by_webhook)

    async def newest(self) -> Envelope | None:
        """The latest event there is."""
        page = await self._send(SEARCH_EVENTS(body={"limit": 1, "query": self._query("DESC")}))
        return page.items[0] if page.items else None

    async def pages(self, start_at: str) -> AsyncIterator[list[Envelope]]:
        """All events since a moment (RFC 3339), the oldest first, page by page."""
        query = self._query("ASC", start_at)
        cursor: str | None = None
        for _ in range(MAX_PAGES):
            asked = {"limit": PAGE_SIZE, "query": query} | ({"cursor": cursor} if cursor else {})
            page = await self._send(SEARCH_EVENTS(body=asked))
            yield page.items
            if page.cursor is None:
                return
            if page.cursor == cursor:
                raise BadResponse(SEARCH_EVENTS.name, status=200)
            cursor = page.cursor

    def _query(self, order: str, start_at: str = "") -> dict[str, Any]:
        filters: dict[str, Any] = {"event_types": self._types, **self._merchants}
        if start_at:
            filters["created_at"] = {"start_at": start_at}
        return {"filter": filters, "sort": {"field": "DEFAULT", "order": order}}

    async def _send(self, call: Call[T]) -> T:
        return await self._square.send(self._application, call, self._square.deadline(), Usage())


def _envelope(value: Any) -> Envelope:
    if not isinstance(value, dict):
        raise Undecodable
    return value


def _distinct(types: Iterable[str]) -> Iterator[str]:
    """Of types that tell of one change those for all that an application sees, and no deprecated ones."""
    by_change: dict[str, set[str]] = {}
    for name in types:
        by_change.setdefault(re.sub(r"\.(owned|visible|public)\.", ".", name), set()).add(name)
    for same in by_change.values():
        yield from {name for name in same if ".visible." in name} or same
