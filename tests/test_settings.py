"""Settings that could never work, or would let in a stranger, are refused by name before anything is opened."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gateway.emulator.api.versions import DEFAULT
from gateway.settings import SettingsError, load
from tests.server.auth.conftest import issuer
from tests.server.auth.issuer import HELLO, KEYS, Issuer, bearer, settings, token
from tests.server.conftest import Serve, serve

__all__ = ["issuer", "serve"]

WORD = "word-not-to-show"
OWN = {"square_environment": "sandbox", "square_access_token": "t" * 20, "gateway_auth": "none"}


def refusal(**given: Any) -> str:
    with pytest.raises(SettingsError) as refused:
        load(**given)
    return str(refused.value)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({**OWN, "gateway_cors_origins": "*"}, "GATEWAY_CORS_ORIGINS"),
        ({**OWN, "gateway_cors_origins": "https://shop.example,*"}, "GATEWAY_CORS_ORIGINS"),
        ({**OWN, "square_environment": "emulator", "gateway_cors_origins": "*"}, "GATEWAY_CORS_ORIGINS"),
        ({"square_environment": "production", "gateway_router_key": "a-short-word-15"}, "GATEWAY_ROUTER_KEY"),
        ({"square_environment": "production", "square_access_token": "t", "gateway_auth": "key",
          "gateway_api_keys": f"{WORD}-long,a-short-word-15"}, "GATEWAY_API_KEYS"),
        *(({"gateway_secret": each}, "GATEWAY_SECRET") for each in (
            "", WORD, f"{WORD}-31-characters"[:31], f"{WORD} with spaces but long enough", f"{WORD * 2}\n",
            "\u00fc" * 40)),
        *(({"gateway_cors_origins": each}, "GATEWAY_CORS_ORIGINS") for each in (
            "shop.example", "null", "https://", "//shop.example", "https:shop.example", "https://shop.example/path",
            "https://shop.example?a", "https://user@shop.example", "https://*.shop.example", "https://sh op.example",
            "https://shop.example:", "https://shop.example:99999", "https://[x", "https://shöp.example", "**",
            "https://good.example, shop.example")),
        ({"square_webhook_signature_key": WORD}, "SQUARE_WEBHOOK_URL"),
        ({"square_webhook_url": "https://shop.example/hooks"}, "SQUARE_WEBHOOK_SIGNATURE_KEY"),
        ({"square_webhook_url": "https://shop.example/", "square_webhook_signature_key": f"{WORD} 2"},
         "SQUARE_WEBHOOK_SIGNATURE_KEY"),
        *(({"square_webhook_url": each, "square_webhook_signature_key": "k"}, "SQUARE_WEBHOOK_URL") for each in (
            "shop.example/hooks", "ftp://shop.example/", "https://", "https://shop.example/a b", "https://shöp.example/")),
        *(({"gateway_store": each}, "GATEWAY_STORE") for each in (
            "sqlite", "sqlite:", "sqlite://", "sqlite::memory:", "sqlite:file:x", "redis://there/is", WORD, "Memory",
            "redis://", "unix://", f"redis://{WORD}@shop:99999", f"redis+sentinel://{WORD}", "redis+cluster://shop/1")),
        ({"gateway_store": "redis://there/0"}, "GATEWAY_SECRET"),
        # Its sellers too are named by the secret, and each process would have its own.
        ({"square_environment": "emulator", "gateway_store": "redis://there/0"}, "GATEWAY_SECRET"),
        ({"square_application_token": f"{WORD} 2"}, "SQUARE_APPLICATION_TOKEN"),
        ({"square_application_token": WORD, "square_environment": "sandbox"}, "SQUARE_WEBHOOK_URL"),
        ({"square_merchant_id": f"{WORD} 2"}, "SQUARE_MERCHANT_ID"),
        *(({"square_version": each}, "SQUARE_VERSION") for each in (
            "2025-13-99", "2025-02-29", "0000-01-01", "٢٠٢٥-٠٨-٢٠", "\uff12\uff10\uff12\uff15-08-20",
            "2025-8-2", "2025-08-20 ")),
        *((settings(each), "GATEWAY_JWT_JWKS_URL") for each in (
            f"http://[{WORD}", f"HTTPS://[{WORD}", "https://", f"https://{WORD}:99999/keys", f"HTTP://{WORD}.example",
            f"/there/is/no/{WORD}.json", f"file:///there/is/no/{WORD}.json", f"ftp://{WORD}.example/keys", "/",
            f"{WORD}\0")),
    ],
)  # fmt: skip
def test_what_can_never_work_is_refused_by_name(given: dict[str, Any], named: str) -> None:
    sentence = refusal(**given)

    assert sentence.startswith(named)
    assert not any(shown in sentence for shown in (WORD, "a-short-word", "shop.example/", "there/is", "t" * 20))


@pytest.mark.parametrize(
    "given",
    [
        {**OWN, "gateway_cors_origins": "https://shop.example"},
        {"square_environment": "emulator", "gateway_cors_origins": "*"},
        {"square_environment": "production", "gateway_cors_origins": "*"},
        {"square_environment": "sandbox", "gateway_router_key": "short"},
        {"square_environment": "production", "gateway_router_key": "sixteen-letters."},
        {
            "gateway_cors_origins": "HTTPS://Shop.Example/, http://localhost:3000, http://[::1]:80, app-1://a_b.localhost"
        },
        {"gateway_secret": "of-32-characters-and-not-one-le."},
        {
            "square_environment": "production",
            "gateway_store": "redis://redis.example:6379/0",
            "gateway_secret": "of-32-characters-and-not-one-le.",
        },
        {"square_version": "2024-02-29"},
        settings("HTTPS://login.example/keys"),
        settings("Http://127.0.0.1:9/keys"),
    ],
)
def test_what_can_work_is_accepted(given: dict[str, Any]) -> None:
    assert load(**given).gateway_port == 8000


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({"square_base_url": "http://127.0.0.1:8001/"}, "http://127.0.0.1:8001/"),
        ({"square_base_url": "http://localhost:8001"}, "http://localhost:8001/"),
        ({"square_base_url": "http://square:8001"}, None),
        ({**OWN, "square_base_url": "http://127.0.0.1:8001"}, None),
        ({}, None),
    ],
)
def test_a_console_is_that_of_an_emulator_of_this_machine(given: dict[str, Any], url: str | None) -> None:
    assert load(**given).console_url == url


def test_the_version_is_by_default_the_newest_that_square_has() -> None:
    assert load().square_version == DEFAULT == "2026-09-16"


async def test_a_url_in_capitals_is_fetched_and_no_file(serve: Serve, issuer: tuple[Issuer, Any]) -> None:
    site = await serve(**settings(f"{issuer[1].url}/keys".replace("http://", "HTTP://")))

    assert (await site.post(HELLO, **bearer(token()))).status == 200
    assert issuer[0].fetched == 1


@pytest.mark.parametrize("scheme", ["file://", "FILE://"])
async def test_a_file_may_be_a_url(serve: Serve, tmp_path: Path, scheme: str) -> None:
    place = tmp_path / "keys.json"
    place.write_text(json.dumps({"keys": KEYS}))
    site = await serve(**settings(f"{scheme}{place}"))

    assert (await site.post(HELLO, **bearer(token()))).status == 200
