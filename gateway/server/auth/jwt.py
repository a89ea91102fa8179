"""Callers that bring a JSON Web Token: is it the issuer's, for this audience, and still valid?

Keys come from the issuer's JWKS (RFC 7517), fetched when first needed and again when a token names a key
that is not known, but not more often than once a minute. Only asymmetric signatures are accepted, so that a
public key can never pass for a secret. Needs PyJWT, the extra `jwt`. Knows nothing of Square.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp

from gateway.server.auth.authenticator import Unauthorized
from gateway.server.http.rejection import Refused
from gateway.settings import Settings
from gateway.settings.checks import is_url, jwks_file

if TYPE_CHECKING:
    import jwt

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
LEEWAY = 30.0
REFRESH_SECONDS = 60.0
RETRY_SECONDS = 5.0
# Requests that wait while keys are fetched, which may take FETCH_SECONDS.
MAX_WAITING = 100
KEYS_LIFE = 3600.0
FETCH_SECONDS = 5.0
MAX_JWKS = 256 * 1024

_log = logging.getLogger(__name__)


class Unfetched(Exception):
    """The keys could not be had, or are none."""


@dataclass(frozen=True, slots=True)
class Verified:
    """Whose a token is, by its subject or else by the token itself, and when it expires, in seconds since 1970."""

    subject: str = field(repr=False)
    expires: float


class JwtCallers:
    """Checks tokens of one issuer."""

    def __init__(
        self,
        issuer: str,
        audience: str,
        fetch: Callable[[], Awaitable[bytes]],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`fetch` gives the JWKS as JSON, or raises `Unfetched`; `now` is a clock in seconds."""
        self._issuer = issuer
        self._audience = audience
        self._fetch = fetch
        self._now = now
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._fetched = float("-inf")
        self._next = float("-inf")
        self._lock = asyncio.Lock()
        self._waiting = 0

    @classmethod
    def of(cls, settings: Settings) -> JwtCallers:
        """As the settings say."""
        place = settings.gateway_jwt_jwks_url or ""
        return cls(settings.gateway_jwt_issuer or "", settings.gateway_jwt_audience or "", lambda: _read(place))

    async def verify(self, token: str) -> Verified:
        """Whose a valid token is, and until when it is good, its leeway included.

        Raises `Unauthorized`, or `Refused` with 503 while there are no keys to check it with.
        """
        import jwt  # noqa: PLC0415 - an extra

        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError:
            raise Unauthorized from None
        if header.get("alg") not in ALGORITHMS:
            raise Unauthorized
        key = await self._key(header)
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=list(ALGORITHMS),
                audience=self._audience,
                issuer=self._issuer,
                leeway=LEEWAY,
                options={"require": ["exp", "iss", "aud"]},
            )
            subject = claims.get("sub")
            # As PyJWT reads it: a fraction of a second does not count.
            expires = int(claims["exp"]) + LEEWAY
            return Verified(subject if isinstance(subject, str) and subject else token, expires)
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError):
            raise Unauthorized from None

    async def _key(self, header: Mapping[str, Any]) -> jwt.PyJWK:
        found = self._find(header)
        full = self._waiting >= MAX_WAITING
        if found is None or (self._now() - self._fetched > KEYS_LIFE and not full):
            await self._refresh()
            found = self._find(header)
        if found is not None:
            return found
        if not self._keys:
            raise _unchecked()
        raise Unauthorized

    def _find(self, header: Mapping[str, Any]) -> jwt.PyJWK | None:
        name = header.get("kid")
        if name is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(name) if isinstance(name, str) else None

    async def _refresh(self) -> None:
        """Fetch the keys, unless that was tried just now. Those known stay when it fails."""
        if self._now() < self._next:
            return
        if self._waiting >= MAX_WAITING:
            raise _unchecked()
        self._waiting += 1
        try:
            await self._fetch_once(self._fetched)
        finally:
            self._waiting -= 1

    async def _fetch_once(self, before: float) -> None:
        async with self._lock:
            if self._fetched != before or self._now() < self._next:
                return
            try:
                keys = signing_keys(await self._fetch())
            except Unfetched:
                self._next = self._now() + RETRY_SECONDS
                _log.warning("The keys of the callers' tokens (GATEWAY_JWT_JWKS_URL) could not be fetched")
                return
            self._keys, self._fetched = keys, self._now()
            self._next = self._fetched + REFRESH_SECONDS


def _unchecked() -> Refused:
    return Refused(503, "Access tokens cannot be checked at the moment.", headers={"Retry-After": "5"})


def signing_keys(document: bytes) -> dict[str | None, jwt.PyJWK]:
    """The public keys that sign, by their id. Raises `Unfetched` when there are none."""
    import jwt  # noqa: PLC0415 - an extra

    try:
        keys = jwt.PyJWKSet.from_json(document.decode()).keys
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
        raise Unfetched from None
    found = {key.key_id: key for key in keys if key.key_type != "oct" and key.public_key_use in (None, "sig")}
    if not found:
        raise Unfetched
    return found


async def _read(place: str) -> bytes:
    if not is_url(place):
        return _read_file(jwks_file(place))
    try:
        async with (
            asyncio.timeout(FETCH_SECONDS),
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.get(place, allow_redirects=False) as response,
        ):
            document = b""
            async for chunk in response.content.iter_any():
                document += chunk
                if len(document) > MAX_JWKS:
                    raise Unfetched
            if response.status != 200:
                raise Unfetched
            return document
    except (aiohttp.ClientError, OSError):
        raise Unfetched from None


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise Unfetched from None
