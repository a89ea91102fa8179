"""Callers that bring a JSON Web Token of the configured issuer."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import jwt
import pytest

from gateway.server.auth.authenticator import Authenticator, Unauthorized
from gateway.server.auth.jwt import REFRESH_SECONDS, JwtCallers
from gateway.server.connections.listener import Listening
from gateway.server.http.rejection import Refused
from gateway.settings import Settings
from tests.patience import PATIENCE
from tests.server.auth.issuer import (
    AUDIENCE,
    CURVE,
    EDWARDS,
    HELLO,
    ISSUER,
    KEYS,
    OTHER,
    RSA,
    Issuer,
    bearer,
    jwk,
    settings,
    token,
)
from tests.server.conftest import Serve, Site
from tests.server.lines import logged


@pytest.mark.parametrize(
    "good",
    [
        token,
        lambda: token(CURVE, "ES256", "curve"),
        lambda: token(EDWARDS, "EdDSA", "edwards"),
        lambda: token(aud=["others", AUDIENCE]),
        lambda: token(nbf=time.time() + 10),
        lambda: token(exp=time.time() - 10),
    ],
    ids=["rsa", "curve", "edwards", "audiences", "clock ahead", "clock behind"],
)
async def test_a_valid_token_opens_the_gateways_own_account(guarded: Site, good: Callable[[], str]) -> None:
    own = Authenticator(Settings(_env_file=None, square_environment="emulator")).tenant({}).key

    answer = await guarded.post(HELLO, **bearer(good()))

    assert answer.json["data"]["tenant"] == own


def unsigned() -> str:
    head, body, _ = token().split(".")
    none = jwt.utils.base64url_encode(b'{"alg":"none","kid":"rsa"}').decode()
    assert head
    return f"{none}.{body}."


def confused() -> str:
    """Signed with the public key as if it were a secret."""
    body = token().split(".")[1]
    head = jwt.utils.base64url_encode(b'{"alg":"HS256","kid":"rsa"}').decode()
    secret = json.dumps(KEYS[0]).encode()
    mac = jwt.get_algorithm_by_name("HS256")
    return f"{head}.{body}." + jwt.utils.base64url_encode(mac.sign(f"{head}.{body}".encode(), secret)).decode()


@pytest.mark.parametrize(
    "bad",
    [
        lambda: token(exp=time.time() - 60),
        lambda: token(exp=None),
        lambda: token(exp="soon"),
        lambda: token(nbf=time.time() + 120),
        lambda: token(iss="https://other.example/"),
        lambda: token(iss=None),
        lambda: token(aud="others"),
        lambda: token(aud=None),
        lambda: token(OTHER),
        lambda: token(OTHER, kid="unknown"),
        lambda: token(kid=None),
        lambda: token(RSA, "RS256", "curve"),
        lambda: token("a" * 64, "HS256"),
        unsigned,
        confused,
        lambda: token()[:-4],
        lambda: token() + "x",
        lambda: "a.b.c",
        lambda: "test-token",
    ],
    ids=[
        "expired", "no expiry", "odd expiry", "not yet", "issuer", "no issuer", "audience", "no audience", "key",
        "unknown key", "no key", "another's key", "secret", "unsigned", "confused", "cut", "longer", "dots", "word",
    ],
)  # fmt: skip
async def test_any_other_token_is_refused(guarded: Site, bad: Callable[[], str]) -> None:
    answer = await guarded.post(HELLO, **bearer(bad()))

    assert answer.status == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert (await guarded.post(HELLO)).status == 401


async def test_keys_are_fetched_when_needed_and_then_kept(guarded: Site, issuer: tuple[Issuer, Listening]) -> None:
    assert issuer[0].fetched == 0

    for _ in range(5):
        assert (await guarded.post(HELLO, **bearer(token()))).status == 200

    assert issuer[0].fetched == 1


async def test_while_there_are_no_keys_callers_are_asked_to_come_back(
    guarded: Site, issuer: tuple[Issuer, Listening]
) -> None:
    issuer[0].status = 500

    answer = await guarded.post(HELLO, **bearer(token()))

    assert answer.status == 503
    assert answer.headers["retry-after"] == "5"


async def test_while_there_are_no_keys_a_socket_is_asked_to_come_back(
    guarded: Site, issuer: tuple[Issuer, Listening]
) -> None:
    issuer[0].status = 500
    with logged() as lines:
        async with guarded.connect() as socket:
            init = {"Authorization": f"Bearer {token()}"}
            await socket.send_json({"type": "connection_init", "payload": init})

            message = await socket.receive(timeout=PATIENCE)

    assert (message.data, message.extra) == (1013, "Try again later")
    assert [line["logger"] for line in lines.json if line["level"] in {"WARNING", "ERROR"}] == [
        "gateway.server.auth.jwt"
    ]


class Clock:
    seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


async def test_an_unknown_key_fetches_again_but_at_most_once_a_minute() -> None:
    issuer, clock = Issuer(), Clock()
    callers = JwtCallers(ISSUER, AUDIENCE, issuer.fetch, clock)
    await callers.verify(token())
    fresh = token(OTHER, kid="fresh")

    for _ in range(20):
        with pytest.raises(Unauthorized):
            await callers.verify(fresh)
    assert issuer.fetched == 1
    issuer.keys.append(jwk(OTHER, "RS256", "fresh"))
    clock.seconds += REFRESH_SECONDS
    assert (await callers.verify(fresh)).expires > time.time()

    assert issuer.fetched == 2


async def test_known_keys_go_on_when_the_issuer_is_down_and_withdrawn_ones_end() -> None:
    issuer, clock = Issuer(), Clock()
    callers = JwtCallers(ISSUER, AUDIENCE, issuer.fetch, clock)
    await callers.verify(token())

    issuer.status = 500
    clock.seconds += 4000
    assert (await callers.verify(token())).expires > time.time()
    issuer.status, issuer.keys = 200, KEYS[1:]
    clock.seconds += 10
    with pytest.raises(Unauthorized):
        await callers.verify(token())


@pytest.mark.parametrize(
    "document",
    [b"", b"[]", b"{}", b'{"keys": []}', b'{"keys": 5}', b'{"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "rsa"}]}',
     b"\xff"],
)  # fmt: skip
async def test_a_document_without_public_keys_is_no_document(document: bytes) -> None:
    async def fetch() -> bytes:
        return document

    with pytest.raises(Refused):
        await JwtCallers(ISSUER, AUDIENCE, fetch).verify(token())


async def test_keys_may_be_in_a_file(serve: Serve, tmp_path: Path) -> None:
    place = tmp_path / "keys.json"
    place.write_text(json.dumps({"keys": KEYS}))
    site = await serve(**settings(str(place)))

    assert (await site.post(HELLO, **bearer(token()))).status == 200
