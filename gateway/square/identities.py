"""Which seller and application a token is for: asked of Square when something first needs it, then kept for a while.

Square tells it for any token of its own, without a permission (RetrieveTokenStatus), in a request that is part of no
operation: it is not in `Usage`, not planned, not sent again, and has a short deadline of its own. It waits its turn
like every request of the tenant, and is not sent while a circuit breaker or a pause holds the tenant back, unless it is
to prove a token: those who follow changes have not caused that. Its outcome is not reported to them: a proxy may let
Square's API through and not this. Whatever goes wrong with it, a 401 included, the identity stays unknown for a while
and nothing is shared. What another process has been told, which shares its memory, is not asked again.
https://developer.squareup.com/reference/square/o-auth-api/retrieve-token-status
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from gateway.fairness.fair_cache import FairCache
from gateway.identity import Access, Identity
from gateway.square.clock import Timing, seconds_since_1970
from gateway.square.endpoint import Endpoint, Nothing, Repeat
from gateway.square.errors import BadResponse, RateLimited, SquareError, TooLate, Unauthenticated
from gateway.square.exchange import Exchange
from gateway.square.policies.breaker import Breaker
from gateway.square.policies.call_budget import Budget
from gateway.square.policies.in_flight import Flights
from gateway.square.policies.tenant_state import Callers, Tenants
from gateway.tenant import Tenant

if TYPE_CHECKING:
    from gateway.square.shared.identities import SharedIdentities

# Not among the areas' rows: no field of the graph makes this call.
RETRIEVE_TOKEN_STATUS = Endpoint(
    "RetrieveTokenStatus", "POST", "/oauth2/token/status", Nothing, under="", repeat=Repeat.SAFE, scope=""
)
# Seconds that an identity is known, at most; the token may end earlier.
MAX_LIFE = 3600.0
# Seconds until an identity that was not told is asked for again.
RETRY_AFTER = 30.0
REMEMBERED = 10_000
_ID = re.compile(r"[\x21-\x7e]{1,255}")

log = logging.getLogger(__name__)


class _NotTold(Exception):
    """Square did not tell. No `SquareError`, as the limiter slows the tenant down for some of those."""


class _NotTaken(_NotTold):
    """Square does not take the token."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a token, and until when on this gateway's clock."""

    access: Access | None
    until: float

    @property
    def identity(self) -> Identity | None:
        return None if self.access is None else self.access.identity


class Identities:
    """The identities of the tokens that were used lately, by `Tenant.key`. No token is kept."""

    def __init__(  # noqa: PLR0917 - the parts of one client
        self,
        exchange: Exchange,
        tenants: Tenants,
        host: Breaker,
        callers: Callers,
        budget: Budget,
        timing: Timing,
        observe: Callable[[str, str, float], None],
        shared: SharedIdentities | None = None,
    ) -> None:
        """`host` is the breaker of all tenants; `observe` is told of every request; `shared` is for all processes."""
        self._exchange = exchange
        self._tenants = tenants
        self._host = host
        self._callers = callers
        self._budget = budget
        self._timing = timing
        self._observe = observe
        self._shared = shared
        self._known: FairCache[_Known] = FairCache(REMEMBERED)
        self._flights: Flights[Access | None] = Flights()
        self._recalls: Flights[Access | None] = Flights()
        # The latest sellers whose tokens were used.
        self._merchants: dict[str, None] = {}
        # The requests under way whose answers will be kept.
        self._asking: dict[str, object] = {}

    def known(self, tenant: Tenant) -> Identity | None:
        """Who a tenant is, if that is known already."""
        known = self._current(tenant)
        return None if known is None else known.identity

    async def of(self, tenant: Tenant) -> Identity | None:
        """Who a tenant is; None while Square does not tell. Those who ask at the same time share one request."""
        access = await self.access(tenant)
        return None if access is None else access.identity

    def known_access(self, tenant: Tenant) -> Access | None:
        """Who a tenant is and what its token may do, if that is known already."""
        known = self._current(tenant)
        return None if known is None else known.access

    async def access(self, tenant: Tenant) -> Access | None:
        """Who a tenant is and what its token may do; None while Square does not tell."""
        known = self._current(tenant)
        if known is not None:
            return known.access
        return await self._flights.join(tenant.key, self._deadline(), partial(self._learn, tenant))

    async def recalled(self, tenant: Tenant) -> Access | None:
        """Who a tenant is and what its token may do, if this process or another knows it. Asks nothing of Square."""
        known = self._current(tenant)
        if known is not None or self._shared is None:
            return None if known is None else known.access
        return await self._recalls.join(tenant.key, self._deadline(), partial(self._recall, self._shared, tenant))

    async def afresh(self, tenant: Tenant, *, proof: bool = False) -> Access | None:
        """The same as Square says it now, whatever is known; None when Square does not tell.

        A `proof` is asked for although the tenant's other requests are held back. Raises `Unauthenticated` when Square
        does not take the token.
        """
        try:
            known = await self._asked(tenant, proof=proof)
        except _NotTaken:
            self.forget(tenant)
            raise Unauthenticated(RETRIEVE_TOKEN_STATUS.name) from None
        except (SquareError, _NotTold):
            return None
        self._keep(tenant, known)
        return known.access

    def met(self, merchant: str) -> bool:
        """Whether a token of this seller was used lately."""
        return merchant in self._merchants

    def forget(self, tenant: Tenant) -> None:
        """Drop what any process knows of a token that Square refused, and what is just being learnt of it."""
        if self._shared is not None:
            self._shared.refused(tenant, self.known_access(tenant))
        self.drop(tenant.key)

    def drop(self, token: str) -> None:
        """Drop what this process knows of a token that was refused, by the key of its tenant."""
        self._known.discard(token)
        self._asking.pop(token, None)
        self._flights.leave_behind(token)
        self._recalls.leave_behind(token)

    def _current(self, tenant: Tenant) -> _Known | None:
        known = self._known.get(tenant.key, self._callers.holder(tenant))
        return known if known is not None and self._timing.now() < known.until else None

    def _deadline(self) -> float:
        return self._timing.now() + self._budget.identity

    async def _learn(self, tenant: Tenant) -> Access | None:
        mine = self._asking[tenant.key] = object()
        try:
            found = None if self._shared is None else await self._told(self._shared, tenant)
            known = found or await self._ask(tenant)
            if self._asking.get(tenant.key) is mine:
                self._keep(tenant, known, told=found is not None)
        finally:
            if self._asking.get(tenant.key) is mine:
                del self._asking[tenant.key]
        return known.access

    async def _recall(self, shared: SharedIdentities, tenant: Tenant) -> Access | None:
        mine = self._recalls.joinable(tenant.key)
        found = await self._told(shared, tenant)
        # Refused in the meantime, it is left behind.
        if found is None or self._recalls.joinable(tenant.key) is not mine:
            return None
        self._keep(tenant, found, told=True)
        return found.access

    def _keep(self, tenant: Tenant, known: _Known, *, told: bool = False) -> None:
        """Keep what is known, for other processes too unless it is from them."""
        self._known.put(tenant.key, known, self._callers.holder(tenant))
        if self._shared is not None and not told and known.access is not None:
            self._shared.put(tenant, known.access, known.until - self._timing.now())

    async def _told(self, shared: SharedIdentities, tenant: Tenant) -> _Known | None:
        """What another process knows."""
        found = await shared.get(tenant)
        if found is None:
            return None
        self._meet(found.access.identity.merchant)
        return _Known(found.access, self._timing.now() + min(MAX_LIFE, found.seconds))

    async def _ask(self, tenant: Tenant) -> _Known:
        try:
            return await self._asked(tenant)
        except (SquareError, _NotTold) as error:
            # The text of such an error has names of Square's and ours, never a body.
            log.info("The identity of a token stays unknown for now: %s", error)
            return _Known(None, self._timing.now() + RETRY_AFTER)

    async def _asked(self, tenant: Tenant, *, proof: bool = False) -> _Known:
        name, deadline = RETRIEVE_TOKEN_STATUS.name, self._deadline()
        holder = self._callers.holder(tenant)
        state = self._tenants.of(tenant.key, known=holder.known)
        if not proof:
            state.breaker.check(name)
        self._host.check(name)
        try:
            return await state.limiter.run(name, deadline, partial(self._send, tenant, deadline), holder)
        except (RateLimited, TooLate):
            # Not what was answered, which is no `SquareError`: its turn did not come.
            if not proof:
                raise
        return await self._send(tenant, self._deadline())

    async def _send(self, tenant: Tenant, deadline: float) -> _Known:
        began, outcome = self._timing.now(), "Cancelled"
        try:
            body = await self._exchange.send(tenant, RETRIEVE_TOKEN_STATUS(), deadline)
            known = self._read(tenant, body.json(RETRIEVE_TOKEN_STATUS.name) or {})
            outcome = "ok"
        except SquareError as error:
            outcome = type(error).__name__
            raise (_NotTaken if isinstance(error, Unauthenticated) else _NotTold)(str(error)) from None
        finally:
            self._observe(RETRIEVE_TOKEN_STATUS.name, outcome, self._timing.now() - began)
        return known

    def _read(self, tenant: Tenant, body: dict[str, Any]) -> _Known:
        """What a successful answer says. Raises `BadResponse` for one without a seller, an application or a future."""
        merchant, application, end = body.get("merchant_id"), body.get("client_id"), body.get("expires_at")
        expires = None if end in (None, "") else seconds_since_1970(end)
        life = MAX_LIFE if expires is None else min(MAX_LIFE, expires - self._timing.wall())
        if not isinstance(merchant, str) or not isinstance(application, str) or life <= 0:
            raise BadResponse(RETRIEVE_TOKEN_STATUS.name, status=200)
        if not (_ID.fullmatch(merchant) and _ID.fullmatch(application)):
            raise BadResponse(RETRIEVE_TOKEN_STATUS.name, status=200)
        self._meet(merchant)
        access = Access(tenant.identity(merchant, application), _scopes(body.get("scopes")), expires)
        return _Known(access, self._timing.now() + life)

    def _meet(self, merchant: str) -> None:
        self._merchants.pop(merchant, None)
        self._merchants[merchant] = None
        if len(self._merchants) > REMEMBERED:
            del self._merchants[next(iter(self._merchants))]


def _scopes(listed: Any) -> frozenset[str]:
    """The permissions in a list of names; whatever is none counts for nothing."""
    return frozenset(each for each in listed if isinstance(each, str)) if isinstance(listed, list) else frozenset()
