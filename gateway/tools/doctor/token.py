"""The tokens of the gateway: does Square take them, until when, for which Square, and for which operations?"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from gateway.context import REGISTRY
from gateway.settings import EMULATOR_TOKEN
from gateway.settings.fields import HOSTS
from gateway.tools.doctor.check import Check, Finding, not_checked, ok, problem, warning
from gateway.tools.doctor.deployment import TOKEN_STATUS, Deployment, code
from gateway.tools.doctor.http import Answer, NoAnswer
from gateway.tools.doctor.square import EMBEDDED

# An OAuth token lasts 30 days, and is to be renewed every 7 or sooner:
# https://developer.squareup.com/docs/oauth-api/refresh-revoke-limit-scope
SOON_DAYS = 7
# So the client ids of applications in the sandbox begin.
_SANDBOX = "sandbox-"
_RENEW = "Get a new one by OAuth (ObtainToken) or from the Developer Console, and restart the gateway with it."
# Shells and .env files take them off; `docker run --env-file` and secrets of Kubernetes do not.
_QUOTES = ('"', "'")
# The token does not have to be there with GATEWAY_AUTH=forward.
_NO_TOKEN = not_checked(
    "the gateway has no token of its own: callers bring theirs", "Give one in SQUARE_ACCESS_TOKEN to have it checked."
)


async def _token(deployment: Deployment) -> Finding:
    if deployment.token is None:
        return _NO_TOKEN
    return await _taken(deployment, "SQUARE_ACCESS_TOKEN", deployment.token)


async def _application_token(deployment: Deployment) -> Finding:
    token = deployment.settings.square_application_token
    if token is None:
        return not_checked("SQUARE_APPLICATION_TOKEN is not set")
    return await _taken(deployment, "SQUARE_APPLICATION_TOKEN", token)


async def _taken(deployment: Deployment, name: str, token: str) -> Finding:
    if deployment.square is None:
        return EMBEDDED
    if token == EMULATOR_TOKEN and deployment.settings.environment != "emulator":
        return problem(f"{name} is the emulator's", f"Set {name} to a token of Square's.")
    try:
        answer = await deployment.status(token)
    except NoAnswer:
        return not_checked("Square does not answer")
    if answer.status == 401:
        return await _refused(deployment, name, token)
    body = _body(answer)
    if body is None:
        return not_checked(f"Square says nothing of the token ({code(answer)})")
    sandbox = str(body.get("client_id", "")).startswith(_SANDBOX)
    if sandbox and deployment.production:
        return problem(f"{name} is of the sandbox, and SQUARE_ENVIRONMENT is production", _exchange(name))
    expected, seller = deployment.settings.square_merchant_id, body.get("merchant_id")
    if expected is not None and isinstance(seller, str) and seller != expected:
        return problem(f"{name} is of another seller than SQUARE_MERCHANT_ID", "Correct the one that is wrong.")
    return _until(name, body.get("expires_at"))


def _until(name: str, text: Any) -> Finding:
    if not isinstance(text, str):
        return ok(f"{name} is valid, and does not expire")
    try:
        end = datetime.fromisoformat(text)
    except ValueError:
        return ok(f"{name} is valid")
    left = end.replace(tzinfo=end.tzinfo or UTC) - datetime.now(UTC)
    if left.days < 0:
        return problem(f"{name} has expired at {text[:20]}", _RENEW)
    if left.days < SOON_DAYS:
        hours = int(left.total_seconds() // 3600)
        return warning(f"{name} expires in {f'{left.days} days' if left.days > 1 else f'{hours} hours'}", _RENEW)
    return ok(f"{name} is valid for {left.days} days more")


async def _refused(deployment: Deployment, name: str, token: str) -> Finding:
    """Why: a read says whether a token was revoked or has expired, and the other Square whether it is its own."""
    reads = deployment.read if token == deployment.token else None
    with_reason, elsewhere = await asyncio.gather(
        _code(reads) if reads else _no_code(), _other_environment(deployment, token)
    )
    if elsewhere:
        environment = deployment.settings.environment
        return problem(f"{name} is of {elsewhere}, and SQUARE_ENVIRONMENT is {environment}", _exchange(name))
    if "REVOKED" in with_reason:
        return problem(f"{name} has been revoked", _RENEW)
    if "EXPIRED" in with_reason:
        return problem(f"{name} has expired", _RENEW)
    if token[0] in _QUOTES:
        return problem(f"Square does not take {name} (401): it begins with a quote", "Leave out the quotes around it.")
    told = f"Square does not take {name} (401): it is wrong, revoked or of another environment"
    if deployment.square in HOSTS.values():
        return problem(told, _RENEW)
    return problem(told, f"{_RENEW} What answers at SQUARE_BASE_URL must pass the Authorization header on.")


async def _code(read: Any) -> str:
    try:
        return code(await read())
    except NoAnswer:
        return ""


async def _no_code() -> str:
    return ""


async def _other_environment(deployment: Deployment, token: str) -> str:
    """The environment whose Square takes the token; asked only where Square itself is at its own address."""
    mine = deployment.settings.environment
    if deployment.square != HOSTS.get(mine):
        return ""
    other = next(name for name in HOSTS if name != mine)
    try:
        answer = await deployment.http.ask("POST", HOSTS[other] + TOKEN_STATUS, headers=deployment.headers(token))
    except NoAnswer:
        return ""
    return other if answer.status == 200 else ""


def _exchange(name: str) -> str:
    return f"Set {name} and SQUARE_ENVIRONMENT of the same environment, from the Developer Console."


async def _scopes(deployment: Deployment) -> Finding:
    if deployment.square is None:
        return EMBEDDED
    if deployment.token is None:
        return _NO_TOKEN
    try:
        body = _body(await deployment.status(deployment.token))
    except NoAnswer:
        return not_checked("Square does not answer")
    listed = None if body is None else body.get("scopes")
    if not isinstance(listed, list):
        return not_checked("Square does not tell the scopes of the token")
    lacking: dict[str, list[str]] = {}
    for row in REGISTRY.endpoints:
        if row.scope not in listed:
            lacking.setdefault(row.scope, []).append(row.name)
    if not lacking:
        return ok(f"all {len(REGISTRY.endpoints)} operations are allowed")
    told = "; ".join(f"{scope} (for {', '.join(names)})" for scope, names in sorted(lacking.items()))
    count = sum(map(len, lacking.values()))
    return problem(
        f"the token lacks scopes for {count} of {len(REGISTRY.endpoints)} operations: {told}",
        "Have the seller authorize the application for them. Is it meant so: --accept 'token scopes'.",
    )


def _body(answer: Answer) -> dict[str, Any] | None:
    body = answer.json
    return body if answer.status == 200 and isinstance(body, dict) else None


CHECKS = (
    Check("token", _token),
    Check("token scopes", _scopes),
    Check("application token", _application_token),
)
