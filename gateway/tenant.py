"""Who is calling: the token that Square is asked with, and the names under which anything is kept for it. No I/O."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from gateway.identity import Identity
from gateway.keys import PROCESS_KEYS, Keys


@dataclass(frozen=True, slots=True)
class Tenant:
    """One caller towards Square: its token, the environment and the Square version it speaks.

    `key` names the token. What must not be shared between two tokens goes by it: limits, circuit breaker, requests
    in flight. `caller` names who asks, for fair shares of what all callers use.
    """

    token: str = field(repr=False)
    environment: str
    version: str
    # The name of the one who asks, where several callers act for one tenant.
    caller: str = ""
    # Whether the gateway itself knows the caller, and does not leave that to Square.
    vouched: bool = False
    keys: Keys = field(default=PROCESS_KEYS, repr=False, compare=False)
    key: str = field(init=False)

    def __post_init__(self) -> None:
        """Work out `key`."""
        object.__setattr__(self, "key", self.keys.name("token", self.token, self.environment, self.version))
        # Of a caller with a token of its own that says all.
        object.__setattr__(self, "caller", self.caller or self.key)

    def called_by(self, credential: str) -> Tenant:
        """This tenant as one caller acts for it, whom the gateway has identified by something secret or signed."""
        return replace(self, caller=self.keys.name("caller", credential), vouched=True)

    def identity(self, merchant: str, application: str) -> Identity:
        """Who this tenant is, given whose token it has."""
        return Identity(self.environment, merchant, application, self.version, self.keys)
