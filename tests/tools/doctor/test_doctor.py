"""`gateway doctor` names what is wrong with a set-up, each with what to do next, and shows no secret."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.emulator.conftest import Emulator
from tests.ports import free_port
from tests.test_cli import run
from tests.tools.doctor.conftest import PATIENT

SECRET = "mJ3vQ9xT7bK2wR5yL8pN4sZ6dF1hG0aCeUiOqWtE"


def files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def examined(emulator: Emulator, **settings: str) -> tuple[int, dict[str, Any], str]:
    """The exit code, what is not well by its check, and all that was printed, of a set-up with these settings."""
    env = {
        "SQUARE_ENVIRONMENT": "sandbox",
        "SQUARE_BASE_URL": emulator.url,
        "SQUARE_ACCESS_TOKEN": "test-token",
        "GATEWAY_PORT": str(free_port()),
        "GATEWAY_SECRET": SECRET,
        **PATIENT,
        **settings,
    }
    result = await asyncio.to_thread(run, "doctor", "--json", env={k: v for k, v in env.items() if v})
    checks = json.loads(result.stdout)["checks"]
    return result.exit_code, {each["name"]: each for each in checks if each["state"] != "ok"}, result.output


async def test_a_sound_set_up_has_no_problem(emulator: Emulator) -> None:
    await emulator.send("POST", "/_emulator/tokens", json={"token": "of-a-shop"}, headers={})

    code, found, _ = await examined(emulator, SQUARE_ACCESS_TOKEN="of-a-shop")

    assert [each for each in found.values() if each["state"] == "problem"] == []
    assert code == 0
    assert {each["state"] for each in found.values()} == {"not checked"}


@pytest.mark.parametrize(
    ("settings", "check", "words"),
    [
        ({"SQUARE_ACCESS_TOKEN": "no-such-token"}, "token", "SQUARE_ACCESS_TOKEN"),
        ({"SQUARE_ACCESS_TOKEN": "revoked-token"}, "token", "revoked"),
        ({"SQUARE_ACCESS_TOKEN": "expired-token"}, "token", "expired"),
        ({"SQUARE_ACCESS_TOKEN": "read-only-token"}, "token scopes", "CUSTOMERS_WRITE"),
        ({"SQUARE_BASE_URL": "http://127.0.0.1:9"}, "square reachable", "connection refused"),
        ({"SQUARE_ENVIRONMENT": ""}, "settings", "SQUARE_ENVIRONMENT"),
        ({"GATEWAY_ATUH": "key"}, "settings", "GATEWAY_AUTH"),
        ({"GATEWAY_STORE": "redis://127.0.0.1:9"}, "redis", "ConnectionRefusedError"),
        ({"GATEWAY_STORE": "sqlite:/no/such/folder/events.db"}, "store", "GATEWAY_STORE"),
        ({"GATEWAY_SECRET": "password-password-password-password"}, "secret", "GATEWAY_SECRET"),
        (
            {"SQUARE_WEBHOOK_URL": "http://shop.example/hook", "SQUARE_WEBHOOK_SIGNATURE_KEY": "key"},
            "webhook url",
            "https://",
        ),
        (
            {
                "GATEWAY_AUTH": "jwt",
                "GATEWAY_JWT_JWKS_URL": "https://127.0.0.1:9/keys",
                "GATEWAY_JWT_ISSUER": "https://issuer.example",
                "GATEWAY_JWT_AUDIENCE": "shop",
            },
            "jwks",
            "GATEWAY_JWT_JWKS_URL",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
async def test_what_is_wrong_is_named_with_what_to_do_next(
    emulator: Emulator, settings: dict[str, str], check: str, words: str
) -> None:
    code, found, said = await examined(emulator, **settings)

    assert code == 1
    assert found[check]["state"] == "problem"
    assert words in found[check]["found"] + found[check]["next"]
    assert found[check]["next"]
    assert SECRET not in said
    assert settings.get("SQUARE_ACCESS_TOKEN", "test-token") not in said


async def test_nothing_is_written_at_square(emulator: Emulator, tmp_path: Path) -> None:
    await examined(emulator, GATEWAY_STORE=f"sqlite:{tmp_path / 'events.db'}")

    assert dict(emulator.calls) == {"ListCustomerGroups": 1}
    assert not files(tmp_path)
