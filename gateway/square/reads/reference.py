"""Reference data: who may be shown what is remembered, and one request for all who ask for it at the same time.

Who a caller is decides, and not its token: see `Identities`. While Square does not tell, what is remembered is each
token's own. The first such read of a token asks who it is, beside the read if Square is known to take the token.
A write makes what it changes old for every caller of the same seller, before it is sent and when it has ended.

What processes share is a second level behind the memory of each. Who is shown what is there each process decides for
itself, by what Square has told it. While it does not hear what others change, its own memory counts for nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from gateway.identity import Access
from gateway.square.body import Body
from gateway.square.clock import Timing
from gateway.square.endpoint import Call
from gateway.square.errors import Forbidden, SquareError, Unauthenticated
from gateway.square.identities import Identities
from gateway.square.policies.in_flight import Flights
from gateway.square.policies.tenant_state import Callers, TenantState
from gateway.square.reads.decode_turns import DecodeTurns
from gateway.square.reads.reference_cache import UNKNOWN, ReferenceCache
from gateway.square.response import Answer
from gateway.square.usage import Usage
from gateway.tenant import Tenant

if TYPE_CHECKING:
    from gateway.square.shared.answers import Found
    from gateway.square.shared.memory import SharedMemory

T = TypeVar("T")
Ask = Callable[[], Awaitable[Answer[T]]]

# Tokens whose own access is not worked out for every read.
MAX_OWNS = 1000


class Reference:
    """What callers of one host are shown of what is remembered."""

    def __init__(  # noqa: PLR0917 - the parts of one client
        self,
        cache: ReferenceCache,
        identities: Identities,
        callers: Callers,
        timing: Timing,
        decode: DecodeTurns,
        merchant: str | None = None,
        shared: SharedMemory | None = None,
    ) -> None:
        """`merchant` is the seller of every token, for where Square does not tell whose a token is."""
        self.cache = cache
        # Reads that were answered by what another process has kept.
        self.shared_hits = 0
        self._decode = decode
        self._shared = shared
        if shared is not None:
            shared.changes.hear(cache.evict, self._refused_elsewhere, cache.evict_all)
        self._merchant = merchant
        self.flights: Flights[Answer[Any]] = Flights()
        # What each token has for itself, as long as Square does not tell whose it is.
        self._owns: dict[str, Access] = {}
        self._identities = identities
        self._callers = callers
        self._timing = timing

    @property
    def is_shared(self) -> bool:
        """Whether processes remember together."""
        return self._shared is not None

    def keeps(self, call: Call[Any]) -> bool:
        """Whether the answer to a call can be remembered at all."""
        return bool(call.endpoint.cache and self.cache.life)

    def recall(self, tenant: Tenant, call: Call[T]) -> Answer[T] | None:
        """The answer that is remembered, for a caller who may be shown it."""
        access = self._access_shown(tenant, call) if self.keeps(call) and self._hears else None
        answer = None if access is None else self.cache.get(access, call)
        if answer is not None:
            self.cache.hits += 1
        return answer

    def place(self, tenant: Tenant, state: TenantState, call: Call[Any]) -> tuple[Flights[Answer[Any]], Hashable]:
        """Where, and under which key, a read joins an identical one: that of any token of the same access if it may.

        What was asked before a change is joined by nobody who comes after it.
        """
        access = self._known(tenant)
        key = (access.key, call.key, self.cache.change_of(access, call.endpoint.cache))
        return (self.flights if self._access_shown(tenant, call) else state.flights), key

    async def ask(
        self, tenant: Tenant, call: Call[T], deadline: float, usage: Usage, ask: Ask[T], *, fresh: bool = False
    ) -> Answer[T]:
        """Ask Square, and remember the answer for those whom it concerns. Raises `SquareError`.

        What another process has kept is asked for first; a `fresh` read is shown none of it.
        """
        began = self.cache.count
        place = None if self._shared is None else await self._place(self._shared, tenant, call)
        if place is not None and not fresh:
            answer = await self._kept_elsewhere(tenant, call, place, began)
            if answer is not None:
                usage.remembered += 1
                return answer
        self.cache.misses += 1
        learning = None
        if self._callers.holder(tenant).known:
            learning = asyncio.ensure_future(self._access(tenant, deadline))
        try:
            answer = await ask()
            access = await (learning or self._access(tenant, deadline))
        finally:
            if learning is not None:
                learning.cancel()
        kept = self.cache.put(access, call, answer, began)
        if place is not None and self._shared is not None and kept.until is not None and answer.body is not None:
            self._shared.answers.put(access, place, answer.body.content, self.cache.life_of(answer))
        return kept

    @asynccontextmanager
    async def writing(self, tenant: Tenant, evicts: Sequence[str], deadline: float) -> AsyncIterator[None]:
        """For as long as a write is carried out that changes reference data."""
        if not evicts or not self._concerns:
            yield
            return
        merchant = self._known(tenant).identity.merchant
        self._evict(merchant, evicts)
        if self._shared is not None and merchant != UNKNOWN:
            self._shared.changes.later(self._shared.changes.at(merchant, evicts))
        try:
            yield
        except Unauthenticated:
            raise
        except BaseException:
            await self._written(tenant, evicts, deadline)
            raise
        await self._written(tenant, evicts, deadline)

    def changed_elsewhere(self, merchant: str, name: str) -> None:
        """Square tells every process that data with this name has changed at a seller."""
        self.cache.evict(merchant, name)
        if self._shared is not None:
            self._shared.changes.later(self._shared.changes.at(merchant, (name,), told=False))

    def answered(self, tenant: Tenant, call: Call[Any]) -> None:
        """Square has taken a token for a call."""
        if self.cache.life:
            self.cache.taken(tenant.key, call.endpoint.scope)

    def failed(self, tenant: Tenant, call: Call[Any], error: SquareError) -> None:
        """A call has failed: refused to the token or to what it may do, nothing of that seller's is shown any more."""
        if not self._concerns or not isinstance(error, Unauthenticated | Forbidden):
            return
        scope = None if isinstance(error, Unauthenticated) else call.endpoint.scope
        self.cache.refused(tenant.key, scope)
        # For a token that Square has never taken nothing was kept, and anybody can make up thousands.
        if self._callers.holder(tenant).known or self._identities.known_access(tenant) is not None:
            identity = self._known(tenant).identity.key
            self.cache.drop(identity)
            # Of a token that is refused altogether its identity is forgotten everywhere, which tells the same.
            if self._shared is not None and scope is not None:
                self._shared.changes.later(self._shared.changes.refusal(tenant.key, scope, identity))

    def _refused_elsewhere(self, token: str, scope: str | None, identity: str) -> None:
        """Another process was told that Square does not take a token, or not for this permission."""
        self.cache.refused(token, scope)
        self.cache.drop(identity)
        if scope is None:
            self._identities.drop(token)

    @property
    def _concerns(self) -> bool:
        """Whether what changes concerns anybody: where this process remembers nothing, others may."""
        return bool(self.cache.life) or self._shared is not None

    @property
    def _hears(self) -> bool:
        """Whether this process knows what the others change."""
        return self._shared is None or self._shared.changes.current

    async def _place(self, shared: SharedMemory, tenant: Tenant, call: Call[Any]) -> Found | None:
        """What processes share of a call, if it is known for whom."""
        access = await self._identities.recalled(tenant)
        return None if access is None else await shared.answers.get(access, call)

    async def _kept_elsewhere(self, tenant: Tenant, call: Call[T], place: Found, began: int) -> Answer[T] | None:
        """The answer that another process has kept, for a caller who may be shown it."""
        access = None if place.content is None else self._access_shown(tenant, call)
        if access is None or place.content is None:
            return None
        try:
            body = Body(call.endpoint.name, place.content)
            answer = await self._decode.answer(call, body, again=True)
        except SquareError:
            return None
        self.shared_hits += 1
        answer.elsewhere = True
        return self.cache.put(access, call, answer, began, min(place.seconds, self.cache.life))

    def _access_shown(self, tenant: Tenant, call: Call[Any]) -> Access | None:
        shown = self.cache.shows(tenant.key, call.endpoint.scope)
        return self._known(tenant) if shown else None

    def _known(self, tenant: Tenant) -> Access:
        return self._identities.known_access(tenant) or self._own(tenant)

    def _own(self, tenant: Tenant) -> Access:
        """The access that a token has for itself alone, while Square does not tell whose it is."""
        own = self._owns.get(tenant.key)
        if own is None:
            if len(self._owns) >= MAX_OWNS:
                self._owns.clear()
            identity = tenant.identity(self._merchant or UNKNOWN, f"token {tenant.key}")
            own = self._owns[tenant.key] = Access(identity, frozenset())
        return own

    async def _access(self, tenant: Tenant, deadline: float) -> Access:
        try:
            async with asyncio.timeout(max(0.0, deadline - self._timing.now())):
                return await self._identities.access(tenant) or self._own(tenant)
        except TimeoutError:
            return self._own(tenant)

    async def _written(self, tenant: Tenant, evicts: Sequence[str], deadline: float) -> None:
        merchant = (await self._access(tenant, deadline)).identity.merchant
        # Of a seller whom Square does not tell it may be anybody's.
        at = None if merchant == UNKNOWN else merchant
        self._evict(at, evicts)
        if self._shared is not None:
            await self._shared.changes.now(self._shared.changes.at(at, evicts))

    def _evict(self, merchant: str | None, names: Sequence[str]) -> None:
        for name in names:
            self.cache.evict(merchant, name)
