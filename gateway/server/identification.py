"""Who sent an HTTP request, or the 401 that says how to tell. A socket tells it in its own protocol."""

from __future__ import annotations

from multidict import CIMultiDictProxy

from gateway.server.auth import Authenticator, Caller, Unauthorized
from gateway.server.refusal import Refused


async def identify(authenticator: Authenticator, headers: CIMultiDictProxy[str]) -> Caller:
    """The caller of a request with these headers, of which `Authorization` may be there once."""
    try:
        if len(headers.getall("Authorization", ())) > 1:
            raise Unauthorized
        return await authenticator.identify(headers)
    except Unauthorized:
        raise Refused(
            401,
            "Send an access token as `Authorization: Bearer TOKEN`.",
            headers={"WWW-Authenticate": 'Bearer realm="graphql"'},
        ) from None
