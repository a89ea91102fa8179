"""Square as one operation of a tenant sees it: its deadline, how many calls it may make, and what it has used.

Sends nothing by itself: every call goes through the policies of `Square`, in `gateway.square.client`.
"""

from __future__ import annotations

import asyncio
from contextlib import AbstractContextManager, nullcontext
from typing import Any, TypeVar

from gateway.fairness.fair_share import Holder
from gateway.identity import Identity
from gateway.square.body import Decoders
from gateway.square.client import Square
from gateway.square.endpoint import Call, Repeat
from gateway.square.errors import CallsUsedUp, NotFound
from gateway.square.policies.keys_in_use import KeyUse
from gateway.square.usage import Usage
from gateway.tenant import Tenant

T = TypeVar("T")


class TenantSquare:
    """Square as one operation of a tenant sees it: what loaders and resolvers send through.

    Made when the operation begins, as its time runs from there.
    """

    def __init__(self, square: Square, tenant: Tenant, *, fresh: bool = False, charged: bool = True) -> None:
        """A `fresh` one is shown nothing that is remembered, nor what others are reading already.

        What is sent through one that is not `charged` is for several callers, and none of theirs.
        """
        self._charged = charged
        self._square = square
        self.fresh = fresh
        self.tenant = tenant
        self.deadline = square.deadline()
        self.usage = Usage()
        self._asked = 0
        # What the operation wants of the answers, for those that can be read into that at once.
        self.decoders: Decoders | None = None
        self._may_ask = square.budget.calls
        self._further = 0
        # The writes that are still to be sent of what may be asked.
        self._writes = 0

    @property
    def calls(self) -> int:
        """The calls sent so far, repeats not counted."""
        return self.usage.calls

    @property
    def holder(self) -> Holder:
        """As whom the operation's caller shares limits with others."""
        return self._square.callers.holder(self.tenant)

    def wall(self) -> float:
        """The time of day as this gateway knows it, in seconds since 1970."""
        return self._square.timing.wall()

    @property
    def known_identity(self) -> Identity | None:
        """Who the tenant is, if that is known already."""
        return self._square.identities.known(self.tenant)

    def throttle_status(self) -> dict[str, Any]:
        """What is left now of the limits that hold the tenant back, and its caller where that has any."""
        return self._square.throttle_status(self.tenant, caller=self._charged)

    def using(self, call: Call[Any], *, chosen: bool) -> AbstractContextManager[KeyUse]:
        """While a write is carried out: whether another one has its idempotency key at the same time, or had it.

        One that the caller has `chosen` may be used again.
        """
        key = (call.body or {}).get("idempotency_key")
        if key is None:
            return nullcontext(KeyUse())
        holder = self._square.callers.holder(self.tenant)
        return self._square.keys.use((self.tenant.key, call.endpoint.name, key), holder, chosen=chosen)

    def time_left(self) -> float:
        """The seconds that are left for the operation."""
        return max(0.0, self.deadline - self._square.timing.now())

    async def identity(self) -> Identity | None:
        """Who the tenant is; None when Square does not tell in the time that is left. No call of the operation."""
        try:
            async with asyncio.timeout(self.time_left()):
                return await self._square.identities.of(self.tenant)
        except TimeoutError:
            return None

    def plan(self, calls: int, further: int) -> None:
        """Let the operation ask for so much and no more: the calls that were planned for it, and `further` ones."""
        self._may_ask = self._asked + calls
        self._further = further

    def plan_next(self, calls: int, writes: int) -> None:
        """Begin with a part of the operation for which so many calls were planned, so many of them writes.

        What other parts have left is not for this one.
        """
        self._may_ask = self._asked + calls
        self._writes = writes

    def plan_more(self, calls: int) -> None:
        """Let it ask for more than was planned, to read back the effect of a write whose answer was lost."""
        self._may_ask += calls

    def recall(self, call: Call[T]) -> T | None:
        """What is remembered for a read, None when it has to be asked. No call of the operation."""
        answer = None if self.fresh else self._square.reference.recall(self.tenant, call)
        if answer is None:
            return None
        if (trace := self.usage.trace) is not None:
            trace.remembered(call.endpoint.name, call.endpoint.method, call.endpoint.path, "memory")
        return self.usage.recalled(answer)

    @property
    def max_age(self) -> int | None:
        """For how many seconds everything that was read is remembered; None when some of it is not, or for nothing."""
        return self.usage.seconds_left(self._square.timing.now())

    async def send(self, call: Call[T]) -> T:
        """Answer the call, or raise `SquareError`.

        A read beyond what the operation may ask is `CallsUsedUp`. Its cost is worked out before it runs, with a stated
        maximum where Square gives none; more accounts, groups or pages than that could make it ask for ever. A write
        never follows from an answer, and goes through.
        """
        if not call.addressable:
            raise NotFound(call.endpoint.name)
        if call.endpoint.repeat is not Repeat.SAFE:
            self._writes = max(0, self._writes - 1)
        elif self._asked + self._writes >= self._may_ask:
            if not self._further:
                raise CallsUsedUp(call.endpoint.name)
            self._further -= 1
            self._may_ask += 1
        # Counted before it is sent, so that what is asked at the same time counts too, shared or not.
        self._asked += 1
        steps = self._square.steps
        if steps.active:
            await steps.step(self.holder)
        try:
            return await self._square.send(
                self.tenant,
                call,
                self.deadline,
                self.usage,
                fresh=self.fresh,
                decoders=self.decoders,
                charged=self._charged,
            )
        finally:
            if steps.active:
                await steps.step(self.holder)
