"""How many requests, bodies and streams there are at the same time, and how much of that one caller may hold.

Refusing costs little and running costs a lot: with a bound, an overloaded gateway goes on answering as many
requests as it can, instead of answering all of them late. Knows no HTTP beyond refusing.

A request is let in when its head is there and takes up a place only when it is about to run, so that those who
send their bodies slowly hold no place. Bodies that are waited for are bounded apart, and so is what lasts, from when it
starts: many subscriptions start at once where another server has ended. While the event loop is late, some of those
that have a place wait for their turn.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from gateway.fairness.fair_share import FairShare, Held, Holder, NoShare
from gateway.fairness.fair_turns import FairTurns, Turn
from gateway.server.http.rejection import RETRY_AFTER, Refused
from gateway.tenant import Tenant

# For each place, how many requests may wait for their bodies, or may be about to become subscriptions: that costs a
# connection and what has come of the body.
WAITING_FOR_EACH = 5


def itself(tenant: Tenant) -> Holder:
    """As whom a caller shares limits when all are known."""
    return Holder(tenant.caller)


class Admission:
    """The requests of one application that are under way."""

    def __init__(
        self,
        limit: int = 200,
        seconds: float = 25.0,
        *,
        streams: int = 10_000,
        share: float = 1.0,
        holder: Callable[[Tenant], Holder] = itself,
        patience: float = 25.0,
        turns: FairTurns | None = None,
    ) -> None:
        """At most `limit` run and `streams` last at the same time, of which one caller may hold a `share`.

        `holder` tells as whom a caller shares. Requests that are under way at the end get `seconds` to finish. None
        waits for longer than `patience` seconds for its turn, which `turns` give.
        """
        self.shares = {
            "requests": FairShare(limit, share),
            "bodies": FairShare(limit * WAITING_FOR_EACH, share),
            "starts": FairShare(limit * WAITING_FOR_EACH, share),
            "streams": FairShare(streams, share),
        }
        self.holder = holder
        self.patience = patience
        self.turns = turns or FairTurns()
        self._seconds = seconds
        self._unfinished = 0
        # Whether the end is near: answers close their connections.
        self.ending = False
        self.closed = False
        self._empty = asyncio.Event()
        self._hurried = False

    @property
    def running(self) -> int:
        """How many requests run."""
        return self.shares["requests"].used

    @property
    def arriving(self) -> int:
        """How many requests wait for their body, or for whatever tells who their caller is."""
        return self._unfinished - self.running

    def arrive(self, *, apart: bool = False) -> Place:
        """Let a request in, from any caller, with the place that it may take. Raises `Refused`.

        One that is `apart` takes none, and is let in however many run: what answers it has a bound of its own.
        """
        if self.closed:
            headers = {"Retry-After": RETRY_AFTER, "Connection": "close"}
            raise Refused(503, "The gateway is shutting down.", code="SHUTTING_DOWN", headers=headers)
        running = self.shares["requests"]
        if running.full and not apart:
            running.refused += 1
            raise refused_share("requests", own=False)
        self._unfinished += 1
        return Place(self)

    def enter(self, tenant: Tenant) -> Place:
        """As `arrive`, for what runs at once."""
        place = self.arrive()
        try:
            place.identified(tenant)
            place.take()
        except Refused:
            place.leave()
            raise
        return place

    def stays(self, tenant: Tenant) -> Held:
        """Count a socket or a stream until it is released. Raises `Refused` when there are too many."""
        return self.take("streams", self.holder(tenant))

    def take(self, name: str, holder: Holder) -> Held:
        """One of a limit. Raises `Refused`."""
        try:
            return self.shares[name].take(holder)
        except NoShare as reason:
            raise refused_share(name, own=reason.own) from None

    def check(self, name: str, holder: Holder) -> None:
        """Raise `Refused` when there would be none of a limit."""
        try:
            self.shares[name].check(holder)
        except NoShare as reason:
            raise refused_share(name, own=reason.own) from None

    def left(self) -> None:
        """Count a request that is over, or has become one that lasts."""
        self._unfinished -= 1
        self._note_empty()

    def close(self) -> None:
        """Let in no more requests. Those that were let in may still run."""
        self.closed = True
        self._note_empty()

    def hurry(self) -> None:
        """Stop waiting for those that are under way."""
        self._hurried = True
        self._empty.set()

    async def emptied(self) -> bool:
        """Wait until none is under way, or until the time is over. Whether all of them finished."""
        try:
            async with asyncio.timeout(self._seconds):
                await self._empty.wait()
        except TimeoutError:
            return False
        return not self._hurried

    def _note_empty(self) -> None:
        if self.closed and not self._unfinished:
            self._empty.set()


class Place:
    """What one request takes up: nothing, room for a body that is still to come, then a place among those that run.

    What may turn out to be a subscription has a place among those that start before.
    """

    def __init__(self, admission: Admission) -> None:
        """Given by `Admission.arrive`."""
        self.admission = admission
        self._holder: Holder | None = None
        self._held: Held | None = None
        self._turn: Turn | None = None
        # Seconds.
        self.waited = 0.0
        self._runs = False
        self._left = False

    def identified(self, tenant: Tenant, *, late: bool = False) -> None:
        """Whose request it is, and whether its body is still to come. Raises `Refused` when the caller has too many."""
        self._holder = self.admission.holder(tenant)
        self.admission.check("requests", self._holder)
        if late:
            self._held = self.admission.take("bodies", self._holder)

    def start(self) -> None:
        """Count it among those that may become something that lasts. Raises `Refused` when there are too many."""
        assert self._holder is not None, "the caller is identified before anything starts"
        self._release()
        self._held = self.admission.take("starts", self._holder)
        self._begin_turn(self._holder)

    def take(self) -> None:
        """Take it up; once is enough, and after `leave` it does nothing. Raises `Refused` when there is none."""
        if self._runs or self._left:
            return
        assert self._holder is not None, "the caller is identified before anything runs"
        self._release()
        admission = self.admission
        self._held = admission.take("requests", self._holder)
        self._runs = True
        self._begin_turn(self._holder)

    @property
    def waits(self) -> bool:
        """Whether it is still to wait for its turn, as others of the same caller come first."""
        return self._turn is not None and self._turn.waits

    async def turn(self) -> None:
        """Wait for the turn of what was taken. Raises `Refused` when that takes too long."""
        assert self._turn is not None, "there is something to wait for"
        began = time.monotonic()
        try:
            async with asyncio.timeout(self.admission.patience):
                await self._turn.come()
        except TimeoutError:
            raise refused_share("requests", own=True) from None
        finally:
            self.waited = time.monotonic() - began

    def ran(self) -> None:
        """Note that nothing is left to do but to write the answer; once is enough."""
        if self._turn is not None:
            self._turn.end()

    def stay(self) -> Held:
        """Become something that lasts, which is to be released. Raises `Refused` when there are too many."""
        assert self._holder is not None, "the caller is identified before anything runs"
        held = self.admission.take("streams", self._holder)
        self.leave()
        return held

    def leave(self) -> None:
        """Give it back, taken or not; once is enough, and more often does no harm."""
        if not self._left:
            self._left = True
            self.ran()
            self._release()
            self.admission.left()

    def _begin_turn(self, holder: Holder) -> None:
        admission = self.admission
        self._turn = self._turn or admission.turns.begin(holder, admission.running + admission.shares["starts"].used)

    def _release(self) -> None:
        if self._held is not None:
            self._held.release()
            self._held = None


_NOUNS = {
    "requests": "requests are running",
    "bodies": "requests wait for their bodies",
    "starts": "subscriptions are starting",
    "streams": "streams and sockets are open",
    "documents": "new documents wait to be checked",
}


def refused_share(name: str, *, own: bool) -> Refused:
    """The refusal of somebody for whom there is no more of a limit; `own` if others may still have some."""
    headers = {"Retry-After": RETRY_AFTER}
    if own:
        return Refused(429, f"Too many of your {_NOUNS[name]}. Try again soon.", headers=headers)
    return Refused(503, f"Too many {_NOUNS[name]}. Try again soon.", code="OVERLOADED", headers=headers)
