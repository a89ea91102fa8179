"""Who is calling: an HTTP request becomes a Tenant, or a refusal. Does no I/O."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping

from gateway.settings import Settings
from gateway.tenant import Tenant

_TOKEN = re.compile(r"[\x21-\x7e]{1,2048}", re.ASCII)


class Unauthorized(Exception):
    """The request does not say who is calling, or not in a form that is accepted."""


class Authenticator:
    """Turns the headers of a request into the tenant it acts for."""

    def __init__(self, settings: Settings) -> None:
        """Read from the settings who may call, and with which token Square is asked."""
        self._mode = settings.auth
        self._keys = [key.encode() for key in settings.gateway_api_keys]
        self._environment = settings.environment
        self._version = settings.square_version
        self._own = self._tenant(settings.token)

    def tenant(self, headers: Mapping[str, str]) -> Tenant:
        """The tenant of a request. Raises `Unauthorized`."""
        given = headers.get("Authorization")
        if self._mode == "none" and (given is None or self._environment != "emulator"):
            return self._own
        token = _bearer(given)
        if self._mode == "key":
            if not self._known(token):
                raise Unauthorized
            return self._own
        return self._tenant(token)

    def _known(self, key: str) -> bool:
        # Every key is compared, so that the time taken does not tell which one was close.
        return any([hmac.compare_digest(key.encode(), known) for known in self._keys])  # noqa: C419

    def _tenant(self, token: str) -> Tenant:
        return Tenant(token, self._environment, self._version)


def _bearer(header: str | None) -> str:
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not _TOKEN.fullmatch(token):
        raise Unauthorized
    return token
