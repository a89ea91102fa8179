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
from collections.abc import Callable
from contextvars import Context
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from gateway.fairness.round_robin import RoundRobin
from gateway.square.body import Body, Decoders
from gateway.square.clock import Timing
from gateway.square.endpoint import Call, Repeat
from gateway.square.errors import SquareError, TooLate, Unauthenticated
from gateway.square.exchange import Exchange
from gateway.square.identities import RETRY_AFTER, Identities
from gateway.square.policies.breaker import Breaker, seen_by_all
from gateway.square.policies.call_budget import Budget
from gateway.square.policies.caller_limits import CallerLimits, ChargedCall
from gateway.square.policies.keys_in_use import KeysInUse
from gateway.square.policies.limiter import START
from gateway.square.policies.pending_writes import Writes
from gateway.square.policies.retry import persist
from gateway.square.policies.retry_budget import Allowance
from gateway.square.policies.tenant_state import Callers, Tenants, TenantState
from gateway.square.reads.change_numbers import Board
from gateway.square.reads.decode_turns import DecodeTurns
from gateway.square.reads.reference import Reference
from gateway.square.reads.reference_cache import ReferenceCache
from gateway.square.reads.shared_reads import SharedReads
from gateway.square.response import Answer
from gateway.square.usage import CallUsage, Usage
from gateway.tenant import Tenant

if TYPE_CHECKING:
    from gateway.square.shared.memory import SharedMemory

T = TypeVar("T")


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
        board: Board | None = None,
        shared: SharedMemory | None = None,
    ) -> None:
        """`base_url` is the scheme and host, as https://connect.squareup.com; nothing is opened yet.

        `observe` is told of every request: Square's operation, what came of it, and the seconds it took. Reference data
        is remembered for `remember` seconds. `merchant` is the seller of every token, where Square does not tell it.
        What is remembered is old for all workers that have the same `board`, and `shared` with other replicas.
        """
        self.observe = observe
        self.budget = budget or Budget()
        self.timing = timing or Timing()
        self.tenants = Tenants(self.timing, self.budget)
        self.writes = Writes()
        self.callers = Callers()
        self.keys = KeysInUse(self.timing.now)
        self.decode = DecodeTurns()
        # Whose operations go on in which turn of the event loop, while that has much to do.
        self.steps = RoundRobin()
        self.exchange = Exchange(base_url, self.budget, self.timing, self.callers)
        self.breaker = Breaker(self.timing, self.budget, seen_by_all)
        self.allowance = Allowance(self.timing, self.budget.retry_share, least=10)
        self.identities = Identities(
            self.exchange,
            self.tenants,
            self.breaker,
            self.callers,
            self.budget,
            self.timing,
            self.observe,
            None if shared is None else shared.identities,
        )
        # What each caller may ask for in a second, where that is limited.
        self.caller_limits: CallerLimits | None = None
        cache = ReferenceCache(self.timing, remember, board)
        self.reference = Reference(cache, self.identities, self.callers, self.timing, self.decode, merchant, shared)
        # What all operations and rounds for subscriptions together have used.
        self.used = Usage()
        self._reads = SharedReads(self.reference, self.decode, self.timing, self.used)
        self._shared = shared
        self._identifying: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Open the pool of connections; needs a running event loop."""
        self.exchange.open()

    async def close(self) -> None:
        """Wait for the writes under way, each of which has a deadline, then close every connection."""
        await self.writes.finished()
        await asyncio.gather(*self._identifying)
        await self.exchange.close()
        if self._shared is not None:
            await self._shared.close()

    def identify(self, tenant: Tenant, state: TenantState) -> None:
        """Find out soon who a tenant is: what processes share of its limits goes by that."""
        now = self.timing.now()
        if now >= state.identify_at:
            state.identify_at = now + RETRY_AFTER
            task = asyncio.get_running_loop().create_task(self._identify(tenant), context=Context())
            self._identifying.add(task)
            task.add_done_callback(self._identifying.discard)

    async def _identify(self, tenant: Tenant) -> None:
        identity = await self.identities.of(tenant)
        if identity is not None:
            self.tenants.identified(tenant.key, identity.key)

    def limit_callers(self, requests: float, calls: float) -> CallerLimits | None:
        """Let each caller begin so many operations, and cause so many requests, a second; 0 is no limit."""
        if requests or calls:
            now, known = self.timing.now, self.identities.known
            self.caller_limits = CallerLimits(requests, calls, now, self.callers, known)
        return self.caller_limits

    def throttle_status(self, tenant: Tenant, *, caller: bool) -> dict[str, Any]:
        """What a tenant has left of its limit towards Square now, and with `caller` what its caller has of its own.

        That is how many requests may be under way at most and how many more may begin, and the seconds of a pause.
        """
        state = self.tenants.find(tenant.key)
        if state is None:
            most = min(START, self.budget.concurrency)
            found: dict[str, Any] = {"maximumAvailable": most, "currentlyAvailable": most, "pauseSeconds": 0}
        else:
            limiter = state.limiter
            pause = limiter.pause
            found = {
                "maximumAvailable": int(limiter.limit),
                "currentlyAvailable": 0 if pause else max(0, limiter.allowed - limiter.running),
                "pauseSeconds": round(pause, 3) if pause else 0,
            }
        if caller and self.caller_limits is not None:
            found["caller"] = self.caller_limits.status(tenant)
        return found

    @property
    def circuit_open(self) -> bool:
        """Whether the host could so often not be reached that it is left alone for a while."""
        return self.breaker.open

    def deadline(self) -> float:
        """When an operation that begins now must be over, on this gateway's own clock."""
        return self.timing.now() + self.budget.operation

    async def send(
        self,
        tenant: Tenant,
        call: Call[T],
        deadline: float,
        usage: Usage,
        *,
        fresh: bool = False,
        decoders: Decoders | None = None,
        charged: bool = True,
    ) -> T:
        """Send one call as `tenant` and decode its answer; a `fresh` read joins none. Raises `SquareError`.

        `decoders` are what the operation wants of answers; one that may be remembered is for others too, and is read
        in full. A call that is not `charged` is none of its caller's.
        """
        identity = self.identities.known(tenant)
        known, name = self.callers.holder(tenant).known, None if identity is None else identity.key
        state = self.tenants.of(tenant.key, known=known, identity=name)
        decode = None if decoders is None or self.reference.keeps(call) else decoders.of(call)
        bucket = self.caller_limits.calls(tenant) if charged and self.caller_limits is not None else None
        trace, endpoint = usage.trace, call.endpoint
        traced = None if trace is None else trace.call(endpoint.name, endpoint.method, endpoint.path)
        used = self.used
        requests = CallUsage(usage, used, traced) if bucket is None else ChargedCall(usage, used, bucket, traced)
        sending = _Sending(self, tenant, state, call, deadline, requests, decode)
        outcome = "Cancelled"
        try:
            if endpoint.repeat is Repeat.SAFE:
                read = self._reads.read
                answer = await read(tenant, state, call, deadline, usage, sending.ask, decode, fresh=fresh)
            else:
                answer = await self.writes.carry_out(endpoint.name, sending.write())
            outcome = "ok"
            if traced is not None and answer.elsewhere and not traced.attempts:
                traced.cache = "redis"
            return usage.got(answer)
        except SquareError as error:
            outcome = type(error).__name__
            usage.failed()
            self.reference.failed(tenant, call, error)
            if isinstance(error, Unauthenticated):
                # What is being read may no longer be shown. The breaker and the pause are not the token's.
                self.callers.refused(tenant)
                self.identities.forget(tenant)
                self.tenants.separate(tenant.key)
                state.flights.leave_behind()
            raise
        finally:
            if trace is not None and traced is not None:
                trace.ended(traced, outcome)


class _Sending(Generic[T]):
    """One call on its way through the policies, attempt after attempt."""

    __slots__ = ("_call", "_deadline", "_decode", "_requests", "_square", "_state", "_tenant")

    def __init__(  # noqa: PLR0917 - all that an attempt takes
        self,
        square: Square,
        tenant: Tenant,
        state: TenantState,
        call: Call[T],
        deadline: float,
        requests: CallUsage,
        decode: Callable[[bytes], Any] | None,
    ) -> None:
        self._square = square
        self._tenant = tenant
        self._state = state
        self._call = call
        self._deadline = deadline
        self._requests = requests
        self._decode = decode

    async def write(self) -> Answer[T]:
        """The answer to a write. What is read from now on, and what is read after it, is asked of Square again."""
        with self._state.writing():
            async with self._square.reference.writing(self._tenant, self._call.endpoint.evicts, self._deadline):
                return await self.ask()

    async def ask(self) -> Answer[T]:
        """The answer, after as many attempts as are allowed."""
        return await persist(
            self._call,
            self._attempt,
            deadline=self._deadline,
            budget=self._square.budget,
            allowances=(self._state.allowance(self._tenant.caller), self._square.allowance),
            timing=self._square.timing,
        )

    async def _attempt(self, fresh: bool) -> Answer[T]:
        square, state, name = self._square, self._state, self._call.endpoint.name
        if self._deadline <= square.timing.now():
            raise TooLate(name)
        # Asked before waiting for a turn, and once more when it has come.
        state.breaker.check(name)
        square.breaker.check(name)
        send = partial(self._exchange, fresh)
        body = await state.limiter.run(name, self._deadline, send, square.callers.holder(self._tenant))
        return await square.decode.answer(self._call, body)

    async def _exchange(self, fresh: bool) -> Body:
        square, tenant, call = self._square, self._tenant, self._call
        name = call.endpoint.name
        with self._state.breaker.watch(name), square.breaker.watch(name):
            began, outcome = square.timing.now(), "Cancelled"
            attempt = self._requests.attempt()
            try:
                body = await square.exchange.send(
                    tenant, call, self._deadline, fresh=fresh, requests=self._requests, decode=self._decode
                )
                square.callers.answered(tenant)
                if square.tenants.limiters.sharing is not None and self._state.identity is None:
                    square.identify(tenant, self._state)
                square.reference.answered(tenant, call)
                outcome = "ok"
            except SquareError as error:
                outcome = type(error).__name__
                raise
            finally:
                square.observe(name, outcome, square.timing.now() - began)
                if attempt is not None:
                    attempt.end(outcome)
        return body


__all__ = ["Budget", "Square", "SquareError", "Usage"]
