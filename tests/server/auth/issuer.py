"""An issuer of JSON Web Tokens: its keys, the tokens that are signed with them, and a gateway that takes these."""

from __future__ import annotations

import json
import time
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from gateway.server.auth.jwt import Unfetched

ISSUER = "https://login.example/"
AUDIENCE = "gateway"
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CURVE = ec.generate_private_key(ec.SECP256R1())
EDWARDS = ed25519.Ed25519PrivateKey.generate()
HELLO = {"query": "{ hello tenant }"}


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


def settings(place: str) -> dict[str, Any]:
    return {
        "gateway_auth": "jwt",
        "gateway_jwt_issuer": ISSUER,
        "gateway_jwt_audience": AUDIENCE,
        "gateway_jwt_jwks_url": place,
    }


def bearer(value: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {value}"}
