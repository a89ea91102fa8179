"""Who a token is, as Square's RetrieveTokenStatus tells it."""

from __future__ import annotations

import pytest

from gateway.emulator.operations import ROUTES
from gateway.emulator.store.tenants import ALL_SCOPES

PATH = "/oauth2/token/status"
READ = [scope for scope in ALL_SCOPES if scope.endswith("_READ")]


async def status(emulator, token, **options):
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    response = await emulator.send("POST", PATH, headers=headers, **options)
    return response.status, await response.json()


@pytest.mark.parametrize(
    ("token", "seller", "application", "scopes"),
    [
        ("test-token", "MLEMULATORSELLER1", "sq0idp-demo-app", list(ALL_SCOPES)),
        ("read-only-token", "MLEMULATORSELLER1", "sq0idp-demo-app", READ),
        ("second-seller-token", "MLEMULATORSELLER2", "sq0idp-demo-app", list(ALL_SCOPES)),
        ("second-app-token", "MLEMULATORSELLER1", "sq0idp-second-app", list(ALL_SCOPES)),
    ],
)
async def test_a_token_says_whose_it_is(emulator, token, seller, application, scopes):
    expected = {"scopes": scopes, "client_id": application, "merchant_id": seller}

    assert await status(emulator, token) == (200, expected)


@pytest.mark.parametrize("token", [None, "wrong", "expired-token", "revoked-token"])
async def test_a_token_that_does_not_count_is_unauthorized_and_no_more_is_said(emulator, token):
    answered, body = await status(emulator, token)

    assert answered == 401
    assert [(each["category"], each["code"]) for each in body["errors"]] == [("AUTHENTICATION_ERROR", "UNAUTHORIZED")]


async def test_a_token_that_ends_says_when_and_then_does_not_count(emulator):
    end = int(emulator.clock.now().timestamp()) + 60
    await emulator.call("POST", "/_emulator/tokens", {"token": "brief", "expires_at": end}, token=None)
    _, before = await status(emulator, "brief")

    emulator.clock.advance(61)

    assert before["expires_at"].endswith("Z")
    assert (await status(emulator, "brief"))[0] == 401


async def test_it_asks_for_no_body_no_certain_version_and_only_a_post(emulator):
    odd = {"Authorization": "Bearer test-token", "Square-Version": "2018-07-12"}

    assert (await emulator.send("POST", PATH, headers=odd, data=b"{")).status == 200
    assert (await emulator.send("GET", PATH)).status == 405


async def test_it_is_counted_apart_from_the_operations(emulator):
    await status(emulator, "test-token")

    _, calls = await emulator.call("GET", "/_emulator/calls", token=None)
    _, health = await emulator.call("GET", "/_emulator/health", token=None)
    assert calls == {"count": {}, "latest": [], "token_status": 1, "others": {}}
    assert health["operations"] == len(ROUTES)


async def test_only_a_switch_that_names_it_strikes_it(emulator):
    emulator.faults.add("status", status=503, count=1)
    untouched, _ = await status(emulator, "test-token")
    emulator.faults.add("status", "RetrieveTokenStatus", status=503, count=1)

    assert untouched == 200
    assert (await status(emulator, "test-token"))[0] == 503
    assert (await emulator.call("GET", "/v2/customers"))[0] == 503
