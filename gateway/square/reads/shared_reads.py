"""A read joins an identical one that is under way, of the same token or, of reference data, of the same access."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Hashable
from functools import partial
from typing import Any, TypeVar

from gateway.square.clock import Timing
from gateway.square.endpoint import Call
from gateway.square.errors import SquareError, UpstreamTimeout
from gateway.square.policies.in_flight import Flights
from gateway.square.policies.tenant_state import TenantState
from gateway.square.reads.decode_turns import DecodeTurns
from gateway.square.reads.reference import Reference
from gateway.square.reads.reference_cache import copied
from gateway.square.response import Answer
from gateway.square.usage import Usage
from gateway.tenant import Tenant

T = TypeVar("T")
Ask = Callable[[], Coroutine[Any, Any, Answer[T]]]


class _NotOurs(Exception):
    """A read that another token had begun has failed: whatever is wrong may be wrong with that token alone."""


class SharedReads:
    """The reads of one host."""

    def __init__(self, reference: Reference, decode: DecodeTurns, timing: Timing, total: Usage) -> None:
        """What is shared is added to the `total` as well."""
        self._reference = reference
        self._decode = decode
        self._timing = timing
        self._total = total

    async def read(  # noqa: PLR0917 - what the client has
        self,
        tenant: Tenant,
        state: TenantState,
        call: Call[T],
        deadline: float,
        usage: Usage,
        ask: Ask[T],
        decode: Callable[[bytes], Any] | None,
        *,
        fresh: bool,
    ) -> Answer[T]:
        """The answer of a read that is under way, or to `ask`; a `fresh` one joins none. Raises `SquareError`.

        `decode` reads the bytes of an answer that another operation has asked for.
        """
        flights = state.flights
        key: Hashable = call.key
        if self._reference.keeps(call):
            ask = partial(self._reference.ask, tenant, call, deadline, usage, ask, fresh=fresh)
            flights, key = self._reference.place(tenant, state, call)
        if fresh:
            flights.leave_behind(key)
        try:
            return await self._share(flights, key, tenant, call, deadline, usage, ask, decode)
        except _NotOurs:
            return await self._share(state.flights, key, tenant, call, deadline, usage, ask, decode)

    async def _share(  # noqa: PLR0917 - what `read` has
        self,
        flights: Flights[Answer[Any]],
        key: Hashable,
        tenant: Tenant,
        call: Call[T],
        deadline: float,
        usage: Usage,
        ask: Ask[T],
        decode: Callable[[bytes], Any] | None,
    ) -> Answer[T]:
        theirs = flights.joinable(key)
        try:
            answer: Answer[T] = await flights.join(key, deadline, ask, tenant.key)
        except SquareError as error:
            if theirs is None:
                raise
            if theirs.by != tenant.key:
                raise _NotOurs from None
            # When it was the other operation that ran out of time, this one goes on by itself.
            if not isinstance(error, UpstreamTimeout) or not theirs.deadline <= self._timing.now() < deadline:
                raise
            return await self._share(flights, key, tenant, call, deadline, usage, ask, decode)
        if theirs is None:
            return answer
        usage.coalesced += 1
        self._total.coalesced += 1
        # Decoded again: loaders write into what they get, but into nothing that is remembered.
        if answer.until is not None or answer.body is None:
            return copied(answer)
        body = answer.body.again(call.endpoint.name, decode)
        return await self._decode.answer(call, body, again=True)
