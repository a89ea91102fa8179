"""Who is calling: an HTTP request or a WebSocket's opening becomes a Caller, or a refusal. Writes no answers.

Only the `Authorization` header is read (on a WebSocket what its opening says in place of it): never the URL, a cookie,
the body, or a header that would choose Square's host or version. Those come from the settings, so that no caller can
send a token elsewhere. A caller that fails to identify is refused, and never falls back to the gateway's own token.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from multidict import CIMultiDictProxy

from gateway.keys import Keys
from gateway.server.http.cors import names_this_machine
from gateway.server.http.rejection import Refused
from gateway.settings import Settings
from gateway.settings.checks import is_word
from gateway.tenant import Tenant

if TYPE_CHECKING:
    from gateway.server.auth.jwt import JwtCallers

# Square's tokens are far shorter. A JWT may fill a header.
MAX_TOKEN = 2048
# A socket or stream ends after a month at the latest: clocks of event loops do not reach as far as a claim may.
MAX_SECONDS = 30 * 24 * 3600.0


class Unauthorized(Exception):
    """The request does not say who is calling, or not in an accepted form. Why is not said: it would help to guess."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom a request acts for, and until when that is settled, in seconds since 1970."""

    tenant: Tenant
    expires: float | None = None
    # Whether it may read the schema and nothing else: a router that acts for nobody.
    only_schema: bool = False

    @property
    def seconds(self) -> float | None:
        """For how long that is still settled; None for good."""
        return None if self.expires is None else min(max(0.0, self.expires - time.time()), MAX_SECONDS)


class Shown:
    """What a connection has shown last, with the caller that it stands for: most clients show the same each time.

    It is gone with the connection, so that nothing holds a token whose client has left.
    """

    __slots__ = ("caller", "header")

    def __init__(self) -> None:
        """Nothing is shown yet."""
        self.header: str | None = None
        self.caller: Caller | None = None

    def again(self, header: str | None) -> Caller | None:
        """The caller, if this header is the same as before; None if it is another, or the first."""
        if self.caller is None or header is None or self.header is None:
            return self.caller if header is self.header else None
        # Behind a proxy it may have been another's: the time taken must not tell how much of it is the same.
        same = hmac.compare_digest(_as_sent(header), _as_sent(self.header))
        return self.caller if same else None


class Authenticator:
    """Turns the headers of a request into the tenant it acts for."""

    def __init__(self, settings: Settings) -> None:
        """Read from the settings who may call, and with which token Square is asked."""
        self._mode = settings.auth
        self._one_machine = settings.auth == "none" and settings.loopback
        self._environment = settings.environment
        self._version = settings.square_version
        self._keys = Keys(settings.gateway_secret)
        self._own = self._tenant(settings.token)
        # Each caller with a key or a token of its own has its own share of what they hold together.
        self._callers = {self._digest(key): self._own.called_by(key) for key in settings.gateway_api_keys}
        self._jwt = _jwt_callers(settings) if self._mode == "jwt" else None
        # With no token: whatever it asked of Square would be refused there.
        self.router = Caller(self._tenant("").called_by("router"), only_schema=True)

    async def identify(self, headers: Mapping[str, str], shown: Shown | None = None) -> Caller:
        """The caller of a request. Raises `Unauthorized`, or `Refused` when that cannot be found out now.

        `shown` is what its connection has shown before.

        Callers with a JWT all act for the gateway's own seller, so that whatever is kept for one of them
        is right for all of them.
        """
        self.check_host(headers)
        if self._jwt is None:
            header = headers.get("Authorization")
            found = None if shown is None else shown.again(header)
            if found is None:
                found = Caller(self.tenant(headers))
                if shown is not None:
                    shown.header, shown.caller = header, found
            return found
        verified = await self._jwt.verify(_bearer(headers.get("Authorization")))
        return Caller(self._own.called_by(verified.subject), verified.expires)

    def check_host(self, headers: Mapping[str, str]) -> None:
        """Raise `Refused` for a request to a foreign name, where being on this machine is all a caller needs.

        A website can let its name point to this machine; to the browser, its pages and the gateway are one site then.
        """
        if self._one_machine and not names_this_machine(headers.get("Host", "")):
            raise Refused(403, "Call the gateway as localhost or 127.0.0.1: it is for this machine only.")

    def tenant(self, headers: Mapping[str, str]) -> Tenant:
        """The tenant of a request, unless callers bring a JWT, which `identify` checks. Raises `Unauthorized`."""
        header = headers.get("Authorization")
        if self._mode == "none" and (header is None or self._environment != "emulator"):
            return self._own
        token = _bearer(header)
        if len(token) > MAX_TOKEN:
            raise Unauthorized
        if self._mode == "jwt":
            raise Unauthorized
        if self._mode == "key":
            return self._of_key(token)
        return self._tenant(token)

    def _of_key(self, key: str) -> Tenant:
        shown = self._digest(key)
        # Every key is compared, so that the time taken does not tell which one was close.
        if not any([hmac.compare_digest(shown, known) for known in self._callers]):  # noqa: C419
            raise Unauthorized
        return self._callers[shown]

    def _digest(self, key: str) -> bytes:
        """All digests have one length, so that comparing them does not tell the length of a key."""
        return self._keys.digest("api key", key)

    def _tenant(self, token: str) -> Tenant:
        return Tenant(token, self._environment, self._version, keys=self._keys)


def given(headers: CIMultiDictProxy[str], introduced: Sequence[str] = ()) -> str | None:
    """The one authorization that a client gives, in its headers and where it is `introduced`; None without any.

    Raises `Unauthorized` for two headers, as a proxy on the way may have read the other one, and for two that differ.
    """
    sent = headers.getall("Authorization", [])
    everything = [*sent, *introduced]
    if len(sent) > 1 or any(each != everything[0] for each in everything):
        raise Unauthorized
    return everything[0] if everything else None


async def caller(authenticator: Authenticator, headers: CIMultiDictProxy[str], authorization: str | None) -> Caller:
    """The caller with this authorization. Raises `Unauthorized`, or `Refused` when that cannot be found out now."""
    return await authenticator.identify(
        {
            "Host": headers.get("Host", ""),
            **({} if authorization is None else {"Authorization": authorization}),
        }
    )


async def identify(
    authenticator: Authenticator,
    headers: CIMultiDictProxy[str],
    *,
    from_router: bool = False,
    shown: Shown | None = None,
) -> Caller:
    """The caller of an HTTP request, or the 401 that says how to tell who is calling.

    A request that is `from_router` and names no caller is the router's own. `shown` is what its connection has shown.
    """
    try:
        given(headers)
        return await authenticator.identify(headers, shown)
    except Unauthorized:
        if from_router and "Authorization" not in headers:
            return authenticator.router
        raise unauthorized() from None


def unauthorized() -> Refused:
    """The refusal of a request that does not say who is calling."""
    return Refused(
        401,
        "Send a valid access token as `Authorization: Bearer TOKEN`.",
        headers={"WWW-Authenticate": 'Bearer realm="graphql"'},
    )


def _as_sent(header: str) -> bytes:
    return header.encode(errors="surrogateescape")


def _bearer(header: str | None) -> str:
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not is_word(token):
        raise Unauthorized
    return token


def _jwt_callers(settings: Settings) -> JwtCallers:
    from gateway.server.auth.jwt import JwtCallers  # noqa: PLC0415 - needed for them only, and it needs Unauthorized

    return JwtCallers.of(settings)
