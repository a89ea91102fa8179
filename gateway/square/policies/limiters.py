"""The limiters of all tenants: one for all tokens of one seller and application, as soon as that is known of them.

Until then, and where it is never known, each token has one of its own. Keeps none that nobody uses.
"""

from __future__ import annotations

from weakref import WeakValueDictionary

from gateway.square.clock import Timing
from gateway.square.policies.call_budget import Budget
from gateway.square.policies.limiter import Limiter
from gateway.square.policies.part import Part, Sharing


class Limiters:
    """The limiters, by the names of tokens and of identities."""

    def __init__(self, timing: Timing, budget: Budget) -> None:
        """There are none."""
        self.now = timing.now
        self._timing = timing
        self._budget = budget
        self._by_name: WeakValueDictionary[str, Limiter] = WeakValueDictionary()
        # What shares them with other processes, if anything does.
        self.sharing: Sharing | None = None

    def find(self, name: str) -> Limiter | None:
        """The limiter with the name of a token or an identity, if it is there."""
        return self._by_name.get(name)

    def new(self, token: str) -> Limiter:
        """That of a token of which nothing is known."""
        part = None if self.sharing is None else Part(self.sharing)
        if part is not None:
            part.names.append(token)
        budget = self._budget
        limiter = Limiter(self._timing, budget.concurrency, share=budget.tenant_share, name=token, part=part)
        self._by_name[token] = limiter
        return limiter

    def identified(self, limiter: Limiter, token: str, identity: str) -> Limiter:
        """That of an identity, as the `limiter` of a token turns out to be one of its own."""
        found = self._by_name.get(identity)
        if found is None:
            # What it has learnt of the token it has learnt of the identity.
            self._by_name[identity] = found = limiter
            limiter.name = identity
            if limiter.part is not None:
                limiter.part.joined(limiter)
        elif found is not limiter:
            limiter.give_way(found)
            self._by_name[token] = found
            if found.part is not None and token not in found.part.names:
                found.part.names.append(token)
        return found
