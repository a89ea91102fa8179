"""Who a token is: Square's RetrieveTokenStatus. It is none of the operations, and recorded apart.

https://developer.squareup.com/reference/square/o-auth-api/retrieve-token-status: no body, no scope, and one code for
every token that does not count.
"""

from __future__ import annotations

from datetime import UTC, datetime

from gateway.emulator.api.naming import Naming
from gateway.emulator.api.routes import Json
from gateway.emulator.errors import AUTHENTICATION, SquareFault
from gateway.emulator.store.tenants import Tenants

PATH = "/oauth2/token/status"


def token_status(tenants: Tenants, naming: Naming, authorization: str | None, now: datetime) -> Json:
    """The seller, application, scopes and end of the token in this Authorization header. Raises 401 UNAUTHORIZED."""
    try:
        caller = tenants.caller(authorization, now)
    except SquareFault as fault:
        detail = "This request could not be authorized."
        raise SquareFault(401, "UNAUTHORIZED", detail, category=AUTHENTICATION) from fault
    status: Json = {
        "scopes": sorted(caller.scopes),
        "client_id": caller.application_id,
        "merchant_id": naming.merchant(caller.seller_id),
    }
    if caller.expires_at is not None:
        end = datetime.fromtimestamp(caller.expires_at, UTC)
        status["expires_at"] = end.strftime("%Y-%m-%dT%H:%M:%SZ")
    return status
