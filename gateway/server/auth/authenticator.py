"""Who is calling: an HTTP request becomes a Tenant, or a refusal.

Only the `Authorization` header is read: never the URL, a cookie, the body, or a header that would choose
Square's host or version. Those come from the settings, so that no caller can send a token elsewhere. Whoever
fails to identify is refused, and never falls back to the gateway's own token.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.server.auth.jwt import JwtCallers
from gateway.server.auth.unauthorized import Unauthorized
from gateway.server.http.cors import names_this_machine
from gateway.server.http.rejection import Refused
from gateway.settings import TOKEN, Settings
from gateway.tenant import Tenant

# Square's tokens are far shorter. A JWT may fill a header.
MAX_TOKEN = 2048
# A socket or stream ends after a month at the latest: clocks of event loops do not reach as far as a claim may.
MAX_SECONDS = 30 * 24 * 3600.0

__all__ = ["Authenticator", "Caller", "Unauthorized"]


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom a request acts for, and until when that is settled, in seconds since 1970."""

    tenant: Tenant
    expires: float | None = None

    @property
    def seconds(self) -> float | None:
        """For how long that is still settled; None for good."""
        return None if self.expires is None else min(max(0.0, self.expires - time.time()), MAX_SECONDS)


class Authenticator:
    """Turns the headers of a request into the tenant it acts for."""

    def __init__(self, settings: Settings) -> None:
        """Read from the settings who may call, and with which token Square is asked."""
        self._mode = settings.auth
        self._one_machine = settings.auth == "none" and settings.loopback
        self._environment = settings.environment
        self._version = settings.square_version
        self._own = self._tenant(settings.token)
        # Each caller with a key or a token of its own has its own share of what they hold together.
        self._keys = {_digest(key): self._own.called_by(key) for key in settings.gateway_api_keys}
        self._jwt = JwtCallers.of(settings) if self._mode == "jwt" else None

    async def identify(self, headers: Mapping[str, str]) -> Caller:
        """The caller of a request. Raises `Unauthorized`, or `Refused` when that cannot be found out now.

        Callers with a JWT all act for the gateway's own seller, so that whatever is kept for one of them
        is right for all of them.
        """
        self.check_host(headers)
        if self._jwt is None:
            return Caller(self.tenant(headers))
        verified = await self._jwt.verify(_bearer(headers.get("Authorization")))
        return Caller(self._own.called_by(verified.subject), verified.expires)

    def check_host(self, headers: Mapping[str, str]) -> None:
        """Raise `Refused` for a request to a stranger's name, where being on this machine is all a caller needs.

        A website can let its name point to this machine; to the browser, its pages and the gateway are one site then.
        """
        if self._one_machine and not names_this_machine(headers.get("Host", "")):
            raise Refused(403, "Call the gateway as localhost or 127.0.0.1: it is for this machine only.")

    def tenant(self, headers: Mapping[str, str]) -> Tenant:
        """The tenant of a request, unless callers bring a JWT, which `identify` checks. Raises `Unauthorized`."""
        given = headers.get("Authorization")
        if self._mode == "none" and (given is None or self._environment != "emulator"):
            return self._own
        token = _bearer(given)
        if len(token) > MAX_TOKEN:
            raise Unauthorized
        if self._mode == "jwt":
            raise Unauthorized
        if self._mode == "key":
            return self._of_key(token)
        return self._tenant(token)

    def _of_key(self, key: str) -> Tenant:
        given = _digest(key)
        # Every key is compared, so that the time taken does not tell which one was close.
        if not any([hmac.compare_digest(given, known) for known in self._keys]):  # noqa: C419
            raise Unauthorized
        return self._keys[given]

    def _tenant(self, token: str) -> Tenant:
        return Tenant(token, self._environment, self._version)


def _digest(key: str) -> bytes:
    """All digests have one length, so that comparing them does not tell the length of a key."""
    return hashlib.sha256(key.encode()).digest()


def _bearer(header: str | None) -> str:
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not TOKEN.fullmatch(token):
        raise Unauthorized
    return token
