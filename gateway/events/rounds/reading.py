"""Reading the objects of one round as they are now, once for all who are told of them, again where that is too early.

Everything is read with one token, in a context of its own, whose loaders batch. What Square refuses the token ends
the reading; what it cannot give now is asked for again for some seconds.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gateway.events.family import Family
from gateway.events.rounds.memory import DIGEST
from gateway.events.rounds.news import News, Stale
from gateway.keys import Keys
from gateway.square.clock import Timing
from gateway.square.errors import Forbidden, NotFound, SquareError, Unauthenticated, Unavailable, Unexpected
from gateway.tenant import Tenant

# Seconds before the second attempt, doubled with each further one.
FIRST_WAIT = 0.05
# Attempts to read an object that is known to have changed and does not show it yet: 1.55 seconds.
STALE_ATTEMPTS = 6
# Attempts to read what Square cannot give, and the seconds after which none is begun.
FAILED_ATTEMPTS = 8
MAX_SECONDS = 10.0

# Makes the context of one round of a tenant; given are the spans in which its events came.
OpenRound = Callable[[Tenant, Sequence[str]], Any]

log = logging.getLogger(__name__)


class Refused(Exception):
    """Square does not take the token, or it lacks the permission of a family. `error` is what Square answered."""

    def __init__(self, error: SquareError, family: Family) -> None:
        super().__init__()
        self.error = error
        self.family = family


class Reader:
    """Reads for one feed."""

    def __init__(self, open_round: OpenRound, keys: Keys, timing: Timing) -> None:
        """`open_round` makes the context of one round."""
        self._open_round = open_round
        self._opened: list[Any] = []
        self._keys = keys
        self._timing = timing

    def open(self, tenant: Tenant, news: Sequence[News]) -> Any:
        """The context of a round about this."""
        context = self._open_round(
            tenant, [each.event.trace for one in news for each in one.events if each.event.trace]
        )
        self._opened.append(context)
        return context

    def end(self) -> None:
        """All that was opened is over: it was read, and told."""
        opened, self._opened = self._opened, []
        for each in opened:
            each.over()

    async def read(self, tenant: Tenant, news: Sequence[News]) -> bool:
        """Fill in what was found. Gives whether Square has taken the token. Raises `Refused`."""
        began, pending, taken = self._timing.now(), list(news), False
        attempt = 0
        while pending:
            if attempt:
                await self._timing.sleep(FIRST_WAIT * 2 ** (attempt - 1))
            attempt += 1
            context = self.open(tenant, pending)
            found = await self._all(context, pending)
            late = self._timing.now() - began > MAX_SECONDS
            again = []
            for each in pending:
                each.context, each.attempts = context, attempt
                result = found[each]
                if isinstance(result, Forbidden | Unauthenticated):
                    raise Refused(result, each.family)
                taken = taken or not isinstance(result, SquareError)
                if not self._take(each, result, attempt, late=late):
                    again.append(each)
            pending = again
        return taken

    async def answered(self, tenant: Tenant, news: Sequence[News]) -> bool:
        """Whether Square takes the token, asked by reading once what is gone. Raises `Refused`."""
        found = await self._all(self.open(tenant, news), news)
        for each, result in found.items():
            if isinstance(result, Forbidden | Unauthenticated):
                raise Refused(result, each.family)
        return any(not isinstance(result, SquareError) for result in found.values())

    def _take(self, news: News, result: Any, attempt: int, *, late: bool) -> bool:
        """Whether this is the end of it."""
        if isinstance(result, SquareError):
            if attempt < FAILED_ATTEMPTS and not late:
                return False
            news.fail(result)
            return True
        last = attempt >= STALE_ATTEMPTS or late
        try:
            news.read(result, self._digest(news.family, result), last=last)
        except Stale:
            if not last:
                return False
            news.fail(Unavailable(news.family.name))
        return True

    def _digest(self, family: Family, found: Any) -> bytes:
        """Stands for an object whose version does not say whether it has changed. The object itself is not kept."""
        if family.single:
            # It never changes.
            return bytes(DIGEST)
        if found is None or (not family.recreated and family.version(found) is not None):
            return b""
        return self._keys.digest("shown", repr(found))[:DIGEST]

    async def _all(self, context: Any, news: Sequence[News]) -> dict[News, Any]:
        families: dict[Family, list[News]] = {}
        for each in news:
            families.setdefault(each.family, []).append(each)
        answers = await asyncio.gather(*(self._of(context, family, some) for family, some in families.items()))
        return {
            each: None if isinstance(result := found.get(each.key[1]), NotFound) else result
            for (_, some), found in zip(families.items(), answers, strict=True)
            for each in some
        }

    async def _of(self, context: Any, family: Family, news: Sequence[News]) -> Mapping[str, Any]:
        try:
            return await family.read(context, [each.change() for each in news])
        except SquareError as error:
            failed: SquareError = error
        except Exception:  # of whatever kind: the other families' objects are shown
            log.exception("Reading %s failed", family.name)
            failed = Unexpected(family.name)
        return {each.key[1]: failed for each in news}
