"""The feeds: what a subscription follows. One for all whose tokens may read the same, as long as anybody listens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Hashable
from typing import Any

from gateway.events.event import Event
from gateway.events.log import Bounds, EventLog, NotStored
from gateway.events.position import Position, Positions
from gateway.events.rounds.feed import EXPIRED, RETRY_AFTER, Feed
from gateway.events.rounds.marks import unpack
from gateway.events.rounds.memory import share
from gateway.events.rounds.news import happened
from gateway.events.rounds.reading import OpenRound, Reader
from gateway.events.rounds.round import Rounds
from gateway.events.rounds.subscriber import Subscriber
from gateway.events.rounds.tokens import Moved, Replaced, Tokens
from gateway.events.subscription import Expired, NotPermitted, SellerUnknown, Subscription, TokenEnded
from gateway.identity import Access, Identity
from gateway.keys import Keys
from gateway.square.client import Square
from gateway.square.errors import Unauthenticated
from gateway.tenant import Tenant


class Left(Exception):
    """Nobody listens any more."""


class Feeds:
    """All feeds of one gateway."""

    def __init__(
        self,
        log: EventLog,
        square: Square,
        keys: Keys,
        open_round: OpenRound,
        *,
        queue: int,
        merchant: str | None = None,
        told: Callable[[float], None] = lambda _: None,
    ) -> None:
        """`open_round` makes the context in which one round reads and answers, and is told what has caused it.

        At most `queue` answers wait for a subscriber. `merchant` is the seller where Square does not tell it.
        `told` gets the seconds from each event to its telling, but not where somebody is told what it has missed.
        """
        self._log = log
        self._square = square
        self._keys = keys
        self._open_round = open_round
        self._queue = queue
        self._merchant = merchant
        self._feeds: dict[Hashable, Feed] = {}
        self._told = told
        self.rounds = 0

    @property
    def subscribers(self) -> int:
        """How many listen."""
        return sum(feed.count for feed in self._feeds.values())

    @property
    def feeds(self) -> int:
        """How many feeds there are."""
        return len(self._feeds)

    @property
    def behind(self) -> int:
        """Events that were read from the log and are not told yet, in the feed that has most of them."""
        return max((feed.rounds.behind for feed in self._feeds.values()), default=0)

    @property
    def oldest(self) -> float:
        """The age in seconds of the oldest event that is to be told of in a round under way; 0 without one."""
        events = (feed.rounds.oldest for feed in self._feeds.values())
        return max((self._age(event) for event in events if event is not None), default=0.0)

    def _age(self, event: Event) -> float:
        at = happened(event)
        return max(0.0, self._square.timing.wall() - at) if at else 0.0

    async def follow(self, subscription: Subscription) -> AsyncGenerator[dict[str, Any] | Expired, None]:
        """The answers to a subscription, in the order of their events; `Expired` once where some are lost.

        Raises `BadPosition`, `SellerUnknown`, `NotPermitted`, `TokenEnded`, `SlowSubscriber`, and `SquareError` while
        Square does not say whether it takes the token; the position of the last answer is where to go on then.
        """
        moved: Subscriber | None = None
        replaced: Replaced | None = None
        while True:
            key, feed, subscriber = await self._enter(subscription, moved, replaced)
            try:
                subscription.begun()
                while True:
                    yield await subscriber.next()
            except Moved as why:
                moved, replaced = subscriber, why if isinstance(why, Replaced) else None
                if replaced is not None and self._feeds.get(key) is feed:
                    del self._feeds[key]
            finally:
                self._leave(key, feed, subscriber)

    async def close(self) -> None:
        """End all feeds."""
        feeds, self._feeds = list(self._feeds.values()), {}
        await asyncio.gather(*(feed.stop() for feed in feeds), return_exceptions=True)

    async def _enter(
        self, subscription: Subscription, moved: Subscriber | None, replaced: Replaced | None
    ) -> tuple[Hashable, Feed, Subscriber]:
        """Where a subscription is told, and as whom. `moved` is what it was in another feed, perhaps of another log."""
        tenant = subscription.tenant
        access = await self._access(tenant, subscription.family.scope)
        identity = self._anonymous(tenant) if access is None else access.identity
        bound = (identity.environment, identity.merchant, identity.application)
        whose = (identity.merchant, tenant.key if access is None else access.key)
        bounds = Bounds(0, 0)
        if subscription.after is not None or (*whose, self._log.name) not in self._feeds:
            goes_on = subscription.after is not None or moved is not None
            bounds = await self._bounds(identity.merchant, wait=goes_on)
        # From here on nothing is waited for, so that there is one feed.
        key: Hashable = (*whose, self._log.name)
        positions = Positions(self._keys, self._log.name, *bound)
        after = None if subscription.after is None else positions.read(subscription.after)
        feed = self._feeds.get(key)
        if feed is None:
            feed = self._feeds[key] = self._feed(
                identity, bounds.last, positions, known=access is not None, proven=tenant.vouched
            )
        lost, since = False, feed.position
        if replaced is not None:
            lost, since = True, replaced.since
        elif moved is not None:
            since = moved.since
        elif subscription.after is not None:
            lost, since = _lost(after, bounds, since)
        subscriber = Subscriber(subscription, feed.tokens.add(tenant, access), since, self._queue, feed.pace)
        if moved is not None and replaced is None:
            subscriber.saw(moved.seen)
        elif after is not None:
            subscriber.saw(unpack(after.marks))
        if lost:
            subscriber.put(since, EXPIRED)
        feed.add(subscriber)
        return key, feed, subscriber

    async def _bounds(self, merchant: str, *, wait: bool) -> Bounds:
        """What the log holds; who goes on waits until it can be read, as those who are there do. Raises `NotStored`."""
        while True:
            try:
                return await self._log.bounds(merchant)
            except NotStored:
                if not wait:
                    raise
            await self._square.timing.sleep(RETRY_AFTER)

    def _leave(self, key: Hashable, feed: Feed, subscriber: Subscriber) -> None:
        subscriber.end(Left())
        feed.remove(subscriber)
        if not feed.count:
            feed.stop()
            if self._feeds.get(key) is feed:
                del self._feeds[key]

    async def _access(self, tenant: Tenant, scope: str) -> Access | None:
        """What is known of a token with a permission. Raises `SellerUnknown`, `NotPermitted` and `TokenEnded`."""
        access = await self._square.identities.access(tenant)
        if access is None or scope not in access.scopes:
            # Nobody is refused for what was so a while ago.
            try:
                access = await self._square.identities.afresh(tenant)
            except Unauthenticated:
                raise TokenEnded from None
        if access is None and self._merchant is None:
            raise SellerUnknown
        if access is not None and scope not in access.scopes:
            raise NotPermitted(scope)
        return access

    def _count(self) -> None:
        self.rounds += 1

    def _has_told(self, event: Event) -> None:
        self._told(self._age(event))

    def _anonymous(self, tenant: Tenant) -> Identity:
        """The seller of the settings, seen by nobody knows which application."""
        assert self._merchant is not None
        return tenant.identity(self._merchant, "")

    def _feed(self, identity: Identity, position: int, positions: Positions, *, known: bool, proven: bool) -> Feed:
        timing = self._square.timing
        tokens = Tokens(self._square.identities, timing)
        reader = Reader(self._open_round, self._keys, timing)
        rounds = Rounds(
            *(identity, self._log, reader, tokens, positions, self._keys, self._count),
            told=self._has_told,
            known=known,
            proven=proven,
        )
        return Feed(
            identity.merchant,
            position,
            self._log,
            rounds,
            tokens,
            timing,
            self._keys,
            self._queue,
            lambda: share(len(self._feeds)),
        )


def _lost(after: Position | None, bounds: Bounds, now: int) -> tuple[bool, int]:
    """Whether events behind a position are lost, and from where to go on.

    With a position of another log nothing is known of what lies between: it goes on with what comes from now on.
    Otherwise with what is still kept.
    """
    if after is None or after.number > bounds.last:
        return True, now
    return after.number < bounds.gone, max(after.number, bounds.gone)
