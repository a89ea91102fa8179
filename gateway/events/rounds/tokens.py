"""The tokens of a feed's subscribers, all of one seller and application with the same permissions, and their proof.

A token is good for what happens now when Square has taken it just now: in the read of a round, or asked who it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from gateway.events.rounds.subscriber import Subscriber, end_all
from gateway.events.subscription import TokenEnded
from gateway.identity import Access
from gateway.square.clock import Timing
from gateway.square.errors import Unauthenticated, Unavailable
from gateway.square.identities import RETRIEVE_TOKEN_STATUS, Identities
from gateway.tenant import Tenant

# How often Square is asked who a token is before its subscribers are told that it does not say.
MAX_ATTEMPTS = 3
# Tokens of one feed that are asked about at the same time.
CONCURRENCY = 16


class Moved(Exception):
    """The token has other permissions than it had: its subscribers belong to another feed."""


class Replaced(Moved):
    """The log is another one now, or an older state of it: its subscribers go on in a feed of that, behind `since`."""

    def __init__(self, since: int) -> None:
        super().__init__()
        self.since = since


class Token:
    """One token and its subscribers. `access` is None where Square does not tell whose it is."""

    __slots__ = ("access", "ended", "members", "tenant")

    def __init__(self, tenant: Tenant, access: Access | None) -> None:
        """Nobody subscribes with it yet."""
        self.tenant = tenant
        self.access = access
        self.members: dict[Subscriber, None] = {}
        self.ended = False

    def end(self, error: Callable[[], Exception]) -> None:
        """End all its subscribers, each with an error of its own. Who comes later has another `Token`."""
        self.ended = True
        end_all(self.members, error)


class Tokens:
    """The tokens of one feed."""

    def __init__(self, identities: Identities, timing: Timing) -> None:
        """None yet."""
        self._identities = identities
        self._timing = timing
        self._tokens: dict[str, Token] = {}

    def add(self, tenant: Tenant, access: Access | None) -> Token:
        """The token of a tenant, as is now known of it."""
        token = self._tokens.get(tenant.key)
        if token is None or token.ended:
            token = self._tokens[tenant.key] = Token(tenant, access)
        token.access = access
        return token

    def remove(self, subscriber: Subscriber) -> None:
        """Let a subscriber go, and its token with the last one."""
        token = subscriber.token
        token.members.pop(subscriber, None)
        if not token.members and self._tokens.get(token.tenant.key) is token:
            del self._tokens[token.tenant.key]

    def end_expired(self) -> None:
        """End the subscribers whose tokens have expired by the clock."""
        now = self._timing.wall()
        for token in list(self._tokens.values()):
            if token.access is not None and token.access.expires is not None and token.access.expires <= now:
                token.end(TokenEnded)

    def until_next_end(self) -> float | None:
        """The seconds until the first token expires, None when none does."""
        ends = [
            each.access.expires
            for each in self._tokens.values()
            if not each.ended and each.access is not None and each.access.expires is not None
        ]
        return max(0.0, min(ends) - self._timing.wall()) if ends else None

    async def prove(self, tokens: Iterable[Token]) -> set[Token]:
        """Those of the tokens that Square takes now and knows as before. The subscribers of the others are ended."""
        turns = asyncio.Semaphore(CONCURRENCY)

        async def proven(token: Token) -> bool:
            async with turns:
                return await self._proven(token)

        asked = list(tokens)
        answers = await asyncio.gather(*(proven(each) for each in asked))
        return {token for token, good in zip(asked, answers, strict=True) if good}

    async def _proven(self, token: Token) -> bool:
        for attempt in range(MAX_ATTEMPTS):
            if attempt:
                await self._timing.sleep(self._timing.backoff(attempt))
            try:
                access = await self._identities.afresh(token.tenant, proof=True)
            except Unauthenticated:
                token.end(TokenEnded)
                return False
            if access is not None:
                break
        else:
            # They go on from their positions later: what cannot be proven is not told, and not lost.
            token.end(lambda: Unavailable(RETRIEVE_TOKEN_STATUS.name))
            return False
        if token.access is None or access.key != token.access.key:
            token.end(Moved)
            return False
        token.access = access
        return True
