"""Each broken set-up is named, with what to do next, and nothing that is sound beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
import redis.asyncio as redis
from aiohttp import web

from gateway.tools.doctor.store import file_system
from tests.emulator.conftest import Emulator
from tests.tools.doctor.conftest import Doctor, Place

PRODUCTION = {"SQUARE_ENVIRONMENT": "production", "GATEWAY_SECRET": "x7Kq2LmZ9pRtVw4YbNc8HdJf3GsA5UeD"}
JWT = {"GATEWAY_AUTH": "jwt", "GATEWAY_JWT_ISSUER": "https://issuer.example", "GATEWAY_JWT_AUDIENCE": "graph"}


def problems(found: dict[str, object]) -> dict[str, str]:
    return {name: each.found for name, each in found.items() if each.state == "problem"}


@pytest.mark.parametrize(
    ("token", "name", "text"),
    [
        ("test-token", "token", "SQUARE_ACCESS_TOKEN is the emulator's"),
        ("of-the-sandbox", "token", "SQUARE_ACCESS_TOKEN is of the sandbox, and SQUARE_ENVIRONMENT is production"),
        ('"of-the-sandbox"', "token", "Square does not take SQUARE_ACCESS_TOKEN (401): it begins with a quote"),
        ("read-only-token", "token scopes", "the token lacks scopes for 25 of 46 operations: CUSTOMERS_WRITE (for"),
    ],
)
async def test_a_token_that_will_not_do(doctor: Doctor, emulator: Emulator, token: str, name: str, text: str) -> None:
    sandbox = {"token": "of-the-sandbox", "application": "sandbox-sq0idb-shop"}
    await emulator.send("POST", "/_emulator/tokens", json=sandbox)

    found = await doctor(SQUARE_ACCESS_TOKEN=token, **PRODUCTION)

    assert [*problems(found)] == [name]
    assert found[name].found.startswith(text)
    assert found[name].next
    assert not any(token in each.found + each.next for each in found.values())


@pytest.mark.parametrize(
    ("answer", "name", "text"),
    [
        (web.Response(status=502, text="<html>Bad gateway</html>"), "square reachable", "that is not Square"),
        (web.Response(status=302, headers={"Location": "/"}), "square reachable", "a redirect"),
        (web.Response(status=404, text='{"errors": []}'), "square reachable", "that is not Square"),
        (web.json_response({}, headers={"Date": "Sun, 29 Nov 2020 00:00:00 GMT"}), "clock", "ahead of Square's"),
    ],
    ids=["proxy", "redirect", "wrong path", "clock"],
)
async def test_something_else_in_place_of_square(
    doctor: Doctor, answering: Place, answer: web.Response, name: str, text: str
) -> None:
    found = await doctor(SQUARE_BASE_URL=await answering(answer), SQUARE_ACCESS_TOKEN="token", **PRODUCTION)

    assert [*problems(found)] == [name]
    assert text in found[name].found


@pytest.mark.parametrize(
    ("settings", "name", "text"),
    [
        ({"GATEWAY_STORE": "redis://127.0.0.1:1/0"}, "settings", "GATEWAY_SECRET must be set"),
        ({"GATEWAY_SECRET": "ab" * 20}, "secret", "it can be guessed"),
        ({"SQUARE_VERSION": "2026-09-15"}, "square version", "Square has released no version 2026-09-15"),
        ({"GATEWAY_STORE": "sqlite:/proc/events.db"}, "store", "cannot be written"),
    ],
)
async def test_settings_that_do_not_fit(doctor: Doctor, settings: dict[str, str], name: str, text: str) -> None:
    found = await doctor(**settings)

    assert [*problems(found)] == [name]
    assert text in found[name].found


async def test_another_programs_file_for_the_store(doctor: Doctor, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("These are notes, and no database of SQLite's. " * 50)

    found = await doctor(GATEWAY_STORE=f"sqlite:{file}")

    assert problems(found) == {"store": "the file of GATEWAY_STORE is no SQLite database"}


def test_a_network_share_is_told_by_its_mount() -> None:
    mounts = "/dev/a / ext4 rw 0 0\nnas:/a /mnt/share nfs4 rw 0 0\n/dev/b /mnt/share-not ext4 rw 0 0\n"

    assert file_system(Path("/mnt/share/gateway"), mounts) == "nfs4"
    assert file_system(Path("/mnt/share-not"), mounts) == "ext4"


async def test_a_port_that_another_program_has(doctor: Doctor, answering: Place) -> None:
    port = (await answering(web.Response(status=404))).rpartition(":")[2]

    found = await doctor(GATEWAY_PORT=port)

    assert problems(found) == {"port": f"GATEWAY_PORT: {port} is taken by another program"}


async def test_keys_of_tokens_that_are_not_there_or_are_secrets(doctor: Doctor, answering: Place) -> None:
    nothing = await answering(web.Response(status=404))
    secrets = await answering(web.json_response({"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "a"}]}))

    first = await doctor(**JWT, GATEWAY_JWT_JWKS_URL=nothing)
    second = await doctor(**JWT, GATEWAY_JWT_JWKS_URL=secrets)

    assert problems(first) == {"jwks": "GATEWAY_JWT_JWKS_URL answers 404"}
    assert problems(second) == {"jwks": "GATEWAY_JWT_JWKS_URL leads to no keys that can check signatures"}


async def test_a_redis_whose_user_may_write_keys_and_run_no_scripts(doctor: Doctor, redis_url: str) -> None:
    name, word = "doctors-test", "doctors-word"
    async with redis.from_url(redis_url) as server:
        await server.acl_setuser(name, enabled=True, passwords=f"+{word}", keys=["*"], commands=["+ping", "+set"])
        found = await doctor(
            GATEWAY_SECRET=PRODUCTION["GATEWAY_SECRET"], GATEWAY_STORE=redis_url.replace("//", f"//{name}:{word}@")
        )
        await server.acl_deluser(name)

    assert problems(found) == {"redis": "Redis does not let the user do what it must"}


async def test_a_redis_that_does_not_take_the_password_and_one_that_evicts(doctor: Doctor, redis_url: str) -> None:
    secret = PRODUCTION["GATEWAY_SECRET"]

    refused = await doctor(GATEWAY_SECRET=secret, GATEWAY_STORE=redis_url.replace("//", "//:wrong-word@"))
    no_such = await doctor(GATEWAY_SECRET=secret, GATEWAY_STORE=f"{redis_url.rpartition('/')[0]}/99")
    taken = await doctor(GATEWAY_SECRET=secret, GATEWAY_STORE=redis_url)

    assert [*problems(refused)] == ["redis"]
    assert "does not take the user and the password" in refused["redis"].found
    assert not any("wrong-word" in each.found + each.next for each in refused.values())
    assert problems(no_such) == {"redis": "Redis has no database of the number in GATEWAY_STORE"}
    assert problems(taken) == {}
    assert taken["redis keeps"].state == "warning"
    assert "append-only" in taken["redis keeps"].found
