"""Access tokens, under `/_emulator`, as Square's OAuth and Developer Console give and take them.

    POST   /_emulator/tokens         {"token", "seller", "application", "scopes", "state", "expires_at", "expires_in",
                                     "personal"}, all optional: a known token is replaced, and one is made up where
                                     none is named
    POST   /_emulator/tokens/revoke  {"token"}: it answers 401 from now on

A token holds the fields of `tenants.Token`; `expires_in` counts the seconds from now by the emulator's clock.
"""

from __future__ import annotations

import re
import secrets
from typing import Any

from aiohttp import web

from gateway.emulator.api.naming import Naming, fork_of
from gateway.emulator.errors import SquareFault, chosen
from gateway.emulator.http.admin.answers import answer, body, state
from gateway.emulator.http.admin.numbers import CENTURY, Number
from gateway.emulator.rules.custom_attributes.definition_visibility import SELLER
from gateway.emulator.store.tenants import ALL_SCOPES, STATES, Token
from gateway.emulator.validation.shapes import Array, Boolean, Object, String, choice

# The end of the year 9999 in seconds since 1970: no timestamp is later.
_LAST_SECOND = 253_402_300_799
_SENDABLE = re.compile("[!-~]+")
_TOKEN = Object(
    {
        "token": String(min=1),
        "seller": String(min=1),
        "application": String(min=1),
        "scopes": Array(choice(*ALL_SCOPES)),
        "state": choice(*STATES),
        "expires_at": Number(max=_LAST_SECOND),
        "expires_in": Number(max=CENTURY),
        "personal": Boolean(),
    }
)
_ONE = Object({"token": String(min=1)}, required=("token",))


def add_routes(app: web.Application) -> None:
    """Put the two at their paths."""
    app.router.add_route("POST", "/_emulator/tokens", _issue)
    app.router.add_route("POST", "/_emulator/tokens/revoke", _revoke)


async def _issue(request: web.Request) -> web.Response:
    given = await body(request, _TOKEN)
    if given.get("application") == SELLER:
        raise SquareFault(
            400, "INVALID_VALUE", "No application is called that: its fields are Square's.", "application"
        )
    if "expires_in" in given:
        if "expires_at" in given:
            raise chosen("conflicting_parameters", "Give `expires_at` or `expires_in`, not both.", "expires_in")
        given["expires_at"] = min(_LAST_SECOND, state(request).clock.now().timestamp() + given.pop("expires_in"))
    given.setdefault("token", f"EMULATOR-{secrets.token_urlsafe(24)}")
    if not _SENDABLE.fullmatch(given["token"]):
        raise SquareFault(400, "INVALID_VALUE", "Expected visible ASCII characters, as in a header.", "token")
    naming = state(request).naming
    given["token"] = naming.stored_token(given["token"])
    if fork_of(f"Bearer {given['token']}") is not None:
        detail = "This is a token of a fork: send one that the fork has already as authorization."
        raise SquareFault(400, "INVALID_VALUE", detail, "token")
    if "seller" in given:
        given["seller"] = naming.seller(given["seller"])
    token = Token(**{**given, "scopes": tuple(given.get("scopes", ALL_SCOPES))})
    state(request).tenants.put(token)
    return answer(_shown(token, naming))


async def _revoke(request: web.Request) -> web.Response:
    secret, shop = (await body(request, _ONE))["token"], state(request)
    if not shop.tenants.revoke(shop.naming.stored_token(secret)):
        raise chosen("not_found", "There is no such token.", "token")
    return answer({})


def _shown(token: Token, naming: Naming) -> dict[str, Any]:
    shown = {
        "token": naming.token(token.token),
        "seller": naming.merchant(token.seller),
        "application": token.application,
        "scopes": list(token.scopes),
        "state": token.state,
        "personal": token.personal,
    }
    return shown if token.expires_at is None else {**shown, "expires_at": token.expires_at}
