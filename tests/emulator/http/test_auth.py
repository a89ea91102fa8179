from __future__ import annotations

import aiohttp
import pytest

UNAUTHORIZED = {
    "errors": [
        {
            "category": "AUTHENTICATION_ERROR",
            "code": "UNAUTHORIZED",
            "detail": "This request could not be authorized.",
        }
    ]
}


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Bearer wrong", "Basic dGVzdC10b2tlbg==", "test-token", "Bearer t\u00e9st"],
)
async def test_a_request_without_a_known_bearer_token_is_unauthorized(emulator, header):
    headers = {} if header is None else {"Authorization": header}

    response = await emulator.send("GET", "/v2/customers", headers=headers)

    assert response.status == 401
    assert await response.json() == UNAUTHORIZED


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_the_scheme_is_read_in_any_case(emulator, scheme):
    response = await emulator.send("GET", "/v2/customers", headers={"Authorization": f"{scheme} test-token"})

    assert response.status == 200


@pytest.mark.parametrize(
    ("token", "code"), [("expired-token", "ACCESS_TOKEN_EXPIRED"), ("revoked-token", "ACCESS_TOKEN_REVOKED")]
)
async def test_a_token_that_no_longer_counts_says_why(emulator, token, code):
    status, body = await emulator.call("GET", "/v2/customers", token=token)

    assert status == 401
    assert [(error["category"], error["code"]) for error in body["errors"]] == [("AUTHENTICATION_ERROR", code)]


async def test_a_missing_scope_is_named(emulator):
    status, body = await emulator.call("POST", "/v2/customers", {"given_name": "Ann"}, token="read-only-token")

    assert status == 403
    assert body["errors"] == [
        {
            "category": "AUTHENTICATION_ERROR",
            "code": "INSUFFICIENT_SCOPES",
            "detail": "The merchant has not given your application sufficient permissions to do that. "
            "The merchant must authorize your application for the following scopes: CUSTOMERS_WRITE",
        }
    ]


async def test_a_reading_token_may_read(emulator):
    status, _ = await emulator.call("GET", "/v2/customers", token="read-only-token")

    assert status == 200


async def test_access_is_decided_before_the_body_is_looked_at(emulator):
    response = await emulator.send("POST", "/v2/customers", data=b"{", headers={"Authorization": "Bearer wrong"})

    assert response.status == 401


async def test_two_sellers_never_see_each_other(emulator):
    _, created = await emulator.call("POST", "/v2/customers", {"given_name": "Ann"})
    path = f"/v2/customers/{created['customer']['id']}"

    status, _ = await emulator.call("GET", path, token="second-seller-token")

    assert status == 404
    assert await emulator.call("GET", "/v2/customers", token="second-seller-token") == (200, {})
    assert (await emulator.call("GET", path, token="second-app-token"))[0] == 200


async def test_a_token_can_be_added_while_running(emulator):
    await emulator.call("POST", "/_emulator/tokens", {"token": "loyal", "scopes": ["LOYALTY_READ"]}, token=None)

    assert (await emulator.call("POST", "/v2/loyalty/accounts/search", {}, token="loyal"))[0] == 200
    assert (await emulator.call("GET", "/v2/customers", token="loyal"))[0] == 403


async def test_a_token_can_be_revoked_while_running(emulator):
    await emulator.call("POST", "/_emulator/tokens", {"token": "test-token", "state": "revoked"}, token=None)

    assert (await emulator.call("GET", "/v2/customers"))[0] == 401


async def test_a_token_is_made_up_where_none_is_named(emulator):
    given = {"application": "sq0idp-third-app", "seller": "ML3", "scopes": ["CUSTOMERS_READ"], "expires_in": 60}

    _, token = await emulator.call("POST", "/_emulator/tokens", given, token=None)
    before, _ = await emulator.call("GET", "/v2/customers", token=token["token"])
    emulator.clock.advance(61)
    after, _ = await emulator.call("GET", "/v2/customers", token=token["token"])

    assert {name: token[name] for name in ("application", "seller", "scopes", "state")} == {
        "application": "sq0idp-third-app",
        "seller": "ML3",
        "scopes": ["CUSTOMERS_READ"],
        "state": "active",
    }
    assert (before, after) == (200, 401)


async def test_a_revoked_token_is_refused(emulator):
    status, _ = await emulator.call("POST", "/_emulator/tokens/revoke", {"token": "read-only-token"}, token=None)
    refused, body = await emulator.call("GET", "/v2/customers", token="read-only-token")
    unknown, error = await emulator.call("POST", "/_emulator/tokens/revoke", {"token": "nobody's"}, token=None)

    assert (status, refused, body["errors"][0]["code"]) == (200, 401, "ACCESS_TOKEN_REVOKED")
    assert (unknown, error["errors"][0]["code"], error["errors"][0]["field"]) == (404, "NOT_FOUND", "token")


async def test_a_token_expires_when_its_time_has_come(emulator):
    expires_at = emulator.clock.now().timestamp() + 60
    await emulator.call("POST", "/_emulator/tokens", {"token": "brief", "expires_at": expires_at}, token=None)
    before, _ = await emulator.call("GET", "/v2/customers", token="brief")

    emulator.clock.advance(61)
    after, body = await emulator.call("GET", "/v2/customers", token="brief")

    assert (before, after) == (200, 401)
    assert body["errors"][0]["code"] == "ACCESS_TOKEN_EXPIRED"


@pytest.mark.parametrize(
    "token",
    [
        {"token": ""},
        {"token": "x", "scopes": ["EVERYTHING"]},
        {"token": "x", "state": "lost"},
        {"nonsense": 1},
        {"application": "square"},
        {"expires_in": -1},
        {"expires_in": 1e308},
        {"expires_at": 1e300},
        {"expires_in": 1, "expires_at": 1},
        {"token": " padded "},
        {"token": "clé"},
    ],
)
async def test_a_nonsensical_token_is_refused(emulator, token):
    status, _ = await emulator.call("POST", "/_emulator/tokens", token, token=None)

    assert status == 400


async def test_no_answer_sets_a_cookie(emulator):
    async with aiohttp.ClientSession() as session, session.get(f"{emulator.url}/v2/customers") as response:
        assert not response.cookies
