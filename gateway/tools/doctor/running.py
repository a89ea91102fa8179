"""The gateway that runs at --url: does it answer, is it ready, and is nothing open that should be closed?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from urllib.parse import quote

import orjson

from gateway.tools.doctor.check import Check, Finding, not_checked, ok, problem, warning
from gateway.tools.doctor.deployment import Deployment, private
from gateway.tools.doctor.http import Answer, NoAnswer

_NO_URL = not_checked("needs a running gateway", "Name it with --url.")
_AWAY = not_checked("no gateway answers at --url")
_TYPENAME = "{ __typename }"
_SCHEMA = "{ __schema { queryType { name } } }"
# What a proxy says of paths that it does not pass on.
_CLOSED = frozenset({403, 404})
# No website of anybody's: https://www.rfc-editor.org/rfc/rfc2606
_STRANGER = "https://doctor.invalid"


def _of_one_that_runs(check: Callable[[Deployment], Awaitable[Finding]]) -> Callable[[Deployment], Awaitable[Finding]]:
    """The check where a gateway answers at --url, else why there is nothing to check."""

    @wraps(check)
    async def checked(deployment: Deployment) -> Finding:
        if deployment.url is None:
            return _NO_URL
        return await check(deployment) if await _there(deployment) else _AWAY

    return checked


async def _live(deployment: Deployment) -> Finding:
    if deployment.url is None:
        return _NO_URL
    try:
        answer = await deployment.live()
    except NoAnswer as error:
        return problem(f"/livez: {error.found}", error.next)
    if 300 <= answer.status < 400:
        return problem(
            f"/livez answers {answer.status}, a redirect, which is not followed",
            "Set --url to its target, such as https:// in place of http://.",
        )
    if await _hidden(deployment):
        return ok(f"GraphQL answers; /livez is not passed on ({answer.status})")
    if not _alive(answer):
        return problem(
            f"/livez answers {answer.status} and {answer.media}: that is not the gateway",
            "Correct --url, or look at the proxy in front of the gateway.",
        )
    return ok(f"/livez answers in {answer.seconds * 1000:.0f} ms")


@_of_one_that_runs
async def _ready(deployment: Deployment) -> Finding:
    answer = await deployment.http.ask("GET", f"{deployment.url}/readyz")
    if answer.status in _CLOSED and await _hidden(deployment):
        return not_checked(f"/readyz is not passed on ({answer.status})", "Ask it beside the proxy.")
    if answer.status != 200:
        return problem(f"/readyz answers {answer.status}", "It starts or stops: look at its log.")
    return ok("/readyz answers 200")


async def _metrics(deployment: Deployment) -> Finding:
    settings = deployment.settings
    if not settings.gateway_metrics:
        return not_checked("GATEWAY_METRICS is off")
    if settings.gateway_metrics_port:
        return not_checked(f"/metrics is on port {settings.gateway_metrics_port} alone")
    return await _metrics_beside_graphql(deployment)


@_of_one_that_runs
async def _metrics_beside_graphql(deployment: Deployment) -> Finding:
    answer = await deployment.http.ask("GET", f"{deployment.url}/metrics")
    if answer.status in _CLOSED and (deployment.production or await _hidden(deployment)):
        return ok(f"/metrics is not passed on ({answer.status})")
    if answer.status != 200 or b"gateway_" not in answer.body:
        return problem(f"/metrics answers {answer.status}", "Let scrapers through to it.")
    if deployment.production:
        return warning(
            "/metrics is on the port that callers use", "Set GATEWAY_METRICS_PORT, or close it at the proxy."
        )
    return ok("/metrics answers 200")


@_of_one_that_runs
async def _graphql(deployment: Deployment) -> Finding:
    if deployment.settings.auth != "none":
        stranger = await _post(deployment, _TYPENAME, shown=None)
        if stranger.status == 200:
            return problem("GraphQL answers without a token or a key", "Restart the gateway with these settings.")
    shown = _shown(deployment)
    if shown is None and deployment.settings.auth != "none":
        return ok("GraphQL refuses who shows nothing (401); no caller was tried")
    answer = await _post(deployment, _TYPENAME, shown=shown)
    body = answer.json
    if answer.status == 200 and isinstance(body, dict) and body.get("data") == {"__typename": "Query"}:
        return ok("GraphQL answers")
    if deployment.settings.only_trusted_documents and answer.status < 500 and answer.status != 401:
        return ok("GraphQL answers trusted documents only")
    if answer.status == 401:
        return problem(
            "GraphQL refuses the key or the token of these settings (401)",
            "Restart it with these settings, or have the proxy in front of it pass the Authorization header on.",
        )
    return problem(f"GraphQL answers {answer.status} and {answer.media}", "Look at the gateway's log.")


@_of_one_that_runs
async def _cors(deployment: Deployment) -> Finding:
    listed = deployment.settings.gateway_cors_origins
    if "*" in listed:
        if deployment.production:
            return warning("every website may call (GATEWAY_CORS_ORIGINS=*)", "List the websites that shall.")
        return ok("every website may call")
    if await _allows(deployment, _STRANGER):
        return problem("it allows websites that are not listed", "Restart it with these settings; look at the proxy.")
    for origin in listed:
        if not await _allows(deployment, origin.rstrip("/").lower()):
            return problem(f"it does not allow {origin}", "Restart it with these settings; look at the proxy.")
    return ok(f"{len(listed)} websites may call" if listed else "no website of others may call")


async def _allows(deployment: Deployment, origin: str) -> bool:
    headers = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,authorization",
    }
    answer = await deployment.http.ask("OPTIONS", f"{deployment.url}/graphql", headers=headers)
    return answer.headers.get("Access-Control-Allow-Origin") in {"*", origin}


@_of_one_that_runs
async def _introspection(deployment: Deployment) -> Finding:
    shown = _shown(deployment)
    if shown is None and deployment.settings.auth != "none":
        return not_checked("needs a caller's token, and there is none in the settings")
    answer = await _post(deployment, _SCHEMA, shown=shown)
    if answer.status == 401:
        return not_checked("GraphQL refuses the key or the token of these settings")
    body = answer.json
    found = body.get("data") if isinstance(body, dict) else None
    is_open = bool(isinstance(found, dict) and found.get("__schema"))
    return _opened(deployment, "introspection", "GATEWAY_INTROSPECTION", is_open=is_open)


@_of_one_that_runs
async def _get(deployment: Deployment) -> Finding:
    headers = {**_authorization(_shown(deployment)), "Accept": "application/json", "Apollo-Require-Preflight": "1"}
    url = f"{deployment.url}/graphql?query={quote(_TYPENAME)}"
    answer = await deployment.http.ask("GET", url, headers=headers)
    if answer.status == 401:
        return not_checked("needs a caller's token, and there is none in the settings")
    return _opened(deployment, "GET", "GATEWAY_ALLOW_GET", is_open=answer.status == 200)


@_of_one_that_runs
async def _explorer(deployment: Deployment) -> Finding:
    answer = await deployment.http.ask("GET", f"{deployment.url}/graphql", headers={"Accept": "text/html"})
    is_open = answer.status == 200 and answer.media == "text/html"
    return _opened(deployment, "the explorer", "GATEWAY_EXPLORER", is_open=is_open)


def _opened(deployment: Deployment, what: str, setting: str, *, is_open: bool) -> Finding:
    """What it means that something is open or closed, with what the settings say of it."""
    meant = getattr(deployment.settings, setting.removeprefix("GATEWAY_").lower())
    if is_open and not meant:
        return problem(f"{what} is open, and {setting} says it is not", "Restart it with these settings.")
    if is_open and deployment.production:
        return warning(f"{what} is open in production", f"Leave {setting} out, unless it is meant.")
    if meant and not is_open:
        return warning(f"{what} is closed, and {setting} says it is open", "Restart it with these settings.")
    return ok(f"{what} is {'open' if is_open else 'closed'}")


async def _there(deployment: Deployment) -> bool:
    try:
        return _alive(await deployment.live()) or await _hidden(deployment)
    except NoAnswer:
        return False


def _alive(answer: Answer) -> bool:
    return answer.status == 200 and answer.json == {"status": "ok"}


async def _hidden(deployment: Deployment) -> bool:
    """Whether a proxy in front passes on /graphql and keeps probes to itself, as it should. Raises `NoAnswer`."""
    if (await deployment.live()).status not in _CLOSED:
        return False
    body = (await deployment.once("graphql", lambda: _post(deployment, _TYPENAME, shown=None))).json
    errors = body.get("errors") if isinstance(body, dict) else None
    first = errors[0] if isinstance(errors, list) and errors else None
    refused = isinstance(first, dict) and isinstance(first.get("extensions"), dict) and "code" in first["extensions"]
    return refused or (isinstance(body, dict) and body.get("data") == {"__typename": "Query"})


async def _post(deployment: Deployment, query: str, *, shown: str | None) -> Answer:
    headers = {**_authorization(shown), "Content-Type": "application/json", "Accept": "application/json"}
    return await deployment.http.ask(
        "POST", f"{deployment.url}/graphql", headers=headers, body=orjson.dumps({"query": query})
    )


def _shown(deployment: Deployment) -> str | None:
    """What a caller shows, if the settings have it and nobody can read it on the way."""
    if deployment.url is None or not private(deployment.url):
        return None
    settings = deployment.settings
    if settings.auth == "key":
        return settings.gateway_api_keys[0]
    return deployment.token if settings.auth == "forward" else None


def _authorization(shown: str | None) -> dict[str, str]:
    return {} if shown is None else {"Authorization": f"Bearer {shown}"}


CHECKS = (
    Check("gateway live", _live),
    Check("gateway ready", _ready),
    Check("gateway metrics", _metrics),
    Check("gateway graphql", _graphql),
    Check("gateway cors", _cors),
    Check("gateway introspection", _introspection),
    Check("gateway get", _get),
    Check("gateway explorer", _explorer),
)
