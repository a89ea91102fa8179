"""All checks of a deployment, at the same time, none for longer than its seconds. Shows nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from pathlib import Path

from gateway.settings import Settings, SettingsError, load, passed_over
from gateway.tools.doctor import callers, machine, redis, running, square, store, token, webhooks
from gateway.tools.doctor.check import Check, Finding, Result, not_checked, ok, problem
from gateway.tools.doctor.deployment import Deployment
from gateway.tools.doctor.http import Http, NoAnswer

MAX_SECONDS = 5.0


async def _settings(deployment: Deployment) -> Finding:
    if deployment.refused:
        return problem(deployment.refused, "Correct it, and run this again: other checks need it.")
    others = passed_over()
    return ok(f"read; no settings, and passed over: {', '.join(others)[:200]}" if others else "read")


CHECKS = (
    Check("settings", _settings, without_settings=True),
    *square.CHECKS,
    *token.CHECKS,
    *webhooks.CHECKS,
    *store.CHECKS,
    *redis.CHECKS,
    *callers.CHECKS,
    *machine.CHECKS,
    *running.CHECKS,
)


def names() -> list[str]:
    """The names of all checks."""
    return [check.name for check in CHECKS]


async def examine(env_file: Path | None, url: str | None, accepted: Collection[str] = ()) -> list[Result]:
    """Every check and what it has found. A problem of one that is `accepted` is a warning."""
    settings, refused = _load(env_file)
    async with Http() as http:
        # Where the graph is has been copied from a client, perhaps.
        root = url.rstrip("/").removesuffix("/graphql").rstrip("/") if url else None
        deployment = Deployment(settings, refused, root, http)
        found = await asyncio.gather(*(_run(check, deployment) for check in CHECKS))
    return [
        Result(check.name, _accepted(finding) if check.name in accepted else finding)
        for check, finding in zip(CHECKS, found, strict=True)
    ]


def _load(env_file: Path | None) -> tuple[Settings | None, str]:
    try:
        return load(env_file), ""
    except SettingsError as error:
        return None, str(error)


async def _run(check: Check, deployment: Deployment) -> Finding:
    if deployment.refused and not check.without_settings:
        return not_checked("the settings have to be right first")
    try:
        async with asyncio.timeout(MAX_SECONDS):
            return await check.run(deployment)
    except TimeoutError:
        return problem(f"nothing was found out within {MAX_SECONDS:g} seconds", "See what makes it wait.")
    except NoAnswer as error:
        return problem(error.found, error.next)
    except Exception as error:  # one check that fails keeps nothing from the others
        return not_checked(f"the check itself has failed ({type(error).__name__})", "Report it, with the version.")


def _accepted(finding: Finding) -> Finding:
    return Finding("warning", finding.found, "Accepted.") if finding.state == "problem" else finding
