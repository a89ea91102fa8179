"""Who is calling: the identity that every cache, loader, lock and topic begins with. No I/O."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

# Digests of tokens are keyed per process, so that a digest in a log cannot be tested against guesses.
_PROCESS_KEY = secrets.token_bytes(32)


@dataclass(frozen=True, slots=True)
class Tenant:
    """One caller towards Square: its token, the environment and the Square version it speaks."""

    token: str = field(repr=False)
    environment: str
    version: str
    key: str = field(init=False)

    def __post_init__(self) -> None:
        """Work out `key`, the name under which anything of this tenant may be kept in this process."""
        identity = "\x00".join((self.token, self.environment, self.version))
        digest = hmac.new(_PROCESS_KEY, identity.encode(), hashlib.sha256).hexdigest()
        object.__setattr__(self, "key", digest[:32])

    @property
    def secret(self) -> bytes:
        """A key derived from the token, the same in every process: it signs this tenant's cursors."""
        return hashlib.sha256(b"cursor\x00" + self.token.encode()).digest()
