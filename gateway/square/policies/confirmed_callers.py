"""Which callers Square has answered. Whatever anybody may make up by the thousand is not among them. No I/O."""

from __future__ import annotations

from collections import OrderedDict

from gateway.fairness.fair_share import Holder
from gateway.tenant import Tenant

REMEMBERED = 100_000


class Callers:
    """The callers whose tokens Square took for good, and for how many of them that is remembered."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
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
