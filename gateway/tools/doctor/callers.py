"""What callers are told apart by, and what cursors are signed with: GATEWAY_SECRET, and the keys of their tokens."""

from __future__ import annotations

import math
from collections import Counter

from gateway.server.auth.jwt import MAX_JWKS, Unfetched, signing_keys
from gateway.settings.checks import is_url, jwks_file
from gateway.tools.doctor.check import Check, Finding, not_checked, ok, problem, warning
from gateway.tools.doctor.deployment import Deployment
from gateway.tools.doctor.http import NoAnswer, in_thread

# Bits of chance that a text can hold, by its letters. 32 hexadecimal digits of chance have about 118.
MIN_BITS = 96
_GUESSED = ("changeme", "change-me", "password", "secret", "example", "12345678", "abcdefgh", "qwerty")
_MAKE = "Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"


async def _secret(deployment: Deployment) -> Finding:
    secret = deployment.settings.gateway_secret
    if secret is None:
        if deployment.settings.environment == "emulator":
            return ok("made by each process, which is enough with the emulator")
        return warning("GATEWAY_SECRET is not set: cursors end with the process that has written them", _MAKE)
    if any(word in secret.lower() for word in _GUESSED):
        return problem("GATEWAY_SECRET has words in it that are guessed first", _MAKE)
    if bits(secret) < MIN_BITS:
        return problem("GATEWAY_SECRET repeats a few characters: it can be guessed", _MAKE)
    return ok(f"{len(secret)} characters")


def bits(text: str) -> float:
    """How much chance a text can hold at most, by how often each character is in it."""
    return -sum(count * math.log2(count / len(text)) for count in Counter(text).values())


async def _jwks(deployment: Deployment) -> Finding:
    place = deployment.settings.gateway_jwt_jwks_url
    if deployment.settings.auth != "jwt" or place is None:
        return not_checked("GATEWAY_AUTH is not jwt")
    if is_url(place):
        try:
            answer = await deployment.http.ask("GET", place)
        except NoAnswer as error:
            return problem(f"GATEWAY_JWT_JWKS_URL: {error.found}", error.next)
        if answer.status != 200:
            return problem(
                f"GATEWAY_JWT_JWKS_URL answers {answer.status}",
                "Take `jwks_uri` from the issuer's /.well-known/openid-configuration; redirects are not followed.",
            )
        document = answer.body
    else:
        try:
            document = await in_thread(jwks_file(place).read_bytes)
        except OSError:
            return problem("the file of GATEWAY_JWT_JWKS_URL cannot be read", "Correct its path or its rights.")
    if len(document) > MAX_JWKS:
        return problem("the document at GATEWAY_JWT_JWKS_URL is too large for keys", "Check what is there.")
    try:
        keys = signing_keys(document)
    except Unfetched:
        return problem(
            "GATEWAY_JWT_JWKS_URL leads to no keys that can check signatures",
            "It must be a JWKS (RFC 7517) with public keys; secrets (kty oct) are none.",
        )
    return ok(f"{len(keys)} {'key' if len(keys) == 1 else 'keys'}")


CHECKS = (Check("secret", _secret), Check("jwks", _jwks))
