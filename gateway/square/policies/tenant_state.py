"""What is remembered of each token between calls, and for how long.

Tokens of one seller and application share a limiter, once it is known that they are; two sellers share nothing.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gateway.fairness.fair_share import Holder
from gateway.square.clock import Timing
from gateway.square.policies.breaker import Breaker
from gateway.square.policies.call_budget import Budget
from gateway.square.policies.in_flight import Flights
from gateway.square.policies.limiter import Limiter
from gateway.square.policies.limiters import Limiters
from gateway.square.policies.retry_budget import Allowance
from gateway.square.response import Answer
from gateway.tenant import Tenant

# A tenant that has not called for this many seconds is forgotten; so are the longest silent of too many.
FORGOTTEN_AFTER = 600.0
REMEMBERED = 10_000
# Callers whose tokens Square has taken, of whom that is remembered.
REMEMBERED_CALLERS = 100_000
# Callers of one tenant whose retries are counted apart.
CALLERS = 1000


class TenantState:
    """The policies of one token."""

    def __init__(self, timing: Timing, budget: Budget, limiter: Limiter) -> None:
        self.limiter = limiter
        # The name of the identity whose limiter that is; None while it is the token's own.
        self.identity: str | None = None
        # When its identity may be asked for (again), where it is shared among processes.
        self.identify_at = float("-inf")
        self.breaker = Breaker(timing, budget)
        self._timing = timing
        self._retry_share = budget.retry_share * budget.caller_share
        self._allowances: OrderedDict[str, Allowance] = OrderedDict()
        self.flights: Flights[Answer[Any]] = Flights()
        self.used = timing.now()
        self._writes = 0

    @property
    def idle(self) -> bool:
        """Whether nothing of this tenant is under way or held back."""
        return self.limiter.idle and not self.flights and not self._writes

    def allowance(self, caller: str) -> Allowance:
        """The retries of one of those who act for the tenant: not all that everybody has together."""
        allowance = self._allowances.get(caller)
        if allowance is None:
            allowance = self._allowances[caller] = Allowance(self._timing, self._retry_share, least=3)
            if len(self._allowances) > CALLERS:
                self._allowances.popitem(last=False)
        self._allowances.move_to_end(caller)
        return allowance

    @contextmanager
    def writing(self) -> Iterator[None]:
        """For as long as a write is carried out: no later read joins one that began before its start or its end."""
        self._writes += 1
        self.flights.leave_behind()
        try:
            yield
        finally:
            self._writes -= 1
            self.flights.leave_behind()


class Tenants:
    """The tenants that called lately, the longest silent first."""

    def __init__(self, timing: Timing, budget: Budget, remembered: int = REMEMBERED_CALLERS) -> None:
        self._timing = timing
        self._budget = budget
        self._remembered = remembered
        self.limiters = Limiters(timing, budget)
        # Those that Square has not answered may all be made up: they are forgotten first.
        self._unknown: OrderedDict[str, TenantState] = OrderedDict()
        self._known: OrderedDict[str, TenantState] = OrderedDict()

    def __len__(self) -> int:
        return len(self._unknown) + len(self._known)

    def __contains__(self, key: str) -> bool:
        return key in self._unknown or key in self._known

    def find(self, key: str) -> TenantState | None:
        """The state of the tenant with this key, if there is one."""
        return self._known.get(key) or self._unknown.get(key)

    def of(self, key: str, *, known: bool = False, identity: str | None = None) -> TenantState:
        """The state of the tenant with this key; `known` tells whether Square has answered it.

        `identity` is the name of its identity, where Square has told it.
        """
        state = self._unknown.pop(key, None) or self._known.pop(key, None)
        if state is None:
            self._forget_some()
            state = TenantState(self._timing, self._budget, self.limiters.new(key))
        if identity is not None and identity != state.identity:
            self._join(state, key, identity)
        if known and state.limiter.part is not None:
            state.limiter.part.known = True
        (self._known if known else self._unknown)[key] = state
        state.used = self._timing.now()
        return state

    def identified(self, key: str, identity: str) -> None:
        """It is known now whose the token with this key is."""
        state = self.find(key)
        if state is not None and identity != state.identity:
            self._join(state, key, identity)

    def _join(self, state: TenantState, key: str, identity: str) -> None:
        state.limiter = self.limiters.identified(state.limiter, key, identity)
        state.identity = identity

    def separate(self, key: str) -> None:
        """Leave a token that Square does not take (any more) a limiter of its own: it slows down nobody else."""
        state = self.find(key)
        if state is not None and state.identity is not None:
            state.identity = None
            own = self.limiters.new(key)
            own.hold_back(state.limiter.pause)
            state.limiter = own

    def _forget_some(self) -> None:
        """Forget up to two tenants for every new one, so that no call ever waits for a long clearing."""
        for states in (self._unknown, self._known):
            for _ in range(2):
                if not states:
                    break
                key, state = next(iter(states.items()))
                silent = self._timing.now() - state.used > FORGOTTEN_AFTER
                if not silent and len(self) < self._remembered:
                    break
                if state.idle:
                    del states[key]
                else:
                    states.move_to_end(key)


class Callers:
    """The callers whose tokens Square has taken. What anybody can make up by the thousand is not among them."""

    def __init__(self, remembered: int = REMEMBERED_CALLERS) -> None:
        """None is known."""
        self._remembered = remembered
        self._answered: OrderedDict[str, None] = OrderedDict()

    def holder(self, tenant: Tenant) -> Holder:
        """As whom a caller shares limits: one whom the gateway itself has identified is known as well."""
        return Holder(tenant.caller, tenant.vouched or tenant.key in self._answered)

    def answered(self, tenant: Tenant) -> None:
        """Square has taken the tenant's token."""
        self._answered[tenant.key] = None
        self._answered.move_to_end(tenant.key)
        if len(self._answered) > self._remembered:
            self._answered.popitem(last=False)

    def refused(self, tenant: Tenant) -> None:
        """Square does not take the tenant's token (any more)."""
        self._answered.pop(tenant.key, None)
