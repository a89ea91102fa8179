"""Who may call, with which token Square is asked, and the settings a gateway refuses to start with."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest

from gateway.server.auth.authenticator import Authenticator, Unauthorized
from gateway.settings import Settings, SettingsError, load
from tests.patience import PATIENCE
from tests.server.conftest import Serve, Site

HELLO = {"query": "{ hello tenant }"}
WORD = "a-word-that-must-not-be-shown"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def own_tenant(**settings: Any) -> str:
    return Authenticator(Settings(_env_file=None, square_environment="emulator", **settings)).tenant({}).key


async def test_a_forwarded_token_is_the_one_that_square_sees(serve: Serve) -> None:
    site = await serve(gateway_auth="forward")

    one = await site.post(HELLO, **bearer("one"))
    two = await site.post(HELLO, **bearer("two"))
    again = await site.post(HELLO, **bearer("one"))

    assert one.json["data"]["tenant"] == again.json["data"]["tenant"] != two.json["data"]["tenant"]


@pytest.mark.parametrize(
    "header",
    [
        None, "", " ", "Bearer", "Bearer ", "Bearer  two", "Basic dXNlcjpwYXNz", "Bearer a b", "two", "Bearer a,b c",
        "Bearer \u00fcber", "Bearer a\tb", "Bearer " + "x" * 3000,
    ],
)  # fmt: skip
async def test_without_a_proper_token_there_is_no_answer(serve: Serve, header: str | None) -> None:
    site = await serve(gateway_auth="forward")

    answer = await site.post(HELLO, **({} if header is None else {"Authorization": header}))

    assert answer.status == 401
    assert answer.code == "UNAUTHENTICATED"
    assert answer.headers["www-authenticate"] == 'Bearer realm="graphql"'


@pytest.mark.parametrize("character", ["\r", "\n", "\r\nX-Forged: 1", "\x00", "\x7f", "\u00e9", "\u2028", "\ud800"])
def test_a_token_with_such_a_character_never_becomes_a_tenant(character: str) -> None:
    authenticator = Authenticator(Settings(_env_file=None, gateway_auth="forward"))

    with pytest.raises(Unauthorized):
        authenticator.tenant(bearer(f"a{character}b"))


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": "access_token=one; Authorization=Bearer one"},
        {"X-Api-Key": "one", "X-Authorization": "Bearer one", "Square-Access-Token": "one"},
    ],
)
async def test_only_the_authorization_header_is_read(serve: Serve, headers: dict[str, str]) -> None:
    site = await serve(gateway_auth="forward")

    answer = await site.send("POST", json={**HELLO, "access_token": "one", "token": "one"}, headers=headers)

    assert answer.status == 401


async def test_two_authorizations_are_none(serve: Serve) -> None:
    site = await serve(gateway_auth="forward")

    answer = await site.send(
        "POST", json=HELLO, headers=[("Authorization", "Bearer one"), ("Authorization", "Bearer two")]
    )

    assert answer.status == 401


async def test_no_header_chooses_squares_version_or_address(serve: Serve) -> None:
    site = await serve(gateway_auth="forward")
    plain = await site.post(HELLO, **bearer("one"))

    odd = await site.post(
        HELLO, **bearer("one"), Square_Version="2020-01-01", Square_Environment="production", Host="evil.example"
    )

    assert odd.json["data"]["tenant"] == plain.json["data"]["tenant"]


async def test_a_key_opens_the_gateways_own_account_and_nothing_else_does(serve: Serve) -> None:
    site = await serve(gateway_auth="key", gateway_api_keys="first-key, second-key")
    own = await own_tenant()

    for key in ("first-key", "second-key"):
        assert (await site.post(HELLO, **bearer(key))).json["data"]["tenant"] == own
    for other in ("first-ke", "first-keyx", "first-key,", "FIRST-KEY", "test-token"):
        assert (await site.post(HELLO, **bearer(other))).status == 401
    none, wrong = await site.post(HELLO), await site.post(HELLO, **bearer("other"))
    assert (none.status, none.json) == (wrong.status, wrong.json)
    # True of both, without a word of why.
    assert "a valid access token" in none.json["errors"][0]["message"]


async def test_anybody_is_let_in_only_without_a_wrong_token(serve: Serve) -> None:
    site = await serve(gateway_auth="none")

    assert (await site.post(HELLO)).json["data"]["tenant"] == await own_tenant()
    assert (await site.post(HELLO, Authorization="Bearer")).status == 401
    assert (await site.post(HELLO, **bearer("other"))).json["data"]["tenant"] != await own_tenant()


async def test_a_connection_may_show_anything_where_nobody_has_to_show_something(serve: Serve) -> None:
    site = await serve(square_environment="sandbox", square_access_token="a", gateway_auth="none")

    # All on one connection.
    for shown in ("Bearer caf\u00e9", "Bearer abc", "\u00e9", "\u00e8", "Bearer abc"):
        assert (await site.post(HELLO, Authorization=shown)).status == 200


async def test_a_refused_caller_costs_no_parsing(site: Site, serve: Serve) -> None:
    closed = await serve(gateway_auth="forward")

    answer = await closed.post(data=b"not even JSON")

    assert answer.status == 401


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"square_access_token": WORD}, "SQUARE_ENVIRONMENT"),
        ({"square_environment": WORD}, "SQUARE_ENVIRONMENT"),
        ({"square_environment": "production", "gateway_auth": "key", "gateway_api_keys": WORD}, "SQUARE_ACCESS_TOKEN"),
        ({"square_environment": "sandbox", "gateway_auth": "none"}, "SQUARE_ACCESS_TOKEN"),
        ({"square_environment": "production", "square_access_token": f"{WORD}\n"}, "SQUARE_ACCESS_TOKEN"),
        ({"square_environment": "production", "square_access_token": f"{WORD}\u00e9"}, "SQUARE_ACCESS_TOKEN"),
        ({"gateway_auth": "key"}, "GATEWAY_API_KEYS"),
        ({"gateway_auth": "key", "gateway_api_keys": " , "}, "GATEWAY_API_KEYS"),
        ({"gateway_auth": "key", "gateway_api_keys": f"{WORD} {WORD}"}, "GATEWAY_API_KEYS"),
        ({"gateway_router_key": f"{WORD} {WORD}"}, "GATEWAY_ROUTER_KEY"),
        ({"gateway_auth": WORD}, "GATEWAY_AUTH"),
        ({"gateway_auth": "none", "square_environment": "production", "square_access_token": WORD,
          "gateway_host": "0.0.0.0"}, "GATEWAY_AUTH"),
        ({"gateway_auth": "none", "square_environment": "emulator", "square_access_token": WORD,
          "gateway_host": "::"}, "GATEWAY_AUTH"),
        ({"gateway_auth": "jwt"}, "GATEWAY_JWT_ISSUER"),
        ({"gateway_auth": "jwt", "gateway_jwt_issuer": WORD}, "GATEWAY_JWT_AUDIENCE"),
        ({"gateway_auth": "jwt", "gateway_jwt_issuer": WORD, "gateway_jwt_audience": WORD}, "GATEWAY_JWT_JWKS_URL"),
        ({"gateway_auth": "jwt", "gateway_jwt_issuer": WORD, "gateway_jwt_audience": WORD,
          "gateway_jwt_jwks_url": f"http://{WORD}.example"}, "GATEWAY_JWT_JWKS_URL"),
        ({"square_base_url": f"ftp://{WORD}"}, "SQUARE_BASE_URL"),
        ({"square_base_url": f"http://[{WORD}"}, "SQUARE_BASE_URL"),
        ({"square_base_url": f"https://user:{WORD}@example.com"}, "SQUARE_BASE_URL"),
        ({"square_base_url": "http://example.com", "square_environment": "production"}, "SQUARE_BASE_URL"),
        ({"square_version": WORD}, "SQUARE_VERSION"),
        ({"square_version": "2025-08-20\r\nX-Forged: 1"}, "SQUARE_VERSION"),
        ({"gateway_port": WORD}, "GATEWAY_PORT"),
        ({"gateway_max_concurrent": 0}, "GATEWAY_MAX_CONCURRENT"),
        ({"gateway_log_level": WORD}, "GATEWAY_LOG_LEVEL"),
    ],
)  # fmt: skip
def test_unsafe_settings_are_refused_by_name(settings: dict[str, Any], named: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load(**settings)

    assert named in str(refused.value)
    assert WORD not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"gateway_host": "0.0.0.0"},
        {"square_environment": "production"},
        {"square_environment": "production", "square_access_token": "t", "gateway_auth": "none",
         "gateway_host": "127.0.0.5"},
        {"square_environment": "emulator", "square_base_url": "http://emulator:8001", "gateway_host": "0.0.0.0"},
        {"square_environment": "sandbox", "square_base_url": "http://127.0.0.1:9", "gateway_auth": "forward"},
    ],
)  # fmt: skip
def test_safe_settings_are_accepted(settings: dict[str, Any]) -> None:
    assert load(**settings).gateway_port == 8000


def test_the_command_refuses_in_one_line_with_exit_code_2() -> None:
    environment = {
        **os.environ,
        "SQUARE_ENVIRONMENT": "production",
        "SQUARE_ACCESS_TOKEN": WORD,
        "GATEWAY_AUTH": "none",
    }

    done = subprocess.run(
        [sys.executable, "-m", "gateway", "--host", "0.0.0.0"],
        env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip

    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "GATEWAY_AUTH" in done.stderr
    assert WORD not in done.stderr
