"""Who sent a request, by HTTP or on a WebSocket: the one rule for both doors. Writes no answers."""

from __future__ import annotations

from collections.abc import Sequence

from multidict import CIMultiDictProxy

from gateway.server.auth.authenticator import Authenticator, Caller, Unauthorized
from gateway.server.http.rejection import Refused


def given(headers: CIMultiDictProxy[str], introduced: Sequence[str] = ()) -> str | None:
    """The one authorization that a client gives, in its headers and where it is `introduced`; None without any.

    Raises `Unauthorized` for two headers, as a proxy on the way may have read the other one, and for two that differ.
    """
    sent = headers.getall("Authorization", [])
    if len(sent) > 1 or len({*sent, *introduced}) > 1:
        raise Unauthorized
    return next(iter((*sent, *introduced)), None)


async def caller(authenticator: Authenticator, headers: CIMultiDictProxy[str], authorization: str | None) -> Caller:
    """The caller with this authorization. Raises `Unauthorized`, or `Refused` when that cannot be found out now."""
    return await authenticator.identify(
        {
            "Host": headers.get("Host", ""),
            **({} if authorization is None else {"Authorization": authorization}),
        }
    )


async def identify(authenticator: Authenticator, headers: CIMultiDictProxy[str]) -> Caller:
    """The caller of an HTTP request, or the 401 that says how to tell who is calling."""
    try:
        return await caller(authenticator, headers, given(headers))
    except Unauthorized:
        raise Refused(
            401,
            "Send an access token as `Authorization: Bearer TOKEN`.",
            headers={"WWW-Authenticate": 'Bearer realm="graphql"'},
        ) from None
