"""Who is calling: the identity that every cache, loader, lock and topic begins with. No I/O."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field, replace

# Digests of tokens are keyed per process, so that a digest in a log cannot be tested against guesses.
_PROCESS_KEY = secrets.token_bytes(32)


@dataclass(frozen=True, slots=True)
class Tenant:
    """One caller towards Square: its token, the environment and the Square version it speaks."""

    token: str = field(repr=False)
    environment: str
    version: str
    # The name of whoever asks, where several callers act for one tenant.
    caller: str = ""
    # Whether the gateway itself knows the caller, and does not leave that to Square.
    vouched: bool = False
    key: str = field(init=False)

    def __post_init__(self) -> None:
        """Work out `key`, the name under which anything of this tenant may be kept in this process."""
        identity = "\x00".join((self.token, self.environment, self.version))
        digest = hmac.new(_PROCESS_KEY, identity.encode(), hashlib.sha256).hexdigest()
        object.__setattr__(self, "key", digest[:32])
        # Of a caller with a token of its own that says all.
        object.__setattr__(self, "caller", self.caller or self.key)

    def called_by(self, credential: str) -> Tenant:
        """This tenant as one caller acts for it, whom the gateway has identified by something secret or signed."""
        digest = hmac.new(_PROCESS_KEY, b"caller\x00" + credential.encode(), hashlib.sha256).hexdigest()
        return replace(self, caller=digest[:32], vouched=True)

    @property
    def secret(self) -> bytes:
        """A key derived from the token, the same in every process: it signs this tenant's cursors."""
        return hashlib.sha256(b"cursor\x00" + self.token.encode()).digest()
