"""Webhooks: does Square send them here, and does the gateway take what is signed and nothing else?

The signed sample is Square's own test notification, which the gateway does not store.
"""

from __future__ import annotations

import base64
import hmac
from typing import Any
from urllib.parse import urlsplit

import orjson

from gateway.context import REGISTRY
from gateway.events.notification import TEST
from gateway.events.signature import SIGNATURE_HEADER
from gateway.settings.checks import loopback, web_url
from gateway.tools.doctor.check import Check, Finding, not_checked, ok, problem, warning
from gateway.tools.doctor.deployment import Deployment, code
from gateway.tools.doctor.http import NoAnswer
from gateway.tools.doctor.square import EMBEDDED

PATH = "/webhooks/square"
_UNUSED = not_checked("SQUARE_WEBHOOK_URL is not set: no webhooks, no subscriptions")
_BODY = orjson.dumps({"type": TEST, "event_id": "gateway-doctor", "merchant_id": "NONE", "created_at": "2026-01-01"})
# The most that Square lists at a time.
_LIST = "/v2/webhooks/subscriptions?include_disabled=true&limit=100"


async def _address(deployment: Deployment) -> Finding:
    url = deployment.settings.square_webhook_url
    if url is None:
        return _UNUSED
    parts = urlsplit(url)
    real = deployment.settings.environment != "emulator"
    if real and parts.scheme != "https":
        return problem("SQUARE_WEBHOOK_URL is no https:// URL: Square sends to no other", "Put TLS before it.")
    if real and loopback(parts.hostname or ""):
        return problem("SQUARE_WEBHOOK_URL is an address of this machine", "Set it to the public URL.")
    if parts.path != PATH:
        return warning(
            f"the path of SQUARE_WEBHOOK_URL is not {PATH}, which the gateway answers: {_shown(parts.path)}",
            f"Correct it here and at Square (also a slash at the end), unless a proxy leads it to {PATH}.",
        )
    return ok(f"{parts.scheme}://{parts.hostname}{parts.path}")


async def _signature(deployment: Deployment) -> Finding:
    settings = deployment.settings
    signed = settings.square_webhook_url
    if signed is None:
        return _UNUSED
    if deployment.url is None:
        return not_checked("needs a running gateway", "Name it with --url.")
    try:
        await deployment.live()
        statuses = [await _send(deployment, _sign(key, signed)) for key in settings.square_webhook_signature_key]
        forged = await _send(deployment, _sign("not-a-key-of-this-gateway", signed))
    except NoAnswer as error:
        return not_checked(f"the gateway does not answer: {error.found}")
    if 404 in statuses:
        return problem(
            f"the running gateway has no {PATH}",
            "Start it with SQUARE_WEBHOOK_URL and SQUARE_WEBHOOK_SIGNATURE_KEY, or correct --url.",
        )
    if 200 <= forged < 300:
        return problem("a notification with a forged signature is taken", "Check that --url is the gateway.")
    for place, status in enumerate(statuses, 1):
        if not 200 <= status < 300:
            return problem(
                f"the running gateway refuses what is signed with key {place} of {len(statuses)} ({status})",
                "It was started with another SQUARE_WEBHOOK_SIGNATURE_KEY or SQUARE_WEBHOOK_URL, or a proxy in front "
                f"of it takes {SIGNATURE_HEADER} away or changes the body.",
            )
    return ok(f"signed with each of {len(statuses)} keys it is taken, forged it is refused ({forged})")


def _sign(key: str, url: str) -> str:
    return base64.b64encode(hmac.digest(key.encode(), url.encode() + _BODY, "sha256")).decode()


async def _send(deployment: Deployment, signature: str) -> int:
    headers = {"Content-Type": "application/json", SIGNATURE_HEADER: signature}
    answer = await deployment.http.ask("POST", f"{deployment.url}{PATH}", headers=headers, body=_BODY)
    return answer.status


async def _subscription(deployment: Deployment) -> Finding:
    url, token = deployment.settings.square_webhook_url, deployment.application_token
    if url is None:
        return _UNUSED
    if deployment.square is None:
        return EMBEDDED
    if token is None:
        return not_checked("needs the application's token", "Set SQUARE_APPLICATION_TOKEN.")
    try:
        answer = await deployment.http.ask("GET", deployment.square + _LIST, headers=deployment.headers(token))
    except NoAnswer:
        return not_checked("Square does not answer")
    if answer.status in {401, 403}:
        return not_checked(
            f"the token may not list subscriptions ({code(answer)})",
            "Set SQUARE_APPLICATION_TOKEN to the application's personal access token.",
        )
    body = answer.json
    if answer.status != 200 or not isinstance(body, dict):
        return not_checked(f"Square does not list subscriptions ({code(answer)})")
    listed = [each for each in _items(body.get("subscriptions")) if isinstance(each, dict)]
    mine = [each for each in listed if each.get("notification_url") == url]
    return _of_mine(deployment, mine) if mine else _none(url, listed)


def _of_mine(deployment: Deployment, mine: list[dict[str, Any]]) -> Finding:
    enabled = [each for each in mine if each.get("enabled")]
    if not enabled:
        return problem("the subscription at Square is disabled", "Enable it in the Developer Console.")
    keys = {key for each in enabled if isinstance(key := each.get("signature_key"), str)}
    if keys and not keys & set(deployment.settings.square_webhook_signature_key):
        return problem(
            "the subscription at Square has another signature key than SQUARE_WEBHOOK_SIGNATURE_KEY",
            "Copy the key of this very subscription from the Developer Console.",
        )
    told = {name for each in enabled for name in _items(each.get("event_types")) if isinstance(name, str)}
    silent = [family.name for family in REGISTRY.families if told and not told & set(family.types)]
    if silent:
        return warning(
            f"the subscription at Square has no events about {', '.join(sorted(silent))}",
            "Add their event types in the Developer Console, or those GraphQL subscriptions stay silent.",
        )
    return ok("enabled at Square, with this URL")


def _none(url: str, listed: list[dict[str, Any]]) -> Finding:
    for each in listed:
        other = str(each.get("notification_url", ""))
        if web_url(other) and _alike(other) == _alike(url):
            return problem(
                f"Square has a URL that differs: {_difference(other, url)}",
                "Set SQUARE_WEBHOOK_URL to the very text that is set at Square: it is part of every signature.",
            )
    return problem(
        f"none of the {len(listed)} subscriptions at Square has the URL of SQUARE_WEBHOOK_URL",
        "Make one in the Developer Console, or correct SQUARE_WEBHOOK_URL.",
    )


def _items(value: Any) -> list[Any]:
    """What is in a list; nothing is in what is none."""
    return value if isinstance(value, list) else []


def _alike(url: str) -> str:
    parts = urlsplit(url.lower())
    return f"{parts.hostname}{parts.path.rstrip('/')}"


def _difference(theirs: str, ours: str) -> str:
    if theirs.rstrip("/") == ours.rstrip("/"):
        return f"the one {'at Square' if theirs.endswith('/') else 'in SQUARE_WEBHOOK_URL'} has a slash at the end"
    if theirs.lower() == ours.lower():
        return "capital letters"
    one, other = urlsplit(theirs), urlsplit(ours)
    if one.scheme != other.scheme:
        return f"{one.scheme}:// there, {other.scheme}:// here"
    return "the port" if one.netloc != other.netloc else "the path or the query"


def _shown(path: str) -> str:
    return "".join(each for each in path[:60] if each.isprintable()) or "none"


CHECKS = (
    Check("webhook url", _address),
    Check("webhook signature", _signature),
    Check("webhook subscription", _subscription),
)
