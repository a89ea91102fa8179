"""Who a caller is to Square: a seller, seen by one application. What outlives a token goes by it. No I/O.

How it is learnt is in `gateway.square.identities`. It does not say what a token may do: of two tokens of one identity
one may lack a permission, so anything shared between them must be checked for that as well.
"""

from __future__ import annotations

from dataclasses import InitVar, dataclass, field

from gateway.keys import Keys


@dataclass(frozen=True, slots=True)
class Identity:
    """One seller as one application sees it, in one environment and one version of Square's API.

    `key` is the same for every token of the two, and on every replica that has the same secret.
    """

    environment: str
    merchant: str
    application: str
    version: str
    keys: InitVar[Keys]
    key: str = field(init=False)

    def __post_init__(self, keys: Keys) -> None:
        """Work out the key."""
        key = keys.name("identity", self.environment, self.merchant, self.application, self.version)
        object.__setattr__(self, "key", key)
