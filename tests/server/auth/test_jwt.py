"""Callers that bring a JSON Web Token of the configured issuer."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import jwt
import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from gateway.server.auth.authenticator import Authenticator, Unauthorized
from gateway.server.auth.jwt import LEEWAY, REFRESH_SECONDS, JwtCallers, Unfetched
from gateway.server.connections.listener import Listening, listen
from gateway.server.http.rejection import Refused
from gateway.settings import Settings
from tests.patience import PATIENCE
from tests.patient_loop import pass_by
from tests.server.conftest import Serve, Site
from tests.server.lines import logged

ISSUER = "https://login.example/"
AUDIENCE = "gateway"
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CURVE = ec.generate_private_key(ec.SECP256R1())
EDWARDS = ed25519.Ed25519PrivateKey.generate()
HELLO = {"query": "{ hello tenant }"}
# For which a token is good, and a machine may stand still.
SECONDS = 60.0


def jwk(key: Any, algorithm: str, kid: str, **more: Any) -> dict[str, Any]:
    public = jwt.get_algorithm_by_name(algorithm).to_jwk(key.public_key(), as_dict=True)
    return {**public, "kid": kid, "use": "sig", **more}


KEYS = [jwk(RSA, "RS256", "rsa"), jwk(CURVE, "ES256", "curve"), jwk(EDWARDS, "EdDSA", "edwards")]


def token(key: Any = RSA, algorithm: str = "RS256", kid: str | None = "rsa", **changes: Any) -> str:
    claims = {"iss": ISSUER, "aud": AUDIENCE, "exp": time.time() + 300, "sub": "somebody", **changes}
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(claims, key, algorithm, headers={} if kid is None else {"kid": kid})


class Issuer:
    """Serves its keys, and counts how often they are fetched."""

    def __init__(self) -> None:
        self.keys = list(KEYS)
        self.status = 200
        self.fetched = 0

    async def answer(self, _: web.Request) -> web.Response:
        self.fetched += 1
        return web.json_response({"keys": self.keys}, status=self.status)

    async def fetch(self) -> bytes:
        self.fetched += 1
        if self.status != 200:
            raise Unfetched
        return json.dumps({"keys": self.keys}).encode()


@pytest.fixture
async def issuer() -> AsyncIterator[tuple[Issuer, Listening]]:
    issuer, app = Issuer(), web.Application()
    app.router.add_get("/keys", issuer.answer)
    listening = await listen(app, "127.0.0.1", 0)
    yield issuer, listening
    await listening.close()


def settings(place: str) -> dict[str, Any]:
    return {
        "gateway_auth": "jwt",
        "gateway_jwt_issuer": ISSUER,
        "gateway_jwt_audience": AUDIENCE,
        "gateway_jwt_jwks_url": place,
    }


@pytest.fixture
async def guarded(serve: Serve, issuer: tuple[Issuer, Listening]) -> Site:
    return await serve(**settings(f"{issuer[1].url}/keys"))


def bearer(value: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {value}"}


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


async def test_a_socket_ends_when_its_token_is_good_no_more(guarded: Site) -> None:
    assert (await guarded.post(HELLO, **bearer(token()))).status == 200
    async with guarded.connect() as socket:
        await socket.send_json({"type": "connection_init", "payload": bearer(token(exp=time.time() + SECONDS))})
        assert (await socket.receive_json())["type"] == "connection_ack"

        pass_by(SECONDS + LEEWAY)
        await socket.receive(timeout=PATIENCE)

        assert socket.close_code == 4403


@pytest.mark.parametrize("accept", ["text/event-stream", "multipart/mixed;subscriptionSpec=1.0"])
async def test_a_stream_ends_when_its_token_is_good_no_more(guarded: Site, accept: str) -> None:
    assert (await guarded.post(HELLO, **bearer(token()))).status == 200
    headers = {"Accept": accept, **bearer(token(exp=time.time() + SECONDS))}
    async with guarded.http.post(guarded.url, json={"query": "subscription { live }"}, headers=headers) as response:
        await guarded.stage.opened.wait()
        pass_by(SECONDS + LEEWAY)
        received = await asyncio.wait_for(response.read(), PATIENCE)

    assert response.status == 200
    assert b"complete" not in received
    assert not received.endswith(b"--\r\n")
    assert guarded.stage.streams == 0


async def test_a_token_that_expires_in_a_thousand_years_is_good(guarded: Site) -> None:
    async with guarded.connect() as socket:
        await socket.send_json({"type": "connection_init", "payload": bearer(token(exp=4e11))})

        assert (await socket.receive_json())["type"] == "connection_ack"


async def test_a_socket_with_a_wrong_token_is_not_opened(guarded: Site) -> None:
    async with guarded.connect() as socket:
        await socket.send_json({"type": "connection_init", "payload": bearer(token(OTHER))})

        await socket.receive(timeout=PATIENCE)

        assert socket.close_code == 4403
