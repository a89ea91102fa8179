"""Who a caller is to Square: a seller, seen by one application. What outlives a token goes by it. No I/O.

How it is learnt is in `gateway.square.identities`. An identity does not say what a token may do: of two tokens of one
identity one may lack a permission. What is shared between them goes by `Access`, which says both.
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


@dataclass(frozen=True, slots=True)
class Access:
    """An identity with what one of its tokens may do: Square's names of its permissions.

    `expires` is when Square ends the token, in seconds since 1970, None for never. What tokens share goes by `key`.
    """

    identity: Identity
    scopes: frozenset[str]
    expires: float | None = None

    @property
    def key(self) -> tuple[str, frozenset[str]]:
        """Two tokens with the same key may read the same, as long as both are taken."""
        return (self.identity.key, self.scopes)
