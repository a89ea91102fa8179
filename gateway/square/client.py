"""The only place that talks to Square: a call passes the chain of policies and comes back as a value.

    TenantSquare.send      one operation's view: its deadline, what it has used, and what is remembered
    Square.send            a read joins an identical one under way; a write is carried out to its end
      persist              again when that is allowed and there is time
        limiter            in the tenant's turn
          breakers         unless the tenant keeps failing or the host cannot be reached
            exchange       one request, one answer
        answer_to          JSON to types, about what was asked for, or one `SquareError`

Knows nothing of GraphQL. Whether a call may be sent twice is the row's and `retry.py`'s business.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any, Protocol, TypeVar

from gateway.fairness.fair_share import Holder
from gateway.identity import Identity
from gateway.square.clock import Timing
from gateway.square.endpoint import Call, Repeat
from gateway.square.errors import (
    CallsUsedUp,
    NotFound,
    NotSent,
    SquareError,
    TooLate,
    Unauthenticated,
)
from gateway.square.exchange import Exchange
from gateway.square.identities import Identities
from gateway.square.policies.breaker import Breaker, seen_by_all
from gateway.square.policies.call_budget import Budget
from gateway.square.policies.keys_in_use import KeysInUse, KeyUse
from gateway.square.policies.pending_writes import Writes
from gateway.square.policies.retry import persist
from gateway.square.policies.retry_budget import Allowance
from gateway.square.policies.tenant_state import Callers, Tenants, TenantState
from gateway.square.reads.decode_turns import DecodeTurns
from gateway.square.reads.reference import Reference
from gateway.square.reads.reference_cache import ReferenceCache
from gateway.square.reads.shared_reads import SharedReads
from gateway.square.response import Answer
from gateway.square.usage import CallUsage, Usage
from gateway.tenant import Tenant

T = TypeVar("T")


class Sender(Protocol):
    """Whatever can send a call for one tenant."""

    async def send(self, call: Call[T]) -> T:
        """Answer the call, or raise `SquareError`."""
        ...


class Square:
    """One of Square's hosts, as all tenants share it."""

    def __init__(
        self,
        base_url: str,
        *,
        budget: Budget | None = None,
        timing: Timing | None = None,
        observe: Callable[[str, str, float], None] = lambda operation, outcome, seconds: None,
        remember: float = 0.0,
        merchant: str | None = None,
    ) -> None:
        """`base_url` is the scheme and host, as https://connect.squareup.com; nothing is opened yet.

        `observe` is told of every request: Square's operation, what came of it, and the seconds it took. Reference data
        is remembered for `remember` seconds. `merchant` is the seller of every token, where Square does not tell it.
        """
        self._observe = observe
        self.budget = budget or Budget()
        self.timing = timing or Timing()
        self.tenants = Tenants(self.timing, self.budget)
        self.writes = Writes()
        self.callers = Callers()
        self.keys = KeysInUse()
        self._decode = DecodeTurns()
        self._exchange = Exchange(base_url, self.budget, self.timing, self.callers)
        self._breaker = Breaker(self.timing, self.budget, seen_by_all)
        self._allowance = Allowance(self.timing, self.budget.retry_share, least=10)
        self.identities = Identities(
            self._exchange, self.tenants, self._breaker, self.callers, self.budget, self.timing, self._observe
        )
        cache = ReferenceCache(self.timing, remember)
        self.reference = Reference(cache, self.identities, self.callers, self.timing, merchant)
        self._reads = SharedReads(self.reference, self._decode, self.timing)

    async def open(self) -> None:
        """Open the pool of connections; needs a running event loop."""
        self._exchange.open()

    async def close(self) -> None:
        """Wait for the writes under way, each of which has a deadline, then close every connection."""
        await self.writes.finished()
        await self._exchange.close()

    @property
    def circuit_open(self) -> bool:
        """Whether the host could so often not be reached that it is left alone for a while."""
        return self._breaker.open

    def deadline(self) -> float:
        """When an operation that begins now must be over, on this gateway's own clock."""
        return self.timing.now() + self.budget.operation

    async def send(self, tenant: Tenant, call: Call[T], deadline: float, usage: Usage, *, fresh: bool = False) -> T:
        """Send one call as `tenant` and decode its answer; a `fresh` read joins none. Raises `SquareError`."""
        state = self.tenants.of(tenant.key, known=self.callers.holder(tenant).known)
        ask = partial(self._persist, tenant, state, call, deadline, usage)
        try:
            if call.endpoint.repeat is Repeat.SAFE:
                return usage.got(await self._reads.read(tenant, state, call, deadline, usage, ask, fresh=fresh))
            written = self._written(tenant, state, call, deadline, ask)
            return usage.got(await self.writes.carry_out(call.endpoint.name, written))
        except SquareError as error:
            usage.failed()
            self.reference.failed(tenant, call, error)
            if isinstance(error, Unauthenticated):
                # What is being read may no longer be shown. The breaker, the limit and the pause are not the token's.
                self.callers.refused(tenant)
                self.identities.forget(tenant)
                state.flights.leave_behind()
            raise

    async def _written(
        self,
        tenant: Tenant,
        state: TenantState,
        call: Call[T],
        deadline: float,
        ask: Callable[[], Awaitable[Answer[T]]],
    ) -> Answer[T]:
        """The answer to a write. What is read from now on, and what is read after it, is asked of Square again."""
        with state.writing():
            async with self.reference.writing(tenant, call.endpoint.evicts, deadline):
                return await ask()

    async def _persist(
        self, tenant: Tenant, state: TenantState, call: Call[T], deadline: float, usage: Usage
    ) -> Answer[T]:
        return await persist(
            call,
            partial(self._attempt, tenant, state, call, deadline, CallUsage(usage)),
            deadline=deadline,
            budget=self.budget,
            allowances=(state.allowance(tenant.caller), self._allowance),
            timing=self.timing,
        )

    async def _attempt(  # noqa: PLR0917 - what one request takes
        self, tenant: Tenant, state: TenantState, call: Call[T], deadline: float, requests: CallUsage, fresh: bool
    ) -> Answer[T]:
        endpoint = call.endpoint
        if deadline <= self.timing.now():
            raise TooLate(endpoint.name)
        # Asked before waiting for a turn, and once more when it has come.
        state.breaker.check(endpoint.name)
        self._breaker.check(endpoint.name)
        exchange = partial(self._observed, tenant, call, deadline, requests, fresh)
        for_host = partial(self._breaker.run, endpoint.name, exchange)
        for_tenant = partial(state.breaker.run, endpoint.name, for_host)
        body = await state.limiter.run(endpoint.name, deadline, for_tenant, self.callers.holder(tenant))
        return await self._decode.answer(call, body)

    async def _observed(
        self, tenant: Tenant, call: Call[Any], deadline: float, requests: CallUsage, fresh: bool
    ) -> Any:
        began, outcome = self.timing.now(), "Cancelled"
        try:
            body = await self._exchange.send(tenant, call, deadline, fresh=fresh, goes_out=requests.goes_out)
            self.callers.answered(tenant)
            self.reference.answered(tenant, call)
            outcome = "ok"
        except SquareError as error:
            outcome = type(error).__name__
            if isinstance(error, NotSent):
                requests.never_left()
            raise
        finally:
            self._observe(call.endpoint.name, outcome, self.timing.now() - began)
        return body


class TenantSquare:
    """Square as one operation of a tenant sees it: what loaders and resolvers send through.

    Made when the operation begins, as its time runs from there.
    """

    def __init__(self, square: Square, tenant: Tenant, *, fresh: bool = False) -> None:
        """A `fresh` one is shown nothing that is remembered, nor what others are reading already."""
        self._square = square
        self.fresh = fresh
        self.tenant = tenant
        self.deadline = square.deadline()
        self.usage = Usage()
        self._asked = 0
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

    def using(self, call: Call[Any]) -> AbstractContextManager[KeyUse]:
        """While a write is carried out: whether another one has its idempotency key at the same time."""
        key = (call.body or {}).get("idempotency_key")
        return nullcontext(KeyUse()) if key is None else self._square.keys.use(self.tenant.key, call.endpoint.name, key)

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
        return None if answer is None else self.usage.recalled(answer)

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
        return await self._square.send(self.tenant, call, self.deadline, self.usage, fresh=self.fresh)


__all__ = ["Budget", "Sender", "Square", "SquareError", "TenantSquare", "Usage"]
